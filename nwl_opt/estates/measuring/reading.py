"""The rows of an export as intervals of minutes in rooms, and every fault of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from models.estates.instance import EstatesInstance
from models.shared.faults import Fault
from models.shared.parsing import Row, TypedTable

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, order=True)
class Interval:
    """Minutes of a day in one room; `room` None where the export does not say which."""

    site_id: str
    room_type: str
    room: str | None
    day: dt.date
    start_minute: int
    end_minute: int


@dataclass(frozen=True)
class Export:
    """The intervals of one export, and how many of its rows count for nothing."""

    intervals: tuple[Interval, ...]
    left_out: int


def export_of(table: TypedTable) -> Export:
    """The intervals of an export without faults; what was cancelled, or seen empty, is left out."""
    kept = [row for row in table if row.cells.get("status") != "cancelled" and row.cells.get("people") != 0]
    intervals = tuple(
        sorted(
            (
                Interval(row.text("site_id"), row.text("room_type"), row.maybe_text("room"), row.date("date"),
                         _minute(row.time("start")), _end(row) or 0)
                for row in kept
            ),
            key=lambda one: (one.site_id, one.room_type, one.room or "", one.day, one.start_minute, one.end_minute),
        )
    )  # fmt: skip
    return Export(intervals, len(table) - len(kept))


def export_faults(table: TypedTable, instance: EstatesInstance) -> Iterator[Fault]:
    """Rooms that the register does not have, and times that cannot be."""
    sites = {site.site_id for site in instance.sites}
    there = {(suite.site_id, kind) for suite in instance.suites for kind in suite.rooms}
    for row in table:
        place = (row.text("site_id"), row.text("room_type"))
        if place[0] not in sites:
            yield table.fault(row, "site_id", "must be a site of the register", "Add it to sites.csv, or correct it.")
        elif place not in there:
            yield table.fault(row, "room_type", f"must be a kind of room that {place[0]} has",
                              "Correct it, or add the rooms to rooms.csv.")  # fmt: skip
        yield from _time_faults(table, row)


def _time_faults(table: TypedTable, row: Row) -> Iterator[Fault]:
    timed = row.cells.get("end") is not None
    if "minutes" in row.cells and timed == (row.cells["minutes"] is not None):
        found = "end and minutes" if timed else "no end and no minutes"
        yield table.fault(row, "end", "must have either its end or its minutes", "Give one of the two.", found)
        return
    end = _end(row)
    if timed and end is not None and end <= _minute(row.time("start")):
        yield table.fault(row, "end", f"must be after the start {row.time('start'):%H:%M}, on the same day",
                          "Correct it; split what goes past midnight into two rows.")  # fmt: skip
    elif end is not None and end > MINUTES_A_DAY:
        yield table.fault(row, "minutes", "must end before midnight", "Split it into two rows.")


def _end(row: Row) -> int | None:
    if row.cells.get("end") is not None:
        return _minute(row.time("end"))
    minutes = row.maybe_integer("minutes")
    return None if minutes is None else _minute(row.time("start")) + minutes


def _minute(time: dt.time) -> int:
    return 60 * time.hour + time.minute
