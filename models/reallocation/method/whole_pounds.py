"""From a solver's amounts to whole pounds that keep every limit exactly: bounded controlled rounding."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import sparse

from models.reallocation.formulation.limit import AnyLimit, ExcessLimit, Pounds
from models.reallocation.instance import Instance
from models.reallocation.method.rounding_rows import EDGE, Row, Window, broken, rows_of
from models.reallocation.method.staged_model import Amounts
from solvers.highs import HighsSession, LinearModel, linear_model
from solvers.types import Limits, Values

_WIDTHS = (0, 1, 4)
_BEYOND = 2.0
_EXACT = Limits(seed=0)
_NODES = 500
_FROM_LEAST_GBP = 0.05
"""How far from the least movement a whole answer may be, by cell and year: any that keeps the rules is good."""
_SOFT_GBP = 2
_TIE = 1e-3
"""What decides between equal parts of a pound: the first cell is rounded up."""


class NoWholePounds(RuntimeError):
    """No whole pounds near the amounts keep every limit."""


def to_whole_pounds(instance: Instance, limits: Sequence[AnyLimit], amounts: Amounts) -> Pounds:
    """Whole pounds next to the amounts that keep every limit, year by year; together where a year alone cannot.

    Each cell goes to the pound below or above, or a little further where that is not enough. What a year spends is
    the whole pound nearest to what was planned. Limits on growth hold against the rounded year before; what several
    years may cost together is kept to year by year, as planned. A soft rule's limit should be held where it came to.

    Raises
    ------
    NoWholePounds
        If no such pounds are found.
    """
    opened: Pounds = {cell: (instance.opening_gbp[cell],) for cell in instance.cells}
    pounds = opened
    for t in range(1, instance.horizon + 1):
        found = _first_that_fits(instance, limits, amounts, pounds, (t,))
        if found is None:
            every = tuple(range(1, instance.horizon + 1))
            found = _first_that_fits(instance, limits, amounts, opened, every)
            if found is None:
                raise NoWholePounds(f"no whole pounds near the plan keep every rule in {instance.year_names[t]}")
            return found
        pounds = found
    return pounds


def _first_that_fits(
    instance: Instance,
    limits: Sequence[AnyLimit],
    amounts: Amounts,
    before: Pounds,
    years: tuple[int, ...],
) -> Pounds | None:
    """The pounds of the years before and of these, with the least reach that keeps every limit."""
    for width in _WIDTHS:
        window = Window(years, instance.cells, amounts, before, width + 1)
        held = [_further(limit, width) if limit.rule in instance.soft_order else limit for limit in limits]
        found = _round(instance, held, window, width)
        if found is not None and broken(held, window, found) is None:
            return found
    return None


def _further(limit: AnyLimit, width: int) -> AnyLimit:
    """The limit of a soft rule a few pounds further out."""
    if isinstance(limit, ExcessLimit):
        return replace(limit, most_gbp=limit.most_gbp + _SOFT_GBP * width)
    out = -_SOFT_GBP if limit.side == "least" else _SOFT_GBP
    return replace(limit, constant_gbp=limit.constant_gbp + out * width)


def _round(instance: Instance, limits: Sequence[AnyLimit], window: Window, width: int) -> Pounds | None:
    """Whole pounds of the window's years that move the amounts least.

    Columns, for every cell and year: the pound between floor and ceiling, then pounds beyond them, up and down. Costs
    bend at whole pounds only, so that the linear program has whole answers wherever the rules form a network.
    """
    rows, excesses = rows_of(window, limits)
    rows += [_total_row(instance, window, t) for t in window.years]
    model = _model(rows, window, excesses, width)
    result = HighsSession(model).solve(_EXACT)
    count = window.width
    if result.values is not None:
        pounds = result.values[: 3 * count]
        if np.abs(pounds - np.rint(pounds)).max() > EDGE:
            whole = np.arange(len(model.cost)) < 3 * count
            enough = replace(_EXACT, absolute_gap=_FROM_LEAST_GBP * count, node_limit=_NODES)
            result = HighsSession(replace(model, integer=whole)).solve(enough)
    if result.values is None:
        return None
    within, up, down = np.rint(result.values[: 3 * count]).astype(int).reshape(3, len(window.years), -1)
    above = within + up - down
    return {
        cell: (
            *window.before[cell],
            *(window.floors[cell, t] + int(above[year, at]) for year, t in enumerate(window.years)),
        )
        for at, cell in enumerate(window.cells)
    }


def _total_row(instance: Instance, window: Window, t: int) -> Row:
    planned = math.floor(math.fsum(window.amounts[cell][t] for cell in window.cells) + 0.5)
    total = min(planned, instance.money[t].spendable_gbp) - window.known_gbp(window.cells, t)
    return window.columns(window.cells, t), [1.0] * len(window.cells), float(total), float(total)


def _model(rows: Sequence[Row], window: Window, excesses: int, width: int) -> LinearModel:
    """Rows on the pounds above the floor, with their costs: going the wrong way costs twice what is left."""
    count = window.width
    every = [(cell, t) for t in window.years for cell in window.cells]
    parts = np.array([sum(window.told(cell, t)) - window.floors[cell, t] for cell, t in every])
    first_come = _TIE * np.arange(count) / max(count, 1)
    down = np.array([min(width, window.floors[at]) for at in every], dtype=np.float64)
    columns = count + excesses
    above = linear_model(columns, rows, cost=np.zeros(columns), lower=np.zeros(columns), upper=np.zeros(columns))
    total = 3 * count + excesses
    return replace(
        above,
        cost=np.concatenate([1.0 - 2.0 * parts + first_come, np.full(2 * count, _BEYOND), np.zeros(excesses)]),
        lower=np.zeros(total),
        upper=np.concatenate([np.ones(count), np.full(count, float(width)), down, np.full(excesses, np.inf)]),
        integer=np.zeros(total, dtype=bool),
        matrix=sparse.csr_matrix(above.matrix @ _unfolded(count, excesses)),
    )


def _unfolded(count: int, excesses: int) -> sparse.csr_matrix[np.float64]:
    """From the three columns of a cell and year (and those of excesses) to its pounds above the floor."""
    unit = sparse.identity(count, format="csr", dtype=np.float64)
    pounds: Values | sparse.csr_matrix[np.float64] = sparse.hstack([unit, unit, -unit], format="csr")
    if not excesses:
        return sparse.csr_matrix(pounds)
    return sparse.csr_matrix(sparse.block_diag([pounds, sparse.identity(excesses, dtype=np.float64)], format="csr"))
