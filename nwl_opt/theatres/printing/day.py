"""One day of a saved run: its tables as they were written and checked, and what names stand for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from models.shared.parsing import Row, TypedTable
from models.theatres.instance import Instance
from nwl_opt.theatres.printing.sheets import Who


@dataclass(frozen=True)
class Day:
    """What is printed from; `who` says who a patient is, and is empty without a key."""

    instance: Instance
    tables: Mapping[str, TypedTable]
    date: dt.date
    who: Who = field(default_factory=dict)

    def cases(self, list_id: str) -> tuple[Row, ...]:
        """The rows of a list in order."""
        return self._cases.get(list_id, ())

    def figures(self, list_id: str) -> Row:
        """The row of a list in the table of lists."""
        return self._figures[list_id]

    def stressed_chance(self, list_id: str) -> float:
        """The chance of a late end on stressed days."""
        return self._stressed[list_id]

    def surgery_day(self, patient_id: str) -> dt.date | None:
        """The day a patient is operated on in this plan; None: not booked."""
        return self._surgery.get(patient_id)

    def state(self, patient_id: str) -> str:
        """The state of a patient's booking: a date that is only proposed nobody has told them."""
        return self._states[patient_id]

    @cached_property
    def _cases(self) -> Mapping[str, tuple[Row, ...]]:
        found: dict[str, list[Row]] = {}
        for row in sorted(self.tables["theatre_lists"], key=lambda row: row.integer("position")):
            found.setdefault(row.text("list_id"), []).append(row)
        return {list_id: tuple(rows) for list_id, rows in found.items()}

    @cached_property
    def _figures(self) -> Mapping[str, Row]:
        return {row.text("list_id"): row for row in self.tables["lists"]}

    @cached_property
    def _stressed(self) -> Mapping[str, float]:
        rows = [row for row in self.tables["rehearsal"] if row.text("assumptions") == "stressed"]
        return {row.text("list_id"): row.number_of("overrun_probability") for row in rows}

    @cached_property
    def _states(self) -> Mapping[str, str]:
        return {row.text("patient_id"): row.text("state") for row in self.tables["theatre_lists"]}

    @cached_property
    def _surgery(self) -> Mapping[str, dt.date]:
        return {row.text("patient_id"): row.date("date") for row in self.tables["theatre_lists"]}
