"""Check of the money for works: E-34, row by row, source by source and project by project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from models.estates.checker.capital import (
    OF_THE_ICB,
    Project,
    may_pay,
    most_of_project_gbp,
    projects_of,
    works_gbp_by_year,
)
from models.estates.checker.facts import Facts
from models.estates.checker.written import Written
from models.estates.entities import CapitalSource
from models.shared.findings import Finding
from models.shared.parsing import Row


def check_capital_within_limits(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-34: each project is paid in full in its year, by sources that may pay for it, within share and limit."""
    projects = {project.name: project for project in projects_of(facts, written.uses)}
    sources = {(one.source_id, one.year): one for one in facts.instance.capital_sources}
    paid_for: dict[str, int] = defaultdict(int)
    paid_from: dict[tuple[str, str], int] = defaultdict(int)
    paid_by_icb: dict[str, int] = defaultdict(int)
    for (year, name, source_id), row in sorted(written.capital.items()):
        gbp = row.integer("gbp")
        project, source = projects.get(name), sources.get((source_id, year))
        wrong = _wrong(project, source, year, name, source_id, row, has_sources=bool(sources))
        if wrong is not None:
            yield _error(wrong, f"capital.csv {year}, {name}, {source_id}")
        paid_for[name] += gbp
        paid_from[source_id, year] += gbp
        if source is None or source.kind == OF_THE_ICB:
            paid_by_icb[year] += gbp
    for name, project in sorted(projects.items()):
        if paid_for[name] != project.works_gbp:
            yield _error(f"The works of {name} cost £{project.works_gbp:,}; £{paid_for[name]:,} are paid.",
                         f"capital.csv {project.year}, {name}")  # fmt: skip
    yield from _limits(sources, paid_from)
    for year, (least_gbp, _) in sorted(works_gbp_by_year(facts, written.uses).items()):
        if paid_by_icb[year] > least_gbp:
            yield _error(f"The ICB pays £{paid_by_icb[year]:,} for works of {year}; with the other sources it could "
                         f"be £{least_gbp:,}.", f"capital.csv {year}")  # fmt: skip


def _wrong(
    project: Project | None,
    source: CapitalSource | None,
    year: str,
    name: str,
    source_id: str,
    row: Row,
    *,
    has_sources: bool,
) -> str | None:
    """What is wrong with one payment, or None."""
    if project is None:
        return f"{name} is no project of the plan, and nothing is paid for it."
    if year != project.year:
        return f"The works of {name} begin in {project.year}; they are not paid in {year}."
    if not has_sources:
        return None if source_id == OF_THE_ICB else f"Without capital_sources the ICB pays, not {source_id}."
    if source is None:
        return f"There is no source {source_id} in {year}."
    if not may_pay(source, project):
        return f"{source_id} is for {source.borough}; {name} lies in {project.borough}."
    most_gbp = most_of_project_gbp(source, project)
    if row.integer("gbp") > most_gbp:
        return f"{source_id} may pay £{most_gbp:,} of the £{project.works_gbp:,} for {name}, not more."
    return None


def _limits(
    sources: Mapping[tuple[str, str], CapitalSource], paid_from: Mapping[tuple[str, str], int]
) -> Iterator[Finding]:
    for key, source in sorted(sources.items()):
        if paid_from.get(key, 0) > source.limit_gbp:
            yield _error(f"{source.source_id} has £{source.limit_gbp:,} in {source.year}; £{paid_from[key]:,} are "
                         f"paid from it.", f"capital.csv {source.year}, {source.source_id}")  # fmt: skip


def _error(message: str, where: str) -> Finding:
    return Finding("E-34", "error", message, where)
