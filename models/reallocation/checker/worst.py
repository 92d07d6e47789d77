"""worst_cells.csv held against the plan: which places' lines stand furthest from need, level by level (R-11)."""

from __future__ import annotations

from collections.abc import Iterator

from models.reallocation.checker.aims import worst_cells
from models.reallocation.checker.book import Book, at_row, error
from models.reallocation.checker.definitions import SHARE_TOLERANCE
from models.reallocation.checker.written import key_of
from models.reallocation.instance import PlaceLine
from models.shared.findings import Finding


def check_worst_cells(book: Book) -> Iterator[Finding]:
    """Each place's line stands once, with its gap over need as allocations.csv has them; levels leave no hole."""
    if not book.is_whole:
        return
    table = book.table("worst_cells")
    levels = sorted({level for level, _ in worst_cells(book)})
    if levels != list(range(1, len(levels) + 1)):
        yield error("R-11", f"levels {', '.join(map(str, levels))}; must count from 1", table.file)
    seen: set[PlaceLine] = set()
    for row in table:
        key = PlaceLine(*key_of(row, ("place", "line")))
        if key not in book.facts.place_lines or key in seen:
            wrong = "stands twice" if key in seen else "no place's line of this plan"
            yield error("R-11", f"{', '.join(key)}: {wrong}", at_row(table, row))
            continue
        seen.add(key)
        share = _written_share(book, key)
        if abs(row.number_of("gap_share") - share) > SHARE_TOLERANCE:
            message = f"{', '.join(key)}: gap_share = {row.number_of('gap_share'):.6f}; must be {share:.6f}"
            yield error("R-11", message, at_row(table, row))


def _written_share(book: Book, key: PlaceLine) -> float:
    """The gap of a place's line in the last year over its need, by the whole pounds of its rows."""
    rows = [book.rows[cell, book.facts.last] for cell in book.facts.place_lines[key]]
    need = sum(row.integer("need_gbp") for row in rows)
    stands = sum(row.integer("allocation_gbp") + row.integer("relief_gbp") for row in rows)
    return (stands - need) / need
