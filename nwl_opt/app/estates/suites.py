"""Every suite: whose, what becomes of it, and why it may not go."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response

from nwl_opt.app.downloading import name_for, sent_bytes
from nwl_opt.app.estates.opened import Planned, estate_of, suites_of
from nwl_opt.app.pages import run_page
from nwl_opt.estates.browsing.asking import SUITE, likely_day
from nwl_opt.estates.browsing.suite_list import (
    SUITE_COLUMNS,
    SuiteFilter,
    choices_of,
    filtered,
    suite_rows,
)
from nwl_opt.estates.browsing.wording import PAYER_WORDS
from nwl_opt.files.tables import excel_csv_bytes
from nwl_opt.paging import paged, query_of

router = APIRouter()
_SUITES_A_PAGE = 40
Text = Annotated[str, Query(max_length=200)]


def asked_filter(
    borough: Text = "", site: Text = "", landlord: Text = "", decision: Text = "", rule: Text = ""
) -> SuiteFilter:
    """The filter in an address."""
    return SuiteFilter(borough, site, landlord, decision, rule)


Asked = Annotated[SuiteFilter, Depends(asked_filter)]


@router.get("/suites")
def listed(request: Request, opened: Planned, asked: Asked, at: int = 1) -> HTMLResponse:
    """The list, as it is filtered, in pages."""
    every = suites_of(request, opened)
    found = filtered(every, asked)
    return run_page(request, "estates/suites.html", opened, "suites", shown=paged(found, at, _SUITES_A_PAGE),
                    choices=choices_of(every), asked=asked, query=_query(asked), every=len(every),
                    area=sum(one.suite.area_m2 for one in found),
                    gbp=sum(one.icb_gbp_per_year for one in found))  # fmt: skip


@router.get("/suites.csv")
def as_file(request: Request, opened: Planned, asked: Asked) -> Response:
    """The same list as a file, all of it."""
    found = filtered(suites_of(request, opened), asked)
    return sent_bytes(excel_csv_bytes(SUITE_COLUMNS, suite_rows(found)), name_for(opened, "suites", ".csv"))


@router.get("/suites/{suite_id}")
def one_suite(request: Request, opened: Planned, suite_id: str) -> HTMLResponse:
    """Everything about one suite."""
    found = next((one for one in suites_of(request, opened) if one.suite_id == suite_id), None)
    if found is None:
        raise HTTPException(404, "This run has no such suite.")
    instance = estate_of(request, opened).instance
    kinds = {kind.room_type: kind.name for kind in instance.room_types}
    rooms = [(kinds[kind], number) for kind, number in sorted(found.suite.rooms.items())]
    return run_page(request, "estates/suite.html", opened, "suites", one=found, rooms=rooms, payers=PAYER_WORDS,
                    space=f"{SUITE}:{suite_id}", day=likely_day(instance, f"{SUITE}:{suite_id}"))  # fmt: skip


def _query(asked: SuiteFilter) -> str:
    """The filter as the end of an address."""
    fields = {"borough": asked.borough, "site": asked.site, "landlord": asked.landlord, "decision": asked.decision,
              "rule": asked.rule}  # fmt: skip
    return query_of(fields)
