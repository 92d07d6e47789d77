"""Rules on how much of the gap must be closed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from models.reallocation.formulation.limit import Excess, ExcessLimit, Limit, Term, at_least, at_most
from models.reallocation.formulation.relief import upstream_relief
from models.reallocation.instance import Instance
from models.reallocation.need import exact
from models.reallocation.settings import ALL, CLOSED_GBP


def gap_closed_in_final_year(instance: Instance, closed_from: int | None = None) -> Iterator[Limit]:
    """When closure is required, every place's line stands at its need in the last year.

    |y[p,l,t] - N[p,l,t]| <= 25 pounds + concession N[p,l,t]; whole pounds cannot meet need nearer. Under the aim
    fastest_closure it is required in every year from `closed_from` on, the earliest year for which that can be done;
    without one, in the last year.
    """
    last = instance.horizon
    if not instance.settings.closure_required and instance.settings.aim != "fastest_closure":
        return
    for key in instance.place_lines:
        for t in range(last if closed_from is None else closed_from, last + 1):
            need, where = instance.need_gbp(key, t), (*key, instance.year_names[t])
            cells, relief = instance.cells_of[key], upstream_relief(instance, key, t)
            near = CLOSED_GBP + instance.concession("R-08", key.line) * need
            yield at_least("R-08", key.line, where, t, cells, constant_gbp=need - near, others=relief)
            yield at_most("R-08", key.line, where, t, cells, constant_gbp=need + near, others=relief)


def gap_share_closed_in_final_year(instance: Instance) -> Iterator[ExcessLimit]:
    """The share of the opening gap that is required is closed in the last year.

    sum_{p,l} max(0, N[p,l,T] - y[p,l,T]) <= (1 - required_closure_share) sum_{p,l} |x[p,l,0] - N[p,l,0]| / 2: what is
    missing counts, as much as stands over need when all money is allocated; so leaving money unspent closes nothing
    """
    required, last = exact(instance.settings.required_closure_share), instance.horizon
    if not required:
        return
    one, excesses = Fraction(1), list[Excess]()
    for key in instance.place_lines:
        stands = (Term(one, instance.cells_of[key], last), *upstream_relief(instance, key, last))
        short = tuple(term._replace(coefficient=-term.coefficient) for term in stands)
        excesses.append(Excess(one, short, instance.need_gbp(key, last)))
    where, most = (instance.year_names[last],), (1 - required) * instance.opening_gap_gbp
    yield ExcessLimit("R-20", ALL, where, last, tuple(excesses), most)
