"""The four lines for many places: the practices of North West London, or the 42 systems of England.

Need is real where the public rows are at hand (`people`); every budget is synthetic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from instances.reallocation.people import Level, People, people_of
from instances.reallocation.public_data import (
    COMMUNITY_CHC_NEED_SHARE,
    IN_SCOPE_GBP,
    LINES,
    NEED_WEIGHTS,
    line_need_shares,
    opening_shares,
)
from models.reallocation.settings import NO_PROVIDER
from models.shared.calendar import financial_year
from models.shared.cells import Cell
from models.shared.rounding import round_to_total

Rows = list[dict[str, Cell]]
Tables = dict[str, Rows]

FIRST_YEAR = 2024
OPENING_SPREAD_SHARE: Mapping[Level, float] = {"practices": 0.10, "icbs": 0.06}
"""How far a place's opening strays from its share of a line's money."""

ENGLAND_OF_NW_LONDON = 24.7
"""England's money for the four lines, in North West London's: it has 4.04 to 4.05 % of England's weighted people."""

SETTINGS: Mapping[str, object] = {
    "growth_share": 0.03,
    "reserve_share": 0.005,
    "community_chc_need_share": float(COMMUNITY_CHC_NEED_SHARE),
    "pace_floor_growth_share": 0.0,
    "mh_growth_cap_share": 0.1,
}
WORDS: Mapping[Level, tuple[str, str]] = {
    "practices": (
        "North West London by practice",
        "The lines deviate from need as the Joint Forward Plan says; practices stray from their share of a line by "
        "up to 10 %.",
    ),
    "icbs": (
        "England by system",
        "Lines are in line with need for England as a whole; systems stray from need by up to 6 % a line. No real "
        "budget of any system is in it.",
    ),
}


def places_header(level: Level, seed: int, places: int, years: int, people: People) -> Mapping[str, object]:
    """The header of an instance by practice or by system."""
    title, words = WORDS[level]
    source = (
        "Public: weighted populations of 2024/25 (NHS England ICB place-based allocation tool; contains public "
        "sector information licensed under the Open Government Licence v3.0)."
        if people.provenance == "public"
        else "Weighted populations are invented: the public rows were not at hand."
    )
    basis = "stated_deviations" if level == "practices" else "shares"
    return {
        "kind": "reallocation",
        "title": f"{title}: {places} places, {len(LINES)} lines, {years} years",
        "description": f"{source} {words} Every budget is synthetic (seed {seed}).",
        "settings": {"base_year": financial_year(FIRST_YEAR - 1), "line_need_basis": basis, **SETTINGS},
    }


def places_instance(level: Level, seed: int, places: int, years: int) -> tuple[Mapping[str, object], Tables]:
    """Header and tables of an instance by practice or by system; the same seed and rows give the same instance.

    Raises
    ------
    ValueError
        If there are not that many places.
    """
    random = Random(seed)
    people = people_of(level, places, random)
    return places_header(level, seed, places, years, people), places_tables(level, random, people, years)


def places_tables(level: Level, random: Random, people: People, years: int) -> Tables:
    """The tables of an instance by practice or by system; every draw is from `random`, in a fixed order."""
    year_ids = [financial_year(FIRST_YEAR + at) for at in range(years)]
    tables: Tables = {
        "places": [{"place": place.place, "name": place.name} for place in people.places],
        "lines": _lines(level),
        "years": [{"year": year, "convergence_share": 0.0, "provenance": "assumption"} for year in year_ids],
        "baseline": _baseline(level, random, people),
        "need": [
            {
                "place": place.place,
                "component": component,
                "weighted_population": number,
                "provenance": people.provenance,
            }
            for place in people.places
            for component, number in place.weighted_population.items()
        ],
        "need_weights": [
            {"line": line, "component": component, "weight": weight, "provenance": "assumption"}
            for line, component, weight in NEED_WEIGHTS
        ],
        "chc_forecast": [
            {
                "year": year,
                "volume_growth_share": 0.02,
                "price_growth_share": 0.0294,
                "value_for_money_share": 0.0,
                "provenance": "assumption",
            }
            for year in year_ids
        ],
    }
    return tables


def _lines(level: Level) -> Rows:
    shares = line_need_shares(COMMUNITY_CHC_NEED_SHARE)
    rows: Rows = []
    for facts in LINES:
        row: dict[str, Cell] = {
            "line": facts.line,
            "name": facts.name,
            "role": facts.line,
            "provenance": "assumption",
        }
        if level == "practices":
            row["deviation_share"] = float(facts.deviation_share)
            row["q_group_share"] = None if facts.q_group_share is None else float(facts.q_group_share)
        else:
            row["need_share"] = round(float(shares[facts.line]), 6)
        rows.append(row)
    return rows


def _baseline(level: Level, random: Random, people: People) -> Rows:
    """Opening pounds: each line's total by place in proportion to need, strayed by the spread."""
    spread = OPENING_SPREAD_SHARE[level]
    shares = opening_shares(COMMUNITY_CHC_NEED_SHARE)
    total_gbp = IN_SCOPE_GBP
    if level == "icbs":
        shares, total_gbp = line_need_shares(COMMUNITY_CHC_NEED_SHARE), round(IN_SCOPE_GBP * ENGLAND_OF_NW_LONDON)
    line_gbp = _whole([float(shares[facts.line] * total_gbp) for facts in LINES], total_gbp)
    rows: Rows = []
    for facts, gbp in zip(LINES, line_gbp, strict=True):
        wanted = [_need(facts.line, place.weighted_population) for place in people.places]
        drawn = [need * (1 + random.uniform(-spread, spread)) for need in wanted]
        scale = gbp / sum(drawn)
        amounts = _whole([amount * scale for amount in drawn], gbp)
        rows += [
            {
                "place": place.place,
                "line": facts.line,
                "provider": NO_PROVIDER,
                "recurrent_gbp": amount,
                "counts_to_mhis": facts.line == "mental_health",
                "provenance": "synthetic",
            }
            for place, amount in zip(people.places, amounts, strict=True)
        ]
    return rows


def _need(line: str, people: Mapping[str, float]) -> float:
    return sum(weight * people[component] for of, component, weight in NEED_WEIGHTS if of == line)


def _whole(amounts: Sequence[float], total: int) -> list[int]:
    return round_to_total(amounts, total, [1] * len(amounts), [total] * len(amounts))
