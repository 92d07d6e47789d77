"""Lines over years, with the range in which a figure may lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nwl_opt.charts.drawing import Area, Key, Label, Line, Mark, Picture
from nwl_opt.charts.frame import (
    EDGE,
    HEIGHT,
    LETTER,
    LINE_HEIGHT,
    WIDTH,
    Frame,
    Series,
    form_of,
    line_keys,
    lines_below,
    names_below,
    room_for_ticks,
    style_of,
    upright_axis,
)
from nwl_opt.charts.letters import text_width
from nwl_opt.charts.scales import Axis, Scale, scale_for, short_words

_CAP = 7.0
"""Half the bar at the end of an upright stroke."""


@dataclass(frozen=True)
class Range:
    """The least and the most a figure may be at each place, and what that means; None where they are not known.

    Where they are known at one place alone, both ends are joined by an upright stroke.
    """

    name: str
    lows: tuple[float | None, ...]
    highs: tuple[float | None, ...]

    @property
    def known(self) -> tuple[float, ...]:
        """Every end that is known."""
        return tuple(end for end in (*self.lows, *self.highs) if end is not None)


def line_chart(
    title: str,
    description: str,
    places: Sequence[str],
    series: Sequence[Series],
    axis: Axis,
    within: Range | None = None,
) -> Picture:
    """Series over places (years, months) in their order; where a value is not known the line is broken."""
    values = [value for one in series for value in one.values if value is not None]
    values += within.known if within else ()
    left = room_for_ticks(values, axis)
    frame = Frame(left, EDGE + LETTER / 2, _right(places), HEIGHT)
    centres = _centres(len(places), frame)
    each = centres[1] - centres[0] if len(centres) > 1 else WIDTH / 2
    bottom = HEIGHT - EDGE - lines_below(places, each) * LINE_HEIGHT
    frame = Frame(frame.left, frame.top, frame.right, bottom)
    scale = scale_for(values, axis.from_zero, frame.bottom, frame.top)
    rules, labels = upright_axis(axis, scale, frame)
    stretches = _stretches(within, centres, scale) if within else []
    return Picture(
        title,
        description,
        WIDTH,
        HEIGHT,
        rules=tuple(rules),
        areas=tuple(_range_area(stretch, within) for stretch in stretches if within and len(stretch) > 1),
        lines=(
            *(line for stretch in stretches if within and len(stretch) == 1 for line in _whisker(stretch[0], within)),
            *(line for turn, one in enumerate(series) for line in _strokes(one, turn, centres, scale)),
        ),
        marks=tuple(
            mark for turn, one in enumerate(series) for mark in _marks(one, turn, places, centres, scale, axis.unit)
        ),
        labels=(*labels, *names_below(places, centres, frame.bottom), *_none(places, frame)),
        legend=(*line_keys(series), *_range_key(within, stretches)),
    )


def _right(places: Sequence[str]) -> float:
    """The right edge of the plot, so that half the last name has room beside it."""
    half = text_width(places[-1], LETTER) / 2 if places else 0.0
    return round(WIDTH - EDGE - min(half, WIDTH / 8), 1)


def _centres(count: int, frame: Frame) -> list[float]:
    """Evenly spaced places, the first a little right of the axis."""
    inset = min(30.0, (frame.right - frame.left) / 10)
    if count == 1:
        return [round((frame.left + frame.right) / 2, 1)]
    step = (frame.right - frame.left - inset) / max(count - 1, 1)
    return [round(frame.left + inset + at * step, 1) for at in range(count)]


def _strokes(one: Series, turn: int, centres: Sequence[float], scale: Scale) -> list[Line]:
    """The line of a series in as many strokes as it has stretches of known values."""
    stretches: list[list[tuple[float, float]]] = [[]]
    for centre, value in zip(centres, one.values, strict=True):
        if value is None:
            stretches.append([])
        else:
            stretches[-1].append((centre, scale.at(value)))
    return [Line(tuple(stretch), style_of(one, turn), one.name) for stretch in stretches if len(stretch) > 1]


def _marks(
    one: Series, turn: int, places: Sequence[str], centres: Sequence[float], scale: Scale, unit: str
) -> list[Mark]:
    hrefs = one.hrefs or ("",) * len(places)
    return [
        Mark(centre, scale.at(value), style_of(one, turn), f"{one.name}, {place}: {short_words(value, unit)}",
             form_of(turn), href)
        for place, centre, value, href in zip(places, centres, one.values, hrefs, strict=True)
        if value is not None
    ]  # fmt: skip


_Ends = tuple[float, float, float]
"""Where a range stands: its place, its low and its high end."""


def _stretches(within: Range, centres: Sequence[float], scale: Scale) -> list[list[_Ends]]:
    """Neighbouring places at which both ends are known."""
    found: list[list[_Ends]] = [[]]
    for centre, low, high in zip(centres, within.lows, within.highs, strict=True):
        if low is None or high is None:
            found.append([])
        else:
            found[-1].append((centre, scale.at(low), scale.at(high)))
    return [stretch for stretch in found if stretch]


def _range_area(stretch: Sequence[_Ends], within: Range) -> Area:
    there, back = [(x, high) for x, _, high in stretch], [(x, low) for x, low, _ in stretch]
    return Area((*there, *reversed(back)), "range", within.name)


def _whisker(ends: _Ends, within: Range) -> list[Line]:
    """An upright stroke with a bar at both ends."""
    x, low, high = ends
    caps = [Line(((x - _CAP, y), (x + _CAP, y)), "whisker") for y in (low, high)]
    return [Line(((x, low), (x, high)), "whisker", within.name), *caps]


def _range_key(within: Range | None, stretches: Sequence[Sequence[_Ends]]) -> tuple[Key, ...]:
    """A surface, or a stroke where only single places are known."""
    if within is None or not stretches:
        return ()
    whiskers = all(len(stretch) == 1 for stretch in stretches)
    return (Key("whisker" if whiskers else "range", within.name, "stroke" if whiskers else "box"),)


def _none(places: Sequence[str], frame: Frame) -> list[Label]:
    if places:
        return []
    return [Label((frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2, "Nothing to show", "axis")]
