"""The seeded generator of estates instances; the reference instance is `REFERENCE_SEED` with the default sizes."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from instances.estates.buildings import Suite, caps_of, rooms_by_site, suites_of
from instances.estates.catalogue import (
    ROOM_KINDS,
    co_location_rows,
    end_year,
    payment_rows,
    period_rows,
    profile_rows,
    room_type_rows,
    service_rows,
)
from instances.estates.changes import capital_rows, change_cells, conversion_rows
from instances.estates.draw import Draw
from instances.estates.measured import measured_rows
from instances.estates.need import POPULATION_ADDED, RESIDENTS, Point, metres
from instances.estates.places import ONEROUS, PLACES, Place
from instances.estates.practices import premises_rows
from instances.estates.tenants import Lease, Row, give_kinds, leases, occupation_rows, suite_rows

Tables = dict[str, list[Row]]
REFERENCE_SEED = 2
_EXTRA_TENURES = ("nhsps_freehold", "nhsps_leasehold", "nhsps_freehold", "lift_chp", "nhsps_freehold")

# What the reference asks beyond the defaults. Core20 areas: no more than 8 minutes longer; two open sites a borough.
SETTINGS: dict[str, int] = {
    "acceptance_months": 3,
    "moves_gbp_per_m2": 60,
    "core20_added_minutes_limit": 8,
    "minimum_open_sites_per_borough": 2,
}
INVENTED_OF_PREMISES = ("list_size", "rooms", "reimbursement_gbp", "closing_cost_gbp")

DESCRIPTION = """\
The estate of North West London, as far as it is public, filled up with invented figures.

Real: the names, boroughs and plans of 18 sites (Joint Forward Plan, July 2024), most of their postcodes and places;
codes, names, postcodes and (but for 28) places of 345 GP practices (ODS; NHS Choices 2014); areas (MSOA 2021) with
their residents of mid-2020, deprivation quintile and Core20 share (ONS, MHCLG; Open Government Licence v3; contains
OS data, Crown copyright and database right 2022); contact rate, virtual share, opening and the 85 % (Joint Forward
Plan); the third of a project that a London Improvement Grant pays; vacating payments and the 100 m2 (NHS Property
Services).
Invented, and marked synthetic: 30 further sites, set at the centroids of real areas; every floor area, room, tenure,
lease, charge, occupation, backlog and hand-back condition; people on GP lists (2,774,346 in all) and practices'
rooms and reimbursements; works, limits of capital, Open Space fees; booked, used and observed hours.
Which practices may close, and from when, is invented too: no practice is proposed for closing here.
Belmont is set so that 30 % of it stands empty at about 110,000 pounds a year, which is public.
"""


@dataclass(frozen=True)
class Parameters:
    """What a generated instance is to be like."""

    seed: int
    sites: int
    suites_per_site: int | None
    areas: int | None
    periods: int


def public_areas() -> list[dict[str, str]]:
    """The areas of the reference instance: public figures, kept there and nowhere else."""
    text = files("instances.estates").joinpath("nwl", "areas.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def generate(
    seed: int = 1,
    *,
    sites: int = len(PLACES),
    suites_per_site: int | None = None,
    areas: int | None = None,
    periods: int = 4,
) -> tuple[dict[str, object], Tables]:
    """The header and the tables of an instance; the same seed and sizes give the same instance.

    `suites_per_site` None: as the reference has them, 2 to 4. `areas` None: those that fall to so many sites.

    Raises
    ------
    ValueError
        If a size is less than 1, or there is no list of so many periods.
    """
    if min(sites, *(size for size in (suites_per_site, areas, 1) if size is not None)) < 1:
        raise ValueError("sites, suites_per_site and areas must be 1 or more")
    return _generate(Parameters(seed, sites, suites_per_site, areas, periods))


def _generate(parameters: Parameters) -> tuple[dict[str, object], Tables]:
    every_area = public_areas()
    places = _places(parameters, every_area)
    areas = _areas_near(places, every_area, parameters.areas)
    points = [_area_point(row) for row in areas]
    sites = [Point(place.site_id, place.easting, place.northing) for place in places]
    caps = caps_of(places, sites, points)
    rooms = rooms_by_site(parameters.seed, places, sites, points, caps, POPULATION_ADDED / RESIDENTS)
    suites = suites_of(parameters.seed, places, rooms, parameters.suites_per_site)
    give_kinds(parameters.seed, suites)
    tables = _tables(parameters, places, suites, caps)
    tables["areas"] = [_area_row(row) for row in areas]
    tables["gp_premises"] = premises_rows(
        parameters.seed, places, {row["area_id"] for row in areas}, end_year(parameters.periods)
    )
    return _header(parameters, sum(point.people for point in points)), tables


def _places(parameters: Parameters, areas: Sequence[Mapping[str, str]]) -> list[Place]:
    """All sites of the reference, or a compact part of them, or more at centroids that have none yet."""
    if parameters.sites == len(PLACES):
        return list(PLACES)
    if parameters.sites < len(PLACES):
        centre = Draw(parameters.seed, "centre").pick(PLACES)
        at = Point(centre.site_id, centre.easting, centre.northing)
        near = sorted(PLACES, key=lambda p: (metres(at, Point(p.site_id, p.easting, p.northing)), p.site_id))
        chosen = frozenset(near[: parameters.sites])
        return [place for place in PLACES if place in chosen]
    taken = {(place.easting, place.northing) for place in PLACES}
    free = [row for row in areas if (int(row["easting"]), int(row["northing"])) not in taken]
    extra = Draw(parameters.seed, "extra sites").shuffled(free)[: parameters.sites - len(PLACES)]
    return list(PLACES) + [_extra_place(number, row) for number, row in enumerate(extra)]


def _extra_place(number: int, row: Mapping[str, str]) -> Place:
    return Place(
        site_id=f"extra_{row['area_id']}",
        name=f"{row['name']} (synthetic site)",
        postcode="",
        borough=row["borough"],
        easting=int(row["easting"]),
        northing=int(row["northing"]),
        tenure=_EXTRA_TENURES[number % len(_EXTRA_TENURES)],
        suites=3,
        provenance="synthetic",
    )


def _area_point(row: Mapping[str, str]) -> Point:
    return Point(row["area_id"], int(row["easting"]), int(row["northing"]), int(row["population"]))


def _areas_near(
    places: Sequence[Place], areas: Sequence[Mapping[str, str]], count: int | None
) -> list[Mapping[str, str]]:
    """The areas nearest to a site; by default as many as fall to these sites of all the reference's."""
    if count is None:
        count = min(len(areas), max(1, round(len(areas) * len(places) / len(PLACES))))
    sites = [Point(place.site_id, place.easting, place.northing) for place in places]
    distance = {row["area_id"]: min(metres(_area_point(row), site) for site in sites) for row in areas}
    near = sorted(areas, key=lambda row: (distance[row["area_id"]], row["area_id"]))[:count]
    return sorted(near, key=lambda row: row["area_id"])


def _area_row(row: Mapping[str, str]) -> Row:
    return {
        **row,
        "easting": int(row["easting"]),
        "northing": int(row["northing"]),
        "population": int(row["population"]),
        "registered_population": int(row["registered_population"]),
        "imd_quintile": int(row["imd_quintile"]),
        "core20_share": float(row["core20_share"]),
    }


def _tables(
    parameters: Parameters, places: Sequence[Place], suites: Sequence[Suite], caps: Mapping[str, float]
) -> Tables:
    lease_of: dict[str, Lease] = leases(parameters.seed, places)
    return {
        "sites": [_site_row(place, caps) for place in places],
        "suites": _with_changes(parameters.seed, suites, suite_rows(parameters.seed, suites, lease_of)),
        "room_types": room_type_rows(),
        "rooms": [
            {"suite_id": suite.suite_id, "room_type": kind.room_type, "rooms": suite.rooms[kind.room_type],
             "provenance": "synthetic"}
            for suite in suites
            for kind in ROOM_KINDS
            if suite.rooms[kind.room_type]
        ],
        "occupations": occupation_rows(parameters.seed, suites),
        "services": service_rows(),
        "periods": period_rows(parameters.periods),
        "weekly_profile": profile_rows(),
        "vacating_payments": payment_rows(),
        "conversions": conversion_rows(parameters.seed, suites, end_year(parameters.periods)),
        "capital_sources": capital_rows(parameters.seed, places, end_year(parameters.periods)),
        "co_locations": co_location_rows(),
        "measured_hours": measured_rows(parameters.seed, suites),
    }  # fmt: skip


def _with_changes(seed: int, suites: Sequence[Suite], rows: Sequence[Row]) -> list[Row]:
    draw = Draw(seed, "changes")
    return [{**row, **change_cells(draw, suite, row["vacant_by"])} for suite, row in zip(suites, rows, strict=True)]


def _site_row(place: Place, caps: Mapping[str, float]) -> Row:
    return {
        "site_id": place.site_id,
        "name": place.name,
        "postcode": place.postcode or None,
        "borough": place.borough,
        "easting": place.easting,
        "northing": place.northing,
        "tenure": place.tenure,
        "onerous_lease": place.site_id in ONEROUS,
        "core_suite": f"{place.site_id}-0",
        "utilisation_cap_share": caps.get(place.site_id),
        "provenance": place.provenance,
    }


def _header(parameters: Parameters, people: int) -> dict[str, object]:
    size = f"{parameters.sites} sites, {people:,} residents, seed {parameters.seed}"
    return {
        "kind": "estates",
        "title": f"North West London estate: {size} (public places and people, synthetic buildings)",
        "description": DESCRIPTION,
        "settings": {"population_added": round(POPULATION_ADDED * people / RESIDENTS), **SETTINGS},
        "provenance": {
            "settings.population_added": "plan",
            **{f"settings.{name}": "assumption" for name in SETTINGS},
            "areas.registered_population": "synthetic",
            "sites.utilisation_cap_share": "synthetic",
            "room_types.open_space_gbp_per_session": "synthetic",
            "capital_sources.limit_gbp": "synthetic",
            **{f"gp_premises.{name}": "synthetic" for name in INVENTED_OF_PREMISES},
        },
    }
