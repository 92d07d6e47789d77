"""The parts of the search: fillings, linear rows, cuts, conflicts of a day, bounds."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import random
from dataclasses import replace

import numpy as np
import pytest

from models.theatres.booking import Book
from models.theatres.entities import PatientTest
from models.theatres.formulation.aims import figures_agree
from models.theatres.formulation.catalogue import RULES as FUNCTIONS
from models.theatres.formulation.fillings import fillings_of
from models.theatres.formulation.limits import NotTogether, Row
from models.theatres.formulation.month import Month, build_month
from models.theatres.formulation.rows import month_rows, used_lists_limits
from models.theatres.formulation.stack import Stack
from models.theatres.instance import Instance
from models.theatres.method.bound import Bounds, Effort
from models.theatres.method.cuts import cut_for
from models.theatres.method.days import no_order_exists, wished_order
from models.theatres.plan import Plan
from models.theatres.rules import RULES
from solvers.stages import Deadline
from solvers.types import Unwatched
from tests.model.theatres.oracle import best_values, small_month
from tests.model.theatres.solving import only, solved, verdict
from tests.model.theatres.workshop import workshop

pytestmark = pytest.mark.model


def test_the_catalogue_has_every_rule_with_the_function_of_its_name() -> None:
    assert [(rule.id, rule.name) for rule in RULES] == [(rule_id, f.__name__) for rule_id, f in FUNCTIONS]
    for rule, (_, function) in zip(RULES, FUNCTIONS, strict=True):
        assert function.__doc__ and f"({rule.id})" in function.__doc__, rule.id


def room(instance: Instance, month: Month, pairs: tuple[int, ...]) -> bool:
    """Whether one list has time for these pairs, by the rules as written (no infected patient among them)."""
    s, on = instance.settings, month.list_at(pairs[0])
    end = sum(month.duration(p).mean_minutes for p in pairs) + s.turnaround_minutes * (len(pairs) - 1)
    late = 1.2815515655446004 * math.sqrt(sum(month.duration(p).variance_minutes2 for p in pairs))
    return end <= on.minutes and end + late <= on.minutes + s.overrun_grace_minutes


def test_the_best_filling_is_the_best_of_all_subsets() -> None:
    instance = workshop()
    month = build_month(instance)
    values = np.array([random.Random(7).randint(-20, 200) for _ in range(month.pair_count)], dtype=np.float64)
    for filling in fillings_of(month):
        pairs = [int(p) for p in month.by_list[filling.list_at]]
        subsets = [s for n in range(1, len(pairs) + 1) for s in itertools.combinations(pairs, n)]
        best = max([0.0, *(float(values[list(s)].sum()) for s in subsets if room(instance, month, s))])
        found, chosen = filling.best(values)
        assert found == pytest.approx(best)
        assert not chosen or room(instance, month, tuple(chosen))


@pytest.mark.parametrize("seed", range(5))
def test_linear_rows_never_allow_what_the_exact_ones_forbid(seed: int) -> None:
    """Around whatever spread a row is made linear, bookings that keep it keep the row with the square root."""
    month = build_month(small_month(seed))
    stack = Stack(month, month_rows(month))
    draw = random.Random(seed)
    nobody = np.zeros(0, dtype=np.int64)
    every = np.arange(month.pair_count, dtype=np.int64)
    for _ in range(40):
        chosen = np.array(sorted(draw.sample(every.tolist(), min(6, len(every)))), dtype=np.int64)
        mean, variance = stack.sums(chosen)
        exact = stack.load(mean, variance)
        centre = variance * draw.choice((0.3, 1.0, 3.0)) + 0.01
        matrix, left = stack.part(every, nobody, centre)
        linear = np.asarray(matrix[chosen].sum(axis=0)).ravel()
        kept = linear <= left + 1e-9
        assert np.all(exact[kept] <= stack.upper[kept] + 1e-6)
        matrix, left = stack.part(every, nobody, variance)
        linear = np.asarray(matrix[chosen].sum(axis=0)).ravel()
        curved = variance > 1e-3
        assert np.allclose((left - linear)[curved], (stack.upper - exact)[curved])


def assessments_expire() -> Instance:
    """P2 and P10 on M1 need an assessment no older than ten days; one of the two on offer is older."""
    base = only(workshop(), "P2", "P10", lists=("M1",))
    need = (PatientTest("poa", dt.date(2027, 3, 1), None),)
    patients = {p: replace(patient, tests=need) for p, patient in base.patients.items()}
    sessions = tuple(
        replace(
            workshop().sessions[0], site_id="clinic", test_id="poa", start=dt.datetime.fromisoformat(start), slots=1
        )
        for start in ("2027-03-30T09:00", "2027-04-06T09:00")
    )
    return replace(base, patients=patients, sessions=sessions, valid_days={**base.valid_days, ("poa", "A"): 10})


def test_a_matching_failure_comes_back_as_a_row() -> None:
    """Two places up to the 6th are enough by counting from the start, but one is too early for both: one place."""
    instance = assessments_expire()
    month = build_month(instance)
    assert not [row for row in month_rows(month) if row.rule == "T-18"]
    book = Book(instance)
    assert book.book("P2", "M1") and not book.book("P10", "M1")
    cut = cut_for(month, book, month.pair_of["P10", "M1"])
    assert isinstance(cut, Row)
    assert cut.rule == "T-18" and cut.proven and cut.upper == 1.0
    assert sorted(cut.pairs.tolist()) == sorted(month.pair_of[p, "M1"] for p in ("P2", "P10"))
    outcome, plan = solved(instance)
    assert outcome.status == "optimal" and len(plan.bookings) == 1
    assert verdict(plan, outcome).passed


def test_cases_that_cannot_be_ordered_come_back_with_all_like_them() -> None:
    """One machine until 15:00 for the revision, then time for one foot only, whichever of the three it is."""
    base = only(workshop(), "P4", "P5", "P13", "P6", lists=("M2", "M3"))
    lists = {
        "M2": replace(base.lists["M2"], end=base.lists["M2"].start + dt.timedelta(minutes=200)),
        "M3": replace(base.lists["M3"], end=base.lists["M3"].start + dt.timedelta(minutes=160)),
    }
    beds = {key: replace(night, beds_open=9) for key, night in base.beds.items()}
    instance = replace(base, lists=lists, beds=beds)
    month, book = build_month(instance), Book(instance)
    assert book.book("P4", "M2") and book.book("P6", "M3") and not book.book("P5", "M2")
    cut = cut_for(month, book, month.pair_of["P5", "M2"])
    assert isinstance(cut, NotTogether) and cut.rule == "T-14" and cut.proven
    feet = {month.pair_of[p, "M2"] for p in ("P4", "P5", "P13")}
    assert {number: set(pairs.tolist()) for pairs, number in cut.groups} == {2: feet, 1: {month.pair_of["P6", "M3"]}}
    assert no_order_exists(instance, {"M2": ["P4", "P13"], "M3": ["P6"]}, frozenset())
    assert not no_order_exists(instance, {"M2": ["P4"], "M3": ["P6"]}, frozenset())


def test_the_wished_order_is_restored_where_a_machine_allows_it() -> None:
    """A plan with the day case after the inpatient, for no reason, is turned round; lists and tests stay."""
    instance = only(workshop(), "P4", "P5", lists=("M2",))
    _, plan = solved(instance)
    first, second = plan.by_list["M2"]
    hour = dt.timedelta(minutes=75)
    late = [
        replace(first, position=2, start=first.start + hour, end=first.end + hour),
        replace(second, position=1, start=second.start - hour, end=second.end - hour),
    ]
    wrong = Plan.of(instance, late, plan.appointments)
    assert wished_order(wrong, frozenset(), 1, Unwatched(), Deadline(None)).decisions() == plan.decisions()


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_bounds_by_column_generation_hold(seed: int) -> None:
    """No plan of a small month has more P2 patients than the first stage's bound, or more points than the third's."""
    instance = small_month(seed)
    month = build_month(instance)
    bounds = Bounds(month, fillings_of(month), month_rows(month), used_lists_limits(month))
    best = best_values(instance)
    assert best is not None
    aims = {aim.name: aim for aim in figures_agree(month)}
    for name, reached in zip(aims, best, strict=True):
        # What comes before may cost a later stage something: only the first and the one of all points are free here.
        if name in ("p2_booked", "weighted_wait"):
            proved = bounds.prove(aims[name].values, (), -1.0, Effort(0, 60), Unwatched(), Deadline(None))
            assert proved.value >= reached - 1e-6
