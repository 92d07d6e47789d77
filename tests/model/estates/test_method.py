"""How the model is solved: the cheapest choices without the ways, settled choices, stages, timetables that ask."""

from __future__ import annotations

import numpy as np
import pytest

from models.estates.formulation.aims import tables_agree
from models.estates.formulation.catalogue import build_model
from models.estates.formulation.choices import suite_choices
from models.estates.formulation.network import build_network
from models.estates.instance import EstatesInstance
from models.estates.method import solve_estates
from models.estates.method.cost import cheapest_choices
from models.estates.method.loading import LoadedModel
from models.estates.method.projection import Projection
from models.estates.method.units import AIMS
from models.shared.problem import SolveOptions
from solvers.highs import HighsSession, relaxed, with_rows
from solvers.pyomo_bridge import compile_pyomo
from solvers.stages import Deadline
from solvers.types import Limits, StopWhen, Unwatched
from tests.estates_small import area, checked, estate, plan_of, service, site, solved, suite
from tests.model.estates.all_uses import all_uses_instance
from tests.model.estates.test_enumeration import _every_use, _hand_backs_alone

pytestmark = pytest.mark.model


def _least_cost(instance: EstatesInstance, *, with_links: bool, in_parts: bool = False) -> float | None:
    """The least cost with nobody left without a room, by the whole model at once."""
    model = build_model(build_network(instance), suite_choices(instance), with_links=with_links)
    compiled = compile_pyomo(model.pyomo)
    session = HighsSession(relaxed(compiled.linear) if in_parts else compiled.linear)
    for key in model.pyomo.unmet:
        column = compiled.column(model.pyomo.unmet[key])
        assert column is not None
        session.set_column_bounds(column, 0.0, 0.0)
    session.set_objective(*compiled.objective(tables_agree(model).npv_cost), "minimise")
    return session.solve(Limits()).value


def _projected(instance: EstatesInstance) -> tuple[float | None, float | None, Projection]:
    """The same by the choices alone: the cost, the bound of their relaxation, and the projection."""
    loaded = LoadedModel(build_model(build_network(instance), suite_choices(instance), with_links=False))
    nobody = np.zeros(len(loaded.linear.cost))
    projection = loaded.projection(loaded.reader.held_unmet(nobody))
    projection.set_cost(*loaded.objective("npv_cost"))
    stays = np.ones(len(projection.columns))
    projection.tighten(stays, Unwatched())
    with projection.session.continuous():
        bound = projection.session.solve(Limits()).value
    return projection.solve(Limits(), "npv_cost", Unwatched()).value, bound, projection


@pytest.mark.parametrize("seed", range(3))
def test_links_and_learnt_rows_do_not_change_the_best_plan(seed: int) -> None:
    """E-04 loaded, left out, or only learnt from: the same least cost; only the bounds differ."""
    for instance in (_hand_backs_alone(seed), _every_use(seed)):
        full = _least_cost(instance, with_links=True)
        assert _least_cost(instance, with_links=False) == (None if full is None else pytest.approx(full, abs=2e-6))
        value, bound, _ = _projected(instance)
        assert value == (None if full is None else pytest.approx(full, abs=2e-6))
        if full is not None:
            in_parts = _least_cost(instance, with_links=True, in_parts=True)
            assert bound == pytest.approx(in_parts, abs=1e-5), "as strong as all links at once"


def test_restarts_stay_off() -> None:
    """Everybody has a room as all stands; HiGHS 1.12 with restarts "proves" that 99 contacts have none."""
    instance = _every_use(115)
    model = build_model(build_network(instance), suite_choices(instance))
    compiled = compile_pyomo(model.pyomo)
    session = HighsSession(compiled.linear)
    session.set_objective(*compiled.objective(tables_agree(model).unmet_demand), "minimise")
    least = session.solve(Limits(relative_gap=1e-5))
    assert (least.status, least.bound) == ("optimal", pytest.approx(0.0, abs=1e-6))


def test_every_plan_obeys_the_rows_learnt() -> None:
    """The all-uses estate as it stands today has ways for everybody, so no learnt row may forbid it."""
    instance = all_uses_instance()
    loaded = LoadedModel(build_model(build_network(instance), suite_choices(instance), with_links=False))
    changes = loaded.changes()
    loaded.session.set_columns(changes, np.zeros(len(changes)))
    loaded.session.set_objective(*loaded.objective("unmet_demand"), "minimise")
    today = loaded.session.solve(Limits())
    assert today.values is not None
    projection = loaded.projection(loaded.reader.held_unmet(today.values))
    projection.set_cost(*loaded.objective("npv_cost"))
    assert projection.missing(projection.of(today.values)) == []
    cheapest_everything_gone = projection.session.solve(Limits())
    assert cheapest_everything_gone.values is not None
    rows = projection.missing(cheapest_everything_gone.values)
    assert rows, "the cheapest choices leave somebody without a way"
    for row in rows:
        assert row.coefficients @ projection.of(today.values) <= row.limit + 1e-6
        assert row.coefficients @ cheapest_everything_gone.values > row.limit


def test_what_costs_the_same_stays_open_and_what_does_not_is_settled() -> None:
    """Nobody pays for B-1, so that it may go or stay; A-1 saves money and goes."""
    suites = [
        suite("A-0", surplus_declared=False),
        suite("A-1"),
        suite("B-0", surplus_declared=False),
        suite("B-1", rent_gbp=0, rates_gbp=0, facilities_gbp=0, service_charge_gbp=0),
    ]
    instance = estate([site("A"), site("B")], suites, [area("a", 100)])
    loaded = LoadedModel(build_model(build_network(instance), suite_choices(instance), with_links=False))
    loaded.session.set_objective(*loaded.objective("unmet_demand"), "minimise")
    first = loaded.session.solve(Limits())
    assert first.values is not None
    held = loaded.reader.held_unmet(first.values)
    found = cheapest_choices(loaded, held, first.values, Limits(), Deadline(None), Unwatched())
    assert found.settling is not None
    settled = found.settling.answer(Limits(), Unwatched())
    assert settled is not None
    open_ones = loaded.whole & ~settled
    names = {loaded.linear.column_names[at].split(",")[0] for at in np.flatnonzero(open_ones)}
    assert names == {"chosen[B-1"}


def test_without_effort_bounds_are_weaker_and_never_wrong() -> None:
    """A node limit of one, or as many as are needed: bounds of the first lie below the values of the second."""
    instance = _every_use(3)
    lazy = solve_estates(instance, SolveOptions(effort_share=1e-9), Unwatched())
    best = solved(instance)
    for mine, theirs in zip(lazy.stages[:2], best.stages[:2], strict=True):
        assert mine.bound is not None and theirs.value is not None
        assert mine.bound <= theirs.value + 1


def test_a_cancel_after_the_first_stage_leaves_its_plan() -> None:
    outcome = solve_estates(_every_use(1), SolveOptions(), StopWhen(lambda: True))
    assert outcome.status == "cancelled"
    assert outcome.decisions is not None
    assert not outcome.repeatable
    assert [stage.name for stage in outcome.stages] == ["unmet_demand"]


def test_the_same_instance_gives_the_same_plan() -> None:
    assert solved(_every_use(2)).decisions == solved(_every_use(2)).decisions


def _two_services_to_a_room(services_per_session: int) -> EstatesInstance:
    """Nearly a room's worth of two services at A, where one of two rooms could go; B has none of the kind."""
    return estate(
        [site("A"), site("B")],
        [
            suite("A-0", surplus_declared=False, rooms={"consulting": 1}),
            suite("A-1", rooms={"consulting": 1}),
            suite("B-0", surplus_declared=False, rooms={"office": 1}),
        ],
        [area("a", 1900)],
        services=[service(per_1000=990.0), service("nurse", per_1000=20.0)],
        services_per_session=services_per_session,
    )


def test_a_week_without_a_timetable_is_planned_again() -> None:
    """E-40. 7.6 hours of two services go into the 8 of one room only if both may share a session.

    The hours are all the model counts, so the second room goes at first; with one service to a session nothing says
    where the nurse could be, the room holds fewer hours, and the second room stays.
    """
    shared, alone = solved(_two_services_to_a_room(2)), solved(_two_services_to_a_room(1))
    assert set(plan_of(_two_services_to_a_room(2), shared).hand_backs) == {"A-1"}
    instance = _two_services_to_a_room(1)
    plan = plan_of(instance, alone)
    assert plan.hand_backs == {}
    assert checked(plan, alone).findings == ()
    cost, before = alone.stages[1], shared.stages[1]
    assert cost.bound == pytest.approx(before.value, abs=21), "a bound of what needs no timetable"
    assert alone.status == "feasible"


def test_six_stages_in_order_each_with_a_bound() -> None:
    outcome = solved(_every_use(0))
    assert tuple(stage.name for stage in outcome.stages) == AIMS
    assert all(stage.bound is not None for stage in outcome.stages)


def test_held_rows_are_those_of_the_model() -> None:
    """Unmet demand that is held as rows in the projection is the same as in the whole model."""
    instance = estate([site("A")], [suite("A-0", surplus_declared=False)], [area("a", 6000)])
    loaded = LoadedModel(build_model(build_network(instance), suite_choices(instance), with_links=False))
    loaded.session.set_objective(*loaded.objective("unmet_demand"), "minimise")
    first = loaded.session.solve(Limits())
    assert first.values is not None
    held = loaded.reader.held_unmet(first.values)
    assert len(held.limits) == 2, "one kind of room, two periods"
    rows = with_rows(loaded.linear, held.rows, np.full(2, -np.inf), held.limits)
    assert rows.matrix.shape[0] == loaded.linear.matrix.shape[0] + 2
    assert (np.asarray(held.rows @ first.values) <= held.limits).all()
