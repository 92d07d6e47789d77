"""Pages that read the plan: allocations, bridge, moves, what the gap hangs on, who gains and who loses."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from models.reallocation.explain import ASSUMED, LOSES, MOVES
from nwl_opt.app.pages import run_page
from nwl_opt.app.reallocation import tables
from nwl_opt.app.reallocation.opened import Planned, book, measures_of, told_under
from nwl_opt.paging import paged, query_of
from nwl_opt.reallocation.shown.allocations import BY_WORDS, choices
from nwl_opt.reallocation.shown.bridge import bridge_lines, bridge_picture, shift_picture
from nwl_opt.reallocation.shown.impacts import KINDS, impacts_picture
from nwl_opt.reallocation.shown.moves import (
    KIND_WORDS,
    PAGE_ROWS,
    between_picture,
    moves_sheet,
    wanted_moves,
)
from nwl_opt.reallocation.shown.swings import swings_picture

router = APIRouter()
_ROWS_A_PAGE = 200
"""Rows of allocations on one page: more are for the file."""


@router.get("/allocations")
def allocations(request: Request, opened: Planned, at: int = 1) -> HTMLResponse:
    """What each borough, line or provider gets by year, as it is filtered, a page at a time."""
    query = request.query_params
    sheet, wanted = tables.allocations_table(opened, query), tables.wanted_allocations(query)
    shown = paged(sheet.own_rows, at, _ROWS_A_PAGE)
    return run_page(
        request,
        "reallocation/allocations.html",
        opened,
        "allocations",
        sheet=sheet.showing(shown.rows),
        paged=shown,
        wanted=wanted,
        query=query_of(vars(wanted)),
        choices=choices(book(opened)),
        ways=BY_WORDS,
        file=tables.file_url(opened, "allocations", query),
    )


@router.get("/bridge")
def bridge(request: Request, opened: Planned) -> HTMLResponse:
    """From today's money to the plan's, and between lines."""
    query, plan = request.query_params, book(opened)
    line = tables.chosen_line(opened, query)
    return run_page(
        request,
        "reallocation/bridge.html",
        opened,
        "bridge",
        line=line,
        lines=bridge_lines(plan),
        chart=bridge_picture(plan, line),
        sheet=tables.bridge_table(opened, query),
        shift_chart=shift_picture(plan),
        shift=tables.TABLES["reallocation_by_line"](opened, query),
        files={"bridge": tables.file_url(opened, "bridge", query),
               "shift": tables.file_url(opened, "reallocation_by_line")},
    )  # fmt: skip


@router.get("/moves")
def moves(request: Request, opened: Planned, at: int = 1) -> HTMLResponse:
    """Every change with where its money comes from, a page at a time."""
    query, plan = request.query_params, book(opened)
    wanted = tables.wanted_of_moves(query)
    found = wanted_moves(plan, wanted)
    shown = paged(found, at, PAGE_ROWS)
    known = choices(plan)
    fields: Mapping[str, tuple[str, list[tuple[str, str]]]] = {
        "year": ("Year", [(year, year) for year in plan.years[1:]]),
        "kind": ("Kind", list(KIND_WORDS.items())),
        "from_line": ("From line", known["line"]),
        "to_line": ("To line", known["line"]),
        "from_place": ("From borough", known["place"]),
        "to_place": ("To borough", known["place"]),
    }
    return run_page(
        request,
        "reallocation/moves.html",
        opened,
        "moves",
        said=told_under(opened, MOVES),
        chart=between_picture(plan),
        between=tables.TABLES["moves_between_lines"](opened, query),
        sheet=moves_sheet(plan, shown.rows),
        paged=shown,
        fields=fields,
        chosen=vars(wanted),
        query=query_of(vars(wanted)),
        files={"between": tables.file_url(opened, "moves_between_lines"),
               "moves": tables.file_url(opened, "moves", query)},
    )  # fmt: skip


@router.get("/assumptions")
def assumptions(request: Request, opened: Planned) -> HTMLResponse:
    """What the gap hangs on."""
    plan, gap = book(opened), measures_of(opened).get("final_year_gap")
    studied = len(plan.tables["tornado"]) > 0 and gap is not None
    return run_page(
        request,
        "reallocation/assumptions.html",
        opened,
        "assumptions",
        said=told_under(opened, ASSUMED),
        chart=swings_picture(plan, gap.value) if studied and gap is not None else None,
        sheet=tables.TABLES["tornado"](opened, {}),
        file=tables.file_url(opened, "tornado"),
    )


@router.get("/impacts")
def impacts(request: Request, opened: Planned) -> HTMLResponse:
    """Who gains and who loses."""
    query, plan = request.query_params, book(opened)
    kind = tables.chosen_kind(query)
    return run_page(
        request,
        "reallocation/impacts.html",
        opened,
        "impacts",
        said=told_under(opened, LOSES),
        kind=kind,
        kinds_of_impact=KINDS,
        chart=impacts_picture(plan, kind),
        sheet=tables.impacts_table(opened, query),
        file=tables.file_url(opened, "impacts", query),
    )
