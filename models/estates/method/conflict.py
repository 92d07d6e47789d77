"""Why there is no plan: a smallest set of rules, and of the user's orders, that cannot hold together."""

from __future__ import annotations

from dataclasses import replace

from models.estates.formulation.catalogue import build_model
from models.estates.formulation.choices import suite_choices
from models.estates.formulation.hand_back_rules import OPTION_RULES
from models.estates.formulation.network import Network, build_network
from models.estates.formulation.obstacles import OF_WAYS
from models.estates.hand_back import Option, all_options, candidate_dates, suite_facts
from models.estates.instance import EstatesInstance
from models.estates.rules import BY_ID, RULES, id_and_name
from models.shared.problem import Explanation, Outcome, SolveOptions
from solvers.conflicts import minimal_conflict
from solvers.highs import HighsSession
from solvers.pyomo_bridge import compile_pyomo
from solvers.types import Limits, SolverUse, Watch
from solvers.versions import refuse_untrusted_highs

_NAMED_LAST = ("E-21", "E-02", "E-25")
"""Where there is a choice of conflicts, the one with these rules is named: they are what the user asks for."""
_SUITE, _PRACTICE = "suite ", "practice "
"""What stands before the names of orders, so that a suite and a practice of one name are two."""
_NEEDS_FLOWS = tuple(rule for rule in OF_WAYS if rule != "E-38")
"""The only rules that can make the ways of areas impossible; closed lists (E-38) are in a model without areas too."""


def explain_conflict(instance: EstatesInstance, options: SolveOptions, watch: Watch) -> Outcome:
    """The outcome of an instance whose rules contradict each other."""
    del watch
    rules = [
        rule.id for rule in RULES if rule.hard and not rule.definitional and rule.id not in options.without_rules
    ]
    rules.sort(key=lambda rule: (_NAMED_LAST.index(rule) + 1 if rule in _NAMED_LAST else 0, rule))
    conflict = minimal_conflict(
        rules, lambda kept: _has_plan(instance, frozenset(rules) - kept | options.without_rules)
    )
    use = SolverUse("HiGHS", refuse_untrusted_highs())
    if conflict is None:
        return Outcome("no_plan", "the solver found no plan, yet the rules can hold together", None, (), (use,), True)
    orders = _conflicting_orders(instance, conflict, frozenset(rules) - frozenset(conflict) | options.without_rules)
    explanations = tuple(_sentences(instance, conflict, orders))
    reason = f"rules {', '.join(sorted(conflict))} cannot hold together"
    return Outcome("infeasible", reason, None, (), (use,), True, explanations)


def _has_plan(instance: EstatesInstance, without_rules: frozenset[str]) -> bool:
    """Whether any plan follows the rules in force."""
    choices = suite_choices(instance, without_rules)
    if not all(choice.options for choice in choices):
        return False
    network = build_network(instance, without_rules)
    suites_only = _solvable(replace(network, cells=()), instance, without_rules | frozenset(_NEEDS_FLOWS))
    if not suites_only or all(rule in without_rules for rule in _NEEDS_FLOWS):
        return suites_only
    return _solvable(network, instance, without_rules)


def _solvable(network: Network, instance: EstatesInstance, without_rules: frozenset[str]) -> bool:
    model = build_model(network, suite_choices(instance, without_rules), without_rules, with_links=False)
    compiled = compile_pyomo(model.pyomo)
    return HighsSession(compiled.linear).solve(Limits(relative_gap=1.0)).status == "optimal"


def _conflicting_orders(
    instance: EstatesInstance, conflict: tuple[str, ...], without_rules: frozenset[str]
) -> tuple[str, ...]:
    """A smallest set of suites and practices whose orders are in conflict; empty where orders have no part in it."""
    orders = {_SUITE + one.suite_id: one.suite_id for one in instance.suites if one.instruction != "free"}
    orders |= {_PRACTICE + one.practice_id: one.practice_id for one in instance.premises if one.instruction != "free"}
    if "E-25" not in conflict:
        return ()

    def feasible(kept: frozenset[str]) -> bool:
        return _has_plan(_freed(instance, kept), without_rules)

    return tuple(orders[order] for order in minimal_conflict(list(orders), feasible) or ())


def _freed(instance: EstatesInstance, kept: frozenset[str]) -> EstatesInstance:
    """The instance with the orders of some suites and practices only."""
    return replace(
        instance,
        suites=tuple(
            one if _SUITE + one.suite_id in kept else replace(one, instruction="free", instruction_date=None)
            for one in instance.suites
        ),
        premises=tuple(
            one if _PRACTICE + one.practice_id in kept else replace(one, instruction="free")
            for one in instance.premises
        ),
    )


def _sentences(instance: EstatesInstance, conflict: tuple[str, ...], orders: tuple[str, ...]) -> list[Explanation]:
    names = " and ".join(id_and_name(rule) for rule in sorted(conflict))
    about = f" for {', '.join(orders)}" if orders else ""
    found = [
        Explanation(
            id="estates.no_plan",
            rule=sorted(conflict)[0],
            sentence=f"There is no plan{about}: {names} cannot all hold. Each is needed for the conflict: "
            f"without any "
            "one of them the others can hold together.",
            numbers={"rules": len(conflict), "suites": len(orders)},
            where=", ".join(orders),
            headline=True,
        )
    ]
    for rule in sorted(conflict):
        refused = [suite for suite in orders if rule in _rules_against(instance, suite)]
        against = f" It stands against the order for {', '.join(refused)}." if refused and rule != "E-25" else ""
        found.append(
            Explanation(
                id=f"estates.no_plan.{rule}",
                rule=rule,
                sentence=f"{id_and_name(rule)}: {BY_ID[rule].sentence}{against}",
                numbers={"suites": len(refused)},
                where=", ".join(refused or orders),
                headline=True,
            )
        )
    return found


def _rules_against(instance: EstatesInstance, suite_id: str) -> set[str]:
    """Rules that forbid every ordered option of a suite, each taken by itself; none for a practice."""
    facts = suite_facts(instance)
    if suite_id not in facts:
        return set()
    mine = facts[suite_id]
    dates = candidate_dates(instance, [facts[s.suite_id] for s in instance.suites_of(mine.site.site_id)])
    ordered: list[Option] = [o for o in all_options(mine, dates) if OPTION_RULES["E-25"](mine, o)]
    return {
        rule
        for rule, allows in OPTION_RULES.items()
        if ordered and not any(allows(mine, option) for option in ordered)
    }
