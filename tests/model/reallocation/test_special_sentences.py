"""What is said only when it happens: each in an instance where it does, against closed forms and whole solves."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest

from models.reallocation.explain.basis import basis_sentences
from models.reallocation.explain.tornado import Bar, End, Tornado
from models.reallocation.instance import Instance
from models.reallocation.problem import ReallocationCase
from models.reallocation.words import gbp_words
from models.shared.parsing import RawTable
from models.shared.problem import Explanation, SolveOptions
from solvers.types import Unwatched
from tests.model.reallocation.plans import checked, shipped, solved, solved_instance
from tests.model.reallocation.test_levers import gap_with, with_settings
from tests.model.reallocation.told import explained

pytestmark = pytest.mark.model


def told_of(instance: Instance, without: frozenset[str] = frozenset()) -> dict[str, Explanation]:
    """All that is told of an instance, solved first."""
    case, options = ReallocationCase(instance, {"synthetic": 1}), SolveOptions(without_rules=without)
    outcome = case.solve(options, Unwatched())
    assert outcome.decisions is not None, outcome.reason
    return {one.id: one for one in case.explain(outcome, options, Unwatched()).sentences}


def line_level(**settings: object) -> dict[str, Explanation]:
    return told_of(with_settings(shipped("line_level"), **settings))


def number(told: dict[str, Explanation], name: str, key: str) -> float:
    return float(told[name].numbers[key])


def test_more_growth_widens_the_gap_under_a_fixed_cap_and_the_break_even_cap_undoes_it() -> None:
    """Capped at 8 %, the gap grows from £63.5m to £87.5m with a point more growth (published, line level)."""
    told = line_level(growth_share=0.03, mh_growth_cap_share=0.08)
    assert told["more-growth"].headline
    assert number(told, "more-growth", "change_gbp") == pytest.approx(24.0e6, abs=0.2e6)
    points = number(told, "break-even-cap", "cap_points")
    raised = gap_with("line_level", growth_share=0.04, mh_growth_cap_share=0.08 + points / 100)
    assert raised <= number(told, "best-rules", "gap_gbp") + 2000
    less = gap_with("line_level", growth_share=0.04, mh_growth_cap_share=0.08 + (points - 0.02) / 100)
    assert less > number(told, "best-rules", "gap_gbp")
    assert number(told, "break-even-cap", "straight_share") == pytest.approx(1.04 * 1.25 ** (1 / 3) - 1, abs=1e-6)


def test_flat_continuing_healthcare_is_what_closes_the_gap_at_three_per_cent() -> None:
    """Rising 5 % a year it ends 32.3m above its need, and nothing can take that from it."""
    told = line_level(growth_share=0.03)
    assert told["chc-chc"].headline
    assert number(told, "chc-chc", "gap_gbp") == 0
    assert number(told, "chc-chc", "owed_gbp") == pytest.approx(32.3e6, abs=0.05e6)
    raw = shipped("line_level")
    rows = tuple((year, "", "0", "0.05", "0", "assumption") for year in ("2024/25", "2025/26", "2026/27"))
    header = ("year", "place", "volume_growth_share", "price_growth_share", "value_for_money_share", "provenance")
    table = RawTable("chc_forecast", "chc_forecast.csv", header, rows, (2, 3, 4))
    rising = told_of(with_settings(replace(raw, tables={**raw.tables, "chc_forecast": table}), growth_share=0.03))
    assert number(rising, "gap-final", "gap_gbp") == pytest.approx(number(told, "chc-chc", "then_gbp"), abs=4)
    assert number(rising, "chc-chc", "owed_gbp") == pytest.approx(number(rising, "gap-final", "gap_gbp"), abs=4)


def test_theta_is_always_told_and_what_it_would_change() -> None:
    """At nought too; the published gaps of 12.8 and 25.6 (over and under together) are 6.4 and 12.8 counted once."""
    told = line_level(growth_share=0.03)
    theta = told["theta-community"]
    assert theta.headline and "is set at 0" in theta.sentence
    assert "shift out of hospital" in theta.sentence
    assert number(told, "theta-community", "gap_at_0_5_gbp") == pytest.approx(6.4e6, abs=0.05e6)
    assert number(told, "theta-community", "gap_at_1_gbp") == pytest.approx(12.8e6, abs=0.05e6)


def test_the_years_it_takes_are_those_of_the_closed_form() -> None:
    """Five years under a cap of 8 % at 3 % growth, four under 10 % (published, line level)."""
    for cap, years, year in ((0.08, 5, "2028/29"), (0.10, 4, "2027/28")):
        told = line_level(growth_share=0.03, mh_growth_cap_share=cap)
        assert told["best-year"].numbers == {"year": year, "years": years}
        assert number(told, "precheck-mental_health", "years_at_cap") == years


def test_with_gentleness_first_what_if_sentences_keep_to_the_peak_growth_of_the_plan() -> None:
    """All grow by 3 %: theta does not bring the gap to £6.4m, as at full speed, and no later year is better."""
    told = line_level(aim="least_disruption", growth_share=0.03)
    gap = number(told, "gap-final", "gap_gbp")
    assert number(told, "theta-community", "gap_at_0_5_gbp") > gap
    assert "this plan's peak growth" in told["best-year"].sentence
    assert told["best-year"].numbers["year"] == "2026/27"
    assert number(told, "best-year", "gap_gbp") == pytest.approx(gap, abs=4)


def test_what_would_lift_it_is_the_closed_form() -> None:
    """At 3 % growth the cap must come to 10.95 %; at 2 % without a cap the floor must come to -0.89 %."""
    capped = line_level(growth_share=0.03, mh_growth_cap_share=0.08)
    assert number(capped, "best-cap", "points") == pytest.approx(2.96, abs=0.011)
    assert number(capped, "best-cap", "straight_mental_health_share") == pytest.approx(0.109534, abs=1e-5)
    assert "does not close" in capped["best-cut"].sentence
    slow = line_level(growth_share=0.02)
    assert number(slow, "best-cut", "points") == pytest.approx(0.89, abs=0.011)
    assert number(slow, "best-cut", "straight_community_share") == pytest.approx(1.02 / 1.09 ** (1 / 3) - 1, abs=1e-5)
    assert number(slow, "best-any", "gap_gbp") <= 1
    assert number(slow, "best-without-R-02", "gap_gbp") <= 1


def test_primary_care_and_missed_efficiency_are_told_in_pounds() -> None:
    settings = {"growth_share": 0.03, "primary_care_gap_gbp": 30_000_000, "delivered_efficiency_share": 0.035}
    told = line_level(**settings, efficiency_base="in_scope")
    assert told["primary-care"].headline
    assert number(told, "primary-care", "first_gbp") == 10_000_000
    assert number(told, "primary-care", "claim_gbp") == 30_000_000
    money = [4_200_000_000 * 1.03**t - 10_000_000 * t for t in (1, 2, 3)]
    assert number(told, "break-even", "missed_gbp") == pytest.approx(0.002 * sum(money), abs=10)
    assert number(told, "break-even", "asked_gbp") == pytest.approx(0.037 * sum(money), abs=10)
    assert "comes off" in told["break-even"].sentence


def test_efficiency_delivered_as_asked_is_not_counted_again() -> None:
    told = line_level(growth_share=0.03)
    assert "not counted again" in told["break-even"].sentence
    assert "primary-care" in told and not told["primary-care"].headline


def test_money_that_cannot_be_placed_is_told() -> None:
    """Growth of 5 % where no line may grow by more than 4 %: a little over 1 % of £4.2bn in the first year."""
    settings = {"growth_share": 0.05, "pace_cap_growth_share": 0.04, "mh_growth_cap_share": 0.04}
    told = told_of(with_settings(shipped("line_level"), **settings), frozenset({"R-04", "R-06"}))
    left = sum(4_200_000_000 * (1.05**t - 1.04**t) for t in (1, 2, 3))
    assert number(told, "unallocated", "left_gbp") == pytest.approx(left, abs=20)
    assert told["unallocated"].headline


def test_need_in_pounds_is_told_with_what_it_is_short_of() -> None:
    """Need of £5.0bn a year against 4.2bn growing by 3 %: 4,589m in the last year, so 411m short; no range of q."""
    raw, share = shipped("line_level"), {"acute": 3.2, "community": 0.7, "mental_health": 0.9, "chc": 0.2}
    years = ("2023/24", "2024/25", "2025/26", "2026/27")
    rows = tuple(
        ("nwl", line, year, str(round(bn * 1e9)), "assumption") for line, bn in share.items() for year in years
    )
    header = ("place", "line", "year", "need_gbp", "provenance")
    table = RawTable("need_targets", "need_targets.csv", header, rows, tuple(range(2, len(rows) + 2)))
    raw = replace(raw, tables={**raw.tables, "need_targets": table})
    told = told_of(with_settings(raw, growth_share=0.03, line_need_basis="pounds"))
    assert number(told, "need-basis", "short_gbp") == pytest.approx(5.0e9 - 4.2e9 * 1.03**3, abs=2)
    assert "more than the money" in told["need-basis"].sentence
    assert "single figure" in told["gap-range"].sentence
    assert number(told, "gap-final", "under_gbp") - number(told, "gap-final", "over_gbp") == pytest.approx(
        number(told, "need-basis", "short_gbp"), abs=4
    )


def test_transition_and_running_costs_of_the_reference_are_headlines_or_told() -> None:
    told = {one.id: one for one in explained("nwl").sentences}
    assert told["transition"].headline
    assert number(told, "transition", "cost_gbp") > 10e6
    assert number(told, "running-costs", "base_gbp") > number(told, "running-costs", "last_gbp")
    assert re.search(r"recruit about [\d,]+ whole-time equivalents", told["staff"].sentence)


def softly(rules: tuple[str, ...], **settings: object) -> Instance:
    """Tiny with rules made soft, each in an order of its own."""
    raw = shipped("tiny")
    rows = tuple((rule, str(order), "assumption") for order, rule in enumerate(rules, start=1))
    header, lines = ("rule", "order", "provenance"), tuple(range(2, len(rows) + 2))
    soft = RawTable("soft_rules", "soft_rules.csv", header, rows, lines)
    return with_settings(replace(raw, tables={**raw.tables, "soft_rules": soft}), **settings)


def test_a_missed_soft_rule_is_told_first_of_what_stops_us_and_as_the_checker_has_it() -> None:
    """Tiny cannot be closed: its acute stands over need at its floor, and mental health under it at its cap."""
    instance = softly(("R-03", "R-08"), closure_required=True, mh_growth_cap_share=0.2)
    told, case = told_of(instance), solved_instance(instance)
    missed = {one.rule: one.message for one in checked(case, case.written()).findings if one.severity == "note"}
    missed = {rule: message for rule, message in missed.items() if message.startswith("soft: ")}
    assert missed and {f"soft-missed-{rule}" for rule in missed} == {one for one in told if one.startswith("soft-")}
    first = next(one for one in told.values() if one.section == "What stops us")
    assert (
        first.id == f"soft-missed-{min(missed)}" and first.headline and "is soft and is missed by £" in first.sentence
    )
    for rule, message in missed.items():
        assert f"by £{number(told, f'soft-missed-{rule}', 'missed_gbp'):,.0f} in all" in message
        rooms = [int(str(row["headroom_gbp"])) for row in case.written()["rules"] if row["rule"] == rule]
        assert number(told, f"soft-missed-{rule}", "furthest_gbp") == -min(rooms)
    aims = ReallocationCase(instance, {}).view(case.written())[0]
    assert [row[:2] for row in aims.rows] == [("soft 1", "R-03"), ("soft 2", "R-08")]


def test_a_soft_rule_that_is_kept_is_not_told() -> None:
    assert not any(one.startswith("soft-") for one in told_of(softly(("R-02", "R-08"))))


def test_money_unspent_closes_no_gap() -> None:
    """North's mental health takes its cap, 62 short of 75 as today; 18 are left unspent to keep others at need."""
    told = told_of(softly(("R-08",), closure_required=True))
    assert number(told, "gap-final", "closed_share") == pytest.approx(1 - 62 / 75, abs=1e-3)
    assert number(told, "gap-final", "unspent_gbp") == pytest.approx(18_000, abs=50)
    assert "£62k is missing to need" in told["gap-final"].sentence
    assert "17.3 % of what was missing is now there" in told["gap-final"].sentence
    assert "is closed" not in told["gap-final"].sentence


@pytest.mark.parametrize(
    ("counts", "wanted"),
    [
        (
            {"synthetic": 1, "assumption": 1},
            "50.0 % of the input figures are synthetic (nobody's real budget), 50.0 %",
        ),
        ({"synthetic": 2}, "100.0 % of the input figures are synthetic (nobody's real budget), none assumptions"),
        ({"plan": 1, "assumption": 1}, "None of the input figures is synthetic, 50.0 % are assumptions"),
        ({"plan": 2}, "No input figure is marked as synthetic or as an assumption"),
    ],
)
def test_none_is_said_as_none(counts: dict[str, int], wanted: str) -> None:
    assert basis_sentences(solved("tiny").instance, counts)[0].sentence.startswith(wanted)


def test_theta_is_pounds_a_pound_in_every_sentence_and_table() -> None:
    theta = Bar("theta", "community", End(Fraction(0), 5, 4), End(Fraction(1, 2), 5, 3), 4)
    instance = solved("line_level").instance
    told = basis_sentences(instance, {"plan": 1}, Tornado(4, (theta,)))
    assert "at 0.5 the gap" in next(one.sentence for one in told if one.id == "tornado-1")
    tables = {**solved("line_level").written(), "tornado": Tornado(4, (theta,)).rows()}
    assert ReallocationCase(instance, {}).view(tables)[-1].rows[0][2:4] == ("0", "0.5")


@pytest.mark.parametrize(
    ("gbp", "words"),
    [
        (75e9, "£75.0bn"),
        (-12.64e9, "-£12.6bn"),
        (9_999.96e6, "£10.0bn"),
        (9_999.9e6, "£9,999.9m"),
        (4.2e9, "£4,200.0m"),
    ],
)
def test_pounds_are_billions_from_ten_of_them_up(gbp: float, words: str) -> None:
    assert gbp_words(gbp) == words
