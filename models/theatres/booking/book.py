"""A booking book: who is on which list, changed one patient at a time, under exactly the rules of the checker.

`why_not` names every rule that keeps a patient off a list as things stand; `fits` stops at the first. Nothing here
uses a solver, so that explanations can be proved by asking the book.
"""

from __future__ import annotations

import copy
import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import fields

from models.theatres.booking.appointments import AppointmentBook, Visit
from models.theatres.booking.day_orders import DayOrders, OrderConflict
from models.theatres.booking.fixed import keep_fixed
from models.theatres.booking.list_times import cases_and_gaps, gaps_between
from models.theatres.booking.resources import Resources
from models.theatres.day_order import latest_end_minutes
from models.theatres.eligibility import NO_RULES, eligible_lists, pair_rules
from models.theatres.entities import TheatreList
from models.theatres.instance import Instance
from models.theatres.plan import Booking, Plan
from models.theatres.rehearsal import rehearsal_of

_EPSILON = 1e-9

Alike = tuple[str, str, str, str, str, bool, bool]


class Book:
    """The lists and test appointments of an instance while they are being filled.

    Agreed and locked bookings are in it from the start; those that break a rule stand in `unplaceable`. What is left
    of everything lists share is asked of `resources`, of places for tests of `tests`.
    """

    def __init__(self, instance: Instance, without_rules: frozenset[str] = NO_RULES, *, empty: bool = False) -> None:
        self.instance = instance
        self.without_rules = without_rules
        self.list_of: dict[str, str] = {}
        self.tests = AppointmentBook.of_instance(instance, without_rules)
        self._patients_on: dict[str, list[str]] = {list_id: [] for list_id in instance.lists}
        self._orders = DayOrders(instance, without_rules)
        self._lists_on, self._lists_changed = _lists_by_day(instance), False
        self.resources = Resources(instance, without_rules)
        self._pair_rules: dict[tuple[str, str], tuple[str, ...]] = {}
        self._eligible: dict[str, tuple[TheatreList, ...]] = {}
        self._allowed: dict[str, dict[str, TheatreList]] = {}
        # What is known of `shared_rules`, and whether there is any, until something changes.
        self._broken: dict[tuple[str, Alike], tuple[str, ...]] = {}
        self._breaks: dict[tuple[str, Alike], bool] = {}
        self.unplaceable: tuple[str, ...] = ()
        if not empty and "T-20" not in without_rules:
            self.unplaceable = keep_fixed(self)

    @classmethod
    def of_plan(
        cls,
        plan: Plan,
        without_rules: frozenset[str] = NO_RULES,
        like: Book | None = None,
        nodes: int | None = None,
    ) -> Book:
        """The book that holds a plan, its test appointments as they stand; nothing is checked.

        It knows the orders of days that a book `like` it, of the same instance and rules, has found. `nodes` is how
        long it looks for the order of a day; without it as long as a search can wait.
        """
        book = cls(plan.instance, without_rules, empty=True)
        made = {
            patient_id: [a for a in plan.appointments if a.patient_id == patient_id] for patient_id in plan.list_of
        }
        for patient_id, list_id in sorted(plan.list_of.items()):
            book._enter(patient_id, list_id, +1)
            book.tests.load(patient_id, plan.instance.lists[list_id].date, made[patient_id])
        if like is not None:
            book._orders = like._orders.for_other_bookings()
        if nodes is not None:
            book._orders.nodes = nodes
        book._orders.remember(plan.bookings)
        return book

    def under(
        self, instance: Instance, patient_id: str | None = None, visits: Mapping[str, Visit] | None = None
    ) -> Book:
        """The same bookings under a changed instance, for questions only: what would fit if this were so.

        Lists, patients and tests must still be there. `visits` are tests the patient asked about would have, beyond
        those on offer: test -> site, start and end.
        """
        other = copy.copy(self)
        other.instance, other.resources = instance, self.resources.under(instance)
        other._pair_rules, other._eligible, other._allowed = {}, {}, {}
        same = self._shares_the_same(instance)
        other._orders = self._orders.under(instance, same_cases=same)
        if not same:
            other._broken, other._breaks = {}, {}
        if instance.lists is not self.instance.lists:
            other._lists_on, other._lists_changed = _lists_by_day(instance), True
        if patient_id is not None and visits:
            other.tests = self.tests.with_visits(patient_id, visits)
        return other

    # --- questions ---------------------------------------------------------------------------------------------

    def patients_on(self, list_id: str) -> tuple[str, ...]:
        """The patients on a list, in the order in which they were booked."""
        return tuple(self._patients_on[list_id])

    def allowed(self, patient_id: str) -> Mapping[str, TheatreList]:
        """The lists that the patient's own data allow, tests apart, whoever else is booked; by id, earliest first."""
        if patient_id not in self._allowed:
            lists = eligible_lists(self.instance, patient_id, self.without_rules)
            self._allowed[patient_id] = {on.list_id: on for on in lists}
        return self._allowed[patient_id]

    def eligible(self, patient_id: str) -> tuple[TheatreList, ...]:
        """The lists that the patient's own data and tests allow, whoever else is booked; earliest first."""
        if patient_id not in self._eligible:
            lists = self.allowed(patient_id).values()
            self._eligible[patient_id] = tuple(on for on in lists if not self.own_rules(patient_id, on.list_id))
        return self._eligible[patient_id]

    def own_rules(self, patient_id: str, list_id: str) -> tuple[str, ...]:
        """The rules that keep a patient off a list whoever else is booked; empty: none does."""
        key = (patient_id, list_id)
        if key not in self._pair_rules:
            # Under changed lists few pairs are asked about: all lists are not sifted for them.
            allowed = not self._lists_changed and list_id in self.allowed(patient_id)
            found = () if allowed else pair_rules(self.instance, patient_id, list_id, self.without_rules)
            never = self.tests.never(patient_id, self.instance.lists[list_id].date)
            self._pair_rules[key] = (*found, *never)
        return self._pair_rules[key]

    def why_not(self, patient_id: str, list_id: str) -> tuple[str, ...]:
        """Every rule that keeps a patient off a list as things stand, in the order of their ids; empty: it fits.

        When the patient's own data already rule the list out, only those rules are named. The rules on the order of
        the day (T-10, T-14, T-32, T-33) are asked only when the list has the time.
        """
        if patient_id in self.list_of:
            return ("T-01",)
        own = self.own_rules(patient_id, list_id)
        if own:
            return tuple(sorted(own))
        found = {*self.shared_rules(patient_id, list_id)}
        found |= set(self.tests.why_not(patient_id, self.instance.lists[list_id].date))
        return tuple(sorted(found))

    def shared_rules(self, patient_id: str, list_id: str) -> tuple[str, ...]:
        """The rules on what lists share, tests apart, that one more patient on a list would break; in order."""
        key = (list_id, self.alike(patient_id))
        if key not in self._broken:
            found = {rule for rule in self._shared_rules(patient_id, list_id) if rule is not None}
            self._broken[key] = tuple(sorted(found))
        return self._broken[key]

    def alike(self, patient_id: str) -> Alike:
        """What a patient takes of a list and of what lists share: the same for patients who are alike in it."""
        patient = self.instance.patients[patient_id]
        return (patient.procedure_code, patient.priority, patient.latex_allergy, patient.infection_risk,
                patient.diabetic, patient.day_case, patient.hospital_transport)  # fmt: skip

    def fits(self, patient_id: str, list_id: str) -> bool:
        """Whether a patient fits on a list as things stand."""
        return (
            patient_id not in self.list_of
            and not self.own_rules(patient_id, list_id)
            and not self._breaks_something(patient_id, list_id)
            and self.tests.fits(patient_id, self.instance.lists[list_id].date)
        )

    def fits_instead_of(self, leaves: str, patient_id: str) -> bool:
        """Whether a patient would fit in the place of a booked one; nothing is changed."""
        list_id = self.list_of[leaves]
        with self.without((leaves,)):
            return self.fits(patient_id, list_id)

    @contextmanager
    def without(self, patients: Sequence[str]) -> Iterator[None]:
        """For questions: the book with these booked patients gone; afterwards it is, and knows, what it was."""
        before, known = {p: self.list_of[p] for p in patients}, (dict(self._broken), dict(self._breaks))
        with ExitStack() as tests:
            for patient_id, list_id in before.items():
                self._enter(patient_id, list_id, -1)
                tests.enter_context(self.tests.given_up(patient_id))
            yield
        for patient_id, list_id in before.items():
            self._enter(patient_id, list_id, +1)
        self._broken, self._breaks = known

    def expected_end_minutes(self, list_id: str, *more: str) -> int:
        """Minutes from the start of a list to the expected end of its last case without idle time; 0 when empty.

        `more` are patients added to those on it.
        """
        patients = [*self._patients_on[list_id], *more]
        if not patients:
            return 0
        return sum(gaps_between(self.instance, self.without_rules, patients)) + sum(
            self.instance.duration(p, list_id).mean_minutes for p in patients
        )

    def spare_minutes(self, list_id: str, *more: str) -> float:
        """Minutes left on a list until it would break T-08 or T-09; negative when it does."""
        variance = sum(
            self.instance.duration(p, list_id).variance_minutes2 for p in (*self._patients_on[list_id], *more)
        )
        on = self.instance.lists[list_id]
        return latest_end_minutes(self.instance, on, variance, self.without_rules) - self.expected_end_minutes(
            list_id, *more
        )

    def rehearsed_spare_minutes(self, list_id: str, *more: str) -> float:
        """Idle minutes a list could have before it would break T-37; negative when it does without any."""
        on, patients = self.instance.lists[list_id], [*self._patients_on[list_id], *more]
        if not patients or "T-37" in self.without_rules:
            return math.inf
        end = rehearsal_of(self.instance.settings).latest_end_minutes(
            *cases_and_gaps(self.instance, self.without_rules, list_id, patients)
        )
        return on.minutes + self.instance.settings.overrun_grace_minutes - end

    def rehearsed_late_share(self, list_id: str, *more: str) -> float:
        """The share of rehearsed days on which a list without idle time would end after the grace (T-37)."""
        on, patients = self.instance.lists[list_id], [*self._patients_on[list_id], *more]
        if not patients:
            return 0.0
        cases, gaps = cases_and_gaps(self.instance, self.without_rules, list_id, patients)
        latest = on.minutes + self.instance.settings.overrun_grace_minutes
        return rehearsal_of(self.instance.settings).late_share(cases, gaps, latest)

    def has_order(self, patient_id: str, list_id: str) -> bool:
        """Whether the day of a list has an order with one more patient on it; a list too long says nothing here."""
        return self._has_order(patient_id, self.instance.lists[list_id])

    def plan(self) -> Plan:
        """The plan as the book stands, with order and times of every day.

        Raises
        ------
        ValueError
            If the cases of some day cannot be put in order, which only `of_plan` or dropped rules can bring about.
        """
        bookings = []
        for day in sorted(self._lists_on):
            ordered = self._orders.bookings(self._cases_of(day))
            if ordered is None:
                raise ValueError(f"no order of the day keeps the rules on {day}")
            bookings += ordered
        return Plan.of(self.instance, bookings, self.tests.appointments())

    # --- changes -----------------------------------------------------------------------------------------------

    def book(self, patient_id: str, list_id: str, *, in_order: bool = False) -> bool:
        """Put a patient on a list with the tests this needs; False, and nothing changed, when it breaks a rule.

        With `in_order` the day is known to have an order, which is not asked again.
        """
        if patient_id in self.list_of or self.own_rules(patient_id, list_id):
            return False
        on = self.instance.lists[list_id]
        if any(self._without_order(patient_id, on)) if in_order else self._breaks_something(patient_id, list_id):
            return False
        if not self.tests.add(patient_id, self.instance.lists[list_id].date):
            return False
        self._enter(patient_id, list_id, +1)
        return True

    def remove(self, patient_id: str) -> str:
        """Take a patient off their list and give up their new test appointments; returns the list."""
        list_id = self.list_of[patient_id]
        on = self.instance.lists[list_id]
        before = {at: tuple(patients) for at, patients in self._cases_of(on.date).items()}
        self._enter(patient_id, list_id, -1)
        self._orders.removed(before, patient_id)
        self.tests.remove(patient_id)
        return list_id

    def swap(self, leaves: str, comes: str) -> bool:
        """Give the place of a booked patient to another one; False, and nothing changed, when that breaks a rule."""
        appointments = self.tests.of(leaves)
        list_id = self.remove(leaves)
        if self.book(comes, list_id):
            return True
        self._enter(leaves, list_id, +1)
        self.tests.load(leaves, self.instance.lists[list_id].date, appointments)
        return False

    def _enter(self, patient_id: str, list_id: str, sign: int) -> None:
        on, patients = self.instance.lists[list_id], self._patients_on[list_id]
        self._broken, self._breaks = {}, {}
        if sign > 0:
            self.list_of[patient_id] = list_id
            patients.append(patient_id)
        else:
            del self.list_of[patient_id]
            patients.remove(patient_id)
            self._orders.case_gone(list_id)
        self.resources.enter(patient_id, on, sign, alone=len(patients) == (sign > 0))

    # --- rules that depend on who else is booked ---------------------------------------------------------------

    def _shared_rules(self, patient_id: str, list_id: str) -> Iterator[str | None]:
        """Each broken rule over lists, beds, kit and the order of the day; None for one that holds."""
        on = self.instance.lists[list_id]
        yield from self._without_order(patient_id, on)
        if not self._has_order(patient_id, on):
            # Each rule that alone leaves the day without an order, else those that do so together.
            conflict = self.order_conflict(patient_id, list_id)
            yield from conflict.alone or conflict.together

    def _without_order(self, patient_id: str, on: TheatreList) -> Iterator[str | None]:
        """Each broken rule over lists, beds and kit, the cheapest first; None for one that holds."""
        yield from self._list_time(patient_id, on)
        yield self._joints(patient_id, on)
        yield from self.resources.broken(patient_id, on)

    def _breaks_something(self, patient_id: str, list_id: str) -> bool:
        """Whether one more patient on a list breaks any rule on what lists share."""
        key = (list_id, self.alike(patient_id))
        if key in self._broken:
            return bool(self._broken[key])
        if key not in self._breaks:
            on = self.instance.lists[list_id]
            self._breaks[key] = any(self._without_order(patient_id, on)) or not self._has_order(patient_id, on)
        return self._breaks[key]

    def _shares_the_same(self, instance: Instance) -> bool:
        """Whether only patients who are not booked differ, so that what is known of lists still holds."""
        mine = self.instance
        return all(
            getattr(instance, part.name) is getattr(mine, part.name)
            for part in fields(Instance)
            if part.name != "patients"
        ) and all(instance.patients[p] is mine.patients[p] for p in self.list_of)

    def _list_time(self, patient_id: str, on: TheatreList) -> Iterator[str | None]:
        end = self.expected_end_minutes(on.list_id, patient_id)
        too_long = "T-08" not in self.without_rules and end > on.minutes
        yield "T-08" if too_long else None
        too_risky = False
        if "T-09" not in self.without_rules:
            patients = (*self._patients_on[on.list_id], patient_id)
            variance = sum(self.instance.duration(p, on.list_id).variance_minutes2 for p in patients)
            latest = latest_end_minutes(self.instance, on, variance, self.without_rules | {"T-08"})
            too_risky = end > latest + _EPSILON
            yield "T-09" if too_risky else None
        if not too_long and not too_risky:
            yield "T-37" if self.rehearsed_spare_minutes(on.list_id, patient_id) < 0 else None

    def _joints(self, patient_id: str, on: TheatreList) -> str | None:
        if on.max_joints is None or "T-30" in self.without_rules:
            return None
        patients = (*self._patients_on[on.list_id], patient_id)
        joints = sum(self.instance.procedure_of(p).is_joint for p in patients)
        return "T-30" if self.instance.procedure_of(patient_id).is_joint and joints > on.max_joints else None

    def order_conflict(self, patient_id: str, list_id: str) -> OrderConflict:
        """Which of T-10, T-14, T-32 and T-33 leave a day without an order were the patient on one of its lists."""
        return self._orders.conflict(self._cases_with(patient_id, self.instance.lists[list_id]))

    def settle_order(self, more: Mapping[str, str]) -> bool:
        """Whether a long search finds an order of a day with more patients (-> list) on it; it is remembered."""
        cases = {
            at: list(found) for at, found in self._cases_of(self.instance.lists[min(more.values())].date).items()
        }
        for patient_id, list_id in more.items():
            cases[list_id].append(patient_id)
        return self._orders.settle(cases)

    def remember_order(self, bookings: Sequence[Booking]) -> None:
        """Remember orders of days found elsewhere; those that break a rule are not."""
        self._orders.remember(bookings)
        self._broken, self._breaks = {}, {}

    def _has_order(self, patient_id: str, on: TheatreList) -> bool:
        """Whether the day can be put in order; a list that is too long is for the rules on its time to say."""
        if any(self._list_time(patient_id, on)):
            return True
        return self._orders.takes(self._cases_with(patient_id, on), on.list_id, patient_id)

    def _cases_with(self, patient_id: str, on: TheatreList) -> dict[str, list[str]]:
        """The cases of the day of a list, with one more patient on it."""
        cases = self._cases_of(on.date)
        return {**cases, on.list_id: [*cases[on.list_id], patient_id]}

    def _cases_of(self, day: dt.date) -> dict[str, list[str]]:
        return {on.list_id: self._patients_on[on.list_id] for on in self._lists_on[day]}


def _lists_by_day(instance: Instance) -> dict[dt.date, list[TheatreList]]:
    days: dict[dt.date, list[TheatreList]] = {}
    for on in sorted(instance.lists.values(), key=lambda x: x.list_id):
        days.setdefault(on.date, []).append(on)
    return days
