"""What is told of shipped and changed instances, once for all tests of sentences."""

from __future__ import annotations

from functools import cache

from models.reallocation.problem import ReallocationCase
from models.reallocation.tables import REGISTER
from models.shared.parsing import parse_instance
from models.shared.problem import Explained, Explanation, SolveOptions
from solvers.types import Unwatched
from tests.model.reallocation.plans import Solved, as_read, instance_of, shipped, solved
from tests.model.reallocation.recomputed import Written

PROVENANCE = {"plan": 5, "public": 60, "assumption": 35, "synthetic": 300, "local": 0}


def explained(name: str, scenario: str | None = None) -> Explained:
    """All that is told of a plan, with the tables of its studies."""
    return _explained(name, scenario)


@cache
def _explained(name: str, scenario: str | None) -> Explained:
    case = solved_once(name, scenario)
    return ReallocationCase(case.instance, PROVENANCE).explain(case.outcome, SolveOptions(), Unwatched())


@cache
def explained_without_plan(name: str, scenario: str) -> tuple[Explanation, ...]:
    """All that is told of an instance that has no plan, its conflicts included."""
    case = ReallocationCase(instance_of(shipped(name, scenario)), PROVENANCE)
    outcome = case.solve(SolveOptions(), Unwatched())
    assert outcome.status == "infeasible"
    return (*outcome.explanations, *case.explain(outcome, SolveOptions(), Unwatched()).sentences)


def solved_once(name: str, scenario: str | None) -> Solved:
    """A shipped plan, asked for as all other tests ask for it."""
    return solved(name) if scenario is None else solved(name, scenario)


def sentence(name: str, wanted: str, scenario: str | None = None) -> Explanation:
    """One sentence of a plan by its id."""
    return next(one for one in explained(name, scenario).sentences if one.id == wanted)


def ids(name: str, scenario: str | None = None) -> set[str]:
    """The ids of all sentences of a plan."""
    return {one.id for one in explained(name, scenario).sentences}


def written(name: str, scenario: str | None = None) -> Written:
    """The tables of a plan and its studies as they come back from their files, and the inputs."""
    case, parsed = solved_once(name, scenario), parse_instance(REGISTER, shipped(name, scenario))
    studies = {table: [dict(row) for row in rows] for table, rows in explained(name, scenario).studies.items()}
    tables = as_read({**case.written(), **studies})
    return Written(tables, parsed.tables, case.instance.settings)
