"""The aims in the order the instance asks for (`STAGES_OF_AIM`), each frozen before the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from models.reallocation.formulation.model import THOUSAND
from models.reallocation.instance import PlaceLine
from models.reallocation.method.growth import growth_rows, growths_of
from models.reallocation.method.path import straightest
from models.reallocation.method.peak import minimise_peak_growth
from models.reallocation.method.recorded import NoProgress, Scaled, recorded
from models.reallocation.method.region import LinearAim, Region, on_grid
from models.reallocation.method.staged_model import Amounts, StagedModel
from models.reallocation.rules import (
    GAP,
    GAP_SHARE,
    PATH,
    PEAK,
    SOFT,
    STAGES_OF_AIM,
    UNALLOCATED,
    WORST,
    YEARS,
    StageSpec,
)
from models.reallocation.settings import FREEZE_SHARE, LEXIMIN_LEVELS
from solvers.leximin import Level, Members, level_by_level
from solvers.stages import Deadline, distinct_uses
from solvers.types import Limits, Progress, Result, SolverUse, StageResult, Status, Values, Watch

_PRICE_OF_WORST = 1e6
"""What a worst gap of 1 costs. A thousand pounds may change that share by less than the solver looks at; see peak."""
_PENNY = 1e-5

WorstLevels = tuple[tuple[PlaceLine, ...], ...]
OnPlan = Callable[[Amounts, WorstLevels], None]


@dataclass(frozen=True)
class StagedAmounts:
    """What the stages came to; `amounts` are pounds of years 0 to T, not whole yet, of the last stage with a plan.

    `worst_levels` are the places' lines that had to stand at each level of the worst gap, the worst first.
    """

    status: Status
    reason: str
    stages: tuple[StageResult, ...]
    solvers: tuple[SolverUse, ...]
    amounts: Amounts | None
    worst_levels: WorstLevels
    stopped_by_clock: bool
    cancelled: bool


def solve_stages(
    model: StagedModel,
    limits: Limits,
    watch: Watch,
    on_plan: OnPlan,
    before: Sequence[StageResult] = (),
) -> StagedAmounts:
    """Solve every aim in turn; `on_plan` hears of each plan that is better than the one before.

    `before` are stages that were solved already (the year of closure), whose aims the model keeps.
    """
    run = _Run(model, limits, watch, on_plan, list(before))
    for spec in STAGES_OF_AIM[model.instance.settings.aim]:
        if spec is not YEARS and run.goes_on():
            _STEPS[spec.name](run)
    return run.closing()


@dataclass
class _Run:
    """A staged solve on its way: how far the plans are narrowed, and what was found."""

    model: StagedModel
    limits: Limits
    watch: Watch
    on_plan: OnPlan
    stages: list[StageResult] = field(default_factory=list)
    uses: list[SolverUse] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    worst_levels: list[tuple[PlaceLine, ...]] = field(default_factory=list)
    values: Values | None = None
    ended: bool = False
    stopped: bool = False
    last: Result | None = None

    def __post_init__(self) -> None:
        self.deadline = Deadline(self.limits.time_limit_seconds)
        self.region = Region(self.model.linear)

    def note(self, name: str, unit: str, result: Result, scale: float = 1.0) -> None:
        """Put a stage on record, keep its plan, and end where there is no going on."""
        self.stages.append(recorded(name, unit, result, scale))
        self.uses.append(result.solver)
        self.reasons[name] = result.reason
        self.last = result
        if result.values is not None:
            self.values = result.values[: len(self.model.linear.cost)]
        self.stopped = self.stopped or result.stopped_by_clock
        self.ended = self.ended or self.stopped or result.values is None

    def goes_on(self) -> bool:
        """Whether there is another aim to solve: not after a stage without a plan, at a cancel or out of time."""
        if self.stages and (self.deadline.passed() or self.watch.cancelled()):
            self.ended = self.stopped = True
        return not self.ended

    def offer(self) -> None:
        """Pass the plan found last on."""
        assert self.values is not None
        self.on_plan(self.model.amounts(self.values), tuple(self.worst_levels))

    def closing(self) -> StagedAmounts:
        """What it all came to. The status is `optimal` only when every stage was solved, and to its proven best."""
        assert self.last is not None
        complete = self.stages[-1].name == PATH.name and all(stage.status == "optimal" for stage in self.stages)
        short = next((stage for stage in self.stages if stage.status != "optimal"), self.stages[-1])
        status: Status = "optimal" if complete else self.last.status if self.values is None else "feasible"
        return StagedAmounts(
            status=status,
            reason="every aim is at its proven best" if complete else f"{short.name}: {self.reasons[short.name]}",
            stages=tuple(self.stages),
            solvers=distinct_uses(self.uses),
            amounts=None if self.values is None else self.model.amounts(self.values),
            worst_levels=tuple(self.worst_levels),
            stopped_by_clock=self.stopped,
            cancelled=self.stopped and self.watch.cancelled(),
        )


def _soft(run: _Run) -> None:
    """What soft rules are missed by, one order after the other."""
    for name in sorted((name for name in run.model.aims if name.startswith("soft_")), key=_order):
        if run.goes_on():
            _linear(run, name, SOFT)


def _order(name: str) -> int:
    return int(name.removeprefix("soft_"))


def _unallocated(run: _Run) -> None:
    _linear(run, UNALLOCATED.name, UNALLOCATED)


def _gap(run: _Run) -> None:
    in_pounds = run.model.instance.settings.gap_counted_in == "gbp"
    spec = GAP if in_pounds else GAP_SHARE
    _linear(run, spec.name, spec)


def _linear(run: _Run, name: str, spec: StageSpec) -> None:
    """An aim that is a sum: one linear program."""
    cost, offset = run.model.aims[name]
    # The dearest column of an aim in shares costs 1, as in pounds: HiGHS takes smaller costs for none.
    price = 1.0 if spec.unit == "gbp" else 1.0 / float(np.max(cost))
    scale = THOUSAND if spec.unit == "gbp" else 1.0 / price
    aim = LinearAim(name, price * cost, price * offset, scale, spec.freeze / scale)
    result = run.region.minimise(
        aim.cost, aim.offset, run.deadline.within(run.limits), stage=name, watch=Scaled(run.watch, scale)
    )
    run.note(name, spec.unit, result, scale)
    if result.values is not None:
        run.offer()
    if result.status == "optimal":
        run.region.freeze(aim, result)
    else:
        run.ended = True


def _worst(run: _Run) -> None:
    """The worst gap of a place's line, then the worst of the others, level by level."""
    model = run.model
    keys = model.instance.place_lines
    members = Members(
        worst=model.worst,
        rows=np.array([model.worst_rows[key] for key in keys]),
        scale=np.array([model.need[key] for key in keys]),
        columns=tuple(model.gap_columns[key] for key in keys),
        price=_PRICE_OF_WORST,
        slack=_PENNY,
    )

    def solve(cost: Values) -> Result:
        return run.region.minimise(cost, 0.0, run.deadline.within(run.limits), watch=NoProgress(run.watch))

    levels: list[Level] = []
    for level in level_by_level(
        run.region.session,
        members,
        len(model.linear.cost),
        solve,
        most_levels=LEXIMIN_LEVELS,
        nothing=FREEZE_SHARE,
    ):
        levels.append(level)
        _note_level(run, len(levels), level)
        if level.held:
            run.worst_levels.append(tuple(keys[member] for member in level.held))
        if not run.goes_on():
            break
    solved = [level for level in levels if level.result.status == "optimal"]
    if solved:
        run.ended = run.stopped  # a further level that could not be solved leaves those before it
        run.offer()
        run.region.hold_levels(members, *_ends(solved, members))
    else:
        run.ended = True


def _ends(levels: Sequence[Level], members: Members) -> tuple[Values, Values]:
    """Between what every member's gap may be: about its level where it must stand there, else up to the last."""
    least = np.zeros(len(members.rows))
    most = np.full(len(members.rows), on_grid(levels[-1].value, WORST.freeze))
    for level in levels:
        held = list(level.held)
        most[held] = on_grid(level.value, WORST.freeze)
        least[held] = most[held] - WORST.freeze
    return least * members.scale, most * members.scale


def _note_level(run: _Run, number: int, level: Level) -> None:
    """Put a level on record; what was solved between the levels is not heard of."""
    name = WORST.name if number == 1 else f"{WORST.name}_{number}"
    run.note(name, WORST.unit, level.result, 1.0 / _PRICE_OF_WORST)
    stage = run.stages[-1]
    run.watch.progress(Progress(stage.seconds, stage.name, stage.value, stage.bound, stage.gap_share))


def _peak(run: _Run) -> None:
    """The largest yearly growth; later aims keep to rows on every growth."""
    assert run.values is not None
    region = run.region.within_tolerance()
    result = minimise_peak_growth(run.model, region, run.values, run.deadline.within(run.limits), run.watch)
    run.note(PEAK.name, PEAK.unit, result)
    run.offer()
    assert result.value is not None
    run.region.narrow(*growth_rows(growths_of(run.model), len(region.cost), on_grid(result.value, PEAK.freeze)))


def _path(run: _Run) -> None:
    region = run.region.within_tolerance()
    limits, watch = run.deadline.within(run.limits), Scaled(run.watch, THOUSAND)
    run.note(PATH.name, PATH.unit, straightest(run.model, region, limits, PATH.name, watch), THOUSAND)
    if run.stages[-1].value is not None:
        run.offer()


_STEPS: Mapping[str, Callable[[_Run], None]] = {
    SOFT.name: _soft,
    UNALLOCATED.name: _unallocated,
    GAP.name: _gap,
    WORST.name: _worst,
    PEAK.name: _peak,
    PATH.name: _path,
}
