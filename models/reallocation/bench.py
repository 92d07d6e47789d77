"""The promises of speed and size, measured. CPU seconds throughout; what is compared is measured in the same run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

import numpy as np
from scipy import sparse

from models.reallocation.building import build_instance
from models.reallocation.checker import check
from models.reallocation.explain.figures import Figures
from models.reallocation.explain.levers import find_levers
from models.reallocation.explain.what_if import load_studied
from models.reallocation.formulation import limits_of
from models.reallocation.formulation.arrays import build_arrays
from models.reallocation.formulation.model import build
from models.reallocation.instance import Instance
from models.reallocation.method import solve
from models.reallocation.method.arrays import compile_arrays
from models.reallocation.method.conflicts import find_conflicts
from models.reallocation.method.loaded import LoadedModel, load
from models.reallocation.plan import Plan
from models.reallocation.sweep import SweepPoint, rebuilt, scenarios_of, sweep
from models.reallocation.tables import REGISTER
from models.shared.findings import CheckReport
from models.shared.measuring import as_read, timed
from models.shared.problem import Outcome, SolveOptions
from models.shared.promises import Instances, Measured, Promises
from solvers.highs import LinearModel
from solvers.pyomo_bridge import compile_pyomo
from solvers.types import Unwatched

PRACTICES, PRACTICE_YEARS = 354, 5
SYSTEMS = 42
BUILT_PRACTICES = 200

_REFERENCE_CPU_SECONDS = 3.0
_PRACTICE_CPU_SECONDS = 60.0
_CONFLICT_CPU_SECONDS = 60.0
_SWEEP_TIMES = 10.0
_REBUILT = 25
_PENNY_GBP = 0.01
_CLOSE = 1e-11
_SWEPT: Mapping[str, object] = {
    "growth_share": {"from": 0.01, "to": 0.046, "step": 0.004},
    "turnover_band_share": {"from": 0.01, "to": 0.10, "step": 0.01},
    "mh_growth_cap_share": {"from": 0.06, "to": 0.15, "step": 0.01},
}


def reference(instances: Instances) -> Measured:
    """The reference instance through all stages, and its binding rules ranked by solving again."""
    instance = build_instance(instances.shipped("nwl"))
    solved = timed(lambda: _solved(instance))
    plan = Plan.from_decisions(instance, solved.result.decisions or {})
    ranked = timed(lambda: find_levers(Figures(plan), load_studied(instance, frozenset()), frozenset(), Unwatched()))
    levers = 0 if ranked.result is None else len(ranked.result.ranked)
    seconds = solved.cpu_seconds + ranked.cpu_seconds
    return Measured(
        f"NW London, all stages and binding rules ranked: under {_REFERENCE_CPU_SECONDS:.0f} CPU-s",
        f"{seconds:.2f} CPU-s ({solved.cpu_seconds:.2f} for {len(solved.result.stages)} stages, "
        f"{ranked.cpu_seconds:.2f} to rank {levers} rules)",
        seconds < _REFERENCE_CPU_SECONDS,
        _wrong_with(instance, solved.result),
    )


def practices(instances: Instances) -> Measured:
    """Practice level through all stages, from two seeds: one plan to the pound."""
    instance = build_instance(instances.generated(practices=PRACTICES, years=PRACTICE_YEARS))
    first = timed(lambda: _solved(instance))
    second = timed(lambda: _solved(instance, seed=2))
    wrong = _wrong_with(instance, first.result)
    if not wrong and first.result.decisions != second.result.decisions:
        wrong = "two seeds gave two plans"
    return Measured(
        f"{PRACTICES} practices x 4 lines x {PRACTICE_YEARS} years, all stages: under "
        f"{_PRACTICE_CPU_SECONDS:.0f} CPU-s; two seeds, one plan",
        f"{first.cpu_seconds:.1f} CPU-s for {len(first.result.stages)} stages ({second.cpu_seconds:.1f} from another "
        f"seed: {'another plan' if first.result.decisions != second.result.decisions else 'the same plan'})",
        first.cpu_seconds < _PRACTICE_CPU_SECONDS,
        wrong,
    )


def builders(instances: Instances) -> Measured:
    """The model by Pyomo and as arrays: equal row for row, and the least gap of both."""
    instance = build_instance(instances.generated(practices=BUILT_PRACTICES, years=PRACTICE_YEARS))
    limits = limits_of(instance)
    by_pyomo = timed(lambda: compile_pyomo(build(instance, limits).model).linear)
    as_arrays = timed(lambda: compile_arrays(build_arrays(instance, limits)).linear)
    differing = _differences(by_pyomo.result, as_arrays.result)
    rows = len(by_pyomo.result.row_lower)
    gaps = [_gap_gbp(LoadedModel(instance, limits, cells)) for cells in (1 << 30, 0)]
    if not differing and abs(gaps[0] - gaps[1]) > _PENNY_GBP:
        differing = f"least gaps of {gaps[0]:.2f} and {gaps[1]:.2f}"
    times = by_pyomo.cpu_seconds / max(as_arrays.cpu_seconds, 1e-9)
    return Measured(
        f"{BUILT_PRACTICES} practices: the model as arrays equals the Pyomo model row for row, value too",
        f"{rows:,} rows and the least gap {'differ' if differing else 'equal'}; Pyomo {by_pyomo.cpu_seconds:.2f}, "
        f"arrays {as_arrays.cpu_seconds:.2f} CPU-s ({times:.0f} x)",
        not differing,
        differing,
    )


def sweeping(instances: Instances) -> Measured:
    """A thousand scenarios with one model kept loaded, against a sample of them each built alone."""
    parsed = instances.shipped("nwl")
    scenarios = scenarios_of({"settings": _SWEPT}, "bench")
    swept = timed(lambda: sweep(parsed, scenarios))
    sample = sorted(Random(1).sample(range(len(scenarios)), _REBUILT))
    alone = timed(lambda: [rebuilt(parsed, scenarios[at]) for at in sample])
    each, rebuilt_each = swept.cpu_seconds / len(scenarios), alone.cpu_seconds / len(sample)
    wrong = [
        str(dict(point.settings))
        for at, point in zip(sample, alone.result, strict=True)
        if _differ(point, swept.result[at])
    ]
    return Measured(
        f"Sweep of {len(scenarios):,} scenarios: at least {_SWEEP_TIMES:.0f} x faster than building each anew",
        f"{rebuilt_each / each:.1f} x: {each * 1000:.1f} against {rebuilt_each * 1000:.1f} CPU-ms a scenario "
        f"(sample of {len(sample)}), {'another' if wrong else 'the same'} gap to the penny",
        rebuilt_each >= _SWEEP_TIMES * each,
        f"another result for {wrong[0]}" if wrong else "",
    )


def systems(instances: Instances) -> Measured:
    """The 42 systems of England through all stages, from the public weighted populations."""
    promise = f"{SYSTEMS} systems of England x 4 lines x 3 years solve through all stages"
    if not instances.has_outside_data():
        return Measured(promise, "skipped: NWL_OPT_OUTSIDE_DATA does not name the folder of outside data", None)
    instance = build_instance(instances.generated(icbs=SYSTEMS, years=3))
    solved = timed(lambda: _solved(instance))
    wrong = _wrong_with(instance, solved.result)
    measured = f"{solved.result.status}, {solved.cpu_seconds:.2f} CPU-s for {len(solved.result.stages)} stages"
    return Measured(promise, measured, not wrong, wrong)


def conflicts(instances: Instances) -> Measured:
    """The reference instance with closure required: all minimal conflicts, or as many as the time allows."""
    instance = build_instance(instances.shipped("nwl", "closure_required"))
    loaded = load(instance, limits_of(instance))
    found = timed(lambda: find_conflicts(loaded, lambda: False))
    diagnosis = found.result
    told = diagnosis.complete or diagnosis.stopped_by_clock or len(diagnosis.conflicts) >= 50
    searched = f"{diagnosis.cpu_seconds:.1f} CPU-s for the conflicts, {found.cpu_seconds:.1f} with repairs"
    return Measured(
        f"Closure required: all minimal conflicts, up to 50 or {_CONFLICT_CPU_SECONDS:.0f} CPU-s, and whether all",
        f"{len(diagnosis.conflicts)} conflicts, {'complete' if diagnosis.complete else 'not complete'}; {searched}",
        told and bool(diagnosis.conflicts) and diagnosis.cpu_seconds <= _CONFLICT_CPU_SECONDS * 1.1,
        "" if diagnosis.conflicts else "no conflict found where no plan exists",
    )


PROMISES: Promises = {
    "reference": reference,
    "practices": practices,
    "builders": builders,
    "sweep": sweeping,
    "systems": systems,
    "conflicts": conflicts,
}


def _solved(instance: Instance, seed: int = 1) -> Outcome:
    return solve(instance, SolveOptions(seed=seed), Unwatched())


def _wrong_with(instance: Instance, outcome: Outcome) -> str:
    """What is wrong with an outcome that should be a proven plan; nothing when the check accepts it."""
    if outcome.status != "optimal" or outcome.decisions is None:
        return f"{outcome.status}: {outcome.reason}"
    tables = Plan.from_decisions(instance, outcome.decisions).tables()
    stages = {stage.name: stage.value for stage in outcome.stages}
    report: CheckReport = check(instance, as_read(REGISTER, tables), stages)
    errors = [finding for finding in report.findings if finding.severity == "error"]
    return (
        "" if report.passed else f"the check found {len(errors)} errors, first {errors[0].rule}: {errors[0].message}"
    )


def _differences(first: LinearModel, second: LinearModel) -> str:
    """The first thing in which two models differ; nothing when they are equal row for row."""
    if first.row_names != second.row_names or first.column_names != second.column_names:
        return "names of rows or columns"
    for name in ("lower", "upper", "row_lower", "row_upper"):
        if not np.allclose(getattr(first, name), getattr(second, name), rtol=_CLOSE, atol=_CLOSE):
            return name
    difference = sparse.csr_matrix(first.matrix - second.matrix)
    return "coefficients" if float(np.max(np.abs(difference.data), initial=0.0)) > _CLOSE else ""


def _gap_gbp(loaded: LoadedModel) -> float:
    best = loaded.best({})
    return float("nan") if best is None else best.final_year_gap_gbp


def _differ(one: SweepPoint, other: SweepPoint) -> bool:
    """Whether two results of a scenario differ by more than a penny."""
    if one.status != other.status:
        return True
    pairs: Sequence[tuple[float | None, float | None]] = (
        (one.unallocated_gbp, other.unallocated_gbp),
        (one.final_year_gap_gbp, other.final_year_gap_gbp),
    )
    return any(a is not None and b is not None and abs(a - b) > _PENNY_GBP for a, b in pairs)
