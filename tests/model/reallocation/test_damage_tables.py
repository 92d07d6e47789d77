"""The written tables of a correct plan, damaged by a hand in the files: no cell may change and no row go unnoticed.

The plan is of the tiny instance with nearly every further rule in force, so that every table has something in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest

from models.reallocation.checker import check
from models.reallocation.entities import AssumptionRange, RingFence, Spillover
from models.reallocation.instance import CellKey, Instance
from models.reallocation.tables import REGISTER
from models.shared.cells import Cell
from models.shared.register import Column
from tests.model.reallocation.new_rules import with_settings
from tests.model.reallocation.plans import (
    Rows,
    Solved,
    Written,
    as_read,
    checked,
    instance_of,
    rules_broken,
    shipped,
    solved,
    solved_instance,
)

pytestmark = pytest.mark.model

SOUTH_ACUTE = CellKey("south", "acute", "-")


def everything() -> Instance:
    """Tiny with a claim, running costs, missed efficiency, a fund, a fence, relief, and moves from September on.

    The share of the gap that is to be closed is more than can be, so it is soft, and missed.
    """
    tiny = instance_of(shipped("tiny"))
    lines = tuple(
        replace(
            one,
            double_running_share=Fraction("0.3"),
            stranded_share=Fraction("0.1"),
            releasable_share=Fraction("0.05"),
        )
        if one.line == "acute"
        else one
        for one in tiny.lines
    )
    ledger = tuple(replace(line, is_running_cost=line.cell is None) for line in tiny.ledger)
    year = replace(tiny.years[0], transition_fund_gbp=3_000, mh_recruitment_cap_wte=12)
    changed = replace(
        tiny,
        lines=lines,
        ledger=ledger,
        years=(year,),
        ring_fences=(RingFence("bcf", "Better Care Fund", (SOUTH_ACUTE,), {"2024/25": 301_000}),),
        spillovers=(Spillover("mental_health", "acute", Fraction("0.2"), 0),),
        soft_order={"R-20": 1},
    )
    return with_settings(
        changed, primary_care_gap_gbp=2_000, delivered_efficiency_share=0.036, running_cost_saving_kept_share=0.2,
        moves_start_month=9, mh_cost_per_wte_gbp=1_000, required_closure_share=0.4, peak_growth_limit_share=0.18,
    )  # fmt: skip


@cache
def case() -> Solved:
    return solved_instance(everything())


def test_the_plan_is_correct_and_every_table_of_a_plan_has_rows() -> None:
    report = checked(case(), case().written(), case().stage_values)
    assert report.passed, report.findings
    assert {name for name, rows in case().written().items() if rows} == {
        "allocations", "envelope", "rules", "bridge", "moves", "impacts", "transition", "worst_cells",
    }  # fmt: skip
    assert {row["kind"] for row in case().written()["moves"]} >= {"new_money", "growth_forgone", "transition"}


def steps(column: Column, value: Cell, up: bool) -> Iterator[Cell]:
    """What a hand may make of a cell: a step up or down, the other word, another day, or nothing."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1 if up else value - 1
    elif isinstance(value, float):
        step = 3 * 10.0**-column.decimals
        yield value + step if up else value - step
    elif isinstance(value, dt.date):
        yield value + dt.timedelta(days=30)
    elif column.allowed:
        yield next(word for word in column.allowed if word != value)
    if column.may_be_empty and value is not None:
        yield None


def damages(rows: Rows, columns: Sequence[Column]) -> Iterator[tuple[str, Rows]]:
    """A table with each cell changed once, up and down in turns, and with each row once missing and once twice."""
    for at, row in enumerate(rows):
        before, after = rows[:at], rows[at + 1 :]
        for rank, column in enumerate(columns):
            for value in steps(column, row.get(column.name), up=(at + rank) % 2 == 0):
                yield f"row {at + 2}: {column.name} = {value}", [*before, row | {column.name: value}, *after]
        yield f"row {at + 2} gone", [*before, *after]
        yield f"row {at + 2} twice", [*rows, dict(row)]


@pytest.mark.parametrize(
    "name", [table.name for table in REGISTER.outputs if table.name not in ("levers", "tornado")]
)
def test_no_cell_can_be_changed_and_no_row_lost_unnoticed(name: str) -> None:
    columns = next(table.columns for table in REGISTER.outputs if table.name == name)
    written = case().written()
    correct = as_read(written)
    unnoticed = []
    for what, rows in damages(written.get(name, []), columns):
        damaged = correct | {name: as_read({name: rows})[name]}
        if check(case().instance, damaged, case().stage_values).passed:
            unnoticed.append(what)
    assert unnoticed == []


def swapped(rows: Rows, columns: Sequence[str], one: int, other: int) -> Rows:
    """A table in which two rows have changed places in some columns."""
    copy = [dict(row) for row in rows]
    for column in columns:
        copy[one][column], copy[other][column] = copy[other][column], copy[one][column]
    return copy


TO = ("to_place", "to_line", "to_provider")


@pytest.mark.parametrize("columns", [TO, ("full_year_gbp", "part_year_gbp")])
def test_moves_of_the_reference_with_two_receivers_or_amounts_swapped(columns: tuple[str, ...]) -> None:
    """A hundred and more moves: whichever neighbours of one kind and year change places, R-12 says so."""
    reference = solved("nwl")
    correct = as_read(reference.written())
    rows = reference.written()["moves"]
    pairs = [
        at
        for at in range(0, len(rows) - 1, 7)
        if all(rows[at][same] == rows[at + 1][same] for same in ("kind", "year"))
        and rows[at]["full_year_gbp"] != rows[at + 1]["full_year_gbp"]
        and any(rows[at][column] != rows[at + 1][column] for column in columns)
    ]
    assert len(pairs) >= 5
    for at in pairs[:8]:
        damaged = correct | {"moves": as_read({"moves": swapped(rows, columns, at, at + 1)})["moves"]}
        report = check(reference.instance, damaged, reference.stage_values)
        assert rules_broken(report) == {"R-12"}, rows[at]


def test_a_move_through_a_third_cell_is_one_too_many() -> None:
    """A gives to B what it gave to C, and B gives to C: every change is still explained, and B gives and gets."""
    reference = solved("nwl")
    rows = reference.written()["moves"]
    given = [row for row in rows if row["kind"] == "growth_forgone" and row["year"] == "2024/25"]
    move, other = given[0], next(row for row in given if row["to_line"] != given[0]["to_line"])
    through = {column: other[column] for column in TO}
    detour = move | {f"from_{column[3:]}": value for column, value in through.items()}
    damaged = [row | through if row == move else row for row in rows] + [detour | {"move": len(rows) + 1}]
    report = checked(reference, reference.written() | {"moves": damaged})
    assert rules_broken(report) == {"R-12"}
    assert any("both gives and gets" in finding.message for finding in report.findings)


def test_money_taken_from_further_than_it_need_be() -> None:
    """Two places each move money within themselves; crosswise the sums are the same, but it is not minimal."""
    reference = solved("nwl")
    rows = reference.written()["moves"]
    home = [
        at
        for at, row in enumerate(rows)
        if row["kind"] == "growth_forgone" and row["year"] == "2024/25" and row["from_place"] == row["to_place"]
    ]
    first = home[0]
    second = next(at for at in home if rows[at]["from_place"] != rows[first]["from_place"])
    amounts = [rows[at]["full_year_gbp"] for at in (first, second)]
    less = min(gbp for gbp in amounts if isinstance(gbp, int))
    damaged = [dict(row) for row in rows]
    for at, gbp in zip((first, second), amounts, strict=True):
        assert isinstance(gbp, int)
        damaged[at] |= {"full_year_gbp": gbp - less, "part_year_gbp": gbp - less}
    for number, (giver, receiver) in enumerate(((first, second), (second, first)), start=len(rows) + 1):
        crossed = rows[giver] | {column: rows[receiver][column] for column in TO}
        damaged.append(crossed | {"move": number, "full_year_gbp": less, "part_year_gbp": less})
    kept = [row for row in damaged if row["full_year_gbp"] != 0]
    numbered = [row | {"move": at} for at, row in enumerate(kept, start=1)]
    report = checked(reference, reference.written() | {"moves": numbered})
    assert rules_broken(report) == {"R-12"}
    assert any("as much as can be" in finding.message for finding in report.findings)


def lever(rank: int, scope: str, falls: int) -> dict[str, Cell]:
    return {
        "rank": rank, "rule": "R-02", "scope": scope, "change": 0.01, "unit": "points", "gap_falls_by_gbp": falls,
        "without_rule_falls_by_gbp": 2 * falls, "multiplier_gbp_per_gbp": 1.0, "valid_from_gbp": 1.0,
        "valid_to_gbp": 2.0, "multiplier_where": "north",
    }  # fmt: skip


def bar(parameter: str, end: str, value: float, change: int) -> dict[str, Cell]:
    return {
        "parameter": parameter, "line": "all", "end": end, "value": value, "opening_gap_gbp": 75_000,
        "final_gap_gbp": 62_000 + change, "change_gbp": change,
    }  # fmt: skip


def studies(tiny: Solved) -> Written:
    """Tables a study of tiny might have written: two levers, two assumptions at both ends."""
    written = tiny.written()
    written["levers"] = [
        lever(1, "acute", 5_000),
        lever(2, "acute", 400) | {"rule": "R-03", "scope": "mental_health"},
    ]
    written["tornado"] = [
        bar("growth", "low", 0.02, 3_000), bar("growth", "high", 0.04, -2_000),
        bar("reserve", "low", 0.0, 0), bar("reserve", "high", 0.01, 900),
    ]  # fmt: skip
    return written


def with_ranges() -> Solved:
    """Tiny, with the two assumptions given as ranges."""
    tiny = solved("tiny")
    ranges = (
        AssumptionRange("growth", None, Fraction("0.02"), Fraction("0.04")),
        AssumptionRange("reserve", None, Fraction(0), Fraction("0.01")),
    )
    return replace(tiny, instance=replace(tiny.instance, ranges=ranges))


Damage = Callable[[Written], None]


def no_ranks(written: Written) -> None:
    written["levers"] = written["levers"][1:]


def wrong_order(written: Written) -> None:
    written["levers"][0]["gap_falls_by_gbp"] = 100


def slack_rule(written: Written) -> None:
    written["levers"][1]["scope"] = "acute"


def upside_down_range(written: Written) -> None:
    written["levers"][0]["valid_to_gbp"] = 0.5


def loosened_by_nothing(written: Written) -> None:
    written["levers"][0]["change"] = 0.0


def wrong_change(written: Written) -> None:
    written["tornado"][0]["change_gbp"] = 3_010


def one_end_only(written: Written) -> None:
    del written["tornado"][1]


def widest_last(written: Written) -> None:
    written["tornado"] = [*written["tornado"][2:], *written["tornado"][:2]]


def ends_crossed(written: Written) -> None:
    written["tornado"][0]["value"] = 0.05


def other_range(written: Written) -> None:
    for end in written["tornado"][:2]:
        end["line"] = "acute"


def another_opening(written: Written) -> None:
    written["tornado"][0]["opening_gap_gbp"] = 75_010


def more_room_than_none(written: Written) -> None:
    written["levers"][1]["without_rule_falls_by_gbp"] = 300


def more_than_the_gap(written: Written) -> None:
    written["levers"][0]["without_rule_falls_by_gbp"] = 63_000


def half_a_plan(written: Written) -> None:
    written["tornado"][2]["change_gbp"] = None


DAMAGES: tuple[Damage, ...] = (
    no_ranks, wrong_order, slack_rule, upside_down_range, loosened_by_nothing, wrong_change, one_end_only,
    widest_last, ends_crossed, half_a_plan, other_range, another_opening, more_room_than_none, more_than_the_gap,
)  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_studies_that_do_not_agree_with_themselves_or_the_plan(damage: Damage) -> None:
    tiny = with_ranges()
    written = studies(tiny)
    assert checked(tiny, written, tiny.stage_values).passed
    damage(written)
    assert rules_broken(checked(tiny, written, tiny.stage_values)) == {"studies"}
