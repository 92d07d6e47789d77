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
               "(also when they go during it); ineligible: kept because it may not be handed back",
               allowed=("kept", "handed_back", "ineligible")),
        Column("date", "date", "day of the hand-back, in every row of its suite", may_be_empty=True),
        Column("converted_to", "text", "room type it is converted to", may_be_empty=True),
        Column("annual_charge_gbp", "gbp", "rent, rates, facilities and service charge of the suite", "GBP a year"),
        Column("one_off_gbp", "gbp", "vacating payment, in the period in which it falls", "GBP"),
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
               allowed=("charges", "charges_continuing", "vacating_payment", "rent_outside_nhs", "running_costs")),
        Column("ledger", "choice", "whose cash", allowed=("icb", "system")),
        Column("gbp", "gbp", "pounds paid, at the price base", "GBP"),
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

OUTPUTS = (SITE_PLAN, SERVICE_PLAN, ROOM_UTILISATION, CASHFLOW, TRAVEL)
