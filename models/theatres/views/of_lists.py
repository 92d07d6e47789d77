"""The lists at a glance: week by week, and the first week theatre by theatre."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

from models.shared.problem import OutputTables, View
from models.theatres.instance import Instance
from models.theatres.views.cells import Row, date_of, moment_of, monday_of, number_of, percent
from models.theatres.words import day_text

_MOST_NIGHTS = 3
_WORKING_DAYS = 5


def weeks(instance: Instance, tables: OutputTables) -> View:
    """For each week how many lists and cases, how full, how much to spare, and how likely late."""
    rehearsed = _rehearsed(tables)
    by_week: dict[dt.date, list[Row]] = defaultdict(list)
    for row in tables["lists"]:
        if row["usable"] or row["cases"]:
            by_week[monday_of(date_of(row, "date"))].append(row)
    rows = tuple((day_text(week), *_week(instance, found, rehearsed)) for week, found in sorted(by_week.items()))
    grace = instance.settings.overrun_grace_minutes
    return View(
        "The lists, week by week",
        ("week of", "lists used", "cases", "fill", "spare minutes", "late", "late, stressed", "likeliest to be late"),
        rows,
        (False, True, True, True, True, True, True, False),
        f"fill: expected touch time inside the lists over their length, unused ones included; spare minutes and "
        f"chances: of a used list on average; late: more than {grace} minutes after its end; stressed: with late "
        f"starts, slow days and uneven turnaround (rehearsal.csv)",
        first=True,
    )


def _week(instance: Instance, lists: Sequence[Row], rehearsed: Mapping[str, float]) -> tuple[str, ...]:
    used = [row for row in lists if row["cases"]]
    minutes = sum(number_of(row, "planned_minutes") for row in lists)
    inside = sum(number_of(row, "capped_utilisation_planned") * number_of(row, "planned_minutes") for row in lists)
    counts = (f"{len(used)} of {len(lists)}", f"{sum(number_of(row, 'cases') for row in used):.0f}")
    fill = percent(inside / minutes) if minutes else ""
    if not used:
        return (*counts, fill, "", "", "", "")
    worst = max(used, key=lambda row: (rehearsed[str(row["list_id"])], str(row["list_id"])))
    return (
        *counts,
        fill,
        f"{_mean([_spare_minutes(instance, row) for row in used]):.0f}",
        percent(_mean([number_of(row, "overrun_probability") for row in used])),
        percent(_mean([rehearsed[str(row["list_id"])] for row in used])),
        f"{_place(instance, worst)}, {_short(rehearsed[str(worst['list_id'])])}",
    )


def first_week(instance: Instance, tables: OutputTables) -> View:
    """The first week with a case, theatres by days: cases, finish, minutes to spare, chance late."""
    first = min((date_of(row, "date") for row in tables["lists"] if row["cases"]), default=None)
    if first is None:
        return View("The lists of the first week", (), (), ())
    week, rehearsed = monday_of(first), _rehearsed(tables)
    cells: dict[str, dict[int, list[tuple[dt.datetime, str]]]] = defaultdict(lambda: defaultdict(list))
    for row in tables["lists"]:
        day = date_of(row, "date")
        if monday_of(day) == week:
            begins = instance.lists[str(row["list_id"])].start
            cells[str(row["theatre"])][day.weekday()].append((begins, _cell(instance, row, rehearsed)))
    days = range(max([_WORKING_DAYS, *(at + 1 for found in cells.values() for at in found)]))
    rows = tuple(
        (
            instance.theatres[theatre].name,
            *("; ".join(text for _, text in sorted(found.get(at, []))) for at in days),
        )
        for theatre, found in sorted(cells.items())
    )
    return View(
        f"The lists of the week of {day_text(week)}",
        ("theatre", *(day_text(week + dt.timedelta(days=at)) for at in days)),
        rows,
        (False,) * (1 + len(days)),
        "cases, expected finish, +minutes to spare, chance of a late finish when stressed; closed: no staff, no "
        "surgeon, or the surgeon is away; every list with its patients: nwl-opt theatres print",
        first=True,
    )


def _cell(instance: Instance, row: Row, rehearsed: Mapping[str, float]) -> str:
    if not row["cases"]:
        return "empty" if row["usable"] else "closed"
    spare, late = _spare_minutes(instance, row), _short(rehearsed[str(row["list_id"])])
    return f"{row['cases']} {moment_of(row, 'expected_end'):%H:%M} {spare:+.0f} {late}"


def _short(share: float) -> str:
    return percent(share).replace("under ", "<").replace(" ", "")


def _rehearsed(tables: OutputTables) -> dict[str, float]:
    """List -> the chance that it is late on stressed days."""
    return {
        str(row["list_id"]): number_of(row, "overrun_probability")
        for row in tables["rehearsal"]
        if row["assumptions"] == "stressed"
    }


def tightest_nights(instance: Instance, tables: OutputTables) -> View:
    """The nights with the fewest beds to spare."""
    nights = sorted(
        tables["beds"],
        key=lambda row: (
            number_of(row, "beds") - number_of(row, "p95_occupied"),
            date_of(row, "date"),
            str(row["ward"]),
        ),
    )
    rows = tuple(
        (
            day_text(date_of(row, "date")),
            instance.wards[str(row["ward"])],
            f"{number_of(row, 'expected_occupied'):.1f}",
            f"{number_of(row, 'p95_occupied'):.1f}",
            str(row["beds"]),
            percent(number_of(row, "over_probability_simulated")),
        )
        for row in nights[:_MOST_NIGHTS]
    )
    level = f"{instance.settings.bed_quantile_share:.0%} level".replace("%", " %")
    headings = ("night", "ward", "expected", level, "beds", "chance of too few")
    return View("Beds: the tightest nights", headings, rows, (False, False, True, True, True, True))


def _place(instance: Instance, row: Row) -> str:
    on = instance.lists[str(row["list_id"])]
    return f"{day_text(on.date)} {on.theatre_id}"


def _spare_minutes(instance: Instance, row: Row) -> float:
    """From the expected finish to the planned end."""
    return (instance.lists[str(row["list_id"])].end - moment_of(row, "expected_end")).total_seconds() / 60


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
