"""Pounds, shares and points as people read them, and sentences whose every number is on record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Formatter

from models.reallocation.instance import Instance
from models.shared.problem import Explanation

Number = float | int | str


def gbp_words(gbp: float) -> str:
    """Pounds with as many digits as a reader wants: £12.6bn, £166.7m, £12k, £850."""
    sign, size = ("-" if gbp < 0 else ""), abs(gbp)
    if size >= 9_999_950_000:
        return f"{sign}£{size / 1e9:,.1f}bn"
    if size >= 999_500:
        return f"{sign}£{size / 1e6:,.1f}m"
    return f"{sign}£{size / 1e3:,.0f}k" if size >= 9_950 else f"{sign}£{size:,.0f}"


def percent_words(share: float) -> str:
    """A share as a percentage with one decimal; two where one would hide it."""
    digits = 1 if abs(share) >= 0.0095 or abs(share) < 0.00005 else 2
    return f"{100 * share if digits == 2 else round(100 * share, 1) + 0.0:.{digits}f} %"


_FORMATS: Mapping[str, Callable[[float], str]] = {
    "gbp": gbp_words,
    "percent": percent_words,
    "fine": lambda share: f"{100 * share:.2f} %",
    "rate": lambda share: f"{100 * share:g} %",
    "points": lambda points: f"{points:g}",
    "pence": lambda pounds: f"{pounds:.2f}",
    "count": lambda number: f"{number:,.0f}",
}


def worth_telling_gbp(instance: Instance) -> float:
    """The least difference a sentence speaks of: a four-millionth of the money, ten pounds at least."""
    return max(10.0, instance.money[0].spendable_gbp / 4e6)


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

    Formats: `{x:gbp}`, `{x:percent}`, `{x:fine}` (two decimals), `{x:rate}` (as it was set), `{x:points}`,
    `{x:pence}` (two decimals of a pound), `{x:count}`, and `{x}` for years and texts.
    """
    sentence = _Words().format(template, **numbers, **(names or {}))
    return Explanation(name, rule, sentence, dict(numbers), where, headline)


def listed(items: list[str]) -> str:
    """Items as a list in a sentence: a, b and c; nothing of none."""
    return "".join(items) if len(items) < 2 else f"{', '.join(items[:-1])} and {items[-1]}"
