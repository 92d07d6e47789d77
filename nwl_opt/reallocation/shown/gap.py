"""The gap to need over the years: this plan, and everything growing alike, with the range it may lie in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.reallocation.explain.tornado import OF_NEED
from nwl_opt.charts import Axis, Picture, Range, Series, line_chart
from nwl_opt.charts.scales import short_words
from nwl_opt.reallocation.shown.book import Tables
from nwl_opt.reallocation.shown.sheet import Heading, Sheet


@dataclass(frozen=True)
class YearGap:
    """Pounds above and below need in one year, over all places and lines."""

    year: str
    over_gbp: int
    under_gbp: int

    @property
    def gap_gbp(self) -> float:
        """Half of what stands above and below: what would have to move."""
        return (self.over_gbp + self.under_gbp) / 2


def gaps_of(tables: Tables, years: Sequence[str]) -> tuple[YearGap, ...]:
    """The gap of every year, from the allocations; a place's line counts as a whole, over all its providers."""
    cells: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in tables["allocations"]:
        cells[row.text("year"), row.text("place"), row.text("line")] += row.integer("gap_gbp")
    over: dict[str, int] = defaultdict(int)
    under: dict[str, int] = defaultdict(int)
    for (year, _, _), gbp in cells.items():
        over[year] += max(gbp, 0)
        under[year] += max(-gbp, 0)
    return tuple(YearGap(year, over[year], under[year]) for year in years)


def range_of(tables: Tables, gaps: Sequence[YearGap]) -> Range | None:
    """Between which ends the gap lies if what need is derived from is; known for the first and the last year."""
    rows = [row for row in tables["tornado"] if row.text("parameter") in OF_NEED]
    if not rows:
        return None
    opening = [gaps[0].gap_gbp, *(row.number_of("opening_gap_gbp") for row in rows)]
    known = [row.maybe_number_of("final_gap_gbp") for row in rows]
    final = [gaps[-1].gap_gbp, *(gap for gap in known if gap is not None)]
    between: list[float | None] = [None] * (len(gaps) - 2)
    lows, highs = (min(opening), *between, min(final)), (max(opening), *between, max(final))
    return Range("range over what need is derived from", lows, highs)


def gap_chart(
    title: str, of_plans: Mapping[str, Sequence[YearGap]], within: Range | None = None, description: str = ""
) -> Picture:
    """The gap of each plan over the years; plans of other years keep their own places."""
    years = sorted({gap.year for gaps in of_plans.values() for gap in gaps})
    series = []
    for name, gaps in of_plans.items():
        known = {gap.year: gap.gap_gbp for gap in gaps}
        series.append(Series(name, tuple(known.get(year) for year in years)))
    return line_chart(title, description or _in_words(of_plans), years, series, Axis("Gap to need", "gbp"), within)


def gap_sheet(title: str, gaps: Sequence[YearGap], baseline: Sequence[YearGap]) -> Sheet:
    """What the chart shows, in pounds."""
    beside = {gap.year: gap.gap_gbp for gap in baseline}
    headings = [Heading("Year"), Heading("Above need", "gbp"), Heading("Below need", "gbp"), Heading("Gap", "gbp")]
    if baseline:
        headings.append(Heading("Gap, all growing alike", "gbp"))
    rows = tuple(
        (gap.year, gap.over_gbp, gap.under_gbp, gap.gap_gbp, *((beside.get(gap.year),) if baseline else ()))
        for gap in gaps
    )
    note = "The gap is half of what stands above and below need, by place and line: what would have to move."
    return Sheet(title, tuple(headings), rows, note)


def _in_words(of_plans: Mapping[str, Sequence[YearGap]]) -> str:
    parts = [
        f"{name}: from {short_words(gaps[0].gap_gbp, 'gbp')} in {gaps[0].year} to "
        f"{short_words(gaps[-1].gap_gbp, 'gbp')} in {gaps[-1].year}"
        for name, gaps in of_plans.items()
        if gaps
    ]
    return f"{'; '.join(parts)}." if parts else "No plan, so no gap to show."
