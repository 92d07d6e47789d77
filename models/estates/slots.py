"""The week: how much a room can take when demand falls unevenly on its sessions.

Let W be the used hours a week of one kind of room at one site, n the number of sessions, p[h] the weights of the
profile (they sum to n), m the movable share, R the rooms, L the session hours and c the ceiling. The part that cannot
move puts (1 - m) W p[h] / n hours into session h; the rest, m W, goes anywhere. All sessions stay within c L R hours
exactly when

    (1 - m) W max(p) / n <= c L R    and    W <= n c L R,

for the second says that what the sessions can hold is enough for W, and the first that no session is overfull before
anything has been moved. So a room takes `n c L x min(1, 1 / ((1 - m) max p))` hours a week, and the rows per session
need not stand in the model.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

_HAIR = 1e-9


def profile_factor(weights: Sequence[float], movable_share: float) -> float:
    """The part of the ceiling that the profile lets a room reach, on average over the week."""
    fixed_peak = (1 - movable_share) * max(weights, default=0.0)
    return 1.0 if fixed_peak <= 1.0 else 1.0 / fixed_peak


def weekly_hours_per_room(
    weights: Sequence[float], movable_share: float, session_hours: float, ceiling_share: float
) -> float:
    """Most used clinical hours a week one room can take within the ceiling of every session."""
    return len(weights) * session_hours * ceiling_share * profile_factor(weights, movable_share)


def highest_weekly_average_share(weights: Sequence[float], movable_share: float, ceiling_share: float) -> float:
    """The highest weekly utilisation the profile allows; 63 % on the reference profile if nothing moves."""
    return ceiling_share * profile_factor(weights, movable_share)


def movable_share_for_the_ceiling(weights: Sequence[float]) -> float:
    """The least movable share with which the weekly average can reach the ceiling itself."""
    peak = max(weights, default=0.0)
    return 0.0 if peak <= 1 else 1 - 1 / peak


def spread_over_slots(weekly_hours: float, weights: Sequence[float], slot_limit_hours: float) -> list[float]:
    """Hours by session: where demand wants them, except what a full session must pass on to the emptiest ones."""
    wanted = [weekly_hours * weight / len(weights) for weight in weights]
    held = [min(hours, slot_limit_hours) for hours in wanted]
    excess = weekly_hours - math.fsum(held)
    if excess <= _HAIR:
        return wanted
    level = _water_level(held, excess)
    return [max(hours, level) for hours in held]


def _water_level(heights: Sequence[float], volume: float) -> float:
    """The level to which a volume fills up vessels of these heights, all of width 1."""
    ordered = sorted(heights)
    below = 0.0
    for count, height in enumerate(ordered, start=1):
        below += height
        level = (volume + below) / count
        if count == len(ordered) or level <= ordered[count]:
            return level
    return 0.0


def sessions_for(hours: float, hours_per_session: float) -> int:
    """Whole sessions that hold some hours in one session of the week."""
    return max(0, math.ceil(hours / hours_per_session - 1e-6))
