"""Who gains and who loses, against growing in step with the money."""

from __future__ import annotations

from models.shared.parsing import Row
from nwl_opt.charts import Axis, Picture, Series, bar_chart
from nwl_opt.reallocation.shown.book import PlanBook
from nwl_opt.reallocation.shown.sheet import Heading, Sheet

KINDS = {"place": "Boroughs", "provider": "Providers", "place_line": "Boroughs' lines"}
_MOST_BARS = 16


def impacts_of(book: PlanBook, kind: str) -> list[Row]:
    """Those of one kind, who loses most first."""
    rows = [row for row in book.tables["impacts"] if row.text("kind") == kind]
    return sorted(rows, key=lambda row: (row.integer("against_in_step_gbp"), row.text("who")))


def impacts_picture(book: PlanBook, kind: str) -> Picture:
    """Who is furthest behind and furthest ahead; the middle is left to the table."""
    rows = impacts_of(book, kind)
    half = _MOST_BARS // 2
    shown = rows if len(rows) <= _MOST_BARS else [*rows[:half], *rows[-half:]]
    words = f"Pounds in {book.last_year} against what it would be had all grown in step with the money."
    if len(shown) < len(rows):
        words += f" The {half} furthest behind and the {half} furthest ahead of {len(rows)}."
    values = tuple(float(row.integer("against_in_step_gbp")) for row in shown)
    return bar_chart(f"Who gains and who loses: {KINDS[kind].lower()}", words, [_who(book, row) for row in shown],
                     [Series("", values)], Axis("Against growth in step", "gbp"), on_side=True)  # fmt: skip


def impacts_sheet(book: PlanBook, kind: str) -> Sheet:
    """All of one kind, and whose cash falls in some year."""
    rows = tuple(
        (
            _who(book, row), row.integer("opening_gbp"), row.integer("closing_gbp"), row.integer("in_step_gbp"),
            row.integer("against_in_step_gbp"), row.number_of("against_in_step_share"),
            row.integer("lowest_yearly_change_gbp"), "cash falls: assess" if row.flag("equality_flag") else "no",
        )
        for row in impacts_of(book, kind)
    )  # fmt: skip
    headings = (
        Heading("Who"), Heading(book.years[0], "gbp"), Heading(book.last_year, "gbp"),
        Heading("Had it grown in step", "gbp"), Heading("Against that", "gbp_change"),
        Heading("Of its opening", "share_change"), Heading("Worst year on year", "gbp_change"),
        Heading("Equality and quality assessment"),
    )  # fmt: skip
    return Sheet(f"Who gains and who loses: {KINDS[kind].lower()}", headings, rows, in_millions=book.in_millions)


def _who(book: PlanBook, row: Row) -> str:
    return ", ".join(book.name(part) for part in row.text("who").split("/"))
