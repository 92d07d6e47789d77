"""How wide the columns of a table are on paper, how large its letters, and whether it needs a page on its side.

A column of numbers is as wide as its longest number; a column of texts is at least as wide as its longest word, and
gets its part of what is left until it needs no more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from nwl_opt.reporting.content import Grid

LONGEST_WORD = 19
"""Longer words are broken."""
_PORTRAIT_PT, _LANDSCAPE_PT = 500.0, 745.0
_SIZES_PT = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5)
_SMALLEST_PT = 6.0
_LETTER_EM = 0.55
_INSET_EM = 1.1
_LEAST_LETTERS = 4
_HEADING_LINES = 2.5
_WHOLE_LINES = 18


@dataclass(frozen=True)
class Shape:
    """The width of each column in ems, the size of the letters, and whether the page lies on its side.

    A table of few lines is kept `whole`: it is not parted between pages.
    """

    ems: tuple[float, ...]
    size_pt: float
    sideways: bool
    whole: bool


def shape_of(grid: Grid) -> Shape:
    """The shape in which a table fits its page, upright if it can be."""
    columns = list(zip(grid.headings, *grid.rows, strict=True))
    least = [_least_em(cells, numeric) for cells, numeric in zip(columns, grid.numeric, strict=True)]
    most = [
        low if numeric else max(low, _em(max(len(cell) for cell in cells)))
        for cells, numeric, low in zip(columns, grid.numeric, least, strict=True)
    ]
    for sideways, width in ((False, _PORTRAIT_PT), (True, _LANDSCAPE_PT)):
        for size in _SIZES_PT:
            if sum(least) * size <= width:
                ems = _spread(least, most, width / size)
                return Shape(ems, size, sideways, _lines(grid, ems) <= _WHOLE_LINES)
    share = _LANDSCAPE_PT / _SMALLEST_PT / sum(least)
    return Shape(tuple(round(low * share, 2) for low in least), _SMALLEST_PT, sideways=True, whole=False)


def _least_em(cells: tuple[str, ...], numeric: bool) -> float:
    """Of numbers the longest, and of texts the longest word; a heading may go over several lines."""
    heading, *others = cells
    longest = [_longest_word(heading), _LEAST_LETTERS, len(heading) / _HEADING_LINES if numeric else 0]
    longest += [len(cell) if numeric else _longest_word(cell) for cell in others]
    return _em(max(longest))


def _spread(least: list[float], most: list[float], room: float) -> tuple[float, ...]:
    """What is left goes to the texts by what they lack, and none gets more than it needs."""
    lacks = [high - low for low, high in zip(least, most, strict=True)]
    left = min(room - sum(least), sum(lacks))
    roots = [lack**0.9 for lack in lacks]
    widths = list(least)
    for _ in lacks:
        open_roots = sum(root for root, width, high in zip(roots, widths, most, strict=True) if width < high)
        if left <= 1e-6 or not open_roots:
            break
        given = [
            min(high - width, left * root / open_roots) if width < high else 0.0
            for root, width, high in zip(roots, widths, most, strict=True)
        ]
        widths = [width + more for width, more in zip(widths, given, strict=True)]
        left -= sum(given)
    return tuple(int(width * 100) / 100 for width in widths)


def _lines(grid: Grid, ems: tuple[float, ...]) -> int:
    """About how many lines the rows of a table take."""
    return sum(
        max(math.ceil(max(len(cell), 1) * _LETTER_EM / (em - _INSET_EM)) for cell, em in zip(row, ems, strict=True))
        for row in grid.rows
    )


def _em(letters: float) -> float:
    return round(letters * _LETTER_EM + _INSET_EM, 2)


def _longest_word(text: str) -> int:
    return min(max((len(word) for word in text.split()), default=0), LONGEST_WORD)
