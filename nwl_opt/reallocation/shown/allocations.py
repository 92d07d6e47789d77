"""The allocation table: what each place, line or provider gets by year, against need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from models.shared.parsing import Row
from nwl_opt.reallocation.shown.book import PlanBook
from nwl_opt.reallocation.shown.sheet import Cell, Heading, Sheet

By = Literal["line", "place", "place_line", "provider", "cell"]
BY_WORDS: Mapping[By, str] = {
    "line": "Service line",
    "place": "Borough",
    "place_line": "Borough and line",
    "provider": "Provider",
    "cell": "Borough, line and provider",
}
_KEYS: Mapping[By, tuple[str, ...]] = {
    "line": ("line",),
    "place": ("place",),
    "place_line": ("place", "line"),
    "provider": ("provider",),
    "cell": ("place", "line", "provider"),
}
_KEY_WORDS = {"line": "Line", "place": "Borough", "provider": "Provider"}


@dataclass(frozen=True)
class Wanted:
    """Which part of the table is asked for; an empty choice is all."""

    by: By = "line"
    place: str = ""
    line: str = ""
    provider: str = ""

    def holds(self, row: Row) -> bool:
        chosen = (("place", self.place), ("line", self.line), ("provider", self.provider))
        return all(not value or row.text(name) == value for name, value in chosen)


def by_named(name: str) -> By:
    """How rows are put together, by its name; by line where there is no such way."""
    return next((by for by in BY_WORDS if by == name), "line")


def choices(book: PlanBook) -> Mapping[str, list[tuple[str, str]]]:
    """What can be chosen: identifiers and names of places, lines and providers that hold money."""
    found: dict[str, dict[str, None]] = {"place": {}, "line": {}, "provider": {}}
    for row in book.tables["allocations"]:
        for name, known in found.items():
            known.setdefault(row.text(name))
    return {name: [(one, book.name(one)) for one in known] for name, known in found.items()}


def allocation_sheet(book: PlanBook, wanted: Wanted) -> Sheet:
    """Pounds of every year, growth a year, and the gap to need in the last year, with the sum below."""
    keys = _KEYS[wanted.by]
    sums = {column: _sums(book, wanted, column, keys) for column in ("allocation_gbp", "need_gbp", "gap_gbp")}
    order = list(dict.fromkeys(key for key, _ in sums["allocation_gbp"]))
    with_need = wanted.by != "provider"
    rows = [(*map(book.name, key), *_figures(book, sums, [key], with_need)) for key in order]
    if len(rows) > 1:
        rows.append(("All of these", *("",) * (len(keys) - 1), *_figures(book, sums, order, with_need)))
    headings = [Heading(_KEY_WORDS[key]) for key in keys]
    headings += [Heading(year, "gbp") for year in book.years]
    headings += [Heading("Growth a year", "share_change")]
    if with_need:
        headings += [Heading(f"Need {book.last_year}", "gbp"), Heading(f"Gap {book.last_year}", "gbp_change"),
                     Heading("Gap of need", "share_change")]  # fmt: skip
    note = (
        "A gap above zero is more than need, below zero less."
        if with_need
        else "Providers have no need of their own."
    )
    return Sheet(f"Allocations by {BY_WORDS[wanted.by].lower()}", tuple(headings), tuple(rows), note,
                 totals=int(len(order) > 1), in_millions=book.in_millions)  # fmt: skip


_Sums = Mapping[tuple[tuple[str, ...], str], int]


def _sums(book: PlanBook, wanted: Wanted, column: str, keys: tuple[str, ...]) -> _Sums:
    found: dict[tuple[tuple[str, ...], str], int] = defaultdict(int)
    for row in book.tables["allocations"]:
        if wanted.holds(row):
            found[tuple(row.text(key) for key in keys), row.text("year")] += row.integer(column)
    return found


def _figures(
    book: PlanBook, sums: Mapping[str, _Sums], chosen: Sequence[tuple[str, ...]], with_need: bool
) -> list[Cell]:
    """The numbers of a row: pounds by year, growth, and need with the gap to it, summed over the keys chosen."""

    def total(column: str, year: str) -> int:
        return sum(sums[column].get((key, year), 0) for key in chosen)

    years = book.years
    pounds = [total("allocation_gbp", year) for year in years]
    growth = (pounds[-1] / pounds[0]) ** (1 / (len(years) - 1)) - 1 if pounds[0] > 0 and len(years) > 1 else None
    cells: list[Cell] = [*pounds, growth]
    if with_need:
        need, gap = total("need_gbp", years[-1]), total("gap_gbp", years[-1])
        cells += [need, gap, gap / need if need else None]
    return cells
