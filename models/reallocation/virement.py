"""The virement sheet: a plan's changes as journals on the finance team's own ledger lines, to the pound.

A debit raises a budget, a credit lowers it. Every year has a journal of recurrent changes, financed by the year's new
money, and where withdrawing service costs something a journal of once-only cost, financed by the transition fund. In
each the debits equal the credits, in the full year and in the part of the year that is left.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from models.reallocation.entities import LedgerLine
from models.reallocation.instance import CellKey, Instance, nearest_pounds
from models.reallocation.moves import Move, growth_in_step_gbp, moves_of, part_year_gbp, start_of
from models.reallocation.plan import Plan

NEW_MONEY, UNSPENT, FUND = "NEW-MONEY", "UNSPENT", "TRANSITION-FUND"
"""What stands in place of a ledger line where a journal is financed from above the lines."""

_ABOVE_THE_LINES = {
    NEW_MONEY: "new money of the year",
    UNSPENT: "left unspent",
    FUND: "transition fund of the year",
}
_NAMED = 3
_ASSESSMENT = "; needs an equality and quality assessment"


@dataclass(frozen=True)
class Entry:
    """One row of a journal: above zero is a debit, below zero a credit."""

    year: str
    is_recurrent: bool
    ledger_line: str
    description: str
    full_year_gbp: int
    this_year_gbp: int
    effective: dt.date
    giver: str
    receiver: str
    reason: str


@dataclass(frozen=True)
class _Change:
    """What one cell's moves of a year come to: with whom, and of which kinds."""

    cell: CellKey
    full_year_gbp: int
    this_year_gbp: int
    growth_gbp: int
    givers: Mapping[CellKey, int]
    receivers: Mapping[CellKey, int]


def journal(plan: Plan) -> Iterator[Entry]:
    """All entries, year by year: first the recurrent journal, then that of once-only cost; financing before lines."""
    moves = list(moves_of(plan))
    for year in range(1, plan.instance.horizon + 1):
        of_year = [move for move in moves if move.year == year]
        yield from _recurrent(plan, year, [move for move in of_year if move.is_recurrent])
        yield from _once_only(plan, year, [move for move in of_year if not move.is_recurrent])


def restated_gbp(instance: Instance) -> int:
    """Pounds by which the plan's opening lines differ from the ledger: no journal posts these."""
    return sum(max(0, instance.opening_gbp[cell] - gbp) for cell, gbp in instance.ledger_gbp.items())


def _recurrent(plan: Plan, year: int, moves: Sequence[Move]) -> Iterator[Entry]:
    instance, words = plan.instance, _names(plan.instance)
    new = _sums(instance, [move for move in moves if move.kind == "new_money"])
    left = _sums(instance, [move for move in moves if move.kind == "unspent" and move.receiver is None])
    over = _sums(instance, [move for move in moves if move.kind == "unspent" and move.giver is None])
    yield from _above(instance, year, NEW_MONEY, (-new[0], -new[1]), "growth in step with the money")
    unspent = (left[0] - over[0], left[1] - over[1])
    yield from _above(instance, year, UNSPENT, unspent, "the rules leave nobody it may go to")
    for change in _changes(plan, year, moves):
        rises = change.full_year_gbp >= 0
        other = _other_end(change, words)
        entry = _entry(instance, year, (change.full_year_gbp, change.this_year_gbp), _reason(change))
        ends = (other, words[change.cell]) if rises else (words[change.cell], other)
        yield from _on_lines(instance, change.cell, replace(entry, giver=ends[0], receiver=ends[1]))


def _once_only(plan: Plan, year: int, moves: Sequence[Move]) -> Iterator[Entry]:
    instance, words = plan.instance, _names(plan.instance)
    reason = "double running and stranded cost of what is withdrawn"
    total = _sums(instance, moves)
    for entry in _above(instance, year, FUND, (-total[0], -total[1]), reason):
        yield replace(entry, is_recurrent=False)
    for move in moves:
        assert move.receiver is not None  # the cost of a withdrawal is paid where it is withdrawn
        entry = _entry(instance, year, _sums(instance, [move]), reason)
        entry = replace(entry, is_recurrent=False, giver=_ABOVE_THE_LINES[FUND], receiver=words[move.receiver])
        yield from _on_lines(instance, move.receiver, entry)


def _entry(instance: Instance, year: int, amounts: tuple[int, int], reason: str) -> Entry:
    """An entry that stands on no ledger line yet; `amounts` are those of a full year and of this one."""
    name = instance.year_names[year]
    start = start_of(name, instance.settings.moves_start_month)
    return Entry(name, True, "", "", amounts[0], amounts[1], start, "", "", reason)


def _above(instance: Instance, year: int, account: str, amounts: tuple[int, int], reason: str) -> Iterator[Entry]:
    """The entry that finances a journal from above the lines, or takes what it leaves; none where that is nothing."""
    if any(amounts):
        words, lines = _ABOVE_THE_LINES[account], "service lines"
        giver, receiver = (words, lines) if min(amounts) < 0 else (lines, words)
        entry = _entry(instance, year, amounts, reason)
        yield replace(entry, ledger_line=account, description=words, giver=giver, receiver=receiver)


def _on_lines(instance: Instance, cell: CellKey, entry: Entry) -> Iterator[Entry]:
    """A cell's entry on its ledger lines."""
    lines = ledger_lines_of(instance, cell)
    full, part = spread_gbp(lines, entry.full_year_gbp), spread_gbp(lines, entry.this_year_gbp)
    for line, full_gbp, part_gbp in zip(lines, full, part, strict=True):
        if full_gbp or part_gbp:
            yield replace(
                entry,
                ledger_line=line.ledger_line,
                description=line.description,
                full_year_gbp=full_gbp,
                this_year_gbp=part_gbp,
            )


def _sums(instance: Instance, moves: Sequence[Move]) -> tuple[int, int]:
    """What moves come to in a full year, and in what is left of this one."""
    month = instance.settings.moves_start_month
    return sum(move.gbp for move in moves), sum(part_year_gbp(move.gbp, month) for move in moves)


def ledger_lines_of(instance: Instance, cell: CellKey) -> list[LedgerLine]:
    """The ledger lines mapped to a cell; without a ledger the cell itself stands for its lines."""
    lines = [line for line in instance.ledger if line.cell == cell]
    return lines or [LedgerLine("/".join(cell), "budget of the baseline", instance.ledger_gbp[cell], 0, cell)]


def spread_gbp(lines: Sequence[LedgerLine], gbp: int) -> list[int]:
    """Whole pounds for each ledger line in proportion to its recurrent spend; income lines bear nothing."""
    weights = [max(0, line.gbp - line.non_recurrent_gbp) for line in lines]
    whole = sum(weights)
    return nearest_pounds([Fraction(gbp * weight, whole) for weight in weights], gbp)


def _changes(plan: Plan, year: int, moves: Sequence[Move]) -> Iterator[_Change]:
    """The moves of a year gathered by cell, in the order of the cells."""
    growth = growth_in_step_gbp(plan, year)
    gets: dict[CellKey, list[Move]] = {cell: [] for cell in plan.instance.cells}
    gives: dict[CellKey, list[Move]] = {cell: [] for cell in plan.instance.cells}
    for move in moves:
        if move.receiver is not None:
            gets[move.receiver].append(move)
        if move.giver is not None:
            gives[move.giver].append(move)
    for cell in plan.instance.cells:
        more, less = _sums(plan.instance, gets[cell]), _sums(plan.instance, gives[cell])
        yield _Change(
            cell=cell,
            full_year_gbp=more[0] - less[0],
            this_year_gbp=more[1] - less[1],
            growth_gbp=growth[cell],
            givers=_by_partner([(move.giver, move.gbp) for move in gets[cell]]),
            receivers=_by_partner([(move.receiver, move.gbp) for move in gives[cell]]),
        )


def _by_partner(amounts: Sequence[tuple[CellKey | None, int]]) -> dict[CellKey, int]:
    found: dict[CellKey, int] = {}
    for cell, gbp in amounts:
        if cell is not None:
            found[cell] = found.get(cell, 0) + gbp
    return found


def _other_end(change: _Change, words: Mapping[CellKey, str]) -> str:
    """Where a rise comes from, or where a fall goes to."""
    rises = change.full_year_gbp >= 0
    gained = sum(change.givers.values())
    new = [_ABOVE_THE_LINES[NEW_MONEY]] if rises and change.full_year_gbp > gained else []
    named = _partners(change.givers if rises else change.receivers, words)
    return "; ".join([*new, *named]) or _ABOVE_THE_LINES[NEW_MONEY if rises else UNSPENT]


def _partners(amounts: Mapping[CellKey, int], words: Mapping[CellKey, str]) -> list[str]:
    """The other ends of a change, the largest first; when there are many, the rest are counted."""
    order = sorted(amounts, key=lambda cell: (-amounts[cell], cell))
    named = [f"{words[cell]} ({_pounds(amounts[cell])})" for cell in order[:_NAMED]]
    rest = len(order) - len(named)
    return [*named, f"{rest} other{'s' if rest > 1 else ''}"] if rest else named


def _reason(change: _Change) -> str:
    """Why a budget changes: its growth in step with the money, and what it gets or gives up beside it."""
    growth, gained = change.growth_gbp, sum(change.givers.values())
    less = growth - change.full_year_gbp
    if gained:
        return f"growth in step with the money {_pounds(growth)}, and {_pounds(gained)} from others"
    if less <= 0:
        return "growth in step with the money" if growth >= 0 else f"falls in step with the money{_ASSESSMENT}"
    if change.full_year_gbp >= 0:
        return f"growth in step with the money would be {_pounds(growth)}; {_pounds(less)} of it goes to others"
    forgone = f" and its growth of {_pounds(growth)}" if growth > 0 else ""
    return f"loses {_pounds(-change.full_year_gbp)} of cash{forgone} to others{_ASSESSMENT}"


def _names(instance: Instance) -> dict[CellKey, str]:
    """Every cell as people say it: line, place and, where money is split, provider."""
    places = {place.place: place.name for place in instance.places}
    lines = {line.line: line.name for line in instance.lines}
    providers = {provider.provider: f", {provider.name}" for provider in instance.providers}
    return {
        cell: f"{lines[cell.line]} in {places[cell.place]}{providers.get(cell.provider, '')}"
        for cell in instance.cells
    }


def _pounds(gbp: int) -> str:
    return f"{'-' if gbp < 0 else ''}£{abs(gbp):,}"
