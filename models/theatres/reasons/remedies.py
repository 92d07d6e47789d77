"""What would make room for a patient on one list: the least change for each rule that keeps them off it.

A change is only offered after it was tried: with it, and all other bookings as they are, the patient fits.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from models.shared.calendar import days_between, is_working_day
from models.theatres.booking import Book, Visit
from models.theatres.eligibility import booking_window, site_takes_patient
from models.theatres.entities import TestSession, TheatreList
from models.theatres.instance import Instance
from models.theatres.reasons.edits import Addition, Change, Edit, edited
from models.theatres.words import day_text, list_text

# Rule -> reason code, for rules over what others have taken.
CODE_OF_RULE: dict[str, str] = {
    "T-08": "list_time",
    "T-09": "overrun_chance",
    "T-10": "surgeon_busy",
    "T-11": "surgeon_lists",
    "T-12": "beds",
    "T-13": "kit",
    "T-14": "image_intensifier",
    "T-18": "test_slots",
    "T-19": "test_slots",
}

# How hard a change is to bring about, in minutes of list time; only used to offer the easiest of several first.
_SLOT_EFFORT, _KIT_EFFORT, _MACHINE_EFFORT, _BED_NIGHT_EFFORT, _LIST_EFFORT = 15, 40, 40, 30, 60
_ROUNDS = 3


@dataclass(frozen=True)
class Step:
    """One thing that is short, how much of it is, and the edits that would provide it.

    `visits` are the test appointments among them: test -> site, start and end.
    """

    code: str
    effort: int
    short: str
    help: str
    edits: tuple[Edit, ...]
    visits: tuple[tuple[str, Visit], ...] = ()


@dataclass(frozen=True)
class Remedy:
    """A tried change: with `edits`, and the rest of the plan as it is, the patient fits on the list."""

    list_id: str
    steps: tuple[Step, ...]

    @property
    def edits(self) -> tuple[Edit, ...]:
        return tuple(edit for step in self.steps for edit in step.edits)

    @property
    def effort(self) -> tuple[int, int]:
        """Fewer things first, then less of them."""
        return len({step.code for step in self.steps}), sum(step.effort for step in self.steps)

    @property
    def help(self) -> str:
        return " and ".join(step.help for step in self.steps)


def remedy_for_list(book: Book, patient_id: str, list_id: str) -> Remedy | None:
    """The least that would put a patient on a list their own data allow; None when no change we know would."""
    steps: list[Step] = []
    tried = book
    for _ in range(_ROUNDS):
        rules = tried.why_not(patient_id, list_id)
        if not rules:
            return Remedy(list_id, tuple(steps))
        more = list(_steps(tried, patient_id, tried.instance.lists[list_id], rules))
        if len({step.code for step in more}) < len({_resource(rule) for rule in rules}):
            return None
        steps += more
        edits = [edit for step in more for edit in step.edits]
        visits = dict(visit for step in more for visit in step.visits)
        tried = tried.under(edited(tried.instance, edits), patient_id, visits)
    return None


def first_estimate(book: Book, patient_id: str, list_id: str, rules: Collection[str]) -> tuple[int, float]:
    """How many things are short on a list that breaks these rules for a patient, and how many minutes."""
    minutes = max(0.0, -book.spare_minutes(list_id, patient_id))
    return len({_resource(rule) for rule in rules}), minutes


def _resource(rule: str) -> str:
    """List time and overrun chance are mended by the same minutes; test slots by the same appointment."""
    return {"T-09": "T-08", "T-19": "T-18"}.get(rule, rule)


def _steps(book: Book, patient_id: str, on: TheatreList, rules: tuple[str, ...]) -> Iterator[Step]:
    if {"T-08", "T-09"} & set(rules):
        yield from _longer_list(book, patient_id, on, "T-08" if "T-08" in rules else "T-09")
    if "T-11" in rules:
        yield from _more_lists(book, on)
    if "T-12" in rules:
        yield from _more_beds(book, patient_id, on)
    if "T-13" in rules:
        yield from _more_kit(book, patient_id, on)
    if "T-14" in rules:
        yield from _more_machines(book, on)
    if {"T-18", "T-19"} & set(rules):
        yield from _more_slots(book, patient_id, on)


def _longer_list(book: Book, patient_id: str, on: TheatreList, rule: str) -> Iterator[Step]:
    minutes = math.ceil(-book.spare_minutes(on.list_id, patient_id) - 1e-9)
    end = on.end + dt.timedelta(minutes=minutes)
    later = [x.start for x in book.instance.lists.values() if x.theatre_id == on.theatre_id and x.start >= on.end]
    midnight = dt.datetime.combine(on.date + dt.timedelta(days=1), dt.time())
    if minutes <= 0 or end >= min([midnight, *later]):
        return
    why = "" if rule == "T-08" else " to keep the chance of a late finish"
    yield Step(
        code=CODE_OF_RULE[rule],
        effort=minutes,
        short=f"{minutes} minutes{why} on {list_text(on)}",
        help=f"{list_text(on)} ending {minutes} minutes later, at {end:%H:%M}",
        edits=(Change("lists", (("list_id", on.list_id),), "end", end.time()),),
    )


def _more_lists(book: Book, on: TheatreList) -> Iterator[Step]:
    if on.surgeon_id is None:
        return
    most = book.instance.surgeons[on.surgeon_id].max_lists_per_week
    yield Step(
        code="surgeon_lists",
        effort=_LIST_EFFORT,
        short=f"a further list of {on.surgeon_id} in the week of {day_text(on.date)}, who runs {most} a week",
        help=f"{on.surgeon_id} running {most + 1} lists a week",
        edits=(Change("surgeons", (("surgeon_id", on.surgeon_id),), "max_lists_per_week", most + 1),),
    )


def _more_beds(book: Book, patient_id: str, on: TheatreList) -> Iterator[Step]:
    ward = book.instance.procedure_of(patient_id).ward_id
    short = book.beds_short(patient_id, on.list_id)
    nights = f"the night{'s' * (len(short) > 1)} of {', '.join(day_text(night) for night in short)}"
    most = max(short.values(), default=0)
    yield Step(
        code="beds",
        effort=_BED_NIGHT_EFFORT * most * len(short),
        short=f"{_count(most, 'bed')} on {book.instance.wards[ward]} on {nights}",
        help=f"{_count(most, 'more bed')} on {book.instance.wards[ward]} on {nights}",
        edits=tuple(
            Change("beds", (("ward_id", ward), ("date", night)), "beds_open",
                   book.instance.beds[ward, night].beds_open + most)
            for night in short
        ),
    )  # fmt: skip


def _more_kit(book: Book, patient_id: str, on: TheatreList) -> Iterator[Step]:
    for kit_id in book.kit_short(patient_id, on.list_id):
        kit = book.instance.kit[kit_id]
        if kit.cycles_per_day:
            yield Step(
                code="kit",
                effort=_KIT_EFFORT,
                short=f"a use of {kit.name} on {day_text(on.date)} ({kit.cases_per_day} a day)",
                help=f"one more set of {kit.name} ({kit.sets + 1} instead of {kit.sets})",
                edits=(Change("kit", (("kit_id", kit_id),), "sets", kit.sets + 1),),
            )


def _more_machines(book: Book, on: TheatreList) -> Iterator[Step]:
    machines = book.instance.settings.image_intensifiers
    yield Step(
        code="image_intensifier",
        effort=_MACHINE_EFFORT,
        short=f"an image intensifier on {day_text(on.date)} ({machines} in all)",
        help=f"one more image intensifier ({machines + 1} instead of {machines})",
        edits=(Change("settings", (), "image_intensifiers", machines + 1),),
    )


def _more_slots(book: Book, patient_id: str, on: TheatreList) -> Iterator[Step]:
    short = book.tests.tests_without_place(patient_id, on.date)
    wanted = short or [test.test_id for test in book.tests.missing(patient_id, on.date)]
    for test_id in wanted:
        yield from one_more_appointment(book, patient_id, test_id, on.date)


def one_more_appointment(book: Book, patient_id: str, test_id: str, day: dt.date) -> Iterator[Step]:
    """One new appointment for a test that serves an operation on `day`; none when no day is left for it.

    At a site that does the test and takes the patient; after the day's last appointment of a day on which it is done
    there, the earliest; where there is none, at the usual time on the last working day in time.
    """
    instance, patient = book.instance, book.instance.patients[patient_id]
    first, last = booking_window(instance, patient.trust_id, test_id, day, book.without_rules)
    ends: dict[tuple[dt.date, str], tuple[dt.datetime, int]] = {}
    usual: dict[str, TestSession] = {}
    for session in instance.sessions:
        takes = "T-17" in book.without_rules or site_takes_patient(instance.sites[session.site_id], patient)
        if session.test_id == test_id and takes and session.slots:
            usual.setdefault(session.site_id, session)
            end, at = (
                session.starts()[-1] + dt.timedelta(minutes=session.slot_minutes),
                (session.date, session.site_id),
            )
            ends[at] = max((end, session.slot_minutes), ends.get(at, (end, 0)))
    if not usual or first > last:
        return
    times = [(date, site, *ends[date, site]) for date, site in sorted(ends) if first <= date <= last]
    site_id, other = min(usual.items())
    work = max((day for day in days_between(first, last) if is_working_day(day)), default=last)
    times.append((work, site_id, dt.datetime.combine(work, other.start.time()), other.slot_minutes))
    for date, site, start, minutes in times:
        if start + dt.timedelta(minutes=minutes) < dt.datetime.combine(date, dt.time(23, 59)):
            yield _appointment_step(instance, test_id, site, start, minutes, (first, last))
            return


def _appointment_step(
    instance: Instance, test_id: str, site_id: str, start: dt.datetime, minutes: int, window: tuple[dt.date, dt.date]
) -> Step:
    name, site, day = instance.tests[test_id].name, instance.sites[site_id].name, day_text(start.date())
    row = (("site_id", site_id), ("test_id", test_id), ("date", start.date()), ("start", start.time()),
           ("slots", 1), ("slot_minutes", minutes), ("places", 1))  # fmt: skip
    return Step(
        code="test_slots",
        effort=_SLOT_EFFORT,
        short=f"an appointment for {name} from {day_text(window[0])} to {day_text(window[1])}",
        help=f"one more appointment for {name} at {site} on {day} at {start:%H:%M}",
        edits=(Addition("test_slots", row),),
        visits=((test_id, (site_id, start, start + dt.timedelta(minutes=minutes))),),
    )


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")
