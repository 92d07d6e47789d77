"""Rows that are no rows of the table: which of them a first mapping leaves out, and which a saved one does."""

from __future__ import annotations

from collections.abc import Sequence

from nwl_opt.excel.mapping.grid import Grid, plain
from nwl_opt.excel.mapping.model import LeaveOut
from nwl_opt.excel.mapping.money import is_total

TOTALS = ("Total", "Grand total", "Sub-total", "Subtotal")
_SPARSE_CELLS = 2


def goes(text: str, rule: LeaveOut) -> bool:
    """Whether a filter takes a row, by the cell under its heading."""
    words = [plain(value) for value in rule.values]
    if rule.test == "empty":
        return not text
    if rule.test == "starts_with":
        return any(plain(text).startswith(word) for word in words)
    return (plain(text) in words) == (rule.test == "values")


def left_out_rows(grid: Grid, filters: Sequence[LeaveOut]) -> dict[int, str]:
    """The rows that go, each with the reason of the first filter that takes it."""
    placed = [(rule, grid.position(rule.heading)) for rule in filters]
    out: dict[int, str] = {}
    for number, cells in grid.rows:
        reason = next((rule.in_words for rule, at in placed if at is not None and goes(cells[at], rule)), None)
        if reason is not None:
            out[number] = reason
    return out


def proposed_filters(grid: Grid) -> tuple[LeaveOut, ...]:
    """Filters for rows of totals, and for lines that hold a word or two where other rows are full."""
    filters: list[LeaveOut] = []
    for at, heading in enumerate(grid.headings):
        found = {
            total for _, cells in grid.rows for total in TOTALS if is_total(cells[at]) and _starts(cells[at], total)
        }
        if found:
            filters.append(LeaveOut(heading, "starts_with", tuple(sorted(found)), "rows of totals"))
    out = left_out_rows(grid, filters)
    rest = [cells for number, cells in grid.rows if number not in out]
    sparse = [cells for cells in rest if sum(map(bool, cells)) <= _SPARSE_CELLS]
    full = [cells for cells in rest if sum(map(bool, cells)) > _SPARSE_CELLS]
    if sparse and full and len(grid.headings) > 2 * _SPARSE_CELLS:
        telling = [at for at in range(len(grid.headings))
                   if all(cells[at] for cells in full) and not any(cells[at] for cells in sparse)]  # fmt: skip
        if telling:
            reason = "lines that are no rows: sections, notes, the end of the report"
            filters.append(LeaveOut(grid.headings[telling[0]], "empty", (), reason))
    return tuple(filters)


def _starts(text: str, total: str) -> bool:
    return plain(text).startswith(plain(total))
