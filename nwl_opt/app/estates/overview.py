"""What came of a run, where it is on the map, and what stops it from being better."""

from __future__ import annotations

import contextlib
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from starlette.background import BackgroundTask

from models.shared.faults import InputFaults
from nwl_opt.app.estates.opened import (
    Opened,
    Planned,
    boroughs_of,
    estate_of,
    period_choices,
    period_of,
    suites_of,
)
from nwl_opt.app.pages import run_page
from nwl_opt.app.runs import SeeOverview
from nwl_opt.estates.browsing.aims import aims
from nwl_opt.estates.browsing.figures import figure_groups, todays_figures
from nwl_opt.estates.browsing.levers import eligibility_levers, need_levers
from nwl_opt.estates.reporting.equality import travel_of_areas
from nwl_opt.estates.reporting.maps import FATES, MapView, plan_map, site_changes
from nwl_opt.estates.reporting.saved import TODAY, EstateTables
from nwl_opt.plain import mapping_of

router = APIRouter()


@router.get("/overview")
def overview(request: Request, opened: Opened) -> HTMLResponse:
    """Status, headlines, aims and key figures; without a plan, why there is none."""
    if not opened.is_finished:
        raise SeeOverview(opened.name)
    groups = figure_groups(mapping_of(opened.record.get("kpis")), todays_figures(opened.record, TODAY))
    headlines = [one for one in opened.sentences if one.headline]
    rest = [one for one in opened.sentences if not one.headline] if not opened.has_plan else []
    estate = estate_of(request, opened) if opened.has_plan else None
    changes = site_changes(estate) if estate is not None else []
    shown = run_page(request, "estates/overview.html", opened, "overview", groups=groups, headlines=headlines,
                     rest=rest, changes=changes)  # fmt: skip
    if estate is not None:
        shown.background = BackgroundTask(_read_ahead, estate)
    return shown


def _read_ahead(estate: EstateTables) -> None:
    """Read what the map needs while its user reads this page: it took two seconds to come."""
    with contextlib.suppress(InputFaults):  # the page that needs it tells what is wrong
        travel_of_areas(estate, estate.last_year)


@router.get("/map")
def plan_on_map(request: Request, opened: Planned, year: str = "", borough: str = "") -> HTMLResponse:
    """The sites by what becomes of them, the areas by added minutes, and the same as a list."""
    estate = estate_of(request, opened)
    period = period_of(estate.instance, year)
    boroughs = boroughs_of(estate.instance)
    if borough and borough not in boroughs:
        raise HTTPException(404, "No site of this plan stands in that borough.")
    place = f"/runs/{opened.name}/estates/suites"
    asked = MapView(period.first_year, borough, lambda site: f"{place}?{urlencode({'site': site})}")
    drawn = plan_map(estate, travel_of_areas(estate, period.first_year), asked)
    changed = {one.site_id: one for one in site_changes(estate, period.first_year)}
    sites = [site for site in estate.instance.sites if borough in ("", site.borough)]
    sites.sort(key=lambda site: (changed[site.site_id].number if site.site_id in changed else 1000, site.name))
    return run_page(request, "estates/map.html", opened, "map", drawn=drawn, sites=sites, changed=changed,
                    fates=FATES, place=place, periods=period_choices(estate.instance),
                    year=period.first_year, last_year=period.financial_years[-1], boroughs=boroughs,
                    borough=borough)  # fmt: skip


@router.get("/limits")
def limits(request: Request, opened: Planned) -> HTMLResponse:
    """The best that can be reached in each aim, and what would lift it."""
    estate, suites = estate_of(request, opened), suites_of(request, opened)
    refusals, needs = eligibility_levers(suites), need_levers(suites)
    told = aims(opened.stages, todays_figures(opened.record, TODAY), estate, refusals, needs)
    general = [one for one in opened.sentences if one.id in _GENERAL]
    return run_page(request, "estates/limits.html", opened, "limits", aims=told, refusals=refusals, needs=needs,
                    general=general)  # fmt: skip


_GENERAL = ("estates.ceiling", "estates.rooms_needed", "estates.highest_average")
"""Sentences about what no plan of this estate can go beyond."""
