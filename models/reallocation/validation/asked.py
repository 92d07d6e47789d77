"""What more than one topic asks of the tables."""

from __future__ import annotations

from collections.abc import Iterator

from models.reallocation.entities import CellKey
from models.reallocation.settings import UNPLACED
from models.shared.faults import Fault
from models.shared.parsing import ParsedInstance, Row, TypedTable

OUT_OF_SCOPE = ("out_of_scope", "running_costs")
"""What a ledger line is mapped as when it stands on no cell."""


def parents(parsed: ParsedInstance) -> dict[str, str | None]:
    """Every line and the line it is a part of."""
    return {row.text("line"): row.maybe_text("parent") for row in parsed.table("lines")}


def leaves(parsed: ParsedInstance) -> list[str]:
    """The lines without sub-lines, in their order."""
    above_of = parents(parsed)
    above = set(above_of.values())
    return [line for line in above_of if line not in above]


def own_need(parsed: ParsedInstance) -> list[str]:
    """The places whose need is by weighted population."""
    places = parsed.table("places")
    return [row.text("place") for row in places if row.text("need_basis") == "weighted_population"]


def cell_of(row: Row) -> CellKey:
    """The cell a row of the baseline is of."""
    return CellKey(row.text("place"), row.text("line"), row.text("provider"))


def target_of(row: Row) -> CellKey:
    """The cell a row of the mapping sends its ledger line to."""
    place = UNPLACED if row.text("status") == "unplaced" else row.maybe_text("place") or ""
    return CellKey(place, row.maybe_text("line") or "", row.text("provider"))


def not_a_leaf(parsed: ParsedInstance, table: TypedTable, column: str, mend: str) -> Iterator[Fault]:
    """Rows that name a line with sub-lines where only one without can stand (an unknown line is told elsewhere)."""
    lines, known = leaves(parsed), parents(parsed)
    for row in table:
        line = row.maybe_text(column)
        if line is not None and line in known and line not in lines:
            yield table.fault(row, column, "must be a line without sub-lines", mend)
