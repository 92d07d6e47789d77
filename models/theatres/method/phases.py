"""How much each stage is searched: rounds, freed lists and CP-SAT's seconds, for the size of a month."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.theatres.method.bound import Effort

# The rows are made linear around the spread of today's lists, or of usual lists times these, in turn: so each round
# sees lists of other spreads exactly.
CENTRES = (1.0, 1.0, 0.7, 1.4)
# Around these shares of the usual spread the rows of a month freed as a whole are made linear, so near enough exact.
FINE_CENTRES = (0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.1, 1.4)
# A month of so few pairs is also solved as one model, for so many of CP-SAT's deterministic seconds.
SMALL_MONTH_PAIRS = 300
WHOLE_MONTH_SECONDS = 5.0
WHOLE_MONTH_TRIES = 40

# From so many pairs on, a bound costs more as a linear programme than by descent; a little of both comes close.
BIG_MONTH_PAIRS = 20_000

# Of the usual rounds, when what patients were told comes first: for that and due dates, and for the stages after it.
REPAIR_KEEP_SHARE = 0.3
REPAIR_EFFORT_SHARE = 0.04
# And the bounds of the other stages end this near to the best that could be proved.
REPAIR_CLOSE = 2e-3

_USUAL_LISTS = 100
# A month of more lists gets so many more rounds (as a power): 325 lists, whose rounds cost three times as much, 1.6.
BIGGER = 0.4


@dataclass(frozen=True)
class Phase:
    """Rounds of the search that free so many lists at a time, with CP-SAT's deterministic seconds for each round.

    With `other_centres`, rows may hold around any of these shares of the usual spread: exact, but slower.
    """

    freed_lists: int
    deterministic_seconds: float
    rounds: int
    other_centres: tuple[float, ...] = ()

    def centre(self, done: int) -> float:
        """The share of the usual spread around which the rows of a round are made linear."""
        return 1.0 if self.other_centres else CENTRES[done % len(CENTRES)]


# Rounds for a month of about a hundred lists; small neighbourhoods gain fast, large ones find what those cannot.
_FEW = (Phase(6, 0.3, 60), Phase(10, 0.5, 60), Phase(14, 1.0, 20))
_MANY = (Phase(5, 0.2, 200), Phase(8, 0.25, 120), Phase(10, 0.3, 150), Phase(12, 0.4, 120), Phase(16, 1.0, 30))
_LAST = (Phase(6, 0.2, 80), Phase(10, 0.3, 80), Phase(14, 0.6, 20))
# What a repair is about.
_REPAIRED_FIRST = ("due_dates_met", "p2_booked", "long_waits_booked", "bookings_kept")
# Stages in which patients are worth many different numbers.
_MANY_VALUES = ("weighted_wait", "touch_minutes", "bookings_kept")
_BRIEF = (Phase(6, 0.2, 40), Phase(10, 0.3, 40))
_BY_STAGE = {"weighted_wait": _MANY, "touch_minutes": _LAST}


def phases_of(stage: str, lists: int, effort_share: float, *, repair: bool = False) -> Sequence[Phase]:
    """The phases of a stage of a month with so many lists; one that frees every list needs few rounds.

    A repair keeps nearly everybody where they are, so that there is little to search.
    """
    if repair:
        effort_share *= REPAIR_KEEP_SHARE if stage in _REPAIRED_FIRST else REPAIR_EFFORT_SHARE
    size = lists / _USUAL_LISTS
    scale = effort_share * (size if size <= 1 else size**BIGGER)
    phases: list[Phase] = []
    # After the other stages there is little left to choose from when what was told comes last.
    usual = _BRIEF if stage == "bookings_kept" and not repair else _FEW
    for phase in _BY_STAGE.get(stage, usual):
        if phase.freed_lists >= lists:
            return [*phases, Phase(lists, WHOLE_MONTH_SECONDS, WHOLE_MONTH_TRIES, FINE_CENTRES)]
        rounds = max(1, math.ceil(phase.rounds * scale))
        phases.append(replace(phase, rounds=rounds))
    return phases


def bound_effort(stage: str, pairs: int, *, repair: bool = False) -> Effort:
    """How much a bound of a stage may cost in a month with so many pairs.

    Where patients count alike, few fillings settle a linear programme at once, and descent is slow.
    """
    if pairs < BIG_MONTH_PAIRS or stage not in _MANY_VALUES:
        rounds = 200 if pairs < BIG_MONTH_PAIRS else 25
        return Effort(descent_rounds=0, rounds=rounds, close=REPAIR_CLOSE if repair else 1e-4)
    return Effort(descent_rounds=400, rounds=8 if stage == "weighted_wait" else 0, close=1e-3)
