"""Beds: who is in one on each calendar night, and whether there are enough."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from statistics import NormalDist

from models.shared.findings import Finding
from models.theatres.checker.evidence import ONE_DAY, Evidence, finding, on_day

Night = tuple[str, dt.date]
TOLERANCE_BEDS = 1e-6


def nights_of(evidence: Evidence) -> Mapping[Night, list[float]]:
    """(ward, night) -> the chance of each patient of the plan to be in a bed there, where it is above 0."""
    nights: dict[Night, list[float]] = defaultdict(list)
    for case in evidence.cases:
        ward, day = evidence.operation(case.patient_id).ward_id, evidence.session(case).date
        for night, share in enumerate(evidence.stay(case.patient_id)):
            if share > 0:
                nights[ward, day + night * ONE_DAY].append(share)
    return nights


def occupied(evidence: Evidence, night: Night, shares: list[float]) -> tuple[float, float]:
    """Expected patients in beds, and the number the bed quantile stands for."""
    bed = evidence.instance.beds.get(night)
    expected = math.fsum([bed.census_expected if bed else 0.0, *shares])
    spread = math.fsum([bed.census_variance if bed else 0.0, *(share * (1 - share) for share in shares)])
    z = NormalDist().inv_cdf(evidence.instance.settings.bed_quantile_share)
    return expected, expected + z * math.sqrt(spread)


def check_beds_every_night(evidence: Evidence) -> Iterator[Finding]:
    """T-12: on every night on which the plan puts somebody in a bed, the beds suffice at the quantile (exact)."""
    for night, shares in sorted(nights_of(evidence).items()):
        ward, day = night
        bed = evidence.instance.beds.get(night)
        expected, quantile = occupied(evidence, night, shares)
        if bed is None:
            message = f"{on_day(day)}, ward {ward}: {expected:.1f} patients expected, but no beds are known."
            yield finding("beds_every_night", message, evidence.where("theatre_lists"))
        elif quantile > bed.beds_open + TOLERANCE_BEDS:
            sure = evidence.instance.settings.bed_quantile_share
            message = (
                f"{on_day(day)}, ward {ward}: {expected:.1f} patients expected, {quantile:.2f} at {sure:.0%}; "
                f"{bed.beds_open} beds are open."
            )
            yield finding("beds_every_night", message, evidence.where("theatre_lists"))
