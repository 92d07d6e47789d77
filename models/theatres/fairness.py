"""Whose patients are booked: the share of ready patients with a list, by home trust and by deprivation."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from models.theatres.eligibility import readiness_codes
from models.theatres.plan import Plan

QUINTILES = range(1, 6)


@dataclass(frozen=True)
class Group:
    """Patients of one home trust or deprivation quintile: ready ones (and others booked), and those booked."""

    kind: Literal["trust", "quintile"]
    value: str
    ready: int
    booked: int
    least_share: float

    @property
    def booked_share(self) -> float:
        """Booked over ready; 0 where nobody is ready."""
        return self.booked / self.ready if self.ready else 0.0


def fairness(plan: Plan) -> Iterator[Group]:
    """Every home trust in the order of ids, then every quintile; 1 is the most deprived."""
    instance, booked = plan.instance, plan.list_of
    ready = [p for p in instance.patients if p in booked or not readiness_codes(instance, p)]
    for trust in instance.trusts:
        own = [p for p in ready if instance.patients[p].trust_id == trust]
        yield _group("trust", trust, own, booked, instance.settings.least_trust_share)
    for quintile in QUINTILES:
        own = [p for p in ready if instance.patients[p].deprivation_quintile == quintile]
        yield _group("quintile", str(quintile), own, booked, 0.0)


def _group(
    kind: Literal["trust", "quintile"], value: str, own: list[str], booked: Collection[str], least_share: float
) -> Group:
    return Group(kind, value, len(own), sum(p in booked for p in own), least_share)
