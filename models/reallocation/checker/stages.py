"""The value of every aim, worked out again from the written pounds and held against what the run recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from models.reallocation.checker.book import Book, error
from models.reallocation.instance import CellKey, PlaceLine
from models.reallocation.rules import STAGES, StageSpec
from models.reallocation.settings import ROUNDING_GBP_PER_YEAR
from models.shared.findings import Finding

STAGES_ID = "stages"
"""Findings on recorded values of aims stand under this id: no rule is broken, but the record is not true."""

SOLVER_SHARE = 1e-7
"""Recorded values are floating-point numbers of a solver: this much of a value is not told apart."""

Recomputed = tuple[float, float]
"""A value and by how much whole pounds may have moved it."""


def check_stage_values(book: Book, recorded: Mapping[str, float | None]) -> Iterator[Finding]:
    """Every recorded value of an aim is what the written pounds come to, within freeze and rounding."""
    known = {stage.name for stage in STAGES}
    for name in sorted(set(recorded) - known):
        yield error(STAGES_ID, f"{name}: recorded, but no aim of this problem", "run.json stages")
    if len(book.rows) < len(book.facts.cells) * len(book.facts.years):
        return
    for stage in STAGES:
        value = recorded.get(stage.name)
        if value is None:
            message = f"{stage.name}: no value recorded, so none compared"
            yield Finding(STAGES_ID, "note", message, "run.json stages")
            continue
        found, rounding = AIMS[stage.name](book)
        if abs(found - value) > _tolerance(stage, value, rounding):
            message = f"{stage.name}: {value:,.6f} {stage.unit} recorded; the written plan comes to {found:,.6f}"
            yield error(STAGES_ID, message, "run.json stages")


def _tolerance(stage: StageSpec, value: float, rounding: float) -> float:
    return stage.freeze + rounding + SOLVER_SHARE * max(1.0, abs(value))


def _gbp(book: Book, cells: tuple[CellKey, ...], t: int) -> int:
    return sum(book.rows[cell, t].integer("allocation_gbp") for cell in cells)


def _moved(book: Book, key: PlaceLine, t: int) -> int:
    """How many pounds rounding may have moved a place's line in year t."""
    return ROUNDING_GBP_PER_YEAR * t * len(book.facts.place_lines[key])


def unallocated(book: Book) -> Recomputed:
    """Spendable money that is not allocated, over all plan years."""
    facts = book.facts
    left = [facts.money[t].spendable - _gbp(book, facts.cells, t) for t in range(1, facts.last + 1)]
    return float(sum(left)), float(2 * facts.last)


def _final_gaps(book: Book) -> dict[PlaceLine, Fraction]:
    last = book.facts.last
    return {
        key: abs(_gbp(book, cells, last) - book.facts.need[key][last])
        for key, cells in book.facts.place_lines.items()
    }


def final_year_gap(book: Book) -> Recomputed:
    """Half of what stands over and under need in the last year."""
    gaps = _final_gaps(book)
    moved = sum(_moved(book, key, book.facts.last) for key in gaps)
    return float(sum(gaps.values(), Fraction(0)) / 2), moved / 2


def worst_cell_gap(book: Book) -> Recomputed:
    """The largest gap of a place's line in the last year, as a share of its need."""
    facts = book.facts
    gaps = _final_gaps(book)
    worst = max(gap / facts.need[key][facts.last] for key, gap in gaps.items())
    moved = max(_moved(book, key, facts.last) / facts.need[key][facts.last] for key in gaps)
    return float(worst), float(moved)


def peak_growth(book: Book) -> Recomputed:
    """The largest yearly growth of a place's line in any plan year."""
    growths: list[Fraction] = []
    moved: list[Fraction] = []
    for key, cells in book.facts.place_lines.items():
        for t in range(1, book.facts.last + 1):
            before = _gbp(book, cells, t - 1)
            if before:
                growths.append(Fraction(_gbp(book, cells, t), before) - 1)
                moved.append(Fraction(2 * _moved(book, key, t), before))
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


AIMS: dict[str, Callable[[Book], Recomputed]] = {
    "unallocated": unallocated,
    "final_year_gap": final_year_gap,
    "worst_cell_gap": worst_cell_gap,
    "peak_growth": peak_growth,
    "straight_path": straight_path,
}
