"""The booking book: each rule holds at its limit, breaks just beyond it, and is given back on removal."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import pytest

from models.theatres.booking import Book
from models.theatres.eligibility import pair_rules, readiness_codes
from models.theatres.entities import BedNight, Surgeon, Theatre
from tests.unit.theatres.small_world import (
    MONDAY,
    PLANNING,
    at,
    needs,
    patient,
    procedure,
    session,
    theatre_list,
    world,
)

pytestmark = pytest.mark.unit

TUESDAY = MONDAY + dt.timedelta(days=1)


def test_list_time_counts_turnaround_between_cases() -> None:
    # 4 x 100 + 3 x 15 = 445 <= 480; a fifth case would end at 560.
    book = Book(world([patient(name) for name in "ABCDE"]))
    assert [book.book(name, "L") for name in "ABCDE"] == [True, True, True, True, False]
    assert book.why_not("E", "L") == ("T-08", "T-09")
    assert book.expected_end_minutes("L") == 445
    book.remove("A")
    assert book.fits("E", "L")


def test_clean_down_counts_unless_the_infected_patient_is_last() -> None:
    # Two infected: one is last, the other is followed by 45 minutes: 100 + 15 + 100 + 45 + 100 = 360.
    waiting = [patient("A", infection_risk="yes"), patient("B"), patient("C", infection_risk="yes")]
    book = Book(world(waiting))
    assert all(book.book(name, "L") for name in "ABC")
    assert book.expected_end_minutes("L") == 360


@pytest.mark.parametrize(("sd", "fits"), [(11.7, True), (11.8, False)])
def test_overrun_chance_is_the_exact_rule(sd: float, fits: bool) -> None:
    # Four cases end at 480: z = 1.28155; 480 + z x 2 sd <= 480 + 30 when sd <= 30 / 2 / 1.28155 = 11.7045.
    kinds = [procedure(minutes=100, sd=sd), procedure("long", 135, sd=sd)]
    waiting = [*(patient(name) for name in "ABC"), patient("D", procedure_code="long")]
    book = Book(world(waiting, procedures=kinds))
    assert all(book.book(name, "L") for name in "ABC")
    assert math.isclose(book.expected_end_minutes("L", "D"), 480)
    assert book.fits("D", "L") == fits
    assert book.why_not("D", "L") == (() if fits else ("T-09",))


def test_lists_a_week() -> None:
    lists = [theatre_list("L"), theatre_list("M", TUESDAY), theatre_list("N", MONDAY + dt.timedelta(days=7))]
    book = Book(world([patient(name) for name in "ABC"], lists, max_lists_per_week=1))
    assert book.book("A", "L")
    assert book.why_not("B", "M") == ("T-11",)
    assert book.fits("B", "L") and book.fits("B", "N")
    book.remove("A")
    assert book.fits("B", "M")


def test_beds_follow_the_quantile_on_every_night() -> None:
    """Two hips a day, each still in bed on night 1 with .5: 2 + 1 + 1.6449 sqrt(.5) = 4.16 > 4 on Tuesday night."""
    lists = [theatre_list("L"), theatre_list("M", TUESDAY)]
    kinds = [procedure(curve_id="half")]
    book = Book(
        world([patient(n) for n in "ABCD"], lists, procedures=kinds, beds_open=4, curves={"half": (1.0, 0.5)})
    )
    assert book.book("A", "L") and book.book("B", "L") and book.book("C", "M")
    assert book.why_not("D", "M") == ("T-12",)
    assert book.resources.beds_short("D", "M") == {TUESDAY: 1}
    assert book.fits("D", "L")  # Tuesday night: 3 x .5 + 1 + 1.6449 sqrt(.75) = 3.92
    book.remove("A")
    assert book.fits("D", "M")


def test_a_census_takes_beds() -> None:
    instance = world([patient("A")])
    full = {**instance.beds, ("ward", MONDAY): BedNight("ward", MONDAY, 10, 9.2, 0.0)}
    book = Book(replace(instance, beds=full))
    assert book.why_not("A", "L") == ("T-12",)


def test_day_cases_use_the_day_case_curve() -> None:
    book = Book(world([patient("A", day_case=True), patient("B")], beds_open=0))
    assert book.fits("A", "L")
    assert book.why_not("B", "L") == ("T-12",)


def test_kit_is_counted_by_day_over_all_lists() -> None:
    lists = [theatre_list("L"), theatre_list("M", theatre_id="T2", surgeon_id="S2"), theatre_list("N", TUESDAY)]
    kinds = [procedure(kit=("set",))]
    waiting = [*(patient(name) for name in "AB"), patient("C", surgeon_id="S2")]
    book = Book(world(waiting, lists, procedures=kinds, kit={"set": (1, 2)}))
    assert book.book("A", "L") and book.book("C", "M")
    assert book.why_not("B", "L") == ("T-13",)
    assert book.resources.kit_short("B", "L") == ("set",)
    assert book.fits("B", "N")


def test_image_intensifiers_are_shared_at_every_moment() -> None:
    """One machine, two theatres of 240 minutes: 100-minute cases take turns, but not three."""
    kinds = [procedure(needs_image_intensifier=True)]
    lists = [
        theatre_list("L", end=at(MONDAY, "12:30")),
        theatre_list("M", theatre_id="T2", surgeon_id="S2", end=at(MONDAY, "12:30")),
    ]
    waiting = [patient("A"), patient("B", surgeon_id="S2"), patient("C")]
    book = Book(world(waiting, lists, procedures=kinds, settings={"image_intensifiers": 1}))
    assert book.book("A", "L") and book.book("B", "M")
    assert book.why_not("C", "L") == ("T-14",)
    spans = sorted((b.start, b.end) for b in book.plan().bookings)
    assert spans[0][1] <= spans[1][0]


def test_a_surgeon_is_in_one_place() -> None:
    end = at(MONDAY, "12:30")
    lists = [theatre_list("L", end=end), theatre_list("M", theatre_id="T2", end=end)]
    book = Book(world([patient(name) for name in "ABC"], lists))
    assert book.book("A", "L") and book.book("B", "M")
    assert book.why_not("C", "L") == ("T-10",)
    assert Book(world([patient(n) for n in "ABC"], lists), frozenset({"T-10"})).why_not("C", "L") == ()


def test_tests_are_booked_and_given_back_with_the_patient() -> None:
    day = PLANNING + dt.timedelta(days=5)
    waiting = [patient("A", tests=needs("mri")), patient("B", tests=needs("mri"))]
    book = Book(world(waiting, tests={"mri": 7}, sessions=[session("mri", day)]))
    assert book.book("A", "L")
    assert book.why_not("B", "L") == ("T-18",)
    assert [(a.patient_id, a.start.date()) for a in book.plan().appointments] == [("A", day)]
    book.remove("A")
    assert book.fits("B", "L")


def test_a_swap_that_fails_changes_nothing() -> None:
    waiting = [patient("A"), patient("B", procedure_code="long")]
    kinds = [procedure(), procedure("long", 500)]
    book = Book(world(waiting, procedures=kinds))
    assert book.book("A", "L")
    before = book.plan()
    assert not book.swap("A", "B")
    assert not book.fits_instead_of("A", "B")
    assert book.plan() == before
    assert book.why_not("A", "L") == ("T-01",)


def test_fixed_bookings_are_in_from_the_start_and_every_booking_needs_no_new_notice_where_it_is() -> None:
    # A is agreed, C locked but unfit; B was only offered a list, and has the notice for that one alone.
    waiting = [patient("A", notice_days=90), patient("B", notice_days=90), patient("C", fit=False)]
    lists = [theatre_list("L"), theatre_list("M", theatre_id="T2", surgeon_id="S1", day=TUESDAY)]
    fixed = {"A": ("L", "agreed"), "B": ("L", "offered"), "C": ("L", "locked")}
    book = Book(world(waiting, lists, bookings=fixed))
    assert book.list_of == {"A": "L"}
    assert book.unplaceable == ("C",)
    assert book.why_not("B", "L") == ()
    assert book.why_not("B", "M") == ("T-06",)


def test_a_book_of_a_plan_answers_as_the_book_that_made_it() -> None:
    day = PLANNING + dt.timedelta(days=5)
    waiting = [patient(name, tests=needs("mri")) for name in "ABC"]
    instance = world(waiting, tests={"mri": 7}, sessions=[session("mri", day, slots=2)], beds_open=2)
    book = Book(instance)
    assert book.book("A", "L") and book.book("B", "L")
    again = Book.of_plan(book.plan())
    assert again.plan() == book.plan()
    assert again.why_not("C", "L") == book.why_not("C", "L") == ("T-12", "T-18")


def test_rules_left_out_are_not_asked() -> None:
    day = PLANNING + dt.timedelta(days=5)
    waiting = [patient(name, tests=needs("mri")) for name in "ABC"]
    instance = world(waiting, tests={"mri": 7}, sessions=[session("mri", day, slots=2)], beds_open=2)
    book = Book(instance, frozenset({"T-12", "T-18"}))
    assert all(book.book(name, "L") for name in "ABC")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"fit": False}, "T-02"),
        ({"surgeon_id": "S2"}, "T-04"),
        ({"asa_grade": 4}, "T-05"),
        ({"notice_days": 22}, "T-06"),
        ({"available_from": TUESDAY}, "T-07"),
        ({"available_to": MONDAY - dt.timedelta(days=1)}, "T-07"),
    ],
)
def test_pair_rules_name_the_rule(changes: dict[str, object], rule: str) -> None:
    instance = world([patient("A"), patient("B", **changes)])
    assert pair_rules(instance, "A", "L") == ()
    assert pair_rules(instance, "B", "L") == (rule,)
    assert pair_rules(instance, "B", "L", frozenset({rule})) == ()
    assert Book(instance).eligible("B") == ()


def test_surgeon_choice_leave_skills_staff_and_laminar_flow() -> None:
    base = world(
        [patient("A", surgeon_id="S2", surgeon_choice="trust"), patient("B", surgeon_id=None, surgeon_choice="any")]
    )
    assert pair_rules(base, "A", "L") == pair_rules(base, "B", "L") == ()
    elsewhere = replace(base, surgeons={**base.surgeons, "S1": Surgeon("S1", "B", 5, frozenset({"joints"}), ())})
    assert pair_rules(elsewhere, "A", "L") == ("T-04",)
    unskilled = replace(base, surgeons={**base.surgeons, "S1": Surgeon("S1", "A", 5, frozenset(), ())})
    assert pair_rules(unskilled, "B", "L") == ("T-04",)
    away = replace(
        base, surgeons={**base.surgeons, "S1": Surgeon("S1", "A", 5, frozenset({"joints"}), ((MONDAY, MONDAY),))}
    )
    assert pair_rules(away, "B", "L") == ("T-03",)
    unstaffed = replace(base, lists={"L": theatre_list(staffed=False)})
    assert pair_rules(unstaffed, "B", "L") == ("T-03",)
    flow = replace(
        base, procedures={"hip": procedure(needs_laminar_flow=True)}, theatres={"T1": Theatre("T1", "T", 3, False)}
    )
    assert pair_rules(flow, "B", "L") == ("T-05",)


def test_readiness_codes_stand_in_their_order() -> None:
    instance = world(
        [
            patient("A", priority="P6", adult=False, validated=False, fit=False, consented=False, laterality=None,
                    latex_allergy="unknown", infection_risk="unknown", surgeon_id=None),
            patient("B", laterality="none"),
            patient("C", diabetic="unknown", surgeon_choice="any", surgeon_id=None),
        ]
    )  # fmt: skip
    assert readiness_codes(instance, "A") == (
        "asked_to_wait", "not_an_adult", "not_validated", "unfit", "no_consent", "side_missing", "latex_unknown",
        "infection_unknown", "no_surgeon",
    )  # fmt: skip
    assert readiness_codes(instance, "B") == ("side_missing",)
    assert readiness_codes(instance, "C") == ()
