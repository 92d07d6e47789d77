"""What is promised of size: how soon the cheapest choices are proved on estates of the generator."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from models.estates.bench.solved import wrong_with
from models.estates.building import build_instance
from models.estates.formulation.catalogue import build_model
from models.estates.formulation.choices import suite_choices
from models.estates.formulation.network import build_network
from models.estates.instance import EstatesInstance
from models.estates.method.cost import CheapestChoices
from models.estates.method.stages import Stager
from models.estates.method.units import AIMS
from models.estates.plan import Plan
from models.shared.measuring import timed
from models.shared.problem import Outcome, SolveOptions, View
from models.shared.promises import Instances, Measured
from solvers.stages import Deadline
from solvers.types import Result, StageResult, Unwatched

SEEDS = (1, 2, 3)
SUITES_PER_SITE = 3
_PROVED, _WITHIN_SHARE, _CPU_SECONDS = 1e-4, 2e-3, 60.0


_ALL_STAGES_SEED = 1
"""The seed whose estate is solved to the last stage; the promises are of the cost alone."""


@dataclass(frozen=True)
class _Solved:
    """One estate: its cost, the CPU seconds to the end of that stage, and of all that comes after it if it was asked.

    `later_gap_share` is the largest gap of the stages after the cost.
    """

    seed: int
    choices: int
    journeys: int
    cost: StageResult
    cpu_seconds: float
    later_cpu_seconds: float | None
    later_gap_share: float | None
    wrong: str

    @property
    def gap_share(self) -> float:
        return float("inf") if self.cost.gap_share is None else self.cost.gap_share


def forty_sites(instances: Instances) -> Measured:
    """40 sites x 3 suites x 4 periods on real areas."""
    return _measured(instances, 40, 4, _PROVED, f"proved to {_PROVED:.2%}")


def eighty_sites(instances: Instances) -> Measured:
    """80 sites x 3 suites x 6 periods on real areas."""
    return _measured(instances, 80, 6, _WITHIN_SHARE, f"within {_WITHIN_SHARE:.1%} of its bound (0.05 % in 300)")


def _measured(instances: Instances, sites: int, periods: int, gap_share: float, promise: str) -> Measured:
    solved = [_solve(instances, seed, sites, periods) for seed in SEEDS]
    seconds, gaps = [one.cpu_seconds for one in solved], [one.gap_share for one in solved]
    return Measured(
        f"{sites} sites x {SUITES_PER_SITE} suites x {periods} periods, {len(SEEDS)} seeds: net present cost "
        f"{promise} in {_CPU_SECONDS:.0f} CPU-s, building and the stage before it included",
        f"gap at most {max(gaps):.4%} in {min(seconds):.0f} to {max(seconds):.0f} CPU-s",
        max(gaps) <= gap_share and max(seconds) <= _CPU_SECONDS,
        next((one.wrong for one in solved if one.wrong), ""),
        (_view(solved, sites, periods),),
    )


def _solve(instances: Instances, seed: int, sites: int, periods: int) -> _Solved:
    instance = build_instance(
        instances.generated(seed=seed, sites=sites, suites_per_site=SUITES_PER_SITE, periods=periods)
    )
    done = timed(lambda: _to_the_cost(instance))
    run = done.result
    later = timed(run.after_cost) if seed == _ALL_STAGES_SEED else None
    outcome = run.stager.outcome(run.first)
    assert outcome.decisions is not None, "an estate of the generator has a plan"
    return _Solved(
        seed,
        run.choices,
        run.journeys,
        next(stage for stage in outcome.stages if stage.name == "npv_cost"),
        done.cpu_seconds,
        None if later is None else later.cpu_seconds,
        None if later is None else _largest_later_gap(outcome),
        wrong_with(Plan.from_decisions(instance, outcome.decisions), outcome),
    )


@dataclass(frozen=True)
class _Run:
    """The first two stages of an estate, and how many choices and journeys it has."""

    stager: Stager
    first: Result
    cheapest: CheapestChoices | None
    choices: int
    journeys: int

    def after_cost(self) -> None:
        if self.cheapest is not None:
            self.stager.after_cost(self.cheapest)


def _to_the_cost(instance: EstatesInstance) -> _Run:
    model = build_model(build_network(instance), suite_choices(instance), with_links=False)
    stager = Stager(model, SolveOptions(), Deadline(None), Unwatched())
    first = stager.least_unmet()
    cheapest = stager.cheapest()
    return _Run(stager, first, cheapest, len(model.pyomo.chosen) + len(model.pyomo.closing), len(model.pyomo.flow))


def _later_gap_words(gap_share: float | None) -> str:
    """A gap of the later stages; they have no bound where the cost before them is not proved to the last pound."""
    if gap_share is None:
        return ""
    return f"{gap_share:.4%}" if math.isfinite(gap_share) else "not known"


def _largest_later_gap(outcome: Outcome) -> float:
    """The largest gap of the stages after the cost; endless where one has none."""
    later = [stage.gap_share for stage in outcome.stages if stage.name in AIMS[2:]]
    known = [gap for gap in later if gap is not None]
    return max(known) if len(known) == len(AIMS[2:]) else float("inf")


def _view(solved: Sequence[_Solved], sites: int, periods: int) -> View:
    rows = tuple(
        (
            str(one.seed),
            f"{one.choices:,}",
            f"{one.journeys:,}",
            f"{one.cost.value:,.0f}",
            "" if one.cost.bound is None else f"{one.cost.bound:,.0f}",
            f"{one.gap_share:.4%}",
            f"{one.cpu_seconds:.1f}",
            "" if one.later_cpu_seconds is None else f"{one.later_cpu_seconds:.1f}",
            _later_gap_words(one.later_gap_share),
        )
        for one in solved
    )
    headings = ("seed", "choices", "journeys", "net present cost, £", "bound, £", "gap", "CPU-s",
                "later stages, CPU-s", "their gap")  # fmt: skip
    title = f"{sites} sites x {SUITES_PER_SITE} suites x {periods} periods, weekly hours"
    return View(title, headings, rows, (True,) * len(headings))
