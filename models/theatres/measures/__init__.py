"""Key figures of a plan. `planned` figures follow from expected times; `simulated` ones from random days.

Utilisation is a ratio of sums over all usable lists (staffed, with a surgeon), empty ones included.
"""

from __future__ import annotations

from models.shared.problem import Measure
from models.theatres.measures.beds_and_tests import beds, tests
from models.theatres.measures.lists import lists, order
from models.theatres.measures.people import people, promises, shares, waiting_at_end
from models.theatres.measures.simulated import simulated, simulated_beds
from models.theatres.measures.stages import stages
from models.theatres.plan import Plan

# What is printed after the stages, beside the baselines; the others follow.
_FIRST = (
    "cases", "p2_ready_not_booked", "long_waits_ready_not_booked", "long_waits_at_horizon_end",
    "cases_per_usable_list", "joints_per_all_day_list", "capped_utilisation_planned", "capped_utilisation_simulated",
    "overrun_probability_simulated", "overrun_probability_stressed_simulated",
)  # fmt: skip


def measures(plan: Plan) -> dict[str, Measure]:
    """All key figures by name, in the order in which they are printed: first what each stage came to."""
    by_stage = stages(plan)
    found = {
        **by_stage,
        **people(plan),
        **waiting_at_end(plan),
        **promises(plan),
        **lists(plan),
        **simulated(plan),
        **beds(plan),
        **simulated_beds(plan),
        **tests(plan),
        **order(plan),
        **shares(plan),
    }
    first = (*by_stage, *_FIRST)
    return {name: found[name] for name in (*first, *(name for name in found if name not in first))}
