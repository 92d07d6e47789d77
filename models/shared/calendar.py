"""Financial years, weeks and bank holidays as the NHS in England counts them."""

from __future__ import annotations

import datetime as dt
import re

_FINANCIAL_YEAR = re.compile(r"^(\d{4})/(\d{2})$")

# Bank holidays in England and Wales, source: the published list on GOV.UK (Open Government Licence v3).
BANK_HOLIDAYS: frozenset[dt.date] = frozenset(
    dt.date.fromisoformat(day)
    for day in [
        "2024-01-01",
        "2024-03-29",
        "2024-04-01",
        "2024-05-06",
        "2024-05-27",
        "2024-08-26",
        "2024-12-25",
        "2024-12-26",
        "2025-01-01",
        "2025-04-18",
        "2025-04-21",
        "2025-05-05",
        "2025-05-26",
        "2025-08-25",
        "2025-12-25",
        "2025-12-26",
        "2026-01-01",
        "2026-04-03",
        "2026-04-06",
        "2026-05-04",
        "2026-05-25",
        "2026-08-31",
        "2026-12-25",
        "2026-12-28",
        "2027-01-01",
        "2027-03-26",
        "2027-03-29",
        "2027-05-03",
        "2027-05-31",
        "2027-08-30",
        "2027-12-27",
        "2027-12-28",
    ]
)


def is_financial_year(text: str) -> bool:
    """Whether a text is a financial year like `2024/25` whose two halves agree."""
    match = _FINANCIAL_YEAR.match(text)
    return match is not None and (int(match[1]) + 1) % 100 == int(match[2])


def financial_year(first: int) -> str:
    """The financial year that starts in April of the calendar year `first`: 2024 -> `2024/25`."""
    return f"{first}/{(first + 1) % 100:02d}"


def first_calendar_year(year: str) -> int:
    """The calendar year in which a financial year starts.

    Raises
    ------
    ValueError
        If the text is not a financial year.
    """
    if not is_financial_year(year):
        raise ValueError(f"{year!r} is not a financial year like 2024/25")
    return int(year[:4])


def financial_year_of(day: dt.date) -> str:
    """The financial year (April to March) a day falls in."""
    return financial_year(day.year if day.month >= 4 else day.year - 1)


def financial_year_start(year: str) -> dt.date:
    """The first of April on which a financial year starts."""
    return dt.date(first_calendar_year(year), 4, 1)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of the month `months` later, or the last day of that month where there is no such day."""
    month_index = day.year * 12 + day.month - 1 + months
    year, month = divmod(month_index, 12)
    last = (dt.date(year + (month == 11), (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))


def is_working_day(day: dt.date) -> bool:
    """Monday to Friday and no bank holiday in England."""
    return day.weekday() < 5 and day not in BANK_HOLIDAYS


def days_between(first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
    """Every calendar day from `first` to `last`, both included; empty when `last` is before `first`."""
    return tuple(first + dt.timedelta(days=offset) for offset in range((last - first).days + 1))
