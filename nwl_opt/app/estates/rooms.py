"""How full rooms are, and who is in which room in which session of the week."""

from __future__ import annotations

from typing import get_args

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from nwl_opt.app.estates.opened import Planned, boroughs_of, estate_of, period_choices, period_of, period_words
from nwl_opt.app.pages import run_page
from nwl_opt.estates.browsing.heat import STEP_WORDS, Across, heat
from nwl_opt.estates.browsing.timetable import site_week

router = APIRouter()


@router.get("/rooms")
def how_full(
    request: Request, opened: Planned, year: str = "", across: str = "slot", borough: str = ""
) -> HTMLResponse:
    """Used over available hours by site, and by session of the week or kind of room."""
    estate = estate_of(request, opened)
    period = period_of(estate.instance, year)
    chosen: Across = "room_type" if across == "room_type" else "slot"
    if across not in get_args(Across) or borough not in ("", *boroughs_of(estate.instance)):
        raise HTTPException(404, "There is no such table of rooms.")
    measured = [one for one in opened.sentences if one.id in ("estates.measured", "estates.utilisation")]
    return run_page(request, "estates/rooms.html", opened, "rooms",
                    heat=heat(estate, period.first_year, chosen, borough), steps=STEP_WORDS, across=chosen,
                    periods=period_choices(estate.instance), year=period.first_year, period=period_words(period),
                    boroughs=boroughs_of(estate.instance), borough=borough, measured=measured)  # fmt: skip


@router.get("/timetable")
def timetable(request: Request, opened: Planned, site: str = "", year: str = "") -> HTMLResponse:
    """The week of a site; without one, all sites to choose from."""
    estate = estate_of(request, opened)
    period = period_of(estate.instance, year)
    sites = sorted(((one.site_id, one.name) for one in estate.instance.sites), key=lambda one: (one[1], one[0]))
    if site and site not in dict(sites):
        raise HTTPException(404, "This run has no such site.")
    week = site_week(estate, site or sites[0][0], period.first_year)
    return run_page(request, "estates/timetable.html", opened, "timetable", week=week, sites=sites,
                    periods=period_choices(estate.instance), year=period.first_year,
                    period=period_words(period))  # fmt: skip
