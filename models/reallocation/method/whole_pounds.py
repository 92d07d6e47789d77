"""From a solver's amounts to whole pounds that keep every limit exactly: bounded controlled rounding."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy import sparse

from models.reallocation.formulation.limit import Limit, Pounds
from models.reallocation.instance import CellKey, Instance
from solvers.highs import HighsSession, LinearModel, linear_model
from solvers.types import Limits, Values

Amounts = Mapping[CellKey, Sequence[float]]
"""Pounds of every cell in years 0 to T, not whole yet."""

_WIDTHS = (0, 1, 4)
_EDGE = 1e-5
_BEYOND = 2.0
_EXACT = Limits(relative_gap=0.0, absolute_gap=1e-9, seed=0)
_Row = tuple[list[int], list[float], float, float]


class NoWholePounds(RuntimeError):
    """No whole pounds near the amounts keep every limit."""


def to_whole_pounds(instance: Instance, limits: Sequence[Limit], amounts: Amounts) -> Pounds:
    """Whole pounds next to the amounts that keep every limit, year by year; together where a year alone cannot.

    Each cell goes to the pound below or above, or a little further where that is not enough. What a year spends is
    the whole pound nearest to what was planned. Limits on growth hold against the rounded year before.

    Raises
    ------
    NoWholePounds
        If no such pounds are found.
    """
    pounds: dict[CellKey, list[int]] = {cell: [instance.opening_gbp[cell]] for cell in instance.cells}
    for t in range(1, instance.horizon + 1):
        found = _first_that_fits(instance, limits, amounts, pounds, (t,))
        if found is None:
            pounds = {cell: [instance.opening_gbp[cell]] for cell in instance.cells}
            found = _first_that_fits(instance, limits, amounts, pounds, tuple(range(1, instance.horizon + 1)))
        if found is None:
            raise NoWholePounds(f"no whole pounds near the plan keep every rule in {instance.year_names[t]}")
        for cell, years in found.items():
            pounds[cell].extend(years)
        if len(next(iter(pounds.values()))) > instance.horizon:
            break
    whole = {cell: tuple(years) for cell, years in pounds.items()}
    broken = [limit for limit in limits if limit.headroom_gbp(whole) < 0]
    if broken:
        raise NoWholePounds(f"rounding broke {broken[0].rule} for {', '.join(broken[0].where)}")
    return whole


def _first_that_fits(
    instance: Instance,
    limits: Sequence[Limit],
    amounts: Amounts,
    before: Mapping[CellKey, Sequence[int]],
    years: tuple[int, ...],
) -> dict[CellKey, list[int]] | None:
    for width in _WIDTHS:
        found = _round(instance, limits, amounts, before, years, width)
        if found is not None:
            return found
    return None


def _round(
    instance: Instance,
    limits: Sequence[Limit],
    amounts: Amounts,
    before: Mapping[CellKey, Sequence[int]],
    years: tuple[int, ...],
    width: int,
) -> dict[CellKey, list[int]] | None:
    """Whole pounds of some years that move the amounts least.

    Columns, for every cell and year: the pound between floor and ceiling, then pounds beyond them, up and down. Costs
    bend at whole pounds only, so that the linear program has whole answers wherever the rules form a network.
    """
    column = {(cell, t): at for at, (cell, t) in enumerate((cell, t) for t in years for cell in instance.cells)}
    floors = {(cell, t): math.floor(amounts[cell][t]) for cell, t in column}
    rows = [_limit_row(limit, column, floors, before) for limit in limits if limit.year in years]
    rows += [_total_row(instance, t, column, floors, amounts) for t in years]
    parts = np.array([amounts[cell][t] - floors[cell, t] for cell, t in column])
    model = _model(rows, parts, width)
    result = HighsSession(model).solve(_EXACT)
    if result.values is not None and np.abs(result.values - np.rint(result.values)).max() > _EDGE:
        result = HighsSession(replace(model, integer=np.ones(len(model.cost), dtype=bool))).solve(_EXACT)
    if result.values is None:
        return None
    above = np.asarray(_unfolded(len(parts)).T @ result.values, dtype=np.float64)
    up = np.rint(above).astype(int)
    return {cell: [floors[cell, t] + int(up[column[cell, t]]) for t in years] for cell in instance.cells}


def _limit_row(
    limit: Limit,
    column: Mapping[tuple[CellKey, int], int],
    floors: Mapping[tuple[CellKey, int], int],
    before: Mapping[CellKey, Sequence[int]],
) -> _Row:
    """A limit on whole pounds, in pounds above the floors; exact when the year before is known."""
    at = [column[cell, limit.year] for cell in limit.cells]
    weights = [1.0] * len(at)
    start = sum(floors[cell, limit.year] for cell in limit.cells)
    least = limit.side == "least"
    if (limit.cells[0], limit.year - 1) not in column or not limit.factor:
        known = 0 if not limit.factor else sum(before[cell][limit.year - 1] for cell in limit.cells)
        end = float(limit.whole_gbp(known) - start)
    else:
        at += [column[cell, limit.year - 1] for cell in limit.cells]
        weights += [-float(limit.factor)] * len(limit.cells)
        below = sum(floors[cell, limit.year - 1] for cell in limit.cells)
        amount = float(limit.factor * below + limit.constant_gbp - start)
        # Outward to the next whole pound: less than one pound of slack.
        end = amount - 1 + _EDGE if least else amount + 1 - _EDGE
    return (at, weights, end, np.inf) if least else (at, weights, -np.inf, end)


def _total_row(
    instance: Instance,
    t: int,
    column: Mapping[tuple[CellKey, int], int],
    floors: Mapping[tuple[CellKey, int], int],
    amounts: Amounts,
) -> _Row:
    planned = math.floor(math.fsum(amounts[cell][t] for cell in instance.cells) + 0.5)
    total = min(planned, instance.money[t].spendable_gbp) - sum(floors[cell, t] for cell in instance.cells)
    return [column[cell, t] for cell in instance.cells], [1.0] * len(instance.cells), total, total


def _model(rows: Sequence[_Row], parts: Values, width: int) -> LinearModel:
    """Rows on the pounds above the floor, with their costs: going the wrong way costs twice what is left."""
    count = len(parts)
    above = linear_model(count, rows, cost=np.zeros(count), lower=np.zeros(count), upper=np.zeros(count))
    return replace(
        above,
        cost=np.concatenate([1.0 - 2.0 * parts, np.full(2 * count, _BEYOND)]),
        lower=np.zeros(3 * count),
        upper=np.concatenate([np.ones(count), np.full(2 * count, float(width))]),
        integer=np.zeros(3 * count, dtype=bool),
        matrix=sparse.csr_matrix(above.matrix @ _unfolded(count).T),
    )


def _unfolded(count: int) -> sparse.csr_matrix[np.float64]:
    """From the three columns of a cell and year to its pounds above the floor."""
    unit = sparse.identity(count, format="csr", dtype=np.float64)
    return sparse.csr_matrix(sparse.vstack([unit, unit, -unit]))
