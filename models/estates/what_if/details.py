"""All the figures of an answer: those said at once, and those that take a little longer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from models.estates.cash import ICB
from models.estates.ledger import plan_lines
from models.estates.tables_of.money import cashflow
from models.estates.tables_of.rooms import room_utilisation
from models.estates.what_if.alternatives import Alternative, OtherSuites, best_other_day, other_suites
from models.estates.what_if.answer import Answer
from models.estates.what_if.asking import WhatIf
from models.estates.what_if.break_even import BreakEven, break_evens
from models.estates.what_if.effects import (
    Band,
    Fullness,
    Move,
    YearOfCash,
    added_minutes,
    cash_by_year,
    fullness,
    moves,
)
from models.estates.what_if.months import Payback, payback

ONCE = ("vacating_payment", "moves")


@dataclass(frozen=True)
class Once:
    """What is paid once because of an order."""

    vacating_gbp: int
    moves_gbp: int

    @property
    def gbp(self) -> int:
        return self.vacating_gbp + self.moves_gbp


class Details:
    """The figures of one answer, each worked out when it is asked for. Those of effects need a plan (`after`)."""

    def __init__(self, what_if: WhatIf, answer: Answer) -> None:
        self.what_if = what_if
        self.answer = answer

    @cached_property
    def cash(self) -> tuple[YearOfCash, ...]:
        """Cash by year of both ledgers; none without a plan."""
        after = self.answer.after
        return () if after is None else cash_by_year(cashflow(self.answer.without), cashflow(after))

    @cached_property
    def once(self) -> Once:
        """One-off payments of the order, over those without it."""
        if self.answer.after is None:
            return Once(0, 0)
        paid = {
            item: sum(
                sign * line.gbp
                for sign, plan in ((1, self.answer.after), (-1, self.answer.without))
                for line in plan_lines(plan)
                if line.item == item and line.ledger == ICB
            )
            for item in ONCE
        }
        return Once(paid["vacating_payment"], paid["moves"])

    @cached_property
    def payback(self) -> Payback | None:
        after = self.answer.after
        return None if after is None else payback(self.answer.without, after)

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """Who goes elsewhere than without the order."""
        after = self.answer.after
        return () if after is None else moves(self.answer.without, after)

    @cached_property
    def bands(self) -> tuple[Band, ...]:
        return added_minutes(self.what_if.network, self.moves)

    @cached_property
    def fullness(self) -> tuple[Fullness, ...]:
        after = self.answer.after
        if after is None:
            return ()
        # By the plain rule that fills rooms on both sides: a plan made in seconds has no timetable to set beside one.
        both = [replace(plan, timetable=None) for plan in (self.answer.without, after)]
        return fullness(*(room_utilisation(plan) for plan in both))

    @cached_property
    def break_evens(self) -> tuple[BreakEven, ...]:
        return break_evens(self.answer, self.what_if.space)

    @cached_property
    def other_day(self) -> Alternative | None:
        return best_other_day(self.what_if, self.answer)

    @cached_property
    def other_suites(self) -> OtherSuites:
        return other_suites(self.what_if, self.answer)
