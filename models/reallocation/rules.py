"""The rules of a reallocation as a finance lead would say them, and its aims in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.reallocation.settings import FREEZE_GBP, FREEZE_SHARE, AimName
from models.shared.rules import Rule

# Formulas: x allocation, N need, t year, p place, l line, k cell (place, line, provider), E money in scope,
# S spendable money, F forecast cost of CHC, y what stands against need (allocation and relief), u cost uplift,
# e normal productivity, v = 1 + u - e what keeps the volume of the year before.
# Limits that are not whole pounds are taken outward: a least amount down, a most amount up.

RULES: tuple[Rule, ...] = (
    Rule(
        "R-01",
        "envelope",
        "What is allocated in a year, with what comes off first, is never more than the money in scope that year.",
        "sum_k x[k,t] <= S[t] = E[t] - break_even[t] - reserve[t] - fund[t]",
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
        "sum_{k in MHIS} x[k,t] >= (1 + growth[t] - concession) sum_{k in MHIS} x[k,t-1]",
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
        "opened over: min(N[t], x[0] prod(1+cap)) <= y[t], x[t] <= x[t-1] max(N[t]/N[t-1], 1+floor, F[t]/F[t-1]); "
        "opened under: x[t-1] min(N[t]/N[t-1], 1+cap) <= x[t], y[t] <= max(N[t], x[0] prod(1+floor), F[t]); "
        "each wider by its concession",
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
        "closure_required: |y[p,l,t] - N[p,l,t]| <= 25 pounds + concession N at t = T (fastest_closure: from the "
        "earliest year on)",
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
        "Need is each line's and place's share of the spendable money, so that no gap at all can be reached; or it "
        "is given in pounds, never both.",
        "N[p,l,t] = line_share[l] place_share[p,l] S[t], or need_targets[p,l,t]",
        hard=True,
        owner="definition",
        definitional=True,
    ),
    Rule(
        "R-11",
        "every_cell_every_year",
        "Every cell of the opening budget stands once in every year, the base year as opened, and its arithmetic "
        "holds.",
        "x[k,0] = opening[k]; gap = y - N with y = x + relief; change = x[t] - x[t-1]",
        hard=True,
        owner="definition",
        definitional=True,
    ),
    Rule(
        "R-12",
        "every_ledger_pound_once",
        "Every pound of the ledger is mapped once, and the bridge leads from the whole allocation to the plan.",
        "sum ledger - out_of_scope - running_costs - non_recurrent = sum_k opening[k]; "
        "opening + growth + reallocation = closing; moves add up to every change",
        hard=True,
        owner="definition",
        definitional=True,
    ),
    Rule(
        "R-13",
        "ring_fence",
        "Money with a purpose of its own, as a borough's Better Care Fund, is spent on that purpose.",
        "sum_{k in fence} x[k,t] >= minimum[fence,t]",
        hard=True,
        owner="NHS England and boroughs",
    ),
    Rule(
        "R-14",
        "releasable_share",
        "No provider's service is withdrawn faster in a year than its cost can be released.",
        "x[k,t] >= (1 - releasable[l]) v x[k,t-1]",
        hard=True,
        owner="ICB finance with providers",
    ),
    Rule(
        "R-15",
        "transition_within_fund",
        "Double running and the fixed cost that stays behind are paid from the transition fund of the year.",
        "sum_k (double_running[l] + stranded[l]) max(0, v x[k,t-1] - x[k,t]) <= fund[t]; "
        "over all years <= transition_cost_limit",
        hard=True,
        owner="ICB finance",
    ),
    Rule(
        "R-16",
        "primary_care_first_claim",
        "What primary care is short of is closed in equal steps before anything is shared out.",
        "E[t] = E0[t] - primary_care_gap t / T + kept running_cost_saving[t]",
        hard=True,
        owner="ICB board",
        definitional=True,
    ),
    Rule(
        "R-17",
        "break_even_first",
        "Efficiency pays for breaking even first: what is missing comes off the money in scope, what is over adds, "
        "and no pound of it is spent twice.",
        "break_even[t] = sum_{s<=t} (break_even_share - delivered[s]) base[s]",
        hard=True,
        owner="ICB finance",
        definitional=True,
    ),
    Rule(
        "R-18",
        "running_costs_cut",
        "Running costs come down in equal steps to their cut by the year it is due, and stay there.",
        "running[t] = running[0] (1 - cut min(1, t / t_due))",
        hard=True,
        owner="NHS England",
        definitional=True,
    ),
    Rule(
        "R-19",
        "recruitment_cap",
        "Mental health adds no more staff in a year than can be recruited.",
        "sum_{k of MH} (x[k,t] - (1 + u) x[k,t-1]) <= cap_wte[t] cost_per_wte (1 + u)^t",
        hard=True,
        owner="ICB workforce",
    ),
    Rule(
        "R-20",
        "gap_share_closed_in_final_year",
        "The share of the opening gap that is required is closed in the last year.",
        "sum_{p,l} max(0, N[p,l,T] - y[p,l,T]) <= (1 - required_closure_share) sum_{p,l} |x[p,l,0] - N[p,l,0]| / 2",
        hard=True,
        owner="ICB board",
    ),
    Rule(
        "R-21",
        "upstream_relief",
        "Spending upstream above the path that keeps its volume relieves need, by theta pounds a pound and a lag; "
        "below it, need rises.",
        "y[p,l,t] = x[p,l,t] + sum theta (x[p,from,t-lag] - x[p,from,0] v^(t-lag))",
        hard=True,
        owner="definition",
        definitional=True,
    ),
    Rule(
        "R-22",
        "peak_growth_limit",
        "No place's line grows in any year by more than the limit set for all of them.",
        "x[p,l,t] <= (1 + peak_growth_limit) x[p,l,t-1]",
        hard=True,
        owner="ICB board",
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


# x is the allocation of a place and line (or of a cell), y the same with relief, N its need, S the spendable money, T
# the last year; s[k,t] = share[k] N[p,l,t] (x[p,l,0] / N[p,l,0]) ** ((T - t) / T) is the straight path of a cell,
# share[k] the cell's share of the opening of its place and line: the distance from need shrinks at one rate until it
# is gone. e[t] = ROUNDING_GBP_PER_YEAR * t * (cells of the place and line, and those that relieve it).
YEARS = StageSpec("years_to_closure", "years", "least t from which on R-08 can be kept", 0.0, "0")
SOFT = StageSpec(
    "soft",
    "gbp",
    "named soft_<order>: sum over limits of the rules of one order of max(0, what the limit lacks)",
    FREEZE_GBP,
    "sum over limits of ROUNDING_GBP_PER_YEAR t (cells)",
)
UNALLOCATED = StageSpec("unallocated", "gbp", "sum_{t>=1} (S[t] - sum_k x[k,t])", FREEZE_GBP, "2 T")
GAP = StageSpec("final_year_gap", "gbp", "sum_{p,l} |y[p,l,T] - N[p,l,T]| / 2", FREEZE_GBP, "sum_{p,l} e[T] / 2")
GAP_SHARE = StageSpec(
    "final_year_gap_share",
    "share",
    "mean over p,l of |y[p,l,T] - N[p,l,T]| / N[p,l,T]; instead of final_year_gap where gap_counted_in says so",
    FREEZE_SHARE,
    "mean e[T] / N[p,l,T]",
)
WORST = StageSpec(
    "worst_cell_gap",
    "share",
    "max_{p,l} |y[p,l,T] - N[p,l,T]| / N[p,l,T]; worst_cell_gap_2 and on: the same outside the places' lines of the "
    "levels before (worst_cells.csv)",
    FREEZE_SHARE,
    "max e[T] / N[p,l,T]",
)
PEAK = StageSpec(
    "peak_growth", "share", "max_{p,l,t>=1} x[p,l,t] / x[p,l,t-1] - 1", FREEZE_SHARE, "max 2 e[t] / x[p,l,t-1]"
)
PATH = StageSpec(
    "straight_path",
    "gbp",
    "sum_{k,t>=1} (x[k,t] - s[k,t])^2 / s[k,t]",
    0.0,
    "sum_{k,t} (2 |x - s| d + d^2) / s with d = ROUNDING_GBP_PER_YEAR t",
)

STAGES_OF_AIM: Mapping[AimName, tuple[StageSpec, ...]] = {
    "close_the_gap": (SOFT, UNALLOCATED, GAP, WORST, PEAK, PATH),
    "least_disruption": (SOFT, UNALLOCATED, PEAK, GAP, WORST, PATH),
    "fastest_closure": (YEARS, SOFT, UNALLOCATED, GAP, WORST, PEAK, PATH),
}
"""The stages of each aim in their order. `soft_<order>` has one stage for every order in soft_rules.csv, and
worst_cell_gap up to LEXIMIN_LEVELS; GAP_SHARE stands in for GAP where `gap_counted_in` is share_of_need."""
