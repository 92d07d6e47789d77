"""What headings say: their words, the names NHS systems give to our columns, and those that name a person."""

from __future__ import annotations

import re
from collections.abc import Iterable

from models.shared.register import Column, Table
from nwl_opt.excel.mapping.synonyms import COMPOSED, SHORT, SYNONYMS
from nwl_opt.theatres.key_file import IDENTITY_COLUMNS

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"[a-z0-9]+")
_MARKS = (("£000", " in thousand pounds "), ("£'000", " in thousand pounds "), ("£k", " in thousand pounds "),
          ("£m", " in million pounds "), ("£", " in pounds "), ("%", " percent "), ("m²", " m2 "))  # fmt: skip
_UNIT_WORDS = (
    ("thousand pounds", ("in thousand pounds", "000s", "gbp 000", "gbp k")),
    ("million pounds", ("in million pounds",)),
    ("pence", ("pence",)),
    ("pounds", ("in pounds", "gbp")),
    ("percent", ("percent", "per cent", "pct")),
    ("hours", ("hours", "hrs", "hr")),
    ("minutes", ("minutes", "mins", "min")),
    ("weeks", ("weeks", "wks")),
    ("days", ("days",)),
    ("years", ("years",)),
    ("months", ("months",)),
    ("square feet", ("square feet", "sq ft", "sqft")),
    ("m2", ("m2", "sq m", "sqm", "square metres")),
)
_OURS = ("gbp", "share", "minutes", "hours", "m2", "flag")
_OF_PERSONS = (
    "nhs number", "date of birth", "dob", "birth date", "mrn", "medical record number", "pas number",
    "casenote number", "case note number", "local patient identifier", "patient name", "forename", "forenames",
    "first name", "given name", "surname", "last name", "family name", "patient address", "home address",
    "patient postcode", "home postcode", "home telephone", "next of kin",
    *(column.name.replace("_", " ") for column in IDENTITY_COLUMNS if column.name != "name"),
)  # fmt: skip
"""What says who a person is wherever it stands in a heading, whatever the table."""
_OF_PERSONS_IN_LISTS = frozenset({
    "name", "full name", "address", "address line 1", "postcode", "title", "patient", "unit number",
    "district number", "mobile", "mobile number", "telephone", "phone", "email",
})  # fmt: skip
"""What says it in a table about patients; elsewhere a unit has a number, and a site a postcode."""


def words_of(heading: str) -> tuple[str, ...]:
    """The words of a heading, short forms written out, units apart: `Ann. Budget £000` is annual budget."""
    text = f" {' '.join(_spelt(heading))} "
    for _, phrases in _UNIT_WORDS:
        for phrase in phrases:
            text = text.replace(f" {phrase} ", " ") if text.strip() != phrase else text
    return tuple(text.split())


def unit_named(heading: str) -> str:
    """The unit a heading names; empty where it names none."""
    text = f" {' '.join(_spelt(heading))} "
    return next((unit for unit, phrases in _UNIT_WORDS if any(f" {phrase} " in text for phrase in phrases)), "")


def names_of(table: Table, column: Column) -> tuple[tuple[str, ...], ...]:
    """The names a column of ours may have elsewhere, as words; its own is the first."""
    own = tuple(word for word in column.name.split("_") if word not in _OURS) or (column.name,)
    found = (*SYNONYMS.get(f"{table.name}.{column.name}", ()), *SYNONYMS.get(column.name, ()))
    return tuple(dict.fromkeys((tuple(SHORT.get(word, word) for word in own), *(words_of(name) for name in found))))


def known_names(tables: Iterable[Table]) -> frozenset[str]:
    """All names of the columns of tables, for telling a row of headings."""
    own = {" ".join(words) for table in tables for column in table.columns for words in names_of(table, column)}
    parts = (name for names in COMPOSED.values() for part in names for name in part)
    return frozenset(own) | frozenset(" ".join(words_of(name)) for name in parts)


def is_of_a_person(heading: str, table: Table) -> bool:
    """Whether a heading is of what identifies a patient; only a table of identities takes such columns over."""
    if holds_identities(table):
        return False
    name = " ".join(_spelt(heading))
    within = any(f" {phrase} " in f" {name} " for phrase in _OF_PERSONS)
    return within or (is_about_patients(table) and name in _OF_PERSONS_IN_LISTS)


def holds_identities(table: Table) -> bool:
    """Whether the table is of identities themselves, to be pseudonymised; nothing of it is shown."""
    return set(IDENTITY_COLUMNS) <= set(table.columns)


def is_about_patients(table: Table) -> bool:
    """Whether rows of the table are about single patients."""
    return holds_identities(table) or any(column.name == "patient_id" for column in table.columns)


def _spelt(heading: str) -> list[str]:
    text = _CAMEL.sub(" ", heading)
    for mark, words in _MARKS:
        text = text.replace(mark, words).replace(mark.upper(), words)
    return [SHORT.get(word, word) for word in _WORD.findall(text.lower().replace("'", ""))]
