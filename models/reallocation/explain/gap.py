"""The gap today and in the last year, as a range where need itself is a guess."""

from __future__ import annotations

from models.reallocation.explain.what_if import best_of, opening_over_need_gbp, with_community_chc_need
from models.reallocation.plan import Plan
from models.reallocation.words import Number, tell
from models.shared.problem import Explanation
from solvers.types import Watch


def gap_sentences(plan: Plan, without_rules: frozenset[str], watch: Watch) -> list[Explanation]:
    """The gap today and at the end; the range comes from solving again at both ends of the range of need."""
    instance, last = plan.instance, plan.instance.horizon
    numbers: dict[str, Number] = {
        "base_year": instance.base_year,
        "final_year": instance.year_names[-1],
        "over_today_gbp": plan.over_gbp(0),
        "between_lines_gbp": _between_lines_gbp(plan),
        "over_final_gbp": plan.over_gbp(last),
        "under_final_gbp": plan.under_gbp(last),
    }
    template = (
        "In {base_year} {over_today_gbp:gbp} stands over need and as much is missing elsewhere "
        "({between_lines_gbp:gbp} of it between lines); in {final_year} this plan leaves {over_final_gbp:gbp} over "
        "and {under_final_gbp:gbp} under need"
    )
    ends = _range(plan, without_rules, watch)
    if ends is None:
        return [tell("gap", f"{template}.", numbers, where="allocations.csv", headline=True)]
    numbers |= ends
    template += (
        ". The need of community and CHC is not published: between {q_low} and {q_high} of all need the gap today is "
        "{over_today_low_gbp:gbp} to {over_today_high_gbp:gbp}, and "
    )
    template += (
        "{over_final_low_gbp:gbp} to {over_final_high_gbp:gbp} in {final_year}."
        if "over_final_low_gbp" in ends
        else "at one end no plan keeps every rule."
    )
    return [tell("gap", template, numbers, where="allocations.csv", headline=True)]


def _between_lines_gbp(plan: Plan) -> int:
    """Money above need in the base year when each line is looked at as a whole."""
    need = dict.fromkeys(plan.instance.opening_by_line, 0)
    for key, years in plan.need_gbp.items():
        need[key.line] += years[0]
    return sum(max(0, gbp - need[line]) for line, gbp in plan.instance.opening_by_line.items())


def _range(plan: Plan, without_rules: frozenset[str], watch: Watch) -> dict[str, Number] | None:
    """Gaps at the ends of the range and at the setting; None where need does not hang on it."""
    instance = plan.instance
    settings = instance.settings
    if settings.line_need_basis != "stated_deviations" or watch.cancelled():
        return None
    low, high = settings.community_chc_need_low_share, settings.community_chc_need_high_share
    last = instance.horizon
    today, final = [float(plan.over_gbp(0))], [(plan.over_gbp(last) + plan.under_gbp(last)) / 2]
    reached = True
    for q in (low, high):
        other = with_community_chc_need(instance, q)
        best = best_of(other, without_rules)
        today.append(opening_over_need_gbp(other))
        reached = reached and best is not None
        if best is not None:
            final.append(best.final_year_gap_gbp)
    found: dict[str, Number] = {
        "q_low": f"{low:g}",
        "q_high": f"{high:g}",
        "over_today_low_gbp": round(min(today)),
        "over_today_high_gbp": round(max(today)),
    }
    if reached:
        found |= {"over_final_low_gbp": round(min(final)), "over_final_high_gbp": round(max(final))}
    return found
