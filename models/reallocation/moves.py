"""Every change paired with where its money comes from: what a finance team needs to move a budget."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from models.reallocation.formulation.transition import withdrawn_gbp
from models.reallocation.instance import CellKey, nearest_pound, nearest_pounds
from models.shared.cells import Cell

if TYPE_CHECKING:  # the plan writes its moves
    from models.reallocation.plan import Plan

MoveKind = Literal["new_money", "growth_forgone", "cash_withdrawn", "unspent", "transition"]

_FIRST_MONTH = 4  # of a financial year
_MONTHS = 12


@dataclass(frozen=True)
class Move:
    """Pounds of a full year from one cell to another; None is nobody's: new money, the fund, or money unspent."""

    year: int
    kind: MoveKind
    giver: CellKey | None
    receiver: CellKey | None
    gbp: int

    @property
    def is_recurrent(self) -> bool:
        """Double running and stranded cost are paid once; everything else goes on."""
        return self.kind != "transition"


def moves_rows(plan: Plan) -> Iterator[Mapping[str, Cell]]:
    """The rows of moves.csv: year by year new money, transfers, what is unspent, and the cost of transition."""
    settings = plan.instance.settings
    for number, move in enumerate(moves_of(plan), start=1):
        yield {
            "move": number,
            "year": plan.instance.year_names[move.year],
            "kind": move.kind,
            **_side("from", move.giver),
            **_side("to", move.receiver),
            "start": start_of(plan.instance.year_names[move.year], settings.moves_start_month),
            "part_year_gbp": part_year_gbp(move.gbp, settings.moves_start_month),
            "full_year_gbp": move.gbp,
            "recurrent": move.is_recurrent,
        }


def moves_of(plan: Plan) -> Iterator[Move]:
    """Every move of a plan, in a fixed order; per cell and year what comes in less what goes out is its change."""
    for year in range(1, plan.instance.horizon + 1):
        growth = growth_in_step_gbp(plan, year)
        yield from (Move(year, "new_money", None, cell, gbp) for cell, gbp in growth.items() if gbp)
        yield from _transfers(plan, year, growth)
        yield from (Move(year, "transition", None, cell, gbp) for cell, gbp in transition_gbp(plan, year).items())


def line_growth_in_step_gbp(plan: Plan, year: int) -> dict[str, int]:
    """Each line's part of a year's new money, in proportion to what it had: the growth of the bridge.

    The new money is the spendable money of the year less what was allocated the year before; it may be below zero.
    """
    before, lines = plan.total(year - 1), [line.line for line in plan.instance.leaf_lines]
    more = plan.instance.money[year].spendable_gbp - before
    parts = [Fraction(plan.of_line(line, year - 1) * more, before) for line in lines]
    return dict(zip(lines, nearest_pounds(parts, more), strict=True))


def growth_in_step_gbp(plan: Plan, year: int) -> dict[CellKey, int]:
    """Each cell's part of a year's new money, in proportion to what it had; a line's cells sum to its growth."""
    instance, growth = plan.instance, dict[CellKey, int]()
    for line, more in line_growth_in_step_gbp(plan, year).items():
        cells = [cell for cell in instance.cells if cell.line == line]
        opened = [plan.allocation_gbp[cell][year - 1] for cell in cells]
        parts = [Fraction(gbp * more, sum(opened) or 1) for gbp in opened]
        growth |= zip(cells, nearest_pounds(parts, more), strict=True)
    return {cell: growth[cell] for cell in instance.cells}


def transition_gbp(plan: Plan, year: int) -> dict[CellKey, int]:
    """What each withdrawal of a year costs, double running and stranded, summing per line to whole pounds."""
    instance, costs = plan.instance, dict[CellKey, int]()
    for line in instance.leaf_lines:
        withdrawn = {
            cell: withdrawn_gbp(instance, plan.allocation_gbp, cell, year)
            for cell in instance.cells
            if cell.line == line.line
        }
        withdrawn = {cell: gbp for cell, gbp in withdrawn.items() if gbp > 0}
        whole = sum(withdrawn.values(), Fraction(0))
        total = nearest_pound(whole * line.double_running_share) + nearest_pound(whole * line.stranded_share)
        parts = [gbp * line.transition_share for gbp in withdrawn.values()]
        costs |= zip(withdrawn, nearest_pounds(parts, total), strict=True)
    return {cell: costs[cell] for cell in instance.cells if costs.get(cell)}


def start_of(financial_year: str, month: int) -> dt.date:
    """The first day on which a year's moves begin: the first of that month within the financial year."""
    return dt.date(int(financial_year[:4]) + (month < _FIRST_MONTH), month, 1)


def part_year_gbp(full_year_gbp: int, month: int) -> int:
    """What a yearly amount comes to in the months left of the financial year."""
    left = _MONTHS - (month - _FIRST_MONTH) % _MONTHS
    return nearest_pound(Fraction(full_year_gbp * left, _MONTHS))


def _transfers(plan: Plan, year: int, growth: Mapping[CellKey, int]) -> Iterator[Move]:
    """From the cells below their growth to those above it; a giver parts with growth first, then with cash."""
    forgone: dict[CellKey, int] = {}
    withdrawn: dict[CellKey, int] = {}
    gets: dict[CellKey, int] = {}
    for cell in plan.instance.cells:
        pounds = plan.allocation_gbp[cell]
        beyond = pounds[year] - pounds[year - 1] - growth[cell]
        if beyond > 0:
            gets[cell] = beyond
        elif beyond < 0:
            forgone[cell] = min(-beyond, max(0, growth[cell]))
            withdrawn[cell] = -beyond - forgone[cell]
    gives = {cell: forgone[cell] + withdrawn[cell] for cell in forgone}
    for giver, receiver, gbp in _pairs(plan.instance.cells, gives, gets):
        yield from _by_kind(year, giver, receiver, gbp, forgone)
    yield from (Move(year, "unspent", giver, None, gbp) for giver, gbp in gives.items() if gbp)
    # only a plan that gives out more than there is has receivers left; it fails its check, and its moves still add up
    yield from (Move(year, "unspent", None, receiver, gbp) for receiver, gbp in gets.items() if gbp)


def _by_kind(year: int, giver: CellKey, receiver: CellKey, gbp: int, forgone: dict[CellKey, int]) -> Iterator[Move]:
    growth = min(gbp, forgone[giver])
    forgone[giver] -= growth
    if growth:
        yield Move(year, "growth_forgone", giver, receiver, growth)
    if gbp > growth:
        yield Move(year, "cash_withdrawn", giver, receiver, gbp - growth)


def _pairs(
    cells: Sequence[CellKey], gives: dict[CellKey, int], gets: dict[CellKey, int]
) -> Iterator[tuple[CellKey, CellKey, int]]:
    """Who gives to whom, near before far: within a place's line, a place, a line, and then the rest.

    Within each of these the largest meet first. Every pair leaves a giver or a receiver with nothing, so there are
    at most givers + receivers - 1 of them. What is left in `gives` and `gets` found no partner.
    """
    order = {cell: at for at, cell in enumerate(cells)}
    nearness: tuple[Callable[[CellKey], Hashable], ...] = (
        lambda cell: (cell.place, cell.line),
        lambda cell: cell.place,
        lambda cell: cell.line,
        lambda _: None,
    )
    for group_of in nearness:
        waiting = Counter(group_of(cell) for cell, gbp in gets.items() if gbp)
        groups: dict[Hashable, tuple[list[CellKey], list[CellKey]]] = {group: ([], []) for group in waiting}
        for side, amounts in enumerate((gives, gets)):
            for cell in sorted(amounts, key=lambda one: (-amounts[one], order[one])):
                if amounts[cell] and group_of(cell) in groups:
                    groups[group_of(cell)][side].append(cell)
        for givers, receivers in groups.values():
            yield from _meet(givers, receivers, gives, gets)


def _meet(
    givers: Iterable[CellKey], receivers: Iterable[CellKey], gives: dict[CellKey, int], gets: dict[CellKey, int]
) -> Iterator[tuple[CellKey, CellKey, int]]:
    """Givers and receivers in their order, each until it has nothing left to give or to get."""
    waiting = iter(receivers)
    receiver = next(waiting, None)
    for giver in givers:
        while receiver is not None and gives[giver]:
            gbp = min(gives[giver], gets[receiver])
            gives[giver] -= gbp
            gets[receiver] -= gbp
            yield giver, receiver, gbp
            if not gets[receiver]:
                receiver = next(waiting, None)


def _side(side: Literal["from", "to"], cell: CellKey | None) -> dict[str, Cell]:
    """The three columns of one end of a move, empty where it is nobody's."""
    parts: tuple[str | None, ...] = (None, None, None) if cell is None else cell
    return dict(zip((f"{side}_place", f"{side}_line", f"{side}_provider"), parts, strict=True))
