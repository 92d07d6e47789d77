"""Small estates, built piece by piece with everything a test does not care about already filled in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from models.estates.checker import check_plan
from models.estates.entities import Area, Occupation, Period, RoomType, Service, Site, Slot, Suite, VacatingRule
from models.estates.instance import EstatesInstance
from models.estates.method import solve_estates
from models.estates.plan import Plan
from models.estates.settings import EstatesSettings
from models.estates.tables import REGISTER
from models.estates.tables_of import tables_of
from models.shared.cells import format_cell
from models.shared.findings import CheckReport
from models.shared.parsing import RawTable, TypedTable, parse_table
from models.shared.problem import Outcome, OutputTables, SolveOptions
from solvers.types import Unwatched

PAYMENTS = (
    VacatingRule("nhsps_freehold", "whole", dt.date(2020, 4, 1), 0.25, False),
    VacatingRule("nhsps_freehold", "part", dt.date(2020, 4, 1), 0.5, False),
    VacatingRule("nhsps_leasehold", "whole", dt.date(2020, 4, 1), 1.0, True),
    VacatingRule("nhsps_leasehold", "part", dt.date(2020, 4, 1), 1.0, True),
)
ROOM_TYPES = (
    RoomType("consulting", "Consulting room", clinical=True, fixed=False),
    RoomType("office", "Office", clinical=False, fixed=False),
    RoomType("xray", "X-ray room", clinical=True, fixed=True),
)
TWO_SLOTS = (Slot("mon_am", "mon", "am", 1.0), Slot("mon_pm", "mon", "pm", 1.0))


def site(site_id: str, *, easting_m: float = 500_000.0, core: str = "", **changes: object) -> Site:
    """A freehold site whose core suite is `<site>-0`."""
    values: dict[str, object] = {
        "site_id": site_id,
        "name": f"Site {site_id}",
        "postcode": None,
        "borough": "Brent",
        "easting_m": easting_m,
        "northing_m": 180_000.0,
        "tenure": "nhsps_freehold",
        "onerous_lease": False,
        "core_suite": core or f"{site_id}-0",
        "utilisation_cap_share": None,
    }
    return Site(**(values | changes))  # type: ignore[arg-type]


def suite(suite_id: str, **changes: object) -> Suite:
    """A suite of the site before the last dash, on the floor after it: 200 m2, £24,000 a year, two rooms."""
    site_id, floor = suite_id.rsplit("-", 1)
    values: dict[str, object] = {
        "suite_id": suite_id,
        "site_id": site_id,
        "name": f"Floor {floor}",
        "floor": int(floor),
        "area_m2": 200,
        "self_contained": True,
        "rent_gbp": 12_000,
        "rates_gbp": 4_000,
        "facilities_gbp": 5_000,
        "service_charge_gbp": 3_000,
        "lease_start": None,
        "lease_break": None,
        "lease_end": None,
        "notice_months": 6,
        "void_payer": "icb",
        "surplus_declared": True,
        "vacant_by": dt.date(2026, 4, 1),
        "instruction": "free",
        "instruction_date": None,
        "rooms": {"consulting": 2},
    }
    return Suite(**(values | changes))  # type: ignore[arg-type]


def area(area_id: str, people: int, *, easting_m: float = 500_000.0, quintile: int = 3) -> Area:
    return Area(area_id, f"Area {area_id}", "Brent", easting_m, 180_000.0, people, quintile)


def service(
    service_id: str = "gp", *, room_type: str = "consulting", per_1000: float = 1000.0, **changes: object
) -> Service:
    """A face-to-face service with its own demand, one contact of 12 minutes a year per person."""
    values: dict[str, object] = {
        "service": service_id,
        "name": f"Service {service_id}",
        "mode": "face_to_face",
        "room_type": room_type,
        "minutes_per_contact": 12,
        "demand_source": "own",
        "contact_share": 1.0,
        "contacts_per_1000_people": per_1000,
        "growth_share_per_year": 0.0,
    }
    return Service(**(values | changes))  # type: ignore[arg-type]


def settings(**changes: object) -> EstatesSettings:
    """No growth, no discount on moves: the shipped settings with as little happening as possible."""
    values: dict[str, object] = {
        "population_added": 0,
        "used_share_ceiling": 0.8,
        "minimum_clinical_hours_per_session": 0.0,
        "discount_rate_share": 0.0,
    }
    return EstatesSettings.model_validate(values | changes)


def estate(
    sites: Sequence[Site],
    suites: Sequence[Suite],
    areas: Sequence[Area],
    *,
    services: Sequence[Service] = (),
    periods: Sequence[Period] = (Period("2026/27", 1, 1.0), Period("2027/28", 2, 2.0)),
    occupations: Sequence[Occupation] = (),
    slots: Sequence[Slot] = TWO_SLOTS,
    travel: Mapping[tuple[str, str], int] | None = None,
    payments: Sequence[VacatingRule] = PAYMENTS,
    **changes: object,
) -> EstatesInstance:
    return EstatesInstance(
        title="small estate",
        settings=settings(**changes),
        sites=tuple(sorted(sites, key=lambda one: one.site_id)),
        suites=tuple(sorted(suites, key=lambda one: one.suite_id)),
        room_types=ROOM_TYPES,
        occupations=tuple(occupations),
        services=tuple(services) or (service(),),
        areas=tuple(sorted(areas, key=lambda one: one.area_id)),
        travel_times_minutes=dict(travel or {}),
        periods=tuple(periods),
        slots=tuple(slots),
        vacating_rules=tuple(payments),
        provenance_counts={},
    )


def solved(instance: EstatesInstance, *without_rules: str) -> Outcome:
    return solve_estates(instance, SolveOptions(without_rules=frozenset(without_rules)), Unwatched())


def plan_of(instance: EstatesInstance, outcome: Outcome) -> Plan:
    assert outcome.decisions is not None, outcome.reason
    return Plan.from_decisions(instance, outcome.decisions)


def written(tables: OutputTables) -> dict[str, TypedTable]:
    """Tables as they come back from their CSVs."""
    found: dict[str, TypedTable] = {}
    for table in REGISTER.outputs:
        cells = tuple(tuple(format_cell(row.get(c.name), c) for c in table.columns) for row in tables[table.name])
        header = tuple(column.name for column in table.columns)
        raw = RawTable(table.name, f"{table.name}.csv", header, cells, tuple(range(2, len(cells) + 2)))
        typed, faults = parse_table(table, raw, [])
        assert not faults, faults[:3]
        found[table.name] = typed
    return found


def checked(plan: Plan, outcome: Outcome | None = None) -> CheckReport:
    """The independent check of a plan, with the stage values of its outcome."""
    values = None if outcome is None else {stage.name: stage.value for stage in outcome.stages}
    return check_plan(plan.instance, written(tables_of(plan)), values)
