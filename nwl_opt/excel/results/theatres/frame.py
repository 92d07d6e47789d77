"""What the sheets of a theatres run share: its lists, patients and names, and the rows of its plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from models.shared.parsing import Row
from nwl_opt.excel.results.book import Book
from nwl_opt.excel.results.source import Cells, Source


@dataclass(frozen=True)
class ListTimes:
    """A list's planned start and end."""

    start: dt.datetime
    end: dt.datetime

    @property
    def minutes(self) -> int:
        return int((self.end - self.start).total_seconds()) // 60


@dataclass(frozen=True)
class Frame:
    """A run of theatre lists, and the workbook its sheets go to."""

    book: Book
    source: Source

    def rows(self, table: str) -> Sequence[Cells]:
        return self.source.tables[table]

    @cached_property
    def lists(self) -> Mapping[str, Cells]:
        """The plan's row of every list, in its order."""
        return {str(row["list_id"]): row for row in self.rows("lists")}

    @cached_property
    def times(self) -> Mapping[str, ListTimes]:
        found: dict[str, ListTimes] = {}
        for row in self.source.inputs("lists"):
            start, end = (dt.datetime.combine(row.date("date"), row.time(name)) for name in ("start", "end"))
            found[row.text("list_id")] = ListTimes(start, end)
        return found

    @cached_property
    def cases(self) -> Mapping[str, list[Cells]]:
        """The cases of every list that has any, in their order."""
        found: dict[str, list[Cells]] = {}
        for row in self.rows("theatre_lists"):
            found.setdefault(str(row["list_id"]), []).append(row)
        return found

    @cached_property
    def patients(self) -> Mapping[str, Row]:
        return {row.text("patient_id"): row for row in self.source.inputs("patients")}

    def name(self, table: str, key: str, value: object) -> str:
        """The name of a thing of the instance, else its code."""
        return self._names(table, key).get(str(value), str(value))

    def _names(self, table: str, key: str) -> Mapping[str, str]:
        if (table, key) not in self._known:
            self._known[table, key] = {row.text(key): row.text("name") for row in self.source.inputs(table)}
        return self._known[table, key]

    @cached_property
    def _known(self) -> dict[tuple[str, str], Mapping[str, str]]:
        return {}


def inside_minutes(case: Cells, times: ListTimes) -> int:
    """Minutes of a case within the planned times of its list."""
    start, end = case["start"], case["end"]
    assert isinstance(start, dt.datetime)
    assert isinstance(end, dt.datetime)
    return max(0, int((min(end, times.end) - max(start, times.start)).total_seconds()) // 60)


def whole(row: Cells, column: str) -> int:
    """A whole number of a row, 0 where it is empty."""
    value = row[column]
    return int(value) if isinstance(value, (int, float)) else 0


def number(row: Cells, column: str) -> float:
    """A number of a row, 0 where it is empty."""
    value = row[column]
    return float(value) if isinstance(value, (int, float)) else 0.0


def day_words(day: object) -> str:
    """Mon 12 Apr."""
    return f"{day:%a} {day.day} {day:%b}" if isinstance(day, dt.date) else ""


def clock(moment: object) -> str:
    """08:30."""
    return f"{moment:%H:%M}" if isinstance(moment, dt.datetime) else ""
