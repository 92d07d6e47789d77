"""Progress in the units people read; the model counts in thousands and millions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from models.estates.formulation.aims import CONTACT_MINUTES_UNIT, CONTACTS_UNIT, GBP_UNIT
from models.estates.formulation.model import EstatesModel
from solvers.types import Progress, Watch


class InPeoplesUnits:
    """A watch that hears contacts, pounds and minutes where the solver speaks of thousands and millions of them."""

    def __init__(self, watch: Watch, model: EstatesModel) -> None:
        self._watch = watch
        weights = [period.weight for period in model.instance.periods]
        placed = sum(
            weight * cell.contacts[t]
            for t, weight in enumerate(weights)
            for cell in model.cells
            if not cell.commodity.is_virtual
        )
        self._factors: Mapping[str, float] = {
            "unmet_demand": CONTACTS_UNIT,
            "npv_cost": GBP_UNIT,
            "travel": CONTACT_MINUTES_UNIT / placed if placed else 0.0,
            "disruption": CONTACTS_UNIT,
        }

    def progress(self, event: Progress) -> None:
        factor = self._factors.get(event.stage, 1.0)
        value = None if event.value is None else event.value * factor
        bound = None if event.bound is None else event.bound * factor
        self._watch.progress(replace(event, value=value, bound=bound))

    def incumbent(self, decisions: Mapping[str, object]) -> None:
        self._watch.incumbent(decisions)

    def cancelled(self) -> bool:
        return self._watch.cancelled()
