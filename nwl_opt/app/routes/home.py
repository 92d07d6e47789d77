"""The first page, and the first page of each problem."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse

from nwl_opt.app.inputs import sent_inputs, shipped_inputs
from nwl_opt.app.kinds import KindPages, pages_of
from nwl_opt.app.pages import page
from nwl_opt.app.runs import runs_of

router = APIRouter()
_RECENT_RUNS = 8


def known_kind(kind: str) -> KindPages:
    """The kind in an address.

    Raises
    ------
    HTTPException
        If there is none of that name.
    """
    pages = pages_of(kind)
    if pages is None:
        raise HTTPException(404, "There is no such page.")
    return pages


Kind = Annotated[KindPages, Depends(known_kind)]


@router.get("/")
def home(request: Request) -> HTMLResponse:
    """Three problems, and what was done last."""
    return page(request, "home.html", runs=runs_of(request)[:_RECENT_RUNS])


@router.get("/help")
def help_page(request: Request) -> HTMLResponse:
    """What the words mean, and where to begin."""
    return page(request, "help.html")


@router.get("/problems/{kind}")
def problem(request: Request, pages: Kind) -> HTMLResponse:
    """Open the reference, send your own, or go on with a run."""
    return page(
        request,
        "problem.html",
        pages=pages,
        shipped=shipped_inputs(pages.kind),
        sent=sent_inputs(request, pages.kind),
        runs=runs_of(request, pages.kind)[:_RECENT_RUNS],
        faults=(),
    )
