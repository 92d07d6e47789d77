"""The figures of a saved estates plan that its report speaks of, each from the written tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from models.estates.problem import EstatesCase
from models.shared.parsing import Row
from nwl_opt.estates.reporting.cash import icb_cash
from nwl_opt.estates.reporting.equality import AreaTravel, travel_of_areas
from nwl_opt.estates.reporting.saved import TODAY, EstateTables, Tables
from nwl_opt.reporting.reading import ReadRun

_ONE_OFF = ("vacating_payment", "moves", "works")


@dataclass(frozen=True)
class Figures:
    """What the plan comes to. Present costs are the ICB's, of all years; minutes are one way, in the last period."""

    saved: EstateTables
    travel: dict[str, AreaTravel]
    handed_back: int
    suites: int
    m2: int
    whole_sites: int
    first_day: dt.date | None
    last_day: dt.date | None
    open_space: int
    converted: int
    premises_closed: int
    present_cost_gbp: float
    present_cost_today_gbp: float | None
    last_year_gbp: int
    last_year_today_gbp: int | None
    last_year: str
    one_off_gbp: int
    minutes_before: float
    minutes_after: float


def figures_of(read: ReadRun) -> Figures:
    """The figures of a plan that may be used.

    Raises
    ------
    InputFaults
        If the tables of the baseline cannot be read.
    """
    assert isinstance(read.case, EstatesCase), "an estate is reported"
    today = read.tables_of_baseline(TODAY, ("cashflow",))
    saved = EstateTables(read.case.instance, read.tables, today)
    gone, others = _by_suite(read.tables["site_plan"].rows)
    areas = {suite.suite_id: suite.area_m2 for suite in saved.instance.suites}
    days = [row.date("date") for row in gone.values()]
    travel = travel_of_areas(saved)
    contacts = sum(area.contacts for area in travel.values()) or 1.0
    cash = icb_cash(read.tables)
    last_year = max(cash, default="")
    return Figures(
        saved=saved,
        travel=travel,
        handed_back=len(gone),
        suites=len(saved.instance.suites),
        m2=sum(areas[suite] for suite in gone),
        whole_sites=len({row.text("site_id") for row in gone.values() if row.maybe_text("extent") == "whole"}),
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        open_space=sum(row.text("status") == "open_space" for row in others.values()),
        converted=sum(row.maybe_text("converted_to") is not None for row in others.values()),
        premises_closed=len({r.text("practice_id") for r in read.tables["premises_plan"] if r.maybe_date("date")}),
        present_cost_gbp=_present(read.tables),
        present_cost_today_gbp=None if today is None else _present(today),
        last_year_gbp=cash.get(last_year, 0),
        last_year_today_gbp=None if today is None else icb_cash(today).get(last_year, 0),
        last_year=last_year,
        one_off_gbp=sum(
            row.integer("gbp")
            for row in read.tables["cashflow"]
            if row.text("ledger") == "icb" and row.text("item") in _ONE_OFF
        ),
        minutes_before=sum(area.contacts * area.minutes_before for area in travel.values()) / contacts,
        minutes_after=sum(area.contacts * area.minutes_after for area in travel.values()) / contacts,
    )


def _by_suite(rows: Sequence[Row]) -> tuple[dict[str, Row], dict[str, Row]]:
    """Suites that are handed back, and those that change in another way, each by its row of the last period."""
    last: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: row.text("year")):
        if row.maybe_date("date") is not None:
            last[row.text("suite_id")] = row
    gone = {suite: row for suite, row in last.items() if row.maybe_text("extent") is not None}
    return gone, {suite: row for suite, row in last.items() if suite not in gone}


def _present(tables: Tables) -> float:
    """What the ICB pays in all years at the value of the base year."""
    return sum(row.number_of("discounted_gbp") for row in tables["cashflow"] if row.text("ledger") == "icb")
