"""Small weeks in other ways: whole fillings and single bookings as linear programmes in HiGHS, against CP-SAT."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Sequence

import numpy as np
import pytest

from models.theatres.formulation.aims import Aim, figures_agree
from models.theatres.formulation.fillings import Fillings, fillings_of
from models.theatres.formulation.month import Month, build_month
from models.theatres.formulation.part import Floor, Limits, build_part
from models.theatres.formulation.rows import month_rows, used_lists_limits
from models.theatres.formulation.stack import Stack
from models.theatres.formulation.whole import build_whole
from models.theatres.instance import Instance
from models.theatres.method.bound import Bounds, Effort
from solvers.cpsat import solve_cpsat
from solvers.highs import linear_model, solve_linear
from solvers.stages import Deadline
from solvers.types import Limits as SolverLimits
from solvers.types import Unwatched
from tests.unit.theatres.small_world import MONDAY, PLANNING, at, patient, procedure, theatre_list, world

pytestmark = pytest.mark.model

SEEDS = range(6)
# Durations certain and starts punctual, so that all rows are linear.
CERTAIN = {"mean_late_start_minutes": 0.0, "turnaround_sd_minutes": 0.0, "duration_correlation_share": 0.0}
Row = tuple[Sequence[int], Sequence[float], float, float]


def small_week(seed: int) -> Instance:
    """Nine patients of three operations and two surgeons, three lists on two days, kit that is short."""
    draw = random.Random(seed)
    kinds = [
        procedure("hip", 100, kit=("tray",)),
        procedure("knee", draw.choice((80, 90, 120)), kit=("tray",)),
        procedure("hand", 45),
    ]
    people = [
        patient(
            f"P{n}",
            procedure_code=draw.choice(("hip", "knee", "hand")),
            surgeon_id=draw.choice(("S1", "S2")),
            surgeon_choice=draw.choice(("named", "any")),
            priority=draw.choice(("P2", "P3", "P4")),
            clock_start=PLANNING - dt.timedelta(weeks=draw.randint(2, 70)),
        )
        for n in range(9)
    ]
    tuesday = MONDAY + dt.timedelta(days=1)
    lists = [
        theatre_list("L", end=at(MONDAY, "13:00")),
        theatre_list("M", theatre_id="T2", surgeon_id="S2", end=at(MONDAY, "12:00")),
        theatre_list("N", tuesday, end=at(tuesday, "12:30")),
    ]
    return world(
        people,
        lists,
        procedures=kinds,
        kit={"tray": (draw.choice((1, 2)), 1)},
        max_lists_per_week=draw.choice((1, 2)),
        settings=CERTAIN,
    )


def every_filling(fillings: Fillings) -> list[tuple[int, ...]]:
    """All sets of pairs of one list that its counts per class allow, but nobody."""
    found = []
    for counts in fillings.counts:
        choices = [
            itertools.combinations(pairs.tolist(), int(n)) for pairs, n in zip(fillings.classes, counts, strict=True)
        ]
        found += [tuple(pair for part in parts for pair in part) for parts in itertools.product(*choices)]
    return [pairs for pairs in found if pairs]


def best_by_fillings(month: Month, aim: Aim, floors: Sequence[Floor]) -> float:
    """The set-partitioning model with every filling as a column, whole, in HiGHS."""
    columns = [(f.list_at, pairs) for f in fillings_of(month) for pairs in every_filling(f)]
    rows = [row for row in month_rows(month) if row.in_one_list is None]
    assert all(row.variance is None or not row.variance.any() for row in rows)
    weights = [dict(zip(row.pairs.tolist(), row.mean.tolist(), strict=True)) for row in rows]
    uppers = [row.upper for row in rows]
    weights += [dict.fromkeys(pairs.tolist(), 1.0) for pairs in month.by_patient]
    uppers += [1.0] * len(month.by_patient)
    weights += [dict(enumerate((-floor.values).tolist())) for floor in floors]
    uppers += [-float(floor.at_least) for floor in floors]
    model_rows: list[Row] = []
    for weight, upper in zip(weights, uppers, strict=True):
        sums = [sum(weight.get(pair, 0.0) for pair in pairs) for _, pairs in columns]
        model_rows.append((range(len(columns)), sums, -np.inf, upper))
    groups = [({on}, 1) for on in range(len(month.lists))]
    groups += [(set(limit.lists), limit.upper) for limit in used_lists_limits(month)]
    for lists, most in groups:
        model_rows.append((range(len(columns)), [float(on in lists) for on, _ in columns], -np.inf, float(most)))
    worth = np.array([float(aim.values[list(pairs)].sum()) for _, pairs in columns])
    return best_of(len(columns), model_rows, worth)


def best_by_bookings(month: Month, aim: Aim) -> float:
    """The assignment model, one column for each booking and each list used, in HiGHS."""
    pairs, lists = month.pair_count, len(month.lists)
    rows: list[Row] = [(row.pairs.tolist(), row.mean.tolist(), -np.inf, row.upper) for row in month_rows(month)]
    rows += [(found.tolist(), [1.0] * len(found), -np.inf, 1.0) for found in month.by_patient]
    rows += [((pair, pairs + int(month.pair_list[pair])), (1.0, -1.0), -np.inf, 0.0) for pair in range(pairs)]
    for limit in used_lists_limits(month):
        rows.append(([pairs + on for on in limit.lists], [1.0] * len(limit.lists), -np.inf, float(limit.upper)))
    return best_of(pairs + lists, rows, np.concatenate([aim.values.astype(np.float64), np.zeros(lists)]))


def best_of(columns: int, rows: Sequence[Row], worth: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    model = linear_model(
        columns,
        rows,
        cost=worth,
        lower=np.zeros(columns),
        upper=np.ones(columns),
        integer=np.ones(columns, dtype=bool),
        sense="maximise",
    )
    result = solve_linear(model, SolverLimits())
    assert result.status == "optimal" and result.value is not None
    return result.value


def best_by_cp_sat(month: Month, aim: Aim, floors: Sequence[Floor]) -> float:
    """The whole month as one CP-SAT model."""
    rows = [row for row in month_rows(month) if row.in_one_list is None]
    model = build_whole(month, fillings_of(month), rows, used_lists_limits(month), aim.values, floors)
    result = solve_cpsat(model, SolverLimits(deterministic_limit=10.0))
    assert result.status == "optimal" and result.value is not None
    return result.value


@pytest.mark.parametrize("seed", SEEDS)
def test_whole_fillings_and_the_whole_month_agree_in_every_stage(seed: int) -> None:
    """The same value, stage after stage; the bound by columns is no lower, and by descent no lower than that."""
    month = build_month(small_week(seed))
    bounds = Bounds(month, fillings_of(month), month_rows(month), used_lists_limits(month))
    floors: list[Floor] = []
    for aim in figures_agree(month):
        best = best_by_fillings(month, aim, floors)
        assert best_by_cp_sat(month, aim, floors) == pytest.approx(best)
        for effort in (Effort(descent_rounds=0, rounds=60), Effort(descent_rounds=60, rounds=0), Effort(20, 20)):
            proved = bounds.prove(aim.values, floors, best, effort, Unwatched(), Deadline(None))
            assert proved.value >= best - 1e-6
        floors.append(Floor(aim.name, aim.values, round(best)))


@pytest.mark.parametrize("seed", SEEDS)
def test_cp_sat_and_highs_agree_on_the_assignment_model(seed: int) -> None:
    """The part that frees every list is the assignment model: rows for time, kit and beds, and lists used."""
    month = build_month(small_week(seed))
    stack = Stack(month, month_rows(month))
    every, nobody = np.arange(month.pair_count, dtype=np.int64), np.zeros(0, dtype=np.int64)
    matrix, room = stack.part(every, nobody, stack.constant_variance)
    most = np.array([len(pairs) for pairs in month.by_list], dtype=np.int64)
    limits = Limits(stack.names, matrix, room, stack.of_one_list, stack.curved, most, used_lists_limits(month))
    for aim in figures_agree(month):
        part = build_part(month, limits, every, nobody, nobody, aim.values, ())
        named = {row.name for row in part.model.proto.constraints if row.name}
        assert named & set(stack.names) and named <= {*stack.names, *(limit.name for limit in limits.used_lists)}
        result = solve_cpsat(part.model, SolverLimits(deterministic_limit=10.0))
        assert result.status == "optimal"
        assert result.value == pytest.approx(best_by_bookings(month, aim))
