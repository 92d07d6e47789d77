"""The options of a suite and the facts the hand-back rules look at.

An *option* is a pair of days: the day the suite goes (None: kept) and the day its site's core suite goes (None: the
site stays open).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from models.estates.cash import extent_of
from models.estates.entities import Occupation, Site, Suite
from models.estates.instance import EstatesInstance
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
