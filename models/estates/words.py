"""Pounds, days and shares as people read them, and sentences whose every number is on record."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from string import Formatter

from models.shared.problem import Explanation

Number = float | int | str
TENURE_WORDS: Mapping[str, str] = {
    "nhsps_freehold": "NHS Property Services, freehold",
    "nhsps_leasehold": "NHS Property Services, leasehold",
    "lift_chp": "LIFT or CHP",
    "pfi": "PFI",
    "gp": "GP premises",
    "other": "another owner",
}
SOURCE_WORDS: Mapping[str, str] = {
    "lig": "London Improvement Grant",
    "s106": "Section 106",
    "cil": "Community Infrastructure Levy",
    "icb": "The ICB's own capital",
    "other": "Another source",
}
"""Kinds of sources of capital."""


def gbp_words(gbp: float) -> str:
    """Pounds with as many digits as a reader wants: £16.7m, £12,300, £850."""
    sign, size = ("-" if gbp < 0 else ""), abs(gbp)
    if size >= 999_500:
        return f"{sign}£{size / 1e6:,.1f}m"
    return f"{sign}£{round(size, -2):,.0f}" if size >= 9_950 else f"{sign}£{size:,.0f}"


def percent_words(share: float) -> str:
    """A share as a percentage with one decimal."""
    return f"{100 * share:.1f} %"


def day_words(day: dt.date) -> str:
    """1 April 2027."""
    return f"{day.day} {day:%B} {day.year}"


def list_words(items: Sequence[str], most: int = 3) -> str:
    """The first few of some names, and how many more there are."""
    if len(items) <= most + 1:
        return ", ".join(items)
    return f"{', '.join(items[:most])} and {len(items) - most} more"


ADDED_MINUTES_BANDS: tuple[tuple[str, float], ...] = (
    ("no further", 0.0),
    ("up to 5 minutes more", 5.0),
    ("6 to 10 minutes more", 10.0),
    ("11 to 15 minutes more", 15.0),
    ("over 15 minutes more", math.inf),
)
"""Added one-way minutes in words, each band up to and with its number."""


def added_minutes_band(added_minutes: float) -> int:
    """The band of added minutes, to the nearest whole minute, by its place in the list."""
    whole = math.floor(added_minutes + 0.5)
    return next(at for at, (_, most) in enumerate(ADDED_MINUTES_BANDS) if whole <= most)


_FORMATS: Mapping[str, Callable[[float], str]] = {
    "gbp": gbp_words,
    "percent": percent_words,
    "count": lambda number: f"{number:,.0f}",
    "one": lambda number: f"{number:,.1f}",
}


class _Words(Formatter):
    def format_field(self, value: object, format_spec: str) -> str:
        if format_spec in _FORMATS and isinstance(value, (int, float)):
            return _FORMATS[format_spec](value)
        return str(value)


def tell(
    name: str,
    template: str,
    numbers: Mapping[str, Number],
    *,
    rule: str = "",
    where: str = "",
    headline: bool = False,
    names: Mapping[str, str] | None = None,
) -> Explanation:
    """A sentence filled from its numbers, so that none can be said that is not on record.

    Formats: `{x:gbp}`, `{x:percent}`, `{x:count}` (whole), `{x:one}` (one decimal), and `{x}` for years and texts.
    """
    sentence = _Words().format(template, **numbers, **(names or {}))
    return Explanation(name, rule, sentence, dict(numbers), where, headline)
