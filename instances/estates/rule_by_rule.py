"""An instance in which every rule holds something back: one invented neighbourhood for each, too far apart to mix.

In each neighbourhood an upper floor (or a whole clinic) would be handed back at a profit, were it not for one rule.
So each refusal can be looked at on its own, and leaving out a rule always changes the plan.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from instances.estates.catalogue import payment_rows, profile_rows
from models.shared.cells import Cell

Row = dict[str, Cell]

_KM = 1000
_NEVER = dt.date(2030, 4, 1)
# One person needs 7.5 x 0.4 x 0.73 x 12 / 60 / 50 = 0.00876 hours of a consulting room a week; a room gives 46.17
# hours where 25 % of demand can be moved to another session, 46.75 where all of it can, 55 without the 85 %.
PEOPLE_FOR_MOST_OF_A_ROOM = 5_000
PEOPLE_BEYOND_THE_PEAK_SLOT = 5_308
PEOPLE_BEYOND_THE_CEILING = 5_700


@dataclass
class Neighbourhood:
    """One part of the instance: its place on the grid, and the rows it adds."""

    name: str
    easting: int
    northing: int
    sites: list[Row] = field(default_factory=list)
    suites: list[Row] = field(default_factory=list)
    rooms: list[Row] = field(default_factory=list)
    occupations: list[Row] = field(default_factory=list)
    areas: list[Row] = field(default_factory=list)

    def people(self, area: str, population: int, east_km: float = 0.0) -> None:
        """An area, so many kilometres east of the neighbourhood's corner."""
        self.areas.append(
            {"area_id": area, "name": area.replace("_", " ").title(), "borough": "Exampleshire",
             "easting": self.easting + round(east_km * _KM), "northing": self.northing, "population": population,
             "registered_population": None, "imd_quintile": 3, "core20_share": None, "provenance": "synthetic"}
        )  # fmt: skip

    def site(self, site: str, east_km: float = 0.0, tenure: str = "nhsps_freehold", onerous: bool = False) -> None:
        self.sites.append(
            {"site_id": site, "name": site.replace("_", " ").title(), "postcode": None, "borough": "Exampleshire",
             "easting": self.easting + round(east_km * _KM), "northing": self.northing, "tenure": tenure,
             "onerous_lease": onerous, "core_suite": f"{site}-0", "utilisation_cap_share": None,
             "provenance": "synthetic"}
        )  # fmt: skip

    def core_that_stays(self, site: str, consulting: int = 2) -> None:
        """A ground floor whose GP practice stays; it has the office for telephone consultations."""
        self.suite(site, 0, {"consulting": consulting, "office": 1}, self_contained=False, surplus_declared=False,
                   vacant_by=None)  # fmt: skip
        self.occupied(f"{site}-0", 100, "gp")

    def suite(self, site: str, floor: int, rooms: dict[str, int], area_m2: int = 120, **changes: Cell) -> None:
        """A suite that may be handed back from October 2026, but for the changes."""
        name = ("Ground floor", "First floor", "Second floor")[floor]
        row: Row = {
            "suite_id": f"{site}-{floor}", "site_id": site, "name": name, "floor": floor, "area_m2": area_m2,
            "self_contained": True, "rent_gbp": 20_000, "rates_gbp": 7_000, "facilities_gbp": 8_000,
            "service_charge_gbp": 5_000, "lease_start": None, "lease_break": None, "lease_end": None,
            "notice_months": 6, "void_payer": "icb", "surplus_declared": True,
            "vacant_by": dt.date(2026, 4, 1), "instruction": "free", "instruction_date": None,
            "provenance": "synthetic",
        }  # fmt: skip
        self.suites.append({**row, **changes})
        self.rooms.extend(
            {"suite_id": f"{site}-{floor}", "room_type": kind, "rooms": count, "provenance": "synthetic"}
            for kind, count in rooms.items()
        )

    def occupied(self, suite: str, area_m2: int, payer: str, end_date: dt.date | None = None) -> None:
        occupier = {"gp": "GP practice", "provider": "Community provider", "icb": "Bookable sessions of the ICB"}[
            payer
        ]
        self.occupations.append(
            {"occupation_id": f"{suite}-{len(self.occupations) + 1}", "suite_id": suite, "occupier": occupier,
             "area_m2": area_m2, "payer": payer, "end_date": end_date, "provenance": "synthetic"}
        )  # fmt: skip


def rule_by_rule() -> tuple[dict[str, object], dict[str, list[Row]]]:
    """The header and the tables of the instance."""
    parts = [*_refused_floors(), *_capacity(), *_order(), *_access(), *_allowed()]
    for position, part in enumerate(parts):
        _move(part, 300_000 + 40 * _KM * (position % 6), 150_000 + 40 * _KM * (position // 6))
    tables: dict[str, list[Row]] = {
        "sites": [row for part in parts for row in part.sites],
        "suites": [row for part in parts for row in part.suites],
        "rooms": [row for part in parts for row in part.rooms],
        "occupations": [row for part in parts for row in part.occupations],
        "areas": [row for part in parts for row in part.areas],
        "room_types": _room_types(),
        "services": _services(),
        "periods": [
            {"first_year": year, "years": years, "weight": years, "provenance": "assumption"}
            for year, years in (("2026/27", 1), ("2027/28", 2), ("2029/30", 3))
        ],
        "weekly_profile": profile_rows(),
        "vacating_payments": payment_rows(),
    }
    return _header(), tables


def _refused_floors() -> list[Neighbourhood]:
    """Upper floors that one standing rule keeps: E-09 to E-17, E-24 and E-25."""
    payer = _floor("void_payer", void_payer="provider")
    payer.occupied("void_payer-1", 100, "icb")
    vacant = _floor("not_vacant", vacant_by=dt.date(2029, 4, 1))
    return [
        payer,
        _floor("not_surplus", surplus_declared=False),
        vacant,
        _floor("not_self_contained", self_contained=False),
        _floor("under_100_m2", area_m2=90),
        _floor("gp_premises", tenure="gp"),
        _floor("pfi", tenure="pfi", lease_end=dt.date(2033, 3, 31)),
        _floor("onerous_lease", tenure="nhsps_leasehold", onerous=True, lease_end=dt.date(2036, 6, 24)),
        _floor("lift", tenure="lift_chp", lease_end=dt.date(2034, 3, 31)),
        _floor("xray", rooms={"consulting": 1, "xray": 1}),
        _floor("kept_by_order", instruction="keep"),
    ]


def _capacity() -> list[Neighbourhood]:
    """Upper floors whose room is needed: by the 85 % (E-06), and by the busiest session of the week (E-07)."""
    return [
        _floor("ceiling", people=PEOPLE_BEYOND_THE_CEILING, core_consulting=1, rooms={"consulting": 1}),
        _floor("monday_morning", people=PEOPLE_BEYOND_THE_PEAK_SLOT, core_consulting=1, rooms={"consulting": 1}),
    ]


def _order() -> list[Neighbourhood]:
    """What has to wait: for the notice (E-18), for the floor above (E-19), for the rest of the building (E-20)."""
    notice = _floor("long_notice", notice_months=12)
    above = _floor("floor_above")
    above.suite("floor_above", 2, {"consulting": 2})
    above.occupied("floor_above-2", 110, "provider", _NEVER)
    rest = Neighbourhood("tenant_upstairs", 0, 0)
    rest.people("tenant_upstairs_town", PEOPLE_FOR_MOST_OF_A_ROOM)
    rest.site("tenant_upstairs")
    rest.suite("tenant_upstairs", 0, {"consulting": 2})
    rest.suite("tenant_upstairs", 1, {"consulting": 2}, vacant_by=None)
    rest.occupied("tenant_upstairs-1", 60, "provider")
    return [notice, above, rest]


def _access() -> list[Neighbourhood]:
    """Clinics that stay for their people: opening (E-21), the travel limit (E-22), the added minutes (E-23)."""
    lonely = Neighbourhood("lonely", 0, 0)
    lonely.people("lonely_hamlet", 100)
    lonely.people("lonely_town", PEOPLE_FOR_MOST_OF_A_ROOM, east_km=2.0)
    lonely.site("lonely_clinic")
    lonely.core_that_stays("lonely_clinic")
    lonely.site("lonely_town_clinic", east_km=2.0)
    lonely.core_that_stays("lonely_town_clinic")
    return [lonely, _closable("far", 6.2, 13.2), _closable("further", 1.0, -3.5)]


def _closable(name: str, near_km: float, far_km: float) -> Neighbourhood:
    """A clinic that could close, were the next one not too far for the people of one area."""
    part = Neighbourhood(name, 0, 0)
    part.people(f"{name}_village", 2_000)
    part.site(f"{name}_village_clinic", east_km=near_km)
    part.suite(f"{name}_village_clinic", 0, {"consulting": 2})
    next_km = far_km if far_km < 0 else 7.0
    part.people(f"{name}_town", 3_000, east_km=next_km)
    part.site(f"{name}_town_clinic", east_km=next_km)
    part.core_that_stays(f"{name}_town_clinic")
    return part


def _allowed() -> list[Neighbourhood]:
    """What may go: a floor of a lease nearly over, and a whole clinic with another around the corner."""
    lease = _floor("lease_nearly_over", tenure="nhsps_leasehold", lease_end=dt.date(2027, 6, 24))
    whole = Neighbourhood("whole", 0, 0)
    whole.people("whole_town", PEOPLE_FOR_MOST_OF_A_ROOM)
    whole.site("whole_clinic")
    whole.suite("whole_clinic", 0, {"consulting": 2}, self_contained=False)
    whole.suite("whole_clinic", 1, {"consulting": 1}, area_m2=80)
    whole.site("whole_town_clinic", east_km=0.8)
    whole.core_that_stays("whole_town_clinic")
    return [lease, whole]


def _floor(
    name: str,
    *,
    people: int = PEOPLE_FOR_MOST_OF_A_ROOM,
    core_consulting: int = 2,
    rooms: dict[str, int] | None = None,
    tenure: str = "nhsps_freehold",
    onerous: bool = False,
    area_m2: int = 120,
    **changes: Cell,
) -> Neighbourhood:
    """One clinic at the door of one area: a ground floor that stays and a spare first floor."""
    part = Neighbourhood(name, 0, 0)
    part.people(f"{name}_town", people)
    part.site(name, tenure=tenure, onerous=onerous)
    part.core_that_stays(name, core_consulting)
    if "lease_end" in changes:
        part.suites[0]["lease_end"] = changes["lease_end"]
    part.suite(name, 1, {"consulting": 2} if rooms is None else rooms, area_m2, **changes)
    return part


def _move(part: Neighbourhood, easting: int, northing: int) -> None:
    for row in (*part.sites, *part.areas):
        for name, distance in (("easting", easting), ("northing", northing)):
            at = row[name]
            assert isinstance(at, int)
            row[name] = at + distance


def _room_types() -> list[Row]:
    kinds = (("consulting", "Consulting room", True, False), ("xray", "X-ray room", True, True),
             ("office", "Office for telephone consultations", False, False))  # fmt: skip
    names = ("room_type", "name", "clinical", "fixed")
    return [{**dict(zip(names, kind, strict=True)), "provenance": "synthetic"} for kind in kinds]


def _services() -> list[Row]:
    """Appointments, calls, and an X-ray room whose contacts the hospital counts."""
    lines = (
        ("appointments", "Appointments", "face_to_face", "consulting", 12, "contact_rate", 1, 0),
        ("calls", "Telephone consultations", "virtual", "office", 8, "contact_rate", 1, 0),
        ("xray", "X-ray, counted by the hospital", "face_to_face", "xray", 12, "own", 0, 0),
    )
    names = ("service", "name", "mode", "room_type", "minutes_per_contact", "demand_source", "contact_share",
             "contacts_per_1000_people")  # fmt: skip
    return [
        {**dict(zip(names, line, strict=True)), "growth_share_per_year": 0, "provenance": "synthetic"}
        for line in lines
    ]


def _header() -> dict[str, object]:
    settings: dict[str, object] = {"population_added": 0, "virtual_share_last": 0.27}
    return {
        "kind": "estates",
        "title": "Rule by rule: in each neighbourhood one rule keeps a floor or a clinic",
        "description": "Invented. Each neighbourhood is named after the one rule that holds something back in it; "
        "leave the rule out and the plan changes. Nothing in it is a real place.",
        "settings": settings,
        "provenance": dict.fromkeys((f"settings.{name}" for name in sorted(settings)), "synthetic"),
    }
