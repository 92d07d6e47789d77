"""Who travels further: by deprivation, Core20 and borough; what an equality and health impact assessment starts from.

Minutes are means over the contacts placed in the last period; before: to the nearest site that has the room today.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.estates.demand import NOWHERE
from models.estates.words import ADDED_MINUTES_BANDS, added_minutes_band
from nwl_opt.estates.reporting.saved import EstateTables

BAND_WORDS = tuple(words for words, _ in ADDED_MINUTES_BANDS)
_PERCENT = 100


@dataclass(frozen=True)
class AreaTravel:
    """Face-to-face contacts of an area that are placed, and how far its people go one way."""

    area_id: str
    contacts: float
    minutes_before: float
    minutes_after: float
    contacts_moved: float

    @property
    def added_minutes(self) -> float:
        return self.minutes_after - self.minutes_before

    @property
    def band(self) -> int:
        """The place of its added minutes among the bands."""
        return added_minutes_band(self.added_minutes)


@dataclass(frozen=True)
class EqualityRow:
    """One group of people. Minutes one way; `contacts_by_band` follows `BAND_WORDS`."""

    group_by: str
    group: str
    contacts: float
    minutes_before: float
    minutes_after: float
    worst_area_minutes: float
    contacts_moved: float
    contacts_by_band: tuple[float, ...]


def travel_of_areas(saved: EstateTables, year: str = "") -> dict[str, AreaTravel]:
    """The travel of every area in which anyone is placed, in a period (without it, the last)."""
    shown = year or saved.last_year
    placed: dict[tuple[str, str], float] = {}
    for row in saved.tables["service_plan"]:
        if row.text("year") == shown and NOWHERE not in (row.text("area_id"), row.text("site_id")):
            key = row.text("area_id"), row.text("service")
            placed[key] = placed.get(key, 0.0) + row.number_of("contacts")
    sums: dict[str, list[float]] = {}
    for row in saved.tables["travel"]:
        before, after = row.maybe_number_of("minutes_before"), row.maybe_number_of("minutes_after")
        contacts = placed.get((row.text("area_id"), row.text("service")), 0.0)
        if row.text("year") != shown or before is None or after is None or not contacts:
            continue
        total = sums.setdefault(row.text("area_id"), [0.0, 0.0, 0.0, 0.0])
        for at, part in enumerate((contacts, contacts * before, contacts * after, row.number_of("contacts_moved"))):
            total[at] += part
    return {
        area: AreaTravel(area, contacts, before / contacts, after / contacts, moved)
        for area, (contacts, before, after, moved) in sorted(sums.items())
    }


def equality_rows(saved: EstateTables, travel: Sequence[AreaTravel]) -> Iterator[EqualityRow]:
    """All people, each deprivation quintile, Core20 areas and the others, each borough."""
    areas = {area.area_id: area for area in saved.instance.areas}
    threshold = saved.instance.settings.core20_threshold_share
    yield _row("everybody", "all areas", travel)
    for quintile in sorted({area.imd_quintile for area in areas.values()}):
        name = f"{quintile}" + (" (most deprived)" if quintile == 1 else "")
        yield _row("deprivation quintile", name, [t for t in travel if areas[t.area_id].imd_quintile == quintile])
    core20 = {a.area_id for a in areas.values() if a.core20_share is not None and a.core20_share >= threshold}
    if core20:
        yield _row("Core20", "Core20 areas", [t for t in travel if t.area_id in core20])
        yield _row("Core20", "other areas", [t for t in travel if t.area_id not in core20])
    for borough in sorted({area.borough for area in areas.values()}):
        yield _row("borough", borough, [t for t in travel if areas[t.area_id].borough == borough])


def _row(group_by: str, group: str, travel: Sequence[AreaTravel]) -> EqualityRow:
    contacts = sum(one.contacts for one in travel)
    return EqualityRow(
        group_by,
        group,
        contacts,
        sum(one.contacts * one.minutes_before for one in travel) / contacts if contacts else 0.0,
        sum(one.contacts * one.minutes_after for one in travel) / contacts if contacts else 0.0,
        max((one.minutes_after for one in travel), default=0.0),
        sum(one.contacts_moved for one in travel),
        tuple(sum(one.contacts for one in travel if one.band == band) for band in range(len(BAND_WORDS))),
    )


HEADINGS = (
    "group_by", "group", "contacts_a_year", "minutes_before", "minutes_after", "added_minutes", "worst_area_minutes",
    "contacts_moved_a_year", *(f"contacts_{words.replace(' ', '_')}" for words in BAND_WORDS),
)  # fmt: skip


def as_cells(row: EqualityRow) -> tuple[str, ...]:
    """The row as it is written."""
    return (
        row.group_by,
        row.group,
        f"{row.contacts:.0f}",
        f"{row.minutes_before:.2f}",
        f"{row.minutes_after:.2f}",
        f"{row.minutes_after - row.minutes_before:.2f}",
        f"{row.worst_area_minutes:.2f}",
        f"{row.contacts_moved:.0f}",
        *(f"{contacts:.0f}" for contacts in row.contacts_by_band),
    )
