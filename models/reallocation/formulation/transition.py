"""Rules on withdrawing service: how fast its cost can be released, and what the change itself costs."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from models.reallocation.formulation.limit import Excess, ExcessLimit, Limit, Pounds, Term, at_least
from models.reallocation.instance import CellKey, Instance
from models.reallocation.settings import NO_LIMIT_GBP


def releasable_share(instance: Instance) -> Iterator[Limit]:
    """No provider's service is withdrawn faster in a year than its cost can be released.

    x[k,t] >= (1 - releasable[l]) v x[k,t-1]; a line whose whole cost can be released has no limit
    """
    for cell in instance.cells:
        kept = 1 - instance.line(cell.line).releasable_share
        for t in range(1, instance.horizon + 1) if kept else ():
            where = (*cell, instance.year_names[t])
            yield at_least("R-14", cell.line, where, t, (cell,), factor=kept * instance.volume_factor)


def transition_within_fund(instance: Instance) -> Iterator[ExcessLimit]:
    """Double running and the fixed cost that stays behind are paid from the transition fund of the year.

    sum_k (double_running[l] + stranded[l]) max(0, v x[k,t-1] - x[k,t]) <= fund[t]; the same over all years where a
    limit is set for that. Without a line that costs anything to withdraw from there is no limit.
    """
    every: list[Excess] = []
    for t in range(1, instance.horizon + 1):
        own = withdrawal_costs(instance, t)
        every += own
        if own:
            fund = Fraction(instance.money[t].transition_fund_gbp)
            yield ExcessLimit("R-15", "fund", (instance.year_names[t],), t, own, fund)
    limit_gbp = instance.settings.transition_cost_limit_gbp
    if every and limit_gbp < NO_LIMIT_GBP:
        most = Fraction(limit_gbp)
        yield ExcessLimit("R-15", "all_years", ("all_years",), instance.horizon, tuple(every), most)


def withdrawn_gbp(instance: Instance, pounds: Pounds, cell: CellKey, year: int) -> Fraction:
    """Service a cell withdraws in a plan year: how far it is below last year's volume at this year's cost.

    max(0, v x[k,t-1] - x[k,t]); the same amount as in `withdrawal_costs`, of pounds that are known
    """
    return max(Fraction(0), instance.volume_factor * pounds[cell][year - 1] - pounds[cell][year])


def withdrawal_costs(instance: Instance, year: int) -> tuple[Excess, ...]:
    """What withdrawing costs in one year, cell by cell: its volume below that of the year before, at a rate."""
    one = Fraction(1)
    return tuple(
        Excess(
            instance.line(cell.line).transition_share,
            (Term(instance.volume_factor, (cell,), year - 1), Term(-one, (cell,), year)),
            Fraction(0),
        )
        for cell in instance.cells
        if instance.line(cell.line).transition_share
    )
