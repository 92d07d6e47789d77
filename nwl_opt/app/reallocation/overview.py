"""The first page of a run: what came of it, what moves, what stops us; without a plan, what contradicts itself."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from nwl_opt.app.forms import PostedForm
from nwl_opt.app.pages import run_page, see
from nwl_opt.app.reallocation import tables
from nwl_opt.app.reallocation.opened import (
    BASELINE_WORDS,
    Opened,
    baseline_tables,
    book,
    headline_sections,
    start_solve,
)
from nwl_opt.app.runs import OpenRun
from nwl_opt.app.starting import job_url
from nwl_opt.charts import Picture
from nwl_opt.reallocation.shown.gap import gap_chart, gaps_of, range_of
from nwl_opt.reallocation.shown.repairs import conflicts_of, repairs_of

router = APIRouter()


@router.get("/overview")
def overview(request: Request, opened: Opened) -> Response:
    """What came of it, on one page."""
    if not opened.is_finished:
        return RedirectResponse(f"/runs/{opened.name}", 303)
    if not opened.has_plan:
        return without_plan(request, opened)
    query: tables.Query = {}
    return run_page(
        request,
        "reallocation/overview.html",
        opened,
        "overview",
        sections=headline_sections(opened),
        chart=gap_picture(opened),
        gap=tables.gap_table(opened, query),
        figures=tables.figures_table(opened, query),
        aims=tables.aims_table(opened, query),
        files={name: tables.file_url(opened, name) for name in ("gap", "key_figures")},
    )


def without_plan(request: Request, opened: OpenRun) -> HTMLResponse:
    """What contradicts itself, and what would mend it: each a button."""
    return run_page(
        request,
        "reallocation/no_plan.html",
        opened,
        "overview",
        sections=headline_sections(opened),
        conflicts=conflicts_of(opened.tables),
        repairs=repairs_of(opened.tables),
    )


def gap_picture(opened: OpenRun) -> Picture:
    """The gap of the plan over the years, with its range, beside everything growing alike."""
    plan, baseline = book(opened), baseline_tables(opened)
    gaps = gaps_of(plan.tables, plan.years)
    shown = {"This plan": gaps}
    if baseline:
        shown[BASELINE_WORDS] = gaps_of(baseline, plan.years)
    return gap_chart("Gap to need by year", shown, range_of(plan.tables, gaps))


@router.post("/repairs/{number}/solve")
def solve_repair(request: Request, opened: Opened, number: int, form: PostedForm) -> Response:
    """Solve the inputs with a repair, as a run of its own."""
    del form
    repair = next((one for one in repairs_of(opened.tables) if one.number == number), None)
    if repair is None or not repair.scenario:
        raise HTTPException(404, "This run has no such repair, or it does not make a plan possible.")
    path = (opened.folder / "scenarios" / f"{repair.scenario}.toml").absolute()
    if not path.is_file():
        raise HTTPException(409, "The scenario of this repair is not in the run's folder any more.")
    job = start_solve(request, opened, f"repair {number}", scenario=str(path), why=repair.sentence)
    return see(job_url(job))
