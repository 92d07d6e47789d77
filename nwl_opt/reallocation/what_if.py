"""What a plan would be under other settings: solved at once, and not saved."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.reallocation.building import build_instance
from models.reallocation.formulation import limits_of
from models.reallocation.instance import Instance
from models.reallocation.measures import measures
from models.reallocation.method import solve
from models.reallocation.method.loaded import load
from models.reallocation.plan import Plan
from models.shared.faults import Fault, InputFaults
from models.shared.problem import Measure, SolveOptions
from nwl_opt.opening import validate_instance
from nwl_opt.quiet import quiet_solvers
from nwl_opt.reallocation.saved_plan import KIND
from nwl_opt.reallocation.shown.gap import YearGap
from nwl_opt.words import status_sentence
from solvers.types import Unwatched

NO_PLAN = "infeasible"


@dataclass(frozen=True)
class LineMoney:
    """What a line gets by year, base year first."""

    name: str
    gbp: tuple[int, ...]


@dataclass(frozen=True)
class WhatIf:
    """A plan that was found but not kept; without a plan there are no figures."""

    status: str
    sentence: str
    years: tuple[str, ...]
    measures: Mapping[str, Measure]
    gaps: tuple[YearGap, ...]
    lines: tuple[LineMoney, ...]
    seconds: float

    @property
    def has_plan(self) -> bool:
        return bool(self.measures)


def answer_what_if(inputs: Path, settings: Mapping[str, object]) -> WhatIf:
    """Solve an instance with some settings changed, without studies.

    Where no plan exists, that is all that is said: which rules contradict each other takes longer, and a run of its
    own tells it.

    Raises
    ------
    InputFaults
        If the instance is not a sound reallocation, or a setting cannot have its value.
    """
    started = time.monotonic()
    validation = validate_instance(inputs, None, settings)
    if validation.kind != KIND:
        raise InputFaults([Fault(str(inputs), None, "kind", validation.kind, f"must be {KIND}",
                                 "Give an instance of a reallocation.")])  # fmt: skip
    if validation.faults:
        raise InputFaults(validation.faults)
    instance = build_instance(validation.parsed)
    with quiet_solvers():
        if not load(instance, limits_of(instance)).holds():
            return _without_plan(instance, NO_PLAN, started)
        outcome = solve(instance, SolveOptions(studies=False), Unwatched())
    if outcome.decisions is None:
        return _without_plan(instance, outcome.status, started)
    plan = Plan.from_decisions(instance, outcome.decisions)
    years = range(instance.horizon + 1)
    return WhatIf(
        status=outcome.status,
        sentence=status_sentence(outcome.status, True),
        years=tuple(instance.year_names),
        measures=dict(measures(plan)),
        gaps=tuple(YearGap(instance.year_names[t], plan.over_gbp(t), plan.under_gbp(t)) for t in years),
        lines=tuple(
            LineMoney(line.name, tuple(plan.of_line(line.line, t) for t in years)) for line in instance.leaf_lines
        ),
        seconds=time.monotonic() - started,
    )


def _without_plan(instance: Instance, status: str, started: float) -> WhatIf:
    sentence = status_sentence(status, False)
    return WhatIf(status, sentence, tuple(instance.year_names), {}, (), (), time.monotonic() - started)
