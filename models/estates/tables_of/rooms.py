"""The tables of rooms: how full they are session by session, and who is in which room."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from models.estates.instance import EstatesInstance
from models.estates.plan import Plan
from models.estates.slots import sessions_for, spread_over_slots
from models.estates.timetable.compact import PlaceAndPeriod, timetable_rows
from models.estates.timetable.of_plan import plain_timetables, service_hours_of_plan, weeks_of_plan
from models.estates.timetable.week import Booking
from models.estates.timetable.weeks import ceiling_hours
from models.shared.cells import Cell

WEEK = "week"
Bookings = Mapping[PlaceAndPeriod, Sequence[Booking]]


def used_hours_per_week(plan: Plan) -> dict[tuple[str, str, int], float]:
    """Used hours a week by site, kind of room and period."""
    return {key: math.fsum(hours.values()) for key, hours in service_hours_of_plan(plan).items()}


def bookings_of(plan: Plan) -> Bookings:
    """The timetable of a plan: its own where it has one, elsewhere that of the plain rule."""
    own = plan.timetable or {}
    missing = {key: week for key, week in weeks_of_plan(plan).items() if key not in own}
    return {**own, **{key: one.bookings for key, one in plain_timetables(missing).items()}}


def timetable(plan: Plan, bookings: Bookings) -> list[dict[str, Cell]]:
    """Every room, session and service with hours."""
    return timetable_rows(plan.instance, bookings)


def room_utilisation(plan: Plan, bookings: Bookings | None = None) -> list[dict[str, Cell]]:
    """Every kind of room a site has today or can be given, every period, every session and the week.

    `bookings` are those of the plan's timetable, where they are known already.
    """
    instance = plan.instance
    bookings = bookings_of(plan) if bookings is None else bookings
    used = used_hours_per_week(plan)
    rows: list[dict[str, Cell]] = []
    for site, kind in sorted({*_kinds_of_room(instance), *((site, kind) for site, kind, _ in used)}):
        for at in range(len(instance.periods)):
            rooms = plan.rooms(site, kind, at)
            booked = bookings.get((site, kind, at), ())
            if booked:
                hours, sessions = _as_booked(instance, booked)
            else:
                hours, sessions = _without_timetable(instance, site, rooms, used.get((site, kind, at), 0.0))
            rows.extend(_one_kind_of_room(instance, (site, kind, at), rooms, hours, sessions))
    return rows


def _kinds_of_room(instance: EstatesInstance) -> set[tuple[str, str]]:
    today = {(suite.site_id, kind) for suite in instance.suites for kind in suite.rooms}
    made = {(instance.suite(one.suite_id).site_id, one.to_room_type) for one in instance.conversions}
    return today | made


def _as_booked(instance: EstatesInstance, bookings: Sequence[Booking]) -> tuple[list[float], list[int]]:
    """Hours and rooms in use by session, as the timetable has them."""
    micro = Counter[int]()
    for one in bookings:
        micro[one.slot] += one.micro_hours
    in_use = Counter(slot for _, slot in {(one.room, one.slot) for one in bookings})
    slots = range(len(instance.slots))
    return [micro[at] / 1_000_000 for at in slots], [in_use[at] for at in slots]


def _without_timetable(
    instance: EstatesInstance, site_id: str, rooms: int, weekly_hours: float
) -> tuple[list[float], list[int]]:
    """Hours and sessions where the rooms cannot hold the hours at all: every room booked, as full as it gets."""
    length, ceiling = instance.settings.session_hours, ceiling_hours(instance, site_id)
    weights = [slot.demand_weight for slot in instance.slots]
    hours = spread_over_slots(weekly_hours, weights, rooms * length)
    return hours, [min(rooms, sessions_for(one, ceiling)) for one in hours]


def _one_kind_of_room(
    instance: EstatesInstance, place: PlaceAndPeriod, rooms: int, hours: Sequence[float], sessions: Sequence[int]
) -> list[dict[str, Cell]]:
    """The sessions of the week and the week itself, for one kind of room at one site."""
    length = instance.settings.session_hours
    names = [slot.slot for slot in instance.slots]
    entries = [*zip(names, hours, sessions, [1] * len(names), strict=True)]
    entries.append((WEEK, math.fsum(hours), sum(sessions), len(names)))
    return [
        {
            "site_id": place[0],
            "room_type": place[1],
            "year": instance.periods[place[2]].first_year,
            "slot": slot,
            "available_hours": rooms * slots * length,
            "booked_hours": booked * length,
            "used_hours": used,
            "utilisation_share": used / (rooms * slots * length) if rooms else None,
            "rooms": rooms,
            "sessions": booked,
        }
        for slot, used, booked, slots in entries
    ]
