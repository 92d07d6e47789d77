"""Why a suite that may be handed back is kept: needed, not worth it, or below a floor that stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from models.estates.explain.shortages import Needs, shortage_words
from models.estates.formulation.choices import SuiteChoice, suite_choices
from models.estates.formulation.hand_back_rules import may_go_as_part
from models.estates.hand_back import Option, candidate_dates
from models.estates.instance import EstatesInstance
from models.estates.needs import Shortage
from models.estates.plan import Plan
from models.estates.words import Number, day_words, tell
from models.shared.problem import Explanation

Choices = Mapping[str, SuiteChoice]


def kept(instance: EstatesInstance, plan: Plan) -> Iterator[Explanation]:
    """One sentence for each suite that could be handed back and is kept; for each building that could be closed."""
    choices = {choice.suite_id: choice for choice in suite_choices(instance)}
    needs = Needs(instance, plan)
    for site in instance.sites:
        members = [choices[suite.suite_id] for suite in instance.suites_of(site.site_id)]
        if plan.date(site.core_suite) is not None:
            continue
        for choice in members:
            if not choice.facts.is_core and plan.date(choice.suite_id) is None:
                yield from _kept_part(instance, plan, choice, choices, needs)
        yield from _kept_building(plan, members, needs)


def _kept_part(
    instance: EstatesInstance, plan: Plan, choice: SuiteChoice, choices: Choices, needs: Needs
) -> Iterator[Explanation]:
    suite_id = choice.suite_id
    cost = dict(zip(choice.options, choice.costs_gbp, strict=True))
    parts = [option for option in choice.options if option.core_date is None and option.is_hand_back]
    if not parts:
        return
    stays = cost[Option(suite_id, None, None)]
    above = _floors_above_that_stay(instance, plan, choice, choices)
    if above:
        names = ", ".join(choices[suite].facts.suite.name for suite in above)
        yield _say(
            choice, "below {above}, which stays; parts go from the top floor down.", {}, "E-19", {"above": names}
        )
        return
    cheaper = [option for option in parts if cost[option] < stays]
    if not cheaper:
        best = min(parts, key=lambda option: (cost[option], str(option.date)))
        yield _not_worth_it(choice, best.date, cost[best] - stays)
        return
    latest = max(cheaper, key=lambda option: str(option.date))
    found = needs.first_shortage([suite_id], latest)
    if found is None:
        yield _say(
            choice, "no rule that can be named for it alone stops it; the plan as a whole is no dearer.", {}, ""
        )
        return
    clause, numbers, words = shortage_words(needs.network, found)
    yield _say(choice, "needed: without it, " + clause, numbers, _ruled_by(found), words)


def _kept_building(plan: Plan, members: list[SuiteChoice], needs: Needs) -> Iterator[Explanation]:
    """Why a building that may be closed stays open."""
    core = next(choice for choice in members if choice.facts.is_core)
    now = sum(_cost(choice, plan.option(choice.facts.suite)) for choice in members)
    ways: list[tuple[dt.date, float]] = []
    for option in core.options:
        best = [_cheapest_gone_by(choice, option.date) for choice in members]
        if option.date is not None and option.is_hand_back and None not in best:
            ways.append((option.date, sum(cost for cost in best if cost is not None)))
    if not ways:
        return
    cheaper = [day for day, cost in ways if cost < now]
    if not cheaper:
        day, cost = min(ways, key=lambda way: (way[1], way[0]))
        yield _not_worth_it(core, day, cost - now, "the whole building")
        return
    gone = [choice.suite_id for choice in members]
    found = needs.first_shortage(gone, Option(core.suite_id, max(cheaper), max(cheaper)))
    if found is None:
        yield _say(core, "the building could close, but no single shortage can be named.", {}, "")
        return
    clause, numbers, words = shortage_words(needs.network, found)
    yield _say(core, "the building is needed: without it, " + clause, numbers, _ruled_by(found), words)


def _ruled_by(shortage: Shortage) -> str:
    """What binds: the hours of the sites within reach, or how far people may be sent."""
    return "E-06" if shortage.sites or not shortage.areas else "E-23"


def _cost(choice: SuiteChoice, option: Option) -> float:
    return choice.costs_gbp[choice.options.index(option)]


def _cheapest_gone_by(choice: SuiteChoice, core_date: dt.date | None) -> float | None:
    costs = [
        cost
        for option, cost in zip(choice.options, choice.costs_gbp, strict=True)
        if option.core_date == core_date and option.is_hand_back
    ]
    return min(costs, default=None)


def _floors_above_that_stay(
    instance: EstatesInstance, plan: Plan, choice: SuiteChoice, choices: Choices
) -> list[str]:
    site_suites = instance.suites_of(choice.facts.site.site_id)
    dates = candidate_dates(instance, [choices[suite.suite_id].facts for suite in site_suites])
    return [
        suite.suite_id
        for suite in site_suites
        if suite.floor > choice.facts.suite.floor
        and plan.date(suite.suite_id) is None
        and may_go_as_part(choices[suite.suite_id].facts, dates, frozenset())
    ]


def _not_worth_it(choice: SuiteChoice, day: dt.date | None, loss_gbp: float, what: str = "it") -> Explanation:
    when = "" if day is None else day_words(day)
    return _say(
        choice,
        "handing {what} back costs more than it saves: even on {day}, the best day, {loss:gbp} more over the plan.",
        {"loss": loss_gbp},
        "E-26",
        {"what": what, "day": when},
    )


def _say(
    choice: SuiteChoice, clause: str, numbers: Mapping[str, Number], rule: str, names: Mapping[str, str] | None = None
) -> Explanation:
    return tell(
        "estates.kept",
        "{site}, {suite}: kept; " + clause,
        numbers,
        rule=rule,
        where=f"site_plan.csv, {choice.suite_id}",
        names={**(names or {}), "site": choice.facts.site.name, "suite": choice.facts.suite.name},
    )
