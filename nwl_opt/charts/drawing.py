"""Pictures as plain shapes: positions, sizes and texts that a template sets as SVG.

Lengths are in the units of the picture's own box, which a page scales to its width. A style is the class of a shape,
whose colour the style sheet gives; a form or a pattern says the same to those who do not see the colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nwl_opt.charts.letters import text_width

Form = Literal["square", "block", "circle", "triangle", "diamond", "cross", "turned"]
"""The outline of a mark: `block` is a large square, `turned` a triangle on its tip."""
Pattern = Literal["", "stripes", "spots", "back", "grid", "level"]
"""What lies over a surface: nothing, stripes rising or falling (`back`), spots, squares, level lines."""


@dataclass(frozen=True)
class Dot:
    """A round mark with the words a pointer shows, and the page it leads to."""

    x: float
    y: float
    radius: float
    style: str
    words: str
    href: str = ""


@dataclass(frozen=True)
class Mark:
    """A mark whose form says what it is, with the words a pointer shows, and the page it leads to."""

    x: float
    y: float
    style: str
    words: str
    form: Form = "circle"
    href: str = ""


@dataclass(frozen=True)
class Label:
    """A text at a point: `anchor` is start, middle or end."""

    x: float
    y: float
    text: str
    style: str
    anchor: Literal["start", "middle", "end"] = "middle"
    upright: bool = False
    """Whether it reads from bottom to top."""


@dataclass(frozen=True)
class Bar:
    """A rectangle from its upper left corner, with the words a pointer shows, and the page it leads to."""

    x: float
    y: float
    width: float
    height: float
    style: str
    words: str
    pattern: Pattern = ""
    href: str = ""


@dataclass(frozen=True)
class Line:
    """Straight strokes from point to point, with the words a pointer shows."""

    points: tuple[tuple[float, float], ...]
    style: str
    words: str = ""


@dataclass(frozen=True)
class Area:
    """A surface within its corners."""

    points: tuple[tuple[float, float], ...]
    style: str
    words: str = ""


@dataclass(frozen=True)
class Key:
    """An entry of the legend: how it is drawn, and what it means."""

    style: str
    words: str
    drawn_as: Literal["box", "line", "mark", "stroke"] = "box"
    """A surface; a line with its marks; a mark; a line alone."""
    form: Form = "circle"
    pattern: Pattern = ""


@dataclass(frozen=True)
class Picture:
    """A drawing with its title and what it shows in one sentence, for those who do not see it."""

    title: str
    description: str
    width: float
    height: float
    dots: tuple[Dot, ...] = ()
    marks: tuple[Mark, ...] = ()
    bars: tuple[Bar, ...] = ()
    labels: tuple[Label, ...] = ()
    legend: tuple[Key, ...] = ()
    rules: tuple[Line, ...] = ()
    """The lines of the ground, below everything else."""
    areas: tuple[Area, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Box:
    """What a text covers."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def box_of(label: Label, height: float) -> Box:
    """What a label covers, with letters of a height."""
    width = text_width(label.text, height)
    before = {"start": 0.0, "middle": width / 2, "end": width}[label.anchor]
    if label.upright:
        low = label.y + before
        return Box(label.x - height, low - width, label.x + height * 0.25, low)
    return Box(label.x - before, label.y - height, label.x - before + width, label.y + height * 0.25)


def placed_labels(
    points: Sequence[tuple[float, float, str]], marks: Sequence[Mark], style: str, height: float, gap: float
) -> list[Label]:
    """Labels beside their points, each where it covers neither a mark nor a label set before it, if there is room."""
    taken = [Box(mark.x - gap, mark.y - gap, mark.x + gap, mark.y + gap) for mark in marks]
    found: list[Label] = []
    for x, y, text in points:
        around = labels_around(x, y, text, style, height, gap)
        best = min(around, key=lambda label: sum(box_of(label, height).overlaps(box) for box in taken))
        taken.append(box_of(best, height))
        found.append(best)
    return found


def labels_around(x: float, y: float, text: str, style: str, height: float, gap: float) -> list[Label]:
    """The places a label can have beside its point, the best first."""
    return [
        Label(x + gap, y + height / 3, text, style, "start"),
        Label(x - gap, y + height / 3, text, style, "end"),
        Label(x, y - gap, text, style),
        Label(x, y + gap + height, text, style),
        Label(x + gap, y - gap, text, style, "start"),
        Label(x - gap, y - gap, text, style, "end"),
        Label(x + gap, y + gap + height, text, style, "start"),
        Label(x - gap, y + gap + height, text, style, "end"),
    ]
