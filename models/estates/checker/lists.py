"""GP practices' lists and premises, from the instance alone: contacts, hours, spare hours and minutes between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.estates.checker.facts import Facts, calendar_years, growth_factor, minutes_between, virtual_share
from models.estates.entities import Period, Premises, Site
from models.estates.instance import EstatesInstance

GP_LIST = "gp_list"
TIE_SHARE = 1e-9


@dataclass(frozen=True)
class ListNeed:
    """What the people on a list need in a period's busiest year.

    `people` holds the size of the list in that year, before rounding, once for each year that is as busy.
    """

    contacts: float
    people: tuple[float, ...]


@dataclass(frozen=True)
class ListFacts:
    """Every practice and what its list needs, by practice and first year of the period."""

    premises: Mapping[str, Premises]
    needs: Mapping[tuple[str, str], ListNeed]
    hours_of_a_room: float
    minutes_per_contact: int
    weeks_per_year: float

    def hours_a_week(self, contacts: float) -> float:
        return contacts * self.minutes_per_contact / 60 / self.weeks_per_year

    def own_hours_a_week(self, practice_id: str, year: str) -> float:
        return self.hours_a_week(self.needs[practice_id, year].contacts)

    def spare_hours_a_week(self, practice_id: str, year: str) -> float:
        """Hours of other lists the premises can take."""
        rooms = self.premises[practice_id].rooms
        return max(0.0, rooms * self.hours_of_a_room - self.own_hours_a_week(practice_id, year))


def list_facts_of(instance: EstatesInstance) -> ListFacts:
    """Work out every list in every period."""
    people = sum(area.population for area in instance.areas)
    needs: dict[tuple[str, str], ListNeed] = {}
    for period in instance.periods:
        ways = _years(instance, period, people)
        most = max(per_person for _, per_person in ways)
        busiest = [growth for growth, per_person in ways if per_person >= most * (1 - TIE_SHARE)]
        for one in instance.premises:
            needs[one.practice_id, period.first_year] = ListNeed(
                round(one.list_size * most, 3), tuple(one.list_size * growth for growth in busiest)
            )
    return ListFacts(
        premises={one.practice_id: one for one in instance.premises},
        needs=needs,
        hours_of_a_room=hours_of_a_room_a_week(instance, instance.settings.used_share_ceiling),
        minutes_per_contact=instance.settings.gp_minutes_per_contact,
        weeks_per_year=instance.settings.weeks_per_year,
    )


def _years(instance: EstatesInstance, period: Period, people: int) -> list[tuple[float, float]]:
    """For each year of a period, growth of a list and contacts a year of one of today's people on it."""
    settings = instance.settings
    found: list[tuple[float, float]] = []
    for year in calendar_years(period):
        growth = growth_factor(instance, year, people)
        face_to_face = 1 - virtual_share(instance, year)
        found.append((growth, growth * settings.contact_rate * (1 - settings.share_in_these_sites) * face_to_face))
    return found


def hours_of_a_room_a_week(instance: EstatesInstance, ceiling_share: float) -> float:
    """Hours a week one room takes, if demand that cannot be moved arrives by the weekly profile."""
    settings = instance.settings
    slots = len(instance.slots)
    peak = (1 - settings.movable_share) * max(slot.demand_weight for slot in instance.slots)
    return slots * ceiling_share * settings.session_hours * (min(1.0, 1 / peak) if peak else 1.0)


def minutes_to_receiver(facts: Facts, old: Premises, receiver: Premises | Site) -> int | None:
    """One-way minutes from old premises to those who take its list; None where a place is not known."""
    if old.easting_m is None or old.northing_m is None:
        return None
    if receiver.easting_m is None or receiver.northing_m is None:
        return None
    return minutes_between(facts.instance, (old.easting_m, old.northing_m), (receiver.easting_m, receiver.northing_m))
