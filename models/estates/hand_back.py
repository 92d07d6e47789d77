"""The options of a suite and the facts the rules of its use look at.

An *option* is what becomes of a suite and when: it stays, it is handed back on a day, it is offered on Open Space
from a day, or its rooms are converted from a day; and the day its site's core suite goes (None: the site stays open).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from models.estates.cash import extent_of
from models.estates.entities import Conversion, Occupation, Period, Site, Suite
from models.estates.instance import EstatesInstance
from models.shared.calendar import add_months, financial_year_start

Use = Literal["hand_back", "open_space", "conversion"]
Phase = Literal["kept", "handed_back", "open_space", "works", "converted"]


@dataclass(frozen=True)
class Option:
    """One way to deal with a suite; without a `date` it stays as it is, whatever `use` says."""

    suite_id: str
    date: dt.date | None
    core_date: dt.date | None
    use: Use = "hand_back"
    conversion: Conversion | None = None

    @property
    def is_hand_back(self) -> bool:
        return self.date is not None and self.use == "hand_back"

    @property
    def hand_back_date(self) -> dt.date | None:
        return self.date if self.use == "hand_back" else None

    @property
    def extent(self) -> str | None:
        return extent_of(self.hand_back_date, self.core_date)

    def phase(self, period: Period) -> Phase:
        """What the suite is planned as in a period."""
        if self.date is None or self.date >= period.end_day:
            return "kept"
        if self.conversion is None:
            return "open_space" if self.use == "open_space" else "handed_back"
        return "converted" if period.first_day >= add_months(self.date, self.conversion.works_months) else "works"

    def rooms(self, suite: Suite, kind: str, period: Period) -> int:
        """Rooms of a kind that the suite has in a period: none once it is gone, offered to others or in works."""
        phase = self.phase(period)
        today = suite.rooms.get(kind, 0)
        if phase == "kept":
            return today
        if phase == "converted" and self.conversion is not None:
            return max(0, today + added_rooms(self.conversion, kind))
        return 0


def added_rooms(conversion: Conversion, kind: str) -> int:
    """Rooms of a kind that a conversion makes, less those it uses up."""
    made = conversion.rooms_to if conversion.to_room_type == kind else 0
    return made - (conversion.rooms_from if conversion.from_room_type == kind else 0)


@dataclass(frozen=True)
class SuiteFacts:
    """A suite with all that the rules of its use look at.

    `fixed_kinds` are the kinds of room that are fitted for one purpose; `conversions` those listed for the suite.
    """

    suite: Suite
    site: Site
    site_area_m2: int
    occupations: tuple[Occupation, ...]
    fixed_kinds: frozenset[str]
    decision_date: dt.date
    acceptance_months: int
    minimum_m2: int
    plan_end: dt.date
    conversions: tuple[Conversion, ...]
    year_starts: tuple[dt.date, ...]
    period_starts: tuple[dt.date, ...]

    @property
    def is_core(self) -> bool:
        return self.site.core_suite == self.suite.suite_id

    @property
    def has_fixed_room(self) -> bool:
        return not self.fixed_kinds.isdisjoint(self.suite.rooms)

    @property
    def notice_date(self) -> dt.date:
        """First day on which a notice given on the decision date has been accepted and has run."""
        return add_months(self.decision_date, self.acceptance_months + self.suite.notice_months)

    @property
    def vacant_date(self) -> dt.date | None:
        """First day on which the suite can stand empty; None where it never does."""
        leaving = [o.end_date for o in self.occupations if o.payer != "icb"]
        days = [self.suite.vacant_by, *leaving]
        return None if None in days else max(day for day in days if day is not None)


def suite_facts(instance: EstatesInstance) -> dict[str, SuiteFacts]:
    """The facts of every suite, by id."""
    fixed = frozenset(kind.room_type for kind in instance.room_types if kind.fixed)
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
            fixed_kinds=fixed,
            decision_date=instance.settings.decision_date,
            acceptance_months=instance.settings.acceptance_months,
            minimum_m2=instance.settings.minimum_hand_back_m2,
            plan_end=instance.periods[-1].end_day,
            conversions=tuple(c for c in instance.conversions if c.suite_id == suite.suite_id),
            year_starts=tuple(financial_year_start(year) for year in instance.financial_years),
            period_starts=tuple(period.first_day for period in instance.periods),
        )
        for suite in instance.suites
    }


def candidate_dates(instance: EstatesInstance, members: list[SuiteFacts]) -> tuple[dt.date, ...]:
    """Days worth considering for handing back the suites of one site.

    Between two of them a suite's cost only rises or only falls with the day, and no period begins, so a day between
    is never needed: the decision day, the end of each notice, the day each suite is vacant, lease breaks and ends,
    ordered days, the first day of each period, a change of the payment rules and the month before it, where moves
    cost something the day each occupier leaves; and of each the first of the month on or after it.
    """
    days: set[dt.date] = {period.first_day for period in instance.periods}
    for rule in instance.vacating_rules:
        days |= {rule.valid_from, add_months(rule.valid_from.replace(day=1), -1 if rule.valid_from.day == 1 else 0)}
    for facts in members:
        suite = facts.suite
        own = (facts.decision_date, facts.notice_date, facts.vacant_date, suite.lease_break, suite.lease_end,
               suite.instruction_date)  # fmt: skip
        days.update(day for day in own if day is not None)
        if instance.settings.moves_gbp_per_m2:
            days.update(o.end_date for o in facts.occupations if o.end_date is not None)
    days.update({first_of_month_from(day) for day in days})
    start = instance.settings.decision_date
    return tuple(sorted(day for day in days if start <= day < instance.periods[-1].end_day))


def open_space_dates(facts: SuiteFacts) -> tuple[dt.date, ...]:
    """Firsts of months worth considering for Open Space: as soon as it may be, or when a period or a year begins.

    Each month of it earns the same, so in between only a new year's capital and discounting or an occupier's leaving
    can make waiting pay.
    """
    leaving = [o.end_date for o in facts.occupations]
    return _firsts(facts, [facts.suite.open_space_from, facts.vacant_date, *leaving])


def works_dates(facts: SuiteFacts, conversion: Conversion) -> tuple[dt.date, ...]:
    """Firsts of months worth considering for works: when the records are gone, when a period or a year begins, or so
    that the works end when a period begins."""
    ending = [add_months(day, -conversion.works_months) for day in facts.period_starts]
    return _firsts(facts, [conversion.digitised_by, *ending])


def _firsts(facts: SuiteFacts, days: Iterable[dt.date | None]) -> tuple[dt.date, ...]:
    own = (facts.decision_date, *facts.period_starts, *facts.year_starts, *days)
    firsts = {first_of_month_from(day) for day in own if day is not None}
    return tuple(sorted(day for day in firsts if facts.decision_date <= day < facts.plan_end))


def first_of_month_from(day: dt.date) -> dt.date:
    """The day itself if it is the first of a month, else the first of the next month."""
    return day if day.day == 1 else add_months(day.replace(day=1), 1)


def all_options(facts: SuiteFacts, dates: tuple[dt.date, ...]) -> Iterator[Option]:
    """Every option of a suite: hand-backs over the candidate days of its site, and its changes of use.

    A core suite is its own core and is never offered on Open Space; a change of use is of a building that stays.
    """
    ways: list[dt.date | None] = [*dates, None]
    for core_date in ways:
        for date in [core_date] if facts.is_core else ways:
            yield Option(facts.suite.suite_id, date, core_date)
    if not facts.is_core:
        for date in open_space_dates(facts):
            yield Option(facts.suite.suite_id, date, None, "open_space")
    for conversion in facts.conversions:
        for date in works_dates(facts, conversion):
            yield Option(facts.suite.suite_id, date, None, "conversion", conversion)
