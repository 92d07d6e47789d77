"""The location core of an estates instance that is one: through the rules' own demand, rooms and cash."""

from __future__ import annotations

import numpy as np

from models.estates.cash import discount_factor
from models.estates.formulation.choices import SuiteChoice, suite_choices
from models.estates.formulation.network import Network, build_network
from models.estates.instance import EstatesInstance
from models.estates.location.core import LocationCore
from solvers.types import Values

_DECIMALS = 6
"""Pounds are rounded to a millionth: a cost per contact times contacts gives back the whole pounds it came from."""


def location_core(instance: EstatesInstance) -> LocationCore | None:
    """The core of an instance: one period, one suite a site, one kind of room, nobody unmet. None if it is more."""
    if not _is_core(instance):
        return None
    network = build_network(instance)
    choices = suite_choices(instance)
    if not all(choice.options for choice in choices) or any(cell.commodity.is_virtual for cell in network.cells):
        return None
    costs = [_kept_and_gone_gbp(instance, choice) for choice in choices]
    keep = np.array([_keep_gbp(kept, gone) for kept, gone in costs])
    settled = sum(kept if gone is None else gone for kept, gone in costs if kept is not None)
    if any(kept is None for kept, _ in costs):
        return None
    rooms = [sum(choice.facts.suite.rooms.values()) for choice in choices]
    each = [network.weekly_hours_per_room[choice.facts.site.site_id] for choice in choices]
    return LocationCore(
        name=instance.title,
        keep_gbp=np.round(keep, _DECIMALS),
        capacity_hours=np.array(rooms) * np.array(each),
        demand_hours=np.array([cell.hours[0] for cell in network.cells]),
        serve_gbp=_serve_gbp(instance, network),
        one_site_per_area=instance.settings.one_site_per_area,
        settled_gbp=settled,
    )


def _is_core(instance: EstatesInstance) -> bool:
    settings = instance.settings
    kinds = {kind for suite in instance.suites for kind in suite.rooms}
    extras = (instance.conversions, instance.premises, instance.capital_sources, instance.needs_beside)
    return (
        len(instance.periods) == 1
        and len(instance.suites) == len(instance.sites)
        and len(kinds) == 1
        and {service.room_type for service in instance.services} == kinds
        and not any(extras)
        and all(suite.open_space_from is None for suite in instance.suites)
        and settings.minimum_clinical_hours_per_session == 0
        and settings.minimum_open_sites_per_borough == 0
        and settings.unmet_share_limit == 0
    )


def _kept_and_gone_gbp(instance: EstatesInstance, choice: SuiteChoice) -> tuple[float | None, float | None]:
    """The least cost of a suite with its rooms planned on, and without; None where there is no such option."""
    end = instance.periods[0].end_day
    costs = list(zip(choice.options, choice.costs_gbp, strict=True))
    kept = [cost for option, cost in costs if option.date is None or option.date >= end]
    gone = [cost for option, cost in costs if option.date is not None and option.date < end]
    return min(kept, default=None), min(gone, default=None)


def _keep_gbp(kept: float | None, gone: float | None) -> float:
    """What keeping a site adds: nothing where it must be kept."""
    return 0.0 if kept is None or gone is None else kept - gone


def _serve_gbp(instance: EstatesInstance, network: Network) -> Values:
    """Cost of serving all of an area from a site, over the period's years; infinite where it may not go."""
    rows = {site.site_id: at for at, site in enumerate(instance.sites)}
    factor = sum(discount_factor(instance, year) for year in instance.periods[0].financial_years)
    found = np.full((len(rows), len(network.cells)), np.inf)
    prices = instance.service_costs_gbp
    for j, cell in enumerate(network.cells):
        for site in cell.sites:
            found[rows[site], j] = prices.get((cell.area_id, site), 0.0) * cell.contacts[0] * factor
    return np.round(found, _DECIMALS)
