"""What stands in a report, as ready text, tables and pictures; the same for HTML and PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from models.shared.problem import View
from nwl_opt.charts.drawing import Picture
from nwl_opt.reallocation.shown.sheet import Sheet

Tone = Literal["good", "caution", "refuse"]


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str
    form: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Sentence:
    """Something to say, and the rule it speaks of (empty: none)."""

    text: str
    rule: str = ""


@dataclass(frozen=True)
class Points:
    """Sentences under one another, with a heading of their own or none."""

    sentences: tuple[Sentence, ...]
    heading: str = ""
    form: Literal["points"] = "points"


@dataclass(frozen=True)
class Grid:
    """A table with its title: `numeric` columns are right-aligned."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    note: str = ""
    form: Literal["grid"] = "grid"


@dataclass(frozen=True)
class Chart:
    """A picture; the table that says the same stands beside it."""

    picture: Picture
    form: Literal["chart"] = "chart"


Block = Paragraph | Points | Grid | Chart


@dataclass(frozen=True)
class Section:
    """A part of the report. A `folded` one stands at the end: closed in HTML, an appendix on paper."""

    title: str
    blocks: tuple[Block, ...]
    folded: bool = False


@dataclass(frozen=True)
class Standing:
    """How far a run may be trusted: the first thing its reader is told."""

    tone: Tone
    sentence: str
    more: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether anything may be recommended."""
        return self.tone != "refuse"


@dataclass(frozen=True)
class Imprint:
    """Where a report comes from."""

    kind: str
    run: str
    run_id: str
    solved_at: str
    printed_at: str
    who: str
    why: str


@dataclass(frozen=True)
class Report:
    """A whole report; `marks` say on every page how much of it is invented or assumed."""

    title: str
    standing: Standing
    marks: tuple[str, ...]
    short_mark: str
    imprint: Imprint
    sections: tuple[Section, ...]


def grid_of(view: View, title: str = "") -> Grid:
    """A short table of a problem, under its own title or another."""
    return Grid(title or view.title, view.headings, view.rows, view.numeric, view.note)


def grid_of_sheet(sheet: Sheet) -> Grid:
    """A table as pages show it."""
    return Grid(sheet.title, sheet.heading_words, sheet.texts, sheet.numeric, sheet.note)


def numbers_behind(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1) -> Grid:
    """A table whose first columns are texts and whose others are numbers."""
    numeric = tuple(at >= texts for at in range(len(headings)))
    return Grid(title, tuple(headings), tuple(tuple(row) for row in rows), numeric)
