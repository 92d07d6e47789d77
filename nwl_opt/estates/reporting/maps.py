"""A map from the grid references of the instance alone: areas by added minutes, sites by what becomes of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from models.estates.entities import Area, Site
from models.estates.words import day_words
from nwl_opt.charts.drawing import Box, Dot, Form, Key, Label, Mark, Picture, box_of, placed_labels
from nwl_opt.charts.letters import in_lines
from nwl_opt.estates.reporting.equality import BAND_WORDS, AreaTravel
from nwl_opt.estates.reporting.saved import EstateTables

WIDTH = 900.0
_EDGE = 28.0
_LETTER_HEIGHT, _MARK_SIZE = 12.0, 9.0
_NAME_HEIGHT = 17.0
_NAME_WIDTH = 160.0
"""A borough with a longer name has it in two lines."""
_FURTHER_MINUTES = 5.0
"""Added minutes from which an area is counted in the words under the map."""
_NAME_SHIFTS = tuple(
    sorted(
        ((float(x), float(y)) for x in range(-45, 46, 15) for y in range(-60, 61, 12)),
        key=lambda shift: (abs(shift[0]) + abs(shift[1]), shift),
    )
)
"""From the middle of a borough to the places its name can have, the nearest first."""
_SMALLEST_RADIUS, _LARGEST_RADIUS = 2.5, 8.0
FATES = {
    "stays": "stays as it is",
    "converted": "rooms are converted",
    "open_space": "in part on Open Space",
    "part": "handed back in part",
    "whole": "handed back as a whole",
}
"""What becomes of a site, by style; the later one is said where several are true."""
_FORMS: dict[str, Form] = {
    "stays": "square",
    "converted": "circle",
    "open_space": "triangle",
    "part": "diamond",
    "whole": "block",
}


@dataclass(frozen=True)
class MapView:
    """What a map shows: up to which period (empty: to the end), which borough (empty: all), and where sites lead."""

    year: str = ""
    borough: str = ""
    link: Callable[[str], str] | None = None


WHOLE_PLAN = MapView()


@dataclass(frozen=True)
class SiteChange:
    """A site in which anything changes, by its number on the map."""

    number: int
    site_id: str
    site: str
    fate: str
    changes: tuple[str, ...]


class _Frame:
    """From grid references to the picture, north up."""

    def __init__(self, places: list[tuple[float, float]]) -> None:
        eastings, northings = [east for east, _ in places], [north for _, north in places]
        self._west, self._north = min(eastings), max(northings)
        metres = max(max(eastings) - self._west, 1.0)
        self._scale = (WIDTH - 2 * _EDGE) / metres
        self.height = (self._north - min(northings)) * self._scale + 2 * _EDGE

    def at(self, easting_m: float, northing_m: float) -> tuple[float, float]:
        return (
            round(_EDGE + (easting_m - self._west) * self._scale, 1),
            round(_EDGE + (self._north - northing_m) * self._scale, 1),
        )


def site_changes(saved: EstateTables, year: str = "") -> list[SiteChange]:
    """The sites in which anything changes up to a period (without it, the last), numbered from north to south."""
    shown = next((p for p in saved.instance.periods if p.first_year == year), saved.instance.periods[-1])
    suites = {suite.suite_id: suite for suite in saved.instance.suites}
    sites = {site.site_id: site for site in saved.instance.sites}
    said: dict[str, dict[str, str]] = {}
    fates: dict[str, str] = {}
    order = list(FATES)
    for row in saved.tables["site_plan"]:
        day = row.maybe_date("date")
        if day is None or day >= shown.end_day or row.text("year") != shown.first_year:
            continue
        extent, converted = row.maybe_text("extent"), row.maybe_text("converted_to")
        fate = extent or ("open_space" if row.text("status") == "open_space" else "converted")
        site, suite = row.text("site_id"), row.text("suite_id")
        what = {"open_space": "on Open Space from", "converted": f"works for {converted} rooms from"}.get(
            fate, "handed back on"
        )
        said.setdefault(site, {})[suite] = f"{suites[suite].name} {what} {day_words(day)}"
        fates[site] = max(fate, fates.get(site, "stays"), key=order.index)
    numbered = sorted(said, key=lambda site: (-sites[site].northing_m, site))
    return [
        SiteChange(
            number, site, sites[site].name, fates[site], tuple(said[site][suite] for suite in sorted(said[site]))
        )
        for number, site in enumerate(numbered, start=1)
    ]


def plan_map(saved: EstateTables, travel: Mapping[str, AreaTravel], view: MapView = WHOLE_PLAN) -> Picture:
    """Areas as dots, larger with more people, shaded by added minutes; sites as marks, numbered where they change."""
    areas = [area for area in saved.instance.areas if view.borough in ("", area.borough)]
    sites = [site for site in saved.instance.sites if view.borough in ("", site.borough)]
    shown = {site.site_id for site in sites}
    changes = {one.site_id: one for one in site_changes(saved, view.year) if one.site_id in shown}
    places = [(area.easting_m, area.northing_m) for area in areas]
    frame = _Frame([*places, *((site.easting_m, site.northing_m) for site in sites)])
    dots = _dots(areas, travel, frame)
    marks = [_mark(site, changes.get(site.site_id), frame, view) for site in sites]
    points = [
        (*frame.at(site.easting_m, site.northing_m), str(changes[site.site_id].number))
        for site in sorted(sites, key=lambda one: one.site_id)
        if site.site_id in changes
    ]
    labels = placed_labels(points, marks, "number", _LETTER_HEIGHT, _MARK_SIZE)
    return Picture(
        "Where space is given back, and who travels further",
        f"{len(changes)} of {len(sites)} sites change; their numbers are those of the list of sites. "
        f"Each dot is an area, larger with more people; people of {_further(areas, travel)} of {len(areas)} areas "
        f"travel more than {_FURTHER_MINUTES:.0f} minutes further than to the nearest site that has the room today.",
        WIDTH,
        round(frame.height, 1),
        dots=dots,
        marks=tuple(marks),
        labels=(*_borough_names(areas, frame, marks, labels), *labels),
        legend=(
            *(Key(f"band{at}", words) for at, words in enumerate(BAND_WORDS)),
            *(Key(style, words, "mark", _FORMS[style]) for style, words in FATES.items()),
        ),
    )


def _dots(areas: Sequence[Area], travel: Mapping[str, AreaTravel], frame: _Frame) -> tuple[Dot, ...]:
    """The areas, each as large as its people are many."""
    most = max((area.population for area in areas), default=1) or 1
    return tuple(
        Dot(
            *frame.at(area.easting_m, area.northing_m),
            round(_SMALLEST_RADIUS + (_LARGEST_RADIUS - _SMALLEST_RADIUS) * math.sqrt(area.population / most), 1),
            _band_style(travel.get(area.area_id)),
            f"{area.name}: {_added_words(travel.get(area.area_id))}",
        )
        for area in areas
    )


def _mark(site: Site, change: SiteChange | None, frame: _Frame, view: MapView) -> Mark:
    fate = "stays" if change is None else change.fate
    number = "" if change is None else f"{change.number}. "
    href = "" if view.link is None else view.link(site.site_id)
    return Mark(
        *frame.at(site.easting_m, site.northing_m), fate, f"{number}{site.name}: {FATES[fate]}", _FORMS[fate], href
    )


def _borough_names(
    areas: Sequence[Area], frame: _Frame, marks: Sequence[Mark], numbers: Sequence[Label]
) -> list[Label]:
    """Each at the middle of its areas, or as near to it as it covers no mark, number or other name."""
    taken = [
        Box(mark.x - _MARK_SIZE, mark.y - _MARK_SIZE, mark.x + _MARK_SIZE, mark.y + _MARK_SIZE) for mark in marks
    ]
    taken += [box_of(number, _LETTER_HEIGHT) for number in numbers]
    found: list[Label] = []
    for borough in sorted({area.borough for area in areas}):
        inside = [area for area in areas if area.borough == borough]
        x, y = frame.at(
            sum(area.easting_m for area in inside) / len(inside),
            sum(area.northing_m for area in inside) / len(inside),
        )
        lines = in_lines(borough, _NAME_WIDTH, _NAME_HEIGHT, 2)
        ways = [_lines_at(x + right, y + down, lines) for right, down in _NAME_SHIFTS]
        best = min(
            ways, key=lambda way: sum(box_of(line, _NAME_HEIGHT).overlaps(box) for line in way for box in taken)
        )
        taken += [box_of(line, _NAME_HEIGHT) for line in best]
        found += best
    return found


def _lines_at(x: float, y: float, lines: Sequence[str]) -> list[Label]:
    """A name in its lines, around a point."""
    first = y - _NAME_HEIGHT * (len(lines) - 1) / 2
    return [Label(round(x, 1), round(first + at * _NAME_HEIGHT, 1), line, "borough") for at, line in enumerate(lines)]


def _band_style(travel: AreaTravel | None) -> str:
    return "nobody" if travel is None else f"band{travel.band}"


def _added_words(travel: AreaTravel | None) -> str:
    if travel is None:
        return "nobody is placed"
    return f"{travel.minutes_after:.1f} minutes one way, {travel.added_minutes:+.1f}"


def _further(areas: Sequence[Area], travel: Mapping[str, AreaTravel]) -> int:
    return sum(travel[one.area_id].added_minutes > _FURTHER_MINUTES for one in areas if one.area_id in travel)
