"""How full the rooms are: planned, and measured today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from models.estates.instance import EstatesInstance
from models.estates.views.reading import WEEK, number, share
from models.estates.words import percent_words
from models.shared.problem import OutputTables, View

_DEFINITIONS = ("booked", "used", "observed")


def _first_and_last(instance: EstatesInstance) -> tuple[str, ...]:
    first, last = instance.periods[0].first_year, instance.periods[-1].first_year
    return (first,) if first == last else (first, last)


def by_room_type(instance: EstatesInstance, tables: OutputTables) -> View:
    names = {kind.room_type: kind.name for kind in instance.room_types}
    return _fullness(instance, tables, "room_type", "Rooms and their use by kind of room", names, set(names))


def by_site(instance: EstatesInstance, tables: OutputTables) -> View:
    clinical = {kind.room_type for kind in instance.room_types if kind.clinical}
    names = {site.site_id: site.name for site in instance.sites}
    return _fullness(instance, tables, "site_id", "Clinical rooms and their use by site", names, clinical)


def _fullness(
    instance: EstatesInstance, tables: OutputTables, by: str, title: str, names: Mapping[str, str], kinds: set[str]
) -> View:
    """Rooms, weekly use and the fullest session, in the first and the last period."""
    years = _first_and_last(instance)
    rooms: dict[tuple[str, str], float] = defaultdict(float)
    used: dict[tuple[str, str, str], float] = defaultdict(float)
    available: dict[tuple[str, str, str], float] = defaultdict(float)
    for row in tables["room_utilisation"]:
        key, year, slot = str(row[by]), str(row["year"]), str(row["slot"])
        if str(row["room_type"]) not in kinds:
            continue
        used[key, year, slot] += number(row, "used_hours")
        available[key, year, slot] += number(row, "available_hours")
        if slot == WEEK:
            rooms[key, year] += number(row, "rooms")
    slots = [slot.slot for slot in instance.slots]
    rows = []
    for key in sorted({key for key, _ in rooms}):
        line = [names.get(key, key)]
        for year in years:
            peak = max(share(used[key, year, slot], available[key, year, slot]) for slot in slots)
            week = share(used[key, year, WEEK], available[key, year, WEEK])
            line += [f"{rooms[key, year]:,.0f}", percent_words(week), percent_words(peak)]
        rows.append(tuple(line))
    headings = (
        by.split("_")[0],
        *(text for y in years for text in (f"rooms {y}", f"used {y}", f"fullest session {y}")),
    )
    return View(
        title, headings, tuple(rows), (False, *[True] * (len(headings) - 1)), "used hours over available hours"
    )


def measured_today(instance: EstatesInstance, tables: OutputTables) -> View | None:
    """Measured use of today's rooms by kind, by three definitions; None where nothing was measured."""
    names = {kind.room_type: kind.name for kind in instance.room_types}
    hours: dict[tuple[str, str], float] = defaultdict(float)
    available: dict[tuple[str, str], float] = defaultdict(float)
    kinds: set[str] = set()
    for row in tables["utilisation_today"]:
        if row["slot"] == WEEK:
            continue
        kinds.add(str(row["room_type"]))
        for name in _DEFINITIONS:
            if row[f"{name}_hours"] is not None:
                hours[str(row["room_type"]), name] += number(row, f"{name}_hours")
                available[str(row["room_type"]), name] += number(row, "available_hours")
    if not kinds:
        return None
    rows = [
        (
            names[kind],
            *(
                percent_words(share(hours[kind, name], available[kind, name])) if available[kind, name] else "-"
                for name in _DEFINITIONS
            ),
        )
        for kind in sorted(kinds)
    ]
    note = (
        "hours over the hours of the rooms and sessions in which they were measured; the plan is made on used hours"
    )
    return View(
        "Measured use of today's rooms", ("room", *_DEFINITIONS), tuple(rows), (False, True, True, True), note
    )
