"""Every rule binds somewhere: with it a plan books less, or orders a day otherwise, than without it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from models.theatres import entities
from models.theatres.entities import Patient, PatientTest, TheatreList
from models.theatres.instance import Instance
from tests.model.theatres.solving import only, solved, verdict
from tests.model.theatres.workshop import workshop

pytestmark = pytest.mark.model

MONDAY = dt.date(2027, 4, 12)


def with_list(instance: Instance, list_id: str, start: str, minutes: int) -> Instance:
    """The instance with other times for one list."""
    begin = dt.datetime.fromisoformat(f"{instance.lists[list_id].date}T{start}")
    changed: TheatreList = replace(instance.lists[list_id], start=begin, end=begin + dt.timedelta(minutes=minutes))
    return replace(instance, lists={**instance.lists, list_id: changed})


def with_spread(instance: Instance, code: str, sd_minutes: float) -> Instance:
    """The instance with another standard deviation for one operation."""
    procedure = instance.procedures[code]
    duration = replace(procedure.duration, variance_minutes2=sd_minutes**2)
    return replace(instance, procedures={**instance.procedures, code: replace(procedure, duration=duration)})


def with_patient(instance: Instance, patient_id: str, **changes: object) -> Instance:
    """The instance with other facts about one patient."""
    changed: Patient = replace(instance.patients[patient_id], **changes)
    return replace(instance, patients={**instance.patients, patient_id: changed})


def with_sessions(instance: Instance, *sessions: entities.TestSession) -> Instance:
    """The instance with these appointments on offer and no others."""
    return replace(instance, sessions=sessions)


def session(site: str, test: str, start: str, minutes: int = 45, slots: int = 1) -> entities.TestSession:
    return entities.TestSession(site, test, dt.datetime.fromisoformat(start), slots, minutes, 1)


def needing(instance: Instance, patient_id: str, *tests: str) -> Instance:
    """The instance in which a patient needs these tests, none of them done."""
    wanted = tuple(PatientTest(test, dt.date(2027, 3, 1), None) for test in tests)
    return with_patient(instance, patient_id, tests=wanted)


def list_too_short() -> Instance:
    """Two hips end after 215 minutes, five beyond the list's end; that they vary by a minute leaves no overrun."""
    return with_spread(with_list(only(workshop(), "P2", "P10", lists=("M1",)), "M1", "08:30", 210), "hip", 1.0)


def durations_uncertain() -> Instance:
    """Two hips fit into 240 minutes (215), but 215 + 1.28 x 60 x sqrt(2) = 324 > 270."""
    return with_spread(with_list(only(workshop(), "P2", "P10", lists=("M1",)), "M1", "08:30", 240), "hip", 60.0)


def surgeon_twice_at_once() -> Instance:
    """S1 has a hip's time in one theatre, and in the same minutes a foot's in the other."""
    instance = with_list(only(workshop(), "P10", "P4", lists=("M1", "M2")), "M1", "08:30", 100)
    return with_spread(with_list(instance, "M2", "08:40", 60), "foot", 1.0)


def two_lists_for_one() -> Instance:
    """S2 may run one list a week; M3 has time for the revision only, the hip would need Friday's list."""
    return with_list(only(workshop(), "P6", "P12"), "M3", "13:00", 120)


def one_machine_at_once() -> Instance:
    """The revision and the foot need the one image intensifier in the same hour."""
    instance = with_list(only(workshop(), "P6", "P4", lists=("M2", "M3")), "M2", "13:30", 60)
    return with_spread(with_spread(with_list(instance, "M3", "13:00", 120), "foot", 1.0), "revision", 1.0)


def result_too_late() -> Instance:
    """An MRI's report takes seven days, and results are due a day before surgery: not on the 6th, but by the 4th."""
    instance = needing(only(workshop(), "P3", lists=("M1",)), "P3", "mri")
    return with_sessions(instance, session("centre", "mri", "2027-04-06T10:00"))


def assessment_too_old() -> Instance:
    """P2's assessment is 23 days old on the day; here only 10 are accepted, and none is on offer."""
    instance = only(workshop(), "P2", lists=("M1",))
    return with_sessions(replace(instance, valid_days={**instance.valid_days, ("poa", "A"): 10}))


def transport_to_the_centre() -> Instance:
    """P5 needs hospital transport; only the centre, which takes none, has an X-ray on offer."""
    instance = needing(only(workshop(), "P5", lists=("M2",)), "P5", "xray")
    return with_sessions(instance, session("centre", "xray", "2027-04-02T10:00", 15))


def one_place_for_two() -> Instance:
    """One assessment on offer, two patients who need it."""
    instance = needing(needing(only(workshop(), "P2", "P10", lists=("M1",)), "P2", "poa"), "P10", "poa")
    return with_sessions(instance, session("clinic", "poa", "2027-04-01T09:00"))


def two_tests_at_once() -> Instance:
    """The assessment and the screen are on offer in the same quarter of an hour only."""
    instance = needing(only(workshop(), "P3", lists=("M1",)), "P3", "poa", "mrsa")
    return with_sessions(
        instance,
        session("clinic", "poa", "2027-04-06T09:00"),
        session("clinic", "mrsa", "2027-04-06T09:15", 10),
    )


def infected_case_first_would_fit() -> Instance:
    """The revision has the machine until 15:00; the foot needs it next, 15:00-16:00.

    The infected hip would fit before the foot (13:00-14:00, clean-down to 14:45), but not after it (16:15-17:15).
    """
    instance = with_list(only(workshop(), "P2", "P4", "P6", lists=("M2", "M3")), "M2", "13:00", 240)
    instance = with_list(instance, "M3", "13:00", 120)
    on = replace(instance.lists["M2"], theatre_id="T1", subspecialty_id=None)
    hip = replace(instance.procedures["hip"], duration=replace(instance.procedures["hip"].duration, mean_minutes=60))
    instance = replace(instance, lists={**instance.lists, "M2": on}, procedures={**instance.procedures, "hip": hip})
    return with_spread(with_spread(with_spread(instance, "hip", 0), "foot", 0), "revision", 0)


def one_set_for_two() -> Instance:
    instance = only(workshop(), "P2", "P10", lists=("M1",))
    return replace(instance, kit={"hip_set": replace(instance.kit["hip_set"], sets=1)})


BINDS: dict[str, tuple[Callable[[], Instance], int, int]] = {
    "T-02": (lambda: only(workshop(), "P7", lists=("M1",)), 0, 1),
    "T-03": (lambda: only(workshop(), "P10", lists=("U",)), 0, 1),
    "T-04": (lambda: only(workshop(), "P10", lists=("F",)), 0, 1),
    "T-05": (lambda: only(workshop(), "P14", lists=("M2",)), 0, 1),
    "T-06": (lambda: only(workshop(), "P9", lists=("M1",)), 0, 1),
    "T-07": (lambda: only(workshop(), "P8", lists=("M1",)), 0, 1),
    "T-08": (list_too_short, 1, 2),
    "T-09": (durations_uncertain, 1, 2),
    "T-10": (surgeon_twice_at_once, 1, 2),
    "T-11": (two_lists_for_one, 1, 2),
    "T-12": (lambda: only(workshop(), "P5", "P13", lists=("M2",)), 1, 2),
    "T-13": (one_set_for_two, 1, 2),
    "T-14": (one_machine_at_once, 1, 2),
    "T-15": (result_too_late, 0, 1),
    "T-16": (assessment_too_old, 0, 1),
    "T-17": (transport_to_the_centre, 0, 1),
    "T-18": (one_place_for_two, 1, 2),
    "T-19": (two_tests_at_once, 0, 1),
    "T-23": (infected_case_first_would_fit, 2, 3),
}


@pytest.mark.parametrize("rule", sorted(BINDS))
def test_a_rule_keeps_patients_off(rule: str) -> None:
    build, with_it, without_it = BINDS[rule]
    instance = build()
    _, plan = solved(instance)
    assert len(plan.bookings) == with_it
    assert verdict(plan).passed
    _, free = solved(instance, rule)
    assert len(free.bookings) == without_it
    assert {finding.rule for finding in verdict(free).findings if finding.severity == "error"} >= {rule}


def test_an_agreed_booking_stays_though_another_patient_would_count_more() -> None:
    """T-20: one hip set; P10 (114 points) has the agreed date, P3 (a long wait) would otherwise have it."""
    base = replace(one_set_for_two(), patients={p: workshop().patients[p] for p in ("P10", "P3")})
    agreed = replace(base, existing_bookings={"P10": ("M1", "agreed")})
    assert set(solved(agreed)[1].list_of) == {"P10"}
    assert set(solved(agreed, "T-20")[1].list_of) == {"P3"}
    offered = replace(base, existing_bookings={"P10": ("M1", "offered")})
    assert set(solved(offered)[1].list_of) == {"P3"}


def test_latex_comes_before_diabetes() -> None:
    """T-22: P1 has latex allergy, P3 diabetes, neither is urgent; without the rule diabetes decides."""
    instance = with_patient(only(workshop(), "P1", "P3", lists=("M1",)), "P1", priority="P4")
    assert [b.patient_id for b in solved(instance)[1].bookings] == ["P1", "P3"]
    assert [b.patient_id for b in solved(instance, "T-22")[1].bookings] == ["P3", "P1"]


def test_latex_decides_when_a_patient_is_infected_too() -> None:
    """T-22, T-23: the tie rule puts P1, both, before P10, neither; 45 minutes of clean-down follow."""
    instance = with_patient(only(workshop(), "P1", "P10", lists=("M1",)), "P1", infection_risk="yes")
    _, plan = solved(instance)
    first, second = plan.by_list["M1"]
    assert (first.patient_id, second.patient_id) == ("P1", "P10")
    assert second.start - first.end == dt.timedelta(minutes=45)
    assert verdict(plan).passed


def test_wished_orders_hold_where_nothing_stands_against_them() -> None:
    """T-26: P3, diabetic, before P10. T-27: P4, a day case, before P5."""
    hips = only(workshop(), "P3", "P10", lists=("M1",))
    assert [b.patient_id for b in solved(hips)[1].bookings] == ["P3", "P10"]
    feet = replace(only(workshop(), "P4", "P5", lists=("M2",)))
    assert [b.patient_id for b in solved(feet)[1].bookings] == ["P4", "P5"]


def test_a_counted_test_is_done_in_six_weeks_even_at_the_hospital() -> None:
    """T-28: asked for on 16 February, so by 30 March: the hospital on the 30th, and not the centre on the 31st."""
    instance = only(workshop(), "P3", lists=("M1",))
    instance = with_patient(instance, "P3", tests=(PatientTest("mri", dt.date(2027, 2, 16), None),))
    instance = with_sessions(
        instance,
        session("hospital", "mri", "2027-03-30T10:00", 30),
        session("centre", "mri", "2027-03-31T10:00", 30),
    )
    assert [a.site_id for a in solved(instance)[1].appointments] == ["hospital"]
    assert [a.site_id for a in solved(instance, "T-28")[1].appointments] == ["centre"]
