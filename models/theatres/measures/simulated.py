"""Key figures of simulated days: `simulated` with random durations alone, `stressed_simulated` as rehearsed (T-37).

Minutes a list are means over all usable lists, empty ones included, so that capped touch time, late start, downtime
and early finish add up to the length of the lists. Beside each stands on how many lists of a day it happens and how
long it then is, since a mean over the lists on which it happens says nothing without their number.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.shared.problem import Measure
from models.theatres.bed_simulation import simulate_nights
from models.theatres.figures import list_figures
from models.theatres.measures.counting import mean, ratio
from models.theatres.plan import Plan
from models.theatres.simulation import ASSUMPTIONS, Delay, SimulatedList, Simulation


def simulated(plan: Plan) -> dict[str, Measure]:
    """The figures of all lists under both sets of assumptions."""
    usable = [list_id for list_id, figures in list_figures(plan).items() if figures.usable]
    found: dict[str, Measure] = {}
    for assumptions in ASSUMPTIONS:
        days = Simulation(plan, assumptions).lists
        figures = {
            **_utilisation([days[list_id] for list_id in usable]),
            **_minutes([days[list_id] for list_id in usable]),
            **_chances([days[list_id] for list_id in usable if plan.by_list[list_id]]),
            **_cancelled([days[list_id] for list_id in usable], len(plan.list_of)),
        }
        ending = "simulated" if assumptions == "as_planned" else "stressed_simulated"
        found |= {f"{name}_{ending}": figure for name, figure in figures.items()}
    return found


def simulated_beds(plan: Plan) -> dict[str, Measure]:
    """How often, and by how many patients, beds would be short, over all nights."""
    nights = simulate_nights(plan).values()
    return {
        "bed_nights_over_simulated": Measure(sum(night.mean_over for night in nights), "bed nights"),
        "nights_over_simulated": Measure(sum(night.over_probability for night in nights), "nights"),
        "highest_chance_of_a_night_over_simulated": Measure(
            max((night.over_probability for night in nights), default=0.0), "share"
        ),
    }


def _utilisation(days: Sequence[SimulatedList]) -> dict[str, Measure]:
    """Ratios of sums: touch time over the length of the lists."""
    minutes = sum(one.window_minutes for one in days)
    return {
        "capped_utilisation": Measure(ratio(sum(d.capped_minutes for d in days), minutes), "share"),
        "duration_capped_utilisation": Measure(ratio(sum(d.duration_capped_minutes for d in days), minutes), "share"),
        "uncapped_utilisation": Measure(ratio(sum(d.touch_minutes for d in days), minutes), "share"),
    }


def _minutes(days: Sequence[SimulatedList]) -> dict[str, Measure]:
    return {
        "downtime_minutes_per_list": Measure(mean(d.downtime_minutes for d in days), "minutes"),
        **_happening("late_start", "lists_that_start_late", [d.late_start for d in days]),
        **_happening("early_finish", "lists_that_finish_early", [d.early_finish for d in days]),
        **_happening("over", "lists_that_finish_over", [d.over for d in days]),
    }


def _happening(what: str, lists_that: str, delays: Sequence[Delay]) -> dict[str, Measure]:
    """Mean over all lists; on how many it happens on an average day; and how long it then is."""
    number = sum(one.share for one in delays)
    then = ratio(sum(one.minutes_on_such_days for one in delays), number)
    return {
        f"{what}_minutes_per_list": Measure(mean(one.minutes for one in delays), "minutes"),
        lists_that: Measure(number, "lists"),
        f"{what}_minutes_of_{lists_that}": Measure(then, "minutes"),
    }


def _chances(busy: Sequence[SimulatedList]) -> dict[str, Measure]:
    """Means over the lists with a case."""
    return {
        "overrun_probability": Measure(mean(d.overrun_probability for d in busy), "share"),
        "highest_overrun_probability": Measure(max((d.overrun_probability for d in busy), default=0.0), "share"),
        "any_overrun_probability": Measure(mean(d.any_overrun_probability for d in busy), "share"),
    }


def _cancelled(days: Sequence[SimulatedList], booked: int) -> dict[str, Measure]:
    cancelled = sum(d.cancelled for d in days)
    return {
        "cancelled_on_the_day": Measure(cancelled, "patients"),
        "cancelled_on_the_day_share": Measure(ratio(cancelled, booked), "share"),
    }
