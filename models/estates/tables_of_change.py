"""Input tables of what may change beside hand-backs: conversions, GP premises, capital; and of what is measured.

All of them may be left out.
"""

from __future__ import annotations

from models.shared.register import Column, Table

CAPITAL_KINDS = ("lig", "s106", "cil", "icb", "other")

CONVERSIONS = Table(
    "conversions",
    "rooms that works can turn into rooms of another kind, once the records in them are digitised",
    (
        Column("conversion_id", "id", "name of the conversion", key=True),
        Column("suite_id", "id", "the suite", refers_to="suites.suite_id"),
        Column("from_room_type", "id", "kind of room it uses up", refers_to="room_types.room_type"),
        Column("rooms_from", "integer", "rooms it uses up", "rooms", minimum=1, maximum=10_000),
        Column("to_room_type", "id", "kind of room it makes", refers_to="room_types.room_type"),
        Column("rooms_to", "integer", "rooms it makes", "rooms", minimum=1, maximum=10_000),
        Column("digitised_by", "date", "first day on which works may begin: the records are gone"),
        Column("works_months", "integer", "months of works, in which no room of the suite is used", "months",
               minimum=0, maximum=120),
        Column("works_gbp", "gbp", "cost of the works", "GBP", minimum=0),
    ),
    optional=True,
)  # fmt: skip

GP_PREMISES = Table(
    "gp_premises",
    "premises of GP practices: fixed capacity, unless a Right Size move closes them and disperses the list",
    (
        Column("practice_id", "id", "practice code", key=True),
        Column("name", "text", "name of the practice"),
        Column("postcode", "text", "postcode; empty where it is not known", may_be_empty=True),
        Column("borough", "text", "borough it stands in"),
        Column("area_id", "id", "area it stands in, for the deprivation of its patients", refers_to="areas.area_id"),
        Column("easting", "decimal", "British National Grid easting; empty: place not known, it takes nobody", "m",
               minimum=0, maximum=700_000, decimals=0, may_be_empty=True),
        Column("northing", "decimal", "British National Grid northing", "m", minimum=0, maximum=1_300_000, decimals=0,
               may_be_empty=True),
        Column("list_size", "integer", "people on its list today", "people", minimum=0, maximum=1_000_000),
        Column("rooms", "integer", "consulting rooms", "rooms", minimum=0, maximum=10_000),
        Column("reimbursement_gbp", "gbp", "premises costs the ICB reimburses a year", "GBP a year", minimum=0),
        Column("closes_from", "date", "first day a Right Size move may close it; empty: it stays", may_be_empty=True),
        Column("closing_cost_gbp", "gbp", "one-off cost to the ICB of closing it", "GBP", default="0", minimum=0),
        Column("instruction", "choice", "what the user orders: free, keep, or close", allowed=("free", "keep",
               "close"),
               default="free"),
    ),
    optional=True,
)  # fmt: skip

CAPITAL_SOURCES = Table(
    "capital_sources",
    "money for works, by source and year; without this table the ICB pays for all works, without a limit",
    (
        Column("source_id", "id", "name of the source", key=True),
        Column("year", "financial_year", "financial year in which it can be spent", key=True),
        Column("kind", "choice", "lig: London Improvement Grant; s106, cil: developers' money; icb: the ICB's own",
               allowed=CAPITAL_KINDS),
        Column("borough", "text", "borough in which it must be spent; empty: anywhere", may_be_empty=True),
        Column("limit_gbp", "gbp", "most that can be spent of it in the year", "GBP", minimum=0),
        Column("share_of_project", "share", "largest part of one project's cost it may pay (grant: 0.33)",
               default="1"),
    ),
    optional=True,
)  # fmt: skip

CO_LOCATIONS = Table(
    "co_locations",
    "kinds of room that are of use only beside another kind",
    (
        Column("room_type", "id", "kind of room", key=True, refers_to="room_types.room_type"),
        Column("with_room_type", "id", "kind its site must have as well", key=True,
               refers_to="room_types.room_type"),
    ),
    optional=True,
)  # fmt: skip

SERVICE_COSTS = Table(
    "service_costs",
    "what serving people of an area at a site costs the ICB; pairs not listed cost nothing",
    (
        Column("area_id", "id", "area code", key=True, refers_to="areas.area_id"),
        Column("site_id", "id", "the site", key=True, refers_to="sites.site_id"),
        Column("gbp_per_contact", "decimal", "pounds for each face-to-face contact", "GBP", minimum=0,
               maximum=1_000_000),
    ),
    optional=True,
)  # fmt: skip

MEASURED_HOURS = Table(
    "measured_hours",
    "hours a week measured today, by three definitions that are never mixed",
    (
        Column("site_id", "id", "the site", key=True, refers_to="sites.site_id"),
        Column("room_type", "id", "kind of room", key=True, refers_to="room_types.room_type"),
        Column("slot", "id", "session of the week", key=True, refers_to="weekly_profile.slot"),
        Column("booked_hours", "decimal", "hours booked (booking system); empty: not measured", "hours a week",
               may_be_empty=True, minimum=0, maximum=1_000_000),
        Column("used_hours", "decimal", "clinical hours delivered (clinical system); empty: not measured",
               "hours a week", may_be_empty=True, minimum=0, maximum=1_000_000),
        Column("observed_hours", "decimal", "hours somebody was in the room (sensors); empty: not measured",
               "hours a week", may_be_empty=True, minimum=0, maximum=1_000_000),
    ),
    optional=True,
)  # fmt: skip

CHANGES = (CONVERSIONS, GP_PREMISES, CAPITAL_SOURCES, CO_LOCATIONS, SERVICE_COSTS, MEASURED_HOURS)
