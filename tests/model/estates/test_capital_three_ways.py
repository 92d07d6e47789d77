"""Who pays for works: the checker's flow, the model's payments and a plain linear program agree for any sources."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from models.estates import capital as model
from models.estates.checker.capital import Project, may_pay, most_of_project_gbp, most_paid_gbp
from models.estates.entities import CapitalSource
from tests.estates_small import area, estate, site, suite

pytestmark = pytest.mark.model

YEAR = "2026/27"
BOROUGHS = st.sampled_from([None, "Brent", "Ealing"])
SOURCES = st.lists(
    st.builds(
        lambda kind, borough, limit, share: ("", kind, borough, YEAR, limit, share),
        st.sampled_from(["lig", "s106", "cil", "icb", "other"]),
        BOROUGHS,
        st.integers(0, 90_000),
        st.sampled_from([0.33, 0.5, 0.667, 1.0]),
    ),
    max_size=5,
).map(lambda rows: [CapitalSource(f"s{at}", *row[1:]) for at, row in enumerate(rows)])
PROJECTS = st.lists(
    st.tuples(st.sampled_from(["Brent", "Ealing"]), st.integers(1, 70_001)), min_size=1, max_size=4
).map(lambda rows: [Project(f"p{at}", YEAR, borough, gbp) for at, (borough, gbp) in enumerate(rows)])


def most_by_a_linear_program(sources: list[CapitalSource], projects: list[Project]) -> float:
    """The most the sources can pay together."""
    pairs = [(s, p) for s in sources for p in projects if may_pay(s, p)]
    if not pairs:
        return 0.0
    rows = [[float(s is one) for s, _ in pairs] for one in sources] + [
        [float(p is one) for _, p in pairs] for one in projects
    ]
    limits = [one.limit_gbp for one in sources] + [one.works_gbp for one in projects]
    result = linprog(-np.ones(len(pairs)), A_ub=np.array(rows), b_ub=limits,
                     bounds=[(0, most_of_project_gbp(s, p)) for s, p in pairs])  # fmt: skip
    return -float(result.fun)


@settings(max_examples=80, deadline=None)
@given(SOURCES, PROJECTS)
def test_the_icb_pays_the_least(sources: list[CapitalSource], projects: list[Project]) -> None:
    others = [one for one in sources if one.kind != "icb"]
    most = most_paid_gbp(others, projects)
    assert most == pytest.approx(most_by_a_linear_program(others, projects), abs=1e-4)
    instance = replace(estate([site("A")], [suite("A-0")], [area("a", 1)]), capital_sources=tuple(sources))
    paid = model.payments(instance, [model.Project(p.name, p.borough, p.year, p.works_gbp) for p in projects])
    assert sum(one.gbp for one in paid) == sum(one.works_gbp for one in projects)
    assert sum(one.gbp for one in paid if one.kind != "icb") == most


@settings(max_examples=60, deadline=None)
@given(SOURCES, PROJECTS)
def test_more_money_from_others_never_costs_the_icb_more(
    sources: list[CapitalSource], projects: list[Project]
) -> None:
    more = [replace(one, limit_gbp=one.limit_gbp + 1_000) for one in sources]
    assert most_paid_gbp(more, projects) >= most_paid_gbp(sources, projects)
