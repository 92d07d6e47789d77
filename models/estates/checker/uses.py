"""What a plan does with each suite and practice, as its tables show it, and the rooms that remain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from models.estates.checker.facts import Facts
from models.estates.entities import Conversion, Period, Suite
from models.shared.calendar import add_months

PLANNED, OPEN_SPACE, WORKS, HANDED_BACK = "planned", "open_space", "works", "handed_back"


@dataclass(frozen=True)
class Works:
    """A conversion chosen, and the day on which its works begin."""

    conversion: Conversion
    day: dt.date

    @property
    def done_day(self) -> dt.date:
        return add_months(self.day, self.conversion.works_months)

    def goes_on_in(self, period: Period) -> bool:
        """Whether the period is neither before the works nor after them."""
        return self.day < period.end_day and not self.is_done_by(period)

    def is_done_by(self, period: Period) -> bool:
        return period.first_day >= self.done_day


@dataclass(frozen=True)
class Uses:
    """Every change of a plan: the day of each hand-back, offer on Open Space, conversion and closure."""

    hand_backs: Mapping[str, dt.date] = field(default_factory=dict)
    offers: Mapping[str, dt.date] = field(default_factory=dict)
    conversions: Mapping[str, Works] = field(default_factory=dict)
    closures: Mapping[str, dt.date] = field(default_factory=dict)

    def standing(self, suite_id: str, period: Period) -> str:
        """Whether a suite is planned on, offered, in works or handed back in a period."""
        if suite_id in self.hand_backs:
            return PLANNED if self.hand_backs[suite_id] >= period.end_day else HANDED_BACK
        if suite_id in self.offers:
            return PLANNED if self.offers[suite_id] >= period.end_day else OPEN_SPACE
        works = self.conversions.get(suite_id)
        return WORKS if works is not None and works.goes_on_in(period) else PLANNED

    def is_done(self, suite_id: str, period: Period) -> bool:
        """Whether the suite stands converted in the period."""
        works = self.conversions.get(suite_id)
        return works is not None and works.is_done_by(period)

    def is_open(self, practice_id: str, period: Period) -> bool:
        """Whether a practice's premises are planned on in a period."""
        return practice_id not in self.closures or self.closures[practice_id] >= period.end_day

    def rooms_of(self, suite: Suite, room_type: str, period: Period, *, works_or_not: bool = False) -> int:
        """Rooms of a kind in a suite; `works_or_not` leaves those in works standing as they are today."""
        standing = self.standing(suite.suite_id, period)
        if standing == WORKS and works_or_not:
            standing = PLANNED
        if standing != PLANNED:
            return 0
        rooms = suite.rooms.get(room_type, 0)
        if self.is_done(suite.suite_id, period):
            made = self.conversions[suite.suite_id].conversion
            rooms -= made.rooms_from if room_type == made.from_room_type else 0
            rooms += made.rooms_to if room_type == made.to_room_type else 0
        return max(0, rooms)


def is_site_open(facts: Facts, uses: Uses, site_id: str, period: Period) -> bool:
    """Whether the site's core suite is planned on, works or not."""
    return uses.standing(facts.site_by_id[site_id].core_suite, period) in (PLANNED, WORKS)


def rooms_planned_on(facts: Facts, uses: Uses, site_id: str, room_type: str, period: Period) -> int:
    """Rooms of a kind at a site, in the suites that are planned on."""
    return sum(uses.rooms_of(suite, room_type, period) for suite in facts.suites_by_site[site_id])


def all_rooms(facts: Facts, uses: Uses, *, works_or_not: bool = False) -> dict[tuple[str, str, str], int]:
    """Rooms planned on by site, kind and first year of the period."""
    return {
        (site_id, kind, period.first_year): sum(
            uses.rooms_of(suite, kind, period, works_or_not=works_or_not) for suite in suites
        )
        for site_id, suites in facts.suites_by_site.items()
        for kind in facts.room_types_of(site_id)
        for period in facts.instance.periods
    }
