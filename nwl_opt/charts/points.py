"""Points of two figures, such as a frontier: each with its name and, if it has one, the page it leads to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nwl_opt.charts.drawing import Box, Form, Key, Label, Line, Mark, Picture, box_of, labels_around
from nwl_opt.charts.frame import (
    EDGE,
    HEIGHT,
    LETTER,
    LINE_HEIGHT,
    WIDTH,
    Frame,
    level_axis,
    room_for_ticks,
    upright_axis,
)
from nwl_opt.charts.scales import Axis, scale_for

_RIGHT_ROOM = 44.0
_GAP = 11.0


@dataclass(frozen=True)
class Point:
    """A point with a short label beside it and the whole sentence a pointer shows."""

    x: float
    y: float
    label: str
    words: str
    style: str = "series1"
    form: Form = "circle"
    href: str = ""


def scatter(
    title: str,
    description: str,
    points: Sequence[Point],
    level: Axis,
    upright: Axis,
    *,
    joined: bool = False,
    legend: tuple[Key, ...] = (),
) -> Picture:
    """Points over two axes; joined, those of the first point's style are linked from left to right."""
    xs, ys = [point.x for point in points], [point.y for point in points]
    frame = Frame(
        room_for_ticks(ys, upright), EDGE + LETTER, WIDTH - _RIGHT_ROOM, HEIGHT - EDGE - 2 * LINE_HEIGHT - 6
    )
    across = scale_for(xs, level.from_zero, frame.left, frame.right)
    up = scale_for(ys, upright.from_zero, frame.bottom, frame.top)
    level_rules, level_labels = level_axis(level, across, frame)
    rules, labels = upright_axis(upright, up, frame)
    marks = [Mark(across.at(one.x), up.at(one.y), one.style, one.words, one.form, one.href) for one in points]
    names = _names(points, marks, frame)
    linked = sorted((mark.x, mark.y) for mark in marks if mark.style == marks[0].style) if joined else []
    return Picture(
        title,
        description,
        WIDTH,
        HEIGHT,
        marks=tuple(marks),
        labels=(*level_labels, *labels, *names),
        rules=(*level_rules, *rules),
        lines=(Line(tuple(linked), points[0].style),) if len(linked) > 1 else (),
        legend=legend,
    )


def _names(points: Sequence[Point], marks: Sequence[Mark], frame: Frame) -> list[Label]:
    """A name where it covers nothing and stays inside the plot; one without such a place is left to the pointer."""
    taken = [Box(mark.x - _GAP / 2, mark.y - _GAP / 2, mark.x + _GAP / 2, mark.y + _GAP / 2) for mark in marks]
    found: list[Label] = []
    for point, mark in zip(points, marks, strict=True):
        for label in _places(mark, point.label):
            box = box_of(label, LETTER)
            inside = box.left > frame.left and box.right < WIDTH and box.top > 0 and box.bottom < frame.bottom
            if point.label and inside and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                found.append(label)
                break
    return found


def _places(mark: Mark, text: str) -> list[Label]:
    """The places of a name, those above and below first: a joining line leaves to the sides."""
    around = labels_around(mark.x, mark.y, text, "point", LETTER, _GAP)
    return [*around[4:], *around[:4]]
