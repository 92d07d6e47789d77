"""The things an estates instance is made of, as frozen dataclasses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from models.shared.calendar import financial_year, financial_year_start, first_calendar_year


@dataclass(frozen=True)
class Site:
    """A building. `utilisation_cap_share` is None where only the common ceiling applies."""

    site_id: str
    name: str
    postcode: str | None
    borough: str
    easting_m: float
    northing_m: float
    tenure: str
    onerous_lease: bool
    core_suite: str
    utilisation_cap_share: float | None


@dataclass(frozen=True)
class Suite:
    """A floor or wing: what is kept or handed back. `rooms` holds the number of rooms by type, zeros left out.

    `open_space_from` is the first day it can be offered on Open Space; None where it cannot.
    """

    suite_id: str
    site_id: str
    name: str
    floor: int
    area_m2: int
    self_contained: bool
    rent_gbp: int
    rates_gbp: int
    facilities_gbp: int
    service_charge_gbp: int
    lease_start: dt.date | None
    lease_break: dt.date | None
    lease_end: dt.date | None
    notice_months: int
    void_payer: str
    surplus_declared: bool
    vacant_by: dt.date | None
    instruction: str
    instruction_date: dt.date | None
    rooms: Mapping[str, int]
    open_space_from: dt.date | None = None
    open_space_works_gbp: int = 0
    backlog_gbp: int = 0

    @property
    def running_costs_gbp(self) -> int:
        """Rates, facilities and service charge a year: what a building costs beside its rent."""
        return self.rates_gbp + self.facilities_gbp + self.service_charge_gbp

    @property
    def annual_charge_gbp(self) -> int:
        return self.rent_gbp + self.running_costs_gbp


@dataclass(frozen=True)
class RoomType:
    room_type: str
    name: str
    clinical: bool
    fixed: bool
    open_space_gbp_per_session: float = 0.0


@dataclass(frozen=True)
class Occupation:
    """Area someone occupies and who pays for it; `end_date` is the first day the occupier is gone."""

    occupation_id: str
    suite_id: str
    occupier: str
    area_m2: int
    payer: str
    end_date: dt.date | None


@dataclass(frozen=True)
class Service:
    service: str
    name: str
    mode: str
    room_type: str
    minutes_per_contact: int
    demand_source: str
    contact_share: float
    contacts_per_1000_people: float
    growth_share_per_year: float

    @property
    def is_virtual(self) -> bool:
        return self.mode == "virtual"


@dataclass(frozen=True)
class Area:
    """Where people live; `population` is on the basis the settings choose."""

    area_id: str
    name: str
    borough: str
    easting_m: float
    northing_m: float
    population: int
    imd_quintile: int
    core20_share: float | None = None


@dataclass(frozen=True)
class Period:
    """A step of the plan. `first_day` is its first day, `end_day` the first day after it."""

    first_year: str
    years: int
    weight: float

    @property
    def financial_years(self) -> tuple[str, ...]:
        first = first_calendar_year(self.first_year)
        return tuple(financial_year(first + offset) for offset in range(self.years))

    @property
    def first_day(self) -> dt.date:
        return financial_year_start(self.first_year)

    @property
    def end_day(self) -> dt.date:
        return dt.date(first_calendar_year(self.first_year) + self.years, 4, 1)


@dataclass(frozen=True)
class Slot:
    slot: str
    weekday: str
    session: str
    demand_weight: float


@dataclass(frozen=True)
class VacatingRule:
    tenure: str
    extent: str
    valid_from: dt.date
    share_of_annual_charge: float
    pro_rata_to_lease_end: bool


@dataclass(frozen=True)
class Conversion:
    """Rooms of one kind that works can turn into rooms of another, once the records in them are digitised."""

    conversion_id: str
    suite_id: str
    from_room_type: str
    rooms_from: int
    to_room_type: str
    rooms_to: int
    digitised_by: dt.date
    works_months: int
    works_gbp: int


@dataclass(frozen=True)
class Premises:
    """Premises of a GP practice: fixed capacity, unless a Right Size move closes them.

    `closes_from` is None where they may not close; `easting_m` and `northing_m` are None where the place is
    not known.
    """

    practice_id: str
    name: str
    borough: str
    area_id: str
    easting_m: float | None
    northing_m: float | None
    list_size: int
    rooms: int
    reimbursement_gbp: int
    closes_from: dt.date | None
    closing_cost_gbp: int
    instruction: str

    @property
    def may_close(self) -> bool:
        return self.closes_from is not None


@dataclass(frozen=True)
class CapitalSource:
    """Money for works in one financial year. `borough` is None where it may be spent anywhere."""

    source_id: str
    kind: str
    borough: str | None
    year: str
    limit_gbp: int
    share_of_project: float


@dataclass(frozen=True)
class MeasuredHours:
    """Hours a week measured today, by three definitions; None where not measured."""

    site_id: str
    room_type: str
    slot: str
    booked_hours: float | None
    used_hours: float | None
    observed_hours: float | None
