"""Scales: round ticks, their words with units, and where a value stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_MOST_TICKS = 6
_NOISE = 1e-9
_MONEY_SCALES = ((1e9, "bn"), (1e6, "m"), (1e3, "k"), (1.0, ""))


@dataclass(frozen=True)
class Axis:
    """What an axis measures: its title and its unit (`gbp`, `share`, or a word that stands in the title)."""

    title: str
    unit: str
    from_zero: bool = True


@dataclass(frozen=True)
class Scale:
    """From values to places between two ends, both of which are ticks."""

    ticks: tuple[float, ...]
    start: float
    end: float

    def at(self, value: float) -> float:
        """The place of a value."""
        low, high = self.ticks[0], self.ticks[-1]
        return round(self.start + (value - low) / (high - low) * (self.end - self.start), 1)


def scale_for(values: Sequence[float], from_zero: bool, start: float, end: float) -> Scale:
    """A scale that holds all values, between two places."""
    return Scale(nice_ticks(values, from_zero), start, end)


def nice_ticks(values: Sequence[float], from_zero: bool) -> tuple[float, ...]:
    """Round, evenly spaced numbers of which the outer two enclose all values; at least two."""
    known = [0.0 if abs(value) < _NOISE else value for value in values if math.isfinite(value)]
    low, high = min(known, default=0.0), max(known, default=0.0)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low <= max(abs(low), abs(high)) * _NOISE:
        room = abs(high) * 0.5 or 1.0
        low, high = (low - room, high + room) if not from_zero else (low, high or room)
    step = _step((high - low) / (_MOST_TICKS - 1))
    first, last = math.floor(low / step + _NOISE), math.ceil(high / step - _NOISE)
    return tuple(round(at * step, 12) for at in range(first, max(last, first + 1) + 1))


def _step(least: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(least))
    return next((step * power for step in _STEPS if step * power >= least * (1 - _NOISE)), 10 * power)


def tick_words(ticks: Sequence[float], unit: str) -> tuple[str, ...]:
    """The numbers of a scale, all with the same decimals; pounds in k, m or bn, shares as percentages."""
    step = min((b - a for a, b in pairwise(ticks)), default=1.0)
    if unit == "gbp":
        size, letter = next((scale for scale in _MONEY_SCALES if max(map(abs, ticks)) >= scale[0]), (1.0, ""))
        digits = _digits(step / size)
        return tuple(f"{'-' if tick < 0 else ''}£{abs(tick) / size:,.{digits}f}{letter}" for tick in ticks)
    if unit == "share":
        digits = _digits(step * 100)
        return tuple(f"{tick * 100:,.{digits}f} %" for tick in ticks)
    digits = _digits(step)
    return tuple(f"{tick:,.{digits}f}" for tick in ticks)


def _digits(step: float) -> int:
    """How many decimals tell one step from the next."""
    return next((digits for digits in range(7) if abs(round(step, digits) - step) <= step * 1e-6), 6)


def short_words(value: float, unit: str) -> str:
    """A number with three digits that matter and its unit, for a label in a chart."""
    if unit == "gbp":
        size, letter = next((scale for scale in _MONEY_SCALES if abs(value) >= scale[0]), (1.0, ""))
        return f"{'-' if value < 0 else ''}£{_three_digits(abs(value) / size)}{letter}"
    if unit == "share":
        return f"{_three_digits(value * 100)} %"
    return f"{_three_digits(value)} {unit}".strip()


def _three_digits(value: float) -> str:
    digits = 0 if abs(value) >= 100 or float(value).is_integer() else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"
