"""What is promised of whole months: a proven gap by stage, more patients than the baselines, the time it takes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from models.shared.problem import View
from models.shared.promises import Instances, Measured
from models.theatres.bench.solved import SolvedMonth, solve_month
from models.theatres.building import build_instance
from models.theatres.eligibility import is_usable
from models.theatres.formulation.aims import figures_agree
from models.theatres.formulation.fillings import fillings_of
from models.theatres.formulation.month import build_month
from models.theatres.formulation.rows import month_rows, used_lists_limits
from models.theatres.method.bound import Bounds
from models.theatres.method.phases import bound_effort
from solvers.stages import Deadline
from solvers.types import Unwatched

SEEDS = (1, 2, 3, 4, 5)
LARGE_PATIENTS, LARGE_WEEKS = 2_500, 13

_MONTH_CPU_SECONDS, _LARGE_CPU_SECONDS, _FIRST_PLAN_CPU_SECONDS = 240.0, 900.0, 5.0
_MONTH_GAP, _MONTH_AIM, _LARGE_AIM = 0.05, 0.03, 0.05
_MORE_CASES = 0.12
_GAP_STAGE = "weighted_wait"


def months(instances: Instances) -> Measured:
    """Five months of 600 patients and 100 theatre-days, from five seeds of the generator."""
    solved = [solve_month(build_instance(instances.generated(seed=seed))) for seed in SEEDS]
    gaps = [_gap(month) for month in solved]
    more = [_cases(month) / len(month.baselines["longest_wait_first"].bookings) - 1 for month in solved]
    best_baseline = all(
        _cases(month) > max(len(plan.bookings) for plan in month.baselines.values()) for month in solved
    )
    seconds = [month.cpu_seconds for month in solved]
    first = [month.first_plan_cpu_seconds for month in solved]
    met = (
        max(seconds) <= _MONTH_CPU_SECONDS
        and max(gaps) <= _MONTH_GAP
        and best_baseline
        and min(more) >= _MORE_CASES
        and max(first) <= _FIRST_PLAN_CPU_SECONDS
    )
    return Measured(
        f"600 patients, 100 theatre-days, {len(SEEDS)} seeds, each in {_MONTH_CPU_SECONDS:.0f} CPU-s: weighted wait "
        f"within {_MONTH_GAP:.0%} of its bound, aim {_MONTH_AIM:.0%}; more cases than every baseline, "
        f"{_MORE_CASES:.0%} over longest wait first; first lists in {_FIRST_PLAN_CPU_SECONDS:.0f} CPU-s",
        f"gap {min(gaps):.2%} to {max(gaps):.2%} in {min(seconds):.0f} to {max(seconds):.0f} CPU-s; "
        f"{min(more):+.1%} to {max(more):+.1%} cases over longest wait first, "
        f"{'more' if best_baseline else 'NOT always more'} than every baseline; first lists after at most "
        f"{max(first):.1f} CPU-s",
        met,
        next((month.wrong for month in solved if month.wrong), ""),
        (_cases_view(solved, SEEDS), _stages_view(solved, SEEDS)),
    )


def large(instances: Instances) -> Measured:
    """A quarter of a year: 2,500 patients, 13 weeks, 325 theatre-days."""
    month = solve_month(build_instance(instances.generated(patients=LARGE_PATIENTS, weeks=LARGE_WEEKS)))
    gap = _gap(month)
    return Measured(
        f"2,500 patients, 13 weeks, in {_LARGE_CPU_SECONDS:.0f} CPU-s: weighted wait within {_LARGE_AIM:.0%} of its "
        f"bound; first lists in {_FIRST_PLAN_CPU_SECONDS:.0f} CPU-s",
        f"gap {gap:.2%} in {month.cpu_seconds:.0f} CPU-s; {_cases(month):,} cases; first lists after "
        f"{month.first_plan_cpu_seconds:.1f} CPU-s",
        gap <= _LARGE_AIM
        and month.cpu_seconds <= _LARGE_CPU_SECONDS
        and month.first_plan_cpu_seconds <= _FIRST_PLAN_CPU_SECONDS,
        month.wrong,
        (_cases_view([month], (1,)), _stages_view([month], (1,))),
    )


def _gap(month: SolvedMonth) -> float:
    """The distance of the weighted wait from its bound, earlier stages frozen: (bound - value) / value."""
    found = month.stage(_GAP_STAGE).gap_share
    return float("inf") if found is None else found


def _cases(month: SolvedMonth) -> int:
    return len(month.plan.bookings)


def _cases_view(solved: Sequence[SolvedMonth], seeds: Sequence[int]) -> View:
    names = list(solved[0].baselines)
    rows = []
    for month, seed in zip(solved, seeds, strict=True):
        usable = [on for on in month.instance.lists.values() if is_usable(month.instance, on)]
        half_days = sum(on.minutes for on in usable) / 480
        rows.append(
            (
                str(seed),
                str(_cases(month)),
                *(str(len(month.baselines[name].bookings)) for name in names),
                str(_most_cases(month)),
                f"{_cases(month) / half_days:.2f}",
                f"{month.first_plan_cpu_seconds:.1f}",
                f"{month.cpu_seconds:.0f}",
                f"{month.check_cpu_seconds:.1f}",
            )
        )
    headings = ("seed", "our cases", *names, "no plan beats", "cases per 480 minutes", "first lists, CPU-s",
                "all in, CPU-s", "check, CPU-s")  # fmt: skip
    title = "Cases booked, ours and the baselines' under the same rules (the centre itself: about 3.3 a theatre-day)"
    return View(title, headings, tuple(rows), (True,) * len(headings))


def _stages_view(solved: Sequence[SolvedMonth], seeds: Sequence[int]) -> View:
    rows = []
    for month, seed in zip(solved, seeds, strict=True):
        theirs = _of_baselines(month)
        for stage in month.outcome.stages:
            gap = "" if stage.gap_share is None else f"{stage.gap_share:.2%}"
            values = (f"{theirs[name][stage.name]:,}" for name in month.baselines)
            rows.append((str(seed), stage.name, _number(stage.value), _number(stage.bound), gap, *values))
    headings = ("seed", "stage", "ours", "bound", "gap", *solved[0].baselines)
    return View(
        "Stage by stage, bounds with earlier stages frozen", headings, tuple(rows), (True, False, *(True,) * 6)
    )


def _most_cases(month: SolvedMonth) -> int:
    """A proved bound on the cases of any plan, whatever the aims."""
    numbered = build_month(month.instance)
    bounds = Bounds(numbered, fillings_of(numbered), month_rows(numbered), used_lists_limits(numbered))
    bounds.remember([numbered.pair_of[booking] for booking in month.plan.list_of.items()])
    ones = np.ones(numbered.pair_count, dtype=np.int64)
    effort = bound_effort("cases", numbered.pair_count)
    proved = bounds.prove(ones, (), float(_cases(month)), effort, Unwatched(), Deadline(None))
    return max(_cases(month), math.floor(proved.value + 1e-6))


def _of_baselines(month: SolvedMonth) -> dict[str, dict[str, int]]:
    """What every baseline comes to in each stage of ours."""
    numbered = build_month(month.instance)
    aims = figures_agree(numbered)
    found = {}
    for name, plan in month.baselines.items():
        chosen = [numbered.pair_of[booking] for booking in plan.list_of.items()]
        found[name] = {aim.name: aim.of(chosen) for aim in aims}
    return found


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"
