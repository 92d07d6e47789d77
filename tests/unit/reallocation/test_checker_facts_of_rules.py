"""What the checker works out for the first claims, bands, relief and withdrawal, against arithmetic on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from models.reallocation.checker.book import Book
from models.reallocation.checker.facts import Facts
from models.reallocation.checker.on_withdrawal import withdrawal
from models.reallocation.checker.shares import weighted_heads
from models.reallocation.entities import PaceBand, PaceRow, PlanYear, Spillover
from models.reallocation.instance import CellKey, Instance, PlaceLine
from models.shared.cells import Cell
from tests.model.reallocation.plans import as_read, instance_of, shipped

pytestmark = pytest.mark.unit

NORTH_ACUTE, NORTH_MH = PlaceLine("north", "acute"), PlaceLine("north", "mental_health")
SOUTH_ACUTE = PlaceLine("south", "acute")


def tiny(years: int = 1, **settings: object) -> Instance:
    """The tiny instance, over more years, with other settings."""
    instance = instance_of(shipped("tiny"))
    named = [f"20{24 + t}/{25 + t}" for t in range(years)]
    return replace(
        instance,
        settings=instance.settings.model_copy(update=settings),
        years=tuple(PlanYear(year, Fraction("0.04"), Fraction(0)) for year in named),
    )


def book_of(instance: Instance, pounds: Mapping[PlaceLine, Sequence[int]]) -> Book:
    """A plan of which only the allocations are looked at: some places' lines as given, the others as opened."""
    facts = Facts(instance)
    rows: list[dict[str, Cell]] = []
    for cell in facts.cells:
        for t, year in enumerate(facts.years):
            opened = [facts.opening[cell]] * len(facts.years)
            gbp = pounds.get(PlaceLine(cell.place, cell.line), opened)[t]
            others = dict.fromkeys(("need_gbp", "gap_gbp", "relief_gbp", "real_gbp", "volume_gbp"), 0)
            key = {"place": cell.place, "line": cell.line, "provider": cell.provider, "year": year}
            rows.append({**key, "allocation_gbp": gbp, **others})
    return Book(facts, as_read({"allocations": rows}), {})


def first_claims() -> Instance:
    """Everything that comes off first, at once; the 240,000 out of scope are running costs."""
    instance = tiny(
        3, primary_care_gap_gbp=30_000, running_cost_saving_kept_share=0.5, delivered_efficiency_share=0.032,
        reserve_share=0.01, transition_fund_share=0.005,
    )  # fmt: skip
    ledger = tuple(replace(line, is_running_cost=line.cell is None) for line in instance.ledger)
    first, second, third = instance.years
    years = (
        first,
        replace(second, delivered_efficiency_share=Fraction("0.037"), transition_fund_gbp=9_000),
        replace(third, delivered_efficiency_share=Fraction("0.04")),
    )
    return replace(instance, ledger=ledger, years=years)


def test_primary_care_is_paid_first_in_equal_steps() -> None:
    assert [money.primary_care for money in Facts(first_claims()).money] == [0, 10_000, 20_000, 30_000]


def test_running_costs_come_down_by_the_year_they_are_due_and_stay_there() -> None:
    """240,000 less 30 % by 2025/26, two steps after 2023/24; half of what is saved is kept."""
    money = Facts(first_claims()).money
    assert [year.running_costs for year in money] == [240_000, 204_000, 168_000, 168_000]
    assert [year.in_scope for year in money] == [
        1_000_000,
        1_040_000 - 10_000 + 18_000,
        1_081_600 - 20_000 + 36_000,
        1_124_864 - 30_000 + 36_000,
    ]


def test_a_cut_due_in_the_base_year_is_made_at_once() -> None:
    instance = first_claims()
    settings = instance.settings.model_copy(update={"running_cost_cut_by_year": "2023/24"})
    money = Facts(replace(instance, settings=settings)).money
    assert [year.running_costs for year in money] == [240_000, 168_000, 168_000, 168_000]


def test_what_is_missed_of_breaking_even_comes_off_every_year_after() -> None:
    """.5 % of 1,300,000 is 6,500; nothing of 1,352,000; .3 % of 1,406,080 delivered beyond it is 4,218.24."""
    money = Facts(first_claims()).money
    assert [year.allocation for year in money] == [1_250_000, 1_300_000, 1_352_000, 1_406_080]
    assert [year.break_even for year in money] == [0, 6_500, 6_500, 2_282]


def test_breaking_even_may_be_a_share_of_the_money_in_scope() -> None:
    """.5 % of 1,048,000 is 5,240, then .3 % of 1,130,864 is 3,392.592: 1,847.408 is left to find."""
    instance = first_claims()
    settings = instance.settings.model_copy(update={"efficiency_base": "in_scope"})
    money = Facts(replace(instance, settings=settings)).money
    assert [year.break_even for year in money] == [0, 5_240, 5_240, 1_847]


def test_what_is_left_after_all_of_it_is_spendable() -> None:
    money = Facts(first_claims()).money
    assert [year.reserve for year in money] == [0, 10_480, 10_976, 11_309]
    assert [year.fund for year in money] == [0, 5_240, 9_000, 5_654]
    assert [year.spendable for year in money] == [1_000_000, 1_025_780, 1_071_124, 1_111_619]
    for year in money:
        assert year.allocation == year.out_of_scope + year.break_even + year.reserve + year.fund + year.spendable


def test_need_in_pounds_is_as_given() -> None:
    given = {
        (key, year): 1_000 * at + t
        for at, key in enumerate(Facts(tiny()).place_lines, start=1)
        for t, year in enumerate(("2023/24", "2024/25"))
    }
    facts = Facts(replace(tiny(1, line_need_basis="pounds"), need_targets_gbp=given))
    assert list(facts.need[NORTH_ACUTE]) == [1_000, 1_001]
    assert facts.opening == Facts(tiny()).opening


def test_pace_by_distance_from_need_lies_on_straight_lines() -> None:
    """North's acute opens 420 / 390 - 1 = 1 / 13 over need: between 0 (6 %) and .1 (2 %) at 6 - 40 / 13 %.

    South's, 300 / 260 - 1 = 2 / 13 over, lies beyond the last row. Mental health has bands of its own.
    """
    bands = (
        PaceBand(None, Fraction("0.1"), None, Fraction("0.02")),
        PaceBand(None, Fraction(0), Fraction("-0.01"), Fraction("0.06")),
        PaceBand("mental_health", Fraction(0), None, Fraction("0.3")),
    )
    pace = Facts(replace(tiny(), pace_bands=bands)).pace
    assert pace[NORTH_ACUTE].cap == Fraction("0.06") - Fraction("0.4") / 13
    assert pace[SOUTH_ACUTE].cap == Fraction("0.02")
    assert pace[NORTH_ACUTE].floor == pace[SOUTH_ACUTE].floor == Fraction("-0.01")
    assert [pace[NORTH_MH].floor, pace[NORTH_MH].cap] == [0, Fraction("0.3")]
    row = PaceRow("acute", "north", None, Fraction("0.05"))
    assert Facts(replace(tiny(), pace_bands=bands, pace=(row,))).pace[NORTH_ACUTE].cap == Fraction("0.05")


def test_relief_is_what_was_spent_upstream_above_the_path_that_keeps_its_volume() -> None:
    """Half of it, a year later; v = 1 + .0415 - .02 = 1.0215. Year 1 feels year 0, which is the path itself.

    Year 2 feels 150,000 - 102,150 = 47,850, so 23,925; year 3 feels 90,000 less 100,000 v^2, below nothing.
    """
    spill = Spillover("mental_health", "acute", Fraction("0.5"), 1)
    instance = replace(tiny(3), spillovers=(spill,))
    book = book_of(instance, {NORTH_MH: [100_000, 150_000, 90_000, 100_000]})
    relief = [book.relief(NORTH_ACUTE, t) for t in range(4)]
    assert relief[:3] == [0, 0, 23_925]
    assert relief[3] == (90_000 - 100_000 * Fraction("1.0215") ** 2) / 2
    assert book.against_need(NORTH_ACUTE, 2) == 443_925
    assert book.relief(NORTH_MH, 3) == 0


def test_relief_without_a_lag_is_felt_the_same_year() -> None:
    spill = Spillover("mental_health", "acute", Fraction(1), 0)
    book = book_of(replace(tiny(), spillovers=(spill,)), {NORTH_MH: [100_000, 110_000]})
    assert [book.relief(NORTH_ACUTE, t) for t in (0, 1)] == [0, 110_000 - 102_150]


def test_withdrawal_is_below_last_years_volume_and_costs_double_running_and_what_is_stranded() -> None:
    """North's acute: 420,000 v = 429,030, cut to 400,000: half of that run twice, and a tenth stranded."""
    instance = tiny()
    lines = tuple(
        replace(line, double_running_share=Fraction("0.5"), stranded_share=Fraction("0.1"))
        if line.line == "acute"
        else line
        for line in instance.lines
    )
    book = book_of(replace(instance, lines=lines), {NORTH_ACUTE: [420_000, 400_000], SOUTH_ACUTE: [300_000, 320_000]})
    gone = withdrawal(book, [CellKey("north", "acute", "-"), CellKey("south", "acute", "-")], 1)
    assert gone is not None and gone.withdrawn == 29_030
    assert [gone.double_running, gone.stranded, gone.cost] == [14_515, 2_903, 17_418]


def test_heads_are_weighted_by_need_for_the_line_with_weights_that_sum_to_one() -> None:
    """Doubling all weights of a line changes nobody's need, and no head."""
    instance = tiny()
    heads = weighted_heads(instance, NORTH_ACUTE)
    doubled = {of: 2 * weight for of, weight in instance.need_weights.items()}
    assert heads is not None and heads > 0
    assert weighted_heads(replace(instance, need_weights=doubled), NORTH_ACUTE) == heads
    assert weighted_heads(instance_of(shipped("nwl")), PlaceLine("unplaced", "acute")) is None


def test_a_concession_for_the_line_goes_before_that_for_every_line() -> None:
    conceded = {("R-08", None): Fraction("0.01"), ("R-08", "acute"): Fraction("0.02")}
    facts = Facts(replace(tiny(), concessions=conceded))
    assert facts.concession("R-08", "acute") == Fraction("0.02")
    assert facts.concession("R-08", "mental_health") == Fraction("0.01")
    assert facts.concession("R-06", "acute") == 0
    assert facts.near_gbp(NORTH_ACUTE, 1) == 25 + Fraction("0.02") * 405_600
