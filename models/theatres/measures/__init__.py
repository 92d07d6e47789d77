"""Key figures of a plan. `planned` figures follow from expected times; `simulated` ones from random days.

Utilisation is a ratio of sums over all usable lists (staffed, with a surgeon), empty ones included.
"""

from __future__ import annotations

from models.shared.problem import Measure
from models.theatres.measures.beds_and_tests import beds, tests
from models.theatres.measures.lists import lists, order
from models.theatres.measures.people import people, promises, shares, waiting_at_end
from models.theatres.measures.simulated import simulated, simulated_beds
from models.theatres.plan import Plan

# What is printed first, beside the baselines; the others follow.
_FIRST = (
    "cases", "p2_booked", "p2_ready_not_booked", "long_waits_booked", "long_waits_ready_not_booked",
    "long_waits_at_horizon_end", "weighted_wait", "ready_not_booked", "cases_per_usable_list",
    "joints_per_all_day_list", "capped_utilisation_planned", "capped_utilisation_simulated",
    "overrun_probability_simulated", "overrun_probability_stressed_simulated", "beds_peak_at_quantile",
    "tests_booked",
)  # fmt: skip


def measures(plan: Plan) -> dict[str, Measure]:
    """All key figures by name, in the order in which they are printed."""
    found = {
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
    return {name: found[name] for name in (*_FIRST, *(name for name in found if name not in _FIRST))}
