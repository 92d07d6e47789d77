"""Bars in groups: beside each other or on top of each other, upright or, where names are long, on their side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nwl_opt.charts.drawing import Bar, Label, Picture
from nwl_opt.charts.frame import (
    EDGE,
    HEIGHT,
    LETTER,
    LINE_HEIGHT,
    WIDTH,
    Frame,
    Series,
    all_fit_below,
    bar_keys,
    level_axis,
    lines_below,
    name_beside,
    names_below,
    pattern_of,
    room_for_names,
    room_for_ticks,
    style_of,
    upright_axis,
)
from nwl_opt.charts.scales import Axis, Scale, scale_for, short_words

_GROUP_SHARE = 0.76
_ROW_HEIGHT = 30.0
_BAR_HEIGHT = 15.0
_AXIS_ROOM = 2 * LINE_HEIGHT + 2 * EDGE
RIGHT_ROOM = 44.0
"""Right of a level scale, for half of its last number."""


@dataclass(frozen=True)
class _Piece:
    """One bar before it is set: which group and turn, from where to where on the scale."""

    group: int
    turn: int
    low: float
    high: float
    words: str
    href: str


def bar_chart(
    title: str,
    description: str,
    groups: Sequence[str],
    series: Sequence[Series],
    axis: Axis,
    *,
    stacked: bool = False,
    on_side: bool = False,
) -> Picture:
    """A group of bars for each name, a bar for each series; names too long to stand below lay it on its side."""
    pieces = _pieces(groups, series, axis.unit, stacked)
    ends = [end for piece in pieces for end in (piece.low, piece.high)]
    left = room_for_ticks(ends, axis)
    each = (WIDTH - EDGE - left) / max(len(groups), 1)
    beside = 1 if stacked else max(len(series), 1)
    draw = _lying if on_side or not all_fit_below(groups, each) else _upright
    return draw(title, description, groups, series, axis, pieces, ends, beside)


def _pieces(groups: Sequence[str], series: Sequence[Series], unit: str, stacked: bool) -> list[_Piece]:
    """Every bar; on top of each other what is above zero goes up, what is below goes down."""
    found: list[_Piece] = []
    for at, group in enumerate(groups):
        up = down = 0.0
        for turn, one in enumerate(series):
            value = one.values[at]
            if value is None:
                continue
            start = (up if value >= 0 else down) if stacked else 0.0
            up, down = (up + value, down) if value >= 0 else (up, down + value)
            low, high = sorted((start, start + value))
            words = (
                f"{group}, {one.name}: {short_words(value, unit)}"
                if one.name
                else f"{group}: {short_words(value, unit)}"
            )
            found.append(_Piece(at, turn, low, high, words, one.hrefs[at] if one.hrefs else ""))
    return found


def _upright(
    title: str, description: str, groups: Sequence[str], series: Sequence[Series], axis: Axis,
    pieces: Sequence[_Piece], ends: Sequence[float], beside: int,
) -> Picture:  # fmt: skip
    left = room_for_ticks(ends, axis)
    each = (WIDTH - EDGE - left) / max(len(groups), 1)
    frame = Frame(left, EDGE + LETTER / 2, WIDTH - EDGE, HEIGHT - EDGE - lines_below(groups, each) * LINE_HEIGHT)
    scale = scale_for(ends, axis.from_zero, frame.bottom, frame.top)
    rules, labels = upright_axis(axis, scale, frame)
    wide = each * _GROUP_SHARE / beside
    bars = [_upright_bar(piece, series, scale, left + each * (piece.group + 0.5) - wide * beside / 2, wide, beside)
            for piece in pieces]  # fmt: skip
    centres = [round(left + each * (at + 0.5), 1) for at in range(len(groups))]
    labels += names_below(groups, centres, frame.bottom)
    return Picture(
        title, description, WIDTH, HEIGHT, bars=tuple(bars), labels=tuple(labels), rules=tuple(rules),
        legend=bar_keys(series),
    )  # fmt: skip


def _upright_bar(
    piece: _Piece, series: Sequence[Series], scale: Scale, group_left: float, wide: float, beside: int
) -> Bar:
    top, bottom = scale.at(piece.high), scale.at(piece.low)
    left = group_left + (wide * piece.turn if beside > 1 else 0.0)
    return Bar(
        round(left, 1), top, round(max(wide - 1, 1.0), 1), round(bottom - top, 1),
        style_of(series[piece.turn], piece.turn), piece.words, pattern_of(piece.turn), piece.href,
    )  # fmt: skip


def _lying(
    title: str, description: str, groups: Sequence[str], series: Sequence[Series], axis: Axis,
    pieces: Sequence[_Piece], ends: Sequence[float], beside: int,
) -> Picture:  # fmt: skip
    row = max(_ROW_HEIGHT + 4, beside * _BAR_HEIGHT + 10)
    left, top = room_for_names(groups), EDGE
    frame = Frame(left, top, WIDTH - RIGHT_ROOM, top + row * max(len(groups), 1))
    scale = scale_for(ends, axis.from_zero, frame.left, frame.right)
    rules, labels = level_axis(axis, scale, frame)
    bars: list[Bar] = []
    for piece in pieces:
        start, end = scale.at(piece.low), scale.at(piece.high)
        upper = (
            top
            + row * (piece.group + 0.5)
            - beside * _BAR_HEIGHT / 2
            + (piece.turn if beside > 1 else 0) * _BAR_HEIGHT
        )
        bars.append(
            Bar(start, round(upper, 1), round(end - start, 1), _BAR_HEIGHT - 1,
                style_of(series[piece.turn], piece.turn), piece.words, pattern_of(piece.turn), piece.href)
        )  # fmt: skip
    names: list[Label] = [
        label for at, name in enumerate(groups) for label in name_beside(name, left, top + row * (at + 0.5))
    ]
    return Picture(
        title, description, WIDTH, round(frame.bottom + _AXIS_ROOM, 1), bars=tuple(bars),
        labels=(*labels, *names), rules=tuple(rules), legend=bar_keys(series),
    )  # fmt: skip
