"""The tables beside the lists: states, standby, fairness, changes, simulated beds, the rehearsal, worklists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from models.shared.cells import Cell
from models.theatres.bed_simulation import simulate_nights
from models.theatres.booking import Book
from models.theatres.changes import changes
from models.theatres.entities import Appointment, BedNight
from models.theatres.fairness import fairness
from models.theatres.instance import Instance
from models.theatres.output_tables import OUTPUTS
from models.theatres.plan import Plan
from models.theatres.standby import Standby, standby
from models.theatres.tables_of import tables_of
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


@dataclass(frozen=True)
class Why:
    """A reason that says nothing; these tests are about the other tables."""

    code: str = "list_time"
    sentence: str = "No time left."
    what_would_help: str = "Nothing tried."


def _plan(instance: Instance, where: Mapping[str, str]) -> Plan:
    book = Book(instance)
    for patient_id, list_id in where.items():
        assert patient_id in book.list_of or book.book(patient_id, list_id)
    return book.plan()


def _tables(plan: Plan) -> Mapping[str, list[dict[str, Cell]]]:
    return tables_of(plan, {p: Why() for p in plan.instance.patients})


def test_every_table_of_the_register_is_written_with_its_columns() -> None:
    instance = world(
        [patient("A", tests=needs("mri")), patient("B", fit=False), patient("C", short_notice=True)],
        tests={"mri": 2},
        sessions=[session("mri", PLANNING + dt.timedelta(days=5))],
        bookings={"C": ("L", "offered")},
        settings={"aim": "least_change"},
    )
    tables = _tables(_plan(instance, {"A": "L"}))
    assert list(tables) == [table.name for table in OUTPUTS]
    for table in OUTPUTS:
        for row in tables[table.name]:
            assert list(row) == [column.name for column in table.columns], table.name


def test_a_booking_keeps_its_state_on_its_list_only() -> None:
    lists = [theatre_list("L"), theatre_list("M", TUESDAY)]
    people = [patient("A"), patient("B"), patient("C")]
    instance = world(people, lists, bookings={"A": ("L", "agreed"), "B": ("L", "offered")})
    rows = _tables(_plan(instance, {"A": "L", "B": "M", "C": "M"}))["theatre_lists"]
    assert {row["patient_id"]: row["state"] for row in rows} == {"A": "agreed", "B": "proposed", "C": "proposed"}


# --- standby -------------------------------------------------------------------------------------------------------


def test_who_stands_by_is_ready_agreed_to_short_notice_and_needs_no_new_test() -> None:
    """List M has room for one of 400 minutes. D waits longest but needs a test, E never agreed, F is unfit."""
    weeks = [PLANNING - dt.timedelta(weeks=n) for n in range(30)]
    called = {"short_notice": True, "notice_days": 60, "procedure_code": "long"}
    people = [
        patient("A", procedure_code="long"),
        patient("B", clock_start=weeks[5], **called),
        patient("C", clock_start=weeks[9], **called),
        patient("D", clock_start=weeks[20], tests=needs("mri"), **called),
        patient("E", clock_start=weeks[19], procedure_code="long"),
        patient("F", clock_start=weeks[18], fit=False, **called),
    ]
    instance = world(
        people,
        procedures=[procedure(), procedure("long", 400)],
        tests={"mri": 2},
        sessions=[session("mri", PLANNING + dt.timedelta(days=5))],
    )
    found = list(standby(_plan(instance, {"A": "L"})))
    assert found == [Standby("L", 1, "C", "A"), Standby("L", 2, "B", "A")]


def test_the_place_named_is_the_first_in_which_they_fit() -> None:
    """A (90) and B (300) fill 405 of 480 minutes; C needs 200, which fits for B but not for A."""
    kinds = [procedure("short", 90), procedure("long", 300), procedure("two", 200)]
    people = [
        patient("A", procedure_code="short"),
        patient("B", procedure_code="long"),
        patient("C", procedure_code="two", short_notice=True, notice_days=60),
    ]
    plan = _plan(world(people, procedures=kinds), {"A": "L", "B": "L"})
    assert [case.patient_id for case in plan.by_list["L"]] == ["A", "B"]
    assert list(standby(plan)) == [Standby("L", 1, "C", "B")]


def test_at_most_five_stand_by_for_a_list() -> None:
    people = [patient("A"), *(patient(f"S{n}", short_notice=True, notice_days=60) for n in range(7))]
    found = list(standby(_plan(world(people), {"A": "L"})))
    assert [one.patient_id for one in found] == [f"S{n}" for n in range(5)]


def test_nobody_stands_by_who_would_shift_another_theatre() -> None:
    """One image intensifier, which B on M has from 08:30 to 10:10. S would need it in the place of Z at that time.

    Were C put before B on M, all would fit; but nobody is moved in another theatre for a place that came free.
    """
    kinds = [procedure(), procedure("scan", 100, needs_image_intensifier=True)]
    people = [
        patient("Z"),
        patient("B", procedure_code="scan", surgeon_id="S2"),
        patient("C", surgeon_id="S2"),
        patient("S", procedure_code="scan", short_notice=True, notice_days=60),
    ]
    lists = [theatre_list("L", end=at(MONDAY, "10:15")), theatre_list("M", theatre_id="T2", surgeon_id="S2")]
    instance = world(people, lists, procedures=kinds, settings={"image_intensifiers": 1})
    times = {"Z": ("L", 1, "08:30"), "B": ("M", 1, "08:30"), "C": ("M", 2, "10:25")}
    rows = [[who, on, place, f"2027-04-12T{clock}"] for who, (on, place, clock) in times.items()]
    plan = Plan.from_decisions(instance, {"bookings": rows, "tests": []})
    assert Book.of_plan(plan, frozenset({"T-06"})).fits_instead_of("Z", "S")
    assert list(standby(plan)) == []


# --- fairness, changes, worklists ----------------------------------------------------------------------------------


def test_the_share_booked_is_of_those_ready() -> None:
    people = [patient("A"), patient("B", deprivation_quintile=1), patient("C", fit=False), patient("D", trust_id="B")]
    plan = _plan(world(people, settings={"least_trust_share": 0.4}), {"A": "L"})
    groups = {(one.kind, one.value): (one.ready, one.booked, one.booked_share) for one in fairness(plan)}
    assert groups["trust", "A"] == (2, 1, 0.5)
    assert groups["trust", "B"] == (1, 0, 0.0)
    assert groups["quintile", "1"] == (1, 0, 0.0)
    assert groups["quintile", "5"] == (0, 0, 0.0)
    assert [one.least_share for one in fairness(plan)] == [0.4, 0.4, 0, 0, 0, 0, 0]


def test_what_changed_is_said_with_the_reason_named() -> None:
    lists = [theatre_list("L"), theatre_list("M", TUESDAY)]
    instance = replace(
        world(
            [patient(name) for name in "ABCD"],
            lists,
            bookings={"A": ("L", "agreed"), "B": ("L", "offered"), "C": ("M", "proposed")},
            settings={"aim": "least_change"},
        ),
        named_changes={"A": "Theatre 1 is down: no power."},
    )
    found = {one.patient_id: one for one in changes(_plan(instance, {"A": "M", "C": "M", "D": "L"}))}
    assert (found["A"].kind, found["A"].list_before, found["A"].list_after) == ("moved", "L", "M")
    assert found["A"].why == "Theatre 1 is down: no power."
    assert (found["B"].kind, found["B"].state_before, found["B"].list_after) == ("given_up", "offered", None)
    assert found["B"].why == "Given up to make room for D."
    assert (found["D"].kind, found["D"].list_before) == ("new", None)
    assert found["D"].why == "Takes a place left by A and B; has waited 4 weeks, P4."
    assert "C" not in found


def test_a_booking_its_list_no_longer_takes_says_so() -> None:
    lists = [theatre_list("L", staffed=False), theatre_list("M", TUESDAY)]
    people = [patient("A"), patient("B", fit=False), patient("C", available_from=TUESDAY)]
    before = {"A": ("L", "offered"), "B": ("M", "offered"), "C": ("N", "offered")}
    lists.append(theatre_list("N", theatre_id="T2"))
    found = {one.patient_id: one.why for one in changes(_plan(world(people, lists, bookings=before), {"C": "M"}))}
    assert found == {
        "A": "The list has no staff or no surgeon.",
        "B": "The patient is not ready any more.",
        "C": "The patient cannot come on the day.",
    }


def test_a_booking_for_which_something_has_run_out_is_not_said_to_have_made_room() -> None:
    """When journeys ran out, who needs one was told to have made room for others, even where nobody came."""
    people = [patient("A", hospital_transport=True), patient("B")]
    instance = world(people, bookings={"A": ("L", "offered")}, settings={"transport_places_per_day": 0})
    for booked in ({}, {"B": "L"}):
        assert [one.why for one in changes(_plan(instance, booked)) if one.patient_id == "A"] == [
            "Given up: short for it on its list now: hospital transport."
        ]


def test_a_booking_moved_off_a_list_with_room_is_not_said_to_have_made_room() -> None:
    lists = [theatre_list("L"), theatre_list("M", TUESDAY)]
    instance = world([patient("A")], lists, bookings={"A": ("L", "offered")})
    [moved] = changes(_plan(instance, {"A": "M"}))
    assert moved.why == "Moved for the sake of other aims; its list has room still."


def test_new_bookings_are_changes_only_where_least_change_was_asked_for() -> None:
    instance = world([patient("A"), patient("B")], bookings={"A": ("L", "offered")})
    assert not list(changes(_plan(instance, {"A": "L", "B": "L"})))


def test_two_offers_declined_ask_for_a_review_and_stop_nothing() -> None:
    instance = world([patient("A", offers_declined=2), patient("B", offers_declined=1)])
    rows = _tables(_plan(instance, {"A": "L", "B": "L"}))["worklists"]
    assert [(row["worklist"], row["patient_id"], row["reason_code"], row["blocks_booking"]) for row in rows] == [
        ("clinical_review", "A", "offers_declined", False)
    ]


def test_a_result_given_is_when_the_result_is_due() -> None:
    """Two days after the appointments as usual; for A the day that was given. The time of day stays."""
    day = PLANNING + dt.timedelta(days=5)
    told = replace(needs("mri")[0], result_on=PLANNING + dt.timedelta(days=15))
    made = [Appointment(name, "mri", "site", at(day, "09:00"), at(day, "09:30")) for name in "AB"]
    people = [patient("A", tests=(told,)), patient("B", tests=needs("mri"))]
    sessions = [session("mri", day, places=2)]
    instance = world(people, tests={"mri": 2}, sessions=sessions, existing=made)
    rows = _tables(_plan(instance, {}))["cdc_appointments"]
    due = {row["patient_id"]: row["result_due"] for row in rows}
    assert due == {"A": at(PLANNING + dt.timedelta(days=15), "09:30"), "B": at(day + dt.timedelta(days=2), "09:30")}


# --- beds ----------------------------------------------------------------------------------------------------------


def test_simulated_nights_are_those_of_the_curves() -> None:
    """Three with chance .5 each and two beds: all three stay on one night of eight, one over then."""
    people = [patient(name) for name in "ABC"]
    instance = world(people, procedures=[procedure(curve_id="half")], curves={"half": (1.0, 0.5)})
    plan = _plan(instance, dict.fromkeys("ABC", "L"))
    short = replace(instance, beds={key: replace(night, beds_open=2) for key, night in instance.beds.items()})
    nights = simulate_nights(replace(plan, instance=short))
    first, second, third = (nights["ward", MONDAY + dt.timedelta(days=n)] for n in range(3))
    assert (first.over_probability, first.mean_over) == (1.0, 1.0)
    assert second.over_probability == pytest.approx(0.125, abs=0.01)
    assert second.mean_over == second.over_probability
    assert (third.over_probability, third.mean_over) == (0.0, 0.0)


def test_the_census_of_a_night_is_whole_patients() -> None:
    """12.0 expected with variance 4 on 12 beds: more than 12 when the normal number is 12.5 or above, 40 %."""
    instance = world()
    beds = {("ward", MONDAY): BedNight("ward", MONDAY, 12, 12.0, 4.0)}
    night = simulate_nights(_plan(replace(instance, beds=beds), {}))["ward", MONDAY]
    assert night.over_probability == pytest.approx(0.401, abs=0.015)
