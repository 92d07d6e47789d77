"""The model and the checker work everything out separately; on random estates and random days they must agree.

A difference says that one of them misreads the definitions in the problem's README.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import pytest

from models.estates.baselines import todays_estate
from models.estates.cash import CashLine
from models.estates.checker import (
    Uses,
    Works,
    aims_of,
    cash_by_dates,
    cash_by_uses,
    check_plan,
    refused_by,
    uses_of,
)
from models.estates.checker.cash import LEDGER_OF_ITEM
from models.estates.checker.facts import demand_of, facts_of
from models.estates.checker.refusals import could_be_handed_back
from models.estates.demand import Commodity, planning_demand
from models.estates.eligibility import eligibility
from models.estates.entities import Suite
from models.estates.geography import travel_minutes
from models.estates.instance import EstatesInstance
from models.estates.ledger import plan_lines, suite_lines
from models.estates.plan import Plan, make_plan
from models.estates.rules import RULES
from models.estates.tables_of import tables_of
from models.estates.tables_of.values import stage_values
from models.shared.calendar import add_months
from tests.model.estates.plans import as_read, checked, generated, instance_of, rules_broken, shipped, solve

pytestmark = pytest.mark.model

SEEDS = (11, 12, 13)
RANDOM_SEEDS = tuple(range(21, 28))
Place = TypeVar("Place", str, tuple[str, str])


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
        "moves_gbp_per_m2": draw.choice([0, 37]),
        "acceptance_months": draw.choice([0, 2]),
        "open_space_take_up_share": draw.choice([0.35, 0.61]),
    }
    return replace(instance, settings=instance.settings.model_copy(update=changes))


def random_day(draw: random.Random, suite: Suite) -> dt.date | None:
    """A first of a month, the lease's break or end, or no day at all."""
    days = [add_months(dt.date(2026, 4, 1), draw.randrange(36)), suite.lease_break, suite.lease_end, None]
    day = draw.choice(days)
    return day if day is None or day < dt.date(2029, 4, 1) else None


@dataclass(frozen=True)
class RandomUses:
    """Changes drawn at random, many of them against the rules, as the model and as the checker hold them."""

    hand_backs: dict[str, dt.date]
    open_space: dict[str, dt.date]
    works: dict[str, Works]
    closures: dict[str, dt.date]

    @property
    def uses(self) -> Uses:
        return Uses(self.hand_backs, self.open_space, self.works, self.closures)


def random_uses(instance: EstatesInstance, draw: random.Random) -> RandomUses:
    """Any suite handed back, offered, converted or kept, and any practice closed, on any day.

    Only after its core suite no suite goes: what it then costs is not defined (E-20).
    """
    found = RandomUses({}, {}, {}, {})
    for suite in instance.suites:
        day, first = random_day(draw, suite), add_months(dt.date(2026, 4, 1), draw.randrange(36))
        conversions = [one for one in instance.conversions if one.suite_id == suite.suite_id]
        use = draw.choice(["kept", "hand_back", "hand_back", "open_space", "conversion"])
        if use == "hand_back" and day is not None:
            found.hand_backs[suite.suite_id] = day
        elif use == "open_space":
            found.open_space[suite.suite_id] = first
        elif use == "conversion" and conversions:
            found.works[suite.suite_id] = Works(draw.choice(conversions), first)
    for site in instance.sites:
        core_date = found.hand_backs.get(site.core_suite)
        for suite in instance.suites_of(site.site_id):
            if core_date is not None and found.hand_backs.get(suite.suite_id, core_date) > core_date:
                del found.hand_backs[suite.suite_id]
    for practice in instance.premises:
        if practice.easting_m is not None and draw.random() < 0.4:
            found.closures[practice.practice_id] = add_months(dt.date(2026, 4, 1), draw.randrange(36))
    return found


def random_plan(instance: EstatesInstance, draw: random.Random) -> Plan:
    """Random uses, everybody at one or two sites drawn at random, and each closed list at one or two receivers."""
    drawn = random_uses(instance, draw)
    site_ids = [site.site_id for site in instance.sites]

    def split(places: Sequence[Place]) -> dict[Place, float]:
        chosen, part = draw.sample(places, min(2, len(places))), draw.choice([1.0, 0.5, 0.37])
        return {chosen[0]: part} if len(chosen) == 1 else {chosen[0]: part, chosen[1]: draw.choice([0.0, 1 - part])}

    has = {kind.room_type: [s for s in site_ids if any(kind.room_type in k.rooms for k in instance.suites_of(s))]
           for kind in instance.room_types}  # fmt: skip
    shares = {
        (item.area_id, Commodity(service.room_type, service.mode), item.period): split(has[service.room_type])
        for item in planning_demand(instance)
        for service in instance.services
        if service.service == item.service and has[service.room_type]
    }
    receivers = [("premises", one.practice_id) for one in instance.premises if one.easting_m is not None]
    receivers += [("site", site) for site in has[instance.settings.gp_room_type]]
    list_shares = {
        (practice, at): split([one for one in receivers if one[1] != practice])
        for practice, day in drawn.closures.items()
        for at, period in enumerate(instance.periods)
        if day < period.end_day
    }
    conversions = {works.conversion.conversion_id: works.day for works in drawn.works.values()}
    return make_plan(instance, drawn.hand_backs, shares, open_space=drawn.open_space, conversions=conversions,
                     closures=drawn.closures, list_shares=list_shares)  # fmt: skip


DEFINITIONS = {rule.id for rule in RULES if rule.definitional} - {"E-05", "E-08"}


@pytest.mark.parametrize("seed", RANDOM_SEEDS)
def test_any_plan_is_written_as_the_checker_reads_it(seed: int) -> None:
    """Whatever rules random changes break, the definitions hold: pounds, hours, contacts, minutes and aims."""
    instance, draw = random_estate(seed), random.Random(seed)
    plan = random_plan(instance, draw)
    tables = as_read(tables_of(plan))
    report = check_plan(instance, tables)
    wrong = [finding for finding in report.findings if finding.rule in DEFINITIONS]
    assert not wrong, wrong[:5]
    assert aims_of(instance, tables) == pytest.approx(stage_values(plan), abs=1e-3)
    told = uses_of(instance, tables)
    assert (told.hand_backs, told.offers, told.closures) == (plan.hand_backs, plan.open_space, plan.closures)
    assert {w.conversion.conversion_id: w.day for w in told.conversions.values()} == plan.conversions


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_pounds_for_any_change_on_any_day(seed: int) -> None:
    """Every line of the model's ledger, suite by suite and practice by practice."""
    instance, draw = random_estate(seed), random.Random(seed)
    for _ in range(3):
        drawn = random_uses(instance, draw)
        ours = cash_by_uses(instance, drawn.uses)
        conversions = {works.conversion.conversion_id: works.day for works in drawn.works.values()}
        plan = Plan(instance, drawn.hand_backs, (), drawn.open_space, conversions, drawn.closures)
        for suite in instance.suites:
            theirs = _by_item(suite_lines(plan, suite))
            mine = {
                (item, year): gbp for (owner, item, year), gbp in ours.by_owner.items() if owner == suite.suite_id
            }
            assert mine == theirs, suite.suite_id
        assert dict(ours.totals) == _by_item(plan_lines(plan))


def _by_item(lines: Iterable[CashLine]) -> dict[tuple[str, str], int]:
    """Pounds by item and year, zeros left out."""
    found: dict[tuple[str, str], int] = {}
    for line in lines:
        assert line.ledger == LEDGER_OF_ITEM[line.item]
        found[line.item, line.year] = found.get((line.item, line.year), 0) + line.gbp
    return {key: gbp for key, gbp in found.items() if gbp}


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
    of_suites = {key: gbp for key, gbp in large.by_owner.items() if key[0] in {one.suite_id for one in tenfold}}
    for key, gbp in of_suites.items():
        assert abs(gbp - 10 * small.gbp(*key)) <= 6, key
