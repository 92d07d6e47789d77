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
from models.theatres.simulation import ASSUMPTIONS, Draws, SimulatedList, Simulation

# Clocks in theatres are read in whole minutes: less than this is no late start, early finish or overrun.
_A_MINUTE = 1.0


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
    duration_capped = sum(one.duration_capped_utilisation * one.window_minutes for one in days)
    return {
        "capped_utilisation": Measure(ratio(_sum_of_means([d.capped for d in days]), minutes), "share"),
        "duration_capped_utilisation": Measure(ratio(duration_capped, minutes), "share"),
        "uncapped_utilisation": Measure(ratio(_sum_of_means([d.touch for d in days]), minutes), "share"),
    }


def _minutes(days: Sequence[SimulatedList]) -> dict[str, Measure]:
    return {
        "downtime_minutes_per_list": Measure(ratio(_sum_of_means([d.downtime for d in days]), len(days)), "minutes"),
        **_happening("late_start", "lists_that_start_late", [d.late_start for d in days]),
        **_happening("early_finish", "lists_that_finish_early", [d.early_finish for d in days]),
        **_happening("over", "lists_that_finish_over", [d.over for d in days]),
    }


def _happening(what: str, lists_that: str, minutes: Sequence[Draws]) -> dict[str, Measure]:
    """Mean over all lists; on how many it happens on an average day; and how long it then is."""
    happens = [one >= _A_MINUTE for one in minutes]
    number = sum(float(one.mean()) for one in happens)
    total = sum(float((one * so).mean()) for one, so in zip(minutes, happens, strict=True))
    return {
        f"{what}_minutes_per_list": Measure(ratio(_sum_of_means(minutes), len(minutes)), "minutes"),
        lists_that: Measure(number, "lists"),
        f"{what}_minutes_of_{lists_that}": Measure(ratio(total, number), "minutes"),
    }


def _chances(busy: Sequence[SimulatedList]) -> dict[str, Measure]:
    """Means over the lists with a case."""
    return {
        "overrun_probability": Measure(mean(d.overrun_probability for d in busy), "share"),
        "highest_overrun_probability": Measure(max((d.overrun_probability for d in busy), default=0.0), "share"),
        "any_overrun_probability": Measure(mean(d.any_overrun_probability for d in busy), "share"),
    }


def _cancelled(days: Sequence[SimulatedList], booked: int) -> dict[str, Measure]:
    cancelled = _sum_of_means([d.cancelled for d in days])
    return {
        "cancelled_on_the_day": Measure(cancelled, "patients"),
        "cancelled_on_the_day_share": Measure(ratio(cancelled, booked), "share"),
    }


def _sum_of_means(draws: Sequence[Draws]) -> float:
    """The sum over lists of the mean over days."""
    return sum(float(one.mean()) for one in draws)
