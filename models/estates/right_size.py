"""GP premises and their lists: what a list needs, what premises can still take, who may take a closed list.

Premises are fixed capacity. A Right Size move closes them on a day; from then on everybody on the list is seen in
rooms of the sites or in other premises with hours to spare.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from models.estates.demand import clinical_hours_per_year, hours_per_week, population_growth, virtual_share
from models.estates.entities import Period, Premises, Site
from models.estates.geography import grid_minutes
from models.estates.hand_back import first_of_month_from
from models.estates.instance import EstatesInstance
from models.estates.slots import weekly_hours_per_room
from models.shared.calendar import financial_year_start

LIST_SERVICE = "gp_list"
"""The service under which contacts of closed lists stand in the rooms of sites."""
PREMISES, SITE = "premises", "site"


@dataclass(frozen=True)
class Receiver:
    """Who may take patients of a closed list, and how far they are from its old premises."""

    kind: str
    receiver_id: str
    minutes: int


@dataclass(frozen=True)
class GpList:
    """The list of one practice, by period: people in the busiest year, and contacts a year in thousandths."""

    people: tuple[int, ...]
    milli_contacts: tuple[int, ...]
    hours: tuple[float, ...]


class GpLists:
    """The lists of an instance, worked out once."""

    def __init__(self, instance: EstatesInstance) -> None:
        self._instance = instance
        self.premises: Mapping[str, Premises] = {one.practice_id: one for one in instance.premises}

    @cached_property
    def lists(self) -> Mapping[str, GpList]:
        """The list of each practice."""
        busiest = [_busiest(self._instance, period.financial_years) for period in self._instance.periods]
        return {practice: self._one(premises, busiest) for practice, premises in sorted(self.premises.items())}

    def _one(self, premises: Premises, busiest: list[tuple[float, float]]) -> GpList:
        milli = tuple(round(premises.list_size * contacts * 1000) for contacts, _ in busiest)
        return GpList(
            people=tuple(math.floor(premises.list_size * growth + 0.5) for _, growth in busiest),
            milli_contacts=milli,
            hours=tuple(self.hours_per_week(one / 1000) for one in milli),
        )

    def hours_per_week(self, contacts: float) -> float:
        """Room hours a week of contacts a year."""
        settings = self._instance.settings
        yearly = clinical_hours_per_year(contacts, settings.gp_minutes_per_contact)
        return hours_per_week(yearly, settings.weeks_per_year)

    def spare_hours(self, practice_id: str, period: int) -> float:
        """Hours a week that premises which are open can take beside their own list (E-39)."""
        settings = self._instance.settings
        weights = [slot.demand_weight for slot in self._instance.slots]
        each = weekly_hours_per_room(
            weights, settings.movable_share, settings.session_hours, settings.used_share_ceiling
        )
        rooms = self.premises[practice_id].rooms
        return max(0.0, rooms * each - self.lists[practice_id].hours[period])

    def minutes(self, practice_id: str, kind: str, receiver_id: str) -> int | None:
        """One way from the old premises to a receiver; None where the place of one of them is not known."""
        place: Premises | Site
        place = self.premises[receiver_id] if kind == PREMISES else self._instance.site(receiver_id)
        return minutes_between(self._instance, self.premises[practice_id], place)

    def receivers(self, practice_id: str, sites: Sequence[str], limit_minutes: int | None) -> tuple[Receiver, ...]:
        """Other premises, and those of the sites given, that lie within the limit (None: anywhere)."""
        others = [(PREMISES, one) for one in sorted(self.premises) if one != practice_id]
        found: list[Receiver] = []
        for kind, receiver in [*others, *((SITE, site) for site in sites)]:
            minutes = self.minutes(practice_id, kind, receiver)
            if minutes is not None and (limit_minutes is None or minutes <= limit_minutes):
                found.append(Receiver(kind, receiver, minutes))
        return tuple(found)


def minutes_between(instance: EstatesInstance, old: Premises, place: Premises | Site) -> int | None:
    """One-way minutes by the grid; None where a grid reference is missing."""
    if None in (old.easting_m, old.northing_m, place.easting_m, place.northing_m):
        return None
    assert old.easting_m is not None and old.northing_m is not None, "just looked at"
    assert place.easting_m is not None and place.northing_m is not None, "just looked at"
    metres = math.hypot(old.easting_m - place.easting_m, old.northing_m - place.northing_m)
    return grid_minutes(metres, instance.settings)


def closing_dates(instance: EstatesInstance, premises: Premises, *, from_any_day: bool) -> tuple[dt.date, ...]:
    """Firsts of months worth considering for closing: as soon as it may be, or when a period or a year begins.

    `from_any_day` considers days before `closes_from` too (E-38 left out).
    """
    if premises.closes_from is None or premises.easting_m is None or premises.northing_m is None:
        return ()
    settings, end = instance.settings, instance.periods[-1].end_day
    years = [financial_year_start(year) for year in instance.financial_years]
    days = {first_of_month_from(day) for day in (settings.decision_date, premises.closes_from, *years)}
    first = settings.decision_date if from_any_day else max(settings.decision_date, premises.closes_from)
    return tuple(sorted(day for day in days if first <= day < end))


def closes_alike(one: dt.date | None, other: dt.date | None, periods: Sequence[Period]) -> bool:
    """Whether premises that close on one day are open in the same periods as if they closed on another one."""
    if one is None or other is None:
        return one == other
    return all((one < period.end_day) == (other < period.end_day) for period in periods)


def _busiest(instance: EstatesInstance, years: Sequence[str]) -> tuple[float, float]:
    """Face-to-face contacts of one person of today's list in the busiest year (ties: the first), and growth by it."""
    settings = instance.settings
    found: list[tuple[float, float]] = []
    for year in years:
        growth = population_growth(instance, year)
        elsewhere = (1 - settings.share_in_these_sites) * (1 - virtual_share(settings, year))
        found.append((growth * settings.contact_rate * elsewhere, growth))
    return max(found, key=lambda pair: pair[0])
