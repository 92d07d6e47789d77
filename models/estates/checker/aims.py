"""The value of every aim, worked out from the written tables and compared with what the run recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from models.estates.checker.cash import Cash, npv_cost_gbp
from models.estates.checker.facts import Facts
from models.estates.checker.written import NO_PLACE, Written
from models.shared.findings import Finding

# How far a recorded value may lie from the recomputed one: contacts are rounded to three decimals, solvers to their
# tolerances; money is whole pounds, discounted.
TOLERANCE = {"unmet_demand": 1.0, "npv_cost": 1.0, "travel": 0.001, "disruption": 1.0}
RELATIVE_TOLERANCE = 1e-6


def aim_values(facts: Facts, written: Written, cash: Cash) -> dict[str, float]:
    """The aims by stage name, in the order in which they are solved."""
    weight = {period.first_year: period.weight for period in facts.instance.periods}
    unmet = moved = journey_minutes = 0.0
    for (area, service, site, year), contacts in written.contacts.items():
        if site == NO_PLACE:
            unmet += weight[year] * contacts
        elif area != NO_PLACE:
            journey_minutes += weight[year] * contacts * facts.minutes[area, site]
            if site != facts.usual.get((area, facts.service_by_id[service].room_type)):
                moved += weight[year] * contacts
    face_to_face = sum(
        weight[year] * contacts for (area, _, year), contacts in facts.demand.items() if area != NO_PLACE
    )
    return {
        "unmet_demand": unmet,
        "npv_cost": npv_cost_gbp(facts.instance, cash),
        "travel": journey_minutes / face_to_face if face_to_face else 0.0,
        "disruption": moved,
    }


def check_stage_values(
    facts: Facts, written: Written, cash: Cash, recorded: Mapping[str, float | None]
) -> Iterator[Finding]:
    """E-30, for the run's record: each recorded value is what the tables come to."""
    values = aim_values(facts, written, cash)
    for name, value in recorded.items():
        if name not in values:
            yield _error(f"The run records a stage {name}, which is no aim of an estates plan.", name)
        elif value is not None and abs(value - values[name]) > TOLERANCE[name] + RELATIVE_TOLERANCE * abs(value):
            yield _error(f"The run records {name} = {value:,.3f}; the tables come to {values[name]:,.3f}.", name)


def _error(message: str, name: str) -> Finding:
    return Finding("E-30", "error", message, f"run.json stage {name}")
