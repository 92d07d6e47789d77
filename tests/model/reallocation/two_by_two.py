"""Two places, two lines, one year, in hundreds of thousands: small enough to try every plan, with every rule on.

The rules are written here once more, from their sentences, so that the trying hangs on no code of the model.
Amounts are thousands of pounds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

from models.reallocation.instance import Instance
from tests.reallocation_tables import Tables, built

CELLS = (("a", "chc"), ("b", "chc"), ("a", "mh"), ("b", "mh"))
OPENED = (3000, 2200, 2000, 2800)
NEED_BEFORE = (2000, 2000, 3000, 3000)
NEED = (2200, 2200, 3300, 3300)
SPENDABLE = 11_000
STEP = 100
Amounts = tuple[int, ...]


@dataclass(frozen=True)
class Rules:
    """What may differ between the trials; everything else stands in the tables below."""

    cap_mh: float = 0.3
    floor: float = -0.1
    peak: float = 0.3
    fence: int = 2300
    releasable: float = 0.1
    fund: int = 150
    wte: int = 10
    closure: float = 0.4
    fall_rise: tuple[int, int] = (300, 700)
    theta: float = 0.0
    aim: str = "close_the_gap"
    soft: Mapping[str, int] = field(default_factory=dict)

    def but(self, **changes: object) -> Rules:
        return replace(self, **changes)  # type: ignore[arg-type]


def instance_of(rules: Rules) -> Instance:
    """The same through the door the user's tables come by."""
    tables: Tables = {
        "places": [{"place": place, "name": place} for place in ("a", "b")],
        "lines": [
            {"line": "chc", "name": "CHC", "role": "chc", "need_share": 0.4, "releasable_share": rules.releasable,
             "double_running_share": 0.3, "stranded_share": 0.2},
            {"line": "mh", "name": "Mental health", "role": "mental_health", "need_share": 0.6},
        ],
        "providers": [
            {"provider": f"p{place}", "name": place, "income_gbp": 20_000_000, "max_fall_share": limit / 20_000,
             "max_rise_share": limit / 20_000}
            for place, limit in zip("ab", rules.fall_rise, strict=True)
        ],
        "years": [{"year": "2024/25", "transition_fund_gbp": 1000 * rules.fund, "mh_recruitment_cap_wte": rules.wte}],
        "baseline": [
            {"place": place, "line": line, "provider": f"p{place}", "recurrent_gbp": 1000 * gbp,
             "counts_to_mhis": "yes" if line == "mh" else "no"}
            for (place, line), gbp in zip(CELLS, OPENED, strict=True)
        ],
        "need": [{"place": place, "component": "people", "weighted_population": 100} for place in ("a", "b")],
        "need_weights": [{"line": line, "component": "people", "weight": 1} for line in ("chc", "mh")],
        "chc_forecast": [{"year": "2024/25", "volume_growth_share": 0, "price_growth_share": -0.1}],
        "ring_fences": [{"fence": "bcf", "name": "Fund of b", "year": "2024/25", "minimum_gbp": 1000 * rules.fence}],
        "ring_fence_cells": [{"fence": "bcf", "place": "b", "line": "chc"}],
        "spillover": [{"from_line": "chc", "to_line": "mh", "theta_share": rules.theta, "lag_years": 0}],
        "soft_rules": [{"rule": rule, "order": order} for rule, order in rules.soft.items()],
    }  # fmt: skip
    growth = (SPENDABLE + rules.fund) / sum(OPENED) - 1
    settings: dict[str, object] = {
        "line_need_basis": "shares", "growth_share": round(growth, 6), "reserve_share": 0.0,
        "cost_uplift_share": 0.02, "productivity_share": 0.02, "mh_cost_per_wte_gbp": 100_000,
        "mh_growth_cap_share": rules.cap_mh, "pace_floor_growth_share": rules.floor,
        "peak_growth_limit_share": rules.peak, "required_closure_share": rules.closure, "aim": rules.aim,
        "break_even_efficiency_share": 0.0, "delivered_efficiency_share": 0.0,
    }  # fmt: skip
    return built({name: rows for name, rows in tables.items() if rows}, settings)


def stands(rules: Rules, x: Amounts) -> tuple[float, ...]:
    """What stands against need: mental health with what more continuing care than its opening relieves."""
    return (x[0], x[1], x[2] + rules.theta * (x[0] - OPENED[0]), x[3] + rules.theta * (x[1] - OPENED[1]))


def missed(rules: Rules, x: Amounts) -> dict[str, list[float]]:
    """By how much each limit of each rule is missed; zero or below where it is kept. Volume factor 1."""
    y = stands(rules, x)
    withdrawn = [max(0, OPENED[k] - x[k]) for k in (0, 1)]
    growth = 1 + (SPENDABLE + rules.fund) / sum(OPENED) - 1
    missing, opened = (
        sum(max(0, NEED[k] - y[k]) for k in range(4)),
        sum(abs(OPENED[k] - NEED_BEFORE[k]) for k in range(4)),
    )
    over = [(x[k] - OPENED[k] * 1.1, NEED[k] - y[k]) for k in (0, 1)]  # need grows by a tenth
    capped = [min(1.1, 1 + rules.cap_mh) * OPENED[k] - x[k] for k in (2, 3)]
    under = [
        (short, y[k] - max(NEED[k], OPENED[k] * (1 + rules.floor))) for short, k in zip(capped, (2, 3), strict=True)
    ]
    paid = [x[0] + x[2] - OPENED[0] - OPENED[2], x[1] + x[3] - OPENED[1] - OPENED[3]]
    return {
        "R-01": [sum(x) - SPENDABLE],
        "R-02": [(1 + rules.floor) * OPENED[k] - x[k] for k in range(4)],
        "R-03": [x[k] - (1 + rules.cap_mh) * OPENED[k] for k in (2, 3)],
        "R-04": [growth * (OPENED[2] + OPENED[3]) - x[2] - x[3]],
        "R-05": [0.9 * OPENED[k] - x[k] for k in (0, 1)],
        "R-06": [room for pair in (*over, *under) for room in pair],
        "R-07": [abs(change) - limit for change, limit in zip(paid, rules.fall_rise, strict=True)],
        "R-13": [rules.fence - x[1]],
        "R-14": [(1 - rules.releasable) * OPENED[k] - x[k] for k in (0, 1)],
        "R-15": [0.5 * sum(withdrawn) - rules.fund],
        "R-19": [x[2] + x[3] - 1.02 * (OPENED[2] + OPENED[3]) - rules.wte * 100 * 1.02],
        "R-20": [missing - (1 - rules.closure) * opened / 2],
        "R-22": [x[k] - (1 + rules.peak) * OPENED[k] for k in range(4)],
    }


def every_plan(rules: Rules) -> Iterator[Amounts]:
    """Every plan in hundreds of thousands between the floor and the limit for all, neither of them soft here."""
    ends = [(math.ceil((1 + rules.floor) * gbp / STEP), math.floor((1 + rules.peak) * gbp / STEP)) for gbp in OPENED]
    every = product(*(range(low * STEP, (high + 1) * STEP, STEP) for low, high in ends))
    return (x for x in every if sum(x) <= SPENDABLE)


def best_by_trying(rules: Rules) -> dict[str, float] | None:
    """The stage values of the best plan tried, aim by aim; None where none keeps the hard rules."""
    left: list[tuple[Amounts, dict[str, list[float]]]] = []
    for x in every_plan(rules):
        misses = missed(rules, x)
        if all(max(own) <= 1e-6 for rule, own in misses.items() if rule not in rules.soft):
            left.append((x, misses))
    if not left:
        return None

    def soft(order: int, misses: Mapping[str, list[float]]) -> float:
        return sum(max(0.0, gbp) for rule, of in rules.soft.items() if of == order for gbp in misses[rule])

    def shares(x: Amounts) -> list[float]:
        return [abs(y - need) / need for y, need in zip(stands(rules, x), NEED, strict=True)]

    aims = {f"soft_{order}": order for order in sorted(set(rules.soft.values()))}
    found: dict[str, float] = {}
    for name, order in aims.items():
        found[name] = min(soft(order, misses) for _, misses in left)
        left = [(x, misses) for x, misses in left if soft(order, misses) <= found[name] + 1e-6]
    values = {
        "unallocated": lambda x: float(SPENDABLE - sum(x)),
        "final_year_gap": lambda x: sum(share * need for share, need in zip(shares(x), NEED, strict=True)) / 2,
        "worst_cell_gap": lambda x: max(shares(x)),
        "peak_growth": lambda x: max(now / before - 1 for now, before in zip(x, OPENED, strict=True)),
    }
    order_of_aims = ("unallocated", "peak_growth", "final_year_gap", "worst_cell_gap")
    for name in values if rules.aim == "close_the_gap" else order_of_aims:
        found[name] = min(values[name](x) for x, _ in left)
        left = [(x, misses) for x, misses in left if values[name](x) <= found[name] + 1e-9]
    return found
