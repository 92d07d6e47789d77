"""The stress test of a plan: which lists are likeliest to end late when days start late and run slow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.theatres.bed_simulation import simulate_nights
from models.theatres.plan import Plan
from models.theatres.simulation import SimulatedList, Simulation


@dataclass(frozen=True)
class StressedList:
    """A list with the chances that it is late, as planned and stressed, and what stressed days cost it."""

    list_id: str
    planned_share: float
    stressed_share: float
    minutes_over: float
    cancelled: float


@dataclass(frozen=True)
class StressTest:
    """All lists with a case, likeliest to be late first; cancellations and bed nights over of the whole plan."""

    lists: tuple[StressedList, ...]
    cancelled: float
    bed_nights_over: float

    def beyond(self, share: float) -> tuple[StressedList, ...]:
        """The lists that are late on more than this share of stressed days."""
        return tuple(one for one in self.lists if one.stressed_share > share)


def stress_test(plan: Plan) -> StressTest:
    """The lists of a plan on the days of the rehearsal rule (T-37), and its beds."""
    planned, stressed = Simulation(plan).lists, Simulation(plan, "stressed").lists
    lists = [_stressed(list_id, planned, stressed) for list_id, cases in sorted(plan.by_list.items()) if cases]
    return StressTest(
        lists=tuple(sorted(lists, key=lambda one: (-one.stressed_share, one.list_id))),
        cancelled=sum(one.cancelled for one in lists),
        bed_nights_over=sum(night.mean_over for night in simulate_nights(plan).values()),
    )


def _stressed(
    list_id: str, planned: Mapping[str, SimulatedList], stressed: Mapping[str, SimulatedList]
) -> StressedList:
    days = stressed[list_id]
    return StressedList(
        list_id=list_id,
        planned_share=planned[list_id].overrun_probability,
        stressed_share=days.overrun_probability,
        minutes_over=days.over.minutes,
        cancelled=days.cancelled,
    )
