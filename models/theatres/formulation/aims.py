"""What the stages maximise, who is left over, and the six weeks tests should be done in."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from models.theatres.eligibility import readiness_codes
from models.theatres.entities import Appointment
from models.theatres.formulation.month import Indices, Month
from models.theatres.instance import Instance
from models.theatres.rules import BEFORE_BOOKINGS_KEPT, LEAST_SHARE_PREFIX, STAGES

_UNITS = {name: unit for name, unit, _ in STAGES}


@dataclass(frozen=True)
class Aim:
    """What a stage maximises: the sum of `values` over the pairs booked, of which no more than `enough` counts."""

    name: str
    unit: str
    values: Indices
    enough: int | None = None

    def of(self, chosen: Sequence[int]) -> int:
        """The value of these bookings in the stage."""
        return self.capped(int(self.values[np.asarray(chosen, dtype=np.int64)].sum()))

    def capped(self, value: int) -> int:
        """As much of a sum as counts."""
        return value if self.enough is None else min(value, self.enough)


def figures_agree(month: Month) -> tuple[Aim, ...]:
    """The figures printed beside the lists follow from the lists.

    Every stage value is a sum over bookings of what each is worth in it: patients, points, minutes (T-25). These are
    the stages of this month in their order; those that do not apply are left out.
    """
    instance = month.instance
    plain = {
        "p2_booked": _by_patient(month, lambda p: instance.patients[p].priority == "P2"),
        "long_waits_booked": _by_patient(month, instance.is_long_wait),
        "long_waits_at_end_booked": _by_patient(month, instance.is_long_wait_at_end),
        "weighted_wait": _by_patient(month, instance.weight),
        "touch_minutes": month.touch_minutes,
    }
    aims = [Aim(name, unit, plain[name]) for name, unit, _ in STAGES if name in plain]
    if instance.settings.aim == "least_change":
        urgent = [aim for aim in aims if aim.name in BEFORE_BOOKINGS_KEPT]
        rest = [aim for aim in aims if aim.name not in BEFORE_BOOKINGS_KEPT]
        return (*due_dates_met(month), *urgent, *least_change(month), *least_share_per_trust(month), *rest)
    return (*least_share_per_trust(month), *due_dates_met(month), *aims, *least_change(month))


def least_share_per_trust(month: Month) -> tuple[Aim, ...]:
    """Of the ready patients of each home trust at least the share set is booked, as far as the rules allow.

    maximise min(booked(t), ceil(share * ready(t))), trust by trust, before the other aims (T-36).
    """
    instance = month.instance
    if instance.settings.least_trust_share <= 0:
        return ()
    ready = Counter(one.trust_id for p, one in instance.patients.items() if _is_ready(month, p))
    aims = []
    for trust in sorted(instance.trusts):
        own = frozenset(p for p, one in instance.patients.items() if one.trust_id == trust)
        values = _by_patient(month, own.__contains__)
        aims.append(Aim(LEAST_SHARE_PREFIX + trust, "patients", values, enough=instance.least_booked(ready[trust])))
    return tuple(aims)


def due_dates_met(month: Month) -> tuple[Aim, ...]:
    """Patients with a date by which they must be operated on are booked by then, before the other aims.

    maximise patients with a due date booked on or before it (T-38); no stage when nobody has one.
    """
    if all(patient.due_by is None for patient in month.instance.patients.values()):
        return ()
    met = [int(patient.due_by is not None and on.date <= patient.due_by) for _, patient, on in month.each_pair()]
    return (Aim("due_dates_met", _UNITS["due_dates_met"], np.array(met, dtype=np.int64)),)


def least_change(month: Month) -> tuple[Aim, ...]:
    """What patients have been told changes as little as the other aims allow.

    maximise points of bookings kept: same list, same day, same week; more when offered or near (T-40); no stage when
    no booking may move.
    """
    if not month.instance.movable_bookings:
        return ()
    kept = [month.instance.kept_points(p.patient_id, on.list_id) for _, p, on in month.each_pair()]
    return (Aim("bookings_kept", _UNITS["bookings_kept"], np.array(kept, dtype=np.int64)),)


def _is_ready(month: Month, patient_id: str) -> bool:
    return not month.keeps("T-02") or not readiness_codes(month.instance, patient_id)


def _by_patient(month: Month, worth: Callable[[str], int | bool]) -> Indices:
    """What each pair is worth when it hangs on the patient alone."""
    return np.array([worth(patient) for patient in month.patients], dtype=np.int64)[month.pair_patient]


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
