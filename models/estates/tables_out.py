"""The tables an estates plan is written to.

A row's `year` is the first financial year of a period and stands for the whole period; cash is by financial year.
`-` stands for "no place": contacts without a room in `site_id`, virtual contacts in `area_id`.
"""

from __future__ import annotations

from models.shared.register import Column, Table

_YEAR = Column("year", "financial_year", "first financial year of the period")
_SITE = Column("site_id", "id", "the site")

SITE_PLAN = Table(
    "site_plan",
    "what happens to each suite, period by period",
    (
        _SITE,
        Column("suite_id", "id", "the suite"),
        _YEAR,
        Column("status", "choice", "kept: its rooms are planned on in the period; handed_back: they are not "
               "(also when they go during it); open_space: they are offered to others; works: they are being "
               "converted; ineligible: kept because it may not be handed back",
               allowed=("kept", "handed_back", "open_space", "works", "ineligible")),
        Column("date", "date", "day of the hand-back, of the first offer on Open Space or of the first works, in "
               "every row of its suite", may_be_empty=True),
        Column("converted_to", "text", "room type it is converted to", may_be_empty=True),
        Column("annual_charge_gbp", "gbp", "rent, rates, facilities and service charge of the suite", "GBP a year"),
        Column("one_off_gbp", "gbp", "vacating payment and moves, in the period in which they fall", "GBP"),
        Column("reason", "text", "why it is ineligible (rule ids and names), kept, or handed back"),
        Column("extent", "choice", "whether the hand-back is of the whole building or of a part",
               allowed=("whole", "part"), may_be_empty=True),
        Column("icb_charge_gbp", "gbp", "what the ICB pays for the suite in that financial year, one-offs apart",
               "GBP"),
    ),
)  # fmt: skip

SERVICE_PLAN = Table(
    "service_plan",
    "where the contacts of each area take place",
    (
        Column("area_id", "id", "area code; - for virtual contacts"),
        Column("service", "id", "service code"),
        Column("site_id", "id", "the site; - for contacts without a room"),
        _YEAR,
        Column("contacts", "decimal", "contacts a year, in the period's busiest year", "contacts a year", minimum=0,
               decimals=3),
        Column("clinical_hours", "decimal", "room hours a year", "hours a year", minimum=0, decimals=3),
    ),
)  # fmt: skip

ROOM_UTILISATION = Table(
    "room_utilisation",
    "how full the rooms are, by session of the week and for the week",
    (
        _SITE,
        Column("room_type", "id", "kind of room"),
        _YEAR,
        Column("slot", "id", "session of the week, or week"),
        Column("available_hours", "decimal", "rooms x session hours", "hours a week", decimals=3),
        Column("booked_hours", "decimal", "whole sessions x session hours", "hours a week", decimals=3),
        Column("used_hours", "decimal", "clinical hours delivered", "hours a week", decimals=6),
        Column("utilisation_share", "share", "used over available; empty without rooms", may_be_empty=True,
               maximum=10),
        Column("rooms", "integer", "rooms of the kind kept at the site", "rooms"),
        Column("sessions", "integer", "sessions booked", "sessions"),
    ),
)  # fmt: skip

CASHFLOW = Table(
    "cashflow",
    "cash by financial year, to the ICB and to the system",
    (
        Column("year", "financial_year", "financial year"),
        Column("item", "choice", "what is paid",
               allowed=("charges_occupied", "charges_void", "charges_continuing", "vacating_payment", "works",
                        "moves", "open_space_income", "gp_reimbursement", "service_costs", "rent_outside_nhs",
                        "running_costs", "works_by_others")),
        Column("ledger", "choice", "whose cash", allowed=("icb", "system")),
        Column("gbp", "gbp", "pounds paid, at the price base; income is negative", "GBP"),
        Column("discounted_gbp", "decimal", "the same at the NPV base year", "GBP", decimals=2),
    ),
)  # fmt: skip

TRAVEL = Table(
    "travel",
    "one-way minutes to each face-to-face service, before and after",
    (
        Column("area_id", "id", "area code"),
        Column("service", "id", "service code"),
        _YEAR,
        Column("minutes_before", "minutes", "to the nearest site that has the room today", "minutes",
               may_be_empty=True),
        Column("minutes_after", "decimal", "mean over the contacts placed", "minutes", may_be_empty=True, decimals=3),
        Column("imd_quintile", "integer", "deprivation quintile of the area"),
        Column("contacts_moved", "decimal", "contacts placed elsewhere than at the nearest site of today",
               "contacts a year", decimals=3),
    ),
)  # fmt: skip

CAPITAL = Table(
    "capital",
    "works by year, project and source",
    (
        Column("year", "financial_year", "financial year of the works"),
        Column("project", "id", "the conversion, or the suite made ready for Open Space"),
        Column("source_id", "id", "who pays; icb where no sources are listed"),
        Column("gbp", "gbp", "what the source pays", "GBP", minimum=0),
        Column("year_left_gbp", "gbp", "what is left of the source in that year after all projects", "GBP",
               may_be_empty=True, minimum=0),
    ),
)  # fmt: skip

PREMISES_PLAN = Table(
    "premises_plan",
    "what happens to each GP practice's premises, and how full they are",
    (
        Column("practice_id", "id", "practice code"),
        _YEAR,
        Column("status", "choice", "open: planned on in the period; closed: by a Right Size move",
               allowed=("open", "closed")),
        Column("date", "date", "day it closes, in every row of the practice", may_be_empty=True),
        Column("list_size", "integer", "people on its list in the period's busiest year", "people"),
        Column("used_hours", "decimal", "clinical hours of its own list and of lists dispersed to it", "hours a week",
               decimals=3),
        Column("available_hours", "decimal", "rooms x slots x session hours while open", "hours a week", decimals=3),
        Column("reimbursement_gbp", "gbp", "what the ICB reimburses in that financial year", "GBP"),
    ),
)  # fmt: skip

LIST_DISPERSAL = Table(
    "list_dispersal",
    "where the patients of closed GP premises go",
    (
        Column("practice_id", "id", "the practice that closes"),
        _YEAR,
        Column("receiver", "id", "the practice or site that takes them"),
        Column("receiver_kind", "choice", "premises of a practice, or a site", allowed=("premises", "site")),
        Column("contacts", "decimal", "face-to-face contacts a year", "contacts a year", minimum=0, decimals=3),
        Column("clinical_hours", "decimal", "room hours a year", "hours a year", minimum=0, decimals=3),
        Column("minutes", "minutes", "one way from the old premises", "minutes"),
    ),
)  # fmt: skip

UTILISATION_TODAY = Table(
    "utilisation_today",
    "measured utilisation of today's rooms by three definitions, as ratios of sums",
    (
        _SITE,
        Column("room_type", "id", "kind of room"),
        Column("slot", "id", "session of the week, or week"),
        Column("available_hours", "decimal", "rooms x session hours", "hours a week", decimals=3),
        Column("booked_hours", "decimal", "hours booked", "hours a week", may_be_empty=True, decimals=3),
        Column("used_hours", "decimal", "clinical hours delivered", "hours a week", may_be_empty=True, decimals=3),
        Column("observed_hours", "decimal", "hours somebody was in the room", "hours a week", may_be_empty=True,
               decimals=3),
        Column("booked_share", "share", "booked over available", may_be_empty=True, maximum=1000),
        Column("used_share", "share", "used over available", may_be_empty=True, maximum=1000),
        Column("observed_share", "share", "observed over available", may_be_empty=True, maximum=1000),
    ),
)  # fmt: skip

TIMETABLE = Table(
    "timetable",
    "who is in which room in which session of the week",
    (
        _SITE,
        _YEAR,
        Column("room_type", "id", "kind of room"),
        Column("room", "integer", "number of the room among those of its kind at the site, from 1", minimum=1),
        Column("slot", "id", "session of the week"),
        Column("service", "id", "service in the room"),
        Column("used_hours", "decimal", "clinical hours of the service in the room and session", "hours a week",
               minimum=0, decimals=6),
    ),
)  # fmt: skip

OUTPUTS = (
    SITE_PLAN,
    SERVICE_PLAN,
    ROOM_UTILISATION,
    CASHFLOW,
    TRAVEL,
    CAPITAL,
    PREMISES_PLAN,
    LIST_DISPERSAL,
    TIMETABLE,
    UTILISATION_TODAY,
)
