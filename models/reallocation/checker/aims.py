"""The value of every aim, worked out again from the written pounds, and by how much rounding may have moved it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fractions import Fraction

from models.reallocation.checker.book import Book
from models.reallocation.checker.bounds import Bound
from models.reallocation.instance import CellKey, PlaceLine
from models.reallocation.settings import ROUNDING_GBP_PER_YEAR

Recomputed = tuple[float, float]
"""A value and by how much whole pounds may have moved it."""


def _gbp(book: Book, cells: tuple[CellKey, ...], t: int) -> int:
    return sum(book.rows[cell, t].integer("allocation_gbp") for cell in cells)


def _moved(book: Book, key: PlaceLine, t: int) -> int:
    """How many pounds rounding may have moved what stands against the need of a place's line in year t."""
    return ROUNDING_GBP_PER_YEAR * t * len(book.facts.lookers(key))


def unallocated(book: Book) -> Recomputed:
    """Spendable money that is not allocated, over all plan years."""
    facts = book.facts
    left = [facts.money[t].spendable - _gbp(book, facts.cells, t) for t in range(1, facts.last + 1)]
    return float(sum(left)), float(2 * facts.last)


def final_off(book: Book, key: PlaceLine) -> Fraction:
    """What stands over (or, below zero, under) the need of a place's line in the last year."""
    found = book.against_need(key, book.facts.last)
    assert found is not None, "aims are worked out only when no row of the plan is missing"
    return found - book.facts.need[key][book.facts.last]


def final_year_gap(book: Book) -> Recomputed:
    """Half of what stands over and under need in the last year."""
    keys = book.facts.place_lines
    gap = sum((abs(final_off(book, key)) for key in keys), Fraction(0))
    return float(gap / 2), sum(_moved(book, key, book.facts.last) for key in keys) / 2


def final_year_gap_share(book: Book) -> Recomputed:
    """The gap of a place's line in the last year as a share of its need, on average."""
    keys, last, need = book.facts.place_lines, book.facts.last, book.facts.need
    shares = sum((abs(final_off(book, key)) / need[key][last] for key in keys), Fraction(0))
    moved = sum((_moved(book, key, last) / need[key][last] for key in keys), Fraction(0))
    return float(shares / len(keys)), float(moved / len(keys))


def worst_gap(book: Book, without: Collection[PlaceLine]) -> Recomputed:
    """The largest gap in the last year as a share of need, among the places' lines not left out."""
    facts = book.facts
    keys = [key for key in facts.place_lines if key not in without]
    worst = max((abs(final_off(book, key)) / facts.need[key][facts.last] for key in keys), default=Fraction(0))
    moved = (_moved(book, key, facts.last) / facts.need[key][facts.last] for key in keys)
    return float(worst), float(max(moved, default=Fraction(0)))


def peak_growth(book: Book) -> Recomputed:
    """The largest yearly growth of a place's line in any plan year."""
    growths: list[Fraction] = []
    moved: list[Fraction] = []
    for cells in book.facts.place_lines.values():
        for t in range(1, book.facts.last + 1):
            before = _gbp(book, cells, t - 1)
            if before:
                growths.append(Fraction(_gbp(book, cells, t), before) - 1)
                moved.append(Fraction(2 * ROUNDING_GBP_PER_YEAR * t * len(cells), before))
    return float(max(growths, default=Fraction(0))), float(max(moved, default=Fraction(0)))


def straight_path(book: Book) -> Recomputed:
    """The squared distance from the path on which each gap shrinks at one rate until it is gone."""
    facts = book.facts
    distance, rounding = 0.0, 0.0
    for key, cells in facts.place_lines.items():
        start = facts.opening_of[key] / facts.need[key][0]
        for cell in cells:
            share = facts.opening[cell] / facts.opening_of[key]
            for t in range(1, facts.last + 1):
                path = share * float(facts.need[key][t]) * float(start) ** ((facts.last - t) / facts.last)
                off = _gbp(book, (cell,), t) - path
                moved = ROUNDING_GBP_PER_YEAR * t
                distance += off * off / path
                rounding += (2 * abs(off) * moved + moved * moved) / path
    return distance, rounding


def years_to_closure(book: Book) -> Recomputed:
    """The first plan year from which on every gap stays closed; the year after the last where none does."""
    facts = book.facts
    first = facts.last + 1
    for t in range(facts.last, 0, -1):
        if not all(book.is_closed(key, t) for key in facts.place_lines):
            break
        first = t
    return float(first), 0.0


def missed(bounds: Iterable[Bound]) -> Recomputed:
    """By how many pounds the limits of soft rules are missed."""
    held = list(bounds)
    lacks = sum((max(Fraction(0), _lack(bound)) for bound in held), Fraction(0))
    return float(lacks), float(sum(bound.rounding_gbp for bound in held))


def _lack(bound: Bound) -> Fraction:
    return bound.bound - bound.found if bound.side == "least" else bound.found - bound.bound


AIMS: Mapping[str, Callable[[Book], Recomputed]] = {
    "years_to_closure": years_to_closure,
    "unallocated": unallocated,
    "final_year_gap": final_year_gap,
    "final_year_gap_share": final_year_gap_share,
    "peak_growth": peak_growth,
    "straight_path": straight_path,
}
"""The aims that stand once; soft_<order> and the levels of worst_cell_gap are worked out by their number."""


def worst_cells(book: Book) -> Iterator[tuple[int, PlaceLine]]:
    """The places' lines of worst_cells.csv with their level."""
    for row in book.table("worst_cells"):
        yield row.integer("level"), PlaceLine(row.text("place"), row.text("line"))
