"""What a finance lead asks first: the gap, what moves, what stops us, who loses, what is assumed."""

from __future__ import annotations

from collections.abc import Mapping

from models.reallocation.explain.basis import basis_sentences
from models.reallocation.explain.gap import gap_sentences
from models.reallocation.explain.moves import move_sentences
from models.reallocation.explain.precheck import precheck_sentences
from models.reallocation.explain.stops import stop_sentences
from models.reallocation.instance import Instance
from models.reallocation.plan import Plan
from models.shared.problem import Explanation, SolveOptions
from solvers.types import Watch


def explain(
    instance: Instance,
    plan: Plan | None,
    options: SolveOptions,
    watch: Watch,
    provenance_counts: Mapping[str, int],
) -> tuple[Explanation, ...]:
    """Sentences in the order they are asked for; without a plan only the closed forms and what all stands on."""
    closed_forms, basis = precheck_sentences(instance), basis_sentences(instance, provenance_counts)
    if plan is None:
        return (*closed_forms, *basis)
    moves = move_sentences(plan)
    shift = [one for one in moves if not one.id.startswith(("loser", "cash-cuts"))]
    losers = [one for one in moves if one.id.startswith(("loser", "cash-cuts"))]
    gap = gap_sentences(plan, options.without_rules, watch)
    stops = stop_sentences(plan, options.without_rules, watch)
    return (*gap, *shift, *stops, *losers, *basis, *closed_forms)


__all__ = ["explain"]
