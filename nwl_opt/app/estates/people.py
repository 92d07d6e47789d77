"""Who travels further, and what becomes of GP premises and their lists."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from nwl_opt.app.estates.opened import Planned, estate_of, period_choices, period_of, period_words
from nwl_opt.app.pages import run_page
from nwl_opt.estates.browsing.premises import closed_in, premises_in
from nwl_opt.estates.browsing.travel import BAND_WORDS, travel
from nwl_opt.paging import paged

router = APIRouter()
_PREMISES_A_PAGE = 50
_STATUSES = ("", "open", "closed")


@router.get("/travel")
def by_deprivation(request: Request, opened: Planned, year: str = "") -> HTMLResponse:
    """Minutes before and after by deprivation fifth, Core20 and borough."""
    estate = estate_of(request, opened)
    period = period_of(estate.instance, year)
    return run_page(request, "estates/travel.html", opened, "travel", travel=travel(estate, period.first_year),
                    bands=BAND_WORDS, periods=period_choices(estate.instance), year=period.first_year,
                    period=period_words(period))  # fmt: skip


@router.get("/premises")
def premises(
    request: Request, opened: Planned, year: str = "", borough: str = "", status: str = "", at: int = 1
) -> HTMLResponse:
    """GP premises that close with the receivers of their lists, and how full all are."""
    estate = estate_of(request, opened)
    period = period_of(estate.instance, year)
    every = premises_in(estate, period.first_year)
    boroughs = sorted({one.borough for one in every})
    if borough not in ("", *boroughs) or status not in _STATUSES:
        raise HTTPException(404, "There are no such premises in this run.")
    found = [one for one in every if borough in ("", one.borough) and status in ("", one.status)]
    return run_page(request, "estates/premises.html", opened, "premises",
                    shown=paged(found, at, _PREMISES_A_PAGE), closed=closed_in(estate, period.first_year),
                    every=len(every), boroughs=boroughs, borough=borough, status=status,
                    periods=period_choices(estate.instance), year=period.first_year,
                    period=period_words(period))  # fmt: skip
