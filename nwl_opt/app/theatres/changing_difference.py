"""The difference a run makes to the run it was made from, side by side."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from nwl_opt.app.pages import run_page
from nwl_opt.app.runs import OpenRun, find_run
from nwl_opt.app.theatres.opened import KIND, Lists, OpenLists
from nwl_opt.plain import mapping_of
from nwl_opt.theatres.manual.difference import changes_by_hand, difference

router = APIRouter()
SLUG = "difference"


@router.get("/difference")
def what_changed(request: Request, lists: Lists) -> HTMLResponse:
    """Who moved, by hand or because of it, beside where they were; a run made from no other says so."""
    before = _parent(request, lists)
    found = None if before is None else difference(before.tables, lists.opened.tables, lists.opened.folder)
    return run_page(
        request,
        "theatres/changing_difference.html",
        lists.opened,
        SLUG,
        before=before,
        found=found,
        by_hand=changes_by_hand(lists.opened.folder),
        patients=lists.shown.instance.patients,
    )


def _parent(request: Request, lists: OpenLists) -> OpenRun | None:
    """The run this one was made from, if it is there, has a plan, and is this user's to see."""
    name = Path(str(mapping_of(lists.opened.record.get("parent_run")).get("folder", ""))).name
    if not name:
        return None
    try:
        found = find_run(request, name)
    except HTTPException:
        return None
    return found if found.kind == KIND and found.has_plan and found.is_finished else None
