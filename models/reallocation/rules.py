"""The rules of a reallocation as a finance lead would say them, and its aims in their order."""

from __future__ import annotations

from dataclasses import dataclass

from models.reallocation.tables import FREEZE_GBP, FREEZE_SHARE
from models.shared.rules import Rule

# Formulas: x allocation, N need, t year, p place, l line, k cell (place, line, provider), E money in scope,
# S spendable money, F forecast cost of CHC.
# Limits that are not whole pounds are taken outward: a least amount down, a most amount up.

RULES: tuple[Rule, ...] = (
    Rule(
        "R-01",
        "envelope",
        "What is allocated in a year, with the reserve, is never more than the money in scope that year.",
        "sum_k x[k,t] <= S[t] = E[t] - reserve[t]",
        hard=True,
        owner="ICB finance",
        definitional=True,
    ),
    Rule(
        "R-02",
        "pace_floor",
        "No place's line grows by less in a year than its pace floor (0 %: no cash cut).",
        "x[p,l,t] >= (1 + floor[p,l]) x[p,l,t-1]",
        hard=True,
        owner="ICB board",
    ),
    Rule(
        "R-03",
        "pace_cap",
        "No place's line grows by more in a year than its pace cap.",
        "x[p,l,t] <= (1 + cap[p,l]) x[p,l,t-1]",
        hard=True,
        owner="ICB board",
    ),
    Rule(
        "R-04",
        "mental_health_investment_standard",
        "Mental health spend, by the standard's own definition, grows at least as fast as the allocation before "
        "convergence.",
        "sum_{k in MHIS} x[k,t] >= (1 + growth[t]) sum_{k in MHIS} x[k,t-1]",
        hard=True,
        owner="NHS England",
    ),
    Rule(
        "R-05",
        "chc_floor",
        "Continuing healthcare is paid for at forecast volume and price less value for money; eligibility is never "
        "cut.",
        "x[p,chc,t] >= F[p,t] = x[p,chc,0] prod_{s<=t} (1 + volume[s]) (1 + price[s]) (1 - value_for_money[t])",
        hard=True,
        owner="ICB CHC team",
    ),
    Rule(
        "R-06",
        "no_further_from_target",
        "No place's line moves further from its target or across it, unless its own floor or cap compels it.",
        "opened over: min(N[t], x[0] prod(1+cap)) <= x[t] <= x[t-1] max(N[t]/N[t-1], 1+floor, F[t]/F[t-1]); "
        "opened under: x[t-1] min(N[t]/N[t-1], 1+cap) <= x[t] <= max(N[t], x[0] prod(1+floor), F[t])",
        hard=True,
        owner="ICB board",
    ),
    Rule(
        "R-07",
        "provider_turnover_band",
        "What we pay a provider changes in a year by no more than its band of its income.",
        "-max_fall income <= sum_{k of provider} (x[k,t] - x[k,t-1]) <= max_rise income",
        hard=True,
        owner="ICB finance with providers",
    ),
    Rule(
        "R-08",
        "gap_closed_in_final_year",
        "When closure is required, every place's line stands at its need in the last year.",
        "closure_required: |x[p,l,T] - N[p,l,T]| <= 25 pounds",
        hard=True,
        owner="ICB board",
    ),
    Rule(
        "R-09",
        "no_negative_allocation",
        "No allocation is below zero.",
        "x[k,t] >= 0",
        hard=True,
        owner="definition",
        definitional=True,
    ),
    Rule(
        "R-10",
        "need_is_share_of_spendable",
        "Need is each line's and place's share of the spendable money, so that no gap at all can be reached.",
        "N[p,l,t] = line_share[l] place_share[p,l] S[t]",
        hard=True,
        owner="definition",
        definitional=True,
    ),
    Rule(
        "R-11",
        "every_cell_every_year",
        "Every cell of the opening budget stands once in every year, the base year as opened, and its arithmetic "
        "holds.",
        "x[k,0] = opening[k]; gap = x - N; change = x[t] - x[t-1]",
        hard=True,
        owner="definition",
        definitional=True,
    ),
    Rule(
        "R-12",
        "every_ledger_pound_once",
        "Every pound of the ledger is mapped once, and the bridge leads from the whole allocation to the plan.",
        "sum ledger - out_of_scope - non_recurrent = sum_k opening[k]; opening + growth + reallocation = closing",
        hard=True,
        owner="definition",
        definitional=True,
    ),
)


@dataclass(frozen=True)
class StageSpec:
    """One aim: its name in run.json, its unit, and how its value is computed from a plan.

    `freeze` is by how much later aims may worsen it. `rounding` says by how much whole pounds may move it, beyond
    that: `e[t] = ROUNDING_GBP_PER_YEAR * t * (cells of the place and line)` pounds in year t.
    """

    name: str
    unit: str
    formula: str
    freeze: float
    rounding: str


# In this order. x is the allocation of a place and line (or of a cell), N its need, S the spendable money, T the last
# year; s[k,t] = share[k] N[p,l,t] (x[p,l,0] / N[p,l,0]) ** ((T - t) / T) is the straight path of a cell, share[k] the
# cell's share of the opening of its place and line: the distance from need shrinks at one rate until it is gone.
STAGES: tuple[StageSpec, ...] = (
    StageSpec("unallocated", "gbp", "sum_{t>=1} (S[t] - sum_k x[k,t])", FREEZE_GBP, "2 T"),
    StageSpec("final_year_gap", "gbp", "sum_{p,l} |x[p,l,T] - N[p,l,T]| / 2", FREEZE_GBP, "sum_{p,l} e[T] / 2"),
    StageSpec(
        "worst_cell_gap", "share", "max_{p,l} |x[p,l,T] - N[p,l,T]| / N[p,l,T]", FREEZE_SHARE, "max e[T] / N[p,l,T]"
    ),
    StageSpec(
        "peak_growth",
        "share",
        "max_{p,l,t>=1} x[p,l,t] / x[p,l,t-1] - 1",
        FREEZE_SHARE,
        "max 2 e[t] / x[p,l,t-1]",
    ),
    StageSpec(
        "straight_path",
        "gbp",
        "sum_{k,t>=1} (x[k,t] - s[k,t])^2 / s[k,t]",
        0.0,
        "sum_{k,t} (2 |x - s| d + d^2) / s with d = ROUNDING_GBP_PER_YEAR t",
    ),
)
