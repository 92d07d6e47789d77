"""Travel by deprivation."""

from __future__ import annotations

from collections import defaultdict

from models.estates.demand import NOWHERE
from models.estates.instance import EstatesInstance
from models.estates.views.reading import number, share
from models.estates.words import percent_words
from models.shared.problem import OutputTables, View


def travel(instance: EstatesInstance, tables: OutputTables) -> View:
    """Mean one-way minutes by deprivation quintile, weighted by contacts placed, in the last period."""
    year = instance.periods[-1].first_year
    contacts: dict[tuple[str, str], float] = defaultdict(float)
    for row in tables["service_plan"]:
        if row["year"] == year and NOWHERE not in (row["area_id"], row["site_id"]):
            contacts[str(row["area_id"]), str(row["service"])] += number(row, "contacts")
    sums: dict[int, list[float]] = {quintile: [0.0, 0.0, 0.0, 0.0] for quintile in range(1, 6)}
    for row in tables["travel"]:
        weight = contacts[str(row["area_id"]), str(row["service"])]
        if row["year"] != year or row["minutes_after"] is None:
            continue
        total = sums[int(number(row, "imd_quintile"))]
        total[0] += weight
        total[1] += weight * number(row, "minutes_before")
        total[2] += weight * number(row, "minutes_after")
        total[3] += number(row, "contacts_moved")
    rows = [
        (
            f"{quintile}" + (" (most deprived)" if quintile == 1 else ""),
            f"{placed:,.0f}",
            f"{share(before, placed):.1f}",
            f"{share(after, placed):.1f}",
            f"{share(after - before, placed):+.1f}",
            percent_words(share(moved, placed)),
        )
        for quintile, (placed, before, after, moved) in sums.items()
        if placed
    ]
    headings = ("deprivation quintile", "contacts a year", "minutes before", "minutes after", "added", "moved")
    note = "before: to the nearest site that has the room today, whether or not it has space"
    return View(f"Travel one way from {year}", headings, tuple(rows), (False, *[True] * 5), note)
