"""The value of each aim of a plan, from what its tables hold."""

from __future__ import annotations

import math
from collections.abc import Mapping

from models.estates.demand import NOWHERE
from models.estates.geography import sites_with_rooms, travel_minutes, usual_sites
from models.estates.ledger import npv_cost_gbp
from models.estates.plan import PlacedContacts, Plan


def stage_values(plan: Plan) -> dict[str, float]:
    """The value of each aim of a plan, in the order of the stages."""
    instance = plan.instance
    virtual = {service.service for service in instance.services if service.is_virtual}
    core20 = {area.area_id: area.core20_share or 0.0 for area in instance.areas}
    face_to_face = [item for item in plan.contacts if item.service not in virtual]
    unmet = [item for item in plan.contacts if item.site_id == NOWHERE]
    return {
        "unmet_demand": math.fsum(_weight(plan, item) for item in unmet),
        "npv_cost": npv_cost_gbp(plan),
        "travel_worst": _worst_mean_minutes(plan, face_to_face),
        "travel_core20": _mean_minutes(plan, face_to_face, core20),
        "travel": _mean_minutes(plan, face_to_face, dict.fromkeys(core20, 1.0)),
        "disruption": _moved_contacts(plan, face_to_face),
    }


def _weight(plan: Plan, item: PlacedContacts) -> float:
    """Contacts, weighted by their period."""
    return plan.instance.periods[item.period].weight * item.milli_contacts / 1000


def _mean_minutes(plan: Plan, items: list[PlacedContacts], shares: Mapping[str, float]) -> float:
    """Minutes of the contacts placed over all that are wanted, each counted by the share of its area."""
    minutes = travel_minutes(plan.instance)
    wanted = math.fsum(_weight(plan, item) * shares[item.area_id] for item in items)
    travelled = math.fsum(
        _weight(plan, item) * shares[item.area_id] * minutes[item.area_id, item.site_id]
        for item in items
        if item.site_id != NOWHERE
    )
    return travelled / wanted if wanted else 0.0


def _worst_mean_minutes(plan: Plan, items: list[PlacedContacts]) -> float:
    """The longest mean journey of the people of an area who need one kind of room in a period."""
    minutes = travel_minutes(plan.instance)
    kinds = {service.service: service.room_type for service in plan.instance.services}
    placed: dict[tuple[str, str, int], int] = {}
    travelled: dict[tuple[str, str, int], int] = {}
    for item in items:
        if item.site_id != NOWHERE:
            key = (item.area_id, kinds[item.service], item.period)
            placed[key] = placed.get(key, 0) + item.milli_contacts
            travelled[key] = travelled.get(key, 0) + item.milli_contacts * minutes[item.area_id, item.site_id]
    return max((travelled[key] / contacts for key, contacts in placed.items()), default=0.0)


def _moved_contacts(plan: Plan, items: list[PlacedContacts]) -> float:
    """Contacts placed elsewhere than at the usual site, and contacts of closed lists."""
    instance = plan.instance
    usual = usual_sites(instance, travel_minutes(instance), sites_with_rooms(instance))
    kinds = {service.service: service.room_type for service in instance.services}
    moved: list[float] = []
    for item in items:
        today = usual.get((item.area_id, kinds[item.service]))
        if item.site_id != NOWHERE and (today is None or item.site_id != today.site_id):
            moved.append(_weight(plan, item))
    for practice in plan.closures:
        for at, period in enumerate(instance.periods):
            if not plan.premises_open(practice, at):
                moved.append(period.weight * plan.gp_lists.lists[practice].milli_contacts[at] / 1000)
    return math.fsum(moved)
