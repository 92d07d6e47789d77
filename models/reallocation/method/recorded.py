"""Stages in the units they are recorded in, and a watch that hears those units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from solvers.stages import stage_result
from solvers.types import Progress, Result, StageResult, Watch, gap_share

_DECIMALS: Mapping[str, int] = {"gbp": 4}
"""Pounds to a hundredth of a penny, more than a solver knows; shares to twelve digits."""
_SHARE_DECIMALS = 12


class Scaled:
    """A watch that hears an aim in its own unit, where the solver counts thousands of pounds or prices."""

    def __init__(self, watch: Watch, scale: float) -> None:
        self._watch, self._scale = watch, scale

    def progress(self, event: Progress) -> None:
        value = None if event.value is None else event.value * self._scale
        bound = None if event.bound is None else event.bound * self._scale
        self._watch.progress(replace(event, value=value, bound=bound))

    def incumbent(self, decisions: Mapping[str, object]) -> None:
        self._watch.incumbent(decisions)

    def cancelled(self) -> bool:
        return self._watch.cancelled()


class NoProgress(Scaled):
    """A watch for solves between the stages: it can be cancelled, and hears nothing."""

    def __init__(self, watch: Watch) -> None:
        super().__init__(watch, 1.0)

    def progress(self, event: Progress) -> None:
        del event


def recorded(name: str, unit: str, result: Result, scale: float = 1.0) -> StageResult:
    """A solver's result as the record of a stage; `scale` leads from what it counts in to the unit."""
    stage = stage_result(name, unit, "minimise", result)
    decimals = _DECIMALS.get(unit, _SHARE_DECIMALS)
    value = None if stage.value is None else round(stage.value * scale, decimals) + 0.0
    bound = None if stage.bound is None else round(stage.bound * scale, decimals) + 0.0
    return replace(stage, value=value, bound=bound, gap_share=gap_share(value, bound))
