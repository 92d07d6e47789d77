"""Rules on how fast, and which way, a place's line may move."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from models.reallocation.formulation.limit import Limit, at_least, at_most
from models.reallocation.formulation.relief import upstream_relief
from models.reallocation.instance import CellKey, Instance, PlaceLine
from models.reallocation.need import exact
from models.reallocation.settings import NO_CAP_SHARE


def pace_floor(instance: Instance) -> Iterator[Limit]:
    """No place's line grows by less in a year than its pace floor (0 %: no cash cut).

    x[p,l,t] >= (1 + floor[p,l]) x[p,l,t-1]; for a line with sub-lines the same of their sum
    """
    for key in instance.place_lines:
        floor, _ = instance.pace_limits(key)
        for t, where in _years(instance, key):
            yield at_least("R-02", key.line, where, t, instance.cells_of[key], factor=1 + floor)
    for key, cells, floor_of_sum, _ in _parent_limits(instance):
        for t, where in _years(instance, key) if floor_of_sum is not None else ():
            assert floor_of_sum is not None
            yield at_least("R-02", key.line, where, t, cells, factor=1 + floor_of_sum)


def pace_cap(instance: Instance) -> Iterator[Limit]:
    """No place's line grows by more in a year than its pace cap.

    x[p,l,t] <= (1 + cap[p,l]) x[p,l,t-1]; for a line with sub-lines the same of their sum
    """
    for key in instance.place_lines:
        _, cap = instance.pace_limits(key)
        for t, where in _years(instance, key) if cap is not None else ():
            assert cap is not None
            yield at_most("R-03", key.line, where, t, instance.cells_of[key], factor=1 + cap)
    for key, cells, _, cap_of_sum in _parent_limits(instance):
        for t, where in _years(instance, key) if cap_of_sum is not None else ():
            assert cap_of_sum is not None
            yield at_most("R-03", key.line, where, t, cells, factor=1 + cap_of_sum)


def no_further_from_target(instance: Instance) -> Iterator[Limit]:
    """No place's line moves further from its target or across it, unless its own floor or cap compels it.

    Opened over: min(N[t], x[0] prod(1 + cap)) <= y[t], x[t] <= x[t-1] max(N[t]/N[t-1], 1 + floor, F[t]/F[t-1]).
    Opened under: x[t-1] min(N[t]/N[t-1], 1 + cap) <= x[t], y[t] <= max(N[t], x[0] prod(1 + floor), F[t]).
    What stands against need itself is y, relief counted; the way it moves is that of the allocation, x. A concession
    loosens the way it moves by points of growth, and the end at the target by points of need.
    """
    for key in instance.place_lines:
        opened_over = instance.opening_of[key] > instance.need_gbp(key, 0)
        yield from _opened_over(instance, key) if opened_over else _opened_under(instance, key)


def _opened_over(instance: Instance, key: PlaceLine) -> Iterator[Limit]:
    floor, cap = instance.pace_limits(key)
    forecast, cells = instance.chc_forecast_of(key), instance.cells_of[key]
    capped, conceded = Fraction(instance.opening_of[key]), instance.concession("R-06", key.line)
    for t, where in _years(instance, key):
        need = instance.need_gbp(key, t)
        compelled = [1 + floor] if forecast is None else [1 + floor, forecast[t] / forecast[t - 1]]
        factor = max(instance.need_growth(key, t), *compelled) + conceded
        yield at_most("R-06", key.line, where, t, cells, factor=factor)
        capped = capped if cap is None else capped * (1 + cap)
        least, relief = need if cap is None else min(need, capped), upstream_relief(instance, key, t)
        least -= conceded * need
        yield at_least("R-06", key.line, where, t, cells, constant_gbp=least, others=relief)


def _opened_under(instance: Instance, key: PlaceLine) -> Iterator[Limit]:
    floor, cap = instance.pace_limits(key)
    forecast, cells = instance.chc_forecast_of(key), instance.cells_of[key]
    floored, conceded = Fraction(instance.opening_of[key]), instance.concession("R-06", key.line)
    for t, where in _years(instance, key):
        need = instance.need_gbp(key, t)
        factor = instance.need_growth(key, t)
        least = (factor if cap is None else min(factor, 1 + cap)) - conceded
        yield at_least("R-06", key.line, where, t, cells, factor=least)
        floored *= 1 + floor
        compelled = floored if forecast is None else max(floored, forecast[t])
        most, relief = max(need, compelled) + conceded * need, upstream_relief(instance, key, t)
        yield at_most("R-06", key.line, where, t, cells, constant_gbp=most, others=relief)


def peak_growth_limit(instance: Instance) -> Iterator[Limit]:
    """No place's line grows in any year by more than the limit set for all of them.

    x[p,l,t] <= (1 + peak_growth_limit) x[p,l,t-1]
    """
    limit = exact(instance.settings.peak_growth_limit_share)
    for key in instance.place_lines if limit < NO_CAP_SHARE else ():
        for t, where in _years(instance, key):
            yield at_most("R-22", key.line, where, t, instance.cells_of[key], factor=1 + limit)


def _years(instance: Instance, key: PlaceLine) -> Iterator[tuple[int, tuple[str, ...]]]:
    for t in range(1, instance.horizon + 1):
        yield t, (*key, instance.year_names[t])


def _parent_limits(
    instance: Instance,
) -> Iterator[tuple[PlaceLine, tuple[CellKey, ...], Fraction | None, Fraction | None]]:
    """Floor and cap (None: none) of lines with sub-lines, place by place, with the cells whose sum they bind.

    As for other lines, a limit of the place's own row goes before that of the row for every place.
    """
    leaves = {line.line for line in instance.leaf_lines}
    for line in dict.fromkeys(row.line for row in instance.pace if row.line not in leaves):
        under = {leaf.line for leaf in instance.leaves_under(line)}
        own = [row for row in instance.pace if row.line == line]
        for place in instance.places:
            cells = tuple(cell for cell in instance.cells if cell.place == place.place and cell.line in under)
            rows = [row for wanted in (None, place.place) for row in own if row.place == wanted]
            floors = [row.floor_growth_share for row in rows if row.floor_growth_share is not None]
            caps = [row.cap_growth_share for row in rows if row.cap_growth_share is not None]
            cap = caps[-1] if caps and caps[-1] < NO_CAP_SHARE else None
            if cells:
                yield PlaceLine(place.place, line), cells, floors[-1] if floors else None, cap
