"""The table of suites."""

from __future__ import annotations

from models.estates.cash import CHARGES
from models.estates.eligibility import Eligibility, eligibility
from models.estates.entities import Suite
from models.estates.ledger import suite_lines
from models.estates.plan import Plan
from models.shared.cells import Cell

_ONE_OFF = ("vacating_payment", "moves")
_GONE = {"whole": "handed back as part of the whole building", "part": "handed back as a part"}


def site_plan(plan: Plan) -> list[dict[str, Cell]]:
    """Every suite in every period."""
    may = eligibility(plan.instance)
    rows: list[dict[str, Cell]] = []
    for suite in sorted(plan.instance.suites, key=lambda suite: (suite.site_id, suite.suite_id)):
        rows.extend(_of_one_suite(plan, suite, may[suite.suite_id]))
    return rows


def _of_one_suite(plan: Plan, suite: Suite, may: Eligibility) -> list[dict[str, Cell]]:
    lines, option = suite_lines(plan, suite), plan.option(suite)
    one_off_gbp = sum(line.gbp for line in lines if line.item in _ONE_OFF)
    rows: list[dict[str, Cell]] = []
    for at, period in enumerate(plan.instance.periods):
        phase = plan.phase(suite, at)
        falls_here = option.date is not None and period.first_day <= option.date < period.end_day
        charges = [line.gbp for line in lines if line.year == period.first_year and line.item in CHARGES]
        made = option.conversion if phase == "converted" else None
        rows.append(
            {
                "site_id": suite.site_id,
                "suite_id": suite.suite_id,
                "year": period.first_year,
                "status": _status(phase, may),
                "date": option.date,
                "converted_to": None if made is None else made.to_room_type,
                "annual_charge_gbp": suite.annual_charge_gbp,
                "one_off_gbp": one_off_gbp if falls_here else 0,
                "reason": _reason(plan, suite, may),
                "extent": option.extent,
                "icb_charge_gbp": sum(charges),
            }
        )
    return rows


def _status(phase: str, may: Eligibility) -> str:
    if phase in ("handed_back", "open_space", "works"):
        return phase
    return "kept" if may.may_go else "ineligible"


def _reason(plan: Plan, suite: Suite, may: Eligibility) -> str:
    option = plan.option(suite)
    if option.extent is not None:
        return _GONE[option.extent]
    if option.date is not None:
        return _changed(plan, suite) + ("" if may.may_go else f"; may not be handed back: {may.in_words()}")
    if not may.may_go:
        return may.in_words()
    if not may.may_go_as_part:
        return "could go with the whole building only" + (f": {may.in_words()}" if may.refusing_rules else "")
    return "could go; this plan keeps it"


def _changed(plan: Plan, suite: Suite) -> str:
    made = plan.option(suite).conversion
    if made is None:
        return "offered on Open Space"
    return f"converted ({made.conversion_id}): {made.rooms_from} {made.from_room_type} rooms become " \
           f"{made.rooms_to} {made.to_room_type}"  # fmt: skip
