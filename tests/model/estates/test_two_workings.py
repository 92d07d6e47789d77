"""The model and the checker work everything out separately; on random estates and random days they must agree.

A difference says that one of them misreads the definitions in the problem's README.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pytest

from models.estates.baselines import todays_estate
from models.estates.cash import CashBook
from models.estates.checker import aims_of, cash_by_dates, refused_by
from models.estates.checker.cash import LEDGER_OF_ITEM
from models.estates.checker.facts import demand_of, facts_of
from models.estates.checker.refusals import could_be_handed_back
from models.estates.demand import planning_demand
from models.estates.eligibility import eligibility
from models.estates.entities import Suite
from models.estates.geography import travel_minutes
from models.estates.instance import EstatesInstance
from models.estates.tables_of.values import stage_values
from models.shared.calendar import add_months
from tests.model.estates.plans import as_read, checked, generated, instance_of, rules_broken, shipped, solve

pytestmark = pytest.mark.model

SEEDS = (11, 12, 13)


def random_estate(seed: int) -> EstatesInstance:
    """A small generated estate with odd shares, so that few amounts are whole."""
    draw = random.Random(seed)
    instance = instance_of(generated(seed, sites=5, periods=2))
    changes = {
        "avoidable_share_part": draw.choice([0.5, 0.8, 0.83, 1.0]),
        "avoidable_share_whole": draw.choice([0.7, 0.95, 1.0]),
        "discount_rate_share": draw.choice([0.0, 0.035]),
        "virtual_share_last": draw.choice([0.2, 0.45]),
        "travel_mode": draw.choice(["walk", "public_transport", "car"]),
        "travel_limit_minutes": 600,
        "added_minutes_limit": 600,
    }
    return replace(instance, settings=instance.settings.model_copy(update=changes))


def random_day(draw: random.Random, suite: Suite) -> dt.date | None:
    """A first of a month, the lease's break or end, or no day at all."""
    days = [add_months(dt.date(2026, 4, 1), draw.randrange(36)), suite.lease_break, suite.lease_end, None]
    day = draw.choice(days)
    return day if day is None or day < dt.date(2029, 4, 1) else None


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_pounds_for_any_suite_on_any_day(seed: int) -> None:
    instance = random_estate(seed)
    draw = random.Random(seed)
    for _ in range(4):
        dates = {suite.suite_id: random_day(draw, suite) for suite in instance.suites}
        chosen = {suite: day for suite, day in dates.items() if day is not None}
        ours, book = cash_by_dates(instance, chosen), CashBook(instance)
        for suite in instance.suites:
            core_date = chosen.get(instance.site(suite.site_id).core_suite)
            if core_date is not None and chosen.get(suite.suite_id, core_date) > core_date:
                continue
            theirs: dict[tuple[str, str], int] = {}
            for line in book.lines(suite, chosen.get(suite.suite_id), core_date):
                assert line.ledger == LEDGER_OF_ITEM[line.item]
                theirs[line.item, line.year] = theirs.get((line.item, line.year), 0) + line.gbp
            for item in LEDGER_OF_ITEM:
                for year in instance.financial_years:
                    found = (suite.suite_id, item, year, chosen.get(suite.suite_id), core_date)
                    assert ours.gbp(suite.suite_id, item, year) == theirs.get((item, year), 0), found


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_demand_and_journeys(seed: int) -> None:
    instance = random_estate(seed)
    first_years = [period.first_year for period in instance.periods]
    theirs = {(d.area_id, d.service, first_years[d.period]): d.contacts for d in planning_demand(instance)}
    ours = demand_of(instance)
    assert {key for key, contacts in ours.items() if contacts > 0.001} <= set(theirs)
    for key, contacts in theirs.items():
        assert contacts == pytest.approx(ours[key], abs=0.0006), key
    assert travel_minutes(instance) == dict(facts_of(instance).minutes)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_refusals(seed: int) -> None:
    instance = random_estate(seed)
    theirs, facts = eligibility(instance), facts_of(instance)
    for suite in instance.suites:
        may = theirs[suite.suite_id]
        could_go, reasons = could_be_handed_back(facts, suite)
        assert may.may_go == could_go, suite.suite_id
        if not could_go:
            assert set(may.refusing_rules) <= reasons


def test_the_same_refusals_on_the_reference() -> None:
    instance = instance_of(shipped("nwl"))
    theirs = eligibility(instance)
    for suite_id, reasons in refused_by(instance).items():
        if theirs[suite_id].part_refusals:
            assert set(theirs[suite_id].part_refusals) == set(reasons), suite_id


@pytest.mark.parametrize("seed", SEEDS)
def test_every_plan_passes_and_its_aims_recompute(seed: int) -> None:
    instance = random_estate(seed)
    today = todays_estate(instance)
    assert today is not None
    best = solve(instance)
    for case in (best, replace(best, plan=today)):
        report = checked(case, case.written())
        assert rules_broken(report) == set(), report.findings[:5]
        assert aims_of(instance, as_read(case.tables)) == pytest.approx(stage_values(case.plan), abs=1e-4)


def test_pounds_scale_with_the_charges() -> None:
    """Ten times the charges cost ten times as much on the same days, within the rounding of each line."""
    instance = random_estate(11)
    tenfold = tuple(
        replace(
            suite,
            rent_gbp=10 * suite.rent_gbp,
            rates_gbp=10 * suite.rates_gbp,
            facilities_gbp=10 * suite.facilities_gbp,
            service_charge_gbp=10 * suite.service_charge_gbp,
        )
        for suite in instance.suites
    )
    dates = {suite.suite_id: dt.date(2027, 7, 1) for suite in instance.suites if suite.floor > 0}
    small, large = cash_by_dates(instance, dates), cash_by_dates(replace(instance, suites=tenfold), dates)
    for key, gbp in large.by_suite.items():
        assert abs(gbp - 10 * small.gbp(*key)) <= 6, key
