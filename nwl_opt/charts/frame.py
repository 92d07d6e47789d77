"""The ground on which charts stand: sizes, the plot between its axes, words of ticks, series in their styles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nwl_opt.charts.drawing import Form, Key, Label, Line, Pattern
from nwl_opt.charts.letters import fits_in_lines, in_lines, text_width
from nwl_opt.charts.scales import Axis, Scale, nice_ticks, tick_words

WIDTH = 760.0
HEIGHT = 360.0
LETTER = 13.0
LINE_HEIGHT = 17.0
EDGE = 12.0
MOST_LINES = 3
_TICK_GAP = 8.0
_TITLE_ROOM = 24.0
_MOST_NAME_SHARE = 0.36
"""Names beside bars take no more of the width than this."""

FORMS: tuple[Form, ...] = ("circle", "square", "triangle", "diamond", "turned", "block", "cross")
PATTERNS: tuple[Pattern, ...] = ("", "stripes", "spots", "back", "grid", "level")
COLOURS = 8
"""How many series styles the style sheet has."""


@dataclass(frozen=True)
class Series:
    """Numbers with a name, one for each place on the other axis; None where none is known."""

    name: str
    values: tuple[float | None, ...]
    style: str = ""
    """A class of the style sheet; without it the series' own colour by its turn."""
    hrefs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Frame:
    """The plot: its left, top, right and bottom edge."""

    left: float
    top: float
    right: float
    bottom: float


def style_of(series: Series, turn: int) -> str:
    """The class of a series."""
    return series.style or f"series{turn % COLOURS + 1}"


def form_of(turn: int) -> Form:
    """The form of a series' marks."""
    return FORMS[turn % len(FORMS)]


def pattern_of(turn: int) -> Pattern:
    """The pattern of a series' surfaces."""
    return PATTERNS[turn % len(PATTERNS)]


def bar_keys(series: Sequence[Series]) -> tuple[Key, ...]:
    """The legend of series drawn as surfaces; one series alone needs none."""
    if len(series) < 2:
        return ()
    return tuple(
        Key(style_of(one, turn), one.name, "box", pattern=pattern_of(turn)) for turn, one in enumerate(series)
    )


def line_keys(series: Sequence[Series]) -> tuple[Key, ...]:
    """The legend of series drawn as lines."""
    return tuple(Key(style_of(one, turn), one.name, "line", form=form_of(turn)) for turn, one in enumerate(series))


def room_for_ticks(values: Sequence[float], axis: Axis) -> float:
    """How far right the plot starts, so that the words of its upright scale and the axis' title have room."""
    words = tick_words(nice_ticks(values, axis.from_zero), axis.unit)
    return EDGE + _TITLE_ROOM + max(text_width(word, LETTER) for word in words) + _TICK_GAP


def upright_axis(axis: Axis, scale: Scale, frame: Frame) -> tuple[list[Line], list[Label]]:
    """Level lines, their words at the left, and the axis' title."""
    lines = [
        Line(((frame.left, scale.at(tick)), (frame.right, scale.at(tick))), "zero" if tick == 0 else "ground")
        for tick in scale.ticks
    ]
    words = tick_words(scale.ticks, axis.unit)
    labels = [
        Label(frame.left - _TICK_GAP, round(scale.at(tick) + LETTER / 3, 1), word, "scale", "end")
        for tick, word in zip(scale.ticks, words, strict=True)
    ]
    labels.append(
        Label(EDGE + LETTER, round((frame.top + frame.bottom) / 2, 1), _title(axis), "axis", "middle", upright=True)
    )
    return lines, labels


def level_axis(axis: Axis, scale: Scale, frame: Frame) -> tuple[list[Line], list[Label]]:
    """Upright lines, their words below (as many as have room), and the axis' title."""
    lines = [
        Line(((scale.at(tick), frame.top), (scale.at(tick), frame.bottom)), "zero" if tick == 0 else "ground")
        for tick in scale.ticks
    ]
    words = tick_words(scale.ticks, axis.unit)
    widest = max(text_width(word, LETTER) for word in words) + _TICK_GAP
    apart = abs(scale.end - scale.start) / max(len(words) - 1, 1)
    every = max(1, -(-widest // max(apart, 1.0)))
    labels = [
        Label(scale.at(tick), frame.bottom + LINE_HEIGHT + 4, word, "scale")
        for at, (tick, word) in enumerate(zip(scale.ticks, words, strict=True))
        if at % every == 0
    ]
    middle = round((frame.left + frame.right) / 2, 1)
    labels.append(Label(middle, frame.bottom + 2 * LINE_HEIGHT + 8, _title(axis), "axis"))
    return lines, labels


def _title(axis: Axis) -> str:
    """The title, with the unit unless the ticks carry it."""
    carried = axis.unit in ("gbp", "share", "") or axis.unit in axis.title
    return axis.title if carried else f"{axis.title} ({axis.unit})"


def names_below(names: Sequence[str], centres: Sequence[float], top: float) -> list[Label]:
    """Names under their places, broken into lines; where they have no room, every second, third and so on."""
    if not names:
        return []
    each = (centres[-1] - centres[0]) / (len(centres) - 1) if len(centres) > 1 else WIDTH / 2
    every = next(
        (by for by in range(1, len(names) + 1) if all(_fits(name, each * by) for name in names[::by])), len(names)
    )
    return [
        Label(centre, top + (at + 1) * LINE_HEIGHT + 4, line, "scale")
        for name, centre in list(zip(names, centres, strict=True))[::every]
        for at, line in enumerate(in_lines(name, each * every - _TICK_GAP, LETTER, MOST_LINES))
    ]


def _fits(name: str, width: float) -> bool:
    return fits_in_lines(name, width - _TICK_GAP, LETTER, MOST_LINES)


def all_fit_below(names: Sequence[str], width: float) -> bool:
    """Whether every name has room under its place."""
    return all(_fits(name, width) for name in names)


def lines_below(names: Sequence[str], width: float) -> int:
    """How many lines the names take under their places."""
    return max((len(in_lines(name, width - _TICK_GAP, LETTER, MOST_LINES)) for name in names), default=1)


def room_for_names(names: Sequence[str]) -> float:
    """How far right a plot starts that has names at its left."""
    widest = max((text_width(name, LETTER) for name in names), default=0.0)
    return round(EDGE + min(widest, WIDTH * _MOST_NAME_SHARE) + _TICK_GAP, 1)


def name_beside(name: str, left: float, centre: float) -> list[Label]:
    """A name at the left of a plot, in at most two lines around the middle of its row."""
    lines = in_lines(name, left - EDGE - _TICK_GAP + 0.1, LETTER, 2)
    first = centre + LETTER / 3 - (len(lines) - 1) * LINE_HEIGHT / 2
    return [
        Label(left - _TICK_GAP, round(first + at * LINE_HEIGHT, 1), line, "name", "end")
        for at, line in enumerate(lines)
    ]
