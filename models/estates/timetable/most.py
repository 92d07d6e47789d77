"""The most hours a kind of room could hold in a week with the same mix of services."""

from __future__ import annotations

from collections.abc import Sequence

from ortools.sat.python import cp_model

from models.estates.formulation.timetable_rows import Pattern, PatternModel, timetable_holds
from models.estates.timetable.asking import Quiet
from models.estates.timetable.week import RoomWeek
from solvers.cpsat import solve_cpsat
from solvers.types import Limits, Watch

_MILLION = 1_000_000
_MILLI_PER_HOUR = 1000


def most_hours(week: RoomWeek, patterns: Sequence[Pattern], limits: Limits, watch: Watch) -> float:
    """The proven most: no timetable of these patterns holds more hours with this mix, however demand is moved.

    All services grow or shrink together, in millionths of their hours, and each is met to a thousandth of an hour;
    what cannot be moved stays in its sessions (E-07). A timetable for more hours is also one for fewer, so this is
    where the timetables end.
    """
    model = PatternModel(week, patterns, movable=True)
    share = model.cp.new_int_var(0, _MILLION, "share")
    model.service_hours = [_scaled(model, hours, share) for hours in model.hours]
    model.slot_hours = [
        _at_least(model, least, week.rooms * limit, share)
        for least, limit in zip(week.least_milli_hours, week.limit_milli_hours, strict=True)
    ]
    timetable_holds(model)
    model.cp.maximize(share)
    result = solve_cpsat(model.cp, limits, stage="timetable", watch=Quiet(watch), validate=False)
    bound = _MILLION if result.bound is None else min(round(result.bound), _MILLION)
    return sum(model.hours) * bound / _MILLION / _MILLI_PER_HOUR


def _scaled(model: PatternModel, hours: int, share: cp_model.IntVar) -> cp_model.IntVar:
    """A service's hours at a share of its week, to a thousandth of an hour."""
    scaled = model.cp.new_int_var(0, hours, "scaled")
    model.cp.add(scaled * _MILLION - share * hours <= _MILLION)
    model.cp.add(scaled * _MILLION - share * hours >= -_MILLION)
    return scaled


def _at_least(model: PatternModel, least: int, most: int, share: cp_model.IntVar) -> cp_model.IntVar:
    """A slot's hours: no fewer than arise in it and cannot be moved, at a share of the week."""
    hours = model.cp.new_int_var(0, most, "slot")
    model.cp.add(hours * _MILLION - share * least >= -_MILLION)
    return hours
