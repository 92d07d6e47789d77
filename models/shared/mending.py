"""How to mend a cell that cannot be read: what Excel and exports do to cells, recognised and named."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from models.shared.register import Column

_FORMULA_ERRORS = frozenset(
    {"#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!", "#spill!", "#calc!", "#getting_data"}
)
_MISSING = frozenset({"nan", "null", "none", "<na>", "nat"})
_DASHES = frozenset({"-", "–", "—", "--", "n/a", "na", "?", "."})
_TOTALS = frozenset({"total", "totals", "grand total", "subtotal", "sub-total", "sub total", "sum"})
_SLASHED_DATE = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{2}|\d{4})\b")
_DAY = re.compile(r"^\d{4}-\d\d-\d\d(T.*)?$")
_LONG_NUMBER = re.compile(r"^\d(?:\.\d+)?[eE]\+?\d{2}$|^\d{16,}(?:\.0)?$")
_PERCENT = re.compile(r"^-?[\d.,]+ ?%$")


def names_a_missing_value(text: str, column: Column) -> bool:
    """Whether a text stands for "not known", or is a formula's error, and so names nothing."""
    lower = text.lower()
    return lower in _FORMULA_ERRORS or (column.kind == "id" and lower in _MISSING)


def names_a_total(text: str) -> bool:
    """Whether a row of this name is a sum of the others."""
    return text.lower().rstrip(":") in _TOTALS


def how_to_mend(text: str, column: Column) -> str:
    """How to mend a cell that shows something we know; empty where only the column's own words help."""
    lower = text.lower()
    if lower in _FORMULA_ERRORS:
        return f"A formula failed here. Mend it, or write the value: {column.meaning}."
    if lower in _MISSING or (lower in _DASHES and (column.is_numeric or column.kind in ("date", "datetime", "time"))):
        return f"{text} stands for something missing. {_when_not_known(column)}"
    if column.is_numeric:
        return _of_a_number(text, column)
    if column.kind in ("date", "datetime"):
        return _of_a_date(text)
    if column.kind == "time" and re.match(r"^\d{1,2}\.\d\d$", text):
        return f"Write it with a colon: {text.replace('.', ':')}."
    return ""


def lost_form(text: str, known: Mapping[str, Sequence[str]], where: str) -> str:
    """What may have become of a name that stands nowhere: lost zeros, other capitals, a number or day of Excel's.

    `known` are the names that do stand there, by their `bare` form.
    """
    alike = known.get(bare(text), ())
    if len(alike) == 1 and bare(text):
        one = alike[0]
        if one.lstrip("0") == text.lstrip("0"):
            zeros, without = (one, text) if len(one) > len(text) else (text, one)
            return (f"{one} stands in {where}: Excel drops leading zeros, so {zeros} became {without}. "
                    f"Set the column's format to Text and write {zeros} again.")  # fmt: skip
        return f"{one} stands in {where}: write it the same in both."
    if _LONG_NUMBER.match(text):
        return "Excel keeps 15 digits of a number. Set the column's format to Text and write the name again."
    if _DAY.match(text):
        return "If Excel turned a name into a date: set the column's format to Text and write the name again."
    return ""


def bare(name: str) -> str:
    """A name without what gets lost between two sheets: leading zeros, capitals, blanks, dashes."""
    return re.sub(r"[\s_-]+", "", name.casefold()).lstrip("0")


def _when_not_known(column: Column) -> str:
    if column.default is not None:
        return f"Clear the cell if it is not known (empty means {column.default}), or write the value."
    if column.may_be_empty:
        return "Clear the cell if it is not known, or write the value."
    return f"Write the value: {column.meaning}."


def _of_a_number(text: str, column: Column) -> str:
    if _PERCENT.match(text) and column.kind not in ("share", "decimal"):
        return f"Write the amount itself and no share of something: {column.meaning}."
    if _DAY.match(text) or re.match(r"^\d\d:\d\d", text):
        return "Excel shows this number as a date or time. Set the cell's format to Number and look at it again."
    if text in ("yes", "no"):
        return f"Write a number: {column.meaning}."
    if column.kind == "share":
        try:
            value = float(text)
        except ValueError:
            return ""
        if 1 < value <= 100:
            return f"If you mean {value:g} %, write {value / 100:g} or {value:g}%."
    return ""


def _of_a_date(text: str) -> str:
    found = _SLASHED_DATE.match(text)
    if found is None:
        return ""
    if len(found[3]) == 2:
        return f"Write the year with four digits: {found[1]}/{found[2]}/20{found[3]}."
    if int(found[2]) > 12 >= int(found[1]):
        year, month, day = found[3], int(found[1]), int(found[2])
        return f"It looks month first. Write {year}-{month:02d}-{day:02d}, and look at the other dates of the column."
    return "Write it year first, as 2026-11-23: day and month cannot be told apart here, or there is no such day."
