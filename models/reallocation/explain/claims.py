"""What comes off before money is shared out, and what is not spent: told in pounds, and only where there is any."""

from __future__ import annotations

from fractions import Fraction

from models.reallocation.explain.figures import Figures, pounds
from models.reallocation.need import exact
from models.reallocation.words import Number, listed, tell, worth_telling_gbp
from models.shared.problem import Explanation

_MUCH_OF_FUND = 0.25


def claim_sentences(figures: Figures) -> list[Explanation]:
    """Break-even, primary care, running costs, the reserve, transition and its fund, money left over."""
    found = [*_transition(figures), *_unspent_fund(figures), *_unallocated(figures), *_break_even(figures)]
    return [*found, *_primary_care(figures), *_running_costs(figures), _reserve(figures)]


def _plan_years(figures: Figures, item: str) -> list[int]:
    return [figures.envelope.get((t, item), 0) for t in range(1, figures.instance.horizon + 1)]


def _transition(figures: Figures) -> list[Explanation]:
    """Double running and stranded cost are a headline where there is any, for they are paid beside the plan."""
    rows = [row for row in figures.tables.get("transition", ()) if row["line"] == "all"]
    running = sum(pounds(row, "double_running_gbp") for row in rows)
    stranded = sum(pounds(row, "stranded_gbp") for row in rows)
    if running + stranded < worth_telling_gbp(figures.instance):
        return []
    costs = [pounds(row, "double_running_gbp") + pounds(row, "stranded_gbp") for row in rows]
    most = max(range(len(rows)), key=lambda at: costs[at])
    numbers: dict[str, Number] = {
        "cost_gbp": running + stranded,
        "running_gbp": running,
        "stranded_gbp": stranded,
        "withdrawn_gbp": sum(pounds(row, "withdrawn_gbp") for row in rows),
        "most_gbp": costs[most],
        "year": str(rows[most]["year"]),
    }
    template = (
        "Moving costs {cost_gbp:gbp} once ({running_gbp:gbp} double running, {stranded_gbp:gbp} stranded; "
        "{most_gbp:gbp} in {year}) for {withdrawn_gbp:gbp} of service withdrawn."
    )
    return [tell("transition", template, numbers, rule="R-15", where="transition.csv", headline=True)]


def _unspent_fund(figures: Figures) -> list[Explanation]:
    fund, cost = sum(_plan_years(figures, "transition")), sum(_plan_years(figures, "transition_cost"))
    if fund - cost < worth_telling_gbp(figures.instance):
        return []
    years = figures.instance.year_names[1:]
    funds, costs = _plan_years(figures, "transition"), _plan_years(figures, "transition_cost")
    least = worth_telling_gbp(figures.instance)
    when = [year for year, given, paid in zip(years, funds, costs, strict=True) if given - paid >= least]
    numbers: dict[str, Number] = {"fund_gbp": fund, "unspent_gbp": fund - cost}
    template = (
        "{unspent_gbp:gbp} of the transition fund of {fund_gbp:gbp} stays unspent: {when} it could be set lower, and "
        "the rest shared out."
    )
    return [tell("transition-unspent", template, numbers, where="envelope.csv: transition",
                 headline=fund - cost >= _MUCH_OF_FUND * fund,
                 names={"when": f"in {listed(when)}" if when else "there"})]  # fmt: skip


def _unallocated(figures: Figures) -> list[Explanation]:
    left = sum(_plan_years(figures, "unallocated"))
    if left < worth_telling_gbp(figures.instance):
        return []
    numbers: dict[str, Number] = {"left_gbp": left, "final_gbp": _plan_years(figures, "unallocated")[-1],
                                  "final_year": figures.instance.year_names[-1]}  # fmt: skip
    template = (
        "{left_gbp:gbp} of spendable money, all years together, cannot be placed within the rules ({final_gbp:gbp} "
        "in {final_year}): {why} keep everybody from taking it."
    )
    closes = figures.instance.settings.closure_required or figures.instance.settings.required_closure_share > 0
    why = "caps, bands and the closure that is asked for" if closes else "caps and bands"
    return [tell("unallocated", template, numbers, rule="R-01", where="envelope.csv: unallocated", headline=True,
                 names={"why": why})]  # fmt: skip


def _break_even(figures: Figures) -> list[Explanation]:
    """What the efficiency asked for comes to, and that it is not counted again to pay for moves."""
    instance, settings = figures.instance, figures.instance.settings
    share = exact(settings.break_even_efficiency_share)
    if not share:
        return []
    base = [figures.envelope.get((t, "allocation"), 0) for t in range(1, instance.horizon + 1)]
    if settings.efficiency_base == "in_scope":
        base = [gbp - figures.envelope.get((t, "out_of_scope"), 0) for t, gbp in enumerate(base, start=1)]
    asked = round(float(share * sum(base)))
    missed = figures.envelope.get((instance.horizon, "break_even"), 0)
    numbers: dict[str, Number] = {
        "asked_share": float(share),
        "asked_gbp": asked,
        "final_year": instance.year_names[-1],
        "missed_gbp": abs(missed),
    }
    template = "Break-even efficiency, {asked_share:rate} a year over normal ({asked_gbp:gbp} by {final_year}), is "
    if not missed:
        template += "taken as delivered and not counted again."
    elif missed > 0:
        template += "{missed_gbp:gbp} short, which comes off the money shared out."
    else:
        template += "{missed_gbp:gbp} more than asked, which adds to the money shared out."
    return [tell("break-even", template, numbers, rule="R-17", where="envelope.csv: break_even", headline=True)]


def _primary_care(figures: Figures) -> list[Explanation]:
    claims = _plan_years(figures, "primary_care")
    if not claims[-1]:
        template = "Closing primary care's funding gap is planned, its size is not stated; here it is set at nothing."
        return [tell("primary-care", template, {}, rule="R-16", where="instance.toml: primary_care_gap_gbp")]
    numbers: dict[str, Number] = {
        "claim_gbp": claims[-1],
        "first_gbp": claims[0],
        "final_year": figures.instance.year_names[-1],
    }
    template = (
        "Primary care comes first: {first_gbp:gbp} in the first year, {claim_gbp:gbp} a year by {final_year}, off "
        "what the lines share."
    )
    return [tell("primary-care", template, numbers, rule="R-16", where="envelope.csv: primary_care", headline=True)]


def _running_costs(figures: Figures) -> list[Explanation]:
    base, last = figures.envelope.get((0, "running_costs"), 0), _plan_years(figures, "running_costs")[-1]
    if not base:
        return []
    settings = figures.instance.settings
    numbers: dict[str, Number] = {
        "base_gbp": base,
        "last_gbp": last,
        "saved_gbp": base - last,
        "kept_gbp": round(Fraction(base - last) * exact(settings.running_cost_saving_kept_share)),
        "cut_share": settings.running_cost_cut_share,
        "due": settings.running_cost_cut_by_year,
        "final_year": figures.instance.year_names[-1],
    }
    template = (
        "Running costs come down {cut_share:rate} by {due}: {base_gbp:gbp} to {last_gbp:gbp} in {final_year}; "
        "{kept_gbp:gbp} of what that saves is shared out here."
    )
    return [tell("running-costs", template, numbers, rule="R-18", where="envelope.csv: running_costs")]


def _reserve(figures: Figures) -> Explanation:
    numbers: dict[str, Number] = {
        "reserve_share": figures.instance.settings.reserve_share,
        "reserve_gbp": _plan_years(figures, "reserve")[-1],
        "final_year": figures.instance.year_names[-1],
    }
    template = "A reserve of {reserve_share:rate} is held back, {reserve_gbp:gbp} in {final_year}."
    return tell("reserve", template, numbers, where="envelope.csv: reserve")
