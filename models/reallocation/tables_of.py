"""The tables a user reads of a plan: what each cell gets, the money of each year, the rules, the bridge, and more."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from models.reallocation.formulation.transition import withdrawal_costs, withdrawn_gbp
from models.reallocation.impacts import impacts_rows
from models.reallocation.instance import Instance, PlaceLine
from models.reallocation.money import nearest_pound
from models.reallocation.moves import line_growth_in_step_gbp, moves_rows
from models.reallocation.need import exact
from models.reallocation.rules import RULES
from models.reallocation.settings import ALL, ROUNDING_GBP_PER_YEAR
from models.shared.cells import Cell
from models.shared.decisions import OutputTables
from models.shared.rules import Rule

if TYPE_CHECKING:  # the plan hands out its tables
    from models.reallocation.plan import Plan

OutputRow = Mapping[str, Cell]


def tables_of(plan: Plan) -> OutputTables:
    """Every table of a plan.

    `conflicts` and `repairs` are empty: there are none. `levers` and `tornado` are studies, found by solving again.
    """
    return {
        "allocations": list(_allocations(plan)),
        "envelope": list(_envelope(plan)),
        "rules": list(_rules(plan)),
        "bridge": list(_bridge(plan)),
        "moves": list(moves_rows(plan)),
        "impacts": list(impacts_rows(plan)),
        "transition": list(_transition(plan)),
        "worst_cells": list(_worst_cells(plan)),
        "levers": [],
        "tornado": [],
        "conflicts": [],
        "repairs": [],
    }


def transition_cost_gbp(plan: Plan, year: int) -> Fraction:
    """Double running and stranded cost of one year, exact."""
    if year == 0:
        return Fraction(0)
    costs = (excess.gbp(plan.allocation_gbp) for excess in withdrawal_costs(plan.instance, year))
    return sum(costs, Fraction(0))


def _allocations(plan: Plan) -> Iterator[OutputRow]:
    instance, years = plan.instance, range(plan.instance.horizon + 1)
    heads = {key: _weighted_heads(instance, key) for key in instance.place_lines}
    uplift, volume = 1 + exact(instance.settings.cost_uplift_share), instance.volume_factor
    need = {(key, t): plan.shared_out(key, t, gbp[t]) for key, gbp in plan.need_gbp.items() for t in years}
    relief = {(key, t): plan.shared_out(key, t, gbp[t]) for key, gbp in plan.relief_gbp.items() for t in years}
    for cell in instance.cells:
        pounds, key = plan.allocation_gbp[cell], PlaceLine(cell.place, cell.line)
        for t, year in enumerate(instance.year_names):
            own_need, own_relief = need[key, t][cell], relief[key, t][cell]
            gap = pounds[t] + own_relief - own_need
            before = pounds[t - 1] if t else None
            change = None if before is None else pounds[t] - before
            head = heads[key]
            yield {
                "place": cell.place,
                "line": cell.line,
                "provider": cell.provider,
                "year": year,
                "allocation_gbp": pounds[t],
                "need_gbp": own_need,
                "gap_gbp": gap,
                "gap_share": gap / own_need if own_need else None,
                "change_gbp": change,
                "growth_share": change / before if before and change is not None else None,
                "relief_gbp": own_relief,
                "real_gbp": nearest_pound(pounds[t] / uplift**t),
                "volume_gbp": nearest_pound(pounds[t] / volume**t),
                "per_weighted_head_gbp": float(pounds[t] / head) if head else None,
            }


def _weighted_heads(instance: Instance, key: PlaceLine) -> Fraction | None:
    """People of a place, weighted by the need for a line; None where its need does not come from its people."""
    if not next(place for place in instance.places if place.place == key.place).has_own_need:
        return None
    weights = {component: weight for (line, component), weight in instance.need_weights.items() if line == key.line}
    total = sum(weights.values(), Fraction(0))
    if not total:
        return None
    people = [weight * instance.weighted_population[key.place, component] for component, weight in weights.items()]
    return sum(people, Fraction(0)) / total


def _envelope(plan: Plan) -> Iterator[OutputRow]:
    for t, money in enumerate(plan.instance.money):
        items = {
            "allocation": money.allocation_gbp,
            "out_of_scope": money.out_of_scope_gbp,
            "primary_care": money.primary_care_gbp,
            "running_costs": money.running_costs_gbp,
            "break_even": money.break_even_gbp,
            "reserve": money.reserve_gbp,
            "transition": money.transition_fund_gbp,
            "transition_cost": math.ceil(transition_cost_gbp(plan, t)),
            "spendable": money.spendable_gbp,
            "unallocated": money.spendable_gbp - plan.total(t),
        }
        for item, gbp in items.items():
            yield {"year": money.year, "item": item, "gbp": gbp}


def _rules(plan: Plan) -> Iterator[OutputRow]:
    """The scorecard: the least headroom of every rule and scope; it binds when rounding alone could use it up."""
    grouped: dict[str, dict[str, list[tuple[int, bool]]]] = {}
    for limit in plan.limits:
        headroom = limit.headroom_gbp(plan.allocation_gbp)
        binds = headroom <= ROUNDING_GBP_PER_YEAR * limit.year * len(limit.cells)
        grouped.setdefault(limit.rule, {}).setdefault(limit.scope, []).append((headroom, binds))
    for rule in RULES:
        kind = _kind(plan.instance, rule)
        for scope, members in grouped.get(rule.id, {ALL: list[tuple[int, bool]]()}).items():
            headroom_gbp = min((headroom for headroom, _ in members), default=None)
            binding = sum(binds for _, binds in members)
            broken = kind == "soft" and headroom_gbp is not None and headroom_gbp < 0
            yield {
                "rule": rule.id,
                "sentence": rule.sentence,
                "scope": scope,
                "status": "broken_soft" if broken else "binding" if binding else "slack",
                "owner": rule.owner,
                "hard_or_soft": kind,
                "headroom_gbp": headroom_gbp,
                "members": len(members),
                "members_binding": binding,
            }


def _kind(instance: Instance, rule: Rule) -> str:
    if rule.definitional:
        return "definition"
    return "soft" if rule.id in instance.soft_order else "hard"


def _transition(plan: Plan) -> Iterator[OutputRow]:
    """What withdrawing costs; the sums are of exact amounts, each to the nearest pound."""
    instance = plan.instance
    for t in range(1, instance.horizon + 1):
        year, all_lines = instance.year_names[t], [Fraction(0)] * 3
        withdrawn = {line.line: Fraction(0) for line in instance.leaf_lines}
        for cell in instance.cells:
            withdrawn[cell.line] += withdrawn_gbp(instance, plan.allocation_gbp, cell, t)
        for line in instance.leaf_lines:
            gone = withdrawn[line.line]
            own = [gone, gone * line.double_running_share, gone * line.stranded_share]
            all_lines = [sum(pair, Fraction(0)) for pair in zip(all_lines, own, strict=True)]
            yield _transition_row(line.line, year, own, None)
        yield _transition_row(ALL, year, all_lines, instance.money[t].transition_fund_gbp)


def _transition_row(line: str, year: str, amounts: list[Fraction], fund_gbp: int | None) -> OutputRow:
    withdrawn, double_running, stranded = (nearest_pound(amount) for amount in amounts)
    return {
        "line": line,
        "year": year,
        "withdrawn_gbp": withdrawn,
        "double_running_gbp": double_running,
        "stranded_gbp": stranded,
        "fund_gbp": fund_gbp,
    }


def _worst_cells(plan: Plan) -> Iterator[OutputRow]:
    last = plan.instance.horizon
    for level, keys in enumerate(plan.worst_levels, start=1):
        for key in keys:
            need = plan.need_gbp[key][last]
            gap = (plan.stands_gbp(key, last) - need) / need if need else 0.0
            yield {"level": level, "place": key.place, "line": key.line, "gap_share": gap}


def _bridge(plan: Plan) -> Iterator[OutputRow]:
    instance = plan.instance
    base, lines = instance.base_year, [line.line for line in instance.leaf_lines]
    yield from _rows(ALL, base, _opening_items(plan))
    for line in lines:
        mapped = sum(gbp for cell, gbp in instance.ledger_gbp.items() if cell.line == line)
        opened = instance.opening_by_line[line]
        yield from _rows(line, base, {"mapped": mapped, "restated": opened - mapped, "closing": opened})
    for t in range(1, instance.horizon + 1):
        year, before = instance.year_names[t], plan.total(t - 1)
        more = instance.money[t].spendable_gbp - before
        growth = line_growth_in_step_gbp(plan, t)
        yield from _rows(ALL, year, _year_items(before, more, plan.total(t)))
        for line in lines:
            opening, closing = plan.of_line(line, t - 1), plan.of_line(line, t)
            yield from _rows(line, year, _year_items(opening, growth[line], closing))


def _opening_items(plan: Plan) -> dict[str, int]:
    """From the whole ledger to what is in scope; without a ledger the mapped money is the whole."""
    instance = plan.instance
    mapped = sum(instance.ledger_gbp.values())
    in_scope = [line for line in instance.ledger if line.cell is not None]
    out = -sum(line.gbp for line in instance.ledger if line.cell is None)
    once = -sum(line.non_recurrent_gbp for line in in_scope)
    whole = sum(line.gbp for line in instance.ledger) if instance.ledger else mapped
    return {
        "ledger": whole,
        "out_of_scope": out,
        "non_recurrent": once,
        "mapped": mapped,
        "restated": sum(instance.opening_gbp.values()) - mapped,
        "closing": plan.total(0),
    }


def _year_items(opening: int, growth: int, closing: int) -> dict[str, int]:
    return {"opening": opening, "growth": growth, "reallocation": closing - opening - growth, "closing": closing}


def _rows(line: str, year: str, items: Mapping[str, int]) -> Iterator[OutputRow]:
    for item, gbp in items.items():
        yield {"line": line, "year": year, "item": item, "gbp": gbp}
