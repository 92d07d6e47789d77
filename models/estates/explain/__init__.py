"""What to hand back, when and why; what stops the rest; how far the programme can go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.estates.explain.hand_backs import hand_backs
from models.estates.explain.headlines import headlines
from models.estates.explain.kept import kept
from models.estates.explain.reach import reach
from models.estates.explain.refused import refused
from models.estates.instance import EstatesInstance
from models.estates.plan import Plan
from models.shared.problem import Explanation
from solvers.types import Watch

__all__ = ["explain"]


def explain(
    instance: EstatesInstance, plan: Plan, watch: Watch, provenance_counts: Mapping[str, int]
) -> Sequence[Explanation]:
    """All sentences about a plan: headlines first, then suite by suite."""
    found = [*headlines(instance, plan, provenance_counts), *reach(instance, plan), *hand_backs(instance, plan)]
    if not watch.cancelled():
        found.extend(kept(instance, plan))
    return [*found, *refused(instance)]
