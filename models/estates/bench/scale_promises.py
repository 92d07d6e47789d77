"""What is promised of size: how soon the cheapest choices are proved on estates of the generator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.estates.bench.solved import wrong_with
from models.estates.building import build_instance
from models.estates.formulation.catalogue import build_model
from models.estates.formulation.choices import suite_choices
from models.estates.formulation.network import build_network
from models.estates.instance import EstatesInstance
from models.estates.method.stages import Stager
from models.estates.plan import Plan
from models.shared.measuring import timed
from models.shared.problem import Outcome, SolveOptions, View
from models.shared.promises import Instances, Measured
from solvers.stages import Deadline
from solvers.types import StageResult, Unwatched

SEEDS = (1, 2, 3)
SUITES_PER_SITE = 3
_PROVED, _WITHIN_SHARE, _CPU_SECONDS = 1e-4, 2e-3, 60.0


@dataclass(frozen=True)
class _Solved:
    seed: int
    choices: int
    journeys: int
    cost: StageResult
    cpu_seconds: float
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
    outcome, choices, journeys = done.result
    assert outcome.decisions is not None, "an estate of the generator has a plan"
    wrong = wrong_with(Plan.from_decisions(instance, outcome.decisions), outcome)
    cost = next(stage for stage in outcome.stages if stage.name == "npv_cost")
    return _Solved(seed, choices, journeys, cost, done.cpu_seconds, wrong)


def _to_the_cost(instance: EstatesInstance) -> tuple[Outcome, int, int]:
    """The first two stages, and how many choices and journeys there were."""
    model = build_model(build_network(instance), suite_choices(instance), with_links=False)
    stager = Stager(model, SolveOptions(), Deadline(None), Unwatched())
    first = stager.least_unmet()
    stager.cheapest()
    return stager.outcome(first), len(model.pyomo.chosen) + len(model.pyomo.closing), len(model.pyomo.flow)


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
        )
        for one in solved
    )
    headings = ("seed", "choices", "journeys", "net present cost, £", "bound, £", "gap", "CPU-s")
    title = f"{sites} sites x {SUITES_PER_SITE} suites x {periods} periods, weekly hours"
    return View(title, headings, rows, (True,) * len(headings))
