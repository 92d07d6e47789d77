"""Pictures of a plan's cash: by year beside the estate as it is, and what has been saved so far."""

from __future__ import annotations

from models.estates.words import gbp_words
from nwl_opt.charts import Axis, Picture, Series, bar_chart, line_chart
from nwl_opt.estates.browsing.money import Ledger


def yearly_chart(ledger: Ledger) -> Picture:
    """Two bars a year: everything kept, and the plan."""
    years = ledger.years
    kept = [Series("everything kept", tuple(year.kept_gbp for year in years), "kept")]
    plan = Series("the plan", tuple(year.plan_gbp for year in years), "plan")
    last = years[-1] if years else None
    told = "" if last is None else f"In {last.year} the plan costs {gbp_words(last.plan_gbp)}"
    if last is not None and last.kept_gbp is not None:
        told += f"; with everything kept it would be {gbp_words(last.kept_gbp)}"
    return bar_chart(
        f"What {ledger.whose} pays, by financial year",
        f"{told}.",
        [year.year[2:] for year in years],
        [*(kept if last is not None and last.kept_gbp is not None else []), plan],
        Axis("Pounds a year", "gbp"),
    )


def saved_so_far_chart(ledger: Ledger) -> Picture | None:
    """The saving at present value, summed year by year; None where there is nothing to compare with."""
    years = ledger.years
    if not years or any(year.saved_so_far_gbp is None for year in years):
        return None
    first = next((year.year for year in years if (year.saved_so_far_gbp or 0.0) > 0), None)
    paid_back = "It is not paid back within the plan" if first is None else f"It is paid back in {first}"
    return line_chart(
        f"Saved so far by {ledger.whose}, at present value",
        f"{paid_back}; by {years[-1].year} {gbp_words(years[-1].saved_so_far_gbp or 0.0)} is saved"
        f"{', one-off payments and works taken off' if ledger.code == 'icb' else ', works of others taken off'}.",
        [year.year for year in years],
        [Series("saved so far", tuple(year.saved_so_far_gbp for year in years))],
        Axis("Pounds at present value", "gbp"),
    )
