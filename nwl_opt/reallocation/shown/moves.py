"""Every change with where its money comes from: from line to line, and move by move."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.reallocation.settings import ALL, NO_PROVIDER
from models.shared.parsing import Row
from nwl_opt.charts import Cell as HeatCell
from nwl_opt.charts import Picture, heat_map
from nwl_opt.charts.scales import short_words
from nwl_opt.reallocation.shown.book import PlanBook
from nwl_opt.reallocation.shown.sheet import Heading, Sheet

KIND_WORDS: Mapping[str, str] = {
    "new_money": "New money",
    "growth_forgone": "Growth given to another",
    "cash_withdrawn": "Cash taken away",
    "unspent": "Money nobody gets",
    "transition": "Cost of transition, once",
}
REALLOCATED = ("growth_forgone", "cash_withdrawn")
"""The kinds by which one gives what another gets."""
PAGE_ROWS = 60


@dataclass(frozen=True)
class MoveFilter:
    """Which moves are asked for; an empty choice is all."""

    year: str = ""
    kind: str = ""
    from_line: str = ""
    to_line: str = ""
    from_place: str = ""
    to_place: str = ""

    def holds(self, row: Row) -> bool:
        chosen = vars(self).items()
        return all(not value or row.maybe_text(name) == value for name, value in chosen)


def wanted_moves(book: PlanBook, wanted: MoveFilter) -> list[Row]:
    """The moves a filter lets through, the largest first."""
    rows = [row for row in book.tables["moves"] if wanted.holds(row)]
    return sorted(rows, key=lambda row: (-row.integer("full_year_gbp"), row.integer("move")))


def moves_sheet(book: PlanBook, rows: Sequence[Row]) -> Sheet:
    """Moves as they are read."""
    headings = (Heading("Year"), Heading("Kind"), Heading("From"), Heading("To"), Heading("Starts"),
                Heading("In that year", "gbp"), Heading("In a full year", "gbp"), Heading("Goes on"))  # fmt: skip
    cells = tuple(
        (
            row.text("year"), KIND_WORDS[row.text("kind")], _end(book, row, "from"), _end(book, row, "to"),
            f"{row.date('start'):%d/%m/%Y}", row.integer("part_year_gbp"), row.integer("full_year_gbp"),
            "yes" if row.flag("recurrent") else "once",
        )
        for row in rows
    )  # fmt: skip
    return Sheet("Moves, the largest first", headings, cells)


def _end(book: PlanBook, row: Row, side: str) -> str:
    """Borough, line and provider at one end of a move, or what stands there in their place."""
    place, line, provider = (row.maybe_text(f"{side}_{part}") for part in ("place", "line", "provider"))
    if place is None and line is None:
        gives = "transition fund" if row.text("kind") == "transition" else "new money"
        return gives if side == "from" else "nobody"
    parts = [book.name(one) for one in (place, line) if one is not None and one != ALL]
    if provider not in (None, NO_PROVIDER):
        parts.append(book.name(str(provider)))
    return ", ".join(parts)


def between_lines(book: PlanBook) -> dict[tuple[str, str], int]:
    """Pounds of a full year that go from one line to another (or stay within it), over all years."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for row in book.tables["moves"]:
        source, target = row.maybe_text("from_line"), row.maybe_text("to_line")
        if row.text("kind") in REALLOCATED and source is not None and target is not None:
            found[source, target] += row.integer("full_year_gbp")
    return dict(found)


def between_picture(book: PlanBook) -> Picture:
    """A map of from-lines by to-lines, darker where more moves."""
    amounts = between_lines(book)
    most = max(amounts.values(), default=0)
    names = [book.name(line) for line in book.lines]
    cells = {
        (book.name(source), book.name(target)): HeatCell(
            min(4, int(5 * gbp / most)) if most else 0,
            short_words(gbp, "gbp"),
            f"From {book.name(source)} to {book.name(target)}: {short_words(gbp, 'gbp')}",
        )
        for (source, target), gbp in sorted(amounts.items())
    }
    words = "Rows give, columns get: pounds of a full year that change hands, over all years, new money left out."
    steps = [f"up to {short_words(most * (at + 1) / 5, 'gbp')}" for at in range(5)] if most else []
    return heat_map("From which line to which", words, names, names, cells, steps)


def between_sheet(book: PlanBook) -> Sheet:
    """The same as rows, the largest first."""
    amounts = sorted(between_lines(book).items(), key=lambda one: (-one[1], one[0]))
    rows = tuple((book.name(source), book.name(target), gbp) for (source, target), gbp in amounts)
    headings = (Heading("From line"), Heading("To line"), Heading("In a full year, all years", "gbp"))
    return Sheet("From which line to which", headings, rows)
