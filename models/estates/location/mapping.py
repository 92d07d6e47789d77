"""A facility-location file as an estates instance: the same sites, suites, rooms, areas and costs as an estate has.

A facility is a site of one core suite. It is kept for a year at its fixed cost as rent, or handed back on the first
day for nothing. Its capacity is a number of rooms, each of which takes one hour a week; a customer is an area whose
people each need one hour a week of face-to-face care. What serving a customer costs becomes pounds per contact.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from models.estates.entities import Area, Period, RoomType, Service, Site, Slot, Suite, VacatingRule
from models.estates.instance import EstatesInstance
from models.estates.location.reading import LocationFile
from models.estates.settings import EstatesSettings
from models.shared.faults import Fault, InputFaults
from solvers.types import Values

_FIRST_DAY = dt.date(2026, 4, 1)
_YEAR = "2026/27"
_ROOM = "consulting"
_BEYOND_MINUTES = 600
_NEAR_MINUTES = 10
_MOST_DECIMALS = 6


def site_id(facility: int) -> str:
    """The site of a facility, counted from 0: ids sort as facilities do."""
    return f"F{facility + 1:04d}"


def area_id(customer: int) -> str:
    """The area of a customer, counted from 0: ids sort as customers do."""
    return f"C{customer + 1:04d}"


def pounds_per_unit(file: LocationFile) -> int:
    """How many pounds stand for one unit of the file's costs, so that fixed costs are whole pounds.

    Raises
    ------
    InputFaults
        If fixed costs have more than six decimals.
    """
    return _units(file.name, "fixed cost", file.fixed_cost)


def estates_instance(file: LocationFile, one_site_per_area: bool) -> EstatesInstance:
    """The estates instance of a file.

    Raises
    ------
    InputFaults
        If fixed costs, demands or capacities have more than six decimals.
    """
    hours_per_unit = _units(file.name, "demand or capacity", np.concatenate([file.demand, file.capacity]))
    people = np.round(file.demand * hours_per_unit).astype(np.int64).tolist()
    rooms = np.round(file.capacity * hours_per_unit).astype(np.int64).tolist()
    rents = np.round(file.fixed_cost * pounds_per_unit(file)).astype(np.int64).tolist()
    return EstatesInstance(
        title=file.name,
        settings=_settings(one_site_per_area),
        sites=tuple(_site(i) for i in range(len(rooms))),
        suites=tuple(_suite(i, rents[i], rooms[i]) for i in range(len(rooms))),
        room_types=(RoomType(_ROOM, "Consulting room", clinical=True, fixed=False),),
        occupations=(),
        services=(Service("visit", "Visit", "face_to_face", _ROOM, 60, "own", 0.0, 1000.0, 0.0),),
        areas=tuple(Area(area_id(j), f"Customer {j + 1}", "all", 0.0, 0.0, people[j], 3) for j in range(len(people))),
        travel_times_minutes=_minutes(file.serving_cost),
        periods=(Period(_YEAR, 1, 1.0),),
        slots=(Slot("mon_am", "monday", "am", 1.0),),
        vacating_rules=tuple(
            VacatingRule("nhsps_freehold", extent, _FIRST_DAY, 0.0, False) for extent in ("part", "whole")
        ),
        provenance_counts={},
        service_costs_gbp=_service_costs(file, people),
    )


def _settings(one_site_per_area: bool) -> EstatesSettings:
    """One hour a week for each room and person, nobody without a room, no limit on journeys but the map's own."""
    return EstatesSettings(
        decision_date=_FIRST_DAY, npv_base_year=_YEAR, price_base_year=_YEAR, path_first_year=_YEAR,
        population_added=0, unmet_share_limit=0.0, session_hours=1.0, weeks_per_year=1.0, used_share_ceiling=1.0,
        movable_share=1.0, minimum_clinical_hours_per_session=0.0, travel_limit_minutes=_BEYOND_MINUTES - 1,
        added_minutes_limit=_BEYOND_MINUTES, core20_added_minutes_limit=_BEYOND_MINUTES,
        one_site_per_area=one_site_per_area,
    )  # fmt: skip


def _site(facility: int) -> Site:
    site = site_id(facility)
    return Site(site, f"Facility {facility + 1}", None, "all", 0.0, 0.0, "nhsps_freehold", False, f"{site}-1", None)


def _suite(facility: int, rent_gbp: int, rooms: int) -> Suite:
    return Suite(
        suite_id=f"{site_id(facility)}-1", site_id=site_id(facility), name="All of it", floor=0, area_m2=1000,
        self_contained=True, rent_gbp=rent_gbp, rates_gbp=0, facilities_gbp=0, service_charge_gbp=0, lease_start=None,
        lease_break=None, lease_end=None, notice_months=0, void_payer="icb", surplus_declared=True,
        vacant_by=_FIRST_DAY, instruction="free", instruction_date=None, rooms={_ROOM: rooms} if rooms else {},
    )  # fmt: skip


def _minutes(serving_cost: Values) -> dict[tuple[str, str], int]:
    """Everybody is as near to every site, except where there is no way at all."""
    return {
        (area_id(j), site_id(i)): _NEAR_MINUTES if way else _BEYOND_MINUTES
        for i, row in enumerate(np.isfinite(serving_cost).tolist())
        for j, way in enumerate(row)
    }


def _service_costs(file: LocationFile, people: list[int]) -> dict[tuple[str, str], float]:
    per_person = file.serving_cost * pounds_per_unit(file) / np.array(people)[None, :]
    return {
        (area_id(j), site_id(i)): cost
        for i, row in enumerate(per_person.tolist())
        for j, cost in enumerate(row)
        if np.isfinite(cost)
    }


def _units(name: str, what: str, values: Values) -> int:
    """The least power of ten that makes all values whole."""
    for decimals in range(_MOST_DECIMALS + 1):
        scaled = values * 10**decimals
        if np.all(np.abs(scaled - np.round(scaled)) < 1e-6 * np.maximum(1.0, np.abs(scaled)) * 1e-3):
            return int(10**decimals)
    raise InputFaults([Fault(name, None, what, "more than six decimals", "at most six decimals",
                             "Round the numbers of the file.")])  # fmt: skip
