"""The independent check of a reallocation: written tables against the instance, in whole pounds and exact fractions.

It reads only what the user gave and what was written. Money, need, floors, caps and bands are worked out here a
second time, from the rules' sentences; nothing of the formulation, the method or the plan is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from models.reallocation.checker.book import Book
from models.reallocation.checker.bridge import check_every_ledger_pound_once
from models.reallocation.checker.definitions import (
    check_every_cell_every_year,
    check_need_is_share_of_spendable,
    check_no_negative_allocation,
)
from models.reallocation.checker.facts import Facts
from models.reallocation.checker.on_money import (
    check_chc_floor,
    check_envelope,
    check_gap_closed_in_final_year,
    check_mental_health_investment_standard,
    check_provider_turnover_band,
)
from models.reallocation.checker.on_pace import check_no_further_from_target, check_pace_cap, check_pace_floor
from models.reallocation.checker.scorecard import check_scorecard
from models.reallocation.checker.stages import check_stage_values
from models.reallocation.instance import Instance
from models.reallocation.rules import RULES
from models.shared.findings import CheckReport, Finding
from models.shared.parsing import TypedTable

CHECKS: tuple[Callable[[Book], Iterator[Finding]], ...] = (
    check_envelope,
    check_pace_floor,
    check_pace_cap,
    check_mental_health_investment_standard,
    check_chc_floor,
    check_no_further_from_target,
    check_provider_turnover_band,
    check_gap_closed_in_final_year,
    check_no_negative_allocation,
    check_need_is_share_of_spendable,
    check_every_cell_every_year,
    check_every_ledger_pound_once,
    check_scorecard,
)


def check(
    instance: Instance, tables: Mapping[str, TypedTable], stage_values: Mapping[str, float | None] | None
) -> CheckReport:
    """Check the written tables of a plan.

    `stage_values` are the values of the aims as the run recorded them; None (for a baseline) compares none.
    """
    book = Book(Facts(instance), tables)
    findings = [finding for one in CHECKS for finding in one(book)]
    if stage_values is not None:
        findings.extend(check_stage_values(book, stage_values))
    checked = {one.__name__ for one in CHECKS}
    return CheckReport(tuple(r.id for r in RULES if f"check_{r.name}" in checked), tuple(findings))
