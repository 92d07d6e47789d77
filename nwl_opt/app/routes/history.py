"""All runs, and one run's record."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from nwl_opt.app.changed import what_changed
from nwl_opt.app.context import context_of
from nwl_opt.app.kinds import pages_of
from nwl_opt.app.pages import page, run_page, who_words
from nwl_opt.app.people import user_of
from nwl_opt.app.runs import find_run, runs_of
from nwl_opt.paging import paged, query_of
from nwl_opt.plain import mapping_of, objects_of

router = APIRouter()
_RUNS_A_PAGE = 50


@router.get("/runs")
def history(request: Request, kind: str = "", who: str = "", at: int = 1) -> HTMLResponse:
    """Every run with who, when, why and what its inputs hash to."""
    found = [run for run in runs_of(request, kind) if who in ("", who_words(run))]
    people = sorted({who_words(run) for run in runs_of(request)} - {""})
    return page(request, "runs.html", paged=paged(found, at, _RUNS_A_PAGE), kind=kind, who=who, people=people,
                query=query_of({"kind": kind, "who": who}))  # fmt: skip


@router.get("/runs/{run}")
def overview(request: Request, run: str) -> Response:
    """The first page of a run; one that is not finished says so."""
    opened = find_run(request, run)
    pages = pages_of(opened.kind)
    if not opened.is_finished or pages is None:
        user = user_of(request)
        jobs = context_of(request).queue.all()
        job = next((one for one in jobs if one.out.name == opened.name and user.owns(one.owner)), None)
        return page(request, "unfinished.html", run=opened, job=job)
    return RedirectResponse(f"/runs/{opened.name}/{opened.kind}/{pages.results[0].slug}", 303)


@router.get("/runs/{run}/record")
def record(request: Request, run: str) -> Response:
    """Who, when, why, from what, by what: all that is needed to trust a run and to repeat it."""
    opened = find_run(request, run)
    if not opened.is_finished:
        return RedirectResponse(f"/runs/{opened.name}", 303)
    kept = opened.record
    return run_page(
        request,
        "record.html",
        opened,
        "record",
        instance=mapping_of(kept.get("instance")),
        scenario=mapping_of(kept.get("scenario")),
        set_by_hand=mapping_of(kept.get("set")),
        settings=mapping_of(kept.get("settings")),
        solvers=objects_of(kept.get("solvers")),
        check=mapping_of(kept.get("check")),
        findings=objects_of(mapping_of(kept.get("check")).get("findings")),
        inputs=objects_of(kept.get("inputs")),
        outputs=objects_of(kept.get("outputs")),
        parent=mapping_of(kept.get("parent_run")),
        changes=what_changed(request, opened),
    )
