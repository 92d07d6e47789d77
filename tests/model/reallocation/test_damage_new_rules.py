"""A correct plan of the tiny instance, with one more rule in force and binding, damaged by as little as breaks it.

Tiny: acute north 420, south 300; mental health north 100, south 180 (thousands); 4 % more money, 1,040. Without any
further rule the plan is 432.8, 300, 120 and 187.2; need 405.6, 270.4, 182 and 182. What keeps the volume of the year
before is v = 1 + .0415 - .02 = 1.0215. Each time only the rule that is broken may speak.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest

from models.reallocation.entities import PlanYear, RingFence, Spillover
from models.reallocation.instance import CellKey, Instance, PlaceLine
from models.reallocation.plan import Plan
from models.shared.findings import CheckReport
from tests.model.reallocation.plans import (
    Solved,
    checked,
    copy_of,
    instance_of,
    rules_broken,
    shipped,
    solved_instance,
)

pytestmark = pytest.mark.model

NORTH_ACUTE, SOUTH_ACUTE = CellKey("north", "acute", "-"), CellKey("south", "acute", "-")
NORTH_MH, SOUTH_MH = CellKey("north", "mental_health", "-"), CellKey("south", "mental_health", "-")


def tiny(years: int = 1, **settings: object) -> Instance:
    """The tiny instance, over more years, with other settings."""
    instance = instance_of(shipped("tiny"))
    plan_years = [PlanYear(f"20{24 + t}/{25 + t}", Fraction("0.04"), Fraction(0)) for t in range(years)]
    return replace(instance, settings=instance.settings.model_copy(update=settings), years=tuple(plan_years))


def with_acute(instance: Instance, **shares: Fraction) -> Instance:
    """Acute with what it costs, or how fast it can go, to be withdrawn."""
    lines = tuple(replace(one, **shares) if one.line == "acute" else one for one in instance.lines)
    return replace(instance, lines=lines)


def moved(case: Solved, change_gbp: Mapping[CellKey, int], t: int = 1) -> CheckReport:
    """The verdict on the plan with some cells of a year changed, every table written in agreement with it."""
    pounds = {cell: list(years) for cell, years in case.plan.allocation_gbp.items()}
    for cell, gbp in change_gbp.items():
        pounds[cell][t] += gbp
    plan = replace(case.plan, allocation_gbp={cell: tuple(years) for cell, years in pounds.items()})
    return checked(case, copy_of(plan.tables()), {"years_to_closure": case.stage_values.get("years_to_closure")})


def rules_of(report: CheckReport) -> set[str]:
    """The rules broken; what the values of the aims then come to is not the question."""
    return rules_broken(report) - {"stages"}


def message_of(report: CheckReport, rule: str) -> str:
    """The first message of a report in which this rule speaks and no other."""
    assert rules_of(report) == {rule}, report.findings
    return next(finding.message for finding in report.findings if finding.rule == rule)


def accepted(case: Solved) -> Solved:
    """A case whose plan the checker accepts as it is, recorded aims and all."""
    report = checked(case, case.written(), case.stage_values)
    assert report.passed, report.findings
    return case


def gbp(case: Solved, cell: CellKey, t: int = 1) -> int:
    return case.plan.allocation_gbp[cell][t]


def test_a_pound_short_of_a_ring_fence() -> None:
    """South's acute is fenced at 305,000, more than its floor."""
    fence = RingFence("bcf_south", "Better Care Fund, South", (SOUTH_ACUTE,), {"2024/25": 305_000})
    case = accepted(solved_instance(replace(tiny(), ring_fences=(fence,))))
    assert gbp(case, SOUTH_ACUTE) == 305_000
    message = message_of(moved(case, {SOUTH_ACUTE: -1, NORTH_ACUTE: 1}), "R-13")
    assert "Better Care Fund, South, 2024/25: £304,999 allocated; must be at least £305,000" in message


def test_a_pound_released_too_fast() -> None:
    """.99 x 300,000 v = 303,385.50: south's acute cannot fall below 303,385."""
    case = accepted(solved_instance(with_acute(tiny(), releasable_share=Fraction("0.01"))))
    assert gbp(case, SOUTH_ACUTE) in (303_385, 303_386)
    less = gbp(case, SOUTH_ACUTE) - 303_384
    message = message_of(moved(case, {SOUTH_ACUTE: -less, NORTH_ACUTE: less}), "R-14")
    assert "south, acute, -, 2024/25: £303,384 allocated; must be at least £303,385" in message


def test_a_pound_of_transition_beyond_the_fund() -> None:
    """Half of what south's acute lies below 306,450: 3,000 pays for 6,000, so 300,450; 2 pounds less cost 1 more."""
    instance = with_acute(tiny(), double_running_share=Fraction("0.5"))
    year = replace(instance.years[0], transition_fund_gbp=3_000)
    case = accepted(solved_instance(replace(instance, years=(year,))))
    less = gbp(case, SOUTH_ACUTE) - 300_447
    message = message_of(moved(case, {SOUTH_ACUTE: -less, NORTH_ACUTE: less}), "R-15")
    assert "2024/25: £3,002 of transition cost; must be at most £3,000 (the fund of £3,000)" in message


def test_transition_beyond_the_limit_over_all_years() -> None:
    instance = with_acute(tiny(1, transition_cost_limit_gbp=3_000), stranded_share=Fraction("0.5"))
    year = replace(instance.years[0], transition_fund_gbp=8_000)
    case = accepted(solved_instance(replace(instance, years=(year,))))
    less = gbp(case, SOUTH_ACUTE) - 300_447
    message = message_of(moved(case, {SOUTH_ACUTE: -less, NORTH_ACUTE: less}), "R-15")
    assert "£3,002 of transition cost; must be at most £3,000 (the limit over all years)" in message


def test_a_pound_for_staff_who_cannot_be_recruited() -> None:
    """280,000 x 1.0415 = 291,620, and 5 people at 1,041.50: mental health gets at most 296,828, 5,208 for staff."""
    instance = tiny(1, mh_cost_per_wte_gbp=1_000)
    year = replace(instance.years[0], mh_recruitment_cap_wte=5)
    case = accepted(solved_instance(replace(instance, years=(year,))))
    more = 296_829 - gbp(case, NORTH_MH) - gbp(case, SOUTH_MH)
    assert 1 <= more <= 3
    message = message_of(moved(case, {NORTH_MH: more, NORTH_ACUTE: -more}), "R-19")
    assert "mental health, 2024/25: £5,209 for more staff; must be at most £5,208" in message


def test_too_little_of_the_gap_closed() -> None:
    """The opening gap is 75,000, 62,000 is the least that can be left; 17 % closed leaves 62,250."""
    case = accepted(solved_instance(tiny(1, required_closure_share=0.17)))
    message = message_of(moved(case, {NORTH_MH: -260, NORTH_ACUTE: 260}), "R-20")
    assert "£62,260 missing; must be at most £62,250 (83 % of £75,000 at the opening): £10 too much" in message


def test_a_pound_above_the_peak_of_all() -> None:
    case = accepted(solved_instance(tiny(1, peak_growth_limit_share=0.15)))
    assert gbp(case, NORTH_MH) == 115_000
    message = message_of(moved(case, {NORTH_MH: 1, NORTH_ACUTE: -1}), "R-22")
    assert "£115,001 allocated; must be at most £115,000 (£100,000 the year before, peak growth 15 %)" in message


def relieved() -> Instance:
    """Each pound of acute above its volume-neutral path spares half a pound of mental health, the same year."""
    return replace(tiny(), spillovers=(Spillover("acute", "mental_health", Fraction("0.5"), 0),))


def test_a_pound_across_the_target_when_relief_is_counted() -> None:
    """South's acute, 6,450 under its path of 306,450, takes 3,225 off mental health, which must stand at 182,000."""
    case = accepted(solved_instance(relieved()))
    path = Fraction(gbp(case, SOUTH_ACUTE)) - Fraction("1.0215") * 300_000
    least = 182_000 - path / 2
    less = gbp(case, SOUTH_MH) - (least.numerator // least.denominator) + 1
    message = message_of(moved(case, {SOUTH_MH: -less, NORTH_ACUTE: less}), "R-06")
    assert "allocated and relieved; must be at least £182,000" in message


def test_a_gap_reopened_after_the_fastest_closure() -> None:
    """With cuts allowed two years are enough; from then on every gap must stay closed."""
    instance = tiny(3, aim="fastest_closure", pace_floor_growth_share=-0.1, mh_growth_cap_share=0.4)
    case = accepted(solved_instance(instance))
    first = case.stage_values["years_to_closure"]
    assert first is not None and first < 3
    report = moved(case, {NORTH_MH: -40, NORTH_ACUTE: 40}, t=round(first))
    assert {"R-08"} <= rules_of(report) <= {"R-08", "R-06"}
    assert all(finding.severity == "note" for finding in checked(case, case.written(), case.stage_values).findings)


@pytest.mark.parametrize(
    ("rule", "settings"),
    [
        ("R-16", {"primary_care_gap_gbp": 10_000}),
        ("R-17", {"delivered_efficiency_share": 0.03}),
        ("R-18", {"running_cost_saving_kept_share": 0.5}),
    ],
)
def test_a_claim_that_the_plan_forgot(rule: str, settings: dict[str, object]) -> None:
    """A plan made without the claim, held against the instance that has it: its money is not there."""
    without = tiny()
    running = tuple(replace(line, is_running_cost=line.cell is None) for line in without.ledger)
    instance = replace(
        without,
        settings=without.settings.model_copy(update=settings),
        ledger=running if rule == "R-18" else without.ledger,
    )
    case = accepted(solved_instance(instance))
    forgetful = Plan(without, {c: (x[0], *(0 for _ in x[1:])) for c, x in case.plan.allocation_gbp.items()})
    report = checked(case, copy_of(forgetful.tables()))
    assert {rule, "R-01"} <= rules_broken(report)


def test_relief_that_the_plan_forgot() -> None:
    case = accepted(solved_instance(relieved()))
    forgetful = Plan(tiny(), case.plan.allocation_gbp)
    report = checked(case, copy_of(forgetful.tables()))
    assert "R-21" in rules_broken(report)


def test_relief_a_pound_off_with_all_else_in_agreement() -> None:
    case = accepted(solved_instance(relieved()))
    written = case.written()
    row = written["allocations"][-1]
    relief, gap, need = row["relief_gbp"], row["gap_gbp"], row["need_gbp"]
    assert isinstance(relief, int) and isinstance(gap, int) and isinstance(need, int) and relief != 0
    row |= {"relief_gbp": relief + 1, "gap_gbp": gap + 1, "gap_share": (gap + 1) / need}
    assert rules_broken(checked(case, written)) == {"R-21"}


def test_the_year_of_closure_is_the_first_in_which_the_plan_is_closed() -> None:
    instance = tiny(3, aim="fastest_closure", pace_floor_growth_share=-0.1, mh_growth_cap_share=0.4)
    case = solved_instance(instance)
    later = case.stage_values | {"years_to_closure": 3.0}
    assert "stages" in rules_broken(checked(case, case.written(), later))


def soft_floor() -> Solved:
    """No floor need be kept on acute, if least of all is missed; the gap must be closed, which cuts it."""
    instance = tiny(1, closure_required=True, mh_growth_cap_share=1.0)
    return solved_instance(replace(instance, soft_order={"R-02": 1}))


def test_a_soft_rule_is_missed_with_a_note_and_its_pounds_are_recorded() -> None:
    """To stand at need acute falls by 14,400 and 29,600, give or take the 25 pounds that count as closed."""
    case = accepted(soft_floor())
    report = checked(case, case.written(), case.stage_values)
    assert [(f.rule, f.severity) for f in report.findings] == [("R-02", "note")]
    missed = case.stage_values["soft_1"]
    assert missed is not None and abs(missed - 44_000) <= 60
    wrong = checked(case, case.written(), case.stage_values | {"soft_1": missed - 100})
    assert rules_broken(wrong) == {"stages"}


def test_a_soft_rule_that_is_missed_must_say_so() -> None:
    case = soft_floor()
    written = case.written()
    row = next(row for row in written["rules"] if (row["rule"], row["scope"]) == ("R-02", "acute"))
    assert row["status"] == "broken_soft"
    row["status"] = "binding"
    assert rules_broken(checked(case, written, case.stage_values)) == {"R-02"}


def test_a_rule_that_is_hard_again_is_broken() -> None:
    """The same plan, held against an instance in which nobody made the floor soft."""
    case = soft_floor()
    hard = Solved(replace(case.instance, soft_order={}), case.outcome, case.plan)
    assert "R-02" in rules_broken(checked(hard, case.written()))


def test_aims_out_of_their_order() -> None:
    case = solved_instance(tiny(1, aim="least_disruption"))
    assert checked(case, case.written(), case.stage_values).passed
    backwards = dict(reversed(case.stage_values.items()))
    report = checked(case, case.written(), backwards)
    assert report.findings[0].message.endswith("not the order of the aims")


def test_the_gap_counted_as_a_share_of_need() -> None:
    case = accepted(solved_instance(tiny(1, gap_counted_in="share_of_need")))
    value = case.stage_values["final_year_gap_share"]
    assert value is not None and "final_year_gap" not in case.stage_values
    assert rules_broken(
        checked(case, case.written(), case.stage_values | {"final_year_gap_share": value + 1e-3})
    ) == {"stages"}


def test_a_place_and_line_listed_at_the_wrong_level() -> None:
    case = solved_instance(tiny())
    written = case.written()
    first, second = written["worst_cells"][:2]
    first["level"], second["level"] = second["level"], first["level"]
    assert rules_broken(checked(case, written, case.stage_values)) == {"stages"}


def test_need_in_pounds_is_held_to_what_was_given() -> None:
    base = tiny(1, line_need_basis="pounds")
    given = {
        (PlaceLine(place, line), year): gbp
        for place, line, gbp in (
            ("north", "acute", 400_000), ("south", "acute", 280_000), ("north", "mental_health", 190_000),
            ("south", "mental_health", 170_000),
        )
        for year in ("2023/24", "2024/25")
    }  # fmt: skip
    case = accepted(solved_instance(replace(base, need_targets_gbp=given)))
    other = replace(base, need_targets_gbp=given | {(PlaceLine("south", "acute"), "2024/25"): 280_010})
    assert "R-10" in rules_broken(checked(Solved(other, case.outcome, case.plan), case.written()))
