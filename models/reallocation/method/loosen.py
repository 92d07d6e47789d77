"""How every rule is loosened: by points of what it is a share of, by pounds, or by whole-time equivalents."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from models.reallocation.formulation.limit import AnyLimit, Limit
from models.reallocation.instance import Instance, PlaceLine
from models.reallocation.need import exact
from models.reallocation.settings import ALL
from models.reallocation.words import gbp_words

Loosen = Callable[[Instance, AnyLimit, Fraction], AnyLimit]
Counted = Literal["points", "per_cent", "gbp", "wte"]


@dataclass(frozen=True, order=True)
class Group:
    """A rule in one scope: what a user would change as one."""

    rule: str
    scope: str


@dataclass(frozen=True)
class Loosening:
    """How a rule is loosened: what a change is counted in, and how a sentence says it (`{amount}` has its unit).

    `name` says the rule in one scope. A change is a share (0.01 is a point, or one per cent), pounds or whole-time
    equivalents; limits move in proportion to it.
    """

    unit: str
    counted: Counted
    name: str
    words: str
    apply: Loosen

    @property
    def unit_change(self) -> Fraction:
        """What "a little more" means: one point or per cent, a million pounds, ten whole-time equivalents."""
        return {"gbp": Fraction(1_000_000), "wte": Fraction(10)}.get(self.counted, Fraction(1, 100))

    @property
    def step(self) -> Fraction:
        """How finely a least change is sought: a thousandth of a point, a thousand pounds, one person."""
        return {"gbp": Fraction(1000), "wte": Fraction(1)}.get(self.counted, Fraction(1, 100_000))

    @property
    def is_share(self) -> bool:
        return self.counted in ("points", "per_cent")


def _outward(limit: AnyLimit, gbp: Fraction) -> AnyLimit:
    """The limit so many pounds further out."""
    if isinstance(limit, Limit):
        return replace(limit, constant_gbp=limit.constant_gbp + (-gbp if limit.side == "least" else gbp))
    return replace(limit, most_gbp=limit.most_gbp + gbp)


def _growth(_: Instance, limit: AnyLimit, change: Fraction) -> AnyLimit:
    assert isinstance(limit, Limit)
    return replace(limit, factor=limit.factor + (-change if limit.side == "least" else change))


def _forecast(_: Instance, limit: AnyLimit, change: Fraction) -> AnyLimit:
    assert isinstance(limit, Limit)
    return replace(limit, constant_gbp=limit.constant_gbp * (1 - change))


def _need(instance: Instance, limit: AnyLimit, change: Fraction) -> AnyLimit:
    """Limits on the move loosen by points of growth, those at the target by points of need."""
    if isinstance(limit, Limit) and limit.factor:
        return _growth(instance, limit, change)
    place, line, _ = limit.where
    return _outward(limit, change * instance.need_gbp(PlaceLine(place, line), limit.year))


def _income(instance: Instance, limit: AnyLimit, change: Fraction) -> AnyLimit:
    income = next(p.income_gbp for p in instance.providers if p.provider == limit.scope)
    return _outward(limit, change * income)


def _pounds(_: Instance, limit: AnyLimit, change: Fraction) -> AnyLimit:
    return _outward(limit, change)


def _release(instance: Instance, limit: AnyLimit, change: Fraction) -> AnyLimit:
    return _growth(instance, limit, change * instance.volume_factor)


def _staff(instance: Instance, limit: AnyLimit, change: Fraction) -> AnyLimit:
    """More people, each at the pay of that year."""
    settings = instance.settings
    pay_gbp = settings.mh_cost_per_wte_gbp * (1 + exact(settings.cost_uplift_share)) ** limit.year
    return _outward(limit, change * pay_gbp)


def _closure(instance: Instance, limit: AnyLimit, change: Fraction) -> AnyLimit:
    """A smaller part of the opening gap is closed."""
    return _outward(limit, change * instance.opening_gap_gbp)


LOOSENINGS: Mapping[str, Loosening] = {
    "R-02": Loosening(
        "share a year", "points", "the pace floor of {scope}",
        "let {scope} grow less (or fall) by {amount} a year", _growth,
    ),
    "R-03": Loosening(
        "share a year", "points", "the pace cap of {scope}", "let {scope} grow by {amount} a year more", _growth
    ),
    "R-04": Loosening(
        "share a year", "points", "the Mental Health Investment Standard",
        "let mental health by the standard grow by {amount} a year less", _growth,
    ),
    "R-05": Loosening(
        "share of cost", "per_cent", "the forecast cost of {scope}",
        "save {amount} more of the forecast cost of {scope}", _forecast,
    ),
    "R-06": Loosening(
        "share of need", "points", "no move further from target in {scope}",
        "let {scope} move {amount} further from target", _need,
    ),
    "R-07": Loosening(
        "share of income", "points", "the turnover band of {scope}",
        "widen the band of {scope} by {amount} of its income", _income,
    ),
    "R-08": Loosening(
        "share of need", "per_cent", "closing the gap of {scope} in the last year",
        "accept a gap of {amount} of need in {scope}", _need,
    ),
    "R-13": Loosening(
        "gbp a year", "gbp", "the ring-fence ({scope})", "lower the ring-fence ({scope}) by {amount} a year", _pounds
    ),
    "R-14": Loosening(
        "share of last year's volume", "points", "the releasable share of {scope}",
        "release {amount} more of {scope} a year", _release,
    ),
    "R-15": Loosening(
        "gbp", "gbp", "the transition money of {scope}", "put {amount} more into the transition ({scope})", _pounds
    ),
    "R-19": Loosening(
        "wte a year", "wte", "what {scope} can recruit", "recruit {amount} a year more for {scope}", _staff
    ),
    "R-20": Loosening(
        "share of the opening gap", "points", "the share of the opening gap to be closed",
        "close {amount} less of the opening gap", _closure,
    ),
    "R-22": Loosening(
        "share a year", "points", "the limit on peak growth", "let the fastest grow by {amount} a year more", _growth
    ),
}  # fmt: skip


_EVERY: Mapping[str, str] = {"R-07": "every provider", "R-13": "of every name", "R-15": "every year and all years"}
"""All scopes of a rule, where that is not every line."""


def group_named(rule: str, scope: str) -> Group:
    """What is changed as one: a rule in a scope, but all scopes where one setting holds for every line."""
    return Group(rule, ALL if rule == "R-22" else scope)


def group_of(limit: AnyLimit) -> Group:
    """What is changed with a limit."""
    return group_named(limit.rule, limit.scope)


def amount_words(rule: str, change: Fraction) -> str:
    """A change with its unit: 1 point, 2.5 %, £1.0m, 10 whole-time equivalents."""
    loosening = LOOSENINGS[rule]
    if loosening.counted == "gbp":
        return gbp_words(float(change))
    if loosening.counted == "wte":
        return "1 whole-time equivalent" if change == 1 else f"{math.ceil(change):,} whole-time equivalents"
    points = points_text(change)
    if loosening.counted == "per_cent":
        return f"{points} %"
    return f"{points} point" if points == "1" else f"{points} points"


def change_words(instance: Instance, group: Group, change: Fraction) -> str:
    """A change in words, as they stand in the middle of a sentence."""
    amount = amount_words(group.rule, change)
    return LOOSENINGS[group.rule].words.format(scope=scope_name(instance, group), amount=amount)


def group_words(instance: Instance, group: Group) -> str:
    """A rule in one scope, in a few words."""
    return LOOSENINGS[group.rule].name.format(scope=scope_name(instance, group))


def points_text(change_share: Fraction) -> str:
    """A share in points with as many decimals as it needs, up to three; never less than the change itself."""
    return f"{math.ceil(change_share * 100_000) / 1000:.3f}".rstrip("0").rstrip(".")


def scope_name(instance: Instance, group: Group) -> str:
    """The scope as people say it."""
    names = {line.line: line.name for line in instance.lines}
    names |= {provider.provider: provider.name for provider in instance.providers}
    if group.rule == "R-13":
        names = {fence.fence: fence.name for fence in instance.ring_fences}
    if group.rule == "R-15":
        names = {"fund": "every year's fund", "all_years": "all years together"}
    if group.rule == "R-19":
        names = {group.scope: "mental health"}
    if group.scope == ALL:
        return _EVERY.get(group.rule, "every line")
    return names.get(group.scope, group.scope)
