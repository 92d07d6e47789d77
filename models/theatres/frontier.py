"""What theatres trade: how full the lists are against the chance that one of them ends late."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from statistics import NormalDist

from models.shared.frontier import Frontier, FrontierEnds, NoFrontier
from models.shared.parsing import ParsedInstance
from models.theatres.booking.list_times import cases_and_gaps
from models.theatres.building import build_instance
from models.theatres.eligibility import NO_RULES
from models.theatres.explain.frontier import late_share_when_full
from models.theatres.instance import Instance
from models.theatres.rehearsal import rehearsal_of

_STEP = Fraction(1, 100)
_LOOSEST_STEPS = 50
"""The planned chance may be set no higher (T-09)."""


def overrun_ends(parsed: ParsedInstance) -> FrontierEnds:
    """From the tightest limit the bookings that stay allow to the one a list full of cases keeps, in per cent."""
    instance = build_instance(parsed)
    full = late_share_when_full(instance)
    if full is None:
        raise NoFrontier("no list can be used, or nobody waits for a joint")
    tightest = max([1, *(_steps(share) for share in _late_shares_of_fixed_lists(instance))])
    loosest = min(max(_steps(full), tightest), _LOOSEST_STEPS)
    if loosest <= tightest:
        raise NoFrontier(
            f"lists with bookings that stay are late with a chance of {tightest} % already, and a list full of cases "
            f"with {_steps(full)} %: no limit in between changes anything"
        )
    return FrontierEnds(tightest, loosest)


def _steps(share: float) -> int:
    """The least whole number of steps that is no tighter than a share."""
    return math.ceil(share / float(_STEP) - 1e-9)


def _late_shares_of_fixed_lists(instance: Instance) -> Iterator[float]:
    """How likely each list is late, as planned and rehearsed, with the bookings on it that stay and nobody else."""
    fixed: dict[str, list[str]] = defaultdict(list)
    for patient_id, list_id in instance.fixed_bookings.items():
        fixed[list_id].append(patient_id)
    rehearsal, grace = rehearsal_of(instance.settings), instance.settings.overrun_grace_minutes
    for list_id, patients in sorted(fixed.items()):
        cases, gaps = cases_and_gaps(instance, NO_RULES, list_id, patients)
        latest = instance.lists[list_id].minutes + grace
        yield rehearsal.late_share(cases, gaps, latest)
        mean, sd = sum(m for m, _ in cases) + sum(gaps), math.sqrt(sum(v for _, v in cases))
        yield 1.0 - NormalDist(mean, sd).cdf(latest) if sd else float(mean > latest)


FRONTIERS = (
    Frontier(
        name="overrun",
        title="how full the lists are against the highest chance that a list ends late, rehearsed",
        setting="rehearsed_overrun_limit_share",
        also=("overrun_probability_limit_share",),
        unit="share",
        step=_STEP,
        gain="capped_utilisation_simulated",
        gain_unit="share",
        gain_grows=True,
        price="highest_overrun_probability_stressed_simulated",
        measures=(
            "capped_utilisation_simulated",
            "highest_overrun_probability_stressed_simulated",
            "overrun_probability_stressed_simulated",
            "cases",
            "cancelled_on_the_day_stressed_simulated",
        ),
        slope_per=Fraction(1, 100),
        slope_words="point of chance",
        ends=overrun_ends,
    ),
)
