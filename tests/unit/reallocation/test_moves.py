"""Moves pair every change with its source, whatever the plan: identity, few transfers, kinds, months. Impacts too."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings

from models.reallocation.impacts import impacts_rows
from models.reallocation.instance import CellKey, Instance, nearest_pound
from models.reallocation.moves import Move, growth_in_step_gbp, moves_of, moves_rows, part_year_gbp, start_of
from models.reallocation.plan import Plan
from models.shared.cells import Cell
from tests.reallocation_tables import LINES, Tables, built
from tests.unit.reallocation.random_plans import CELLS, PLACES, PLANS, PROVIDERS, YEARS, plan_of

pytestmark = pytest.mark.unit


def by_year(plan: Plan) -> Mapping[int, list[Move]]:
    found: dict[int, list[Move]] = defaultdict(list)
    for move in moves_of(plan):
        found[move.year].append(move)
    return found


@settings(max_examples=25, deadline=None)
@given(PLANS)
def test_what_comes_in_less_what_goes_out_is_the_change(plan: Plan) -> None:
    """Per cell and year, to the pound; and no transfer is of nothing."""
    for year, moves in by_year(plan).items():
        net: dict[CellKey, int] = dict.fromkeys(plan.instance.cells, 0)
        for move in moves:
            if move.kind == "transition":
                continue
            assert move.gbp > 0 or move.kind == "new_money"
            if move.receiver is not None:
                net[move.receiver] += move.gbp
            if move.giver is not None:
                net[move.giver] -= move.gbp
        for cell, pounds in plan.allocation_gbp.items():
            assert net[cell] == pounds[year] - pounds[year - 1]


@settings(max_examples=25, deadline=None)
@given(PLANS)
def test_nobody_both_gives_and_gets_and_transfers_are_few(plan: Plan) -> None:
    for moves in by_year(plan).values():
        pairs = {(m.giver, m.receiver) for m in moves if m.kind in ("growth_forgone", "cash_withdrawn")}
        givers = {giver for giver, _ in pairs} | {m.giver for m in moves if m.kind == "unspent"}
        receivers = {receiver for _, receiver in pairs}
        assert not givers & receivers
        assert len(pairs) <= max(0, len(givers) + len(receivers) - 1)


@settings(max_examples=25, deadline=None)
@given(PLANS)
def test_near_money_is_used_before_far_money(plan: Plan) -> None:
    """What moves within a place is as much as can: the less of what its cells give and of what they get."""
    for year, moves in by_year(plan).items():
        growth = growth_in_step_gbp(plan, year)
        for place in PLACES:
            beyond = [
                pounds[year] - pounds[year - 1] - growth[cell]
                for cell, pounds in plan.allocation_gbp.items()
                if cell.place == place
            ]
            possible = min(sum(gbp for gbp in beyond if gbp > 0), -sum(gbp for gbp in beyond if gbp < 0))
            within = sum(
                m.gbp for m in moves if m.giver and m.receiver and m.giver.place == m.receiver.place == place
            )
            assert within == possible


@settings(max_examples=25, deadline=None)
@given(PLANS)
def test_new_money_is_the_growth_of_the_bridge_and_no_giver_forgoes_more_than_its_own(plan: Plan) -> None:
    bridge = {(row["line"], row["year"]): row["gbp"] for row in plan.tables()["bridge"] if row["item"] == "growth"}
    for year, moves in by_year(plan).items():
        growth = growth_in_step_gbp(plan, year)
        for line in LINES:
            new = sum(m.gbp for m in moves if m.kind == "new_money" and m.receiver and m.receiver.line == line)
            assert new == bridge[line, plan.instance.year_names[year]]
        for cell, own in growth.items():
            forgone = sum(m.gbp for m in moves if m.kind == "growth_forgone" and m.giver == cell)
            cash = sum(m.gbp for m in moves if m.kind == "cash_withdrawn" and m.giver == cell)
            assert forgone <= max(0, own)
            if cash:
                assert forgone == max(0, own), "growth goes before cash"
        unspent = sum(m.gbp for m in moves if m.kind == "unspent")
        assert unspent == plan.instance.money[year].spendable_gbp - plan.total(year)


@settings(max_examples=25, deadline=None)
@given(PLANS)
def test_transition_is_paid_to_who_withdraws_and_sums_to_the_line(plan: Plan) -> None:
    """Half for double running and a quarter stranded, of what falls below last year's volume (+4.15 - 2 %)."""
    for year, moves in by_year(plan).items():
        paid = {m.receiver: m.gbp for m in moves if m.kind == "transition"}
        withdrawn = {
            cell: max(Fraction(0), Fraction("1.0215") * pounds[year - 1] - pounds[year])
            for cell, pounds in plan.allocation_gbp.items()
            if cell.line == "acute"
        }
        whole = sum(withdrawn.values(), Fraction(0))
        assert sum(paid.values()) == nearest_pound(whole / 2) + nearest_pound(whole / 4)
        for cell, gbp in paid.items():
            assert cell is not None and abs(gbp - withdrawn[cell] * Fraction(3, 4)) <= 2


def test_the_same_plan_has_the_same_moves() -> None:
    opening, weights = [1_000_000 + 77 * at for at in range(CELLS)], [[5 + at % 3 for at in range(CELLS)]] * YEARS
    assert list(moves_rows(plan_of(opening, weights))) == list(moves_rows(plan_of(opening, weights)))


@pytest.mark.parametrize(
    ("month", "starts", "part"),
    [
        (4, "2024-04-01", 1200), (5, "2024-05-01", 1100), (6, "2024-06-01", 1000), (7, "2024-07-01", 900),
        (8, "2024-08-01", 800), (9, "2024-09-01", 700), (10, "2024-10-01", 600), (11, "2024-11-01", 500),
        (12, "2024-12-01", 400), (1, "2025-01-01", 300), (2, "2025-02-01", 200), (3, "2025-03-01", 100),
    ],
)  # fmt: skip
def test_part_of_a_year(month: int, starts: str, part: int) -> None:
    """£1,200 a year is £100 for every month that is left of 2024/25."""
    assert start_of("2024/25", month) == dt.date.fromisoformat(starts)
    assert part_year_gbp(1200, month) == part


def test_half_a_pound_goes_up() -> None:
    assert (part_year_gbp(1, 10), part_year_gbp(-1, 10)) == (1, 0)


def test_two_cells_by_hand() -> None:
    """One place; the money grows by £60 (3 % of £2,000) in the first year, £30 for each of two equal lines.

    mental_health gets £100 more, acute loses £40: it forgoes its £30 and gives £40 of cash, from October.
    """
    tables: Tables = {
        "places": [{"place": "a", "name": "A"}],
        "lines": [
            {"line": line, "name": line, "role": line, "deviation_share": deviation}
            for line, deviation in (("acute", "0.2"), ("mental_health", "-0.2"))
        ],
        "years": [{"year": "2024/25"}],
        "baseline": [
            {"place": "a", "line": line, "provider": "-", "recurrent_gbp": 1000, "counts_to_mhis": "no"}
            for line in ("acute", "mental_health")
        ],
        "need": [{"place": "a", "component": "people", "weighted_population": 1}],
        "need_weights": [{"line": line, "component": "people", "weight": 1} for line in ("acute", "mental_health")],
    }
    own = {"line_need_basis": "ledger_deviations", "reserve_share": 0.0, "moves_start_month": 10}
    instance: Instance = built(tables, own)
    acute, mental = instance.cells
    rows = list(moves_rows(Plan(instance, {acute: (1000, 960), mental: (1000, 1100)})))
    shown = [(r["kind"], r["from_line"], r["to_line"], r["part_year_gbp"], r["full_year_gbp"]) for r in rows]
    assert shown == [
        ("new_money", None, "acute", 15, 30),
        ("new_money", None, "mental_health", 15, 30),
        ("growth_forgone", "acute", "mental_health", 15, 30),
        ("cash_withdrawn", "acute", "mental_health", 20, 40),
    ]
    assert {row["start"] for row in rows} == {dt.date(2024, 10, 1)}


def test_a_plan_that_gives_out_too_much_still_adds_up() -> None:
    """It fails its check; its moves say from where: from nobody."""
    plan = plan_of([1_000_000] * CELLS, [[1] * CELLS] * YEARS, unspent=-500)
    beyond = [move for move in moves_of(plan) if move.kind == "unspent" and move.year == 1]
    assert all(move.giver is None for move in beyond) and sum(move.gbp for move in beyond) == 500


@settings(max_examples=25, deadline=None)
@given(PLANS)
def test_impacts_count_every_pound_once(plan: Plan) -> None:
    rows = list(impacts_rows(plan))
    last = plan.instance.horizon
    for kind in ("place", "provider", "place_line"):
        chosen = [row for row in rows if row["kind"] == kind]
        assert _sum(chosen, "opening_gbp") == plan.total(0)
        assert _sum(chosen, "closing_gbp") == plan.total(last)
        assert _sum(chosen, "in_step_gbp") == plan.instance.money[last].spendable_gbp
    for row in rows:
        assert row["equality_flag"] == (_pounds(row["lowest_yearly_change_gbp"]) < 0)
        assert row["against_in_step_gbp"] == _pounds(row["closing_gbp"]) - _pounds(row["in_step_gbp"])
    named = {str(row["who"]): row for row in rows if row["kind"] == "provider"}
    assert set(named) == {*PROVIDERS, "-"}
    assert named["-"]["income_share"] is None
    moved = _pounds(named["north"]["closing_gbp"]) - _pounds(named["north"]["opening_gbp"])
    assert named["north"]["income_share"] == pytest.approx(moved / 10**9)


def _sum(rows: Sequence[Mapping[str, Cell]], column: str) -> int:
    return sum(_pounds(row[column]) for row in rows)


def _pounds(value: Cell) -> int:
    assert isinstance(value, int)
    return value
