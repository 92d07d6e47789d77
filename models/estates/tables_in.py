"""The tables an estates instance is read from: buildings, rooms, services, people; what may change is beside it."""

from __future__ import annotations

from models.estates.tables_of_change import CHANGES
from models.shared.register import Column, Table

TENURES = ("nhsps_freehold", "nhsps_leasehold", "lift_chp", "pfi", "gp", "other")
PAYERS = ("icb", "provider", "gp")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_EASTING = Column("easting", "decimal", "British National Grid easting", "m", minimum=0, maximum=700_000, decimals=0)
_NORTHING = Column(
    "northing", "decimal", "British National Grid northing", "m", minimum=0, maximum=1_300_000, decimals=0
)

SITES = Table(
    "sites",
    "the buildings",
    (
        Column("site_id", "id", "name of the site in all tables", key=True),
        Column("name", "text", "name people know the site by"),
        Column("postcode", "text", "postcode; empty where it is not known", may_be_empty=True),
        Column("borough", "text", "borough the site stands in"),
        _EASTING,
        _NORTHING,
        Column("tenure", "choice", "how the NHS holds the building", allowed=TENURES),
        Column("onerous_lease", "flag", "whether the lease is an onerous one", default="no"),
        Column("core_suite", "id", "the suite without which the site cannot be open", refers_to="suites.suite_id"),
        Column(
            "utilisation_cap_share", "share", "ceiling on used hours of this site, where lower than the setting",
            may_be_empty=True, minimum=0.01,
        ),
    ),
    may_be_empty=False,
)  # fmt: skip

SUITES = Table(
    "suites",
    "the floors or wings that can be kept or handed back",
    (
        Column("suite_id", "id", "name of the suite in all tables", key=True),
        Column("site_id", "id", "the site it is part of", refers_to="sites.site_id"),
        Column("name", "text", "name people know the suite by"),
        Column("floor", "integer", "floor; 0 is the ground floor", minimum=-5, maximum=60),
        Column("area_m2", "integer", "gross internal area", "m2", minimum=1, maximum=200_000),
        Column("self_contained", "flag", "whether it can be let on its own"),
        Column("rent_gbp", "gbp", "rent a year", "GBP a year", minimum=0),
        Column("rates_gbp", "gbp", "business rates a year", "GBP a year", minimum=0),
        Column("facilities_gbp", "gbp", "facilities management a year", "GBP a year", minimum=0),
        Column("service_charge_gbp", "gbp", "service charge a year", "GBP a year", minimum=0),
        Column("lease_start", "date", "start of the head lease; empty for a freehold", may_be_empty=True),
        Column("lease_break", "date", "day on which the head lease may be broken", may_be_empty=True),
        Column("lease_end", "date", "day on which the head lease ends; empty for a freehold", may_be_empty=True),
        Column("notice_months", "integer", "months from notice to hand-back", "months", minimum=0, maximum=120),
        Column("void_payer", "choice", "who pays for its empty space", allowed=PAYERS),
        Column("surplus_declared", "flag", "whether the ICB has declared, or would declare, it surplus to all needs"),
        Column("vacant_by", "date", "first day it can stand empty; empty: it cannot be vacated", may_be_empty=True),
        Column(
            "instruction", "choice", "what the user orders: free, keep, or hand_back",
            allowed=("free", "keep", "hand_back"), default="free",
        ),
        Column("instruction_date", "date", "day of an ordered hand-back; empty: any day", may_be_empty=True),
        Column("open_space_from", "date", "first day it can be offered on Open Space; empty: not at all",
               may_be_empty=True),
        Column("open_space_works_gbp", "gbp", "works before it can be offered on Open Space", "GBP", default="0",
               minimum=0),
        Column("backlog_gbp", "gbp", "backlog maintenance the building's owner is rid of with it", "GBP", default="0",
               minimum=0),
    ),
    may_be_empty=False,
)  # fmt: skip

ROOM_TYPES = Table(
    "room_types",
    "the kinds of room",
    (
        Column("room_type", "id", "kind of room", key=True),
        Column("name", "text", "its name in words"),
        Column("clinical", "flag", "whether patients are seen in it"),
        Column("fixed", "flag", "whether it is fitted for one purpose and cannot be moved (dental, X-ray)"),
        Column(
            "open_space_gbp_per_session",
            "decimal",
            "fee of one session of it on Open Space",
            "GBP",
            default="0",
            minimum=0,
            maximum=10_000,
        ),
    ),
    may_be_empty=False,
)

ROOMS = Table(
    "rooms",
    "how many rooms of each kind a suite has",
    (
        Column("suite_id", "id", "the suite", key=True, refers_to="suites.suite_id"),
        Column("room_type", "id", "kind of room", key=True, refers_to="room_types.room_type"),
        Column("rooms", "integer", "number of rooms", "rooms", minimum=0, maximum=10_000),
    ),
)

OCCUPATIONS = Table(
    "occupations",
    "who occupies what, and who pays for it; area that nobody occupies is void",
    (
        Column("occupation_id", "id", "name of the occupation", key=True),
        Column("suite_id", "id", "the suite", refers_to="suites.suite_id"),
        Column("occupier", "text", "who occupies it"),
        Column("area_m2", "integer", "area occupied", "m2", minimum=1),
        Column("payer", "choice", "who pays its charges: ICB, provider, or GP (reimbursed)", allowed=PAYERS),
        Column(
            "end_date", "date", "day the occupier leaves; empty: stays (if the ICB pays, it moves with its services)",
            may_be_empty=True,
        ),
    ),
)  # fmt: skip

SERVICES = Table(
    "services",
    "what takes place in the rooms",
    (
        Column("service", "id", "service code", key=True),
        Column("name", "text", "its name in words"),
        Column("mode", "choice", "face to face, or virtual (needs a room but no journey)",
               allowed=("face_to_face", "virtual")),
        Column("room_type", "id", "kind of room it needs", refers_to="room_types.room_type"),
        Column("minutes_per_contact", "minutes", "room time of one contact", "minutes", minimum=1, maximum=600),
        Column("demand_source", "choice", "contact_rate: population x contact rate x share in these sites x "
               "virtual or face-to-face share; own: contacts_per_1000_people", allowed=("contact_rate", "own")),
        Column("contact_share", "share", "part of the contact-rate demand of its mode that is this service",
               default="1"),
        Column("contacts_per_1000_people", "decimal", "own demand in the first year of the path",
               "contacts per 1,000 people per year", default="0", minimum=0, maximum=100_000),
        Column("growth_share_per_year", "decimal", "yearly growth of the own demand beyond population",
               "share a year", default="0", minimum=-0.5, maximum=0.5),
    ),
    may_be_empty=False,
)  # fmt: skip

AREAS = Table(
    "areas",
    "where people live (middle-layer super output areas)",
    (
        Column("area_id", "id", "area code", key=True),
        Column("name", "text", "its name"),
        Column("borough", "text", "borough it lies in"),
        _EASTING,
        _NORTHING,
        Column("population", "integer", "residents in the first year of the path", "people", minimum=0),
        Column("registered_population", "integer", "people on GP lists, where that basis is used", "people",
               minimum=0, may_be_empty=True),
        Column("imd_quintile", "integer", "deprivation quintile; 1 is the most deprived fifth of England", minimum=1,
               maximum=5),
        Column("core20_share", "share", "part of its people who live in the most deprived fifth of England (Core20)",
               may_be_empty=True, decimals=3),
    ),
    may_be_empty=False,
)  # fmt: skip

TRAVEL_TIMES = Table(
    "travel_times",
    "known one-way travel times; pairs not listed are computed from the grid",
    (
        Column("area_id", "id", "area code", key=True, refers_to="areas.area_id"),
        Column("site_id", "id", "the site", key=True, refers_to="sites.site_id"),
        Column("minutes", "minutes", "one-way minutes", "minutes", maximum=600),
    ),
    optional=True,
)

PERIODS = Table(
    "periods",
    "the steps of the plan, in order and without gaps",
    (
        Column("first_year", "financial_year", "first financial year of the period", key=True),
        Column("years", "integer", "financial years in the period", "years", minimum=1, maximum=40),
        Column("weight", "decimal", "weight of the period in unmet demand, travel and disruption",
               minimum=0.001, maximum=1000),
    ),
    may_be_empty=False,
)  # fmt: skip

WEEKLY_PROFILE = Table(
    "weekly_profile",
    "the sessions of a week and how demand falls on them; the weights sum to the number of sessions",
    (
        Column("slot", "id", "name of the session, such as mon_am", key=True),
        Column("weekday", "choice", "day", allowed=WEEKDAYS),
        Column("session", "choice", "half of the day", allowed=("am", "pm", "evening")),
        Column("demand_weight", "decimal", "demand that wants this session; 1 is an even share", minimum=0,
               maximum=100),
    ),
    may_be_empty=False,
)  # fmt: skip

VACATING_PAYMENTS = Table(
    "vacating_payments",
    "the one-off payment for handing back, by the rules in force on the day",
    (
        Column("tenure", "choice", "tenure", key=True, allowed=("nhsps_freehold", "nhsps_leasehold")),
        Column("extent", "choice", "whole building or part", key=True, allowed=("whole", "part")),
        Column("valid_from", "date", "first hand-back day the row applies to", key=True),
        Column("share_of_annual_charge", "share", "payment as a share of the suite's annual charge", maximum=5),
        Column("pro_rata_to_lease_end", "flag", "whether it shrinks with the months left to the lease end below 12"),
    ),
    may_be_empty=False,
)  # fmt: skip

INPUTS = (
    SITES,
    SUITES,
    ROOM_TYPES,
    ROOMS,
    OCCUPATIONS,
    SERVICES,
    AREAS,
    TRAVEL_TIMES,
    PERIODS,
    WEEKLY_PROFILE,
    VACATING_PAYMENTS,
    *CHANGES,
)
