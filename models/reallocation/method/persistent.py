"""One model kept loaded while an instance changes: only what differs is written, and each aim goes on from its basis.

For sweeps of many scenarios, which are told from each other by bounds, right-hand sides and factors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from models.reallocation.formulation.arrays import build_arrays
from models.reallocation.formulation.limit import AnyLimit, ExcessLimit, Limit
from models.reallocation.formulation.model import THOUSAND
from models.reallocation.formulation.relief import upstream_relief
from models.reallocation.instance import Instance, PlaceLine
from models.reallocation.method.arrays import compile_arrays
from models.reallocation.method.loaded import FREEZE, METHODS, QUIET, Best, first_aims, row_ends
from solvers.highs import HighsSession
from solvers.types import Result

_DEVEX = 1
"""Weights that need not be worked out from nothing at every start, where only a few steps follow."""
_WAYS = ({**METHODS[0], "simplex_dual_edge_weight_strategy": _DEVEX}, *METHODS[1:])

_Key = tuple[str, tuple[str, ...], str]
LimitsByRule = Mapping[str, Sequence[AnyLimit]]


class PersistentModel:
    """The first aims of an instance, each in a loaded model of its own, moved from one scenario to the next.

    Limits come rule by rule, so that rules whose limits are the very same as before are passed over. `rebuilds`
    counts how often a scenario had rows or terms that the model did not know, so that it was put together again.
    """

    def __init__(self, instance: Instance, limits: LimitsByRule) -> None:
        self.rebuilds = -1
        self._load(instance, limits)

    def _load(self, instance: Instance, limits: LimitsByRule) -> None:
        """Put the model together, with a session for every aim."""
        self.rebuilds += 1
        arrays = build_arrays(instance, [limit for own in limits.values() for limit in own])
        compiled = compile_arrays(arrays)
        # The upper ends of columns depend on the money and bind nothing.
        linear = replace(compiled.linear, upper=np.full(len(compiled.linear.cost), np.inf))
        self._arrays, self._instance = arrays, instance
        self._row_of_name = {name: row for row, name in enumerate(linear.row_names)}
        self._row = {_key(limit): self._row_of_name[name] for name, limit in arrays.limit_of_row.items()}
        self._written = {_key(limit): limit for limit in arrays.limit_of_row.values()}
        self._limits = {rule: limits[rule] for rule in limits if rule != "R-09"}
        self._need_end: dict[PlaceLine, float] = {}
        self._costs = [cost for cost, _ in first_aims(arrays, compiled)]
        self._sessions = [HighsSession(linear) for _ in self._costs]
        self._freezes: list[list[int]] = []
        for at, session in enumerate(self._sessions):
            session.set_objective(self._costs[at], 0.0, "minimise")
            self._freezes.append([session.add_row(cost, -np.inf, np.inf) for cost in self._costs[:at]])

    def best(self, instance: Instance, limits: LimitsByRule) -> Best | None:
        """What the first aims reach in a scenario; None when there is no plan."""
        if not self._move(instance, limits):
            self._load(instance, limits)
        values: list[float] = []
        for session, freezes in zip(self._sessions, self._freezes, strict=True):
            for row, value in zip(freezes, values, strict=True):
                session.set_row_bounds(row, -np.inf, value + FREEZE)
            result = _solve(session)
            if result.value is None or result.status != "optimal":
                return None
            values.append(result.value)
        soft = len(self._arrays.soft_orders)
        spendable = sum(money.spendable_gbp for money in instance.money[1:])
        gbp = [value * THOUSAND for value in values]
        return Best(spendable + gbp[soft], gbp[-1], tuple(gbp[:soft]))

    def _move(self, instance: Instance, limits: LimitsByRule) -> bool:
        """Write what differs from the scenario before; False when the model must be put together again."""
        if not self._counts_alike(instance):
            return False
        for rule, before in self._limits.items():
            if limits[rule] is not before and not self._move_rule(instance, before, limits[rule]):
                return False
            self._limits[rule] = limits[rule]
        self._move_need(instance)
        self._instance = instance
        return True

    def _move_rule(self, instance: Instance, before: Sequence[AnyLimit], after: Sequence[AnyLimit]) -> bool:
        held = {_key(limit) for limit in before}
        for limit in after:
            key = _key(limit)
            written = self._written.get(key)
            if written is None:
                return False
            if key not in held or limit != written:
                if not self._put(self._row[key], limit, written, instance):
                    return False
                self._written[key] = limit
            held.discard(key)
        for key in held:
            self._set_ends(self._row[key], (-np.inf, np.inf))
        return True

    def _counts_alike(self, instance: Instance) -> bool:
        """Whether rows and aims are of the same numbers: not where openings are restated, or gaps counted in need."""
        before, now = self._instance, instance
        same = (
            before.opening_gbp == now.opening_gbp
            and before.soft_order == now.soft_order
            and before.spillovers == now.spillovers
        )
        return same and before.settings.gap_counted_in == now.settings.gap_counted_in == "gbp"

    def _put(self, row: int, limit: AnyLimit, now: AnyLimit, instance: Instance) -> bool:
        """Write a limit into its row; False when its terms are not those of the row."""
        if isinstance(limit, ExcessLimit):
            if not isinstance(now, ExcessLimit) or not self._put_excesses(limit, now):
                return False
        elif not isinstance(now, Limit) or _terms(limit) != _terms(now):
            return False
        elif limit.year > 1 and limit.factor != now.factor:
            for cell in limit.cells:
                column = self._arrays.first_column[cell] + limit.year - 2
                for session in self._sessions:
                    session.set_coefficient(row, column, -float(limit.factor))
        self._set_ends(row, row_ends(limit, instance))
        return True

    def _put_excesses(self, limit: ExcessLimit, now: ExcessLimit) -> bool:
        """Write the constants of the amounts of a limit; False when more than these differ."""
        if limit.excesses == now.excesses:
            return True
        if [excess[:2] for excess in limit.excesses] != [excess[:2] for excess in now.excesses]:
            return False
        for excess in limit.excesses:
            name = self._arrays.row_of_excess.get((limit.rule, excess.terms))
            if name is None or any(term.year == 0 for term in excess.terms):
                return False
            self._set_ends(self._row_of_name[name], (-np.inf, -float(excess.constant_gbp) / THOUSAND))
        return True

    def _move_need(self, instance: Instance) -> None:
        """Write what stands against each place's line in the last year, where it differs."""
        before, last = self._instance, instance.horizon
        same_need = instance.need_share == before.need_share and instance.money == before.money
        if same_need and instance.volume_factor == before.volume_factor and self._need_end:
            return
        for key in instance.place_lines:
            need = float(instance.need_gbp(key, last)) / THOUSAND
            opened = [term for term in upstream_relief(instance, key, last) if term.year == 0]
            end = need - sum(part.constant for part in self._arrays.sums_of(opened))
            if end != self._need_end.get(key):
                self._set_ends(self._row_of_name[self._arrays.gap_row(key)], (end, end))
                self._need_end[key] = end

    def _set_ends(self, row: int, ends: tuple[float, float]) -> None:
        for session in self._sessions:
            session.set_row_bounds(row, *ends)


def _key(limit: AnyLimit) -> _Key:
    return limit.rule, limit.where, limit.side


def _terms(limit: Limit) -> tuple[object, ...]:
    """What of a limit must stay for its row to stay: its cells, and what stands beside them in plan years."""
    return limit.cells, [term for term in limit.others if term.year]


def _solve(session: HighsSession) -> Result:
    """Go on from the last basis; other methods decide where that cannot."""
    result = session.solve(QUIET, options=_WAYS[0])
    for options in _WAYS[1:]:
        if result.status in ("optimal", "infeasible"):
            break
        result = session.solve(QUIET, options=options)
    return result
