"""The least change for each rule that keeps a patient off a list: more time, joints, lists, staff, beds, kit, places.

What is said here is an attempt; `remedies` tries it before it is offered.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass

from models.theatres.booking import Book, Visit
from models.theatres.entities import Shift, TheatreList
from models.theatres.reasons.edits import Change, Edit, Removal, shift_row
from models.theatres.words import day_text, list_text

# How hard a change is to bring about, in minutes of list time; only used to offer the easiest of several first.
_JOINT, _TRANSPORT, _PERSON, _KIT, _BED_NIGHT, _LIST, _COMMITMENT, _LIMIT_POINT = 20, 20, 30, 40, 30, 60, 60, 30
LONGEST_REMEDY_MINUTES = 240

# Rule -> the least a remedy for it takes; those on the order of the day (15, see `day_steps`) and on tests (15, see
# `test_steps`) are counted under T-14 and T-18.
LEAST_EFFORT = {"T-11": _LIST, "T-12": _BED_NIGHT, "T-13": _KIT, "T-14": 15, "T-18": 15, "T-29": _PERSON,
                "T-30": _JOINT, "T-34": _COMMITMENT, "T-35": _TRANSPORT}  # fmt: skip


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


def longer_list(book: Book, patient_id: str, on: TheatreList, rule: str) -> Iterator[Step]:
    """The list ending as many minutes later as list time, overrun chance and rehearsal ask for (T-08, T-09, T-37)."""
    spare = min(book.spare_minutes(on.list_id, patient_id), book.rehearsed_spare_minutes(on.list_id, patient_id))
    minutes = math.ceil(-spare - 1e-9)
    if minutes > 0 and later_end(book, on, minutes) is not None:
        why = {
            "T-09": " to keep the chance of a late finish",
            "T-37": " to keep the chance of a late finish, late starts and slow days included",
        }.get(rule, "")
        code = {"T-08": "list_time", "T-09": "overrun_chance"}.get(rule, "overrun_rehearsed")
        yield lasting_longer(book, on, minutes, code, f"{count_text(minutes, 'minute')}{why} on {list_text(on)}")


def lasting_longer(book: Book, on: TheatreList, minutes: int, code: str, short: str) -> Step:
    """A list that ends later, with the staff of its last shifts staying as long."""
    end = on.end + dt.timedelta(minutes=minutes)
    staying = _who_stay(book, on, end)
    edits = [Change("lists", (("list_id", on.list_id),), "end", end.time())]
    edits += [Change("staff", shift_row(shift), "end", end.time()) for shift in staying]
    staff = ", its staff staying too" if staying else ""
    help = f"{list_text(on)} ending {count_text(minutes, 'minute')} later, at {end:%H:%M}{staff}"
    return Step(code, minutes, short, help, tuple(edits))


def later_end(book: Book, on: TheatreList, minutes: int) -> dt.datetime | None:
    """The end of a list that lasts longer; None when the day or the theatre's next list is in the way."""
    end = on.end + dt.timedelta(minutes=minutes)
    later = [x.start for x in book.instance.lists.values() if x.theatre_id == on.theatre_id and x.start >= on.end]
    midnight = dt.datetime.combine(on.date + dt.timedelta(days=1), dt.time())
    return end if minutes <= LONGEST_REMEDY_MINUTES and end < min([midnight, *later]) else None


def _who_stay(book: Book, on: TheatreList, end: dt.datetime) -> list[Shift]:
    """The last shift of every role on the day of a list that ends before the list now does."""
    last: dict[str, Shift] = {}
    for shift in book.instance.shifts:
        before = last.get(shift.role)
        if shift.start.date() == on.date and (before is None or shift.end > before.end):
            last[shift.role] = shift
    return [shift for _, shift in sorted(last.items()) if shift.end < end]


def later_limit(book: Book, patient_id: str, on: TheatreList) -> Iterator[Step]:
    """A higher limit on the rehearsed chance of a late end, in whole points (T-37), where that chance is known."""
    share = book.rehearsed_late_share(on.list_id, patient_id)
    limit = book.instance.settings.rehearsed_overrun_limit_share
    points = math.ceil(100 * share - 1e-9)
    if share > limit and points <= 50:
        yield Step(
            code="overrun_rehearsed",
            effort=_LIMIT_POINT * max(1, math.ceil(points - 100 * limit - 1e-9)),
            short=f"a chance of a late finish of {100 * share:.1f} % on {list_text(on)}, against {100 * limit:g} %",
            help=f"a limit of {points} % on the rehearsed chance of a late finish, now {100 * limit:g} %",
            edits=(Change("settings", (), "rehearsed_overrun_limit_share", points / 100),),
        )


def one_more_joint(on: TheatreList) -> Iterator[Step]:
    """One more joint on a list than agreed (T-30)."""
    most = on.max_joints or 0
    yield Step(
        code="joints",
        effort=_JOINT,
        short=f"a further joint on {list_text(on)}, which takes {most}",
        help=f"{count_text(most + 1, 'joint')} instead of {most} on {list_text(on)}",
        edits=(Change("lists", (("list_id", on.list_id),), "max_joints", most + 1),),
    )


def one_more_list_a_week(book: Book, on: TheatreList) -> Iterator[Step]:
    """One more list a week for the surgeon of a list (T-11)."""
    if on.surgeon_id is None:
        return
    most = book.instance.surgeons[on.surgeon_id].max_lists_per_week
    yield Step(
        code="surgeon_lists",
        effort=_LIST,
        short=f"a further list of {on.surgeon_id} in the week of {day_text(on.date)}, who runs {most} a week",
        help=f"{on.surgeon_id} running {most + 1} lists a week",
        edits=(Change("surgeons", (("surgeon_id", on.surgeon_id),), "max_lists_per_week", most + 1),),
    )


def more_staff(book: Book, on: TheatreList) -> Iterator[Step]:
    """The staff missing in the shifts of a list that is not used yet (T-29)."""
    instance, missing = book.instance, book.resources.staff_short(on.list_id)
    shifts = [shift for shift in instance.shifts if (shift.role, shift.start) in missing]
    who, edits = [], []
    for shift in shifts:
        number = missing[shift.role, shift.start]
        who.append(f"{number} {instance.roles[shift.role].name} from {shift.start:%H:%M} to {shift.end:%H:%M}")
        edits.append(Change("staff", shift_row(shift), "available", shift.available + number))
    if edits:
        people = sum(missing.values())
        yield Step(
            code="staff",
            effort=_PERSON * people,
            short=f"staff for {list_text(on)} ({' and '.join(who)})",
            help=f"{' and '.join(who)} more on {day_text(on.date)}, for list {on.list_id}",
            edits=tuple(edits),
        )


def one_more_journey(book: Book, on: TheatreList) -> Iterator[Step]:
    """One more place on hospital transport a day (T-35)."""
    places = book.instance.settings.transport_places_per_day
    yield Step(
        code="transport",
        effort=_TRANSPORT,
        short=f"a place on hospital transport on {day_text(on.date)} ({places} a day)",
        help=f"one more place a day on hospital transport ({places + 1} instead of {places})",
        edits=(Change("settings", (), "transport_places_per_day", places + 1),),
    )


def more_beds(book: Book, patient_id: str, on: TheatreList) -> Iterator[Step]:
    """The beds missing on the nights of a stay (T-12)."""
    ward, short = book.instance.procedure_of(patient_id).ward_id, book.resources.beds_short(patient_id, on.list_id)
    nights = f"the night{'s' * (len(short) > 1)} of {', '.join(day_text(night) for night in short)}"
    most = max(short.values(), default=0)
    name = book.instance.wards[ward]
    yield Step(
        code="beds",
        effort=_BED_NIGHT * sum(short.values()),
        short=f"{count_text(most, 'bed')} on {name} on {nights}",
        help=f"{count_text(most, 'more bed')} on {name} on {nights}",
        edits=tuple(
            Change("beds", (("ward_id", ward), ("date", night)), "beds_open",
                   book.instance.beds[ward, night].beds_open + beds)
            for night, beds in short.items()
        ),
    )  # fmt: skip


def more_kit(book: Book, patient_id: str, on: TheatreList) -> Iterator[Step]:
    """One more set of each kit that is used up on the day (T-13)."""
    for kit_id in book.resources.kit_short(patient_id, on.list_id):
        kit, edits = book.instance.kit[kit_id], list[Edit]()
        help = f"{kit.name} used once a day"
        if not kit.cycles_per_day:
            edits.append(Change("kit", (("kit_id", kit_id),), "cycles_per_day", 1))
        if kit.cycles_per_day or not kit.sets:
            help = f"one more set of {kit.name} ({kit.sets + 1} instead of {kit.sets})"
            edits.append(Change("kit", (("kit_id", kit_id),), "sets", kit.sets + 1))
        yield Step(
            code="kit",
            effort=_KIT,
            short=f"a use of {kit.name} on {day_text(on.date)} ({kit.cases_per_day} a day)",
            help=help,
            edits=tuple(edits),
        )


def commitments_moved(book: Book, on: TheatreList) -> Iterator[Step]:
    """The surgeon's commitments that leave no time to travel to a list and back, on another day (T-34)."""
    if on.surgeon_id is None:
        return
    words, edits = [], []
    for one in book.instance.surgeons[on.surgeon_id].commitments:
        travel = dt.timedelta(minutes=one.travel_minutes)
        if one.start.date() == on.date and on.end + travel > one.start and one.end + travel > on.start:
            where = (("surgeon_id", on.surgeon_id), ("date", one.start.date()), ("start", one.start.time()))
            words.append(f"{one.start:%H:%M} to {one.end:%H:%M}")
            edits.append(Removal("surgeon_commitments", where))
    if edits:
        what = f"what {on.surgeon_id} does elsewhere on {day_text(on.date)} ({' and '.join(words)})"
        yield Step(
            code="no_suitable_list",
            effort=_COMMITMENT * len(edits),
            short=f"the time to travel for {list_text(on)}",
            help=f"{what} moved to another day",
            edits=tuple(edits),
        )


def count_text(number: int, thing: str) -> str:
    """So many things: 1 bed, 2 beds."""
    return f"{number} {thing}" + ("" if number == 1 else "s")
