"""Names for what the tables hold as codes: tenures, landlords, payers, sessions, money."""

from __future__ import annotations

from collections.abc import Mapping

from models.estates.entities import Slot

LANDLORDS: Mapping[str, str] = {
    "nhsps_freehold": "NHS Property Services",
    "nhsps_leasehold": "NHS Property Services",
    "lift_chp": "Community Health Partnerships",
    "pfi": "PFI company",
    "gp": "GP practice",
    "other": "another owner",
}
PAYER_WORDS: Mapping[str, str] = {"icb": "the ICB", "provider": "the provider", "gp": "the GP practice"}
ITEM_WORDS: Mapping[str, str] = {
    "charges_occupied": "Charges, occupied space",
    "charges_void": "Charges, empty space",
    "charges_continuing": "Charges that stay after a hand-back",
    "vacating_payment": "Vacating payments",
    "works": "Works",
    "moves": "Moves",
    "open_space_income": "Open Space income",
    "gp_reimbursement": "GP premises reimbursed",
    "service_costs": "Service costs by place",
    "rent_outside_nhs": "Rent paid outside the NHS",
    "running_costs": "Running costs of buildings",
    "works_by_others": "Works paid by others",
}
LEDGER_WORDS: Mapping[str, str] = {"icb": "the ICB", "system": "the whole system"}
LEDGER_NOTES: Mapping[str, str] = {
    "icb": "What the ICB pays, less what it receives.",
    "system": "The same buildings seen from the NHS as a whole: rent paid outside the NHS, running costs whoever "
    "pays them, and works paid by others than the ICB. What NHS bodies pay each other (NHS Property Services' own "
    "rent, vacating payments), and the ICB's own works and moves, are not in it. Never add it to the ICB's cash: "
    "running costs stand in both.",
}
"""What a ledger holds, and what it does not."""
_WEEKDAYS: Mapping[str, str] = {
    "mon": "Mon", "tue": "Tue", "wed": "Wed", "thu": "Thu", "fri": "Fri", "sat": "Sat", "sun": "Sun",
}  # fmt: skip
WEEK = "week"
"""The slot of the tables that stands for the whole week."""


def slot_words(slot: Slot) -> str:
    """`Mon am`."""
    return f"{_WEEKDAYS.get(slot.weekday, slot.weekday)} {slot.session}"


def code_words(code: str) -> str:
    """A code of a table as words, where no better name is known: `health_visiting` -> `Health visiting`."""
    words = code.replace("_", " ")
    return words[:1].upper() + words[1:]
