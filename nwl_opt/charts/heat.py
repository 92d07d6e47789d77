"""A heat map: one cell for each row and column, shaded in steps and with its number in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nwl_opt.charts.drawing import Bar, Key, Label, Picture
from nwl_opt.charts.frame import EDGE, LETTER, LINE_HEIGHT, WIDTH, name_beside, room_for_names
from nwl_opt.charts.letters import in_lines, text_width

CELL_HEIGHT = 26.0
_LEAST_CELL_WIDTH = 44.0
_DARK_STEPS = 3
"""From this step on letters are white."""


@dataclass(frozen=True)
class Cell:
    """A cell: its shade (0 to 5, dark), the number in it, the words a pointer shows, and the page it leads to."""

    step: int
    text: str
    words: str
    href: str = ""


def heat_map(
    title: str,
    description: str,
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Mapping[tuple[str, str], Cell],
    step_words: Sequence[str],
) -> Picture:
    """Cells by row and column name; where there is none the ground stays empty."""
    left = room_for_names(rows)
    texts = [cell.text for _, cell in sorted(cells.items())]
    widest = max((text_width(text, LETTER) + 8 for text in texts), default=0.0)
    wide = max((WIDTH - EDGE - left) / max(len(columns), 1), _LEAST_CELL_WIDTH, widest)
    heads = [in_lines(column, wide - 4, LETTER, 2) for column in columns]
    top = EDGE + LINE_HEIGHT * max((len(lines) for lines in heads), default=1)
    labels = [
        Label(round(left + (at + 0.5) * wide, 1), EDGE + (line + 0.6) * LINE_HEIGHT, text, "scale")
        for at, lines in enumerate(heads)
        for line, text in enumerate(lines)
    ]
    bars: list[Bar] = []
    for line, row in enumerate(rows):
        upper = top + line * CELL_HEIGHT
        labels += name_beside(row, left, upper + CELL_HEIGHT / 2 - 1)
        for at, column in enumerate(columns):
            cell = cells.get((row, column))
            if cell is not None:
                ground, number = _shapes_of(cell, left + at * wide, upper, wide)
                bars.append(ground)
                labels.append(number)
    return Picture(
        title,
        description,
        round(max(WIDTH, left + wide * len(columns) + EDGE), 1),
        round(top + len(rows) * CELL_HEIGHT + EDGE, 1),
        bars=tuple(bars),
        labels=tuple(labels),
        legend=tuple(Key(f"step{at}", words, "box") for at, words in enumerate(step_words)),
    )


def _shapes_of(cell: Cell, left: float, upper: float, wide: float) -> tuple[Bar, Label]:
    """The ground of a cell, and the number on it."""
    ground = Bar(round(left, 1), upper, round(wide - 2, 1), CELL_HEIGHT - 2, f"step{cell.step}", cell.words,
                 href=cell.href)  # fmt: skip
    style = "on_dark" if cell.step >= _DARK_STEPS else "on_light"
    return ground, Label(round(left + wide / 2 - 1, 1), upper + CELL_HEIGHT / 2 + 4, cell.text, style)
