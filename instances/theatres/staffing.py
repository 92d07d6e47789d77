"""Synthetic people behind the lists: staff of each shift, and when surgeons are elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from instances.theatres.catalogue import STAFF_NEEDS, TRAVEL_MINUTES, Row
from instances.theatres.dice import Dice
from instances.theatres.parameters import Parameters
from instances.theatres.people import SyntheticSurgeon
from instances.theatres.timetable import Leave, SyntheticList, is_away, mondays_of
from models.shared.calendar import is_working_day

# A list in the morning or in the afternoon takes one shift, an all-day list both.
SHIFTS = ((dt.time(8, 0), dt.time(13, 0)), (dt.time(13, 0), dt.time(18, 0)))
# Clinics at the home trust, each week on a day without a list at the centre.
_CLINICS = ((dt.time(9, 0), dt.time(12, 30)), (dt.time(13, 30), dt.time(17, 0)))
# What a surgeon may have on the day of a list: after a morning, before an afternoon, after a whole day. Those who
# come from further away than the gap cannot have both.
_BESIDE_A_LIST = {
    "am": (dt.time(13, 0), dt.time(16, 0)),
    "pm": (dt.time(9, 0), dt.time(12, 30)),
    "": (dt.time(17, 0), dt.time(18, 30)),
}


def staffing_tables(
    parameters: Parameters,
    surgeons: tuple[SyntheticSurgeon, ...],
    leave: tuple[Leave, ...],
    lists: tuple[SyntheticList, ...],
) -> dict[str, list[Row]]:
    """The tables staff and surgeon_commitments."""
    commitments = [*_clinics(parameters, surgeons, leave, lists), *_beside_lists(parameters, surgeons, leave, lists)]
    return {
        "staff": list(_shifts(parameters)),
        "surgeon_commitments": sorted(
            commitments, key=lambda row: (str(row["surgeon_id"]), str(row["date"]), str(row["start"]))
        ),
    }


def _shifts(parameters: Parameters) -> Iterator[Row]:
    """Staff for every theatre on working days; now and then a role is one list short; nobody on bank holidays."""
    dice = Dice(parameters.seed, "staff")
    for monday in mondays_of(parameters):
        for day in (monday + dt.timedelta(days=weekday) for weekday in range(5)):
            for start, end in SHIFTS:
                for role, (_, per_list) in STAFF_NEEDS.items():
                    teams = parameters.theatres - int(dice.chance(parameters.short_shift_share))
                    yield {
                        "date": day,
                        "role": role,
                        "start": start,
                        "end": end,
                        "available": per_list * teams if is_working_day(day) else 0,
                        "provenance": "synthetic",
                    }


def _clinics(
    parameters: Parameters,
    surgeons: tuple[SyntheticSurgeon, ...],
    leave: tuple[Leave, ...],
    lists: tuple[SyntheticList, ...],
) -> Iterator[Row]:
    """A weekly clinic at the home trust, on a weekday on which the surgeon never operates at the centre."""
    dice = Dice(parameters.seed, "clinics")
    operating = {(item.surgeon, item.day.weekday()) for item in lists}
    for at, surgeon in enumerate(surgeons):
        free = [weekday for weekday in range(5) if (at, weekday) not in operating]
        weekday, times = dice.pick(free or range(5)), dice.pick(_CLINICS)
        for monday in mondays_of(parameters):
            day = monday + dt.timedelta(days=weekday)
            if free and is_working_day(day) and not is_away(at, day, leave):
                yield _commitment(surgeon, day, times)


def _beside_lists(
    parameters: Parameters,
    surgeons: tuple[SyntheticSurgeon, ...],
    leave: tuple[Leave, ...],
    lists: tuple[SyntheticList, ...],
) -> Iterator[Row]:
    """Now and then something at the home trust on the day of a list, which may be too close to it."""
    dice = Dice(parameters.seed, "beside_lists")
    for item in lists:
        chosen = dice.chance(parameters.beside_list_share)
        if chosen and item.surgeon is not None and item.staffed and not is_away(item.surgeon, item.day, leave):
            yield _commitment(surgeons[item.surgeon], item.day, _BESIDE_A_LIST[item.half])


def _commitment(surgeon: SyntheticSurgeon, day: dt.date, times: tuple[dt.time, dt.time]) -> Row:
    return {
        "surgeon_id": surgeon.surgeon_id,
        "date": day,
        "start": times[0],
        "end": times[1],
        "travel_minutes": TRAVEL_MINUTES[surgeon.trust],
        "provenance": "synthetic",
    }
