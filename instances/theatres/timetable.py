"""Synthetic lists of a horizon, surgeons' leave, and the beds behind them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from instances.theatres.catalogue import CURVES, INPATIENT_CURVE, WARD, Row
from instances.theatres.dice import Dice
from instances.theatres.parameters import Parameters
from instances.theatres.people import SyntheticSurgeon
from models.shared.calendar import is_working_day

START, NOON, AFTER_LUNCH = dt.time(8, 30), dt.time(12, 30), dt.time(13, 0)
ALL_DAY_END, AFTERNOON_END = dt.time(16, 30), dt.time(17, 0)
# One afternoon in four weeks is kept for audit: the third Wednesday.
AUDIT_WEEK, AUDIT_WEEKDAY, AUDIT_EVERY_WEEKS = 2, 2, 4
# Joint replacements on a list on which a surgeon trains.
TRAINING_JOINTS = 3
# Patients of the lists before the horizon are still in beds when it begins.
CASES_A_DAY_BEFORE, NIGHTS_AFTER = 16, 14
BACKGROUND_PATIENTS = 1.5


@dataclass(frozen=True)
class SyntheticList:
    """A session before it becomes a row; `surgeon` is a position in the tuple of surgeons, None when released."""

    day: dt.date
    theatre: int
    half: str
    start: dt.time
    end: dt.time
    surgeon: int | None
    staffed: bool
    subspecialty: str | None = None

    @property
    def list_id(self) -> str:
        return f"{self.day}-T{self.theatre}" + (f"-{self.half}" if self.half else "")


Leave = tuple[int, dt.date, dt.date]


def leave_of(parameters: Parameters, surgeons: tuple[SyntheticSurgeon, ...]) -> tuple[Leave, ...]:
    """Whole weeks of leave, agreed before the plan is made: (surgeon, first day, last day)."""
    dice = Dice(parameters.seed, "leave")
    return tuple(
        (surgeon, monday, monday + dt.timedelta(days=6))
        for surgeon in range(len(surgeons))
        for monday in mondays_of(parameters)
        if dice.chance(parameters.leave_share)
    )


def lists_of(
    parameters: Parameters, surgeons: tuple[SyntheticSurgeon, ...], leave: tuple[Leave, ...]
) -> tuple[SyntheticList, ...]:
    """Every session of the horizon: all-day or split between two surgeons, with cover for some of the leave."""
    dice = Dice(parameters.seed, "lists")
    weekly = [at for at, s in enumerate(surgeons) if s.weekly]
    fortnightly = [at for at, s in enumerate(surgeons) if not s.weekly]
    slots = [(theatre + 1, weekday) for weekday in range(5) for theatre in range(parameters.theatres)]
    slots = dice.sample(slots, len(slots))
    found: list[SyntheticList] = []
    for week, monday in enumerate(mondays_of(parameters)):
        base = {slot: weekly[at] for at, slot in enumerate(slots[: len(weekly)])}
        pairs = enumerate(slots[len(weekly) :])
        base |= {slot: fortnightly[2 * at + week % 2] for at, slot in pairs}
        spare = dice.sample(sorted(set(fortnightly) - set(base.values())), len(slots))
        found += _week(parameters, dice, week, monday, base, spare)
    covered = _covered(dice, found, surgeons, leave)
    chosen = sorted((_for_one_subspecialty(dice, item, surgeons) for item in covered), key=lambda s: s.list_id)
    return tuple(chosen[: parameters.lists])


def timetable_tables(
    parameters: Parameters,
    surgeons: tuple[SyntheticSurgeon, ...],
    leave: tuple[Leave, ...],
    lists: tuple[SyntheticList, ...],
) -> dict[str, list[Row]]:
    """The tables lists, surgeon_leave and beds."""
    dice = Dice(parameters.seed, "joints")
    return {
        "lists": [
            {
                "list_id": item.list_id,
                "theatre_id": f"T{item.theatre}",
                "date": item.day,
                "start": item.start,
                "end": item.end,
                "surgeon_id": None if item.surgeon is None else surgeons[item.surgeon].surgeon_id,
                "subspecialty_id": item.subspecialty,
                "staffed": item.staffed,
                "max_joints": _max_joints(parameters, dice, item),
                "provenance": "synthetic",
            }
            for item in lists
        ],
        "surgeon_leave": [
            {
                "surgeon_id": surgeons[at].surgeon_id,
                "first_day": first,
                "last_day": last,
                "provenance": "synthetic",
            }
            for at, first, last in leave
        ],
        "beds": _beds(parameters),
    }


def mondays_of(parameters: Parameters) -> list[dt.date]:
    """The Mondays of the horizon."""
    return [parameters.horizon_start + dt.timedelta(days=7 * week) for week in range(parameters.weeks)]


def _week(
    parameters: Parameters,
    dice: Dice,
    week: int,
    monday: dt.date,
    base: dict[tuple[int, int], int],
    spare: list[int],
) -> list[SyntheticList]:
    """One week: some days split, some sessions without staff, none on bank holidays, one afternoon of audit."""
    slots = sorted(base)
    count = len(slots) * parameters.split_share
    split = set(dice.sample(slots, int(count * (week + 1)) - int(count * week)))
    unstaffed = set(dice.sample(slots, round(len(slots) * (1 - parameters.staffed_share))))
    found = []
    for theatre, weekday in slots:
        day = monday + dt.timedelta(days=weekday)
        staffed = (theatre, weekday) not in unstaffed and is_working_day(day)
        surgeon = base[theatre, weekday]
        audit = week % AUDIT_EVERY_WEEKS == AUDIT_WEEK and weekday == AUDIT_WEEKDAY
        halves = (theatre, weekday) in split and bool(spare)
        if halves or audit:
            found.append(SyntheticList(day, theatre, "am", START, NOON, surgeon, staffed))
        else:
            found.append(SyntheticList(day, theatre, "", START, ALL_DAY_END, surgeon, staffed))
        if halves and not audit:
            found.append(SyntheticList(day, theatre, "pm", AFTER_LUNCH, AFTERNOON_END, spare.pop(), staffed))
    return found


def _covered(
    dice: Dice, lists: list[SyntheticList], surgeons: tuple[SyntheticSurgeon, ...], leave: tuple[Leave, ...]
) -> list[SyntheticList]:
    """Of the lists whose surgeon is away, six in ten are taken by a colleague of the trust, two given up."""
    busy = {(item.surgeon, item.day) for item in lists}
    found = []
    for item in lists:
        if item.surgeon is None or not is_away(item.surgeon, item.day, leave):
            found.append(item)
            continue
        trust = surgeons[item.surgeon].trust
        colleagues = [
            at
            for at, colleague in enumerate(surgeons)
            if colleague.trust == trust and (at, item.day) not in busy and not is_away(at, item.day, leave)
        ]
        chosen = dice.pick(colleagues) if colleagues else None
        taken = dice.pick_by_share({"cover": 0.6, "released": 0.2, "left": 0.2})
        if taken == "cover" and chosen is not None:
            busy.add((chosen, item.day))
            found.append(replace(item, surgeon=chosen))
        else:
            found.append(replace(item, surgeon=None) if taken == "released" else item)
    return found


def _for_one_subspecialty(dice: Dice, item: SyntheticList, surgeons: tuple[SyntheticSurgeon, ...]) -> SyntheticList:
    """One list in ten is for one sub-specialty of its surgeon."""
    only = dice.chance(0.1)
    if item.surgeon is None or not only:
        return item
    return replace(item, subspecialty=dice.pick(surgeons[item.surgeon].skills))


def _max_joints(parameters: Parameters, dice: Dice, item: SyntheticList) -> int | None:
    """Some all-day lists are for training as well: a fourth case there may not be a joint."""
    training = dice.chance(parameters.training_list_share)
    return TRAINING_JOINTS if training and not item.half else None


def is_away(surgeon: int, day: dt.date, leave: tuple[Leave, ...]) -> bool:
    """Whether the surgeon at this position is on leave that day."""
    return any(who == surgeon and first <= day <= last for who, first, last in leave)


def _beds(parameters: Parameters) -> list[Row]:
    """Beds on every night until the last patient is home; patients of the lists before the horizon are in them."""
    beds = round(parameters.beds * parameters.theatres / 5)
    nights = 7 * parameters.weeks + NIGHTS_AFTER
    days = [parameters.horizon_start + dt.timedelta(days=at) for at in range(nights)]
    return [_bed_night(parameters, day, beds) for day in days]


def _bed_night(parameters: Parameters, day: dt.date, beds: int) -> Row:
    cases = CASES_A_DAY_BEFORE * parameters.theatres / 5
    background = BACKGROUND_PATIENTS * parameters.theatres / 5
    shares = [
        share
        for night, share in enumerate(CURVES[INPATIENT_CURVE])
        if (operated := day - dt.timedelta(days=night)) < parameters.horizon_start and is_working_day(operated)
    ]
    return {
        "ward_id": WARD,
        "date": day,
        "beds_open": beds,
        "census_expected": round(background + cases * sum(shares), 3),
        "census_variance": round(background + cases * sum(share * (1 - share) for share in shares), 3),
        "provenance": "synthetic",
    }
