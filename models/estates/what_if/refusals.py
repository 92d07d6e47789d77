"""The rules that stand against an order, by name, and what would change each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from models.estates.formulation.hand_back_rules import OPTION_RULES
from models.estates.hand_back import Option, SuiteFacts, candidate_dates, first_of_month_from, suite_facts
from models.estates.instance import EstatesInstance
from models.estates.plan import Plan
from models.estates.rules import BY_ID
from models.estates.what_if.orders import FullOrder, Order, full_order
from models.estates.words import day_words, list_words

_OWNERS = {"gp": "the practice", "other": "another owner", "provider": "the provider", "icb": "the ICB"}


@dataclass(frozen=True)
class Refusal:
    """A rule that refuses a suite on the day asked for. `from_day` is the first day on which it no longer does."""

    rule: str
    suite_id: str
    why: str
    change: str
    from_day: dt.date | None

    @property
    def name(self) -> str:
        return BY_ID[self.rule].name


def refusals(plan: Plan, order: FullOrder) -> tuple[Refusal, ...]:
    """All rules that refuse a suite of an order on its day."""
    facts = suite_facts(plan.instance)
    found: list[Refusal] = []
    for suite_id, date in order.dates.items():
        mine = facts[suite_id]
        option = Option(suite_id, date, order.cores.get(mine.site.site_id))
        days = _days(plan.instance, facts, mine.site.site_id, date)
        for rule, allows in rules_asked(mine).items():
            if not allows(mine, option):
                why, change = EXPLAINED[rule](mine, option)
                found.append(Refusal(rule, suite_id, why, change, _first_day(mine, option, allows, days)))
    return tuple(found)


def first_admissible_day(plan: Plan, asked: Sequence[Order], after: dt.date) -> dt.date | None:
    """The first day after another on which every rule allows all that an order takes with it; None: there is none."""
    facts = suite_facts(plan.instance)
    sites = sorted({facts[order.suite_id].site.site_id for order in asked})
    days = {day for site in sites for day in _days(plan.instance, facts, site, after)}
    for day in sorted(days):
        order = full_order(plan, [Order(one.suite_id, day) for one in asked], facts)
        if is_allowed(order, facts):
            return day
    return None


def is_allowed(order: FullOrder, facts: Mapping[str, SuiteFacts]) -> bool:
    """Whether every rule allows all that an order takes with it."""
    return all(_is_allowed(facts[suite], order) for suite in order.dates)


def _is_allowed(facts: SuiteFacts, order: FullOrder) -> bool:
    suite_id = facts.suite.suite_id
    option = Option(suite_id, order.dates[suite_id], order.cores.get(facts.site.site_id))
    return all(allows(facts, option) for allows in rules_asked(facts).values())


def rules_asked(facts: SuiteFacts) -> Mapping[str, Callable[[SuiteFacts, Option], bool]]:
    """The rules a hand-back on trial is held against: an order to keep stands, an order of another day does not."""
    if facts.suite.instruction == "keep":
        return OPTION_RULES
    return {rule: allows for rule, allows in OPTION_RULES.items() if rule != "E-25"}


def _days(
    instance: EstatesInstance, facts: Mapping[str, SuiteFacts], site_id: str, after: dt.date
) -> tuple[dt.date, ...]:
    """The days after another on which an answer may change: those worth considering, and the next first of a month.

    A plan needs none between those worth considering; whoever asks for the 15th can have the 1st after it.
    """
    worth = candidate_dates(instance, [facts[suite.suite_id] for suite in instance.suites_of(site_id)])
    following = first_of_month_from(after + dt.timedelta(days=1))
    return tuple(sorted(day for day in {*worth, following} if after < day < instance.periods[-1].end_day))


def _first_day(
    facts: SuiteFacts,
    option: Option,
    allows: Callable[[SuiteFacts, Option], bool],
    days: Sequence[dt.date],
) -> dt.date | None:
    """The first of these days on which one rule lets the suite go in the same way, as a part or with the building."""
    for day in days:
        core = day if option.extent == "whole" else option.core_date
        if allows(facts, Option(option.suite_id, day, core)):
            return day
    return None


Detail = Callable[[SuiteFacts, Option], tuple[str, str]]


def _void_of_another(facts: SuiteFacts, option: Option) -> tuple[str, str]:
    del option
    payer = _OWNERS[facts.suite.void_payer]
    return f"{payer} pays for its empty space", "the ICB would have to take over the void; it saves nothing by this"


def _not_surplus(facts: SuiteFacts, option: Option) -> tuple[str, str]:
    del facts, option
    return "it is not declared surplus", "a declaration that no commissioner needs it, now or later"


def _not_vacant(facts: SuiteFacts, option: Option) -> tuple[str, str]:
    del option
    others = [item for item in facts.occupations if item.payer != "icb"]
    staying = sorted(item.occupier for item in others if item.end_date is None)
    if staying:
        one = len(staying) == 1
        who = "the occupier" if one else "the occupiers"
        return (
            f"{list_words(staying)} {'stays' if one else 'stay'}",
            f"{who} would have to leave or move to another suite",
        )
    leaving = sorted((item.end_date, item.occupier) for item in others if item.end_date is not None)
    if facts.vacant_date is None:
        return "no day is given by which it can stand empty", "a day by which it is vacated (vacant_by)"
    whose = [f"{who} leaves on {day_words(day)}" for day, who in leaving if day == facts.vacant_date]
    why = list_words(whose) if whose else f"it stands empty from {day_words(facts.vacant_date)}"
    return why, f"from {day_words(facts.vacant_date)} it could go"


def _not_self_contained(facts: SuiteFacts, option: Option) -> tuple[str, str]:
    del option
    return "it is not self-contained", (
        f"works that make it self-contained, or the whole of {facts.site.name} going with it"
    )


def _too_small(facts: SuiteFacts, option: Option) -> tuple[str, str]:
    if option.extent == "whole":
        return f"the building has {facts.site_area_m2} m2, {facts.minimum_m2} needed", "nothing in this building"
    building = f"the whole building ({facts.site_area_m2} m2) going with it"
    return f"{facts.suite.area_m2} m2, {facts.minimum_m2} needed", (
        building if facts.site_area_m2 >= facts.minimum_m2 else "nothing: the whole building is too small as well"
    )


def _of_another_owner(facts: SuiteFacts, option: Option) -> tuple[str, str]:
    del option
    if facts.site.tenure == "gp":
        return "these are GP premises", "nothing in a hand-back: a Right Size move with the practice could close them"
    return "the building belongs to another owner", "nothing in a hand-back: end the agreement with the owner"


def _pfi(facts: SuiteFacts, option: Option) -> tuple[str, str]:
    del option
    return f"{facts.site.name} is a PFI building", "nothing until the contract ends: fill it, or offer it to others"


def _onerous(facts: SuiteFacts, option: Option) -> tuple[str, str]:
    del option
    return f"the lease of {facts.site.name} is onerous", "the end of that lease, or a settlement with the landlord"


def _lift(facts: SuiteFacts, option: Option) -> tuple[str, str]:
    del option
    return f"{facts.site.name} is a LIFT or CHP building: its payment runs to the end of the term", (
        "nothing saves this void: fill it, let it, or offer it on Open Space"
    )


def _not_on_that_day(facts: SuiteFacts, option: Option) -> tuple[str, str]:
    assert option.date is not None, "only hand-backs are refused"
    if option.date >= facts.plan_end:
        return f"the plan ends on {day_words(facts.plan_end)}", "a plan that reaches further"
    if option.date < facts.notice_date:
        accepted = f", once accepted after {facts.acceptance_months}," if facts.acceptance_months else ""
        notice = f"notice of {facts.suite.notice_months} months{accepted}"
        return f"{notice} runs until {day_words(facts.notice_date)}", (
            f"from {day_words(facts.notice_date)} it could go"
        )
    return "the day is neither the first of a month nor a lease break or end", "the first of a month"


def _core_goes(facts: SuiteFacts, option: Option) -> tuple[str, str]:
    del option
    return f"{facts.site.name} is closed by then", "an earlier day"


def _fixed_room(facts: SuiteFacts, option: Option) -> tuple[str, str]:
    del option
    kinds = list_words(sorted(facts.suite.rooms))
    return f"it has rooms fitted for one purpose (its rooms: {kinds})", "another suite fitted for the purpose"


def _ordered_kept(facts: SuiteFacts, option: Option) -> tuple[str, str]:
    del facts, option
    return "the instance orders it kept", "that order lifted (suites.csv, instruction)"


EXPLAINED: Mapping[str, Detail] = {
    "E-09": _void_of_another,
    "E-10": _not_surplus,
    "E-11": _not_vacant,
    "E-12": _not_self_contained,
    "E-13": _too_small,
    "E-14": _of_another_owner,
    "E-15": _pfi,
    "E-16": _onerous,
    "E-17": _lift,
    "E-18": _not_on_that_day,
    "E-20": _core_goes,
    "E-24": _fixed_room,
    "E-25": _ordered_kept,
}
