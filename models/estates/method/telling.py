"""Progress in the units people read; the model counts in thousands and millions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from models.estates.method.units import Unit
from solvers.types import Progress, Watch


class InPeoplesUnits:
    """A watch that hears contacts, pounds and minutes where the solver speaks of thousands and millions of them."""

    def __init__(self, watch: Watch, units: Mapping[str, Unit]) -> None:
        self._watch, self._units = watch, units

    def progress(self, event: Progress) -> None:
        unit = self._units.get(event.stage)
        factor = 1.0 if unit is None else unit.factor
        value = None if event.value is None else event.value * factor
        bound = None if event.bound is None else event.bound * factor
        self._watch.progress(replace(event, value=value, bound=bound))

    def incumbent(self, decisions: Mapping[str, object]) -> None:
        self._watch.incumbent(decisions)

    def cancelled(self) -> bool:
        return self._watch.cancelled()
