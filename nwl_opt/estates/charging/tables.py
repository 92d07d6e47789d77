"""The columns of a charging schedule, and of what the reconciliation writes."""

from __future__ import annotations

from models.estates.tables_in import PAYERS
from models.shared.register import Column, Table

ITEMS = ("rent", "rates", "facilities", "service_charge")
FOUND = ("both", "schedule_only", "register_only", "last_year_only")


def _pounds(name: str, meaning: str, *, maybe: bool = False) -> Column:
    return Column(name, "decimal", meaning, "GBP", may_be_empty=maybe, decimals=2)


_SITE = Column("site_id", "id", "site, as in the register")
_SUITE = Column("suite_id", "id", "suite, as in the register")
_PAYER = Column("payer", "choice", "who is charged", allowed=PAYERS)

SCHEDULE = Table(
    "annual_charging_schedule",
    "what the landlord charges for a year: one row for each site, suite and payer",
    (
        Column("site_id", "id", "site, as in the register", key=True),
        Column("suite_id", "id", "suite, as in the register", key=True),
        Column("payer", "choice", "who is charged", allowed=PAYERS, key=True),
        Column("area_m2", "decimal", "area charged", "m2", minimum=0, maximum=1_000_000),
        *(
            Column(f"{item}_gbp", "decimal", f"{item.replace('_', ' ')} of the year", "GBP a year",
                   minimum=-1_000_000_000, maximum=1_000_000_000)
            for item in ITEMS
        ),
    ),
    may_be_empty=False,
)  # fmt: skip

RECONCILIATION = Table(
    "charges_reconciliation",
    "every charged or registered line: the schedule, the register and last year",
    (
        _SITE,
        _SUITE,
        _PAYER,
        Column("found", "choice", "where the line stands", allowed=FOUND),
        *(
            column
            for item in ITEMS
            for column in (
                _pounds(f"{item}_charged_gbp", f"{item.replace('_', ' ')} in the schedule"),
                _pounds(f"{item}_registered_gbp", f"{item.replace('_', ' ')} the register gives this payer"),
            )
        ),
        _pounds("charged_gbp", "all four in the schedule"),
        _pounds("registered_gbp", "all four in the register"),
        _pounds("difference_gbp", "charged minus registered"),
        Column("difference_share", "share", "difference over registered", may_be_empty=True, minimum=-1e9,
               maximum=1e9),
        _pounds("last_year_gbp", "charged last year; empty: no such line, or no schedule given", maybe=True),
        _pounds("change_on_last_year_gbp", "charged minus last year", maybe=True),
        Column("change_on_last_year_share", "share", "change over last year", may_be_empty=True, minimum=-1e9,
               maximum=1e9),
        Column("charged_m2", "decimal", "area charged", "m2", decimals=2),
        Column("registered_m2", "decimal", "area of this payer in the register, void included where it pays for it",
               "m2", decimals=2),
        Column("unfounded_m2", "decimal", "area charged to the ICB that is neither void nor occupied by it", "m2",
               decimals=2),
        _pounds("unfounded_gbp", "what is charged for that area, at the line's own rate"),
    ),
)  # fmt: skip

BY_SITE = Table(
    "charges_by_site",
    "the schedule and the register by site; the three parts sum to the difference exactly",
    (
        _SITE,
        _pounds("charged_gbp", "all lines of the schedule"),
        _pounds("registered_gbp", "all charges of the register"),
        _pounds("difference_gbp", "charged minus registered"),
        _pounds("lines_differ_gbp", "part of the difference: lines that stand in both"),
        _pounds("schedule_only_gbp", "part of the difference: lines that the register does not have"),
        _pounds("register_only_gbp", "part of the difference: lines that the schedule does not have"),
        _pounds("last_year_gbp", "all lines of last year's schedule", maybe=True),
    ),
)  # fmt: skip

QUERIES = Table(
    "charge_queries",
    "what to ask, the largest first",
    (
        Column("rank", "integer", "1 is the largest", minimum=1),
        _SITE,
        _SUITE,
        _PAYER,
        _pounds("at_stake_gbp", "pounds a year the question is about"),
        Column("question", "text", "the question"),
    ),
)  # fmt: skip

OUTPUTS = (RECONCILIATION, BY_SITE, QUERIES)
