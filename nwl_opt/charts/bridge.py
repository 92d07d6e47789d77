"""A bridge (waterfall): how one figure becomes another, each step beginning where the last one ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nwl_opt.charts.drawing import Bar, Key, Line, Picture
from nwl_opt.charts.frame import WIDTH
from nwl_opt.charts.rows import BAR_HEIGHT, ROW_HEIGHT, Rows
from nwl_opt.charts.scales import Axis, short_words


@dataclass(frozen=True)
class Step:
    """A step up or down, or (with `total`) the figure reached, drawn from zero."""

    name: str
    value: float
    total: bool = False
    href: str = ""


_KEYS = (Key("total", "figure reached", "box"), Key("rise", "adds", "box"),
         Key("fall", "takes away", "box", pattern="stripes"))  # fmt: skip


def waterfall(title: str, description: str, steps: Sequence[Step], axis: Axis) -> Picture:
    """Rows from the first figure to the last; numbers at the right carry their sign.

    Where the axis does not begin at zero, small steps between large figures can be seen; its title has to say so.
    """
    spans = _spans(steps)
    numbers = [_number(step, axis.unit) for step in steps]
    rows = Rows([step.name for step in steps], numbers, [end for _, end in spans], axis)
    base = 0.0 if axis.from_zero else rows.scale.ticks[0]
    bars: list[Bar] = []
    joins: list[Line] = []
    for row, (step, (start, end)) in enumerate(zip(steps, spans, strict=True)):
        low, high = sorted((rows.scale.at(base if step.total else start), rows.scale.at(end)))
        style = "total" if step.total else "rise" if step.value >= 0 else "fall"
        bars.append(
            Bar(low, rows.top_of(row), round(max(high - low, 1.0), 1), BAR_HEIGHT, style,
                f"{step.name}: {numbers[row]}", "stripes" if style == "fall" else "", step.href)
        )  # fmt: skip
        if row + 1 < len(steps):
            at, top = rows.scale.at(end), rows.top_of(row) + BAR_HEIGHT
            joins.append(Line(((at, top), (at, top + ROW_HEIGHT - BAR_HEIGHT)), "join"))
    rules, labels = rows.ground()
    return Picture(
        title, description, WIDTH, rows.height, bars=tuple(bars), labels=labels, rules=(*rules, *joins), legend=_KEYS
    )


def _spans(steps: Sequence[Step]) -> list[tuple[float, float]]:
    """From where to where each row goes; a total begins at zero, and the first step too."""
    spans: list[tuple[float, float]] = []
    reached = 0.0
    for step in steps:
        start = 0.0 if step.total else reached
        reached = start + step.value
        spans.append((start, reached))
    return spans


def _number(step: Step, unit: str) -> str:
    words = short_words(step.value, unit)
    return words if step.total or step.value < 0 else f"+{words}"
