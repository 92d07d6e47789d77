"""Good prices for a big month without a linear programme: subgradient descent on the bound they prove."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from models.theatres.formulation.month import Numbers
from models.theatres.method.relaxation import Duals, Filling, Relaxation
from solvers.stages import Deadline
from solvers.types import Watch

# Tried on 1,250 and 2,500 patients: longer first steps, and more patience, gain more than they cost.
FIRST_STEP = 1.8
PATIENCE_ROUNDS = 25
SHORTER = 0.6
SHORTEST_STEP = 0.01
# The direction is this share of the newest slack, the rest of the direction before.
NEWEST_SHARE = 0.5
# Fillings of the last rounds, good for the linear programme that follows.
ROUNDS_KEPT = 15


@dataclass(frozen=True)
class Descended:
    """The lowest bound found, its prices, and the fillings of the last rounds."""

    bound: float
    duals: Duals
    fillings: tuple[Filling, ...]


def descend(relaxation: Relaxation, target: float, rounds: int, watch: Watch, deadline: Deadline) -> Descended | None:
    """Lower the bound from prices of nothing; steps aim at `target`, a value already reached. None when stopped."""
    scale = _scale(relaxation)
    now = best = np.zeros(len(scale))
    lowest, unimproved, step = math.inf, 0, FIRST_STEP
    direction: Numbers | None = None
    last: deque[tuple[Filling, ...]] = deque(maxlen=ROUNDS_KEPT)
    for _ in range(rounds):
        if watch.cancelled() or deadline.passed():
            return None
        priced = relaxation.price(_duals(relaxation, now / scale))
        last.append(priced.fillings)
        unimproved = 0 if priced.bound < lowest - 1e-4 * abs(lowest) or math.isinf(lowest) else unimproved + 1
        if priced.bound < lowest:
            lowest, best = priced.bound, now
        if lowest <= target + 1e-6 or step < SHORTEST_STEP:
            break
        if unimproved > PATIENCE_ROUNDS:
            step, unimproved, now, direction = step * SHORTER, 0, best, None
            continue
        slack = _flat(relaxation.slack(priced.fillings)) / scale
        direction = slack if direction is None else NEWEST_SHARE * slack + (1 - NEWEST_SHARE) * direction
        length = float(direction @ direction)
        if length < 1e-12:
            break
        now = now - step * max(priced.bound - target, 1e-3 * abs(priced.bound)) / length * direction
        now = np.maximum(now, 0.0)
    found = tuple(dict.fromkeys(filling for fillings in last for filling in fillings))
    return Descended(lowest, _duals(relaxation, best / scale), found)


def _scale(relaxation: Relaxation) -> Numbers:
    """The usual size of each row's slack, so that one step suits patients, beds and floors of many points."""
    largest = np.asarray(abs(relaxation.rows).max(axis=1).todense()).ravel() if len(relaxation.upper) else np.zeros(0)
    rows = np.sqrt(np.maximum(largest * np.maximum(np.abs(relaxation.upper), largest), 1e-6))
    patients = len(relaxation.month.patients)
    return np.concatenate([np.ones(patients), rows, np.ones(len(relaxation.used_lists))])


def _flat(duals: Duals) -> Numbers:
    return np.concatenate([duals.patients, duals.rows, duals.used])


def _duals(relaxation: Relaxation, flat: Numbers) -> Duals:
    patients, rows = len(relaxation.month.patients), len(relaxation.upper)
    return Duals(flat[:patients], flat[patients : patients + rows], flat[patients + rows :])
