"""Who pays for works: projects, sources, and whole pounds from each source to each project.

Money of others goes first. Which pounds of theirs can be used at all is a maximum flow from sources to projects, each
source held by its limit and each pair by the share of a project that the source may pay; filling up with the ICB's
own sources afterwards leaves that amount as it is, so the ICB pays the least there is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from models.estates.cash import ICB, SYSTEM, CashLine
from models.estates.entities import CapitalSource, Suite
from models.estates.hand_back import Option
from models.estates.instance import EstatesInstance
from models.shared.calendar import financial_year_of

ICB_KIND = "icb"
_Node = tuple[str, str]
_SOURCE, _SINK = ("", "source"), ("", "sink")


@dataclass(frozen=True)
class Project:
    """Works that a plan chooses, in the financial year of their first day."""

    project: str
    borough: str
    year: str
    works_gbp: int


@dataclass(frozen=True)
class Payment:
    """Pounds of one source for one project; `left_gbp` is what the year leaves of it, where it has a limit."""

    year: str
    project: str
    source_id: str
    kind: str
    gbp: int
    left_gbp: int | None


def project_of(instance: EstatesInstance, suite: Suite, option: Option) -> Project | None:
    """The works an option brings; None where it brings none."""
    if option.date is None or option.use == "hand_back":
        return None
    conversion = option.conversion
    name = suite.suite_id if conversion is None else conversion.conversion_id
    gbp = suite.open_space_works_gbp if conversion is None else conversion.works_gbp
    if gbp == 0:
        return None
    return Project(name, instance.site(suite.site_id).borough, financial_year_of(option.date), gbp)


def may_pay(source: CapitalSource, project: Project) -> bool:
    """Whether a source may pay for a project at all."""
    return source.year == project.year and source.borough in (None, project.borough)


def most_of_a_project_gbp(source: CapitalSource, project: Project) -> int:
    """The most a source may pay of one project, in whole pounds, its limit apart."""
    share = Fraction(str(source.share_of_project)) * project.works_gbp
    return share.numerator // share.denominator


def payments(instance: EstatesInstance, projects: Sequence[Project]) -> tuple[Payment, ...]:
    """What each source pays for each project, by year, project and source.

    Pounds that no listed source may pay stand under the source `icb`: all of them where no sources are listed.
    """
    found: list[Payment] = []
    for year in sorted({project.year for project in projects}):
        mine = sorted((p for p in projects if p.year == year), key=lambda p: p.project)
        sources = sorted((s for s in instance.capital_sources if s.year == year), key=lambda s: s.source_id)
        found.extend(_one_year(year, mine, sources))
    return tuple(found)


def capital_lines(paid: Iterable[Payment]) -> list[CashLine]:
    """The payments as cash: of the ICB, and of others."""
    return [
        CashLine(one.project, one.year, "works" if one.kind == ICB_KIND else "works_by_others",
                 ICB if one.kind == ICB_KIND else SYSTEM, one.gbp)
        for one in paid
    ]  # fmt: skip


def _one_year(year: str, projects: list[Project], sources: list[CapitalSource]) -> list[Payment]:
    flow = _Flow()
    for project in projects:
        flow.allow(("project", project.project), _SINK, project.works_gbp)
    for source in sources:
        for project in projects:
            if may_pay(source, project):
                most = most_of_a_project_gbp(source, project)
                flow.allow(("money", source.source_id), ("project", project.project), most)
    for of_icb in (False, True):
        for source in sources:
            if (source.kind == ICB_KIND) == of_icb:
                flow.allow(_SOURCE, ("money", source.source_id), source.limit_gbp)
        flow.fill()
    found: list[Payment] = []
    for project in projects:
        rest = project.works_gbp
        for source in sources:
            gbp = flow.used(("money", source.source_id), ("project", project.project))
            rest -= gbp
            left = source.limit_gbp - flow.used(_SOURCE, ("money", source.source_id))
            if gbp:
                found.append(Payment(year, project.project, source.source_id, source.kind, gbp, left))
        if rest:
            found.append(Payment(year, project.project, ICB_KIND, ICB_KIND, rest, None))
    return found


class _Flow:
    """A maximum flow in whole pounds along shortest ways, arcs in the order of their names."""

    def __init__(self) -> None:
        self._limit: dict[tuple[_Node, _Node], int] = {}
        self._used: dict[tuple[_Node, _Node], int] = {}
        self._next: dict[_Node, set[_Node]] = {}

    def allow(self, tail: _Node, head: _Node, gbp: int) -> None:
        self._limit[tail, head] = gbp
        self._next.setdefault(tail, set()).add(head)
        self._next.setdefault(head, set()).add(tail)

    def used(self, tail: _Node, head: _Node) -> int:
        return self._used.get((tail, head), 0)

    def fill(self) -> None:
        """Push pounds from source to sink until no way is left."""
        while way := self._way():
            pounds = min(self._room(tail, head) for tail, head in way)
            for tail, head in way:
                back = min(pounds, self.used(head, tail))
                self._used[head, tail] = self.used(head, tail) - back
                self._used[tail, head] = self.used(tail, head) + pounds - back

    def _room(self, tail: _Node, head: _Node) -> int:
        return self._limit.get((tail, head), 0) - self.used(tail, head) + self.used(head, tail)

    def _way(self) -> list[tuple[_Node, _Node]]:
        """The arcs of a shortest way with room, from the source to the sink; empty when there is none."""
        before: dict[_Node, _Node] = {_SOURCE: _SOURCE}
        queue = deque([_SOURCE])
        while queue and _SINK not in before:
            tail = queue.popleft()
            for head in sorted(self._next.get(tail, ())):
                if head not in before and self._room(tail, head) > 0:
                    before[head] = tail
                    queue.append(head)
        return _back_to_the_source(before) if _SINK in before else []


def _back_to_the_source(before: Mapping[_Node, _Node]) -> list[tuple[_Node, _Node]]:
    way: list[tuple[_Node, _Node]] = []
    head = _SINK
    while head != _SOURCE:
        way.append((before[head], head))
        head = before[head]
    return way[::-1]
