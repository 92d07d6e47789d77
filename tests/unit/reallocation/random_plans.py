"""Plans that spend each year's money anyhow: no rule holds but the total. For what must be true of every plan."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st

from models.reallocation.instance import nearest_pounds
from models.reallocation.plan import Plan
from tests.reallocation_tables import LINES, Tables, built, line_level_tables

PLACES, PROVIDERS, YEARS = ("a", "b", "c"), ("north", "south"), 2
TRANSITION = {"double_running_share": "0.5", "stranded_share": "0.25"}


def tables_of(opening: Sequence[int]) -> Tables:
    """Three places, four lines; acute is split between two providers; each cell has two ledger lines."""
    tables = line_level_tables(years=YEARS)
    keys = [
        (place, line, provider)
        for place in PLACES
        for line in LINES
        for provider in (PROVIDERS if line == "acute" else ("-",))
    ]
    tables["places"] = [{"place": place, "name": place.upper()} for place in PLACES]
    tables["need"] = [{"place": p, "component": "people", "weighted_population": 1000} for p in PLACES]
    tables["providers"] = [{"provider": p, "name": p, "income_gbp": 10**9} for p in PROVIDERS]
    tables["lines"] = [row | (TRANSITION if row["line"] == "acute" else {}) for row in tables["lines"]]
    tables["baseline"] = [
        {"place": place, "line": line, "provider": provider, "recurrent_gbp": gbp,
         "counts_to_mhis": "yes" if line == "mental_health" else "no"}
        for (place, line, provider), gbp in zip(keys, opening, strict=True)
    ]  # fmt: skip
    tables["ledger"] = [{"ledger_line": "OUT", "description": "out of scope", "gbp": 5_000_000}]
    tables["mapping"] = [{"ledger_line": "OUT", "status": "out_of_scope"}]
    for number, ((place, line, provider), gbp) in enumerate(zip(keys, opening, strict=True)):
        part, mapped = gbp // 3, {"status": "cell", "place": place, "line": line, "provider": provider}
        tables["ledger"] += [
            {"ledger_line": f"L{number}a", "description": "pay", "gbp": gbp - part + 7, "non_recurrent_gbp": 7},
            {"ledger_line": f"L{number}b", "description": "other", "gbp": part, "non_recurrent_gbp": 0},
        ]
        tables["mapping"] += [{"ledger_line": f"L{number}{which}", **mapped} for which in "ab"]
    return tables


CELLS = len(PLACES) * (len(LINES) + 1)
OPENINGS = st.lists(st.integers(1_000, 50_000_000), min_size=CELLS, max_size=CELLS)
WEIGHTS = st.lists(st.integers(1, 1_000), min_size=CELLS, max_size=CELLS)


def plan_of(
    opening: Sequence[int], weights: Sequence[Sequence[int]], unspent: int = 0, month: int = 4, growth: float = 0.03
) -> Plan:
    """A plan that spends each year's money, but for `unspent` pounds, by weights: no rule holds but the total."""
    own = {"line_need_basis": "ledger_deviations", "growth_share": growth, "moves_start_month": month}
    instance = built(tables_of(opening), own)
    years = []
    for by_year, money in zip(weights, instance.money[1:], strict=True):
        total = money.spendable_gbp - unspent
        parts = [
            Fraction(weight * instance.opening_gbp[cell])
            for weight, cell in zip(by_year, instance.cells, strict=True)
        ]
        years.append(nearest_pounds([part * total / sum(parts) for part in parts], total))
    pounds = {
        cell: (instance.opening_gbp[cell], *(year[at] for year in years)) for at, cell in enumerate(instance.cells)
    }
    return Plan(instance, pounds)


PLANS = st.builds(
    plan_of,
    OPENINGS,
    st.lists(WEIGHTS, min_size=YEARS, max_size=YEARS),
    st.sampled_from([0, 0, 1, 999]),
    st.sampled_from([4, 9, 2]),
    growth=st.sampled_from([-0.1, 0.0, 0.03]),
)
