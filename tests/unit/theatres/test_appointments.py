"""Test appointments: refused only when no rearrangement helps, and everything restored after a question."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Sequence

import pytest

from models.theatres.booking.appointments import AppointmentBook
from models.theatres.entities import Appointment
from models.theatres.entities import TestSite as Site
from models.theatres.instance import Instance
from tests.unit.theatres.small_world import MONDAY, PLANNING, at, needs, patient, session, world

pytestmark = pytest.mark.unit


def _day(number: int) -> dt.date:
    return PLANNING + dt.timedelta(days=number)


def _times(book: AppointmentBook) -> dict[tuple[str, str], dt.datetime]:
    return {(a.patient_id, a.test_id): a.start for a in book.appointments()}


def test_somebody_moves_to_make_room() -> None:
    """A took the early slot; B can only have the early one, so A moves to the late one."""
    sessions = [session("mri", _day(5)), session("mri", _day(12))]
    instance = world([patient("A", tests=needs("mri")), patient("B", tests=needs("mri"))], tests={"mri": 0},
                     sessions=sessions)  # fmt: skip
    book = AppointmentBook.of_instance(instance)
    assert book.add("A", MONDAY)
    assert _times(book)["A", "mri"].date() == _day(5)
    assert book.add("B", _day(10))
    assert _times(book)["B", "mri"].date() == _day(5)
    assert _times(book)["A", "mri"].date() == _day(12)


def test_a_question_changes_nothing() -> None:
    sessions = [session("mri", _day(5)), session("mri", _day(12))]
    instance = world([patient("A", tests=needs("mri")), patient("B", tests=needs("mri"))], tests={"mri": 0},
                     sessions=sessions)  # fmt: skip
    book = AppointmentBook.of_instance(instance)
    assert book.add("A", MONDAY)
    before = _times(book)
    assert book.fits("B", _day(10))
    assert _times(book) == before
    assert book.add("B", _day(10))
    book.remove("B")
    assert book.fits("B", _day(10))


def test_existing_appointments_take_their_place_and_stay() -> None:
    made = [Appointment("A", "mri", "site", at(_day(5), "09:00"), at(_day(5), "09:30"))]
    instance = world(
        [patient("A", tests=needs("mri")), patient("B", tests=needs("mri"))],
        tests={"mri": 0}, sessions=[session("mri", _day(5))], existing=made,
    )  # fmt: skip
    book = AppointmentBook.of_instance(instance)
    assert book.missing("A", MONDAY) == ()
    assert book.never("B", MONDAY) == ("T-18",)


def test_result_validity_notice_and_site_name_their_rule() -> None:
    sites = [Site("site", "Site", "cdc", None, True, True, False)]

    def rule(test_day: int, valid_days: int = 180, ambulant: bool = True) -> tuple[str, ...]:
        waiting = [patient("A", tests=needs("mri"), ambulant=ambulant)]
        instance = world(waiting, tests={"mri": 7}, sessions=[session("mri", _day(test_day))], sites=sites,
                         valid_days=valid_days)  # fmt: skip
        return AppointmentBook.of_instance(instance).never("A", MONDAY)

    # Surgery is on day 21; 7 days for the report and 1 day before: tests up to day 13, from day 3 (notice).
    assert rule(13) == ()
    assert rule(14) == ("T-15",)
    assert rule(3) == ()
    assert rule(2) == ("T-15",)
    assert rule(5, valid_days=16) == ()
    assert rule(5, valid_days=15) == ("T-16",)
    assert rule(5, ambulant=False) == ("T-17",)


def test_one_person_is_in_one_place() -> None:
    """Seen 09:00-09:30 at one site, a patient can be at the other, 60 minutes away, at 10:30 and not at 10:00."""
    sites = [Site(name, name, "cdc", None, True, False, True) for name in ("near", "far")]

    def fits(clock: str, site: str) -> bool:
        sessions = [session("mri", _day(5), "09:00", site="near"), session("ecg", _day(5), clock, site=site)]
        instance = world([patient("A", tests=needs("ecg", "mri"))], tests={"ecg": 0, "mri": 0}, sessions=sessions,
                         sites=sites)  # fmt: skip
        book = AppointmentBook.of_instance(instance)
        assert book.fits("A", MONDAY) == (book.never("A", MONDAY) == ())
        return book.fits("A", MONDAY)

    assert fits("09:30", "near")
    assert not fits("09:15", "near")
    assert not fits("10:00", "far")
    assert fits("10:30", "far")


def test_no_test_on_the_day_of_surgery() -> None:
    instance = world([patient("A", tests=needs("ecg"))], tests={"ecg": 0}, sessions=[session("ecg", MONDAY)],
                     settings={"results_ready_days": 0})  # fmt: skip
    assert AppointmentBook.of_instance(instance).never("A", MONDAY) == ("T-19",)
    assert AppointmentBook.of_instance(instance, frozenset({"T-19"})).never("A", MONDAY) == ()


def test_within_six_weeks_and_not_at_a_hospital_is_preferred() -> None:
    sites = [Site("cdc", "cdc", "cdc", None, True, False, True),
             Site("hospital", "hospital", "hospital", None, False, False, True)]  # fmt: skip
    sessions = [session("mri", _day(5), site="hospital"), session("mri", _day(8), site="cdc")]
    on_time = needs("mri", requested=_day(-30))
    late = needs("mri", requested=_day(-36))  # six weeks are over on day 6
    instance = world([patient("A", tests=on_time), patient("B", tests=late)], tests={"mri": 0}, sessions=sessions,
                     sites=sites)  # fmt: skip
    for patient_id, expected in (("A", "cdc"), ("B", "hospital")):
        book = AppointmentBook.of_instance(instance)
        assert book.add(patient_id, MONDAY)
        assert book.appointments()[0].site_id == expected


def _all_seated(instance: Instance, surgery: dict[str, dt.date]) -> bool:
    """Brute force: whether every test of every patient finds a place, one patient in one place at a time."""
    wanted = [(p, t.test_id) for p in surgery for t in instance.patients[p].tests]
    places = [
        [
            (s.site_id, start, start + dt.timedelta(minutes=s.slot_minutes))
            for s in instance.sessions
            for start in s.starts()
            if s.test_id == test and _day(3) <= s.date <= surgery[p] - dt.timedelta(days=1)
        ]
        for p, test in wanted
    ]
    return any(_sound(wanted, chosen) for chosen in itertools.product(*places))


def _sound(wanted: Sequence[tuple[str, str]], chosen: Sequence[tuple[str, dt.datetime, dt.datetime]]) -> bool:
    taken = [(test, *visit) for (_, test), visit in zip(wanted, chosen, strict=True)]
    if len(set(taken)) < len(taken):
        return False
    for (one, other), (a, b) in zip(
        itertools.combinations([p for p, _ in wanted], 2), itertools.combinations(chosen, 2), strict=True
    ):
        if one == other and a[1].date() == b[1].date():
            gap = dt.timedelta(minutes=60 if a[0] != b[0] else 0)
            if a[2] + gap > b[1] and b[2] + gap > a[1]:
                return False
    return True


@pytest.mark.parametrize("seed", range(25))
def test_a_patient_is_refused_only_when_no_rearrangement_helps(seed: int) -> None:
    """One kind of test: the book and brute force agree on every patient, one after the other."""
    draw = random.Random(seed)
    sessions = [session("mri", _day(n), slots=draw.choice([1, 1, 2])) for n in sorted(draw.sample(range(3, 12), 3))]
    waiting = [patient(f"P{n}", tests=needs("mri")) for n in range(5)]
    instance = world(waiting, tests={"mri": 0}, sessions=sessions)
    book, booked = AppointmentBook.of_instance(instance), dict[str, dt.date]()
    for one in waiting:
        surgery = _day(draw.randint(5, 14))
        expected = _all_seated(instance, {**booked, one.patient_id: surgery})
        assert book.add(one.patient_id, surgery) == expected
        if expected:
            booked[one.patient_id] = surgery


@pytest.mark.parametrize("seed", range(25))
def test_several_tests_never_clash_and_are_seldom_refused_wrongly(seed: int) -> None:
    """Two kinds of test at two sites: what the book seats is sound; what brute force cannot seat it refuses."""
    draw = random.Random(seed)
    sites = [Site(name, name, "cdc", None, True, False, True) for name in ("near", "far")]
    sessions = [
        session(test, _day(n), draw.choice(["09:00", "09:30", "10:00"]), slots=2, site=draw.choice(["near", "far"]))
        for test in ("ecg", "mri")
        for n in sorted(draw.sample(range(3, 8), 2))
    ]
    waiting = [patient(f"P{n}", tests=needs("ecg", "mri")) for n in range(3)]
    instance = world(waiting, tests={"ecg": 0, "mri": 0}, sessions=sessions, sites=sites)
    book, booked = AppointmentBook.of_instance(instance), dict[str, dt.date]()
    for one in waiting:
        surgery = _day(draw.randint(5, 10))
        added = book.add(one.patient_id, surgery)
        if added:
            booked[one.patient_id] = surgery
            assert _all_seated(instance, booked)
        wanted = [(a.patient_id, a.test_id) for a in book.appointments()]
        assert _sound(wanted, [(a.site_id, a.start, a.end) for a in book.appointments()])
