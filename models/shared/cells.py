"""Reading one cell of text by its column, and writing it back."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable

from models.shared.calendar import is_financial_year
from models.shared.register import Column

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | None

_YES = frozenset({"yes", "true", "1", "y"})
_NO = frozenset({"no", "false", "0", "n"})
_THOUSANDS = re.compile(r"^-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$")  # 0,125 is no thousand: a decimal comma, refused here


class CellError(ValueError):
    """A cell does not hold what its column asks for; the message says what was expected."""


def parse_cell(text: str, column: Column) -> Cell:
    """The value of a non-empty, trimmed cell.

    Raises
    ------
    CellError
        If the text is not of the column's kind, outside its limits or not an allowed value.
    """
    value = _PARSERS[column.kind](text)
    if column.allowed and text not in column.allowed:
        raise CellError(f"must be one of {', '.join(column.allowed)}")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        _check_limits(float(value), column)
    return value


def format_cell(value: Cell, column: Column) -> str:
    """The text of a value in a written CSV; the inverse of `parse_cell`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column.kind in ("decimal", "share"):
        number = float(value) if isinstance(value, (int, float)) else math.nan
        text = f"{number:.{column.decimals}f}"
        return text[1:] if float(text) == 0 and text.startswith("-") else text
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    return str(value)


def has_thousands_commas(text: str) -> bool:
    """Whether a number is written like 1,234 (readable, with a notice)."""
    return bool(_THOUSANDS.match(text))


def limits_in_words(column: Column) -> str:
    """The limits of a numeric column, as a fault message says them."""
    low, high = _limits(column)
    if low is not None and high is not None:
        return f"must be between {low:.12g} and {high:.12g}"
    if low is not None:
        return f"must be {low:.12g} or more"
    return f"must be {high:.12g} or less" if high is not None else "may be any number"


def _limits(column: Column) -> tuple[float | None, float | None]:
    low, high = column.minimum, column.maximum
    if column.kind == "share":
        low, high = 0.0 if low is None else low, 1.0 if high is None else high
    if column.kind == "minutes" and low is None:
        low = 0.0
    return low, high


def _check_limits(value: float, column: Column) -> None:
    low, high = _limits(column)
    if (low is not None and value < low) or (high is not None and value > high):
        raise CellError(limits_in_words(column))


def _whole(text: str) -> int:
    number = _number(text)
    if number != int(number):
        raise CellError("must be a whole number")
    return int(number)


def _number(text: str) -> float:
    if has_thousands_commas(text):
        text = text.replace(",", "")
    try:
        number = float(text)
    except ValueError:
        raise CellError("must be a number") from None
    if not math.isfinite(number):
        raise CellError("must be a finite number")
    return number


def _flag(text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise CellError("must be yes or no")


def _unknown_flag(text: str) -> str:
    if text.lower() == "unknown":
        return "unknown"
    try:
        return "yes" if _flag(text) else "no"
    except CellError:
        raise CellError("must be yes, no or unknown") from None


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text[:10] if re.match(r"^\d{4}-\d\d-\d\d[T ]00:00(:00)?$", text) else text)
    except ValueError:
        raise CellError("must be a date like 2026-11-23") from None


def _datetime(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise CellError("must be a local date and time like 2026-11-23T08:30") from None
    if moment.tzinfo is not None:
        raise CellError("must be a local time without a zone, like 2026-11-23T08:30")
    return moment.replace(second=0, microsecond=0)


def _time(text: str) -> dt.time:
    try:
        return dt.time.fromisoformat(text if len(text.split(":")[0]) == 2 else f"0{text}")
    except ValueError:
        raise CellError("must be a time like 08:30") from None


def _financial_year(text: str) -> str:
    if not is_financial_year(text):
        raise CellError("must be a financial year like 2024/25")
    return text


_PARSERS: dict[str, Callable[[str], Cell]] = {
    "id": str,
    "text": str,
    "choice": str,
    "integer": _whole,
    "decimal": _number,
    "gbp": _whole,
    "minutes": _whole,
    "share": _number,
    "flag": _flag,
    "unknown_flag": _unknown_flag,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "financial_year": _financial_year,
}
