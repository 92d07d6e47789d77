"""Days, moments, times of day, yes and no, and financial years, as exports write them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

DATE_FORMATS = {
    "dd/mm/yyyy": "%d/%m/%Y",
    "dd/mm/yy": "%d/%m/%y",
    "dd-mm-yyyy": "%d-%m-%Y",
    "dd.mm.yyyy": "%d.%m.%Y",
    "dd-mmm-yyyy": "%d-%b-%Y",
    "dd-mmm-yy": "%d-%b-%y",
    "dd mmm yyyy": "%d %b %Y",
    "dd mmmm yyyy": "%d %B %Y",
    "mm/dd/yyyy": "%m/%d/%Y",
    "yyyymmdd": "%Y%m%d",
    "yyyy/mm/dd": "%Y/%m/%d",
    "yyyy-mm-dd": "%Y-%m-%d",
}
"""How a date may be written, and what the standard library calls it. A time of day may follow each."""
EXCEL_NUMBER = "excel number"
DATE_WORDS = (*DATE_FORMATS, EXCEL_NUMBER)
_EXCEL_ZERO = dt.date(1899, 12, 30)
_CLOCK = re.compile(r"^(?:(.+?)[T ]+)?(\d{1,2})[:.]?([0-5]\d)(?:[:.]([0-5]\d)(?:\.\d+)?)?\s*([AaPp][Mm])?$")
_YEAR = re.compile(r"^(?:FY\s*)?(?:20)?(\d\d)\s*[/-]?\s*(?:20)?(\d\d)$", re.IGNORECASE)


def parse_date(text: str, form: str) -> dt.date | None:
    """A day in the given form (empty: as Excel or ISO write it); a time of day behind it is left out."""
    moment = parse_moment(text, form)
    return None if moment is None else moment.date()


def parse_moment(text: str, form: str) -> dt.datetime | None:
    """A day and, where it stands, a time of day."""
    text = " ".join(text.split())
    if form == EXCEL_NUMBER:
        return _excel_moment(text)
    day = _day(text, form)
    if day is not None:
        return dt.datetime.combine(day, dt.time())
    found = _CLOCK.match(text)
    if not found or not found[1]:
        return None
    day, clock = _day(found[1], form), parse_time(text[len(found[1]) :].lstrip("T "))
    return None if day is None or clock is None else dt.datetime.combine(day, clock)


def _day(text: str, form: str) -> dt.date | None:
    """Days that Excel knew as days come as ISO whatever the mapping says of texts."""
    for pattern in dict.fromkeys(("%Y-%m-%d", DATE_FORMATS.get(form, "%Y-%m-%d"))):
        try:
            return dt.datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    return None


def _excel_moment(text: str) -> dt.datetime | None:
    try:
        days = float(text)
    except ValueError:
        return parse_moment(text, "") if "-" in text else None
    if not 1 <= days < 200_000:
        return None
    minutes = round((days % 1) * 1440)
    return dt.datetime.combine(_EXCEL_ZERO, dt.time()) + dt.timedelta(days=int(days), minutes=minutes)


def parse_time(text: str) -> dt.time | None:
    """A time of day such as 08:30, 8.30, 0830, 8:30 pm, or a moment whose time counts."""
    found = _CLOCK.match(text.strip())
    if not found:
        return None
    hour, minute, half = int(found[2]), int(found[3]), (found[5] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + 12 * (half == "pm") if half else hour
    return dt.time(hour, minute) if hour < 24 else None


def parse_flag(text: str) -> str | None:
    """Yes or no in the words of exports; None for anything else."""
    word = text.strip().lower()
    if word in ("yes", "y", "true", "t", "1", "✓"):
        return "yes"
    return "no" if word in ("no", "n", "false", "f", "0") else None


def parse_financial_year(text: str) -> str | None:
    """A financial year such as 2024-25, 24/25 or 2024/2025 as 2024/25."""
    found = _YEAR.match(text.strip())
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        return None
    return f"20{found[1]}/{found[2]}"


def date_form_of(texts: Sequence[str]) -> str | None:
    """The form in which all texts are dates: empty for ISO; None where there is none. Days come before months.

    Whole numbers are days as Excel counts them, where they are of our century.
    """
    texts = [text for text in texts if text]
    if not texts:
        return None
    for form in ("", *DATE_FORMATS):
        if all(parse_moment(text, form) is not None for text in texts):
            return form
    counted = [_excel_moment(text) for text in texts]
    of_our_century = all(moment is not None and 2000 <= moment.year < 2100 for moment in counted)
    return EXCEL_NUMBER if of_our_century else None


def may_be_month_first(texts: Sequence[str], form: str) -> bool:
    """Whether days and months could be the other way round: no day after the 12th."""
    return form == "dd/mm/yyyy" and all(parse_moment(text, "mm/dd/yyyy") is not None for text in texts if text)
