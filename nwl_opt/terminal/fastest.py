"""The search for the first year in which a gap can close, for people."""

from __future__ import annotations

from rich.console import Console

from models.reallocation.horizon import YearTried
from nwl_opt.reallocation.fastest import Fastest
from nwl_opt.terminal.console import bullets, heading
from nwl_opt.terminal.results import sentence_line
from nwl_opt.words import number_words


def tell_tried(console: Console, tried: YearTried) -> None:
    """One year tried, as soon as it is known."""
    length = "1 year" if tried.years == 1 else f"{tried.years} years"
    if tried.closes:
        came_to = "the gap can be closed"
    elif tried.gap_gbp is None:
        came_to = "no plan at all"
    else:
        came_to = f"{number_words(tried.gap_gbp, 'gbp')} stays open at least"
    console.print(f"{length}, to {tried.last_year}: {came_to}")


def show_fastest(console: Console, found: Fastest) -> None:
    """The answer, what stops the year before, and what was written."""
    closing = found.closing
    if closing is not None:
        console.print(f"The gap can first be closed in {closing.last_year}.")
    elif found.stopped:
        console.print("Stopped on request.")
    elif found.tried:
        console.print(f"Under these rules the gap cannot be closed in any year up to {found.tried[-1].last_year}.")
        gaps = {year.last_year: year.gap_gbp for year in found.tried if year.gap_gbp is not None}
        if gaps:
            nearest = min(gaps, key=lambda year: gaps[year])
            console.print(f"It comes nearest in {nearest}, with {number_words(gaps[nearest], 'gbp')} still open.")
    open_years = [year for year in found.tried if not year.closes]
    if found.reasons and open_years:
        heading(console, f"What stops {open_years[-1].last_year}")
        bullets(console, [sentence_line(one) for one in found.reasons if one.headline] or
                [sentence_line(one) for one in found.reasons])  # fmt: skip
    if found.written is not None:
        console.print(f"Written: {found.written}. To have the plan: nwl-opt solve {found.written}", soft_wrap=True)
