"""What a plan recommends, what stops it and what would change it, in sentences whose numbers are on record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from models.shared.problem import Explained, Explanation, Outcome, SolveOptions
from models.theatres.baselines import baselines
from models.theatres.explain.assumed import assumed
from models.theatres.explain.binding import binding
from models.theatres.explain.changing import changing
from models.theatres.explain.lists import the_lists
from models.theatres.explain.marginal import find_bottlenecks
from models.theatres.explain.people import everybody_else, not_booked
from models.theatres.explain.recommended import recommended
from models.theatres.measures import measures
from models.theatres.plan import Plan
from models.theatres.reasons import Reason
from models.theatres.simulation import Simulation
from solvers.types import Watch

__all__ = ["NO_PLAN", "RECOMMENDED", "explain"]

RECOMMENDED = "What we recommend"
BINDS = "What binds"
CHANGES = "What would change it"
NOT_BOOKED = "Who is not booked and why"
ASSUMED = "What is assumed"
LISTS = "The lists, one by one"
PATIENTS = "Everybody else who is not booked"
NO_PLAN = "What leaves no plan"


def explain(
    plan: Plan, why: Mapping[str, Reason], outcome: Outcome, options: SolveOptions, watch: Watch
) -> Explained:
    """All sentences by section, with the table of bottlenecks behind some.

    `why` holds the reason of everybody not booked. What takes another solve, and the baselines, is left out when the
    watch wants to stop.
    """
    instance, figures = plan.instance, measures(plan)
    late = {at: days.overrun_probability for at, days in Simulation(plan, "stressed").lists.items()}
    beside = {} if watch.cancelled() else baselines(instance)
    bottlenecks = None if watch.cancelled() else find_bottlenecks(plan, options.without_rules, watch)
    sentences = (
        *_under(RECOMMENDED, recommended(plan, why, outcome.stages, beside, figures)),
        *_under(BINDS, binding(plan, why, late)),
        *_under(CHANGES, changing(plan, why, bottlenecks, figures)),
        *_under(NOT_BOOKED, not_booked(instance, why)),
        *_under(ASSUMED, assumed(instance, options.without_rules)),
        *_under(LISTS, the_lists(plan, why, late, options.without_rules)),
        *_under(PATIENTS, everybody_else(instance, why)),
    )
    return Explained(sentences, {} if bottlenecks is None else {"bottlenecks": bottlenecks.rows()})


def _under(section: str, sentences: Iterable[Explanation]) -> list[Explanation]:
    return [replace(one, section=section) for one in sentences]
