"""The bridge from one year's money to another's, and how much each line gains or gives by year."""

from __future__ import annotations

from models.reallocation.settings import ALL
from nwl_opt.charts import Axis, Picture, Series, Step, bar_chart, waterfall
from nwl_opt.charts.scales import short_words
from nwl_opt.reallocation.shown.book import PlanBook
from nwl_opt.reallocation.shown.sheet import Cell, Heading, Sheet

ITEM_WORDS = {
    "ledger": "General ledger",
    "out_of_scope": "Out of scope",
    "non_recurrent": "Not recurrent",
    "mapped": "Recurrent, in scope",
    "restated": "Restated to the stated gaps",
    "opening": "Opening",
    "growth": "Growth in step with the money",
    "reallocation": "Reallocation",
    "closing": "Closing",
}
_TOTALS = frozenset({"ledger", "mapped", "opening", "closing"})


def bridge_lines(book: PlanBook) -> list[tuple[str, str]]:
    """What a bridge can be shown of: all money, then each line."""
    return [(ALL, "All lines together"), *((line, book.name(line)) for line in book.lines)]


def bridge_picture(book: PlanBook, line: str) -> Picture:
    """From the ledger to the last plan year; a line begins with what it opened with."""
    steps = _steps(book, line)
    name = "all lines together" if line == ALL else book.name(line)
    first, last = steps[0], steps[-1]
    words = (
        f"{first.name} {short_words(first.value, 'gbp')}, {last.name.lower()} {short_words(last.value, 'gbp')}. "
        "The scale does not begin at zero, so that small steps can be seen."
    )
    return waterfall(f"Bridge of {name}", words, steps, Axis("Pounds, scale not from zero", "gbp", from_zero=False))


def _steps(book: PlanBook, line: str) -> list[Step]:
    """Openings of later years are the closings before them, so they are left out; steps of nothing too."""
    steps: list[Step] = []
    for row in book.tables["bridge"]:
        item, gbp, year = row.text("item"), row.integer("gbp"), row.text("year")
        if row.text("line") != line or item == "opening" or (not gbp and item not in _TOTALS):
            continue
        if item == "mapped" and line != ALL:
            continue  # of a line the base year has one figure to begin with, as restated
        if item == "restated" and line != ALL:
            continue
        steps.append(Step(f"{ITEM_WORDS[item]} {year}", gbp, item in _TOTALS))
    return steps


def bridge_sheet(book: PlanBook, line: str) -> Sheet:
    """The rows behind the bridge, to the pound."""
    rows = tuple(
        (row.text("year"), ITEM_WORDS[row.text("item")], row.integer("gbp"))
        for row in book.tables["bridge"]
        if row.text("line") == line
    )
    name = "all lines together" if line == ALL else book.name(line)
    headings = (Heading("Year"), Heading("Item"), Heading("Amount", "gbp"))
    return Sheet(f"Bridge of {name}", headings, rows)


def shift_picture(book: PlanBook) -> Picture:
    """What each line gains or gives against growing in step, by year."""
    shifts = _shifts(book)
    years = book.years[1:]
    series = [Series(year, tuple(shifts.get((line, year), 0) for line in book.lines)) for year in years]
    words = (
        "Above zero a line gets more than growth in step with the money, below zero less; each year sums to zero. "
        f"Each year starts from its own opening; What moves on the overview counts from {book.years[0]} on, so its "
        "pounds are a little more."
    )
    names = [book.name(line) for line in book.lines]
    return bar_chart(
        "Reallocation between lines by year", words, names, series, Axis("Against growth in step", "gbp")
    )


def shift_sheet(book: PlanBook) -> Sheet:
    """The same as numbers, with the sum over the years."""
    shifts, years = _shifts(book), book.years[1:]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            book.name(line),
            *(shifts.get((line, year), 0) for year in years),
            sum(shifts.get((line, y), 0) for y in years),
        )
        for line in book.lines
    )
    headings = (Heading("Line"), *(Heading(year, "gbp_change") for year in years), Heading("All years", "gbp_change"))
    return Sheet("Reallocation between lines by year", headings, rows, in_millions=book.in_millions)


def _shifts(book: PlanBook) -> dict[tuple[str, str], int]:
    return {
        (row.text("line"), row.text("year")): row.integer("gbp")
        for row in book.tables["bridge"]
        if row.text("item") == "reallocation"
    }
