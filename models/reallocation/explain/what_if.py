"""What an instance would come to if something were different: the first two aims, solved again."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from models.reallocation.building import with_restated_opening
from models.reallocation.formulation import limits_of
from models.reallocation.instance import Instance
from models.reallocation.method.loaded import Best, load


def best_of(instance: Instance, without_rules: frozenset[str]) -> Best | None:
    """What the first two aims reach; None when there is no plan."""
    return load(instance, limits_of(instance, without_rules)).best({})


def with_community_chc_need(instance: Instance, q: float) -> Instance:
    """The instance if community and CHC together were another share of need, openings restated to agree."""
    settings = instance.settings.model_copy(update={"community_chc_need_share": q})
    return with_restated_opening(replace(instance, settings=settings))


def with_more_growth(instance: Instance, points: Fraction) -> Instance:
    """The instance if the allocation grew by some points more in every year."""
    years = tuple(replace(year, base_growth_share=year.base_growth_share + points) for year in instance.years)
    return replace(instance, years=years)


def opening_over_need_gbp(instance: Instance) -> float:
    """Money above need in the base year, over the places' lines that have more than they need."""
    return float(
        sum(max(Fraction(0), instance.opening_of[key] - instance.need_gbp(key, 0)) for key in instance.place_lines)
    )
