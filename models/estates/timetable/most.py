"""The most hours a kind of room could hold in a week where what is planned for it has no timetable."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from models.estates.formulation.timetable_rows import Pattern, PatternModel, timetable_holds
from models.estates.right_size import LIST_SERVICE
from models.estates.timetable.asking import Quiet
from models.estates.timetable.week import RoomWeek
from solvers.types import Limits, Watch

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

_MILLION = 1_000_000
_MILLI_PER_HOUR = 1000


def most_hours(week: RoomWeek, patterns: Sequence[Pattern], limits: Limits, watch: Watch) -> float:
    """The proven most, however demand is moved.

    Where closed lists take rooms, their hours alone give way, if that is enough; else all services grow or shrink
    together. A timetable for more hours of the same mix is also one for fewer, so this is where the timetables end.
    """
    if LIST_SERVICE in week.services and len(week.services) > 1:
        hours = _most(week, patterns, {LIST_SERVICE}, limits, watch)
        if hours is not None:
            return hours
    hours = _most(week, patterns, week.services, limits, watch)
    return 0.0 if hours is None else hours


def _most(
    week: RoomWeek, patterns: Sequence[Pattern], giving_way: Collection[str], limits: Limits, watch: Watch
) -> float | None:
    """The most while some services give way, in millionths of their hours; None where that is not enough.

    Each of them is met to a thousandth of an hour; what cannot be moved stays in its sessions (E-07).
    """
    from solvers.cpsat import solve_cpsat  # slow to take in, and only timetables need it

    model = PatternModel(week, patterns, movable=True)
    share = model.cp.new_int_var(0, _MILLION, "share")
    gives = [service in giving_way for service in week.services]
    giving = sum(hours for hours, one in zip(model.hours, gives, strict=True) if one)
    kept = sum(model.hours) - giving
    model.service_hours = [
        _scaled(model, hours, share) if one else hours for hours, one in zip(model.hours, gives, strict=True)
    ]
    model.slot_hours = [
        _at_least(
            model, week.rooms * limit, least * kept // (kept + giving), least * giving // (kept + giving), share
        )
        for least, limit in zip(week.least_milli_hours, week.limit_milli_hours, strict=True)
    ]
    timetable_holds(model)
    model.cp.maximize(share)
    result = solve_cpsat(model.cp, limits, stage="timetable", watch=Quiet(watch), validate=False)
    if result.status == "infeasible":
        return None
    bound = _MILLION if result.bound is None else min(round(result.bound), _MILLION)
    return (kept + giving * bound / _MILLION) / _MILLI_PER_HOUR


def _scaled(model: PatternModel, hours: int, share: cp_model.IntVar) -> cp_model.IntVar:
    """A service's hours at a share of its week, to a thousandth of an hour."""
    scaled = model.cp.new_int_var(0, hours, "scaled")
    model.cp.add(scaled * _MILLION - share * hours <= _MILLION)
    model.cp.add(scaled * _MILLION - share * hours >= -_MILLION)
    return scaled


def _at_least(model: PatternModel, most: int, kept: int, giving: int, share: cp_model.IntVar) -> cp_model.IntVar:
    """A slot's hours: no fewer than arise in it and cannot be moved, of what is kept and of a share of the rest."""
    hours = model.cp.new_int_var(0, most, "slot")
    model.cp.add(hours * _MILLION - share * giving >= (kept - 1) * _MILLION)
    return hours
