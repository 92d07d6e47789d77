"""Switching values: how far each assumption may move before a plan no longer holds, or a hand-back no longer pays.

Two questions. Of demand and rooms: between which values does everybody the plan has a room for still have one, its
decisions as they are and patients' ways solved anew? Of money: at which value is a hand-back worth nothing more? Both
are answered by bisection, for both only get worse in one direction; the value given is the last that was seen to
hold, and the first that was seen not to is no further than the tolerance.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from models.estates.cash import CashBook, discount_factor
from models.estates.formulation.cash_rules import option_cost_gbp
from models.estates.formulation.choices import SuiteChoice, suite_choices
from models.estates.formulation.network import build_network
from models.estates.formulation.obstacles import OF_WAYS
from models.estates.hand_back import Option
from models.estates.instance import EstatesInstance
from models.estates.loaded import NO_CONTACTS, LoadedEstate
from models.estates.needs import shortage_of_kind
from models.estates.plan import Plan
from models.estates.robustness.futures import later, with_settings
from models.estates.robustness.regret import Closing, Decision
from models.estates.rules import id_and_name
from models.shared.problem import SolveOptions

Change = Callable[[EstatesInstance, float], EstatesInstance]


@dataclass(frozen=True)
class Assumption:
    """An assumption that is moved; `low` and `high` are how far, `tolerance` how exactly."""

    name: str
    title: str
    unit: str
    low: float
    high: float
    tolerance: float
    value_in: Callable[[EstatesInstance], float] = field(compare=False)
    change: Change = field(compare=False)


@dataclass(frozen=True)
class End:
    """How far an assumption may move one way. `gives` is what then gives way; empty where nothing does.

    `today_too`: at the first value that does not hold, today's estate would not hold everybody either.
    """

    holds_at: float
    fails_at: float | None
    gives: str
    today_too: bool


@dataclass(frozen=True)
class SwitchingValue:
    """An assumption, its planned value, and how far it may move either way with the plan as it is."""

    assumption: Assumption
    planned: float
    down: End
    up: End


@dataclass(frozen=True)
class HandBackSwitch:
    """One hand-back and what would make it worth nothing. None: nothing within what is looked at.

    `saving_npv_gbp` is against keeping the suite; `expected_npv_gbp` the same times the share of notices that come to
    a hand-back.
    """

    suite_id: str
    site_id: str
    option: Option
    saving_npv_gbp: float
    expected_npv_gbp: float
    least_avoidable_share: float | None
    most_months_late: int | None
    payment_times: float | None


def assumptions() -> tuple[Assumption, ...]:
    """The assumptions of demand and rooms that are moved."""
    return (
        _of_setting("virtual_share_last", "virtual share in the last year", "share", 0.0, 1.0, 0.005),
        Assumption("minutes_per_contact", "minutes of a face-to-face primary care contact", "minutes", 5.0, 25.0,
                   0.1, _minutes, _scaled_minutes),
        _of_setting("weeks_per_year", "weeks of opening", "weeks", 40.0, 53.0, 0.1),
        _of_setting("population_added", "people added by the last year", "people", -500_000, 1_000_000, 10_000),
        _of_setting("used_share_ceiling", "ceiling on used hours", "share", 0.5, 1.0, 0.005),
        _of_setting("movable_share", "part of demand that can be moved in the week", "share", 0.0, 1.0, 0.005),
    )  # fmt: skip


class FixedPlan:
    """A plan whose decisions stand, asked in instances that differ in demand and rooms.

    Where everybody has a room as planned, a maximum flow for each kind of room and period tells first what surely
    does not fit; only what passes is solved with all rules.
    """

    def __init__(self, instance: EstatesInstance, decisions: frozenset[Decision], options: SolveOptions) -> None:
        self._instance, self._options = instance, options
        choices = suite_choices(instance, options.without_rules)
        today = {suite.suite_id: Option(suite.suite_id, None, None) for suite in instance.suites}
        asked = {one.suite_id: one for one in decisions if isinstance(one, Option)}
        closings = {one.practice_id: one.date for one in decisions if isinstance(one, Closing)}
        self._planned = _Decided(_just(choices, asked), asked, closings)
        self._today = _Decided(_just(choices, today), today, {})
        self._least = self.unmet(instance) or 0.0

    def unmet(self, instance: EstatesInstance) -> float | None:
        """Contacts the plan leaves without a room; None where the rules cannot hold."""
        return self._unmet(instance, self._planned, self._options)

    def switching_value(self, assumption: Assumption, coarseness: float = 1.0) -> SwitchingValue:
        """How far an assumption may move either way."""
        planned = assumption.value_in(self._instance)
        ends = [self._end(assumption, planned, end, coarseness) for end in (assumption.low, assumption.high)]
        return SwitchingValue(assumption, planned, ends[0], ends[1])

    def _end(self, assumption: Assumption, planned: float, end: float, coarseness: float) -> End:
        def changed(value: float) -> EstatesInstance:
            return assumption.change(self._instance, value)

        def may_hold(value: float) -> bool:
            return not self._is_surely_short(changed(value), self._planned)

        def holds(value: float) -> bool:
            return may_hold(value) and self._holds(changed(value), self._planned)

        if planned == end or holds(end):
            return End(end, None, "", today_too=False)
        tolerance = assumption.tolerance * coarseness
        good, bad = bisect(may_hold, planned, end, tolerance) if not may_hold(end) else (end, end)
        if good != planned and not holds(good):
            good, bad = bisect(holds, planned, good, tolerance)
        return End(good, bad, self._gives(changed(bad)), today_too=not self._today_holds(changed(bad)))

    def _today_holds(self, instance: EstatesInstance) -> bool:
        return not self._is_surely_short(instance, self._today) and self._holds(instance, self._today)

    def _holds(self, instance: EstatesInstance, decided: _Decided) -> bool:
        unmet = self._unmet(instance, decided, self._options)
        return unmet is not None and unmet <= self._least + NO_CONTACTS

    def _gives(self, instance: EstatesInstance) -> str:
        """The rule that gives way where the plan no longer holds."""
        if self._is_surely_short(instance, self._planned) or self.unmet(instance) is not None:
            return "E-06 used_hours_within_ceiling"
        for rule in OF_WAYS:
            without = self._options.without_rules | {rule}
            if self._unmet(instance, self._planned, replace(self._options, without_rules=without)) is not None:
                return id_and_name(rule)
        return "several rules"

    def _is_surely_short(self, instance: EstatesInstance, decided: _Decided) -> bool:
        if self._least > NO_CONTACTS:
            return False
        network, plan = build_network(instance, self._options.without_rules), decided.plan(instance)
        kinds = [kind.room_type for kind in instance.room_types]
        return any(
            shortage_of_kind(network, plan, kind, period, 0.0) is not None
            for kind in kinds
            for period in network.periods
        )

    def _unmet(self, instance: EstatesInstance, decided: _Decided, options: SolveOptions) -> float | None:
        if decided.choices is None:
            return None
        loaded = LoadedEstate(instance, options, choices=decided.choices)
        taken = [column for ways in loaded.ways.values() for _, column in ways]
        for practice, ways in loaded.closings.items():
            taken += [column for day, column in ways if day == decided.closings.get(practice)]
        return loaded.fixed(taken).unmet_contacts


@dataclass(frozen=True)
class _Decided:
    """Decisions that stand; `choices` is None where the rules do not leave them."""

    choices: tuple[SuiteChoice, ...] | None
    options: Mapping[str, Option]
    closings: Mapping[str, dt.date | None]

    def plan(self, instance: EstatesInstance) -> Plan:
        """The same decisions in another instance, nobody placed yet."""
        dated = [option for option in self.options.values() if option.date is not None]
        return Plan(
            instance,
            {o.suite_id: o.date for o in dated if o.is_hand_back and o.date is not None},
            (),
            open_space={o.suite_id: o.date for o in dated if o.use == "open_space" and o.date is not None},
            conversions={
                o.conversion.conversion_id: o.date for o in dated if o.conversion is not None and o.date is not None
            },
            closures={practice: day for practice, day in self.closings.items() if day is not None},
        )


def bisect(holds: Callable[[float], bool], good: float, bad: float, tolerance: float) -> tuple[float, float]:
    """The last value that holds and the first that does not, no further apart than the tolerance."""
    while abs(bad - good) > tolerance:
        middle = (good + bad) / 2
        if holds(middle):
            good = middle
        else:
            bad = middle
    return good, bad


def hand_back_switches(
    instance: EstatesInstance, chosen: Mapping[str, Option], completed_share: float
) -> tuple[HandBackSwitch, ...]:
    """What would make each hand-back of a plan worth nothing; the most valuable first."""
    gone = [option for option in chosen.values() if option.is_hand_back]
    found = [_Worth(instance, option).switch(completed_share) for option in gone]
    return tuple(sorted(found, key=lambda one: (-one.saving_npv_gbp, one.suite_id)))


class _Worth:
    """What the hand-back of one suite is worth, under changed assumptions of money."""

    def __init__(self, instance: EstatesInstance, option: Option) -> None:
        self._suite, self._option = instance.suite(option.suite_id), option
        self._instance = replace(
            instance,
            suites=(self._suite,),
            sites=(instance.site(self._suite.site_id),),
            occupations=instance.occupations_of(option.suite_id),
        )

    def switch(self, completed_share: float) -> HandBackSwitch:
        saving = self._saving(self._instance, self._option)
        return HandBackSwitch(
            self._suite.suite_id,
            self._suite.site_id,
            self._option,
            saving,
            saving * completed_share,
            self._least_avoidable_share(self._option) if saving > 0 else None,
            self._most_months_late(self._option) if saving > 0 else None,
            self._payment_times(self._option, saving) if saving > 0 else None,
        )

    def _saving(self, instance: EstatesInstance, option: Option) -> float:
        book = CashBook(instance)
        kept = option_cost_gbp(instance, book, self._suite, replace(option, date=None, core_date=None))
        return kept - option_cost_gbp(instance, book, self._suite, option)

    def _least_avoidable_share(self, option: Option) -> float | None:
        """The least part of the charge that must end for the hand-back to pay, to a thousandth."""
        setting = "avoidable_share_whole" if option.extent == "whole" else "avoidable_share_part"

        def pays(share: float) -> bool:
            changed = with_settings(self._instance.settings, {setting: round(share, 6)})
            return self._saving(replace(self._instance, settings=changed), option) > 0

        planned = float(getattr(self._instance.settings, setting))
        return None if pays(0.01) else bisect(pays, planned, 0.01, 0.001)[0]

    def _most_months_late(self, option: Option) -> int | None:
        """Whole months the hand-back may be late and still pay; None where it pays until the plan's last month."""
        end = self._instance.periods[-1].end_day

        def pays(months: float) -> bool:
            moved = later(option, round(months))
            return moved.date is not None and moved.date < end and self._saving(self._instance, moved) > 0

        good, bad = 0, 12 * len(self._instance.financial_years)
        while bad - good > 1:
            middle = (good + bad) // 2
            good, bad = (middle, bad) if pays(middle) else (good, middle)
        following = later(option, good + 1).date
        return None if following is not None and following >= end else good

    def _payment_times(self, option: Option, saving: float) -> float | None:
        """How many times the vacating payment the hand-back could bear; None where there is none."""
        lines = CashBook(self._instance).icb_lines(self._suite, option.date, option.core_date)
        present = sum(
            line.gbp * discount_factor(self._instance, line.year) for line in lines if line.item == "vacating_payment"
        )
        return 1 + saving / present if present > 0 else None


def _just(choices: tuple[SuiteChoice, ...], asked: Mapping[str, Option]) -> tuple[SuiteChoice, ...] | None:
    """The choices with nothing left to choose; None where the rules do not leave what is asked."""
    found: list[SuiteChoice] = []
    for choice in choices:
        option = asked[choice.suite_id]
        if option not in choice.options:
            return None
        at = choice.options.index(option)
        cost, project = choice.costs_gbp[at], choice.projects[at]
        found.append(replace(choice, options=(option,), costs_gbp=(cost,), projects=(project,)))
    return tuple(found)


def _of_setting(name: str, title: str, unit: str, low: float, high: float, tolerance: float) -> Assumption:
    def value_in(instance: EstatesInstance) -> float:
        return float(getattr(instance.settings, name))

    def change(instance: EstatesInstance, value: float) -> EstatesInstance:
        exact = round(value) if isinstance(getattr(instance.settings, name), int) else value
        return replace(instance, settings=with_settings(instance.settings, {name: exact}))

    return Assumption(name, title, unit, low, high, tolerance, value_in, change)


def _minutes(instance: EstatesInstance) -> float:
    """Minutes of primary care services face to face, weighted by their share of contacts."""
    mine = [s for s in instance.services if s.demand_source == "contact_rate" and not s.is_virtual]
    share = sum(service.contact_share for service in mine)
    return sum(s.contact_share * s.minutes_per_contact for s in mine) / share if share else 0.0


def _scaled_minutes(instance: EstatesInstance, minutes: float) -> EstatesInstance:
    """The instance with demand of those services as if each contact took longer or shorter by one factor.

    Minutes are whole in an instance, contacts need not be: the factor is put on the contacts.
    """
    factor = minutes / _minutes(instance) if _minutes(instance) else 1.0
    return replace(
        instance,
        services=tuple(
            replace(s, contact_share=s.contact_share * factor)
            if s.demand_source == "contact_rate" and not s.is_virtual
            else s
            for s in instance.services
        ),
    )
