"""One invented neighbourhood of the rule-by-rule estate: its place on the grid, and the rows it adds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from models.shared.cells import Cell

Row = dict[str, Cell]

BOROUGH = "Exampleshire"
_KM = 1000
# One person needs 7.5 x 0.4 x 0.73 x 12 / 60 / 50 = 0.00876 hours of a consulting room a week; a room gives 46.17
# hours where 25 % of demand can be moved to another session, 46.75 where all of it can, 55 without the 85 %.
PEOPLE_FOR_MOST_OF_A_ROOM = 5_000


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
    conversions: list[Row] = field(default_factory=list)
    premises: list[Row] = field(default_factory=list)

    def people(self, area: str, population: int, east_km: float = 0.0, core20_share: float | None = None) -> None:
        """An area, so many kilometres east of the neighbourhood's corner."""
        self.areas.append(
            {"area_id": area, "name": area.replace("_", " ").title(), "borough": BOROUGH,
             "easting": self.easting + round(east_km * _KM), "northing": self.northing, "population": population,
             "registered_population": None, "imd_quintile": 3, "core20_share": core20_share,
             "provenance": "synthetic"}
        )  # fmt: skip

    def site(
        self, site: str, east_km: float = 0.0, tenure: str = "nhsps_freehold", onerous: bool = False,
        borough: str = BOROUGH,
    ) -> None:  # fmt: skip
        self.sites.append(
            {"site_id": site, "name": site.replace("_", " ").title(), "postcode": None, "borough": borough,
             "easting": self.easting + round(east_km * _KM), "northing": self.northing, "tenure": tenure,
             "onerous_lease": onerous, "core_suite": f"{site}-0", "utilisation_cap_share": None,
             "provenance": "synthetic"}
        )  # fmt: skip

    def core_that_stays(self, site: str, rooms: dict[str, int] | None = None) -> None:
        """A ground floor whose GP practice stays; it has the office for telephone consultations."""
        self.suite(site, 0, {"consulting": 2, "office": 1} if rooms is None else rooms, self_contained=False,
                   surplus_declared=False, vacant_by=None)  # fmt: skip
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
            "open_space_from": None, "open_space_works_gbp": 0, "backlog_gbp": 0, "provenance": "synthetic",
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

    def records_room(self, suite: str, digitised_by: dt.date, works_months: int, works_gbp: int) -> None:
        """A records room of the suite that can become a consulting room."""
        self.conversions.append(
            {"conversion_id": f"{suite}-records", "suite_id": suite, "from_room_type": "records", "rooms_from": 1,
             "to_room_type": "consulting", "rooms_to": 1, "digitised_by": digitised_by,
             "works_months": works_months, "works_gbp": works_gbp, "provenance": "synthetic"}
        )  # fmt: skip

    def practice(
        self, practice: str, list_size: int, closes_from: dt.date | None, east_km: float = 0.0, order: str = "free"
    ) -> None:
        """Premises of one room, for which the ICB reimburses £12,000 a year."""
        self.premises.append(
            {"practice_id": practice, "name": practice.replace("_", " ").title(), "postcode": None,
             "borough": BOROUGH, "area_id": self.areas[0]["area_id"],
             "easting": self.easting + round(east_km * _KM), "northing": self.northing, "list_size": list_size,
             "rooms": 1, "reimbursement_gbp": 12_000, "closes_from": closes_from, "closing_cost_gbp": 2_000,
             "instruction": order, "provenance": "synthetic"}
        )  # fmt: skip

    def move(self, easting: int, northing: int) -> None:
        """Shift everything in it to its place on the grid."""
        for row in (*self.sites, *self.areas, *self.premises):
            for name, distance in (("easting", easting), ("northing", northing)):
                at = row[name]
                assert isinstance(at, int)
                row[name] = at + distance


def floor(
    name: str,
    *,
    people: int = PEOPLE_FOR_MOST_OF_A_ROOM,
    core: dict[str, int] | None = None,
    rooms: dict[str, int] | None = None,
    tenure: str = "nhsps_freehold",
    onerous: bool = False,
    area_m2: int = 120,
    borough: str = BOROUGH,
    **changes: Cell,
) -> Neighbourhood:
    """One clinic at the door of one area: a ground floor that stays and a spare first floor."""
    part = Neighbourhood(name, 0, 0)
    part.people(f"{name}_town", people)
    part.site(name, tenure=tenure, onerous=onerous, borough=borough)
    part.core_that_stays(name, core)
    if "lease_end" in changes:
        part.suites[0]["lease_end"] = changes["lease_end"]
    part.suite(name, 1, {"consulting": 2} if rooms is None else rooms, area_m2, **changes)
    return part


def closable(
    name: str, near_km: float, far_km: float, *, borough: str = BOROUGH, core20_share: float | None = None
) -> Neighbourhood:
    """A clinic that could close, were the next one not too far for the people of one area."""
    part = Neighbourhood(name, 0, 0)
    part.people(f"{name}_village", 2_000, core20_share=core20_share)
    part.site(f"{name}_village_clinic", east_km=near_km, borough=borough)
    part.suite(f"{name}_village_clinic", 0, {"consulting": 2, "office": 1})
    next_km = far_km if far_km < 0 else 7.0
    part.people(f"{name}_town", 3_000, east_km=next_km)
    part.site(f"{name}_town_clinic", east_km=next_km)
    part.core_that_stays(f"{name}_town_clinic")
    return part
