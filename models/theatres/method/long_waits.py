"""Long waits kept (`keep_long_waits`): no fewer than the best of the baselines books, and what that costs in P2."""

from __future__ import annotations

from collections.abc import Sequence

from models.shared.problem import Explanation
from models.theatres.baselines import baselines
from models.theatres.formulation.aims import figures_agree
from models.theatres.formulation.month import Month
from models.theatres.formulation.part import Floor
from solvers.types import StageResult


def long_waits_kept(month: Month) -> Floor:
    """The floor on long waits that holds from the first stage on: those of the baseline that books most of them."""
    aim = next(aim for aim in figures_agree(month) if aim.name == "long_waits_booked")
    plans = baselines(month.instance).values()
    return Floor(aim.name, aim.values, max(aim.of([month.pair_of[i] for i in p.list_of.items()]) for p in plans))


def price_in_p2(kept: Floor, stages: Sequence[StageResult], free: Sequence[StageResult]) -> Explanation:
    """What the floor costs in P2 patients: the P2 stage as solved, against the same stage solved without it."""
    booked, bound = _p2(stages)
    without, best_without = _p2(free)
    without = max(without, booked)
    price, proven = without - booked, best_without == without and bound == booked
    start = (
        f"At least {kept.at_least} long waits are booked, as many as in the baseline that books most of them "
        "(keep_long_waits). "
    )
    if price:
        cost = f"That costs {price} P2 patients: {booked} are booked, without it {without} would be."
    else:
        cost = f"That costs no P2 patient: {booked} are booked with and without it."
    unproven = "" if proven else f" Neither number is proved best: at most {bound} with it, {best_without} without."
    numbers = {
        "long_waits_kept": kept.at_least,
        "p2_booked": booked,
        "p2_booked_without": without,
        "price_in_p2_patients": price,
        "p2_bound": bound,
        "p2_bound_without": best_without,
    }
    return Explanation(
        "long-waits-kept", "", start + cost + unproven, numbers, "instance.toml settings", headline=True
    )


def _p2(stages: Sequence[StageResult]) -> tuple[int, int]:
    """Value and bound of the P2 stage; a bound that was not found is no better than the value."""
    stage = next(stage for stage in stages if stage.name == "p2_booked")
    value = int(stage.value or 0)
    return value, value if stage.bound is None else int(stage.bound)
