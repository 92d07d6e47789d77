"""The most the programme can save: what no plan can beat, in three ways, beside what the plan saves."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from models.estates.cash import CashBook
from models.estates.eligibility import eligibility
from models.estates.formulation.choices import suite_choices
from models.estates.formulation.network import build_network
from models.estates.instance import EstatesInstance
from models.estates.robustness.regret import FutureModel, nothing_changes


@dataclass(frozen=True)
class RoomsBeyondNeed:
    """Rooms of one kind today, and those needed in the fullest period if all sites were one.

    Of fixed kinds, and of kinds no service asks for (records), all are taken to be needed.
    """

    room_type: str
    rooms: int
    needed: int

    @property
    def beyond(self) -> int:
        return max(0, self.rooms - self.needed)


@dataclass(frozen=True)
class Ceiling:
    """How much can be saved at most. Yearly pounds are at today's charges; present values over the whole plan.

    `eligible_*`: all space that may be handed back goes, as if nobody needed it. `bound_gbp`: today's cost less the
    proven bound on the cost of any plan that leaves as little unmet; `relaxed_gbp` the same by the relaxation alone.
    """

    kinds: tuple[RoomsBeyondNeed, ...]
    charge_per_room_gbp: int
    rooms_gbp_per_year: int
    eligible_gbp_per_year: int
    eligible_npv_gbp: float
    today_npv_gbp: float | None
    relaxed_gbp: float | None
    bound_gbp: float | None
    plan_gbp: float | None

    @property
    def rooms_beyond(self) -> int:
        return sum(kind.beyond for kind in self.kinds)

    @property
    def reached_share(self) -> float | None:
        """The part of the proven most that the plan saves."""
        if not self.bound_gbp or self.plan_gbp is None:
            return None
        return self.plan_gbp / self.bound_gbp


def ceiling(as_planned: FutureModel, plan_npv_gbp: float | None) -> Ceiling:
    """The most the programme can save in the instance as it stands, and what the plan does."""
    instance = as_planned.instance
    kinds = rooms_beyond_need(instance)
    charge = sum(suite.annual_charge_gbp for suite in instance.suites)
    rooms = sum(sum(suite.rooms.values()) for suite in instance.suites)
    per_room = round(charge / rooms) if rooms else 0
    today = as_planned.evaluate(as_planned.in_full(nothing_changes(instance))).npv_gbp
    bound, relaxed = as_planned.best.npv_bound_gbp, as_planned.loaded.relaxed_npv_gbp()
    return Ceiling(
        kinds=kinds,
        charge_per_room_gbp=per_room,
        rooms_gbp_per_year=per_room * sum(kind.beyond for kind in kinds),
        eligible_gbp_per_year=_eligible_gbp_per_year(instance),
        eligible_npv_gbp=_eligible_npv_gbp(instance),
        today_npv_gbp=today,
        relaxed_gbp=None if today is None or relaxed is None else today - relaxed,
        bound_gbp=None if today is None or bound is None else today - bound,
        plan_gbp=None if today is None or plan_npv_gbp is None else today - plan_npv_gbp,
    )


def rooms_beyond_need(instance: EstatesInstance) -> tuple[RoomsBeyondNeed, ...]:
    """Rooms of each kind less those its hours would fill in the fullest period, all sites taken together."""
    network = build_network(instance)
    hours: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(instance.periods))
    for cell in network.cells:
        for period in network.periods:
            hours[cell.commodity.room_type][period] += cell.hours[period]
    each = max(network.weekly_hours_per_room.values(), default=0.0)
    found: list[RoomsBeyondNeed] = []
    for kind in instance.room_types:
        rooms = sum(suite.rooms.get(kind.room_type, 0) for suite in instance.suites)
        needed = math.ceil(max(hours.get(kind.room_type, [0.0])) / each - 1e-9) if each else 0
        all_needed = kind.fixed or kind.room_type not in hours
        found.append(RoomsBeyondNeed(kind.room_type, rooms, rooms if all_needed else needed))
    return tuple(found)


def _eligible_gbp_per_year(instance: EstatesInstance) -> int:
    """What the ICB pays a year, today, for the avoidable part of suites that may be handed back."""
    may, book, settings = eligibility(instance), CashBook(instance), instance.settings
    total = 0.0
    for suite in instance.suites:
        one = may[suite.suite_id]
        share = settings.avoidable_share_whole if one.may_go_with_building else settings.avoidable_share_part
        if one.may_go:
            total += share * book.icb_annual_charge_gbp(suite, settings.decision_date)
    return round(total)


def _eligible_npv_gbp(instance: EstatesInstance) -> float:
    """Present value of the best hand-back of each suite, each taken by itself and nobody in need of it."""
    total = 0.0
    for choice in suite_choices(instance):
        ways = list(zip(choice.options, choice.costs_gbp, strict=True))
        kept = [cost for option, cost in ways if option.date is None and option.core_date is None]
        gone = [cost for option, cost in ways if option.is_hand_back]
        if kept and gone:
            total += max(0.0, kept[0] - min(gone))
    return total
