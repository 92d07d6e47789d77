"""What may become of each suite and of each GP practice's premises, and what that costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.estates.capital import Project, project_of
from models.estates.cash import CashBook, discount_factor
from models.estates.entities import Premises
from models.estates.formulation.cash_rules import cash_discounted, option_cost_gbp
from models.estates.formulation.hand_back_rules import allowed
from models.estates.hand_back import Option, SuiteFacts, all_options, candidate_dates, suite_facts
from models.estates.instance import EstatesInstance
from models.estates.right_size import closing_dates


@dataclass(frozen=True)
class SuiteChoice:
    """A suite, the options the rules in force leave it, and the net present cost of each.

    `projects` holds the works of each option (None: no works), whose payers are chosen apart from `costs_gbp`.
    """

    facts: SuiteFacts
    options: tuple[Option, ...]
    costs_gbp: tuple[float, ...]
    projects: tuple[Project | None, ...]

    @property
    def suite_id(self) -> str:
        return self.facts.suite.suite_id


@dataclass(frozen=True)
class PremisesChoice:
    """GP premises, the days they may close on (None: they stay), and the net present cost of each."""

    practice_id: str
    dates: tuple[dt.date | None, ...]
    costs_gbp: tuple[float, ...]


def suite_choices(instance: EstatesInstance, without_rules: frozenset[str] = frozenset()) -> tuple[SuiteChoice, ...]:
    """The choices of every suite, by site and suite. An option needs a core suite that may go on its core day."""
    facts = suite_facts(instance)
    book = CashBook(instance)
    found: list[SuiteChoice] = []
    for site in instance.sites:
        members = [facts[suite.suite_id] for suite in instance.suites_of(site.site_id)]
        dates = candidate_dates(instance, members)
        own = {m.suite.suite_id: [o for o in all_options(m, dates) if allowed(m, o, without_rules)] for m in members}
        core_dates = {option.hand_back_date for option in own[site.core_suite]}
        for member in members:
            options = [o for o in own[member.suite.suite_id] if o.core_date in core_dates]
            found.append(_choice(instance, book, member, options))
    return tuple(found)


def _choice(instance: EstatesInstance, book: CashBook, facts: SuiteFacts, options: Sequence[Option]) -> SuiteChoice:
    costs = {option: option_cost_gbp(instance, book, facts.suite, option) for option in options}
    projects = {option: project_of(instance, facts.suite, option) for option in options}
    kept = _worth_considering(instance, options, costs, projects)
    return SuiteChoice(facts, tuple(kept), tuple(costs[o] for o in kept), tuple(projects[o] for o in kept))


def _worth_considering(
    instance: EstatesInstance,
    options: Sequence[Option],
    costs: Mapping[Option, float],
    projects: Mapping[Option, Project | None],
) -> list[Option]:
    """The options less those changes of use that another one beats: the same in every period and cheaper.

    Where works are paid from sources, only changes whose works fall in the same year are compared.
    """
    best: dict[tuple[object, ...], tuple[float, Option]] = {}
    for option in options:
        if option.date is None or option.is_hand_back:
            continue
        project, cost = projects[option], costs[option]
        if project is not None:
            cost += project.works_gbp * discount_factor(instance, project.year)
        year = project.year if project is not None and instance.capital_sources else ""
        phases = tuple(option.phase(period) for period in instance.periods)
        key = (option.use, option.conversion, phases, year)
        if key not in best or cost < best[key][0]:
            best[key] = (cost, option)
    chosen = {option for _, option in best.values()}
    return [option for option in options if option.date is None or option.is_hand_back or option in chosen]


def premises_choices(
    instance: EstatesInstance, without_rules: frozenset[str] = frozenset()
) -> tuple[PremisesChoice, ...]:
    """The choices of all premises that may close, or that the user orders to close; no days where that is in vain."""
    book = CashBook(instance)
    found: list[PremisesChoice] = []
    for premises in instance.premises:
        days = closing_dates(instance, premises, from_any_day="E-38" in without_rules)
        if not days and premises.instruction != "close":
            continue
        order = "free" if "E-25" in without_rules else premises.instruction
        dates: list[dt.date | None] = [] if order == "keep" else [*days]
        if order != "close":
            dates.append(None)
        found.append(_premises_choice(instance, book, premises, dates))
    return tuple(found)


def _premises_choice(
    instance: EstatesInstance, book: CashBook, premises: Premises, dates: Sequence[dt.date | None]
) -> PremisesChoice:
    """The days less those that another one beats: closed in the same periods, and cheaper."""
    best: dict[int, tuple[float, dt.date | None]] = {}
    for day in dates:
        cost = cash_discounted(instance, book.premises_lines(premises, day))
        open_periods = sum(day is None or day >= period.end_day for period in instance.periods)
        key = -1 if day is None else open_periods
        if key not in best or cost < best[key][0]:
            best[key] = (cost, day)
    ordered = [best[key] for key in sorted(best, key=lambda key: (key < 0, key))]
    return PremisesChoice(premises.practice_id, tuple(day for _, day in ordered), tuple(cost for cost, _ in ordered))
