"""The cases of one day in order and time, as a CP-SAT model; used where theatres share what could run out."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from models.theatres.day_order import DayCase, DayList, capacities
from models.theatres.day_shared import Resource, scarce
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
    """The model of a day.

    `before` holds, for two patients of a list, the switch that says the first comes before the second; `diabetic` and
    `day_case` the switches of the pairs that would be in the wrong order.
    """

    model: cp_model.CpModel
    cases: list[Case] = field(default_factory=list)
    before: dict[tuple[str, str], cp_model.LiteralT] = field(default_factory=dict)
    diabetic: list[cp_model.LiteralT] = field(default_factory=list)
    day_case: list[cp_model.LiteralT] = field(default_factory=list)

    def starts(self, values: Mapping[int, float]) -> dict[str, int]:
        """Patient -> start, from the values of the variables by their index."""
        return {case.case.patient_id: round(values[case.start.index]) for case in self.cases}

    def late(self, first: Case, second: Case) -> cp_model.LiteralT:
        """The switch that says the first case comes after the second one of its list."""
        return self.before[second.case.patient_id, first.case.patient_id]


def build_day(instance: Instance, day: Sequence[DayList], without_rules: frozenset[str]) -> DayModel:
    """The model of one day of lists whose patients are given."""
    built = DayModel(cp_model.CpModel())
    by_night = _any_time(day)
    for on in day:
        cases = times_follow_durations(built, instance, on, by_night)
        for first, second in itertools.combinations(cases, 2):
            _order(built, first, second, without_rules)
        built.cases += cases
    could_run_out = scarce([one.line for one in day], capacities(instance, day))
    shared = (("T-10", _surgeons_apart), ("T-14", _machines), ("T-32", trays_ready), ("T-33", recovery_bays))
    for rule_id, rule in shared:
        if rule_id not in without_rules:
            rule(built, could_run_out)
    return built


def times_follow_durations(built: DayModel, instance: Instance, on: DayList, by_night: int) -> list[Case]:
    """A theatre does one case at a time, each for its expected minutes, with turnaround or clean-down between.

    start >= list start; end = start + touch; next start >= end + turnaround; last end <= latest end (T-21). Also, so
    that the bound on the sum of starts is good: start >= list start + touch and turnaround of all cases before.
    """
    model, cases, intervals = built.model, [], []
    for known in on.cases:
        latest = max(int(min(on.latest_end, by_night) + 1e-9) - known.minutes, on.start)
        start = model.new_int_var(on.start, latest, f"start[{known.patient_id}]")
        name = f"T_21_times_follow_durations[{known.patient_id}]"
        intervals.append(model.new_fixed_size_interval_var(start, _busy(known), name))
        cases.append(Case(known, instance.patients[known.patient_id], on.on.list_id, start))
    for first, second in itertools.combinations(cases, 2):
        _one_before_the_other(built, first, second)
    model.add_no_overlap(intervals)
    for case in cases:
        others = [other for other in cases if other is not case]
        earlier = [built.late(case, other) for other in others]
        busy = cp_model.LinearExpr.weighted_sum(earlier, [_busy(other.case) for other in others])
        model.add(case.start >= on.start + busy)
    return cases


def urgent_first(built: DayModel, first: Case, second: Case) -> bool:
    """P2 patients come before all others on a list.

    position(P2) < position(not P2) on one list (T-39).
    """
    return _decided(built, first, second, [case.patient.priority != "P2" for case in (first, second)])


def latex_first(built: DayModel, first: Case, second: Case) -> bool:
    """Patients with latex allergy come first on their list, before infected ones too (then clean-down follows).

    position(latex) < position(no latex) on one list, among equals by T-39 (T-22).
    """
    return _decided(built, first, second, [case.patient.latex_allergy != "yes" for case in (first, second)])


def infected_last(built: DayModel, first: Case, second: Case) -> bool:
    """Patients with an infection risk come last on their list, among those of the same latex status.

    position(infected) > position(not infected) on one list, among equals by T-39 and T-22 (T-23).
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


def trays_ready(built: DayModel, available: Mapping[Resource, int]) -> None:
    """At no moment are more sets in use or being reprocessed than there are.

    at every moment, cases from start to end + reprocessing that need k <= sets(k) (T-32).
    """
    _no_more_than_available(built, available, "T-32")


def recovery_bays(built: DayModel, available: Mapping[Resource, int]) -> None:
    """At no moment are more patients in recovery than there are bays.

    at every moment, cases from end to end + recovery minutes <= bays (T-33).
    """
    _no_more_than_available(built, available, "T-33")


def _surgeons_apart(built: DayModel, available: Mapping[Resource, int]) -> None:
    """Cases of one surgeon do not overlap in time (T-10)."""
    _no_more_than_available(built, available, "T-10")


def _machines(built: DayModel, available: Mapping[Resource, int]) -> None:
    """At every moment no more cases with an image intensifier run than there are machines (T-14)."""
    _no_more_than_available(built, available, "T-14")


def _order(built: DayModel, first: Case, second: Case, without_rules: frozenset[str]) -> None:
    """The first rule that tells two cases of a list apart decides, so that contradictory wishes have an answer.

    Two cases that nothing tells apart come in the order of the list: either order is as good.
    """
    rules = (
        ("T-39", urgent_first),
        ("T-22", latex_first),
        ("T-23", infected_last),
        ("T-26", diabetic_early),
        ("T-27", day_case_early),
    )
    for rule_id, rule in rules:
        if rule_id not in without_rules and rule(built, first, second):
            return
    if first.case.kind == second.case.kind:
        built.model.add_bool_and([built.late(second, first)])


def _decided(built: DayModel, first: Case, second: Case, later: Sequence[bool]) -> bool:
    if later[0] == later[1]:
        return False
    one, two = (second, first) if later[0] else (first, second)
    built.model.add_bool_and([built.late(two, one)])
    return True


def _wished(
    built: DayModel, first: Case, second: Case, later: Sequence[bool], wrong: list[cp_model.LiteralT]
) -> bool:
    if later[0] == later[1]:
        return False
    one, two = (second, first) if later[0] else (first, second)
    wrong.append(built.late(one, two))
    return True


def _one_before_the_other(built: DayModel, first: Case, second: Case) -> None:
    names = first.case.patient_id, second.case.patient_id
    switch = built.model.new_bool_var(f"before[{names[0]},{names[1]}]")
    built.before[names], built.before[names[1], names[0]] = switch, ~switch
    built.model.add(second.start >= first.start + _busy(first.case)).only_enforce_if(switch)
    built.model.add(first.start >= second.start + _busy(second.case)).only_enforce_if(~switch)


def _busy(case: DayCase) -> int:
    """Minutes a case takes of its theatre, what comes after it included."""
    return case.minutes + case.kind.gap_minutes


def _no_more_than_available(built: DayModel, available: Mapping[Resource, int], rule_id: str) -> None:
    for resource, count in available.items():
        if resource[0] != rule_id:
            continue
        held = [
            built.model.new_fixed_size_interval_var(
                case.start + use.begin, use.until - use.begin, f"{rule_id}[{resource[1]},{case.case.patient_id}]"
            )
            for case in built.cases
            for use in case.case.kind.uses
            if use.resource == resource
        ]
        if count == 1:
            built.model.add_no_overlap(held)
        elif len(held) > count:
            built.model.add_cumulative(held, [1] * len(held), count)


def _any_time(day: Sequence[DayList]) -> int:
    """A minute by which everything could be done one after the other, for lists whose end is no rule."""
    busy = 0
    for one in day:
        for case in one.cases:
            busy += _busy(case) + max((use.until for use in case.kind.uses), default=0)
    return max((one.start for one in day), default=0) + busy
