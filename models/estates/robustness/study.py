"""The whole study of robustness: regret over futures, switching values, what may fail, and the most to save."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.estates.instance import EstatesInstance
from models.estates.loaded import NO_CONTACTS
from models.estates.plan import Plan
from models.estates.robustness.ceiling import Ceiling, ceiling
from models.estates.robustness.futures import AS_PLANNED, Completion, Futures
from models.estates.robustness.regret import (
    SAVED,
    Regret,
    RegretTable,
    RivalPlan,
    Tell,
    regret_table,
    solve_futures,
)
from models.estates.robustness.switching import (
    FixedPlan,
    HandBackSwitch,
    SwitchingValue,
    assumptions,
    bisect,
    hand_back_switches,
)
from models.shared.problem import SolveOptions

QUICK_COARSENESS = 8.0
"""How much coarser switching values are in a quick study."""
_DEAREST_CONTACT_GBP = 100_000.0


@dataclass(frozen=True)
class Study:
    """All that is known of a plan's robustness. `plan` is the one studied: the saved one, else the best as planned.

    `break_even_gbp`: pounds a contact without a room must cost for the plan of least maximum regret to be the better
    choice also where pounds and contacts are added up; None where it is the same plan, or never.
    """

    table: RegretTable
    plan: RivalPlan
    switching: tuple[SwitchingValue, ...]
    hand_backs: tuple[HandBackSwitch, ...]
    ceiling: Ceiling
    completion: Completion
    break_even_gbp: float | None

    @property
    def saving_gbp(self) -> float:
        """What the hand-backs of the plan save at net present value, each against keeping its suite."""
        return sum(one.saving_npv_gbp for one in self.hand_backs)


def study(
    instance: EstatesInstance, futures: Futures, options: SolveOptions, saved: Plan | None, quick: bool, tell: Tell
) -> Study | None:
    """Study an instance, or a plan of it; None where its rules allow no plan."""
    models = solve_futures(instance, futures.futures, options, tell)
    if not models[0].best.has_plan:
        return None
    tell("every plan in every future")
    table = regret_table(models, saved)
    plan = _studied(table)
    most = ceiling(models[0], table.of(plan.name, AS_PLANNED).npv_gbp)
    tell("switching values")
    fixed = FixedPlan(instance, plan.decisions, options)
    coarseness = QUICK_COARSENESS if quick else 1.0
    switching = tuple(fixed.switching_value(one, coarseness) for one in assumptions())
    hand_backs = hand_back_switches(instance, plan.options, futures.completion.share)
    price = break_even_gbp_per_contact(table, plan.name, table.least.plan)
    return Study(table, plan, switching, hand_backs, most, futures.completion, price)


def _studied(table: RegretTable) -> RivalPlan:
    saved = [plan for plan in table.plans if plan.name == SAVED]
    return (saved or [plan for plan in table.plans if AS_PLANNED in plan.best_in] or list(table.plans))[0]


def break_even_gbp_per_contact(table: RegretTable, plan: str, cautious: str) -> float | None:
    """The price of a contact without a room from which on the cautious plan has the smaller maximum regret.

    Regret is then pounds above the best plus the price of each contact above it, in the futures possible to both; to
    the penny.
    """
    regrets = {name: [one for one in table.regrets if one.plan == name] for name in (plan, cautious)}
    possible = {one.future for one in regrets[plan] if one.is_possible}
    possible &= {one.future for one in regrets[cautious] if one.is_possible}

    def worst(name: str, price: float) -> float:
        return max((_priced(one, price) for one in regrets[name] if one.future in possible), default=0.0)

    def plan_is_better(price: float) -> bool:
        return worst(plan, price) <= worst(cautious, price)

    if plan == cautious or not plan_is_better(0.0) or plan_is_better(_DEAREST_CONTACT_GBP):
        return None
    return bisect(plan_is_better, 0.0, _DEAREST_CONTACT_GBP, 0.01)[1]


def _priced(one: Regret, price: float) -> float:
    unmet = one.unmet_above or 0.0
    return (one.npv_above_gbp or 0.0) + price * (unmet if unmet > NO_CONTACTS else 0.0)


def titles(table: RegretTable) -> Mapping[str, str]:
    """The futures in words, by name."""
    return {best.future.name: best.future.title for best in table.bests}


def in_words(names: Sequence[str], table: RegretTable) -> list[str]:
    """Some futures in words."""
    words = titles(table)
    return [words[name] for name in names]
