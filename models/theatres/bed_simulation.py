"""Nights as they may turn out: who is still in a bed, drawn from the length-of-stay curves, and the ward's census."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.theatres.entities import BedNight
from models.theatres.plan import Plan
from models.theatres.rehearsal import DAYS
from models.theatres.simulation import generator


@dataclass(frozen=True)
class SimulatedNight:
    """One night of a ward: the share of simulated nights with more patients than beds, and the mean number more."""

    over_probability: float
    mean_over: float


def simulate_nights(plan: Plan) -> Mapping[tuple[str, dt.date], SimulatedNight]:
    """Every night of the instance's beds, by ward and date.

    A patient's stay is one draw, the same in every plan; the census of a night is a normal number with its mean and
    variance, rounded to whole patients and never below none.
    """
    instance = plan.instance
    occupied = {key: _census(night) for key, night in instance.beds.items()}
    for patient_id, list_id in sorted(plan.list_of.items()):
        ward, day = instance.procedure_of(patient_id).ward_id, instance.lists[list_id].date
        stay = generator("stay", patient_id).random(DAYS)
        for night, share in enumerate(instance.stay(patient_id)):
            if share > 0.0:
                occupied[ward, day + dt.timedelta(days=night)] += stay < share
    return {key: _night(instance.beds[key], patients) for key, patients in occupied.items()}


def _census(night: BedNight) -> NDArray[np.int64]:
    z = generator("census", f"{night.ward_id} {night.date.isoformat()}").standard_normal(DAYS)
    census: NDArray[np.int64] = np.maximum(
        0, np.rint(night.census_expected + np.sqrt(night.census_variance) * z)
    ).astype(np.int64)
    return census


def _night(night: BedNight, patients: NDArray[np.int64]) -> SimulatedNight:
    over = np.maximum(0, patients - night.beds_open)
    return SimulatedNight(float((over > 0).mean()), float(over.mean()))
