"""The cases of one day in order and time, as a CP-SAT model; used where lists share surgeons or machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from models.theatres.day_order import DayCase, DayList
from models.theatres.entities import Patient
from models.theatres.instance import Instance


@dataclass(frozen=True)
class Case:
    """A case of the day and the variable of its start, in minutes from midnight."""

    case: DayCase
    patient: Patient
    list_id: str
    start: cp_model.IntVar


@dataclass
class DayModel:
    """The model of a day; `diabetic` and `day_case` hold a switch for each pair in the wrong order."""

    model: cp_model.CpModel
    cases: list[Case] = field(default_factory=list)
    diabetic: list[cp_model.IntVar] = field(default_factory=list)
    day_case: list[cp_model.IntVar] = field(default_factory=list)

    def starts(self, values: Mapping[int, float]) -> dict[str, int]:
        """Patient -> start, from the values of the variables by their index."""
        return {case.case.patient_id: round(values[case.start.index]) for case in self.cases}


def build_day(instance: Instance, day: Sequence[DayList], without_rules: frozenset[str]) -> DayModel:
    """The model of one day of lists whose patients are given."""
    built = DayModel(cp_model.CpModel())
    for on in day:
        cases = times_follow_durations(built.model, instance, on)
        for at, first in enumerate(cases):
            for second in cases[at + 1 :]:
                _order(built, first, second, without_rules)
        built.cases += cases
    if "T-10" not in without_rules:
        _surgeons_apart(built.model, instance, built.cases)
    if "T-14" not in without_rules:
        _machines(built.model, instance, built.cases)
    return built


def times_follow_durations(model: cp_model.CpModel, instance: Instance, on: DayList) -> list[Case]:
    """A theatre does one case at a time, each for its expected minutes, with turnaround or clean-down between.

    start >= list start; end = start + touch; next start >= end + turnaround; last end <= latest end (T-21).
    """
    cases, intervals = [], []
    for case in on.cases:
        latest = max(int(on.latest_end + 1e-9) - case.minutes, on.start)
        start = model.new_int_var(on.start, latest, f"start[{case.patient_id}]")
        name = f"T_21_times_follow_durations[{case.patient_id}]"
        intervals.append(model.new_fixed_size_interval_var(start, case.minutes + case.gap_minutes, name))
        cases.append(Case(case, instance.patients[case.patient_id], on.on.list_id, start))
    model.add_no_overlap(intervals)
    return cases


def latex_first(built: DayModel, first: Case, second: Case) -> bool:
    """Patients with latex allergy come first on their list, before infected ones too (then clean-down follows).

    position(latex) < position(no latex) on one list (T-22).
    """
    return _decided(built, first, second, [case.patient.latex_allergy != "yes" for case in (first, second)])


def infected_last(built: DayModel, first: Case, second: Case) -> bool:
    """Patients with an infection risk come last on their list, among those of the same latex status.

    position(infected) > position(not infected) on one list, among equals by T-22 (T-23).
    """
    return _decided(built, first, second, [case.patient.infection_risk == "yes" for case in (first, second)])


def diabetic_early(built: DayModel, first: Case, second: Case) -> bool:
    """Diabetic patients come early, within the order rules above.

    minimise pairs on a list with a non-diabetic before a diabetic patient of the same order class (T-26).
    """
    late = [case.patient.diabetic == "no" for case in (first, second)]
    return _wished(built, first, second, late, built.diabetic)


def day_case_early(built: DayModel, first: Case, second: Case) -> bool:
    """Day cases come early, so that they can go home.

    minimise pairs with an inpatient before a day case of the same order class and diabetic status (T-27).
    """
    late = [not case.patient.day_case for case in (first, second)]
    return _wished(built, first, second, late, built.day_case)


def _order(built: DayModel, first: Case, second: Case, without_rules: frozenset[str]) -> None:
    """The first rule that tells two cases of a list apart decides, so that contradictory wishes have an answer."""
    rules = (("T-22", latex_first), ("T-23", infected_last), ("T-26", diabetic_early), ("T-27", day_case_early))
    for rule_id, rule in rules:
        if rule_id not in without_rules and rule(built, first, second):
            return


def _decided(built: DayModel, first: Case, second: Case, later: Sequence[bool]) -> bool:
    if later[0] == later[1]:
        return False
    one, two = (second, first) if later[0] else (first, second)
    built.model.add(two.start >= one.start + one.case.minutes + one.case.gap_minutes)
    return True


def _wished(built: DayModel, first: Case, second: Case, later: Sequence[bool], wrong: list[cp_model.IntVar]) -> bool:
    if later[0] == later[1]:
        return False
    one, two = (second, first) if later[0] else (first, second)
    late = built.model.new_bool_var(f"late[{one.case.patient_id},{two.case.patient_id}]")
    built.model.add(two.start > one.start).only_enforce_if(~late)
    wrong.append(late)
    return True


def _surgeons_apart(model: cp_model.CpModel, instance: Instance, cases: Sequence[Case]) -> None:
    """Cases of one surgeon do not overlap in time (T-10)."""
    by_surgeon: dict[str, list[Case]] = {}
    for case in cases:
        by_surgeon.setdefault(instance.lists[case.list_id].surgeon_id or "", []).append(case)
    for found in by_surgeon.values():
        if len({case.list_id for case in found}) > 1:
            model.add_no_overlap([_touch(model, case) for case in found])


def _machines(model: cp_model.CpModel, instance: Instance, cases: Sequence[Case]) -> None:
    """At every moment no more cases with an image intensifier run than there are machines (T-14)."""
    using = [case for case in cases if case.case.needs_image_intensifier]
    machines = instance.settings.image_intensifiers
    if len(using) > machines:
        model.add_cumulative([_touch(model, case) for case in using], [1] * len(using), machines)


def _touch(model: cp_model.CpModel, case: Case) -> cp_model.IntervalVar:
    return model.new_fixed_size_interval_var(case.start, case.case.minutes, f"touch[{case.case.patient_id}]")
