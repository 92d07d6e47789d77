"""The virement sheet: journals balance, agree with the plan to the pound, and say where money comes from."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import given, settings

from models.reallocation.instance import CellKey
from models.reallocation.moves import moves_of, part_year_gbp, transition_gbp
from models.reallocation.plan import Plan
from models.reallocation.virement import FUND, NEW_MONEY, UNSPENT, Entry, journal, ledger_lines_of, restated_gbp
from tests.reallocation_tables import built, line_level_tables
from tests.unit.reallocation.random_plans import CELLS, PLANS, YEARS, plan_of, tables_of

pytestmark = pytest.mark.unit

ABOVE = (NEW_MONEY, UNSPENT, FUND)


def by_cell(plan: Plan, entries: list[Entry]) -> dict[CellKey, list[Entry]]:
    """The entries on ledger lines, by the cell each line is mapped to."""
    cell_of = {line.ledger_line: line.cell for line in plan.instance.ledger}
    found: dict[CellKey, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.ledger_line not in ABOVE:
            cell = cell_of[entry.ledger_line]
            assert cell is not None, "a journal touches a line that is out of scope"
            found[cell].append(entry)
    return found


@settings(max_examples=25, deadline=None)
@given(PLANS)
def test_every_journal_balances(plan: Plan) -> None:
    """Debits less credits are nothing: by year, recurrent or not, in a full year and in what is left of it."""
    sums: dict[tuple[str, bool], list[int]] = defaultdict(lambda: [0, 0])
    for entry in journal(plan):
        sums[entry.year, entry.is_recurrent][0] += entry.full_year_gbp
        sums[entry.year, entry.is_recurrent][1] += entry.this_year_gbp
    assert sums and all(amounts == [0, 0] for amounts in sums.values())


@settings(max_examples=25, deadline=None)
@given(PLANS)
def test_a_cells_entries_are_its_change_and_its_cost(plan: Plan) -> None:
    """Recurrent entries sum to the change of the cell, once-only ones to its transition cost, each line its part."""
    for t, year in enumerate(plan.instance.year_names[1:], start=1):
        of_year = [entry for entry in journal(plan) if entry.year == year]
        recurrent = by_cell(plan, [entry for entry in of_year if entry.is_recurrent])
        once = by_cell(plan, [entry for entry in of_year if not entry.is_recurrent])
        costs = transition_gbp(plan, t)
        for cell, pounds in plan.allocation_gbp.items():
            change = pounds[t] - pounds[t - 1]
            assert sum(entry.full_year_gbp for entry in recurrent[cell]) == change
            assert sum(entry.full_year_gbp for entry in once[cell]) == costs.get(cell, 0)
            lines = {line.ledger_line: line for line in ledger_lines_of(plan.instance, cell)}
            for entry in recurrent[cell]:
                line = lines[entry.ledger_line]
                share = Fraction(line.gbp - line.non_recurrent_gbp, plan.instance.ledger_gbp[cell])
                assert abs(entry.full_year_gbp - change * share) < 1


@settings(max_examples=25, deadline=None)
@given(PLANS)
def test_this_year_is_what_the_moves_come_to(plan: Plan) -> None:
    month = plan.instance.settings.moves_start_month
    for t, year in enumerate(plan.instance.year_names[1:], start=1):
        entries = [entry for entry in journal(plan) if entry.year == year and entry.is_recurrent]
        new = [move for move in moves_of(plan) if move.year == t and move.kind == "new_money"]
        financed = sum(entry.this_year_gbp for entry in entries if entry.ledger_line == NEW_MONEY)
        assert financed == -sum(part_year_gbp(move.gbp, month) for move in new)


def test_without_a_ledger_the_cell_stands_for_its_lines() -> None:
    instance = built(line_level_tables(), {"line_need_basis": "ledger_deviations"})
    (line,) = ledger_lines_of(instance, instance.cells[0])
    assert (line.ledger_line, line.gbp) == ("nwl/acute/-", instance.opening_gbp[instance.cells[0]])


def test_an_income_line_bears_nothing() -> None:
    """A cell of £900: £1,000 of spend, £100 of income below zero. The spend line bears all of the change."""
    tables = tables_of([900] * CELLS)
    for row in tables["ledger"]:
        if str(row["ledger_line"]).endswith("a"):
            row |= {"gbp": 1000, "non_recurrent_gbp": 0}
        elif row["ledger_line"] != "OUT":
            row["gbp"] = -100
    instance = built(tables, {"line_need_basis": "ledger_deviations"})
    plan = Plan(instance, dict.fromkeys(instance.cells, (900, 927, 955)))
    touched = {entry.ledger_line[-1] for entry in journal(plan) if entry.ledger_line not in ABOVE}
    assert touched == {"a"}


def test_who_gives_is_told_where_it_goes_and_why() -> None:
    """One cell loses all it can, the others share it: words on either side name the other."""
    weights = [[1] + [1000] * (CELLS - 1)] * YEARS
    entries = [entry for entry in journal(plan_of([1_000_000] * CELLS, weights)) if entry.is_recurrent]
    loser = next(entry for entry in entries if entry.ledger_line == "L0a")
    assert loser.full_year_gbp < 0 and loser.giver == "acute in A, north"
    assert "others" in loser.receiver and "in A" in loser.receiver
    assert "of cash" in loser.reason and "equality and quality assessment" in loser.reason
    gainer = next(entry for entry in entries if entry.ledger_line == "L1a")
    assert gainer.full_year_gbp > 0 and gainer.giver.startswith("new money of the year; acute in A, north (£")
    assert "from others" in gainer.reason


def test_money_left_and_restated_openings_are_told() -> None:
    plan = plan_of([1_000_000] * CELLS, [[1] * CELLS] * YEARS, unspent=999)
    left = [entry for entry in journal(plan) if entry.ledger_line == UNSPENT]
    assert [entry.full_year_gbp for entry in left] == [999, 999]
    assert restated_gbp(plan.instance) == 0
    stated = built(line_level_tables(), {"community_chc_need_share": 0.2})
    assert restated_gbp(stated) > 0
