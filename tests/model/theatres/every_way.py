"""Every way to book a tiny month. Nothing of the model is used: what a rule means is asked of the checker."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import NormalDist

from models.theatres.checker.appointments import is_served, site_fault
from models.theatres.checker.beds import occupied
from models.theatres.checker.evidence import ONE_DAY, Evidence
from models.theatres.checker.rehearsed import Rehearsal
from models.theatres.checker.suitability import (
    first_bookable_day,
    first_day_with_kit,
    readiness_codes,
    suitable_lists,
)
from models.theatres.checker.together import most_at_once
from models.theatres.instance import Instance
from tests.model.theatres.stage_counts import Values, gain_names, gains_of, valued

Span = tuple[dt.datetime, dt.datetime]
Visit = tuple[dt.datetime, dt.datetime, str]


def best_values(instance: Instance, least_long_waits: int = 0) -> Values | None:
    """The values of the stages of the lexicographically best plan, in their order; None when there is no plan.

    Only orders of a day are tried in which each case starts as early as those before it let it: where theatres wait
    for each other, a plan could in principle be better still.
    """
    return _Search(instance, least_long_waits).best()


def keeps_the_rules(instance: Instance, list_of: Mapping[str, str]) -> bool:
    """Whether these bookings keep every rule that a way to book has to keep (`KEPT_BY`)."""
    search = _Search(instance, 0)
    search.list_of = dict(list_of)
    return search.may_stay()


class _Search:
    """Every way to book, patient by patient; a way that cannot become better than the best known is left."""

    def __init__(self, instance: Instance, least_long_waits: int) -> None:
        self.least_long_waits = least_long_waits
        self.instance = instance
        self.evidence = Evidence(instance, {})
        self.rehearsal = Rehearsal(self.evidence)
        self.list_of: dict[str, str] = {}
        self.found: Values | None = None
        self._list_known: dict[tuple[str, frozenset[str]], bool] = {}
        self._day_known: dict[frozenset[tuple[str, str]], bool] = {}

    def best(self) -> Values | None:
        options = {p: self._options(p) for p in self.instance.patients}
        for patient_id, list_id in sorted(self.evidence.fixed_list_of.items()):
            self.list_of[patient_id] = list_id
            if list_id not in options.pop(patient_id):
                return None
        if not self._holds():
            return None
        waiting = sorted((p for p in options if options[p]), key=lambda p: (-len(options[p]), p))
        self._try(waiting, options)
        return self.found

    def may_stay(self) -> bool:
        """Whether the bookings as they are could be a plan."""
        fixed = self.evidence.fixed_list_of.items()
        allowed = all(list_id in self._options(p) for p, list_id in self.list_of.items())
        return all(self.list_of.get(p) == at for p, at in fixed) and allowed and self._holds() and self._tests_fit()

    def _try(self, waiting: Sequence[str], options: Mapping[str, Sequence[str]]) -> None:
        if not waiting:
            counts = valued(self.instance, self.list_of)
            values, enough = tuple(counts.values()), counts["long_waits_booked"] >= self.least_long_waits
            if enough and (self.found is None or values > self.found) and self._tests_fit():
                self.found = values
            return
        if self.found is not None and self._at_most(waiting, options) <= self.found:
            return
        patient_id, rest = waiting[0], waiting[1:]
        for list_id in options[patient_id]:
            self.list_of[patient_id] = list_id
            if self._holds(list_id):
                self._try(rest, options)
            del self.list_of[patient_id]
        self._try(rest, options)

    def _at_most(self, waiting: Sequence[str], options: Mapping[str, Sequence[str]]) -> Values:
        """No less than the values of any way that goes on from here."""
        now, names = valued(self.instance, self.list_of), gain_names(self.evidence)
        for p in waiting:
            gains = [gains_of(self.evidence, p, list_id) for list_id in options[p]]
            for name in now:
                more = max(gain[name] for gain in gains) if name in names else 1
                now[name] += more
        return tuple(now.values())

    def _options(self, patient_id: str) -> list[str]:
        """The lists the patient's own data allow."""
        evidence, patient = self.evidence, self.instance.patients[patient_id]
        if readiness_codes(evidence, patient_id):
            return []
        first = max(first_bookable_day(evidence, patient_id), first_day_with_kit(evidence, patient_id))
        found = []
        for on in suitable_lists(evidence, patient_id):
            early = on.date < first and not evidence.had_already(patient_id, on.list_id)
            absent = on.date < (patient.available_from or on.date) or on.date > (patient.available_to or on.date)
            if not early and not absent:
                found.append(on.list_id)
        return found

    def _holds(self, changed: str | None = None) -> bool:
        """Whether what is booked keeps every rule but those on test appointments, after a list has changed."""
        lists = self.instance.lists
        used = {at: [p for p, on in self.list_of.items() if on == at] for at in set(self.list_of.values())}
        days = {lists[changed].date} if changed else {lists[at].date for at in used}
        return (
            all(self._list_holds(at, used[at]) for at in used if changed in (None, at))
            and self._staff_hold(used)
            and self._beds_hold()
            and all(self._day_holds(day) for day in days)
        )

    def _in_order(self, patients: Sequence[str]) -> list[str]:
        known = self.instance.patients
        return sorted(patients, key=lambda p: (_class(known[p].priority, known[p].latex_allergy,
                                                      known[p].infection_risk), p))  # fmt: skip

    def _list_holds(self, list_id: str, patients: Sequence[str]) -> bool:
        """T-08, T-09, T-30 and T-37 with the cases one after the other."""
        key = list_id, frozenset(patients)
        if key not in self._list_known:
            most = self.instance.lists[list_id].max_joints
            joints = sum(self.evidence.operation(p).is_joint for p in patients)
            start = self.instance.lists[list_id].start
            in_time = self._ends_well(list_id, self._in_order(patients), start, 0.0)
            self._list_known[key] = in_time and (most is None or joints <= most)
        return self._list_known[key]

    def _ends_well(self, list_id: str, ordered: Sequence[str], start: dt.datetime, idle: float) -> bool:
        s, on = self.instance.settings, self.instance.lists[list_id]
        touches = [self.evidence.minutes_and_variance(p, list_id) for p in ordered]
        gaps = [self.evidence.gap_after(p) for p in ordered[:-1]]
        minutes = sum(mean for mean, _ in touches) + sum(gaps) + idle
        spare = (on.end - start).total_seconds() / 60 - minutes
        z = NormalDist().inv_cdf(1 - s.overrun_probability_limit_share)
        spread = math.sqrt(math.fsum(variance for _, variance in touches))
        return (
            spare >= 0
            and z * spread <= spare + s.overrun_grace_minutes + 1e-6
            and self.rehearsal.late_share(list_id, touches, gaps, idle) <= s.rehearsed_overrun_limit_share + 1e-9
        )

    def _staff_hold(self, used: Mapping[str, Sequence[str]]) -> bool:
        """T-29 and T-11."""
        lists, instance = self.instance.lists, self.instance
        for shift in instance.shifts:
            busy = sum(shift.start < lists[at].end and lists[at].start < shift.end for at in used)
            if busy * instance.roles[shift.role].per_list > shift.available:
                return False
        weeks = Counter(
            (lists[at].surgeon_id, lists[at].date - dt.timedelta(lists[at].date.weekday())) for at in used
        )
        return all(n <= instance.surgeons[surgeon or ""].max_lists_per_week for (surgeon, _), n in weeks.items())

    def _beds_hold(self) -> bool:
        """T-12."""
        nights: dict[tuple[str, dt.date], list[float]] = {}
        for p, list_id in self.list_of.items():
            ward, day = self.evidence.operation(p).ward_id, self.instance.lists[list_id].date
            for night, share in enumerate(self.evidence.stay(p)):
                if share > 0:
                    nights.setdefault((ward, day + night * ONE_DAY), []).append(share)
        beds = self.instance.beds
        return all(
            night in beds and occupied(self.evidence, night, shares)[1] <= beds[night].beds_open + 1e-6
            for night, shares in nights.items()
        )

    def _day_holds(self, day: dt.date) -> bool:
        """T-13, T-35, and some order of the day that keeps T-10, T-14, T-32 and T-33."""
        cases = [(p, at) for p, at in self.list_of.items() if self.instance.lists[at].date == day]
        key = frozenset(cases)
        if key not in self._day_known:
            kit = Counter(k for p, _ in cases for k in self.evidence.operation(p).kit)
            brought = sum(self.instance.patients[p].hospital_transport for p, _ in cases)
            self._day_known[key] = (
                all(n <= self.instance.kit[k].sets * self.instance.kit[k].cycles_per_day for k, n in kit.items())
                and brought <= self.instance.settings.transport_places_per_day
                and any(self._may_run(order) for order in itertools.permutations(cases))
            )
        return self._day_known[key]

    def _may_run(self, order: Sequence[tuple[str, str]]) -> bool:
        """Whether the cases can start in this order, each as early as it can, with every list ending well."""
        known = self.instance.patients
        placed: dict[str, list[tuple[str, Span]]] = {}
        for p, list_id in order:
            mine = placed.setdefault(list_id, [])
            classes = [_class(known[one].priority, known[one].latex_allergy, known[one].infection_risk)
                       for one in (*(q for q, _ in mine), p)]  # fmt: skip
            if classes != sorted(classes):
                return False
            on = self.instance.lists[list_id]
            ready = on.start
            if mine:
                ready = mine[-1][1][1] + dt.timedelta(minutes=self.evidence.gap_after(mine[-1][0]))
            minutes = dt.timedelta(minutes=self.evidence.minutes_and_variance(p, list_id)[0])
            start = next((t for t in self._moments(placed, ready, minutes)
                          if self._free(placed, p, list_id, (t, t + minutes))), None)  # fmt: skip
            if start is None or start + minutes > on.end:
                return False
            mine.append((p, (start, start + minutes)))
        return all(self._runs_well(list_id, cases) for list_id, cases in placed.items())

    def _runs_well(self, list_id: str, cases: Sequence[tuple[str, Span]]) -> bool:
        """T-09 and T-37 with the waits of this order."""
        start, end = self.instance.lists[list_id].start, cases[-1][1][1]
        ordered = [p for p, _ in cases]
        work = sum(self.evidence.minutes_and_variance(p, list_id)[0] for p in ordered)
        work += sum(self.evidence.gap_after(p) for p in ordered[:-1])
        idle = (end - start).total_seconds() / 60 - work
        return self._ends_well(list_id, ordered, start, idle)

    def _moments(
        self, placed: Mapping[str, Sequence[tuple[str, Span]]], ready: dt.datetime, minutes: dt.timedelta
    ) -> list[dt.datetime]:
        """When a case could start: once its theatre is ready, or something another case holds comes free."""
        found = {ready}
        for cases in placed.values():
            for p, (_, end) in cases:
                operation = self.evidence.operation(p)
                waits = [0, *(self.instance.kit[k].reprocess_minutes for k in operation.kit)]
                found |= {end + dt.timedelta(minutes=wait) for wait in waits}
                found.add(end + dt.timedelta(minutes=operation.recovery_minutes) - minutes)
        return sorted(moment for moment in found if moment >= ready)

    def _free(
        self, placed: Mapping[str, Sequence[tuple[str, Span]]], patient_id: str, list_id: str, span: Span
    ) -> bool:
        held: dict[str, list[Span]] = {}
        everybody = [(p, at, s) for at, cases in placed.items() for p, s in cases] + [(patient_id, list_id, span)]
        for p, at, (start, end) in everybody:
            operation = self.evidence.operation(p)
            held.setdefault(f"surgeon {self.instance.lists[at].surgeon_id}", []).append((start, end))
            held.setdefault("bays", []).append((end, end + dt.timedelta(minutes=operation.recovery_minutes)))
            if operation.needs_image_intensifier:
                held.setdefault("machines", []).append((start, end))
            for k in operation.kit:
                again = dt.timedelta(minutes=self.instance.kit[k].reprocess_minutes)
                held.setdefault(f"kit {k}", []).append((start, end + again))
        s = self.instance.settings
        most = {"bays": s.recovery_bays, "machines": s.image_intensifiers}
        most |= {f"kit {k}": kit.sets for k, kit in self.instance.kit.items()}
        return all(most_at_once(spans) <= most.get(name, 1) for name, spans in held.items())

    def _tests_fit(self) -> bool:
        """T-15 to T-19: every booked patient's tests, tried one after the other."""
        taken = Counter((v.site_id, v.test_id, v.start) for v in self.evidence.existing_visits)
        wanted: list[tuple[str, str, dt.date]] = []
        diaries: dict[str, list[Visit]] = {}
        for p, list_id in sorted(self.list_of.items()):
            day, made = self.instance.lists[list_id].date, self.evidence.visits_by_patient.get(p, ())
            if any(v.day == day for v in made):
                return False
            diaries[p] = [(v.start, v.end, v.site_id) for v in made]
            patient = self.instance.patients[p]
            wanted += [
                (p, n.test_id, day) for n in patient.tests if not is_served(self.evidence, patient, n.test_id, day)
            ]
        return self._appoint(wanted, diaries, taken)

    def _appoint(
        self,
        wanted: Sequence[tuple[str, str, dt.date]],
        diaries: dict[str, list[Visit]],
        taken: Counter[tuple[str, str, dt.datetime]],
    ) -> bool:
        if not wanted:
            return True
        p, test_id, surgery = wanted[0]
        for start, minutes, site_id in self._offers(p, test_id, surgery):
            entry = (start, start + dt.timedelta(minutes=minutes), site_id)
            key = (site_id, test_id, start)
            if taken[key] >= self.evidence.offers[key][0] or not all(self._apart(entry, v) for v in diaries[p]):
                continue
            taken[key] += 1
            diaries[p].append(entry)
            if self._appoint(wanted[1:], diaries, taken):
                return True
            diaries[p].pop()
            taken[key] -= 1
        return False

    def _offers(self, patient_id: str, test_id: str, surgery: dt.date) -> Iterator[tuple[dt.datetime, int, str]]:
        s, patient = self.instance.settings, self.instance.patients[patient_id]
        last = surgery - (self.instance.tests[test_id].report_days + s.results_ready_days) * ONE_DAY
        first = max(
            s.planning_date + s.test_notice_days * ONE_DAY,
            surgery - self.instance.valid_days[test_id, patient.trust_id] * ONE_DAY,
        )
        for (site_id, offered, start), (_, minutes) in sorted(self.evidence.offers.items()):
            fits = first <= start.date() <= min(last, surgery - ONE_DAY) and offered == test_id
            if fits and site_fault(self.instance.sites[site_id], patient) is None:
                yield start, minutes, site_id

    def _apart(self, one: Visit, other: Visit) -> bool:
        first, second = sorted((one, other))
        travel = self.instance.settings.between_sites_minutes
        same = first[2] == second[2] or first[0].date() != second[0].date()
        return second[0] - first[1] >= dt.timedelta(minutes=0 if same else travel)


def _class(priority: str, latex: str, infection: str) -> tuple[bool, bool, bool]:
    """The place in the order rules: P2, then latex allergy first, then infection last."""
    return priority != "P2", latex != "yes", infection == "yes"


# Every hard rule that does not only define what a plan is -> what holds a way to book to it. One that is missing
# would be broken in silence by the ways that plans are held against.
KEPT_BY: Mapping[str, Callable[..., object]] = {
    **dict.fromkeys(("T-02", "T-03", "T-04", "T-05", "T-06", "T-07", "T-31", "T-34"), _Search._options),
    **dict.fromkeys(("T-08", "T-09", "T-37"), _Search._ends_well),
    "T-30": _Search._list_holds,
    **dict.fromkeys(("T-11", "T-29"), _Search._staff_hold),
    "T-12": _Search._beds_hold,
    **dict.fromkeys(("T-13", "T-35"), _Search._day_holds),
    **dict.fromkeys(("T-10", "T-14", "T-32", "T-33"), _Search._free),
    **dict.fromkeys(("T-22", "T-23", "T-39"), _class),
    **dict.fromkeys(("T-15", "T-16", "T-17", "T-18"), _Search._offers),
    "T-19": _Search._apart,
    "T-20": _Search.best,
}
