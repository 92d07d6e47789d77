"""Travel before and after by deprivation and by borough, in a period."""

from __future__ import annotations

from dataclasses import dataclass

from nwl_opt.charts import Axis, Picture, Series, bar_chart
from nwl_opt.estates.reporting.equality import BAND_WORDS, EqualityRow, equality_rows, travel_of_areas
from nwl_opt.estates.reporting.saved import EstateTables

QUINTILES = "deprivation quintile"


@dataclass(frozen=True)
class Travel:
    """Groups of people with their minutes, and the chart of the deprivation fifths."""

    year: str
    rows: tuple[EqualityRow, ...]
    chart: Picture

    @property
    def groupings(self) -> tuple[str, ...]:
        """What people are grouped by, in order."""
        return tuple(dict.fromkeys(row.group_by for row in self.rows))

    def rows_by(self, grouping: str) -> tuple[EqualityRow, ...]:
        """The rows of one grouping."""
        return tuple(row for row in self.rows if row.group_by == grouping)


def travel(estate: EstateTables, year: str) -> Travel:
    """Travel of the areas in which anyone is placed in a period."""
    rows = tuple(equality_rows(estate, list(travel_of_areas(estate, year).values())))
    return Travel(year, rows, _chart(year, [row for row in rows if row.group_by == QUINTILES]))


def _chart(year: str, fifths: list[EqualityRow]) -> Picture:
    most = max(fifths, key=lambda row: row.minutes_after - row.minutes_before, default=None)
    told = (
        "Nobody is placed."
        if most is None
        else f"For people of fifth {most.group} it gets furthest: {most.minutes_before:.1f} minutes before, "
        f"{most.minutes_after:.1f} after."
    )
    return bar_chart(
        "One-way minutes by deprivation fifth",
        f"Means over the contacts placed from {year}; before: to the nearest site that has the room today. {told}",
        [row.group for row in fifths],
        [
            Series("before", tuple(row.minutes_before for row in fifths), "kept"),
            Series("after", tuple(row.minutes_after for row in fifths), "plan"),
        ],
        Axis("Minutes one way", "minutes"),
    )


__all__ = ["BAND_WORDS", "QUINTILES", "Travel", "travel"]
