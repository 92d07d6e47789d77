"""Rules on staff, joints, kit, recovery, travel, transport, the rehearsal and urgency: each binds, and lets be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from models.theatres.entities import Commitment, Role, Shift
from models.theatres.instance import Instance
from tests.model.theatres.solving import only, solved, verdict
from tests.model.theatres.test_rules_bind import with_list, with_patient, with_spread
from tests.model.theatres.workshop import workshop

pytestmark = pytest.mark.model

MONDAY = dt.date(2027, 4, 12)


def at(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(MONDAY, dt.time(hour, minute))


def two_hips() -> Instance:
    """P2 and P10, hips of 100 minutes, on list M1 from 08:30: they end after 215 minutes."""
    return only(workshop(), "P2", "P10", lists=("M1",))


def with_set(instance: Instance, **changes: int) -> Instance:
    return replace(instance, kit={"hip_set": replace(instance.kit["hip_set"], **changes)})


def with_settings(instance: Instance, **changes: float) -> Instance:
    return replace(instance, settings=instance.settings.model_copy(update=changes))


def scrub_in_the_afternoon(people: int) -> Instance:
    """M1 runs from 08:30 to 16:30, M3 from 13:00: both need somebody to scrub in the afternoon."""
    shifts = (Shift("scrub", at(8), at(13), 2), Shift("scrub", at(13), at(20), people))
    roles = {"scrub": Role("scrub", "Scrub practitioner", 1)}
    return replace(only(workshop(), "P2", "P6", lists=("M1", "M3")), roles=roles, shifts=shifts)


def joints_on_the_list(most: int) -> Instance:
    instance = two_hips()
    return replace(instance, lists={"M1": replace(instance.lists["M1"], max_joints=most)})


def set_ordered(days: int) -> Instance:
    """Planning day is 21 days before the list."""
    return with_set(two_hips(), loan_days=days)


def one_set_ready_after(minutes: int) -> Instance:
    """The second hip begins when the only set is ready: 100 + 290 + 100 = 490 > 480, with 270 it is 470."""
    instance = with_spread(two_hips(), "hip", 1.0)
    return with_settings(
        with_set(instance, sets=1, cycles_per_day=2, reprocess_minutes=minutes), overrun_grace_minutes=120
    )


def one_bay_for(minutes: int) -> Instance:
    """The second hip ends when the only bay is free: 100 + 390 = 490 > 480, with 370 it is 470."""
    instance = with_spread(two_hips(), "hip", 1.0)
    hip = replace(instance.procedures["hip"], recovery_minutes=minutes)
    instance = replace(instance, procedures={**instance.procedures, "hip": hip})
    return with_settings(instance, recovery_bays=1, overrun_grace_minutes=120)


def clinic_after(travel_minutes: int) -> Instance:
    """S1's list ends at 16:30, the clinic elsewhere begins at 17:00."""
    instance = two_hips()
    surgeon = replace(instance.surgeons["S1"], commitments=(Commitment(at(17), at(19), travel_minutes),))
    return replace(instance, surgeons={**instance.surgeons, "S1": surgeon})


def journeys(places: int) -> Instance:
    instance = with_patient(two_hips(), "P10", hospital_transport=True)
    return with_settings(instance, transport_places_per_day=places)


def minutes_of_the_list(minutes: int) -> Instance:
    """By their variance alone two hips end by 215 + 1.28 x 28.3 = 251.3 on nine days of ten.

    Rehearsed with late starts, slow days and uneven turnaround they end by 270 on 90.07 %: a list of 240 and the
    grace of 30 suffices, one of 222 does not.
    """
    return with_settings(with_list(two_hips(), "M1", "08:30", minutes), rehearsed_overrun_limit_share=0.1)


def urgent_and_infected(minutes: int) -> Instance:
    """P1, urgent and infected, has to come before P10: 100 + 45 + 100 = 245; the other way round it is 215."""
    instance = with_patient(only(workshop(), "P1", "P10", lists=("M1",)), "P1", latex_allergy="no")
    instance = with_patient(instance, "P1", infection_risk="yes")
    instance = with_patient(instance, "P1", tests=instance.patients["P10"].tests)
    return with_list(with_spread(instance, "hip", 1.0), "M1", "08:30", minutes)


# Rule -> what binds and the patients booked with and without it; what it lets be, with everybody booked.
BINDS: dict[str, tuple[Callable[[int], Instance], int, int, int, int]] = {
    "T-29": (scrub_in_the_afternoon, 1, 1, 2, 2),
    "T-30": (joints_on_the_list, 1, 1, 2, 2),
    "T-31": (set_ordered, 22, 0, 2, 21),
    "T-32": (one_set_ready_after, 290, 1, 2, 270),
    "T-33": (one_bay_for, 390, 1, 2, 370),
    "T-34": (clinic_after, 31, 0, 2, 30),
    "T-35": (journeys, 0, 1, 2, 1),
    "T-37": (minutes_of_the_list, 222, 1, 2, 240),
    "T-39": (urgent_and_infected, 230, 1, 2, 250),
}


@pytest.mark.parametrize("rule", sorted(BINDS))
def test_a_rule_keeps_patients_off(rule: str) -> None:
    build, tight, with_it, without_it, _ = BINDS[rule]
    _, plan = solved(build(tight), effort_share=0.1)
    assert len(plan.bookings) == with_it
    assert verdict(plan).passed
    _, free = solved(build(tight), rule, effort_share=0.1)
    assert len(free.bookings) == without_it
    assert {finding.rule for finding in verdict(free).findings if finding.severity == "error"} == {rule}


@pytest.mark.parametrize("rule", sorted(BINDS))
def test_a_rule_lets_be_what_keeps_it(rule: str) -> None:
    build, _, _, everybody, loose = BINDS[rule]
    _, plan = solved(build(loose), effort_share=0.1)
    assert len(plan.bookings) == everybody
    assert verdict(plan).passed
