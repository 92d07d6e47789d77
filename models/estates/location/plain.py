"""The same core put to HiGHS as it stands: every linking row loaded, gap 0, one thread. What ours is held to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.estates.location.clock import CpuClock
from models.estates.location.core import LocationCore
from models.estates.location.linear import core_model, everything
from solvers.highs import HighsSession, with_rows
from solvers.types import Limits


@dataclass(frozen=True)
class PlainAnswer:
    """What another solver said of a core; None where it said nothing. `note` says why it was not asked."""

    value_gbp: float | None
    bound_gbp: float | None
    cpu_seconds: float
    proved: bool
    note: str = ""


def solve_plain(core: LocationCore, cpu_limit_seconds: float) -> PlainAnswer:
    """The full model by HiGHS, building included."""
    clock = CpuClock(cpu_limit_seconds)
    built = core_model(core, everything(core))
    count = len(built.links)
    full = with_rows(built.model, built.links.matrix, np.full(count, -np.inf), np.zeros(count))
    limits = Limits(relative_gap=0.0, absolute_gap=max(0.999 * core.step_gbp, 1e-6))
    as_it_comes: dict[str, str | int | float | bool] = {"mip_allow_restart": True}
    result = HighsSession(full).solve(clock.within(limits), watch=clock.watch(), options=as_it_comes)
    return PlainAnswer(result.value, result.bound, clock.spent_seconds(), result.status == "optimal")
