"""Complete enumeration of small multi-period estates: every day of hand-back, every combination, against the model.

The oracle takes nothing from the formulation: eligibility, cash and demand come from the checker, the
days are all firsts of months and lease days, and where patients fit is a plain linear program for each state of the
rooms. Sites are independent in cost, so the cheapest dates are found site by site for each state, and the states of
all sites are then combined.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy.optimize import linprog

from models.estates.checker.cash import cash_of, npv_cost_gbp
from models.estates.checker.facts import Facts, facts_of, planned_on, rooms_planned_on
from models.estates.checker.refusals import may_go_as_part, not_admissible, not_vacant, standing_refusals
from models.estates.entities import Occupation, Period, Slot, Suite
from models.estates.instance import EstatesInstance
from models.estates.method.stages import NPV_TOLERANCE_GBP
from tests.estates_small import area, checked, estate, plan_of, service, site, solved, suite

pytestmark = pytest.mark.model

D = dt.date
Dates = Mapping[str, dt.date]
State = tuple[tuple[bool, ...], ...]  # for each suite, whether it is planned on in each period


def _random_estate(seed: int) -> EstatesInstance:
    """Two sites (core and one part; core alone), three areas, two kinds of room, two periods of one year."""
    draw = random.Random(seed)
    tenures = [draw.choice(["nhsps_freehold", "nhsps_leasehold"]) for _ in range(2)]
    sites = [site(name, tenure=tenure) for name, tenure in zip("AB", tenures, strict=True)]
    suites = [_random_suite(draw, name, tenures["AB".index(name[0])]) for name in ("A-0", "A-1", "B-0")]
    areas = [area(name, draw.randint(300, 2600)) for name in "abc"]
    services = [
        service(growth_share_per_year=draw.choice([-0.3, -0.1, 0.0, 0.1])),
        service("video", mode="virtual", room_type="office", per_1000=draw.choice([0.0, 200.0])),
    ]
    left = [Occupation("o", "A-1", "Trust", 60, "provider", D(2027, draw.randint(1, 12), 15))]
    return estate(
        sites,
        suites,
        areas,
        services=services,
        occupations=left if draw.random() < 0.5 else [],
        periods=[Period("2026/27", 1, 1.0), Period("2027/28", 1, 3.0)],
        travel={(a, s): draw.randint(5, 30) for a in "abc" for s in "AB"},
        slots=(Slot("mon_am", "mon", "am", 1.2), Slot("mon_pm", "mon", "pm", 0.8)),
        minimum_clinical_hours_per_session=draw.choice([0.0, 1.0]),
        added_minutes_limit=draw.choice([5, 15]),
        discount_rate_share=0.035,
    )


def _random_suite(draw: random.Random, name: str, tenure: str) -> Suite:
    end = D(2027, draw.randint(4, 12), 20) if draw.random() < 0.5 else D(2030, 4, 1)
    found = suite(
        name,
        rent_gbp=draw.randint(5, 30) * 1000,
        area_m2=draw.choice([80, 150, 300]),
        notice_months=draw.choice([3, 6]),
        rooms={"consulting": draw.randint(1, 2), "office": draw.randint(0, 1)},
        vacant_by=D(2026, draw.randint(4, 12), 1),
        surplus_declared=draw.random() < 0.85,
    )
    found = replace(found, rooms={kind: count for kind, count in found.rooms.items() if count})
    return replace(found, lease_end=end) if tenure == "nhsps_leasehold" else found


def _days(facts: Facts, own: Suite) -> list[dt.date | None]:
    """Every day on which a suite could go, and None for keeping it."""
    months = [D(2026 + (3 + i) // 12, (3 + i) % 12 + 1, 1) for i in range(24)]
    days = {*months, *(day for day in (own.lease_break, own.lease_end) if day is not None and day < D(2028, 4, 1))}
    return [None, *sorted(d for d in days if not not_admissible(facts, own, d) and not not_vacant(facts, own, d))]


def _site_ways(facts: Facts, site_id: str) -> dict[State, tuple[float, Dates]]:
    """The cheapest dates of one site for each state of its suites."""
    members = facts.suites_by_site[site_id]
    best: dict[State, tuple[float, Dates]] = {}
    for days in itertools.product(*(_days(facts, one) for one in members)):
        dates = {one.suite_id: day for one, day in zip(members, days, strict=True) if day is not None}
        if not _follows_the_rules(facts, dates, members):
            continue
        state = tuple(
            tuple(planned_on(dates, one.suite_id, period) for period in facts.instance.periods) for one in members
        )
        alone = replace(facts, instance=replace(facts.instance, suites=tuple(members)))
        cost = npv_cost_gbp(facts.instance, cash_of(alone, dates))
        if state not in best or cost < best[state][0]:
            best[state] = (cost, dates)
    return best


def _follows_the_rules(facts: Facts, dates: Dates, members: tuple[Suite, ...]) -> bool:
    for one in members:
        core = facts.core_date(one, dates)
        if core is not None and (one.suite_id not in dates or dates[one.suite_id] > core):
            return False
        if one.suite_id in dates and standing_refusals(facts, one, facts.extent(one, dates)):
            return False
    for below, above in itertools.permutations(members, 2):
        both = may_go_as_part(facts, below) and may_go_as_part(facts, above) and above.floor > below.floor
        goes = below.suite_id in dates and facts.extent(below, dates) == "part"
        if both and goes and (above.suite_id not in dates or dates[above.suite_id] > dates[below.suite_id]):
            return False
    return True


@dataclass(frozen=True)
class Answer:
    unmet: float
    npv: float
    travel: float


def _fit(facts: Facts, dates: Dates, unmet_cap: float | None) -> float | None:
    """Least weighted unmet contacts of a set of dates, or least travel with no more unmet; None if nothing fits."""
    instance = facts.instance
    room_hours = 10.0 * 0.8 / max(1.0, (1 - instance.settings.movable_share) * 1.2)
    columns: list[tuple[float, float]] = []  # (unmet cost, travel cost) of each column, per contact
    upper: dict[tuple[str, ...], dict[int, float]] = {}
    limit: dict[tuple[str, ...], float] = {}
    equal: list[tuple[dict[int, float], float]] = []
    total = sum(_weight(instance, y) * c for (a, _, y), c in facts.demand.items() if a != "-")
    for (who, what, year), contacts in sorted(facts.demand.items()):
        kind = facts.service_by_id[what].room_type
        weight = _weight(instance, year)
        parts: dict[int, float] = {}
        for where in _reach(facts, who, kind):
            minutes = 0.0 if who == "-" else facts.minutes[who, where]
            parts[len(columns)] = 1.0
            upper.setdefault((where, kind, year), {})[len(columns)] = 0.2 / 50
            columns.append((0.0, weight * minutes / total))
        parts[len(columns)] = 1.0
        columns.append((weight, 0.0))
        equal.append((parts, contacts))
    for where, kind, year in upper:
        period = next(p for p in instance.periods if p.first_year == year)
        limit[where, kind, year] = room_hours * rooms_planned_on(facts, dates, where, kind, period)
    for one in instance.sites:
        for period in instance.periods:
            least = instance.settings.minimum_clinical_hours_per_session * 2
            if rooms_planned_on(facts, dates, one.site_id, "consulting", period) and least:
                inside = upper.get((one.site_id, "consulting", period.first_year), {})
                upper["least", one.site_id, period.first_year] = {at: -value for at, value in inside.items()}
                limit["least", one.site_id, period.first_year] = -least
    if unmet_cap is not None:
        upper["unmet",] = {at: unmet for at, (unmet, _) in enumerate(columns) if unmet}
        limit["unmet",] = unmet_cap + 1e-6
    matrix, bound = _rows(upper, limit, len(columns))
    equalities = np.array([[row.get(at, 0.0) for at in range(len(columns))] for row, _ in equal])
    result = linprog(
        [unmet if unmet_cap is None else travel for unmet, travel in columns],
        A_ub=matrix,
        b_ub=bound,
        A_eq=equalities,
        b_eq=[right for _, right in equal],
    )
    return float(result.fun) if result.status == 0 else None


def _rows(
    upper: Mapping[tuple[str, ...], Mapping[int, float]], limit: Mapping[tuple[str, ...], float], columns: int
) -> tuple[np.ndarray, list[float]]:
    keys = sorted(upper)
    return np.array([[upper[key].get(at, 0.0) for at in range(columns)] for key in keys]), [
        limit[key] for key in keys
    ]


def _reach(facts: Facts, who: str, kind: str) -> list[str]:
    offering = sorted({s.site_id for s in facts.instance.suites if kind in s.rooms})
    if who == "-":
        return offering
    before = facts.minutes_before(who, kind)
    own = facts.instance.settings
    return [
        where
        for where in offering
        if before is not None
        and facts.minutes[who, where] <= min(own.travel_limit_minutes, before + own.added_minutes_limit)
    ]


def _weight(instance: EstatesInstance, year: str) -> float:
    return next(period.weight for period in instance.periods if period.first_year == year)


def _combined(facts: Facts) -> Iterator[tuple[float, Dates]]:
    """All states of all sites with their least cost, cheapest first."""
    ways = [list(_site_ways(facts, one.site_id).values()) for one in facts.instance.sites]
    found = []
    for chosen in itertools.product(*ways):
        dates: dict[str, dt.date] = {}
        for _, own in chosen:
            dates.update(own)
        found.append((sum(cost for cost, _ in chosen), dates))
    yield from sorted(found, key=lambda way: way[0])


def _enumerated(instance: EstatesInstance) -> Answer | None:
    facts = facts_of(instance)
    ways = [(cost, dates, _fit(facts, dates, None)) for cost, dates in _combined(facts)]
    fitting = [(cost, dates, unmet) for cost, dates, unmet in ways if unmet is not None]
    if not fitting:
        return None
    least = min(unmet for _, _, unmet in fitting)
    good = [(cost, dates) for cost, dates, unmet in fitting if unmet <= least + 1e-4]
    cheapest = good[0][0]
    tied = [dates for cost, dates in good if cost <= cheapest + NPV_TOLERANCE_GBP]
    travels = [travel for dates in tied if (travel := _fit(facts, dates, least)) is not None]
    return Answer(least, cheapest, min(travels))


@pytest.mark.parametrize("seed", range(8))
def test_the_model_finds_what_complete_enumeration_finds(seed: int) -> None:
    instance = _random_estate(seed)
    answer, outcome = _enumerated(instance), solved(instance)
    if answer is None:
        assert outcome.status == "infeasible"
        return
    unmet, npv, travel, _ = outcome.stages
    assert unmet.value == pytest.approx(answer.unmet, abs=1.0)
    assert npv.value == pytest.approx(answer.npv, abs=NPV_TOLERANCE_GBP + 1)
    assert npv.bound == pytest.approx(answer.npv, abs=1)
    assert travel.value == pytest.approx(answer.travel, abs=0.01)
    assert checked(plan_of(instance, outcome), outcome).findings == ()


def test_enumeration_with_three_floors_and_the_order_of_floors() -> None:
    """A core and two parts of one leasehold, all days of two years: 13 x 13 x 13 combinations and more."""
    lease = {"lease_end": D(2027, 11, 30), "notice_months": 12}
    suites = [
        suite("A-0", **lease, rooms={"consulting": 1}),
        suite("A-1", **lease, rent_gbp=30_000, rooms={"consulting": 1}),
        suite("A-2", **lease, vacant_by=D(2027, 9, 1), rooms={"consulting": 1}),
    ]
    instance = estate(
        [site("A", tenure="nhsps_leasehold")],
        suites,
        [area("a", 1900)],
        periods=[Period("2026/27", 1, 1.0), Period("2027/28", 1, 1.0)],
        slots=(Slot("mon_am", "mon", "am", 1.2), Slot("mon_pm", "mon", "pm", 0.8)),
        discount_rate_share=0.035,
    )
    answer, outcome = _enumerated(instance), solved(instance)
    assert answer is not None
    assert outcome.stages[1].value == pytest.approx(answer.npv, abs=NPV_TOLERANCE_GBP)
    assert set(plan_of(instance, outcome).hand_backs) == {"A-1", "A-2"}
    assert checked(plan_of(instance, outcome), outcome).findings == ()
