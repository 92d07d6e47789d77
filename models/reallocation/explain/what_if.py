"""What an instance would be if something were different, and the least gap it could then reach."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from models.reallocation.building import with_restated_opening
from models.reallocation.entities import ChcForecast, RingFence, Spillover
from models.reallocation.formulation import limits_of
from models.reallocation.instance import Instance
from models.reallocation.method.loaded import Best, LoadedModel, load
from models.reallocation.need import LineNeed
from models.shared.calendar import financial_year, first_calendar_year

_USUAL_LAG_YEARS = 1


def best_of(instance: Instance, without_rules: frozenset[str]) -> Best | None:
    """What the first aims reach, the gap in pounds; None when there is no plan."""
    return load_studied(instance, without_rules).best({})


def load_studied(instance: Instance, without_rules: frozenset[str]) -> LoadedModel:
    """The model that studies start from, put together as arrays, for it is built over and over."""
    return load(instance, limits_of(instance, without_rules), large_cell_years=0)


def with_setting(instance: Instance, name: str, value: object) -> Instance:
    """The instance with another setting."""
    return replace(instance, settings=instance.settings.model_copy(update={name: value}))


def with_community_chc_need(instance: Instance, q: float) -> Instance:
    """The instance if community and CHC together were another share of need, openings restated to agree."""
    return _restated(with_setting(instance, "community_chc_need_share", q))


def with_deviation(instance: Instance, line: str, deviation: Fraction) -> Instance:
    """The instance if a line's stated deviation were another, openings restated where they follow from it."""
    lines = tuple(
        replace(one, need=replace(one.need, deviation_share=deviation)) if one.line == line else one
        for one in instance.lines
    )
    return _restated(replace(instance, lines=lines))


def _restated(instance: Instance) -> Instance:
    """The opening restated, and with it what ring-fences ask of the same cells: the budgets they were set for."""
    restated = with_restated_opening(instance)
    fences = []
    for fence in instance.ring_fences:
        before, after = (sum(one.opening_gbp[cell] for cell in fence.cells) for one in (instance, restated))
        least = {year: round(gbp * Fraction(after, before or 1)) for year, gbp in fence.minimum_gbp.items()}
        fences.append(replace(fence, minimum_gbp=least))
    return replace(restated, ring_fences=tuple(fences))


def with_need_of_line(instance: Instance, line: str, change: Fraction) -> Instance:
    """The instance if a line needed more by a share of its need, and all others less in proportion.

    Budgets stay where they are. Need in pounds changes for this line alone.
    """
    if instance.settings.line_need_basis == "pounds":
        targets = {
            (key, year): max(1, round(gbp * (1 + change))) if key.line == line else gbp
            for (key, year), gbp in instance.need_targets_gbp.items()
        }
        return replace(instance, need_targets_gbp=targets)
    shares = instance.line_need[0]
    wanted = shares[line] * (1 + change)
    scale = (1 - wanted) / (1 - shares[line])
    lines = tuple(
        replace(one, need=_as_share(one.need, wanted if one.line == line else shares[one.line] * scale))
        if one.line in shares
        else one
        for one in instance.lines
    )
    return replace(with_setting(instance, "line_need_basis", "shares"), lines=lines)


def with_growth(instance: Instance, growth: Fraction) -> Instance:
    """The instance if the allocation grew by one share, before convergence, in every year."""
    return replace(instance, years=tuple(replace(year, base_growth_share=growth) for year in instance.years))


def with_more_growth(instance: Instance, points: Fraction) -> Instance:
    """The instance if the allocation grew by some points more in every year."""
    years = tuple(replace(year, base_growth_share=year.base_growth_share + points) for year in instance.years)
    return replace(instance, years=years)


def with_more_money(instance: Instance, gbp: int) -> Instance:
    """The instance with some pounds more in scope from the first plan year on.

    They come as convergence, which growth before convergence (the Mental Health Investment Standard's) leaves out.
    """
    more = Fraction(gbp, instance.money[0].spendable_gbp)
    first, *later = instance.years
    return replace(instance, years=(replace(first, convergence_share=first.convergence_share - more), *later))


def with_chc_cost(instance: Instance, points: Fraction) -> Instance:
    """The instance if the price of continuing healthcare rose by some points more in every year.

    Without a forecast, which lets its cost stay flat, it rises by those points.
    """
    rows = instance.chc_forecast or tuple(
        ChcForecast(year.year, None, Fraction(0), Fraction(0), Fraction(0)) for year in instance.years
    )
    dearer = tuple(replace(row, price_growth_share=row.price_growth_share + points) for row in rows)
    return replace(instance, chc_forecast=dearer)


def with_theta(instance: Instance, from_line: str, theta: Fraction) -> Instance:
    """The instance if spending on a line relieved others by another theta, all of them together.

    Where none is given, it relieves the first acute line, a year later.
    """
    own = [one for one in instance.spillovers if one.from_line == from_line]
    others = tuple(one for one in instance.spillovers if one.from_line != from_line)
    if not own:
        acute = [line.line for line in instance.leaf_lines if line.role == "acute" and line.line != from_line]
        own = [Spillover(from_line, line, theta, _USUAL_LAG_YEARS) for line in acute[:1]]
    total = sum(one.theta_share for one in own)
    parts = [one.theta_share / total if total else Fraction(1, len(own)) for one in own]
    scaled = [replace(one, theta_share=theta * part) for one, part in zip(own, parts, strict=True)]
    return replace(instance, spillovers=(*others, *scaled))


def with_more_years(instance: Instance, years: int) -> Instance:
    """The instance with as many plan years, those beyond the last one as the last one is; need must be shares."""
    last = instance.years[-1]
    begins = first_calendar_year(last.year)
    names = [financial_year(begins + more) for more in range(1, years - instance.horizon + 1)]
    return replace(
        instance,
        years=(*instance.years, *(replace(last, year=name) for name in names)),
        chc_forecast=(
            *instance.chc_forecast,
            *(replace(row, year=name) for name in names for row in instance.chc_forecast if row.year == last.year),
        ),
        ring_fences=tuple(_longer(fence, last.year, names) for fence in instance.ring_fences),
    )


def _as_share(need: LineNeed, share: Fraction) -> LineNeed:
    return replace(need, need_share=share)


def _longer(fence: RingFence, last: str, names: list[str]) -> RingFence:
    least = fence.minimum_gbp
    return replace(fence, minimum_gbp={**least, **{name: least[last] for name in names if last in least}})
