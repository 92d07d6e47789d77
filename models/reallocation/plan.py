"""The answer: whole pounds for every cell and year, and the tables its user reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from models.reallocation.formulation import limits_of
from models.reallocation.formulation.limit import Pounds
from models.reallocation.instance import CellKey, Instance, PlaceLine, nearest_pounds
from models.reallocation.rules import RULES
from models.reallocation.settings import ALL, ROUNDING_GBP_PER_YEAR
from models.shared.cells import Cell
from models.shared.decisions import Decisions, OutputTables

OutputRow = Mapping[str, Cell]


@dataclass(frozen=True)
class Plan:
    """Whole pounds of every cell in years 0 (the base year, as opened) to T."""

    instance: Instance
    allocation_gbp: Pounds

    @staticmethod
    def from_decisions(instance: Instance, decisions: Decisions) -> Plan:
        """The plan of saved decisions.

        Raises
        ------
        ValueError
            If the decisions are not for the cells and years of this instance.
        """
        rows = decisions.get("allocations")
        pounds: dict[CellKey, tuple[int, ...]] = {}
        for row in rows if isinstance(rows, Sequence) else ():
            place, line, provider, *years = row
            cell = CellKey(str(place), str(line), str(provider))
            pounds[cell] = (instance.opening_gbp.get(cell, 0), *(int(gbp) for gbp in years))
        wrong_length = any(len(years) != instance.horizon + 1 for years in pounds.values())
        if set(pounds) != set(instance.cells) or wrong_length:
            raise ValueError("the decisions are not for the cells and years of this instance")
        return Plan(instance, {cell: pounds[cell] for cell in instance.cells})

    def decisions(self) -> Decisions:
        """The plan as saved: one list per cell, `place, line, provider` and the pounds of every plan year."""
        return {"allocations": [[*cell, *self.allocation_gbp[cell][1:]] for cell in self.instance.cells]}

    def gbp(self, cells: Sequence[CellKey], year: int) -> int:
        """What some cells get together in one year."""
        return sum(self.allocation_gbp[cell][year] for cell in cells)

    def of(self, key: PlaceLine, year: int) -> int:
        """What a place's line gets in one year."""
        return self.gbp(self.instance.cells_of[key], year)

    def of_line(self, line: str, year: int) -> int:
        """What a leaf line gets in one year, over all places."""
        return self.gbp([cell for cell in self.instance.cells if cell.line == line], year)

    def total(self, year: int) -> int:
        return self.gbp(self.instance.cells, year)

    @cached_property
    def need_gbp(self) -> Mapping[PlaceLine, tuple[int, ...]]:
        """Need in whole pounds of every year; each year's needs sum to the spendable money."""
        instance = self.instance
        by_year = [
            nearest_pounds([instance.need_gbp(key, t) for key in instance.place_lines], money.spendable_gbp)
            for t, money in enumerate(instance.money)
        ]
        return {key: tuple(needs[at] for needs in by_year) for at, key in enumerate(instance.place_lines)}

    def over_gbp(self, year: int) -> int:
        """Money above need, summed over the places' lines that have more than they need."""
        return sum(max(0, self.of(key, year) - self.need_gbp[key][year]) for key in self.instance.place_lines)

    def under_gbp(self, year: int) -> int:
        """Money missing to need, summed over the places' lines that have less than they need."""
        return sum(max(0, self.need_gbp[key][year] - self.of(key, year)) for key in self.instance.place_lines)

    def tables(self) -> OutputTables:
        """Every table of a plan; `repairs` is empty, for there is nothing to repair."""
        return {
            "allocations": list(_allocations(self)),
            "envelope": list(_envelope(self)),
            "rules": list(_rules(self)),
            "bridge": list(_bridge(self)),
            "repairs": [],
        }


def _allocations(plan: Plan) -> Iterator[OutputRow]:
    instance = plan.instance
    shared = {
        (key, t): _shared_need(plan, key, t) for key in instance.place_lines for t in range(instance.horizon + 1)
    }
    for cell in instance.cells:
        pounds = plan.allocation_gbp[cell]
        for t, year in enumerate(instance.year_names):
            need = shared[PlaceLine(cell.place, cell.line), t][cell]
            before = pounds[t - 1] if t else None
            change = None if before is None else pounds[t] - before
            yield {
                "place": cell.place,
                "line": cell.line,
                "provider": cell.provider,
                "year": year,
                "allocation_gbp": pounds[t],
                "need_gbp": need,
                "gap_gbp": pounds[t] - need,
                "gap_share": (pounds[t] - need) / need if need else None,
                "change_gbp": change,
                "growth_share": change / before if before and change is not None else None,
            }


def _shared_need(plan: Plan, key: PlaceLine, year: int) -> dict[CellKey, int]:
    """The need of a place's line shared out to its providers by what they get; they have no need of their own."""
    cells, need, total = plan.instance.cells_of[key], plan.need_gbp[key][year], plan.of(key, year)
    if total == 0:
        return dict(zip(cells, nearest_pounds([Fraction(need, len(cells))] * len(cells), need), strict=True))
    parts = [Fraction(need * plan.allocation_gbp[cell][year], total) for cell in cells]
    return dict(zip(cells, nearest_pounds(parts, need), strict=True))


def _envelope(plan: Plan) -> Iterator[OutputRow]:
    for t, money in enumerate(plan.instance.money):
        items = {
            "allocation": money.allocation_gbp,
            "out_of_scope": money.out_of_scope_gbp,
            "reserve": money.reserve_gbp,
            "transition": 0,
            "spendable": money.spendable_gbp,
            "unallocated": money.spendable_gbp - plan.total(t),
        }
        for item, gbp in items.items():
            yield {"year": money.year, "item": item, "gbp": gbp}


def _rules(plan: Plan) -> Iterator[OutputRow]:
    """The scorecard: the least headroom of every rule and scope; it binds when rounding alone could use it up."""
    grouped: dict[tuple[str, str], list[tuple[int, bool]]] = {}
    for limit in limits_of(plan.instance):
        headroom = limit.headroom_gbp(plan.allocation_gbp)
        binds = headroom <= ROUNDING_GBP_PER_YEAR * limit.year * len(limit.cells)
        grouped.setdefault((limit.rule, limit.scope), []).append((headroom, binds))
    for rule in RULES:
        own = {scope: members for (of, scope), members in grouped.items() if of == rule.id} or {ALL: []}
        for scope, members in own.items():
            binding = sum(binds for _, binds in members)
            yield {
                "rule": rule.id,
                "sentence": rule.sentence,
                "scope": scope,
                "status": "binding" if binding else "slack",
                "headroom_gbp": min((headroom for headroom, _ in members), default=None),
                "members": len(members),
                "members_binding": binding,
            }


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
        opening = [plan.of_line(line, t - 1) for line in lines]
        growth = nearest_pounds([Fraction(gbp * more, before) for gbp in opening], more)
        closing = [plan.of_line(line, t) for line in lines]
        yield from _rows(ALL, year, _year_items(before, more, plan.total(t)))
        for at, line in enumerate(lines):
            yield from _rows(line, year, _year_items(opening[at], growth[at], closing[at]))


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
