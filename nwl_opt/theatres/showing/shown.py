"""A run of theatres as pages look things up in it: its instance and its written tables, indexed once."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from models.shared.parsing import Row, TypedTable
from models.theatres.entities import TheatreList
from models.theatres.instance import Instance
from nwl_opt.theatres.printing.day import Day

STRESSED, AS_PLANNED = "stressed", "as_planned"


@dataclass(frozen=True)
class ShownRun:
    """A plan with everything beside it. Rows of the tables are found by what pages ask for."""

    instance: Instance
    tables: Mapping[str, TypedTable]

    def day(self, date: dt.date) -> Day:
        """The day as the papers print it."""
        return Day(self.instance, self.tables, date)

    def cases(self, list_id: str) -> tuple[Row, ...]:
        """The cases of a list in order."""
        return self._cases.get(list_id, ())

    def figures(self, list_id: str) -> Row:
        """The row of a list in the table of lists."""
        return self._figures[list_id]

    def rehearsed(self, list_id: str, assumptions: str) -> Row | None:
        """A list on simulated days; None where it was not rehearsed."""
        return self._rehearsed.get((list_id, assumptions))

    def late_share(self, list_id: str) -> float | None:
        """How likely a list is late on stressed days; None where it is not known."""
        row = self.rehearsed(list_id, STRESSED)
        return None if row is None else row.number_of("overrun_probability")

    def case_of(self, patient_id: str) -> Row | None:
        """The operation of a patient; None when there is none in this plan."""
        return self._case_of.get(patient_id)

    def reason_of(self, patient_id: str) -> Row | None:
        """Why a patient is not booked; None for who is."""
        return self._reasons.get(patient_id)

    def appointments_of(self, patient_id: str) -> tuple[Row, ...]:
        """Test appointments of a patient in the order of time."""
        return self._appointments.get(patient_id, ())

    def work_on(self, patient_id: str) -> tuple[Row, ...]:
        """What somebody has to do about a patient."""
        return self._work.get(patient_id, ())

    def standby_of(self, patient_id: str) -> tuple[Row, ...]:
        """Where a patient stands by."""
        return self._standby_of.get(patient_id, ())

    def change_of(self, patient_id: str) -> Row | None:
        """What became of a patient's booking of before; None when nothing changed."""
        return self._changes.get(patient_id)

    def lists_on(self, date: dt.date) -> tuple[TheatreList, ...]:
        """The lists of a day by theatre and start."""
        return self._lists_on.get(date, ())

    @cached_property
    def theatres(self) -> tuple[tuple[str, str], ...]:
        """Theatres by id and name, in the order people count: Theatre 2 before Theatre 10."""
        named = [(theatre_id, theatre.name) for theatre_id, theatre in self.instance.theatres.items()]
        return tuple(sorted(named, key=lambda one: (_counted(one[1]), one[0])))

    @cached_property
    def days(self) -> tuple[dt.date, ...]:
        """Every day with a list, in order."""
        return tuple(sorted(self._lists_on))

    @cached_property
    def test_days(self) -> tuple[dt.date, ...]:
        """Every day with a test appointment, in order."""
        return tuple(sorted({row.moment("start").date() for row in self.tables["cdc_appointments"]}))

    @cached_property
    def _lists_on(self) -> Mapping[dt.date, tuple[TheatreList, ...]]:
        found: dict[dt.date, list[TheatreList]] = defaultdict(list)
        for on in sorted(self.instance.lists.values(), key=lambda on: (on.theatre_id, on.start, on.list_id)):
            found[on.date].append(on)
        return {date: tuple(lists) for date, lists in found.items()}

    @cached_property
    def _cases(self) -> Mapping[str, tuple[Row, ...]]:
        rows = sorted(self.tables["theatre_lists"], key=lambda row: row.integer("position"))
        return _grouped(rows, "list_id")

    @cached_property
    def _case_of(self) -> Mapping[str, Row]:
        return {row.text("patient_id"): row for row in self.tables["theatre_lists"]}

    @cached_property
    def _figures(self) -> Mapping[str, Row]:
        return {row.text("list_id"): row for row in self.tables["lists"]}

    @cached_property
    def _rehearsed(self) -> Mapping[tuple[str, str], Row]:
        return {(row.text("list_id"), row.text("assumptions")): row for row in self.tables["rehearsal"]}

    @cached_property
    def _reasons(self) -> Mapping[str, Row]:
        return {row.text("patient_id"): row for row in self.tables["not_booked"]}

    @cached_property
    def _changes(self) -> Mapping[str, Row]:
        return {row.text("patient_id"): row for row in self.tables["changes"]}

    @cached_property
    def _appointments(self) -> Mapping[str, tuple[Row, ...]]:
        rows = sorted(self.tables["cdc_appointments"], key=lambda row: (row.moment("start"), row.text("test")))
        return _grouped(rows, "patient_id")

    @cached_property
    def _work(self) -> Mapping[str, tuple[Row, ...]]:
        return _grouped(self.tables["worklists"], "patient_id")

    @cached_property
    def _standby_of(self) -> Mapping[str, tuple[Row, ...]]:
        return _grouped(self.tables["standby"], "patient_id")


def _counted(name: str) -> tuple[tuple[str, int], ...]:
    """A name as pairs of text and number, by which names with numbers are put in order."""
    return tuple((text, int(number or 0)) for text, number in re.findall(r"(\D*)(\d*)", name))


def _grouped(rows: Iterable[Row], column: str) -> dict[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.text(column)].append(row)
    return {value: tuple(group) for value, group in found.items()}
