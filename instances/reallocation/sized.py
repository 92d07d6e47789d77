"""Invented systems of any size for tests and benchmarks. Growth in step with the spendable money is always a plan."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from models.reallocation.settings import NO_PROVIDER
from models.shared.calendar import financial_year
from models.shared.cells import Cell
from models.shared.rounding import round_to_total

Rows = list[dict[str, Cell]]
CellKey = tuple[str, str, str]

FIRST_YEAR = 2024
GBP_PER_PLACE_AND_LINE = 20_000_000
TURNOVER_BAND_SHARE = 0.09
CONVERGENCE_SHARES = (-0.003, -0.0005)
"""Invented systems stand a little under target and get more than base growth, so pro-rata growth meets the MHIS."""

ROLES = ("acute", "mental_health", "community", "chc")
PARENT = "out_of_hospital"
"""The line above community and CHC, with a pace of its own, where there are both."""


def sized_header(seed: int, places: int, lines: int, years: int, providers: int) -> Mapping[str, object]:
    """The header of an invented instance."""
    size = f"{places} places, {lines} lines, {years} years, {providers} providers"
    return {
        "kind": "reallocation",
        "title": f"Invented system: {size}",
        "description": f"Synthetic throughout, seed {seed}: {size}. Pro-rata growth is always a plan.",
        "settings": {
            "base_year": financial_year(FIRST_YEAR - 1),
            "reserve_share": 0.0,
            "line_need_basis": "shares",
            "turnover_band_share": TURNOVER_BAND_SHARE,
        },
    }


def sized_tables(random: Random, places: int, lines: int, years: int, providers: int) -> dict[str, Rows]:
    """The tables of an invented instance; every draw is from `random`, in a fixed order."""
    place_ids = [f"p{at + 1:03d}" for at in range(places)]
    line_roles = {_line_id(at): ROLES[at] if at < len(ROLES) else "other" for at in range(lines)}
    line_need = _shares(random, list(line_roles), 0.5)
    people = {(place, line): random.uniform(50_000, 400_000) for line in line_roles for place in place_ids}
    cells = _cells(random, line_need, people, place_ids, providers)
    paid = {f"t{at + 1}": 0 for at in range(providers)}
    for (_, _, provider), gbp in cells.items():
        if provider != NO_PROVIDER:
            paid[provider] += gbp
    growth = [round(random.uniform(0.01, 0.05), 4) for _ in range(years)]
    year_ids = [financial_year(FIRST_YEAR + at) for at in range(years)]
    tables: dict[str, Rows] = {
        "places": [{"place": place, "name": f"Place {place}"} for place in place_ids],
        "lines": _lines(line_roles, line_need),
        "years": [
            {
                "year": year,
                "growth_share": share,
                "convergence_share": round(random.uniform(*CONVERGENCE_SHARES), 4),
            }
            for year, share in zip(year_ids, growth, strict=True)
        ],
        "baseline": [
            {
                "place": place,
                "line": line,
                "provider": provider,
                "recurrent_gbp": gbp,
                "counts_to_mhis": line_roles[line] == "mental_health",
            }
            for (place, line, provider), gbp in cells.items()
        ],
        "need": [
            {"place": place, "component": line, "weighted_population": round(number, 2)}
            for (place, line), number in people.items()
        ],
        "need_weights": [{"line": line, "component": line, "weight": 1.0} for line in line_roles],
        "pace": _pace(random, line_roles, place_ids, max(growth) - CONVERGENCE_SHARES[0]),
    }
    if providers:
        tables["providers"] = [
            {"provider": name, "name": f"Trust {name}", "income_gbp": round((gbp + 1) * random.uniform(1.05, 2.0))}
            for name, gbp in paid.items()
        ]
    if "chc" in line_roles.values():
        tables["chc_forecast"] = [
            {
                "year": year,
                "volume_growth_share": round(share * random.uniform(0.1, 0.5), 4),
                "price_growth_share": round(share * random.uniform(0.1, 0.4), 4),
                "value_for_money_share": round(random.uniform(0, 0.01), 4),
            }
            for year, share in zip(year_ids, growth, strict=True)
        ]
    return {
        name: [row | {"provenance": "synthetic"} if _is_numeric(name) else row for row in rows]
        for name, rows in tables.items()
    }


def _is_numeric(table: str) -> bool:
    return table != "places"


def _line_id(at: int) -> str:
    return ROLES[at] if at < len(ROLES) else f"line_{at + 1}"


def _has_parent(line_roles: Mapping[str, str]) -> bool:
    return {"community", "chc"} <= set(line_roles.values())


def _lines(line_roles: Mapping[str, str], line_need: Mapping[str, float]) -> Rows:
    rows: Rows = []
    parents = {"community": PARENT, "chc": PARENT} if _has_parent(line_roles) else {}
    if parents:
        rows.append({"line": PARENT, "name": "Out of hospital", "role": "other"})
    for line, role in line_roles.items():
        share = round(line_need[line], 6)
        name = line.replace("_", " ").capitalize()
        rows.append({"line": line, "name": name, "parent": parents.get(line), "role": role, "need_share": share})
    # Written shares have six digits; the last line takes what rounding left.
    leaves = [row for row in rows if row["line"] != PARENT]
    leaves[-1]["need_share"] = round(1 - sum(round(line_need[str(row["line"])], 6) for row in leaves[:-1]), 6)
    return rows


def _pace(random: Random, line_roles: Mapping[str, str], places: list[str], most_growth: float) -> Rows:
    """Floors below and caps above any year's growth: for one place and line, and for the line above two."""
    line, place = random.choice(list(line_roles)), random.choice(places)
    rows: Rows = [
        {
            "line": line,
            "place": place,
            "floor_growth_share": -round(random.uniform(0, 0.03), 4),
            "cap_growth_share": round(most_growth + random.uniform(0.001, 0.05), 4),
        }
    ]
    if _has_parent(line_roles):
        floor = -round(random.uniform(0, 0.01), 4)
        cap = round(most_growth + random.uniform(0.001, 0.02), 4)
        rows.append({"line": PARENT, "floor_growth_share": floor, "cap_growth_share": cap})
    return rows


def _cells(
    random: Random,
    line_need: Mapping[str, float],
    people: Mapping[tuple[str, str], float],
    places: list[str],
    providers: int,
) -> dict[CellKey, int]:
    drawn: dict[CellKey, float] = {}
    for line, share in line_need.items():
        line_share = share * (1 + random.uniform(-0.2, 0.2))
        total = sum(people[place, line] for place in places)
        for place in places:
            amount = line_share * people[place, line] / total * (1 + random.uniform(-0.15, 0.15))
            for provider, part in _split(random, providers).items():
                drawn[place, line, provider] = amount * part
    total_gbp = GBP_PER_PLACE_AND_LINE * len(people)
    scale = total_gbp / sum(drawn.values())
    amounts = [amount * scale for amount in drawn.values()]
    whole = round_to_total(amounts, total_gbp, [1] * len(amounts), [total_gbp] * len(amounts))
    return dict(zip(drawn, whole, strict=True))


def _split(random: Random, providers: int) -> dict[str, float]:
    if not providers:
        return {NO_PROVIDER: 1.0}
    first = random.randrange(providers)
    if providers == 1 or random.random() < 0.4:
        return {f"t{first + 1}": 1.0}
    second = (first + 1 + random.randrange(providers - 1)) % providers
    part = random.uniform(0.5, 0.9)
    return {f"t{first + 1}": part, f"t{second + 1}": 1 - part}


def _shares(random: Random, names: list[str], spread: float) -> dict[str, float]:
    drawn = {name: 1 + random.uniform(-spread, spread) for name in names}
    return {name: number / sum(drawn.values()) for name, number in drawn.items()}
