"""The settings of an estates instance: dates, demand, opening, travel, money."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import AfterValidator

from models.shared.calendar import is_financial_year
from models.shared.register import Settings, setting

PopulationBasis = Literal["resident", "registered"]
TravelMode = Literal["walk", "public_transport", "car"]

_PLAN = "Joint Forward Plan, July 2024, estates core standards"


def _financial_year(text: str) -> str:
    if not is_financial_year(text):
        raise ValueError("must be a financial year like 2026/27")
    return text


FinancialYear = Annotated[str, AfterValidator(_financial_year)]


class EstatesSettings(Settings, frozen=True, extra="forbid"):
    """What holds for the whole instance."""

    decision_date: dt.date = setting(
        dt.date(2026, 4, 1), unit="date", meaning="the day on which notice could first be given",
        source="choice of the user", provenance="assumption",
    )  # fmt: skip
    npv_base_year: FinancialYear = setting(
        "2026/27", unit="financial year", meaning="the year whose cash is not discounted",
        source="choice of the user", provenance="assumption",
    )  # fmt: skip
    price_base_year: FinancialYear = setting(
        "2026/27", unit="financial year", meaning="the year whose prices all charges are stated in",
        source="choice of the user", provenance="assumption",
    )  # fmt: skip
    discount_rate_share: float = setting(
        0.035, unit="share a year", meaning="real discount rate", ge=0, le=0.5,
        source="HM Treasury Green Book", provenance="public",
    )  # fmt: skip

    population_basis: PopulationBasis = setting(
        "resident", unit="", meaning="whether demand follows residents or people on a GP list",
        source="choice of the user", provenance="assumption",
    )  # fmt: skip
    path_first_year: FinancialYear = setting(
        "2026/27", unit="financial year", meaning="the year of the first virtual share and of today's population",
        source="choice of the user", provenance="assumption",
    )  # fmt: skip
    path_last_year: FinancialYear = setting(
        "2040/41", unit="financial year", meaning="the year of the last virtual share and of the grown population",
        source=_PLAN, provenance="plan",
    )  # fmt: skip
    population_added: int = setting(
        100_000, unit="people", meaning="people added from the first to the last year of the path, pro rata to areas",
        ge=-1_000_000, le=10_000_000, source="Joint Forward Plan, July 2024", provenance="plan",
    )  # fmt: skip
    contact_rate: float = setting(
        7.5, unit="contacts per person per year", meaning="primary care contacts of one person in a year",
        ge=0, le=100, source=_PLAN, provenance="plan",
    )  # fmt: skip
    share_in_these_sites: float = setting(
        0.40, unit="share", meaning="part of primary care contacts that takes place in the sites of this instance",
        ge=0, le=1, source="assumption", provenance="assumption",
    )  # fmt: skip
    virtual_share_first: float = setting(
        0.27, unit="share", meaning="part of primary care contacts that is virtual in the first year of the path",
        ge=0, le=1, source=_PLAN, provenance="plan",
    )  # fmt: skip
    virtual_share_last: float = setting(
        0.45, unit="share", meaning="part of primary care contacts that is virtual in the last year of the path",
        ge=0, le=1, source=_PLAN, provenance="plan",
    )  # fmt: skip
    unmet_share_limit: float = setting(
        1.0, unit="share", meaning="largest part of a year's contacts that may be left without a room",
        ge=0, le=1, source="choice of the user", provenance="assumption",
    )  # fmt: skip

    session_hours: float = setting(
        5.0, unit="hours", meaning="length of one session; 11 sessions of 5 hours are 55 hours a week",
        ge=0.5, le=24, source=_PLAN, provenance="plan",
    )  # fmt: skip
    weeks_per_year: float = setting(
        50.0, unit="weeks", meaning="weeks of opening in a year", ge=1, le=53, source=_PLAN, provenance="plan",
    )  # fmt: skip
    used_share_ceiling: float = setting(
        0.85, unit="share", meaning="largest part of a session's hours that may be used clinical hours",
        ge=0.01, le=1, source=_PLAN, provenance="plan",
    )  # fmt: skip
    movable_share: float = setting(
        0.25, unit="share", meaning="part of demand that can be booked into any session of the week",
        ge=0, le=1, source="assumption", provenance="assumption",
    )  # fmt: skip
    minimum_clinical_hours_per_session: float = setting(
        1.0, unit="hours", meaning="used clinical hours an open site must have for each session it opens, on average",
        ge=0, le=1000, source="assumption", provenance="assumption",
    )  # fmt: skip

    travel_mode: TravelMode = setting(
        "public_transport", unit="", meaning="how people travel, where travel.csv does not say the minutes",
        source="choice of the user", provenance="assumption",
    )  # fmt: skip
    walk_km_per_hour: float = setting(
        4.8, unit="km/h", meaning="walking speed", ge=0.1, le=10, source="assumption", provenance="assumption",
    )  # fmt: skip
    public_transport_km_per_hour: float = setting(
        14.0, unit="km/h", meaning="door-to-door speed of buses and trains once boarded", ge=0.1, le=200,
        source="assumption", provenance="assumption",
    )  # fmt: skip
    car_km_per_hour: float = setting(
        18.0, unit="km/h", meaning="speed by car", ge=0.1, le=200, source="assumption", provenance="assumption",
    )  # fmt: skip
    detour_factor: float = setting(
        1.3, unit="km per km", meaning="way by road or path for each kilometre of straight line", ge=1, le=5,
        source="assumption", provenance="assumption",
    )  # fmt: skip
    public_transport_wait_minutes: int = setting(
        8, unit="minutes", meaning="walking to the stop and waiting, once each way", ge=0, le=120,
        source="assumption", provenance="assumption",
    )  # fmt: skip
    car_parking_minutes: int = setting(
        5, unit="minutes", meaning="parking, once each way", ge=0, le=120, source="assumption",
        provenance="assumption",
    )  # fmt: skip
    travel_limit_minutes: int = setting(
        45, unit="minutes", meaning="furthest anyone is sent, one way", ge=1, le=600, source="assumption",
        provenance="assumption",
    )  # fmt: skip
    added_minutes_limit: int = setting(
        12, unit="minutes", meaning="most minutes anyone may travel beyond the nearest site of today", ge=0, le=600,
        source="assumption", provenance="assumption",
    )  # fmt: skip

    minimum_hand_back_m2: int = setting(
        100, unit="m2", meaning="least area NHS Property Services takes back", ge=0, le=100_000,
        source="NHS Property Services, vacant space guidance 2017-19", provenance="public",
    )  # fmt: skip
    avoidable_share_part: float = setting(
        0.8, unit="share", meaning="part of the ICB's charge that ends when part of a building is handed back",
        ge=0.01, le=1, source="assumption", provenance="assumption",
    )  # fmt: skip
    avoidable_share_whole: float = setting(
        1.0, unit="share", meaning="part of the ICB's charge that ends when a whole building is handed back",
        ge=0.01, le=1, source="assumption", provenance="assumption",
    )  # fmt: skip

    acceptance_months: int = setting(
        0, unit="months", meaning="months from a notice to its acceptance, before the notice period begins", ge=0,
        le=60, source="assumption", provenance="assumption",
    )  # fmt: skip
    moves_gbp_per_m2: int = setting(
        0, unit="GBP per m2", meaning="cost to the ICB of moving its own services out of a suite it hands back or "
        "offers on Open Space", ge=0, le=10_000, source="assumption", provenance="assumption",
    )  # fmt: skip
    open_space_take_up_share: float = setting(
        0.35, unit="share", meaning="part of the sessions offered on Open Space that are taken", ge=0, le=1,
        source="assumption", provenance="assumption",
    )  # fmt: skip
    open_space_icb_share: float = setting(
        0.5, unit="share", meaning="part of the Open Space fees that the ICB gets", ge=0, le=1, source="assumption",
        provenance="assumption",
    )  # fmt: skip

    core20_threshold_share: float = setting(
        0.5, unit="share", meaning="an area is a Core20 area if at least this part of its people live in the most "
        "deprived fifth of England", ge=0, le=1, source="assumption", provenance="assumption",
    )  # fmt: skip
    core20_added_minutes_limit: int = setting(
        12, unit="minutes", meaning="the same as added_minutes_limit for people of Core20 areas", ge=0, le=600,
        source="assumption", provenance="assumption",
    )  # fmt: skip
    minimum_open_sites_per_borough: int = setting(
        0, unit="sites", meaning="open sites each borough keeps (or as many as it has today, if fewer)", ge=0,
        le=1000,
        source="assumption", provenance="assumption",
    )  # fmt: skip
    one_site_per_area: bool = setting(
        False, unit="", meaning="whether all people of an area who need one kind of room go to one site",
        source="choice of the user", provenance="assumption",
    )  # fmt: skip

    gp_room_type: str = setting(
        "consulting", unit="", meaning="kind of room in which patients of a closed GP list are seen",
        source="assumption", provenance="assumption",
    )  # fmt: skip
    gp_minutes_per_contact: int = setting(
        12, unit="minutes", meaning="room time of one contact at a GP practice", ge=1, le=600, source="assumption",
        provenance="assumption",
    )  # fmt: skip
    dispersal_limit_minutes: int = setting(
        20, unit="minutes", meaning="furthest a patient of a closed GP list is sent, from the old premises, one way",
        ge=0, le=600, source="assumption", provenance="assumption",
    )  # fmt: skip
    services_per_session: int = setting(
        2, unit="services", meaning="most services that share one room in one session", ge=1, le=20,
        source="assumption", provenance="assumption",
    )  # fmt: skip
