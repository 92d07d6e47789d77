"""What the stages maximise, who is left over, and the six weeks tests should be done in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.theatres.entities import Appointment
from models.theatres.formulation.month import Indices, Month
from models.theatres.instance import Instance
from models.theatres.rules import STAGES


@dataclass(frozen=True)
class Aim:
    """What a stage maximises: the sum of `values` over the pairs booked."""

    name: str
    unit: str
    values: Indices

    def of(self, chosen: Sequence[int]) -> int:
        return int(self.values[list(chosen)].sum())


def figures_agree(month: Month) -> tuple[Aim, ...]:
    """The figures printed beside the lists follow from the lists.

    Every stage value is a sum over bookings of what each is worth in it: patients, points, minutes (T-25).
    """
    worth: dict[str, list[int]] = {name: [] for name, _, _ in STAGES}
    for pair, patient, _ in month.each_pair():
        worth["p2_booked"].append(int(patient.priority == "P2"))
        worth["long_waits_booked"].append(int(month.instance.is_long_wait(patient.patient_id)))
        worth["weighted_wait"].append(month.instance.weight(patient.patient_id))
        worth["touch_minutes"].append(int(month.touch_minutes[pair]))
    return tuple(Aim(name, unit, np.array(worth[name], dtype=np.int64)) for name, unit, _ in STAGES)


def everyone_accounted_for(month: Month, chosen: Sequence[int]) -> tuple[str, ...]:
    """Every patient on the waiting list is booked, or listed with the reason: those who are not booked.

    booked + not booked = waiting list, no one in both (T-24).
    """
    booked = {month.patients[month.pair_patient[pair]] for pair in chosen}
    return tuple(patient for patient in month.patients if patient not in booked)


def tests_in_six_weeks(instance: Instance, new: Sequence[Appointment]) -> int:
    """Counted diagnostic tests are done within six weeks of their request: how many new ones are not.

    count of new DM01 appointments later than request + 42 days, kept low (T-28).
    """
    limit = dt.timedelta(days=instance.settings.dm01_days)
    asked = {
        (patient.patient_id, test.test_id): test.requested_on
        for patient in instance.patients.values()
        for test in patient.tests
    }
    return sum(
        instance.tests[made.test_id].dm01 and made.start.date() > asked[made.patient_id, made.test_id] + limit
        for made in new
    )
