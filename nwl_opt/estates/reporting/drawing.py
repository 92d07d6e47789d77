"""Pictures as plain shapes: positions, sizes and texts that a template sets as SVG.

Lengths are in the units of the picture's own box, which a page scales to its width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_LETTER_WIDTH_SHARE = 0.6
"""Width of a letter as a share of its height: a little more than most fonts take."""


@dataclass(frozen=True)
class Dot:
    """A round mark with the words a pointer shows."""

    x: float
    y: float
    radius: float
    style: str
    words: str


@dataclass(frozen=True)
class Mark:
    """A mark whose form says what it is (its style names the form), with the words a pointer shows."""

    x: float
    y: float
    style: str
    words: str


@dataclass(frozen=True)
class Label:
    """A text at a point: `anchor` is start, middle or end."""

    x: float
    y: float
    text: str
    style: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Bar:
    """A rectangle from its upper left corner, with the words a pointer shows."""

    x: float
    y: float
    width: float
    height: float
    style: str
    words: str


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
    legend: tuple[tuple[str, str], ...] = ()
    """Style and meaning, in order."""


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
    width = len(label.text) * height * _LETTER_WIDTH_SHARE
    left = {"start": label.x, "middle": label.x - width / 2, "end": label.x - width}[label.anchor]
    return Box(left, label.y - height, left + width, label.y + height * 0.25)


def placed_labels(
    points: Sequence[tuple[float, float, str]], marks: Sequence[Mark], style: str, height: float, gap: float
) -> list[Label]:
    """Labels beside their points, each where it covers neither a mark nor a label set before it, if there is room."""
    taken = [Box(mark.x - gap, mark.y - gap, mark.x + gap, mark.y + gap) for mark in marks]
    found: list[Label] = []
    for x, y, text in points:
        around = [
            Label(x + gap, y + height / 3, text, style, "start"),
            Label(x - gap, y + height / 3, text, style, "end"),
            Label(x, y - gap, text, style),
            Label(x, y + gap + height, text, style),
            Label(x + gap, y - gap, text, style, "start"),
            Label(x - gap, y - gap, text, style, "end"),
            Label(x + gap, y + gap + height, text, style, "start"),
            Label(x - gap, y + gap + height, text, style, "end"),
        ]
        best = min(around, key=lambda label: sum(box_of(label, height).overlaps(box) for box in taken))
        taken.append(box_of(best, height))
        found.append(best)
    return found
