"""What can be asked of the generator of theatres instances."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from instances.theatres.catalogue import PROCEDURES


def reference_mix() -> dict[str, float]:
    """Share of the waiting list by operation, as in the reference instance."""
    return {code: share for code, _, _, _, _, share in PROCEDURES}


@dataclass(frozen=True)
class Parameters:
    """Size, dates and shares of a generated instance; the defaults are those of the reference instance.

    Shares are of all patients unless their name says otherwise. `planning_date` should be a Monday; the lists begin
    `lead_days` later. `lists` keeps only the first so many; None: all.
    """

    seed: int = 1
    patients: int = 600
    weeks: int = 4
    theatres: int = 5
    lists: int | None = None
    planning_date: dt.date = dt.date(2027, 3, 22)
    lead_days: int = 21
    beds: int = 41
    case_mix: Mapping[str, float] = field(default_factory=reference_mix)
    long_wait_share: float = 0.12
    p2_share: float = 0.02
    p3_share: float = 0.10
    asked_to_wait_share: float = 0.02
    child_share: float = 0.003
    unfit_share: float = 0.05
    not_validated_share: float = 0.03
    no_consent_share: float = 0.03
    unknown_flag_share: float = 0.03
    side_missing_share: float = 0.01
    no_surgeon_share: float = 0.01
    unavailable_share: float = 0.08
    transport_share: float = 0.06
    others_not_ambulant_share: float = 0.01
    poolable_share: float = 0.40
    latex_share: float = 0.025
    infection_share: float = 0.025
    diabetic_share: float = 0.12
    assessment_done_share: float = 0.35
    split_share: float = 0.15
    staffed_share: float = 0.92
    leave_share: float = 0.08
    existing_bookings: int = 12
    first_day_bookings: int = 4
    due_patients: int = 2
    short_notice_share: float = 0.15
    offer_declined_share: float = 0.05
    short_shift_share: float = 0.05
    beside_list_share: float = 0.10
    training_list_share: float = 0.08

    @property
    def horizon_start(self) -> dt.date:
        return self.planning_date + dt.timedelta(days=self.lead_days)

    @property
    def horizon_end(self) -> dt.date:
        """The last day of the horizon."""
        return self.horizon_start + dt.timedelta(days=7 * self.weeks - 1)
