"""Every table of these pages by name: what a page shows is what its file holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from models.reallocation.settings import ALL
from nwl_opt.app.downloading import name_for, sent_bytes
from nwl_opt.app.reallocation.opened import Planned, baseline_measures, baseline_tables, book, measures_of
from nwl_opt.app.runs import OpenRun
from nwl_opt.reallocation.shown.aims import aims_sheet
from nwl_opt.reallocation.shown.allocations import Wanted, allocation_sheet, by_named
from nwl_opt.reallocation.shown.bridge import bridge_lines, bridge_sheet, shift_sheet
from nwl_opt.reallocation.shown.figures import compared_figures, figures_sheet
from nwl_opt.reallocation.shown.gap import gap_sheet, gaps_of
from nwl_opt.reallocation.shown.impacts import KINDS, impacts_sheet
from nwl_opt.reallocation.shown.moves import MoveFilter, between_sheet, moves_sheet, wanted_moves
from nwl_opt.reallocation.shown.sheet import Sheet
from nwl_opt.reallocation.shown.stops import binding_sheet, levers_of, levers_sheet
from nwl_opt.reallocation.shown.swings import swings_sheet

router = APIRouter()
Query = Mapping[str, str]


def gap_table(opened: OpenRun, query: Query) -> Sheet:
    """The gap by year."""
    del query
    plan, baseline = book(opened), baseline_tables(opened)
    beside = gaps_of(baseline, plan.years) if baseline else ()
    return gap_sheet("Gap to need by year", gaps_of(plan.tables, plan.years), beside)


def figures_table(opened: OpenRun, query: Query) -> Sheet:
    """Key figures beside the baseline."""
    del query
    return figures_sheet(compared_figures([measures_of(opened), baseline_measures(opened)]))


def allocations_table(opened: OpenRun, query: Query) -> Sheet:
    """Allocations as they were filtered."""
    return allocation_sheet(book(opened), wanted_allocations(query))


def bridge_table(opened: OpenRun, query: Query) -> Sheet:
    """The bridge of one line."""
    plan = book(opened)
    return bridge_sheet(plan, chosen_line(opened, query))


def moves_table(opened: OpenRun, query: Query) -> Sheet:
    """All moves a filter lets through."""
    plan = book(opened)
    return moves_sheet(plan, wanted_moves(plan, wanted_of_moves(query)))


def impacts_table(opened: OpenRun, query: Query) -> Sheet:
    """Who gains and who loses, of one kind."""
    return impacts_sheet(book(opened), chosen_kind(query))


def aims_table(opened: OpenRun, query: Query) -> Sheet:
    """Aims with their bounds."""
    del query
    return aims_sheet(opened.stages)


TABLES: Mapping[str, Callable[[OpenRun, Query], Sheet]] = {
    "gap": gap_table,
    "aims": aims_table,
    "key_figures": figures_table,
    "allocations": allocations_table,
    "bridge": bridge_table,
    "reallocation_by_line": lambda opened, _: shift_sheet(book(opened)),
    "moves": moves_table,
    "moves_between_lines": lambda opened, _: between_sheet(book(opened)),
    "levers": lambda opened, _: levers_sheet(levers_of(book(opened))),
    "binding_rules": lambda opened, _: binding_sheet(book(opened)),
    "tornado": lambda opened, _: swings_sheet(book(opened)),
    "impacts": impacts_table,
}


@router.get("/tables/{name}.csv")
def as_file(request: Request, opened: Planned, name: str) -> Response:
    """A table of these pages as CSV, filtered as its page was."""
    if name not in TABLES:
        raise HTTPException(404, "There is no such table.")
    sheet = TABLES[name](opened, request.query_params)
    return sent_bytes(sheet.csv(), name_for(opened, name, ".csv"))


def file_url(opened: OpenRun, name: str, query: Query | None = None) -> str:
    """Where a table is had as a file."""
    kept = {key: value for key, value in (query or {}).items() if value and key != "at"}
    return f"/runs/{opened.name}/reallocation/tables/{name}.csv{'?' if kept else ''}{urlencode(kept)}"


def wanted_allocations(query: Query) -> Wanted:
    """Which part of the allocations an address asks for."""
    place, line, provider = (query.get(name, "") for name in ("place", "line", "provider"))
    return Wanted(by_named(query.get("by", "line")), place, line, provider)


def wanted_of_moves(query: Query) -> MoveFilter:
    """Which moves an address asks for."""
    return MoveFilter(**{name: query.get(name, "") for name in MoveFilter.__dataclass_fields__})


def chosen_line(opened: OpenRun, query: Query) -> str:
    """The line of an address; all lines where it names none that there is."""
    known = {line for line, _ in bridge_lines(book(opened))}
    return query.get("line", ALL) if query.get("line") in known else ALL


def chosen_kind(query: Query) -> str:
    """Whose gains an address asks for; boroughs where it names none that there is."""
    return query.get("of", "place") if query.get("of") in KINDS else "place"
