"""What stops us, each lever with a button that tries it; the best that can be reached, and what would lift it."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from models.reallocation.explain import BEST, CLOSED_FORMS
from models.reallocation.explain.stops import STOPS
from nwl_opt.app.forms import PostedForm
from nwl_opt.app.pages import run_page, see
from nwl_opt.app.reallocation import tables
from nwl_opt.app.reallocation.opened import (
    Opened,
    Planned,
    book,
    kept_scenario,
    start_solve,
    told_under,
)
from nwl_opt.app.starting import job_url
from nwl_opt.reallocation.shown.repairs import repairs_of
from nwl_opt.reallocation.shown.stops import lever_scenario, levers_of, levers_picture

router = APIRouter()


@router.get("/stops")
def stops(request: Request, opened: Planned) -> HTMLResponse:
    """Every lever in the order of what it buys."""
    levers = levers_of(book(opened))
    return run_page(
        request,
        "reallocation/stops.html",
        opened,
        "stops",
        said=told_under(opened, STOPS),
        levers=levers,
        chart=levers_picture(levers) if any(one.buys for one in levers) else None,
        sheet=tables.TABLES["levers"](opened, {}),
        binding=tables.TABLES["binding_rules"](opened, {}),
        files={name: tables.file_url(opened, name) for name in ("levers", "binding_rules")},
    )


@router.post("/levers/{rank}/try")
def try_lever(request: Request, opened: Planned, rank: int, form: PostedForm) -> Response:
    """Solve the inputs with one rule loosened, as a run of its own."""
    del form
    plan = book(opened)
    lever = next((one for one in levers_of(plan) if one.rank == rank), None)
    if lever is None:
        raise HTTPException(404, "This run has no such lever.")
    path = kept_scenario(request, lever_scenario(plan.instance, lever))
    return see(job_url(start_solve(request, opened, lever.words, scenario=path)))


@router.get("/best")
def best(request: Request, opened: Opened) -> Response:
    """Bounds aim by aim, and what would lift them; with or without a plan."""
    if not opened.is_finished:
        return RedirectResponse(f"/runs/{opened.name}", 303)
    levers = levers_of(book(opened)) if opened.has_plan else ()
    return run_page(
        request,
        "reallocation/best.html",
        opened,
        "best",
        said=told_under(opened, BEST),
        aims=tables.aims_table(opened, {}),
        file=tables.file_url(opened, "aims") if opened.has_plan else "",
        stopping=told_under(opened, STOPS, headlines=True),
        closed_forms=told_under(opened, CLOSED_FORMS),
        levers=[one for one in levers if one.buys],
        repairs=[one for one in repairs_of(opened.tables) if one.mends],
    )
