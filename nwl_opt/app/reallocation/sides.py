"""Runs side by side: the scenarios that are shipped, or any other runs, against this one."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from models.shared.faults import InputFaults
from nwl_opt.app.forms import PostedForm
from nwl_opt.app.pages import run_page, see
from nwl_opt.app.reallocation.opened import KIND, Opened, book, measures_of, run_words, start_solve
from nwl_opt.app.routes.comparing import asked_rows
from nwl_opt.app.runs import OpenRun, find_run, runs_of
from nwl_opt.problems import shipped_scenarios
from nwl_opt.reallocation.shown.figures import compared_figures
from nwl_opt.reallocation.shown.gap import gap_chart, gaps_of
from nwl_opt.reallocation.shown.sides import lines_beside, places_beside
from nwl_opt.scenario import read_scenario

router = APIRouter()
MOST_RUNS = 5
_MOST_CHOICES = 40
_MOST_SOLVES = 6


@router.get("/sides")
def sides(
    request: Request,
    opened: Opened,
    other: list[str] = Query(default=[]),  # noqa: B008 - fastapi's way
) -> Response:
    """This run and those chosen: figures, lines and boroughs, with what differs in words."""
    if not opened.is_finished:
        return RedirectResponse(f"/runs/{opened.name}", 303)
    names = [name for name in dict.fromkeys(other) if name != opened.name][: MOST_RUNS - 1]
    runs = [opened, *(_finished_of_kind(request, name) for name in names)]
    words = [run_words(run) for run in runs]
    books = [book(run) if run.has_plan else None for run in runs]
    shown = {
        f"{number}. {said}": gaps_of(plan.tables, plan.years)
        for number, (said, plan) in enumerate(zip(words, books, strict=True), start=1)
        if plan is not None
    }
    several = len(runs) > 1
    return run_page(
        request,
        "reallocation/sides.html",
        opened,
        "sides",
        runs=list(zip(runs, words, strict=True)),
        chart=gap_chart("Gap to need by year, run by run", shown) if several and shown else None,
        sections=[
            ("Key figures", compared_figures([measures_of(run) for run in runs])),
            ("Budget by line in the last year", lines_beside(books)),
            ("Budget by borough in the last year", places_beside(books)),
        ]
        if several
        else [],
        asked=[row for row in asked_rows(runs) if any(row.differs)] if several else [],
        choices=_choices(request, opened),
        chosen=names,
        scenarios=_scenarios(),
        most=MOST_RUNS - 1,
        most_solves=_MOST_SOLVES,
    )


@router.post("/sides/solve")
def solve(request: Request, opened: Opened, form: PostedForm) -> Response:
    """Queue a run of this run's inputs for each scenario chosen."""
    known = dict(_scenarios())
    chosen = [name for name in dict.fromkeys(form.texts("scenario")) if name in known]
    if not chosen or len(chosen) > _MOST_SOLVES:
        raise HTTPException(422, f"Choose one to {_MOST_SOLVES} scenarios to solve.")
    jobs = [start_solve(request, opened, known[name], scenario=name) for name in chosen]
    return see(f"/jobs/{jobs[0].id}" if len(jobs) == 1 else "/jobs")


def _finished_of_kind(request: Request, name: str) -> OpenRun:
    """A run to be set beside another.

    Raises
    ------
    HTTPException
        If there is none, or it is of another kind, or not finished.
    """
    found = find_run(request, name)
    if found.kind != KIND or not found.is_finished:
        raise HTTPException(422, "Choose finished runs of this problem.")
    return found


def _choices(request: Request, opened: OpenRun) -> list[tuple[str, str, str]]:
    """Other finished runs of this kind: name, title, and what tells them apart."""
    found = [run for run in runs_of(request, KIND) if run.record is not None and run.folder.name != opened.name]
    return [(run.folder.name, OpenRun(run).title, run_words(OpenRun(run))) for run in found[:_MOST_CHOICES]]


def _scenarios() -> list[tuple[str, str]]:
    """The shipped scenarios of this kind by name and title."""
    found = []
    for path in shipped_scenarios(KIND):
        try:
            found.append((path.stem, read_scenario(path).title or path.stem))
        except InputFaults:
            continue  # a scenario that cannot be read is no choice
    return found
