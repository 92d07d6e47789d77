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
    check_upstream_relief,
)
from models.reallocation.checker.facts import Facts
from models.reallocation.checker.impacts import check_impacts
from models.reallocation.checker.moves import check_moves
from models.reallocation.checker.on_closing import (
    check_gap_closed_in_final_year,
    check_gap_share_closed_in_final_year,
)
from models.reallocation.checker.on_first_claims import (
    check_break_even_first,
    check_primary_care_first_claim,
    check_running_costs_cut,
)
from models.reallocation.checker.on_money import (
    check_chc_floor,
    check_envelope,
    check_mental_health_investment_standard,
    check_provider_turnover_band,
    check_recruitment_cap,
    check_ring_fence,
)
from models.reallocation.checker.on_pace import (
    check_no_further_from_target,
    check_pace_cap,
    check_pace_floor,
    check_peak_growth_limit,
)
from models.reallocation.checker.on_withdrawal import check_releasable_share, check_transition_within_fund
from models.reallocation.checker.scorecard import check_scorecard
from models.reallocation.checker.stages import check_stage_values
from models.reallocation.checker.studies import check_studies
from models.reallocation.checker.worst import check_worst_cells
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
    check_ring_fence,
    check_releasable_share,
    check_transition_within_fund,
    check_primary_care_first_claim,
    check_break_even_first,
    check_running_costs_cut,
    check_recruitment_cap,
    check_gap_share_closed_in_final_year,
    check_upstream_relief,
    check_peak_growth_limit,
    check_moves,
    check_impacts,
    check_worst_cells,
    check_scorecard,
    check_studies,
)


def check(
    instance: Instance, tables: Mapping[str, TypedTable], stage_values: Mapping[str, float | None] | None
) -> CheckReport:
    """Check the written tables of a plan.

    `stage_values` are the values of the aims as the run recorded them; None (for a baseline) compares none.
    """
    book = Book(Facts(instance), tables, stage_values or {})
    findings = [finding for one in CHECKS for finding in one(book)]
    if stage_values is not None:
        findings.extend(check_stage_values(book))
    checked = {one.__name__ for one in CHECKS}
    return CheckReport(tuple(r.id for r in RULES if f"check_{r.name}" in checked), tuple(findings))
