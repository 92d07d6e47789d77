"""Plans side by side: what each line gets in the last year, and how much more or less than in the first plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nwl_opt.reallocation.shown.book import PlanBook
from nwl_opt.reallocation.shown.figures import Compared
from nwl_opt.reallocation.shown.sheet import Cell, Heading, Sheet
from nwl_opt.words import number_words

_SAME_GBP = 100
"""Whole pounds move a line by less than this between plans that are alike."""


def lines_beside(books: Sequence[PlanBook | None]) -> tuple[Compared, ...]:
    """Pounds of each line in the last year of each plan; None stands for a run without a plan."""
    lines = dict.fromkeys((line, book.name(line)) for book in books if book for line in book.lines)
    return _beside("line", books, list(lines))


def places_beside(books: Sequence[PlanBook | None]) -> tuple[Compared, ...]:
    """Pounds of each borough in the last year of each plan."""
    places = dict.fromkeys((place.place, place.name) for book in books if book for place in book.instance.places)
    return _beside("place", books, list(places))


def _beside(column: str, books: Sequence[PlanBook | None], named: Sequence[tuple[str, str]]) -> tuple[Compared, ...]:
    rows = []
    for identifier, name in named:
        amounts = [None if book is None else _sum(book, column, identifier) for book in books]
        if any(amounts):
            rows.append(_line(name, amounts))
    return tuple(rows)


def money_sheet(title: str, names: Sequence[str], money: Sequence[Mapping[str, int]]) -> Sheet:
    """Pounds by line for each plan, and how much more or less the last gets than the first."""
    lines = dict.fromkeys(line for one in money for line in one)
    rows: list[tuple[Cell, ...]] = []
    for line in lines:
        first, last = money[0].get(line, 0), money[-1].get(line, 0)
        rows.append((line, *(one.get(line, 0) for one in money), *((last - first,) if len(money) > 1 else ())))
    headings = [Heading("Line"), *(Heading(name, "gbp") for name in names)]
    if len(money) > 1:
        headings.append(Heading("Difference", "gbp_change"))
    return Sheet(title, tuple(headings), tuple(rows))


def _line(name: str, amounts: Sequence[int | None]) -> Compared:
    texts = tuple("no plan" if gbp is None else number_words(gbp, "gbp") for gbp in amounts)
    return Compared(name, texts, tuple(_change(amounts[0], gbp) for gbp in amounts))


def _change(first: int | None, gbp: int | None) -> str:
    if first is None or gbp is None or abs(gbp - first) <= _SAME_GBP:
        return ""
    return f"{number_words(abs(gbp - first), 'gbp')} {'more' if gbp > first else 'less'}"


def _sum(book: PlanBook, column: str, value: str) -> int:
    return sum(
        row.integer("allocation_gbp")
        for row in book.tables["allocations"]
        if row.text(column) == value and row.text("year") == book.last_year
    )
