"""Why a suite is needed: the people whose demand no longer fits when it goes.

Demand for one kind of room in one period is a flow from areas to the sites within their reach. It fits exactly when
no set of areas wants more hours than all the sites within reach of any of them can take; the smallest cut of the flow
names such a set. No optimisation is run here: it is a plain maximum flow, in whole and very small parts of an hour.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import maximum_flow

from models.estates.demand import NOWHERE
from models.estates.formulation.network import Network
from models.estates.plan import WHOLE, Plan
from models.estates.right_size import SITE

_MOST_UNITS = 1_000_000_000
"""Units of a flow in all: whole numbers of 32 bits hold them."""


@dataclass(frozen=True)
class Shortage:
    """A kind of room that no longer suffices in a period.

    `areas` want `wanted_hours` a week, and the `sites` within reach of any of them that still have such rooms can
    take `held_hours`. No areas: the demand is virtual.
    """

    room_type: str
    period: int
    areas: tuple[str, ...]
    sites: tuple[str, ...]
    wanted_hours: float
    held_hours: float


def shortage_without(
    network: Network, plan: Plan, gone: Collection[str], period: int, unmet_hours: dict[tuple[str, int], float]
) -> Shortage | None:
    """The first kind of room whose demand would no longer fit in a period if some suites were gone as well.

    `unmet_hours` is what the plan itself leaves unmet, by kind of room and period: only more than that is a shortage.
    """
    for kind in kinds_of(plan, gone):
        found = shortage_of_kind(network, plan, kind, period, unmet_hours.get((kind, period), 0.0), gone)
        if found is not None:
            return found
    return None


def kinds_of(plan: Plan, suite_ids: Collection[str]) -> list[str]:
    """The kinds of room that suites have today, and those that a conversion of the plan makes in them."""
    suites = [suite for suite in plan.instance.suites if suite.suite_id in suite_ids]
    made = [plan.option(suite).conversion for suite in suites]
    return sorted(
        {kind for suite in suites for kind in suite.rooms} | {one.to_room_type for one in made if one is not None}
    )


def unmet_by_kind(plan: Plan) -> dict[tuple[str, int], float]:
    """Used hours a week a plan leaves without a room, by kind of room and period."""
    services = {service.service: service for service in plan.instance.services}
    found: dict[tuple[str, int], float] = {}
    for item in plan.contacts:
        if item.site_id == NOWHERE:
            service = services[item.service]
            hours = item.contacts * service.minutes_per_contact / 60 / plan.instance.settings.weeks_per_year
            key = (service.room_type, item.period)
            found[key] = found.get(key, 0.0) + hours
    return found


def shortage_of_kind(
    network: Network, plan: Plan, room_type: str, period: int, allowed_hours: float, gone: Collection[str] = ()
) -> Shortage | None:
    """Whether the demand for a kind of room no longer fits in a period, beyond what may be left unmet."""
    cells = [c for c in network.cells if c.commodity.room_type == room_type and c.hours[period] > 0]
    if not cells:
        return None
    sites = sorted({site for cell in cells for site in cell.sites})
    room = _hours_by_site(network, plan, room_type, period, gone)
    source, sink = len(cells) + len(sites), len(cells) + len(sites) + 1
    at_site = {site: len(cells) + at for at, site in enumerate(sites)}
    per_hour = _MOST_UNITS / max(sum(cell.hours[period] for cell in cells), sum(room.values()), 1.0)
    arcs = [(source, i, round(cell.hours[period] * per_hour)) for i, cell in enumerate(cells)]
    arcs += [(i, at_site[site], arcs[i][2]) for i, cell in enumerate(cells) for site in cell.sites]
    arcs += [(at_site[site], sink, round(room.get(site, 0.0) * per_hour)) for site in sites]
    reached, flow = _cut(arcs, sink + 1, source, sink)
    wanted = sum(arcs[i][2] for i in range(len(cells)))
    slack = round(allowed_hours * per_hour) + len(cells) + len(sites)
    if wanted - flow <= slack:
        return None
    short = [cell for i, cell in enumerate(cells) if i in reached]
    within = sorted({site for cell in short for site in cell.sites if room.get(site, 0.0) > 0})
    return Shortage(
        room_type=room_type,
        period=period,
        areas=tuple(sorted(cell.area_id for cell in short if cell.area_id != NOWHERE)),
        sites=tuple(within),
        wanted_hours=sum(cell.hours[period] for cell in short),
        held_hours=sum(room[site] for site in within),
    )


def _hours_by_site(
    network: Network, plan: Plan, room_type: str, period: int, gone: Collection[str]
) -> dict[str, float]:
    """Used hours a week that the rooms of a kind can take at each site beside the closed lists seen there."""
    room: dict[str, float] = {}
    at = plan.instance.periods[period]
    for suite in plan.instance.suites:
        rooms = 0 if suite.suite_id in gone else plan.option(suite).rooms(suite, room_type, at)
        room[suite.site_id] = room.get(suite.site_id, 0.0) + rooms * network.weekly_hours_per_room[suite.site_id]
    if room_type == plan.instance.settings.gp_room_type:
        hours = {cell.premises.practice_id: cell.hours[period] for cell in network.lists}
        for item in plan.dispersals:
            if item.period == period and item.receiver_kind == SITE:
                taken = item.billionths / WHOLE * hours.get(item.practice_id, 0.0)
                room[item.receiver] = max(0.0, room[item.receiver] - taken)
    return room


def _cut(arcs: list[tuple[int, int, int]], nodes: int, source: int, sink: int) -> tuple[set[int], int]:
    """The nodes on the source's side of a smallest cut, and the largest flow."""
    tails, heads, limits = (np.array(column, dtype=np.int32) for column in zip(*arcs, strict=True))
    graph = sparse.csr_array((limits, (tails, heads)), shape=(nodes, nodes))
    result = maximum_flow(graph, source, sink)
    residual = sparse.csr_array(graph - result.flow)
    seen, queue = {source}, deque([source])
    while queue:
        node = queue.popleft()
        for at in range(residual.indptr[node], residual.indptr[node + 1]):
            head = int(residual.indices[at])
            if residual.data[at] > 0 and head not in seen:
                seen.add(head)
                queue.append(head)
    return seen, int(result.flow_value)
