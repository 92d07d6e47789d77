"""The timetables of a plan, and what a week that has none asks of the next plan (E-40).

The stages count hours a week; whether they go into rooms and sessions, with no more services in one than may share
it, is found site by site afterwards. Where they do not, the next plan sends such a site no more hours than its rooms
could hold with the same mix of services, or keeps more rooms there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyomo.environ as pyo

from models.estates.formulation.model import EstatesModel
from models.estates.plan import Plan
from models.estates.timetable.asking import LIMITS
from models.estates.timetable.best import best_timetables, timetabled
from models.estates.timetable.compact import PlaceAndPeriod
from models.estates.timetable.of_plan import weeks_of_plan
from models.estates.timetable.plain import plain_timetable
from models.estates.timetable.week import RoomWeek, TimetableAnswer
from solvers.types import Watch

SEARCH_DETERMINISTIC = 0.002
"""Work of each of the few searches for a week's timetable of a plan, once it is found, at effort 1."""


@dataclass(frozen=True)
class MostHours:
    """The most hours a week that the rooms of one kind at a site could hold in a period, and how many rooms they were
    by suite."""

    site_id: str
    room_type: str
    period: int
    hours: float
    rooms: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Lacking:
    """The weeks of a plan without a timetable (site, kind of room, period), and what these ask of the next plan.

    A week asks nothing where the most that it could hold is not known.
    """

    weeks: tuple[tuple[str, str, int], ...]
    asked: tuple[MostHours, ...]


def weeks_lacking(plan: Plan, watch: Watch) -> Lacking:
    """The weeks without a timetable; quick, for a search is needed only where the plain rule fails."""
    doubtful = _doubtful_weeks(plan)
    found = {key: one for key, one in sorted(best_timetables(doubtful, watch=watch).items()) if one.timetable is None}
    asked = tuple(
        _most_hours(plan, site, kind, period, answer)
        for (site, kind, period), answer in found.items()
        if answer.most_hours is not None
    )
    return Lacking(tuple(found), asked)


def plain_rule_suffices(plan: Plan) -> bool:
    """Whether every week has the timetable of the plain rule, which needs no search."""
    return not _doubtful_weeks(plan)


def with_timetable(plan: Plan, effort_share: float, watch: Watch) -> Plan:
    """A plan with a good timetable of every week that has one."""
    limits = replace(LIMITS, deterministic_limit=SEARCH_DETERMINISTIC * effort_share)
    return timetabled(plan, limits, watch).plan


def no_more_than_most_hours(model: EstatesModel, cuts: Sequence[MostHours]) -> None:
    """E-40. The rooms of a week that had no timetable get no more hours than they could hold, unless there are more.

    sum_c flow[c,s,t] + sum_g dispersed[g,s,t] <= most hours + weekly hours per room x rooms kept beyond those
    """
    p, each = model.pyomo, model.network.weekly_hours_per_room
    p.E_40_timetable_holds = pyo.ConstraintList()
    for cut in cuts:
        then = dict(cut.rooms)
        more = pyo.quicksum(
            (rooms - then.get(suite, 0)) * each[cut.site_id] * p.chosen[suite, at]
            for suite in model.suites_with(cut.site_id, cut.room_type)
            for at, rooms in model.rooms_of(suite, cut.room_type, cut.period)
            if rooms > then.get(suite, 0)
        )
        flows = pyo.quicksum(model.inflow(cut.site_id, cut.room_type, cut.period))
        p.E_40_timetable_holds.add(flows - more <= cut.hours)


def _doubtful_weeks(plan: Plan) -> dict[PlaceAndPeriod, RoomWeek]:
    return {key: week for key, week in weeks_of_plan(plan).items() if not plain_timetable(week).holds}


def _most_hours(plan: Plan, site_id: str, room_type: str, period: int, answer: TimetableAnswer) -> MostHours:
    assert answer.most_hours is not None, "a week without a timetable says what it could hold"
    at = plan.instance.periods[period]
    rooms = [
        (suite.suite_id, plan.option(suite).rooms(suite, room_type, at)) for suite in plan.instance.suites_of(site_id)
    ]
    return MostHours(site_id, room_type, period, answer.most_hours, tuple(pair for pair in rooms if pair[1]))
