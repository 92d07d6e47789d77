"""Sentences on rules that seldom make news because they hold: Core20 areas, boroughs, and the weeks of rooms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from models.estates.demand import NOWHERE
from models.estates.geography import is_core20, sites_with_rooms, travel_minutes, usual_sites
from models.estates.instance import EstatesInstance
from models.estates.plan import Plan
from models.estates.tables_of.rooms import bookings_of
from models.estates.words import list_words, tell
from models.shared.problem import Explanation


def reach(instance: EstatesInstance, plan: Plan) -> Iterator[Explanation]:
    """How near the plan comes to the limits on deprived areas, boroughs and shared sessions, where there are any."""
    yield from _core20(instance, plan)
    yield from _boroughs(instance, plan)
    yield from _weeks(instance, plan)


def _core20(instance: EstatesInstance, plan: Plan) -> Iterator[Explanation]:
    areas = {area.area_id for area in instance.areas if is_core20(area, instance.settings)}
    minutes = travel_minutes(instance)
    usual = usual_sites(instance, minutes, sites_with_rooms(instance))
    kinds = {service.service: service.room_type for service in instance.services if not service.is_virtual}
    added: Counter[str] = Counter()
    for item in plan.contacts:
        today = usual.get((item.area_id, kinds.get(item.service, "")))
        if item.area_id in areas and item.site_id != NOWHERE and today is not None:
            more = minutes[item.area_id, item.site_id] - today.minutes
            added[item.area_id] = max(added[item.area_id], more)
    if not added:
        return
    limit = instance.settings.core20_added_minutes_limit
    yield tell(
        "estates.core20",
        "From the {areas} Core20 areas nobody travels more than {worst} minutes beyond the nearest such room of "
        "today; {limit} are allowed, and {at_limit} of these areas are at that limit.",
        {
            "areas": len(areas),
            "worst": max(added.values()),
            "limit": limit,
            "at_limit": sum(more >= limit for more in added.values()),
        },
        rule="E-35",
        where="travel.csv",
    )


def _boroughs(instance: EstatesInstance, plan: Plan) -> Iterator[Explanation]:
    least = instance.settings.minimum_open_sites_per_borough
    if not least:
        return
    sites = Counter(site.borough for site in instance.sites)
    fewest = {
        borough: min(
            sum(plan.is_open(site.site_id, t) for site in instance.sites if site.borough == borough)
            for t in range(len(instance.periods))
        )
        for borough in sorted(sites)
    }
    tight = [borough for borough, count in fewest.items() if count <= min(least, sites[borough])]
    yield tell(
        "estates.boroughs",
        "Every borough keeps at least {least} open sites, or all it has"
        + ("; no more than that in {tight}." if tight else ", and each keeps more; the fewest are {fewest}."),
        {"least": least, "fewest": min(fewest.values())},
        rule="E-36",
        where="site_plan.csv",
        names={"tight": list_words(tight)},
    )


def _weeks(instance: EstatesInstance, plan: Plan) -> Iterator[Explanation]:
    weeks = [bookings for bookings in bookings_of(plan).values() if bookings]
    if not weeks:
        return
    sessions = [
        Counter((room, slot) for room, slot, _ in {(b.room, b.slot, b.service) for b in week}) for week in weeks
    ]
    yield tell(
        "estates.weeks",
        "Each of the {weeks:count} weeks (a kind of room at a site in a period) has a timetable: {sessions:count} "
        "sessions of rooms are used, each by at most {most} services where {limit} may share one.",
        {
            "weeks": len(weeks),
            "sessions": sum(len(one) for one in sessions),
            "most": max(max(one.values()) for one in sessions),
            "limit": instance.settings.services_per_session,
        },
        rule="E-40",
        where="timetable.csv",
    )
