"""Key figures of a plan, each with its formula."""

from __future__ import annotations

from collections.abc import Mapping

from models.reallocation.baselines import pro_rata_growth
from models.reallocation.moves import transition_gbp
from models.reallocation.plan import Plan
from models.shared.problem import Measure

NEAR_NEED_SHARE = 0.01


def measures(plan: Plan) -> Mapping[str, Measure]:
    """The figures a finance lead compares plans by.

    `T` is the last plan year; gaps are of places and lines, against need in whole pounds. Closed is what was missing
    to need in the base year and is there in the last: money left unspent closes nothing.
    """
    instance, last = plan.instance, plan.instance.horizon
    gaps = final_gap_shares(plan)
    missing = plan.under_gbp(0)
    return {
        "over_need_base_year": Measure(plan.over_gbp(0), "gbp"),
        "over_need_final_year": Measure(plan.over_gbp(last), "gbp"),
        "under_need_final_year": Measure(plan.under_gbp(last), "gbp"),
        "final_year_gap": Measure((plan.over_gbp(last) + plan.under_gbp(last)) / 2, "gbp"),
        "gap_closed": Measure(1 - plan.under_gbp(last) / missing if missing else 1.0, "share"),
        "mean_cell_gap": Measure(sum(map(abs, gaps)) / len(gaps) if gaps else 0.0, "share"),
        "worst_cell_gap": Measure(max(map(abs, gaps), default=0.0), "share"),
        "places_lines_within_1_percent_of_need": Measure(
            sum(abs(gap) <= NEAR_NEED_SHARE for gap in gaps), f"of {len(instance.place_lines)}"
        ),
        "peak_growth": Measure(peak_growth(plan), "share"),
        "mental_health_growth_a_year": Measure(_mental_health_growth(plan), "share"),
        "moved_against_pro_rata_final_year": Measure(moved_gbp(plan), "gbp"),
        "cuts_in_cash": Measure(_cuts(plan), "cuts"),
        "relief_final_year": Measure(sum(gbp[last] for gbp in plan.relief_gbp.values()), "gbp"),
        "largest_provider_change": Measure(_largest_provider_change(plan), "share"),
        "unallocated_all_years": Measure(
            sum(instance.money[t].spendable_gbp - plan.total(t) for t in range(1, last + 1)), "gbp"
        ),
        "transition_cost_all_years": Measure(
            sum(sum(transition_gbp(plan, t).values()) for t in range(1, last + 1)), "gbp"
        ),
    }


def final_gap_shares(plan: Plan) -> list[float]:
    """Allocation and relief over need, less 1, of every place and line in the last year."""
    last = plan.instance.horizon
    return [plan.stands_gbp(key, last) / need[last] - 1 for key, need in plan.need_gbp.items() if need[last]]


def peak_growth(plan: Plan) -> float:
    """The largest growth of a place's line from one year to the next."""
    years = range(1, plan.instance.horizon + 1)
    return max(
        (
            plan.of(key, t) / plan.of(key, t - 1) - 1
            for key in plan.instance.place_lines
            for t in years
            if plan.of(key, t - 1)
        ),
        default=0.0,
    )


def moved_gbp(plan: Plan) -> float:
    """Half of what places' lines differ from pro-rata growth in the last year: the pounds that moved."""
    last, instance = plan.instance.horizon, plan.instance
    even = pro_rata_growth(instance)
    return sum(abs(plan.of(key, last) - even.of(key, last)) for key in instance.place_lines) / 2


def _mental_health_growth(plan: Plan) -> float:
    """Compound yearly growth of the mental health lines together; 0 where there are none."""
    lines = [line.line for line in plan.instance.leaf_lines if line.role == "mental_health"]
    last = plan.instance.horizon
    opened = sum(plan.of_line(line, 0) for line in lines)
    return (sum(plan.of_line(line, last) for line in lines) / opened) ** (1 / last) - 1 if opened else 0.0


def _largest_provider_change(plan: Plan) -> float:
    """The largest rise or fall, from one year to the next, of what a provider is paid, by its whole income."""
    largest = 0.0
    for provider in plan.instance.providers:
        cells = [cell for cell in plan.instance.cells if cell.provider == provider.provider]
        for t in range(1, plan.instance.horizon + 1):
            change = abs(plan.gbp(cells, t) - plan.gbp(cells, t - 1))
            largest = max(largest, change / provider.income_gbp)
    return largest


def _cuts(plan: Plan) -> int:
    """Places and lines, counted once a year, that get less cash than the year before."""
    years = range(1, plan.instance.horizon + 1)
    return sum(plan.of(key, t) < plan.of(key, t - 1) for key in plan.instance.place_lines for t in years)
