"""Works and who can pay for them: the least the ICB must pay, by a plain flow of pounds from sources to projects."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.estates.checker.exact import exact
from models.estates.checker.facts import Facts
from models.estates.checker.uses import Uses
from models.estates.entities import CapitalSource
from models.shared.calendar import financial_year_of

OF_THE_ICB = "icb"
START, END = ("start", ""), ("end", "")

Node = tuple[str, str]


@dataclass(frozen=True)
class Project:
    """Works of a conversion or before an offer on Open Space, in the financial year of their first day."""

    name: str
    year: str
    borough: str
    works_gbp: int


def projects_of(facts: Facts, uses: Uses) -> tuple[Project, ...]:
    """Every project of a plan, those without cost left out."""
    found: list[Project] = []
    for suite in facts.instance.suites:
        borough = facts.site_by_id[suite.site_id].borough
        works, offered = uses.conversions.get(suite.suite_id), uses.offers.get(suite.suite_id)
        if works is not None:
            own = works.conversion
            found.append(Project(own.conversion_id, financial_year_of(works.day), borough, own.works_gbp))
        if offered is not None:
            found.append(Project(suite.suite_id, financial_year_of(offered), borough, suite.open_space_works_gbp))
    return tuple(project for project in found if project.works_gbp)


def may_pay(source: CapitalSource, project: Project) -> bool:
    """Whether a source may pay for a project at all: its year and its borough."""
    return source.year == project.year and source.borough in (None, project.borough)


def most_of_project_gbp(source: CapitalSource, project: Project) -> int:
    """The most a source may pay for a project, its limit left aside."""
    return math.floor(exact(source.share_of_project) * project.works_gbp)


def works_gbp_by_year(facts: Facts, uses: Uses) -> Mapping[str, tuple[int, int]]:
    """What the works of each year cost the ICB at least, and what others then pay."""
    by_year: dict[str, list[Project]] = {}
    for project in projects_of(facts, uses):
        by_year.setdefault(project.year, []).append(project)
    paid: dict[str, tuple[int, int]] = {}
    for year, projects in by_year.items():
        others = [one for one in facts.instance.capital_sources if one.kind != OF_THE_ICB and one.year == year]
        most = most_paid_gbp(others, projects)
        paid[year] = (sum(project.works_gbp for project in projects) - most, most)
    return paid


def most_paid_gbp(sources: Iterable[CapitalSource], projects: Iterable[Project]) -> int:
    """The most that some sources can pay for some projects together (augmenting paths; all pounds are whole).

    What the other sources add never takes away from it: a path that adds to a largest flow leaves each of its sources
    paying what it paid.
    """
    left: dict[Node, dict[Node, int]] = {START: {}, END: {}}

    def link(start: Node, end: Node, gbp: int) -> None:
        left.setdefault(start, {})[end] = gbp
        left.setdefault(end, {}).setdefault(start, 0)

    wanted = tuple(projects)
    for project in wanted:
        link(("project", project.name), END, project.works_gbp)
    for source in sources:
        node = (f"source of {source.year}", source.source_id)
        link(START, node, source.limit_gbp)
        for project in wanted:
            if may_pay(source, project):
                link(node, ("project", project.name), most_of_project_gbp(source, project))
    total = 0
    while path := _path(left):
        gbp = min(left[start][end] for start, end in path)
        for start, end in path:
            left[start][end] -= gbp
            left[end][start] += gbp
        total += gbp
    return total


def _path(left: Mapping[Node, Mapping[Node, int]]) -> list[tuple[Node, Node]]:
    """The shortest way along which more can be paid; empty where there is none."""
    came_from: dict[Node, Node] = {START: START}
    queue = deque([START])
    while queue and END not in came_from:
        here = queue.popleft()
        for there in sorted(left[here]):
            if left[here][there] > 0 and there not in came_from:
                came_from[there] = here
                queue.append(there)
    path: list[tuple[Node, Node]] = []
    at = END
    while at != START and at in came_from:
        path.append((came_from[at], at))
        at = came_from[at]
    return path[::-1]
