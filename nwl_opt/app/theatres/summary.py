"""Pages of a whole plan: its overview, beds, fairness, late finishes, and what would lift it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from models.shared.problem import Explanation
from nwl_opt.app.pages import run_page
from nwl_opt.app.runs import OpenRun, SeeOverview, open_run
from nwl_opt.app.theatres.opened import KIND, Lists, day_or_none, open_lists
from nwl_opt.paging import paged
from nwl_opt.run_folder import SCENARIOS_FOLDER
from nwl_opt.theatres.showing.beside import baseline_names, beside_baselines
from nwl_opt.theatres.showing.board import weeks_of
from nwl_opt.theatres.showing.figures import (
    group_shares,
    rehearsed_lists,
    share_picture,
    theatre_use,
    use_picture,
    ward_nights,
)
from nwl_opt.theatres.showing.reach import aims, bottlenecks
from nwl_opt.theatres.showing.remedies import longer_lists, remedy_counts
from nwl_opt.theatres.showing.trade_off import limit_words

router = APIRouter()
_LISTS_A_PAGE = 120
_MOST_LONGER_LISTS = 10


@router.get("/overview")
def overview(request: Request, opened: Annotated[OpenRun, Depends(open_run(KIND))]) -> HTMLResponse:
    """What came of it: in sentences, aim by aim, beside the baselines, theatre by theatre."""
    if not opened.is_finished:
        raise SeeOverview(opened.name)
    if not opened.has_plan:
        folder = opened.folder / SCENARIOS_FOLDER
        remedies = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        return run_page(request, "theatres/no_plan.html", opened, "overview", remedies=remedies)
    lists = open_lists(request, opened)
    uses = theatre_use(lists.shown)
    return run_page(
        request,
        "theatres/overview.html",
        opened,
        "overview",
        aims=aims(lists.shown, opened.stages),
        beside=beside_baselines(opened.record),
        baselines=baseline_names(opened.record),
        uses=uses,
        picture=use_picture(uses) if uses else None,
    )


@router.get("/reach")
def reach(request: Request, lists: Lists) -> HTMLResponse:
    """The best that can be reached, and what would lift it."""
    shown, opened = lists.shown, lists.opened
    return run_page(
        request,
        "theatres/reach.html",
        opened,
        "reach",
        aims=aims(shown, opened.stages),
        bottlenecks=bottlenecks(shown),
        remedies=remedy_counts(shown),
        not_booked=len(shown.tables["not_booked"]),
        longer=[(shown.instance.lists[one.list_id], one) for one in longer_lists(shown, _MOST_LONGER_LISTS)],
        theatres=shown.instance.theatres,
        said=[one for one in opened.sentences if one.section == "What would change it" and one.headline],
    )


@router.get("/beds")
def beds(request: Request, lists: Lists) -> HTMLResponse:
    """Beds of each ward, night by night."""
    level = f"{100 * lists.shown.instance.settings.bed_quantile_share:g} % level"
    return run_page(
        request, "theatres/beds.html", lists.opened, "beds", wards=ward_nights(lists.shown), level=level,
        said=_on_rule(lists.opened, "T-12"),
    )  # fmt: skip


@router.get("/fairness")
def fairness(request: Request, lists: Lists) -> HTMLResponse:
    """Whose patients are booked."""
    trusts, fifths = group_shares(lists.shown, "trust"), group_shares(lists.shown, "quintile")
    groups = (
        ("Home trust", trusts, share_picture("Booked of those ready, by home trust", trusts) if trusts else None),
        (
            "Deprivation fifth",
            fifths,
            share_picture("Booked of those ready, by deprivation", fifths) if fifths else None,
        ),
    )
    return run_page(
        request,
        "theatres/fairness.html",
        lists.opened,
        "fairness",
        groups=groups,
        said=_on_rule(lists.opened, "T-36"),
    )


@router.get("/rehearsal")
def rehearsal(request: Request, lists: Lists, week: str = "", at: int = 1) -> HTMLResponse:
    """Every list on simulated days, the likeliest to be late first."""
    weeks, monday = weeks_of(lists.shown), day_or_none(week)
    found = rehearsed_lists(lists.shown, monday)
    settings = lists.shown.instance.settings
    return run_page(
        request,
        "theatres/rehearsal.html",
        lists.opened,
        "rehearsal",
        paged=paged(found, at, _LISTS_A_PAGE),
        weeks=weeks,
        week=week if monday in weeks else "",
        grace=settings.overrun_grace_minutes,
        limit=settings.rehearsed_overrun_limit_share,
        limit_words=limit_words,
        said=[one for one in lists.opened.sentences if one.id in ("lists", "worst_lists")],
    )


def _on_rule(opened: OpenRun, rule: str) -> list[Explanation]:
    """The headlines on a rule."""
    return [one for one in opened.sentences if one.rule == rule and one.headline]
