"""Conflicts and repairs in sentences."""

from __future__ import annotations

from collections.abc import Mapping

from models.reallocation.instance import Instance
from models.reallocation.method.conflicts import Conflict, Diagnosis, Joint, Repair, Wish
from models.reallocation.method.loosen import LOOSENINGS, Group, change_words, group_words
from models.reallocation.settings import ALL
from models.reallocation.words import Number, listed, tell
from models.shared.problem import Explanation
from solvers.conflicts import MOST_CONFLICTS, MOST_CPU_SECONDS

_HEADLINES = 4
_SCOPES = 4
"""So many scopes of one rule are named in a sentence; conflicts.csv has them all."""
_POINT = 0.01
_WISH_WORDS: Mapping[Wish, str] = {
    "kept": " The gap is then closed as asked.",
    "kept_at_a_price": " The gap is then closed as asked.",
    "given_way": " The gap is then not closed as asked.",
    "none_found": " The gap is then not closed as asked; no changes of other rules that close it were found.",
    "none_exists": " The gap is then not closed as asked; whatever other rules are given up, no plan closes it.",
}
"""What becomes of closing the gap with a joint repair."""


def conflict_explanations(instance: Instance, diagnosis: Diagnosis) -> tuple[Explanation, ...]:
    """Which rules cannot hold together, what mends it at least cost, and what each rule would do by itself."""
    if diagnosis.definitions_clash:
        return (_definitions(instance),)
    conflicts = [_conflict(instance, conflict) for conflict in diagnosis.conflicts]
    told, rest = conflicts[:_HEADLINES], conflicts[_HEADLINES:]
    single = [_repair(instance, repair) for repair in diagnosis.repairs]
    joint = (_joint(instance, diagnosis), *_giving_way(instance, diagnosis))
    return (_head(diagnosis), *told, *joint, *_alone(diagnosis), *single, *rest)


def repair_sentence(instance: Instance, repair: Repair) -> str:
    """A repair in words, how far it helps, and what becomes of a wish that stands in a conflict."""
    return _repair_words(instance, repair) + "." + (_WISH_WORDS[repair.wish] if repair.wish else "")


def _repair_words(instance: Instance, repair: Repair) -> str:
    first = repair.groups[0]
    whole = Group(first.rule, ALL)
    if not repair.changes:
        name = group_words(instance, whole if repair.kind == "whole_rule" else first)
        far = "in any size that was tried" if first.rule == "R-15" else "however far"
        return f"Loosening {name} ({first.rule}) alone, {far}, makes no plan possible"
    if repair.kind == "whole_rule":
        changes = [change_words(instance, whole, repair.changes[first])]
    else:
        changes = [change_words(instance, group, change) for group, change in repair.changes.items()]
    tails = {
        "joint": "together these make a plan possible" if len(changes) > 1 else "this makes a plan possible",
        "alone": "then a plan exists, all else kept",
        "whole_rule": "then a plan exists, all else kept",
        "ends_conflict": f"then conflict {repair.conflict} is mended, and others stay",
    }
    words = listed(changes)
    if repair.wish == "given_way":
        words = f"or give way on the wish itself: {words}"
    return f"{words[0].upper()}{words[1:]}: {tails[repair.kind]}"


def scenario_file(repair: Repair) -> str:
    """Where in the run folder the scenario stands that applies a repair."""
    return f"scenarios/{repair.name}.toml"


def _head(diagnosis: Diagnosis) -> Explanation:
    """How many conflicts there are, and whether these are all."""
    numbers: dict[str, Number] = {"conflicts": len(diagnosis.conflicts)}
    template = "No plan keeps every rule: {conflicts} conflict" + (" was" if numbers["conflicts"] == 1 else "s were")
    if diagnosis.complete:
        template += " found, none with a rule to spare, and there is no other."
    else:
        numbers |= {"most_conflicts": MOST_CONFLICTS, "most_cpu_seconds": MOST_CPU_SECONDS}
        template += (
            " found, none with a rule to spare, and there may be more: the search ends at {most_conflicts} conflicts "
            "or {most_cpu_seconds:count} seconds of computing, or when it is stopped."
        )
    return tell("no-plan", template, numbers, where="conflicts.csv", headline=True)


def _definitions(instance: Instance) -> Explanation:
    """Nothing that may be given up is at fault: the money itself does not add up."""
    short = {money.year: -money.spendable_gbp for money in instance.money[1:] if money.spendable_gbp < 0}
    if not short:
        template = "No plan exists whatever rule is given up: what holds by definition contradicts itself."
        return tell("no-plan", template, {}, rule="R-01", where="envelope.csv", headline=True)
    year, gbp = next(iter(short.items()))
    template = (
        "No plan exists whatever rule is given up: in {year} what comes off first (break-even, reserve, transition "
        "fund) is {short_gbp:gbp} more than the money in scope."
    )
    numbers: dict[str, Number] = {"year": year, "short_gbp": gbp}
    return tell("no-plan", template, numbers, rule="R-01", where="years.csv", headline=True)


def _conflict(instance: Instance, conflict: Conflict) -> Explanation:
    template = f"Conflict {{conflict}}: with the money there is, {listed(_names(instance, conflict))} cannot "
    template += {
        1: "be kept by itself.",
        2: "both be kept; without either of them the other can.",
    }.get(len(conflict.groups), "all be kept; without any one of them the others can.")
    rules = ", ".join(dict.fromkeys(group.rule for group in conflict.groups))
    numbers: dict[str, Number] = {"conflict": conflict.number}
    headline = conflict.number <= _HEADLINES
    return tell(
        f"conflict-{conflict.number}", template, numbers, rule=rules, where="conflicts.csv", headline=headline
    )


def _names(instance: Instance, conflict: Conflict) -> list[str]:
    """The rules of a conflict in words, many scopes of one rule counted."""
    by_rule: dict[str, list[Group]] = {}
    for group in conflict.groups:
        by_rule.setdefault(group.rule, []).append(group)
    names: list[str] = []
    for rule, groups in by_rule.items():
        told = groups if len(groups) <= _SCOPES else groups[: _SCOPES - 1]
        names += [f"{group_words(instance, group)} ({rule})" for group in told]
        if len(told) < len(groups):
            names.append(f"the same rule in {len(groups) - len(told)} other scopes")
    return names


def _joint(instance: Instance, diagnosis: Diagnosis) -> Explanation:
    joint = diagnosis.joint
    if joint is None:
        template = "No set of changes that makes a plan possible was found: look at the rules of all conflicts."
        return tell("joint-repair", template, {}, where="conflicts.csv", headline=True)
    return _joint_words(instance, joint, "joint-repair")


def _giving_way(instance: Instance, diagnosis: Diagnosis) -> list[Explanation]:
    """The cheaper joint repair that gives way on the wish itself, beside the one that keeps it."""
    beside = diagnosis.giving_way
    return [] if beside is None else [_joint_words(instance, beside, "joint-repair-of-the-wish")]


def _joint_words(instance: Instance, joint: Joint, name: str) -> Explanation:
    repair, numbers = joint.repair, _joint_numbers(joint)
    template = _repair_words(instance, repair).replace("{", "{{").replace("}", "}}")
    template += f"; {_cheapest(joint)}." + (_WISH_WORDS[repair.wish] if repair.wish else "")
    if joint.measure != "gbp" and joint.broken_gbp is not None and repair.wish != "given_way":
        template += " Counted in pounds, no plan misses the rules as they are by less than {broken_gbp:gbp} in all."
    rules = ", ".join(dict.fromkeys(group.rule for group in repair.groups))
    return tell(name, template, numbers, rule=rules, where=scenario_file(repair), headline=True)


def _cheapest(joint: Joint) -> str:
    """What the joint repair costs, and what is proven of that, among those that keep the wish where it does so."""
    at_a_price = joint.repair.wish == "kept_at_a_price"
    if joint.measure == "tried":
        return "their sizes were found by trying, and smaller ones may do"
    if joint.measure == "gbp":
        plan = "plan that misses the rules"
        if at_a_price:
            plan = "plan that closes the gap as asked and misses the other rules"
        return f"they follow from the {plan} as they are by the fewest pounds, {{cost_gbp:gbp}} in all"
    among, such = (" of those that close the gap as asked", "such ") if at_a_price else ("", "")
    told = f"{{cost_points}} points in all, the least that was found{among}"
    return told if joint.bound is None else f"{told}, and no {such}changes can come to less than {{bound_points}}"


def _joint_numbers(joint: Joint) -> dict[str, Number]:
    numbers: dict[str, Number] = {
        f"change_{group.rule}_{group.scope}": float(change) for group, change in joint.repair.changes.items()
    }
    if joint.measure == "points" and joint.cost is not None:
        numbers["cost_points"] = round(joint.cost / _POINT, 3)
        if joint.bound is not None:
            numbers["bound_points"] = round(joint.bound / _POINT - 0.0005, 3)
    elif joint.cost is not None:
        numbers["cost_gbp"] = round(joint.cost)
    if joint.broken_gbp is not None:
        numbers["broken_gbp"] = round(joint.broken_gbp)
    return numbers


def _alone(diagnosis: Diagnosis) -> list[Explanation]:
    """Whether one rule by itself would do, where none was found that does."""
    if any(repair.mends for repair in diagnosis.repairs):
        return []
    if not diagnosis.every_rule_tried:
        template = "Not every rule was tried by itself: the time was up."
        return [tell("no-single-repair", template, {}, where="repairs.csv", headline=True)]
    template = "No rule loosened by itself, in one scope or in all of them, is enough."
    return [tell("no-single-repair", template, {}, where="repairs.csv", headline=True)]


def _repair(instance: Instance, repair: Repair) -> Explanation:
    """One rule's own repair: a headline where a plan then exists."""
    name = f"repair-{repair.number}"
    numbers: dict[str, Number] = {"repair": repair.number}
    if repair.conflict is not None:
        numbers["conflict"] = repair.conflict
    if repair.changes:
        change = next(iter(repair.changes.values()))
        rule = LOOSENINGS[repair.groups[0].rule]
        numbers["change_points" if rule.is_share else f"change_{rule.counted}"] = (
            float(100 * change) if rule.is_share else float(change)
        )
    where = scenario_file(repair) if repair.mends else "repairs.csv"
    sentence = repair_sentence(instance, repair)
    return Explanation(name, repair.groups[0].rule, sentence, numbers, where, headline=repair.mends)
