"""What a little more room buys, and what the gap hangs on: each against a solve that knows nothing of studies."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest

from models.reallocation.building import build_instance
from models.reallocation.explain.figures import Figures
from models.reallocation.explain.levers import Levers, find_levers
from models.reallocation.explain.tornado import Tornado, tornado
from models.reallocation.explain.what_if import load_studied, with_more_money, with_more_years
from models.reallocation.formulation.limit import Limit
from models.reallocation.horizon import build_valid, with_years
from models.reallocation.instance import Instance
from models.reallocation.method import solve
from models.reallocation.method.loaded import LoadedModel
from models.reallocation.method.loosen import LOOSENINGS, group_of
from models.reallocation.tables import REGISTER
from models.shared.parsing import RawInstance, parse_instance
from models.shared.problem import Outcome, SolveOptions
from solvers.types import Unwatched
from tests.model.reallocation.plans import as_read, check, instance_of, shipped, solved
from tests.model.reallocation.told import explained, sentence, written

pytestmark = pytest.mark.model

NOTHING_LEFT_OUT: frozenset[str] = frozenset()


@cache
def loaded(name: str) -> LoadedModel:
    return load_studied(solved(name).instance, NOTHING_LEFT_OUT)


@cache
def levers(name: str) -> Levers:
    found = find_levers(Figures(solved(name).plan), loaded(name), NOTHING_LEFT_OUT, Unwatched())
    assert found is not None
    return found


def with_settings(raw: RawInstance, **settings: object) -> Instance:
    """The instance as it would be read with other settings in instance.toml."""
    held = raw.header["settings"]
    assert isinstance(held, dict)
    header = {**raw.header, "settings": {**held, **settings}}
    return build_instance(parse_instance(REGISTER, replace(raw, header=header)))


def gap_of(outcome: Outcome) -> float:
    value = next(stage.value for stage in outcome.stages if stage.name == "final_year_gap")
    assert value is not None
    return value


def gap_with(name: str, **settings: object) -> float:
    return gap_of(solve(with_settings(shipped(name), **settings), SolveOptions(), Unwatched()))


def test_levers_are_ranked_by_what_they_buy_and_the_checker_agrees() -> None:
    rows = explained("nwl").studies["levers"]
    falls = [int(str(row["gap_falls_by_gbp"])) for row in rows]
    assert falls == sorted(falls, reverse=True)
    assert falls[0] > 1_000_000
    case, studies = solved("nwl"), explained("nwl").studies
    tables = as_read({**case.written(), **{name: [dict(row) for row in rows] for name, rows in studies.items()}})
    report = check(case.instance, tables, case.stage_values)
    assert not [one for one in report.findings if one.severity == "error"]


def test_a_lever_is_what_a_whole_solve_with_that_point_says() -> None:
    """A point off every floor at once is the setting of the floor; the levers of its lines are parts of that."""
    now, lower = (
        gap_with("line_level", growth_share=0.02),
        gap_with("line_level", growth_share=0.02, pace_floor_growth_share=-0.01),
    )
    assert now == pytest.approx(21_962_000, abs=50_000)
    assert lower == pytest.approx(0.0, abs=100)
    told = {one.id: one for one in explained("line_level", "line_level_growth_2_percent").sentences}
    floors = [one for one in told.values() if one.id.startswith("stop-") and one.rule == "R-02"]
    assert sum(float(one.numbers["falls_gbp"]) for one in floors) == pytest.approx(now - lower, rel=0.35)


@pytest.mark.parametrize("name", ["nwl"])
def test_multipliers_are_what_a_thousand_pounds_either_way_buys(name: str) -> None:
    """Where the limit stands well inside the range of its multiplier, both ways; at an end of it, not in general."""
    tried = 0
    for lever in levers(name).ranked:
        multiplier = lever.multiplier
        if multiplier is None or multiplier.is_one_of_several:
            continue
        row = next(row for row, limit in loaded(name).limits.items() if limit == multiplier.limit)
        limit = multiplier.limit
        assert isinstance(limit, Limit)
        ends = (multiplier.valid_from_gbp, multiplier.valid_to_gbp)
        assert all(end is None or abs(end - multiplier.at_gbp) > 1000 for end in ends)
        for gbp in (1000, -1000):
            moved = replace(limit, constant_gbp=limit.constant_gbp + (-gbp if limit.side == "least" else gbp))
            best = loaded(name).best({row: moved})
            assert best is not None
            bought = levers(name).now.final_year_gap_gbp - best.final_year_gap_gbp
            assert bought == pytest.approx(gbp * multiplier.gbp_per_gbp, abs=0.5), (lever.group, gbp)
        tried += 1
    assert tried >= 2


def test_a_rule_without_which_the_gap_is_lower_buys_at_least_as_much_as_a_point_of_it() -> None:
    for lever in levers("nwl").ranked:
        if lever.group.rule in LOOSENINGS:
            assert lever.dropped_gbp >= lever.falls_by_gbp - 2, lever


def test_a_million_more_is_a_million_more_to_spend_each_year() -> None:
    instance = solved("nwl").instance
    richer = with_more_money(instance, 1_000_000)
    reserve, fund = instance.settings.reserve_share, instance.settings.transition_fund_share
    more = richer.money[1].spendable_gbp - instance.money[1].spendable_gbp
    assert more == pytest.approx(1_000_000 * (1 - reserve - fund), abs=2)
    assert [year.base_growth_share for year in richer.years] == [year.base_growth_share for year in instance.years]


@cache
def bars(name: str) -> Tornado:
    found = tornado(Figures(solved(name).plan), NOTHING_LEFT_OUT, Unwatched())
    assert found is not None
    return found


def test_the_tornado_is_widest_first_and_an_end_is_a_whole_solve() -> None:
    widths = [bar.width_gbp for bar in bars("line_level").bars]
    assert widths == sorted(widths, reverse=True)
    rows = {(str(row["parameter"]), str(row["end"])): row for row in written("nwl").rows("tornado")}
    told = int(str(rows["growth", "high"]["final_gap_gbp"]))
    assert gap_with("nwl", growth_share=0.044) == pytest.approx(told, abs=3)
    assert rows["growth", "low"]["final_gap_gbp"] is None  # at 1 % the shipped scenario without a cut has no plan


def test_the_range_of_today_has_the_published_ends() -> None:
    """At q = .12 the gap between lines is £135.9m, at .25 it is £164.3m; the headline lies between."""
    numbers = sentence("line_level", "gap-today").numbers
    assert numbers["low_gbp"] == pytest.approx(135.9e6, abs=0.05e6)
    assert numbers["high_gbp"] == pytest.approx(164.3e6, abs=0.05e6)
    for name in ("line_level", "nwl"):
        for when in ("gap-today", "gap-final"):
            numbers = sentence(name, when).numbers
            here = float(numbers["over_gbp"])
            assert float(numbers["low_gbp"]) <= here + 2 and here <= float(numbers["high_gbp"]) + 2


def test_every_row_has_one_group_and_a_group_its_rows() -> None:
    groups = {group_of(limit) for limit in loaded("nwl").limits.values() if limit.rule in LOOSENINGS}
    assert len(groups) > 10
    assert {lever.group for lever in levers("nwl").ranked if lever.group.rule != "R-01"} <= groups


def test_more_years_go_on_as_the_last_one() -> None:
    instance = instance_of(shipped("nwl"))
    longer = with_more_years(instance, 10)
    assert longer.year_names[-1] == "2033/34"
    assert list(longer.money[:4]) == list(instance.money)
    assert all(Fraction(year.growth_share) == instance.years[-1].growth_share for year in longer.years[3:])
    raw = build_valid(with_years(shipped("nwl"), 10))
    assert (longer.years, longer.money) == (raw.years, raw.money)
    assert set(longer.chc_forecast) == set(raw.chc_forecast)
    assert [fence.minimum_gbp for fence in longer.ring_fences] == [fence.minimum_gbp for fence in raw.ring_fences]
    assert {row.year for row in longer.chc_forecast} == {year.year for year in longer.years}
    assert all(set(fence.minimum_gbp) == {year.year for year in longer.years} for fence in longer.ring_fences)
