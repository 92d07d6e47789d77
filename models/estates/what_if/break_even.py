"""How wrong an assumption may be before a hand-back stops being possible, or starts to be; or stops paying.

Each value is found by halving: the quick question (would everybody still find room, all else as in the plan?) is
asked again from the demand on, with the assumption changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from models.estates.entities import Service
from models.estates.formulation.cash_rules import option_cost_gbp
from models.estates.formulation.network import build_network
from models.estates.instance import EstatesInstance
from models.estates.plan import Plan
from models.estates.what_if.answer import Answer
from models.estates.what_if.orders import option_under
from models.estates.what_if.shortages import Space

VIRTUAL_TOLERANCE_SHARE = 0.005
AVOIDABLE_TOLERANCE_SHARE = 0.001
_MOST_MINUTES_MORE = 48
_LEAST_AVOIDABLE_SHARE = 0.01


@dataclass(frozen=True)
class BreakEven:
    """Where an assumption turns the answer.

    `least` and `most` are the ends between which there is room (or it pays), found to within `tolerance`; None where
    there is no end on that side. `now` is the value of the plan. Both None and `holds_now` false: at no value tried.
    """

    what: str
    unit: str
    now: float
    holds_now: bool
    least: float | None
    most: float | None
    tolerance: float


def break_evens(answer: Answer, space: Space) -> tuple[BreakEven, ...]:
    """The virtual share, the minutes of a consultation and the avoidable share at which the answer turns."""
    return (_virtual_share(answer, space), _minutes(answer, space), _avoidable_share(answer))


def _virtual_share(answer: Answer, space: Space) -> BreakEven:
    """The whole path moves up or down; its last year is what is told."""
    settings = answer.saved.instance.settings
    first, last = settings.virtual_share_first, settings.virtual_share_last

    def holds(steps: int) -> bool:
        more = steps * VIRTUAL_TOLERANCE_SHARE
        moved = settings.model_copy(
            update={
                "virtual_share_first": min(max(first + more, 0.0), 1.0),
                "virtual_share_last": min(max(last + more, 0.0), 1.0),
            }
        )
        return _has_room(answer, space, replace(answer.saved.instance, settings=moved))

    ends = _ends(holds, -round(last / VIRTUAL_TOLERANCE_SHARE), round((1 - last) / VIRTUAL_TOLERANCE_SHARE))
    least, most = (None if end is None else last + end * VIRTUAL_TOLERANCE_SHARE for end in ends.ends)
    return BreakEven("virtual share in the last year", "share", last, ends.now, least, most, VIRTUAL_TOLERANCE_SHARE)


def _minutes(answer: Answer, space: Space) -> BreakEven:
    """Every face-to-face primary care contact takes some whole minutes more or less."""
    instance = answer.saved.instance
    primary = [s for s in instance.services if s.demand_source == "contact_rate" and not s.is_virtual]
    now = min((service.minutes_per_contact for service in primary), default=0)

    def holds(more: int) -> bool:
        services = tuple(_longer(service, more) if service in primary else service for service in instance.services)
        return _has_room(answer, space, replace(instance, services=services))

    ends = _ends(holds, min(1 - now, 0), _MOST_MINUTES_MORE)
    least, most = (None if end is None else float(now + end) for end in ends.ends)
    return BreakEven("minutes of a primary care contact", "minutes", float(now), ends.now, least, most, 1.0)


def _longer(service: Service, minutes: int) -> Service:
    return replace(service, minutes_per_contact=max(1, service.minutes_per_contact + minutes))


def _avoidable_share(answer: Answer) -> BreakEven:
    """The part of the charge that must end for the hand-back to pay over the plan."""
    instance = answer.saved.instance
    whole = any(option_under(answer.saved, answer.order, suite).extent == "whole" for suite in answer.order.dates)
    name = "avoidable_share_whole" if whole else "avoidable_share_part"
    now = instance.settings.avoidable_share_whole if whole else instance.settings.avoidable_share_part

    def holds(steps: int) -> bool:
        share = now + steps * AVOIDABLE_TOLERANCE_SHARE
        return saving_gbp(answer, replace(instance, settings=instance.settings.model_copy(update={name: share}))) >= 0

    lowest = -round((now - _LEAST_AVOIDABLE_SHARE) / AVOIDABLE_TOLERANCE_SHARE)
    ends = _ends(holds, lowest, round((1 - now) / AVOIDABLE_TOLERANCE_SHARE))
    least, most = (None if end is None else now + end * AVOIDABLE_TOLERANCE_SHARE for end in ends.ends)
    what = "part of the charge that ends with it"
    return BreakEven(what, "share", now, ends.now, least, most, AVOIDABLE_TOLERANCE_SHARE)


def saving_gbp(answer: Answer, instance: EstatesInstance) -> float:
    """Net present saving of the suites of an order against keeping them, by the money of another instance."""
    plan = Plan(instance, answer.without.hand_backs, ())
    total = 0.0
    for suite_id in answer.order.dates:
        suite = instance.suite(suite_id)
        stays = option_cost_gbp(instance, plan.cash_book, suite, plan.option(suite))
        goes = option_cost_gbp(instance, plan.cash_book, suite, option_under(plan, answer.order, suite_id))
        total += stays - goes
    return total


def _has_room(answer: Answer, space: Space, instance: EstatesInstance) -> bool:
    plan = answer.saved if answer.after is None else answer.after
    dates = {**plan.hand_backs, **answer.order.dates}
    return space.suffices(dates, answer.order, build_network(instance))


@dataclass(frozen=True)
class _Ends:
    now: bool
    ends: tuple[int | None, int | None]


def _ends(holds: Callable[[int], bool], lowest: int, highest: int) -> _Ends:
    """The last steps down and up at which something still holds; where it does not hold now, those nearest at which
    it does."""
    now = holds(0)
    down, up = (_turn(holds, now, end) for end in (lowest, highest))
    if now:
        return _Ends(True, (down, up))
    return _Ends(False, (up, None) if up is not None else (None, down))


def _turn(holds: Callable[[int], bool], now: bool, end: int) -> int | None:
    """The step nearest the turn at which it holds, between 0 and an end; None where it does not turn."""
    if end == 0 or holds(end) == now:
        return None
    same, other = 0, end
    while abs(other - same) > 1:
        middle = (same + other) // 2
        if holds(middle) == now:
            same = middle
        else:
            other = middle
    return same if now else other
