"""What a cell means where Excel or its user wrote it in another form: read, with a notice that says how.

Only what can mean one thing is read. Everything else stays as it was written, and the register's own reading calls
it a fault.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from models.shared.register import Column, Kind, Table
from nwl_opt.files.names import plain

_NUMBER = re.compile(r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$")
_THOUSANDS = re.compile(r"^-?[1-9]\d{0,2}(?:(?:,\d{3})+|(?: \d{3})+)(?:\.\d+)?$")
_IN_BRACKETS = re.compile(r"^\((.+)\)$")
_ISO_DATE = re.compile(r"^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?$")
_YEAR_FIRST = re.compile(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$")
_DAY_FIRST = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T,]+(\S+(?: ?[AaPp][Mm])?))?$")
_NAMED_MONTH = re.compile(r"^(\d{1,2})[ /-]([A-Za-z]{3,9})[ /-](\d{4})(?:[ T,]+(\S+(?: ?[AaPp][Mm])?))?$")
_CLOCK = re.compile(r"^(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?: ?([AaPp])[Mm])?$")
_YEARS = re.compile(r"^(\d{4}) ?[/–-] ?(?:\d\d)?(\d\d)$")
_SERIAL = re.compile(r"^\d{5}(?:\.\d+)?$")
_FRACTION = re.compile(r"^0?\.\d+(?:[eE]-\d+)?$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FIRST_DAY = dt.datetime(1899, 12, 30)
_SERIALS = range(32874, 73051)  # 1990 to 2099: what else has five digits in a column of dates is a slip
_YES, _NO = ("yes", "true", "1", "y"), ("no", "false", "0", "n")

THOUSANDS = "written like 1,234"
POUNDS = "with a pound sign"
PERCENT = "in per cent"
BRACKETS = "in brackets, which accounts use for minus"
SERIAL = "kept as Excel's number for a day or time"
DAY_FIRST = "written day first, as in the United Kingdom"
NAMED_MONTH = "with the month's name"
YEAR_FIRST = "written year first"
NO_TIME = "with a time of day, which was left out"
NO_DATE = "with a date, which was left out"
CLOCK = "written with am or pm"
LETTERS = "written in other letters"
OTHER_YEAR = "written as another form of a financial year"


@dataclass(frozen=True)
class Meant:
    """The text a column's own reading understands, and how the cell was written where that must be told."""

    text: str
    written: str = ""


def read_as_meant(
    table: Table, headings: Sequence[str], rows: Sequence[tuple[int, list[str]]], file: str, days_before: int = 0
) -> list[str]:
    """Rewrite cells into the form their column is read in, in place; returns what to tell the user.

    `days_before` is added to numbers that stand for days.
    """
    notices: list[str] = []
    for column in table.columns:
        reading = _reading_of(column, days_before)
        if reading is None or column.name not in headings:
            continue
        at = headings.index(column.name)
        if column.kind in ("date", "datetime"):
            doubt = next((n for n, cells in rows if _only_month_first(cells[at])), None)
            if doubt is not None:
                notices.append(f"{file}: {column.name}: no date is read day first, for row {doubt} is month first")
                reading = _if_not_day_first(reading)
        notices.extend(_rewritten(column, at, rows, reading, file))
    return notices


Reading = Callable[[str], Meant]


def _reading_of(column: Column, days_before: int) -> Reading | None:
    if column.is_numeric:
        return partial(_number, column)
    if column.kind in ("date", "datetime"):
        return partial(_date if column.kind == "date" else _datetime, days_before)
    return partial(_choice, column) if column.kind == "choice" else _READINGS.get(column.kind)


def _rewritten(
    column: Column, at: int, rows: Sequence[tuple[int, list[str]]], reading: Reading, file: str
) -> list[str]:
    counts: dict[str, int] = {}
    firsts: dict[str, str] = {}
    for number, cells in rows:
        if not cells[at]:
            continue
        meant = reading(cells[at])
        if meant.written:
            counts[meant.written] = counts.get(meant.written, 0) + 1
            firsts.setdefault(meant.written, f"row {number}, {cells[at]}, was read as {meant.text}")
        cells[at] = meant.text
    return [
        f"{file}: {column.name}: {count} cell{'s' if count > 1 else ''} {written}; {firsts[written]}"
        for written, count in counts.items()
    ]


def _number(column: Column, text: str) -> Meant:
    if _NUMBER.match(text):
        return Meant(text)
    written: list[str] = []
    rest = text.replace("−", "-")
    brackets = _IN_BRACKETS.match(rest)
    if brackets:
        rest = brackets[1].strip()
        written.append(BRACKETS)
    if "£" in rest and column.is_numeric and _counts_money(column):
        rest = re.sub(r"^(-?)\s*£\s*(-?)", r"\1\2", rest)
        written.append(POUNDS)
    percent = rest.endswith("%") and column.kind in ("share", "decimal")
    if percent:
        rest = rest[:-1].strip()
        written.append(PERCENT)
    if _THOUSANDS.match(rest):
        rest = rest.replace(",", "").replace(" ", "")
        written.append(THOUSANDS)
    if not _NUMBER.match(rest) or (brackets and rest.startswith("-")):
        return Meant(text)
    if percent:
        rest = format(Decimal(rest) / 100, "f")
    return Meant(f"-{rest}" if brackets else rest, ", ".join(written))


def _counts_money(column: Column) -> bool:
    return column.kind == "gbp" or "gbp" in column.unit.lower() or "gbp" in column.name.split("_")


def _date(days_before: int, text: str) -> Meant:
    moment, written = _moment(text, days_before)
    if moment is None:
        return Meant(text)
    if moment.time() != dt.time():
        written = f"{written}, {NO_TIME}" if written else NO_TIME
    return Meant(moment.date().isoformat(), written)


def _datetime(days_before: int, text: str) -> Meant:
    moment, written = _moment(text, days_before)
    return Meant(text) if moment is None else Meant(moment.isoformat(timespec="minutes"), written)


def _moment(text: str, days_before: int) -> tuple[dt.datetime | None, str]:
    """The day, and the time of day where there is one; and how it was written when not as the register has it."""
    try:
        if found := _ISO_DATE.match(text):
            return dt.datetime.fromisoformat(f"{found[1]}T{found[2] or '00:00'}"), ""
        if _SERIAL.match(text) and int(float(text)) + days_before in _SERIALS:
            return _of_serial(float(text) + days_before), SERIAL
        if found := _YEAR_FIRST.match(text):
            return dt.datetime(int(found[1]), int(found[2]), int(found[3])), YEAR_FIRST
        if found := _DAY_FIRST.match(text):
            return _at(int(found[3]), int(found[2]), int(found[1]), found[4]), DAY_FIRST
        if (found := _NAMED_MONTH.match(text)) and found[2][:3].lower() in _MONTHS:
            month = _MONTHS.index(found[2][:3].lower()) + 1
            return _at(int(found[3]), month, int(found[1]), found[4]), NAMED_MONTH
    except ValueError:
        return None, ""  # no such day, or no such time: the column's own reading says so
    return None, ""


def _at(year: int, month: int, day: int, clock: str | None) -> dt.datetime:
    """A moment of local time.

    Raises
    ------
    ValueError
        If there is no such day or time.
    """
    time = _clock(clock) if clock else dt.time()
    if time is None:
        raise ValueError(f"{clock} is no time of day")
    return dt.datetime.combine(dt.date(year, month, day), time)


def _of_serial(days: float) -> dt.datetime:
    return (_FIRST_DAY + dt.timedelta(minutes=round(days * 24 * 60))).replace(second=0, microsecond=0)


def _time(text: str) -> Meant:
    if _FRACTION.match(text) and round(float(text) * 24 * 60) < 24 * 60:
        return Meant(_of_serial(float(text)).time().isoformat(timespec="minutes"), SERIAL)
    found = _ISO_DATE.match(text)
    clock = found[2] if found and found[2] else text
    time = _clock(clock)
    if time is None:
        return Meant(text)
    year = int(text[:4]) if found else 0
    # Excel keeps a time of day as a moment of its first days; only a real date is told.
    written = NO_DATE if year > 1904 else CLOCK if clock[-1] in "Mm" else ""
    return Meant(time.isoformat(timespec="minutes" if time.second == 0 else "seconds"), written)


def _clock(text: str) -> dt.time | None:
    found = _CLOCK.match(text)
    if found is None:
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[4].lower() == "p" else 0)
    try:
        return dt.time(hour, minute, second)
    except ValueError:
        return None


def _flag(text: str) -> Meant:
    lower = text.lower()
    return Meant("yes" if lower in _YES else "no" if lower in _NO else text)


def _unknown_flag(text: str) -> Meant:
    return Meant("unknown") if text.lower() == "unknown" else _flag(text)


def _choice(column: Column, text: str) -> Meant:
    if not column.allowed or text in column.allowed:
        return Meant(text)
    alike = [one for one in column.allowed if plain(one) == plain(text)]
    return Meant(alike[0], LETTERS) if plain(text) and len(alike) == 1 else Meant(text)


def _financial_year(text: str) -> Meant:
    found = _YEARS.match(text)
    if found is None or (int(found[1]) + 1) % 100 != int(found[2]):
        return Meant(text)
    year = f"{found[1]}/{found[2]}"
    return Meant(year, "" if year == text else OTHER_YEAR)


def _only_month_first(text: str) -> bool:
    found = _DAY_FIRST.match(text)
    return found is not None and int(found[2]) > 12 and int(found[1]) <= 12


def _if_not_day_first(reading: Reading) -> Reading:
    return lambda text: Meant(text) if _DAY_FIRST.match(text) else reading(text)


_READINGS: dict[Kind, Reading] = {
    "time": _time,
    "flag": _flag,
    "unknown_flag": _unknown_flag,
    "financial_year": _financial_year,
}
