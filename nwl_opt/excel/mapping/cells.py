"""One cell of theirs as one of ours: parts of texts, codes, units, dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from models.shared.register import Column
from nwl_opt.excel.mapping.days import parse_date, parse_financial_year, parse_flag, parse_moment, parse_time
from nwl_opt.excel.mapping.grid import plain
from nwl_opt.excel.mapping.model import ColumnRule
from nwl_opt.excel.mapping.numbers import factor_between, parse_minutes, parse_number, unit_of

FORMULA_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
NOTHING = frozenset({"null", "nan", "(blank)", "(null)"})
"""What databases and exports write for an empty cell."""


class BadCell(Exception):
    """A cell that cannot be one of ours: what was found, what must be there, how to mend it."""

    def __init__(self, found: str, expected: str, mend: str) -> None:
        super().__init__(found, expected, mend)
        self.told = (found, expected, mend)


@dataclass(frozen=True)
class Codes:
    """The translations of one column: their code, as codes are compared, and ours."""

    ours: Mapping[str, str]

    @staticmethod
    def of(entries: Mapping[str, str]) -> Codes:
        return Codes({plain(theirs): ours for theirs, ours in entries.items()})

    def of_text(self, text: str) -> str | None:
        """Our code, or None where theirs is not listed."""
        return self.ours.get(plain(text))


def part_of(text: str, rule: ColumnRule) -> str:
    """The part of a text that the rule asks for."""
    if rule.after:
        text = text.partition(rule.after)[2] if rule.after in text else text
    if rule.before:
        text = text.partition(rule.before)[0]
    text = text.strip()
    return text[: rule.first_characters].strip() if rule.first_characters else text


def number_of(text: str, rule: ColumnRule, column: Column, decimal: str) -> Decimal:
    """A number in our unit.

    Raises
    ------
    BadCell
        If the text is no number.
    """
    if unit_of(column) in ("minutes", "hours"):
        minutes = parse_minutes(text)
        if minutes is not None:
            return minutes if unit_of(column) == "minutes" else minutes / 60
    number = parse_number(text, decimal)
    if number is None:
        raise BadCell(text, "must be a number", "Correct the cell, translate it under [codes], or leave the row out.")
    factor = Decimal("0.01") if number.percent else factor_between(rule.unit, column)
    if number.percent and unit_of(column) != "share":
        raise BadCell(text, "must not be a percentage", "Correct the cell, or map another heading.")
    return number.value * factor


def text_of(text: str, rule: ColumnRule, column: Column) -> str:
    """A text of ours for every kind that is not a number.

    Raises
    ------
    BadCell
        If the text is not of the column's kind.
    """
    if column.kind == "date":
        day = parse_date(text, rule.date)
        return _or_bad(None if day is None else day.isoformat(), text, _dated("date", rule))
    if column.kind == "datetime":
        moment = parse_moment(text, rule.date)
        return _or_bad(None if moment is None else moment.strftime("%Y-%m-%dT%H:%M"), text, _dated("time", rule))
    if column.kind == "time":
        clock = parse_time(text)
        return _or_bad(None if clock is None else clock.strftime("%H:%M"), text, "must be a time of day like 08:30")
    if column.kind == "flag":
        return _or_bad(parse_flag(text), text, "must be yes or no", coded=True)
    if column.kind == "unknown_flag":
        known = "unknown" if text.lower() == "unknown" else parse_flag(text)
        return _or_bad(known, text, "must be yes, no or unknown", coded=True)
    if column.kind == "financial_year":
        return _or_bad(parse_financial_year(text), text, "must be a financial year like 2024/25")
    if column.allowed and text not in column.allowed:
        same = next((one for one in column.allowed if plain(one) == plain(text)), None)
        return _or_bad(same, text, f"must be one of {', '.join(column.allowed)}", coded=True)
    return text


def _dated(what: str, rule: ColumnRule) -> str:
    return f"must be a {what} written {rule.date or 'as Excel keeps it, or 2026-11-23'}"


def _or_bad(value: str | None, text: str, expected: str, coded: bool = False) -> str:
    if value is not None:
        return value
    mend = f'Translate it: "{text}" = ... under [codes.COLUMN] in the mapping.' if coded else (
        "Correct the cell, or how the mapping says it is written.")  # fmt: skip
    raise BadCell(text, expected, mend)
