"""A tornado: how far a figure swings when one assumption after the other is set low and high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nwl_opt.charts.drawing import Bar, Key, Line, Picture
from nwl_opt.charts.frame import EDGE, WIDTH
from nwl_opt.charts.rows import BAR_HEIGHT, Rows
from nwl_opt.charts.scales import Axis, short_words


@dataclass(frozen=True)
class Swing:
    """An assumption, and the figure at its low and its high end; None where there is no plan at that end."""

    name: str
    low_words: str
    low: float | None
    high_words: str
    high: float | None


_KEYS = (Key("swing_low", "assumption at its low end", "box"),
         Key("swing_high", "assumption at its high end", "box", pattern="stripes"))  # fmt: skip


def tornado(title: str, description: str, base: float, swings: Sequence[Swing], axis: Axis) -> Picture:
    """The widest swing first, around the figure of today; both ends on one side share the row."""
    ordered = sorted(swings, key=lambda swing: -_width(swing, base))
    values = [end for swing in ordered for end in (swing.low, swing.high) if end is not None]
    numbers = [_numbers(swing, axis.unit) for swing in ordered]
    rows = Rows([swing.name for swing in ordered], numbers, [*values, base], axis)
    middle = rows.scale.at(base)
    bars = tuple(bar for row, swing in enumerate(ordered) for bar in _bars(rows, row, swing, middle, axis.unit))
    rules, labels = rows.ground()
    bottom = rows.top_of(max(len(ordered) - 1, 0)) + BAR_HEIGHT + EDGE / 2
    line = Line(((middle, EDGE), (middle, bottom)), "base", f"this plan: {short_words(base, axis.unit)}")
    return Picture(
        title, description, WIDTH, rows.height, bars=bars, labels=labels, rules=rules, lines=(line,),
        legend=(*_KEYS, Key("base", f"this plan: {short_words(base, axis.unit)}", "stroke")),
    )  # fmt: skip


def _bars(rows: Rows, row: int, swing: Swing, middle: float, unit: str) -> list[Bar]:
    """The upper half of a row is the low end, the lower half the high end, so neither hides the other."""
    found: list[Bar] = []
    ends = ((swing.low, swing.low_words, "swing_low"), (swing.high, swing.high_words, "swing_high"))
    for half, (end, words, style) in enumerate(ends):
        if end is None:
            continue
        left, right = sorted((rows.scale.at(end), middle))
        top = round(rows.top_of(row) + half * BAR_HEIGHT / 2, 1)
        found.append(
            Bar(left, top, round(max(right - left, 1.0), 1), BAR_HEIGHT / 2, style,
                f"{swing.name} {words}: {short_words(end, unit)}", "stripes" if half else "")
        )  # fmt: skip
    return found


def _width(swing: Swing, base: float) -> float:
    ends = [base, *(end for end in (swing.low, swing.high) if end is not None)]
    return max(ends) - min(ends)


def _numbers(swing: Swing, unit: str) -> str:
    low, high = ("no plan" if end is None else short_words(end, unit) for end in (swing.low, swing.high))
    return f"{low} | {high}"
