"""A run of estates as its pages ask for it: tables with the instance, suites with their reasons; each made once."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, HTTPException, Request

from models.estates.entities import Period
from models.estates.instance import EstatesInstance
from nwl_opt.app.context import context_of
from nwl_opt.app.runs import OpenRun, open_plan, open_run
from nwl_opt.estates.browsing.suites import SuiteView, suite_views
from nwl_opt.estates.reporting.saved import TODAY, EstateTables
from nwl_opt.estates.saved_estate import instance_of
from nwl_opt.run_folder import RECORD_FILE

KIND = "estates"
Opened = Annotated[OpenRun, Depends(open_run(KIND))]
Planned = Annotated[OpenRun, Depends(open_plan(KIND))]


def estate_of(request: Request, opened: OpenRun) -> EstateTables:
    """The tables of a run with its instance.

    Raises
    ------
    InputFaults
        If a table or the inputs cannot be read.
    """
    return context_of(request).runs.get(
        (opened.folder, "estate", _saved_at(opened)),
        lambda: EstateTables(
            instance_of(opened.validation),
            opened.tables,
            opened.baseline(TODAY) if TODAY in opened.baseline_names else None,
        ),
    )


def suites_of(request: Request, opened: OpenRun) -> tuple[SuiteView, ...]:
    """Every suite of a run with its reasons.

    Raises
    ------
    InputFaults
        If a table or the inputs cannot be read.
    """
    return context_of(request).runs.get(
        (opened.folder, "suites", _saved_at(opened)),
        lambda: suite_views(estate_of(request, opened), opened.sentences),
    )


def period_of(instance: EstatesInstance, year: str) -> Period:
    """The period asked for; the last one where none was.

    Raises
    ------
    HTTPException
        If the plan has no such period.
    """
    if not year:
        return instance.periods[-1]
    found = next((period for period in instance.periods if period.first_year == year), None)
    if found is None:
        raise HTTPException(404, "This plan has no such period.")
    return found


def period_choices(instance: EstatesInstance) -> list[tuple[str, str]]:
    """The periods with their words: `2034/35 to 2040/41`."""
    return [(period.first_year, period_words(period)) for period in instance.periods]


def period_words(period: Period) -> str:
    """The years of a period."""
    years = period.financial_years
    return years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"


def boroughs_of(instance: EstatesInstance) -> list[str]:
    """The boroughs in which sites stand."""
    return sorted({site.borough for site in instance.sites})


def _saved_at(opened: OpenRun) -> int:
    record = opened.folder / RECORD_FILE
    return record.stat().st_mtime_ns if record.is_file() else 0
