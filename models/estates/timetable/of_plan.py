"""The weeks of a whole plan, and the timetables of the plain rule for them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from models.estates.demand import NOWHERE, clinical_hours_per_year, hours_per_week
from models.estates.plan import Plan
from models.estates.right_size import LIST_SERVICE, SITE
from models.estates.timetable.compact import PlaceAndPeriod
from models.estates.timetable.plain import plain_timetable
from models.estates.timetable.week import RoomWeek, Timetable
from models.estates.timetable.weeks import week_of


def service_hours_of_plan(plan: Plan) -> dict[PlaceAndPeriod, dict[str, float]]:
    """Hours a week of each service, and of closed lists, by site, kind of room and period."""
    services = {service.service: service for service in plan.instance.services}
    yearly: dict[PlaceAndPeriod, dict[str, list[float]]] = {}
    for item in plan.contacts:
        if item.site_id == NOWHERE:
            continue
        service = services[item.service]
        at = yearly.setdefault((item.site_id, service.room_type, item.period), {})
        at.setdefault(item.service, []).append(clinical_hours_per_year(item.contacts, service.minutes_per_contact))
    settings = plan.instance.settings
    for moved in plan.dispersed:
        if moved.receiver_kind == SITE:
            at = yearly.setdefault((moved.receiver, settings.gp_room_type, moved.period), {})
            hours = clinical_hours_per_year(moved.contacts, settings.gp_minutes_per_contact)
            at.setdefault(LIST_SERVICE, []).append(hours)
    weeks = settings.weeks_per_year
    return {
        key: {service: hours_per_week(math.fsum(hours), weeks) for service, hours in sorted(by_service.items())}
        for key, by_service in sorted(yearly.items())
    }


def weeks_of_plan(plan: Plan) -> dict[PlaceAndPeriod, RoomWeek]:
    """What the week of each kind of room in use must hold, by site, kind of room and period."""
    return {
        (site, kind, period): week_of(plan.instance, site, kind, period, plan.rooms(site, kind, period), hours)
        for (site, kind, period), hours in service_hours_of_plan(plan).items()
    }


def plain_timetables(weeks: Mapping[PlaceAndPeriod, RoomWeek]) -> dict[PlaceAndPeriod, Timetable]:
    """The plain rule's timetable of every week."""
    return {key: plain_timetable(week) for key, week in sorted(weeks.items())}
