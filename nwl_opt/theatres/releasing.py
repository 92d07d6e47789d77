"""Sessions given up by their surgeons: who could take each, and what waiting patients they would book on it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from models.theatres.booking import Book
from models.theatres.changes import rules_in_words
from models.theatres.eligibility import is_usable, right_surgeon
from models.theatres.entities import Surgeon, TheatreList
from models.theatres.instance import Instance
from models.theatres.method.starts import in_order_of_the_stages
from models.theatres.plan import Plan


@dataclass(frozen=True)
class Taker:
    """A surgeon who was asked about a session. `why_not` is empty for one who can take it.

    `patients` are the waiting patients they would book, all other bookings where they are; `rank` counts from 1.
    What is to spare of kit and staff is None where nothing limits it.
    """

    surgeon_id: str
    why_not: str
    rank: int | None = None
    patients: tuple[str, ...] = ()
    long_waits: int = 0
    p2: int = 0
    kit_to_spare: int | None = None
    staff_to_spare: int | None = None
    touch_minutes: int = 0

    def standing(self) -> tuple[float, ...]:
        """Long waits first, then kit and staff left over (None: no limit), then cases and minutes."""
        kit, staff = (math.inf if left is None else left for left in (self.kit_to_spare, self.staff_to_spare))
        return (-self.long_waits, -kit, -staff, -len(self.patients), -self.touch_minutes)


@dataclass(frozen=True)
class Session:
    """A session that is released, and everybody asked: those who can take it by rank, then the others.

    `goes_to` is who is taken to have it when the next session is ranked: the one chosen, else the first. `loses` are
    the patients on it until now, with the state of their booking.
    """

    on: TheatreList
    given_up_by: str
    takers: tuple[Taker, ...]
    goes_to: str | None
    loses: tuple[tuple[str, str], ...]


def rank_sessions(
    saved: Plan,
    instance: Instance,
    released: Sequence[str],
    chosen: Mapping[str, str],
    states: Mapping[str, str],
) -> tuple[Session, ...]:
    """Rank the takers of each session in turn; who takes one, and the patients they book, count for the next.

    `instance` is that of the plan after the sessions were given up, `states` those of its bookings before.
    """
    plan = _without(saved, instance, released)
    sessions: list[Session] = []
    for list_id in released:
        giver = saved.instance.lists[list_id].surgeon_id or ""
        before = Book.of_plan(plan)
        takers = sorted(
            (_asked(plan, before, list_id, surgeon, giver) for surgeon in plan.instance.surgeons.values()),
            key=lambda taker: (bool(taker.why_not), taker.standing(), taker.surgeon_id),
        )
        ranked = tuple(
            taker if taker.why_not else replace(taker, rank=rank) for rank, taker in enumerate(takers, start=1)
        )
        goes_to = chosen.get(list_id) or next((taker.surgeon_id for taker in ranked if taker.rank == 1), None)
        loses = tuple((p, states[p]) for p, at in sorted(saved.list_of.items()) if at == list_id)
        sessions.append(Session(saved.instance.lists[list_id], giver, ranked, goes_to, loses))
        if goes_to is not None:
            plan = _filled(plan, list_id, goes_to).plan()
    return tuple(sessions)


def _without(plan: Plan, instance: Instance, released: Sequence[str]) -> Plan:
    """The plan in the instance after the sessions were given up: their patients wait again."""
    lost = {b.patient_id for b in plan.bookings if b.list_id in released}
    made = {(a.patient_id, a.test_id, a.start) for a in instance.existing_appointments}
    appointments = [
        a for a in plan.appointments if a.patient_id not in lost and (a.patient_id, a.test_id, a.start) not in made
    ]
    return Plan.of(instance, [b for b in plan.bookings if b.patient_id not in lost], appointments)


def _asked(plan: Plan, before: Book, list_id: str, surgeon: Surgeon, giver: str) -> Taker:
    """What would come of it if this surgeon took the session; `before` is the book of the plan as it is."""
    cannot = _cannot(before, plan.instance.lists[list_id], surgeon, giver)
    if cannot:
        return Taker(surgeon.surgeon_id, cannot)
    book = _filled(plan, list_id, surgeon.surgeon_id)
    patients = book.patients_on(list_id)
    if not patients:
        return Taker(surgeon.surgeon_id, _nobody_fits(book, plan, list_id))
    instance = book.instance
    return Taker(
        surgeon_id=surgeon.surgeon_id,
        why_not="",
        patients=tuple(sorted(patients)),
        long_waits=sum(instance.is_long_wait(p) for p in patients),
        p2=sum(instance.patients[p].priority == "P2" for p in patients),
        kit_to_spare=_kit_to_spare(book, list_id),
        staff_to_spare=book.resources.staff_left(list_id),
        touch_minutes=sum(instance.duration(p, list_id).mean_minutes for p in patients),
    )


def _cannot(before: Book, on: TheatreList, surgeon: Surgeon, giver: str) -> str:
    """Why a surgeon cannot be there; empty when they can."""
    return next(_reasons(before, on, surgeon, giver), "")


def _reasons(before: Book, on: TheatreList, surgeon: Surgeon, giver: str) -> Iterator[str]:
    instance = before.instance
    if surgeon.surgeon_id == giver:
        yield "gave it up"
    if on.subspecialty_id is not None and on.subspecialty_id not in surgeon.subspecialties:
        yield f"does not operate on {instance.subspecialties[on.subspecialty_id]}"
    if surgeon.is_away(on.date):
        yield "on leave"
    for other in instance.lists.values():
        if other.surgeon_id == surgeon.surgeon_id and other.start < on.end and on.start < other.end:
            yield f"has list {other.list_id} at that time"
    if not on.staffed:
        yield "the list has no staff"
    elif not is_usable(instance, replace(on, surgeon_id=surgeon.surgeon_id)):
        yield "elsewhere that day, with too little time to travel"
    taken = before.resources.lists_taken(surgeon.surgeon_id, on.date)
    if taken >= surgeon.max_lists_per_week:
        yield f"{taken} of {surgeon.max_lists_per_week} lists that week are taken"


def _filled(plan: Plan, list_id: str, surgeon_id: str) -> Book:
    """The book with the session in a surgeon's hands and waiting patients on it, in the order of the aims."""
    given = replace(plan.instance.lists[list_id], surgeon_id=surgeon_id)
    instance = replace(plan.instance, lists={**plan.instance.lists, list_id: given})
    book = Book.of_plan(Plan.of(instance, plan.bookings, plan.appointments))
    for patient_id in in_order_of_the_stages(instance, frozenset()):
        if patient_id not in book.list_of:
            book.book(patient_id, list_id)
    return book


def _nobody_fits(book: Book, plan: Plan, list_id: str) -> str:
    """Why none of those waiting is on the list."""
    instance = book.instance
    theirs = [
        p
        for p in in_order_of_the_stages(instance, frozenset())
        if p not in plan.list_of and right_surgeon(instance, instance.patients[p], instance.lists[list_id])
    ]
    if not theirs:
        return "none of their patients is ready and waiting without a date"
    many = f"{len(theirs)} of their patients wait" if len(theirs) > 1 else "one of their patients waits"
    reasons = Counter(rules_in_words(book.why_not(p, list_id)[:1]) for p in theirs)
    most_first = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    told = "; ".join(f"{count}: {words}" for words, count in most_first)
    return f"{many}, and none fits ({told})"


def _kit_to_spare(book: Book, list_id: str) -> int | None:
    """Uses left that day of the scarcest kit the patients of a list need."""
    instance, day = book.instance, book.instance.lists[list_id].date
    needed = {k for p in book.patients_on(list_id) for k in instance.procedure_of(p).kit}
    return min((book.resources.kit_left(k, day) for k in needed), default=None)
