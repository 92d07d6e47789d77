"""The plan without a hand-back that it makes: what the effects of that hand-back are measured against.

The suites are kept, all else stays as in the plan. Of the patients only those go back who are nearer: the kept sites
may gain people in the periods in which they are kept, no other site may, so nobody is moved without need.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import replace

from models.estates.plan import Plan
from models.estates.what_if.orders import FullOrder

NOTHING_ORDERED = FullOrder((), {}, {}, {})


def with_suites_kept(plan: Plan, suites: Collection[str]) -> Plan:
    """The plan with these suites kept, and what could not go without them; patients where the plan has them.

    A part of a building that closes later goes with the building. With a core suite all is kept that goes on its day;
    floors below wait for those above (E-19).
    """
    hand_backs = dict(plan.hand_backs)
    for site in plan.instance.sites:
        members = plan.instance.suites_of(site.site_id)
        asked = {suite.suite_id for suite in members if suite.suite_id in suites}
        closing = plan.date(site.core_suite)
        if site.core_suite in asked:
            asked |= {suite.suite_id for suite in members if plan.date(suite.suite_id) == closing}
            closing = None
        highest = max(
            (s.floor for s in members if s.suite_id in asked and s.suite_id != site.core_suite), default=None
        )
        for suite in members:
            waits = highest is not None and suite.floor < highest and plan.extent(suite) == "part"
            if suite.suite_id in asked or waits:
                _put_off(hand_backs, suite.suite_id, closing)
    return plan if hand_backs == plan.hand_backs else replace(plan, hand_backs=hand_backs)


def _put_off(hand_backs: dict[str, dt.date], suite_id: str, day: dt.date | None) -> None:
    """Hand a suite back on a later day, or not at all."""
    if day is None:
        hand_backs.pop(suite_id, None)
    elif suite_id in hand_backs:
        hand_backs[suite_id] = max(day, hand_backs[suite_id])


def kept_places(plan: Plan, kept: Plan) -> frozenset[tuple[str, int]]:
    """Site and period of every suite that one plan still has and the other has handed back."""
    return frozenset(
        (suite.site_id, t)
        for suite in plan.instance.suites
        for t in range(len(plan.instance.periods))
        if plan.phase(suite, t) != kept.phase(suite, t)
    )


def tells_nothing_of_people(saved: Plan, without: Plan) -> bool:
    """Whether a hand-back that a plan makes leaves the rooms of every period as they are without it."""
    return saved.hand_backs != without.hand_backs and not kept_places(saved, without)


def as_long_as_kept(plan: Plan, without: Plan, dates: Mapping[str, dt.date]) -> Plan:
    """The plan, with patients where they are without its hand-backs as long as an order of later days keeps them."""
    later = {
        t
        for t, period in enumerate(plan.instance.periods)
        if any(plan.hand_backs.get(suite, day) < period.end_day <= day for suite, day in dates.items())
    }
    if not later:
        return plan
    chosen = [
        *(one for one in plan.placements if one.period not in later),
        *(one for one in without.placements if one.period in later),
    ]
    return replace(plan, placements=tuple(chosen), timetable=None)
