"""What holds by definition and is never relaxed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from models.reallocation.formulation.limit import Limit, at_least
from models.reallocation.instance import CellKey, Instance, PlaceLine
from models.reallocation.settings import ALL


def no_negative_allocation(instance: Instance) -> Iterator[Limit]:
    """No allocation is below zero.

    x[k,t] >= 0; the model has it as the lower end of its variables
    """
    for cell in instance.cells:
        for t in range(1, instance.horizon + 1):
            yield at_least("R-09", ALL, (*cell, instance.year_names[t]), t, (cell,))


def need_is_share_of_spendable(instance: Instance, year: int) -> Mapping[PlaceLine, Fraction]:
    """Need is each line's and place's share of the spendable money, or given in pounds, never both.

    N[p,l,t] = line_share[l] place_share[p,l] S[t], or need_targets[p,l,t]; shares let no gap at all be reached
    """
    return {key: instance.need_gbp(key, year) for key in instance.place_lines}


def every_cell_every_year(instance: Instance) -> tuple[tuple[str, str, str, int], ...]:
    """Every cell of the opening budget stands once in every year, the base year as opened.

    x[k,t] for every k and t = 1 to T; x[k,0] = opening[k] is a number, not a variable
    """
    return tuple((*cell, t) for cell in instance.cells for t in range(1, instance.horizon + 1))


def every_ledger_pound_once(instance: Instance) -> Mapping[CellKey, int]:
    """Every pound of the ledger is mapped once: the recurrent pounds of each cell, as its ledger lines say.

    sum ledger - out_of_scope - running_costs - non_recurrent = sum_k mapped[k]; without a ledger the
    baseline is the ledger

    Raises
    ------
    ValueError
        If the baseline does not tie to the ledger (validation tells the user before it comes to this).
    """
    if not instance.ledger:
        return instance.ledger_gbp
    mapped = dict.fromkeys(instance.cells, 0)
    for line in instance.ledger:
        if line.cell is not None:
            mapped[line.cell] += line.gbp - line.non_recurrent_gbp
    if mapped != dict(instance.ledger_gbp):
        raise ValueError("the baseline does not tie to the ledger")
    return mapped
