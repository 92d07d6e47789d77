"""What changed since the plan before, patient by patient, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from models.theatres.plan import Plan


@dataclass(frozen=True)
class Change:
    """One patient whose booking is not what it was. Lists are None where there is none."""

    patient_id: str
    kind: Literal["moved", "given_up", "new"]
    state_before: str | None
    list_before: str | None
    list_after: str | None
    why: str


def changes(plan: Plan) -> Iterator[Change]:
    """Every existing booking that is not on its list any more; where the aim is least change, new ones too."""
    instance = plan.instance
    for patient_id, (before, state) in sorted(instance.existing_bookings.items()):
        after = plan.list_of.get(patient_id)
        if after != before:
            kind: Literal["moved", "given_up"] = "given_up" if after is None else "moved"
            yield Change(patient_id, kind, state, before, after, _why_not_kept(plan, patient_id, kind))
    if instance.existing_bookings and instance.settings.aim == "least_change":
        for patient_id, list_id in sorted(plan.list_of.items()):
            if patient_id not in instance.existing_bookings:
                yield Change(patient_id, "new", None, None, list_id, "Takes a place that is free.")


def _why_not_kept(plan: Plan, patient_id: str, kind: Literal["moved", "given_up"]) -> str:
    named = plan.instance.named_changes.get(patient_id)
    if named is not None:
        return named
    return "Moved to make room for others." if kind == "moved" else "Given up to make room for others."
