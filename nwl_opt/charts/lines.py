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


@dataclass(frozen=True)
class Range:
    """The least and the most a figure may be at each place, and what that means."""

    name: str
    lows: tuple[float, ...]
    highs: tuple[float, ...]


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
    values += [*within.lows, *within.highs] if within else []
    left = room_for_ticks(values, axis)
    frame = Frame(left, EDGE + LETTER / 2, _right(places), HEIGHT)
    centres = _centres(len(places), frame)
    each = centres[1] - centres[0] if len(centres) > 1 else WIDTH / 2
    bottom = HEIGHT - EDGE - lines_below(places, each) * LINE_HEIGHT
    frame = Frame(frame.left, frame.top, frame.right, bottom)
    scale = scale_for(values, axis.from_zero, frame.bottom, frame.top)
    rules, labels = upright_axis(axis, scale, frame)
    range_key = (Key("range", within.name, "box"),) if within else ()
    return Picture(
        title,
        description,
        WIDTH,
        HEIGHT,
        rules=tuple(rules),
        areas=() if within is None or not places else (_range_area(within, centres, scale),),
        lines=tuple(line for turn, one in enumerate(series) for line in _strokes(one, turn, centres, scale)),
        marks=tuple(
            mark for turn, one in enumerate(series) for mark in _marks(one, turn, places, centres, scale, axis.unit)
        ),
        labels=(*labels, *names_below(places, centres, frame.bottom), *_none(places, frame)),
        legend=(*line_keys(series), *range_key),
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


def _range_area(within: Range, centres: Sequence[float], scale: Scale) -> Area:
    there = [(centre, scale.at(high)) for centre, high in zip(centres, within.highs, strict=True)]
    back = [(centre, scale.at(low)) for centre, low in zip(centres, within.lows, strict=True)]
    return Area((*there, *reversed(back)), "range", within.name)


def _none(places: Sequence[str], frame: Frame) -> list[Label]:
    if places:
        return []
    return [Label((frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2, "Nothing to show", "axis")]
