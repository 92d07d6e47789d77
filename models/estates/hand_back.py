"""Which suites may be handed back, as what and when: the hand-back rules, one function each.

An *option* of a suite is a pair of days: the day it goes (None: kept) and the day its site's core suite goes (None:
the site stays open). A rule here says whether an option is allowed; the formulation chooses among those that all
allow.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from models.estates.cash import extent_of
from models.estates.instance import EstatesInstance, Occupation, Site, Suite
from models.shared.calendar import add_months


@dataclass(frozen=True)
class Option:
    """One way to deal with a suite."""

    suite_id: str
    date: dt.date | None
    core_date: dt.date | None

    @property
    def extent(self) -> str | None:
        return extent_of(self.date, self.core_date)


@dataclass(frozen=True)
class SuiteFacts:
    """A suite with all that the hand-back rules look at."""

    suite: Suite
    site: Site
    site_area_m2: int
    occupations: tuple[Occupation, ...]
    has_fixed_room: bool
    decision_date: dt.date
    minimum_m2: int
    plan_end: dt.date

    @property
    def is_core(self) -> bool:
        return self.site.core_suite == self.suite.suite_id

    @property
    def notice_date(self) -> dt.date:
        return add_months(self.decision_date, self.suite.notice_months)

    @property
    def vacant_date(self) -> dt.date | None:
        """First day on which the suite can stand empty; None where it never does."""
        leaving = [o.end_date for o in self.occupations if o.payer != "icb"]
        days = [self.suite.vacant_by, *leaving]
        return None if None in days else max(day for day in days if day is not None)


Allows = Callable[[SuiteFacts, Option], bool]


def icb_pays_the_void(facts: SuiteFacts, option: Option) -> bool:
    """E-09. Only space whose void the ICB pays for can be handed back."""
    return option.date is None or facts.suite.void_payer == "icb"


def surplus_declared(facts: SuiteFacts, option: Option) -> bool:
    """E-10. Only space declared surplus to all commissioning needs can be handed back."""
    return option.date is None or facts.suite.surplus_declared


def vacant_by_the_date(facts: SuiteFacts, option: Option) -> bool:
    """E-11. Space is empty on the day it is handed back."""
    vacant = facts.vacant_date
    return option.date is None or (vacant is not None and option.date >= vacant)


def self_contained(facts: SuiteFacts, option: Option) -> bool:
    """E-12. Part of a building can be handed back only if it is self-contained."""
    return option.extent != "part" or facts.suite.self_contained


def at_least_100_m2(facts: SuiteFacts, option: Option) -> bool:
    """E-13. Space handed back is at least 100 m2: the suite for a part, the building for the whole."""
    area_m2 = facts.site_area_m2 if option.extent == "whole" else facts.suite.area_m2
    return option.date is None or area_m2 >= facts.minimum_m2


def nhs_property_services_only(facts: SuiteFacts, option: Option) -> bool:
    """E-14. GP premises and buildings of other owners are not NHS Property Services' to take back."""
    return option.date is None or facts.site.tenure not in ("gp", "other")


def not_pfi(facts: SuiteFacts, option: Option) -> bool:
    """E-15. PFI buildings cannot be handed back."""
    return option.date is None or facts.site.tenure != "pfi"


def not_onerous_lease(facts: SuiteFacts, option: Option) -> bool:
    """E-16. Space under an onerous lease cannot be handed back."""
    return option.date is None or not facts.site.onerous_lease


def not_lift_or_chp(facts: SuiteFacts, option: Option) -> bool:
    """E-17. LIFT and Community Health Partnerships space cannot be handed back."""
    return option.date is None or facts.site.tenure != "lift_chp"


def admissible_dates(facts: SuiteFacts, option: Option) -> bool:
    """E-18. A suite is handed back once its notice has run, on the first of a month or on its lease break or end."""
    if option.date is None:
        return True
    on_a_day = option.date.day == 1 or option.date in (facts.suite.lease_break, facts.suite.lease_end)
    return on_a_day and facts.notice_date <= option.date < facts.plan_end


def open_only_with_core_suite(facts: SuiteFacts, option: Option) -> bool:
    """E-20. A site is open only while its core suite is kept; with it the whole building goes."""
    del facts
    return option.core_date is None or (option.date is not None and option.date <= option.core_date)


def fixed_rooms_stay(facts: SuiteFacts, option: Option) -> bool:
    """E-24. A suite with a room fitted for one purpose is kept."""
    return option.date is None or not facts.has_fixed_room


def instructions_followed(facts: SuiteFacts, option: Option) -> bool:
    """E-25. What the user orders for a suite is done."""
    suite = facts.suite
    if suite.instruction == "keep":
        return option.date is None
    if suite.instruction == "hand_back":
        return option.date is not None and suite.instruction_date in (None, option.date)
    return True


OPTION_RULES: Mapping[str, Allows] = {
    "E-09": icb_pays_the_void,
    "E-10": surplus_declared,
    "E-11": vacant_by_the_date,
    "E-12": self_contained,
    "E-13": at_least_100_m2,
    "E-14": nhs_property_services_only,
    "E-15": not_pfi,
    "E-16": not_onerous_lease,
    "E-17": not_lift_or_chp,
    "E-18": admissible_dates,
    "E-20": open_only_with_core_suite,
    "E-24": fixed_rooms_stay,
    "E-25": instructions_followed,
}
"""The rules that forbid options of one suite, in the order in which they are named to the user."""


def suite_facts(instance: EstatesInstance) -> dict[str, SuiteFacts]:
    """The facts of every suite, by id."""
    fixed = {kind.room_type for kind in instance.room_types if kind.fixed}
    sites = {site.site_id: site for site in instance.sites}
    area: dict[str, int] = {}
    for suite in instance.suites:
        area[suite.site_id] = area.get(suite.site_id, 0) + suite.area_m2
    return {
        suite.suite_id: SuiteFacts(
            suite=suite,
            site=sites[suite.site_id],
            site_area_m2=area[suite.site_id],
            occupations=instance.occupations_of(suite.suite_id),
            has_fixed_room=not fixed.isdisjoint(suite.rooms),
            decision_date=instance.settings.decision_date,
            minimum_m2=instance.settings.minimum_hand_back_m2,
            plan_end=instance.periods[-1].end_day,
        )
        for suite in instance.suites
    }


def candidate_dates(instance: EstatesInstance, members: list[SuiteFacts]) -> tuple[dt.date, ...]:
    """Days worth considering for the suites of one site.

    Between two of them a suite's cost only rises or only falls with the day, and no period begins, so a day between
    is never needed: the decision day, the end of each notice, the day each suite is vacant, lease breaks and ends,
    ordered days, the first day of each period, a change of the payment rules and the month before it; and of each the
    first of the month on or after it.
    """
    days: set[dt.date] = {period.first_day for period in instance.periods}
    for rule in instance.vacating_rules:
        days |= {rule.valid_from, add_months(rule.valid_from.replace(day=1), -1 if rule.valid_from.day == 1 else 0)}
    for facts in members:
        suite = facts.suite
        own = (facts.decision_date, facts.notice_date, facts.vacant_date, suite.lease_break, suite.lease_end,
               suite.instruction_date)  # fmt: skip
        days.update(day for day in own if day is not None)
    days.update({first_of_month_from(day) for day in days})
    start = instance.settings.decision_date
    return tuple(sorted(day for day in days if start <= day < instance.periods[-1].end_day))


def first_of_month_from(day: dt.date) -> dt.date:
    """The day itself if it is the first of a month, else the first of the next month."""
    return day if day.day == 1 else add_months(day.replace(day=1), 1)


def all_options(facts: SuiteFacts, dates: tuple[dt.date, ...]) -> Iterator[Option]:
    """Every option of a suite over the candidate days of its site; a core suite is its own core."""
    ways: list[dt.date | None] = [*dates, None]
    for core_date in ways:
        for date in [core_date] if facts.is_core else ways:
            yield Option(facts.suite.suite_id, date, core_date)


def allowed(facts: SuiteFacts, option: Option, without_rules: frozenset[str]) -> bool:
    """Whether every rule in force allows an option."""
    return all(allows(facts, option) for rule, allows in OPTION_RULES.items() if rule not in without_rules)


def may_go_as_part(facts: SuiteFacts, dates: tuple[dt.date, ...], without_rules: frozenset[str]) -> bool:
    """Whether a suite may be handed back on its own at some time (so that floors below wait for it, E-19)."""
    if facts.is_core or (facts.suite.instruction == "keep" and "E-25" not in without_rules):
        return False
    ignoring = without_rules | {"E-20", "E-25"}
    return any(allowed(facts, Option(facts.suite.suite_id, date, None), ignoring) for date in dates)
