"""Figures that follow from a plan without simulation: how full each list is, how late it may run, beds each night."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from models.theatres.day_order import standard_normal_quantile
from models.theatres.eligibility import is_usable
from models.theatres.entities import TheatreList
from models.theatres.instance import Instance
from models.theatres.plan import Booking, Plan


@dataclass(frozen=True)
class ListFigures:
    """One list as planned. `capped_minutes` is the expected touch time inside the list's planned start and end."""

    on: TheatreList
    usable: bool
    cases: int
    touch_minutes: int
    capped_minutes: int
    expected_end: dt.datetime
    overrun_probability: float

    @property
    def capped_utilisation(self) -> float:
        return self.capped_minutes / self.on.minutes

    @property
    def spare_minutes(self) -> int:
        """Planned end less expected end."""
        return int((self.on.end - self.expected_end).total_seconds()) // 60


@dataclass(frozen=True)
class NightFigures:
    """The beds of one ward on one night: expected and at the bed quantile, the census included."""

    ward_id: str
    date: dt.date
    expected: float
    at_quantile: float
    beds_open: int
    from_plan: float


def list_figures(plan: Plan) -> dict[str, ListFigures]:
    """Every list of the instance, by id."""
    instance = plan.instance
    return {list_id: _figures(instance, instance.lists[list_id], cases) for list_id, cases in plan.by_list.items()}


def night_figures(plan: Plan) -> dict[tuple[str, dt.date], NightFigures]:
    """Every night of the instance's beds, by ward and date."""
    instance = plan.instance
    mean: dict[tuple[str, dt.date], float] = dict.fromkeys(instance.beds, 0.0)
    variance = dict(mean)
    for patient_id, list_id in sorted(plan.list_of.items()):
        ward, day = instance.procedure_of(patient_id).ward_id, instance.lists[list_id].date
        for night, share in enumerate(instance.stay(patient_id)):
            key = (ward, day + dt.timedelta(days=night))
            if share > 0.0:
                mean[key] += share
                variance[key] += share * (1.0 - share)
    z = standard_normal_quantile(instance.settings.bed_quantile_share)
    return {
        key: NightFigures(
            ward_id=night.ward_id,
            date=night.date,
            expected=night.census_expected + mean[key],
            at_quantile=night.census_expected + mean[key] + z * math.sqrt(night.census_variance + variance[key]),
            beds_open=night.beds_open,
            from_plan=mean[key],
        )
        for key, night in instance.beds.items()
    }


def overrun_probability(late_at: dt.datetime, expected_end: dt.datetime, variance: float) -> float:
    """The chance that a list ends after a moment, its end normal about the expected one."""
    margin = (late_at - expected_end).total_seconds() / 60
    if variance <= 0.0:
        return 0.0 if margin >= 0.0 else 1.0
    return 1.0 - NormalDist().cdf(margin / math.sqrt(variance))


def _figures(instance: Instance, on: TheatreList, cases: Sequence[Booking]) -> ListFigures:
    expected_end = cases[-1].end if cases else on.start
    late_at = on.end + dt.timedelta(minutes=instance.settings.overrun_grace_minutes)
    variance = sum(instance.duration(case.patient_id, on.list_id).variance_minutes2 for case in cases)
    inside = [min(case.end, on.end) - max(case.start, on.start) for case in cases]
    return ListFigures(
        on=on,
        usable=is_usable(instance, on),
        cases=len(cases),
        touch_minutes=sum(_minutes(case.end - case.start) for case in cases),
        capped_minutes=sum(max(0, _minutes(span)) for span in inside),
        expected_end=expected_end,
        overrun_probability=overrun_probability(late_at, expected_end, variance) if cases else 0.0,
    )


def _minutes(span: dt.timedelta) -> int:
    return int(span.total_seconds()) // 60
