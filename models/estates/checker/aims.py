"""The value of every aim, worked out from the written tables and compared with what the run recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from models.estates.checker.cash import Cash, npv_cost_gbp
from models.estates.checker.facts import NO_PLACE, Facts
from models.estates.checker.lists import ListFacts
from models.estates.checker.written import Written
from models.shared.findings import Finding

# How far a recorded value may lie from the recomputed one: contacts are rounded to three decimals, solvers to their
# tolerances; money is whole pounds, discounted.
TOLERANCE = {
    "unmet_demand": 1.0,
    "npv_cost": 1.0,
    "travel_worst": 0.001,
    "travel_core20": 0.001,
    "travel": 0.001,
    "disruption": 1.0,
}
RELATIVE_TOLERANCE = 1e-6


def aim_values(facts: Facts, written: Written, lists: ListFacts, cash: Cash) -> dict[str, float]:
    """The aims by stage name, in the order in which they are solved."""
    weight = {period.first_year: period.weight for period in facts.instance.periods}
    core20 = {area.area_id: area.core20_share or 0.0 for area in facts.instance.areas}
    unmet = moved = minutes = core20_minutes = wanted = core20_wanted = 0.0
    for (area, service, site, year), contacts in written.contacts.items():
        if site == NO_PLACE:
            unmet += weight[year] * contacts
        elif area != NO_PLACE:
            journey = weight[year] * contacts * facts.minutes[area, site]
            minutes += journey
            core20_minutes += core20[area] * journey
            if site != facts.usual.get((area, facts.service_by_id[service].room_type)):
                moved += weight[year] * contacts
    for (area, _, year), contacts in facts.demand.items():
        if area != NO_PLACE:
            wanted += weight[year] * contacts
            core20_wanted += core20[area] * weight[year] * contacts
    for practice_id in sorted(written.uses.closures):
        for period in facts.instance.periods:
            if not written.uses.is_open(practice_id, period):
                moved += period.weight * lists.needs[practice_id, period.first_year].contacts
    return {
        "unmet_demand": unmet,
        "npv_cost": npv_cost_gbp(facts.instance, cash),
        "travel_worst": _worst_mean_minutes(facts, written),
        "travel_core20": core20_minutes / core20_wanted if core20_wanted else 0.0,
        "travel": minutes / wanted if wanted else 0.0,
        "disruption": moved,
    }


def _worst_mean_minutes(facts: Facts, written: Written) -> float:
    """The longest mean journey of the people of an area who need one kind of room in a period."""
    contacts: dict[tuple[str, str, str], float] = defaultdict(float)
    minutes: dict[tuple[str, str, str], float] = defaultdict(float)
    for (area, service, site, year), count in written.contacts.items():
        if NO_PLACE not in (area, site):
            key = (area, facts.service_by_id[service].room_type, year)
            contacts[key] += count
            minutes[key] += count * facts.minutes[area, site]
    return max((minutes[key] / count for key, count in contacts.items() if count), default=0.0)


def check_stage_values(values: Mapping[str, float], recorded: Mapping[str, float | None]) -> Iterator[Finding]:
    """E-30, for the run's record: each recorded value is what the tables come to."""
    for name, value in recorded.items():
        if name not in values:
            yield _error(f"The run records a stage {name}, which is no aim of an estates plan.", name)
        elif value is not None and abs(value - values[name]) > TOLERANCE[name] + RELATIVE_TOLERANCE * abs(value):
            yield _error(f"The run records {name} = {value:,.3f}; the tables come to {values[name]:,.3f}.", name)


def _error(message: str, name: str) -> Finding:
    return Finding("E-30", "error", message, f"run.json stage {name}")
