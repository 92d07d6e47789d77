"""What a plan hands on to the next one: bookings and their states, appointments, days that go by, rows that come."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from models.shared.faults import InputFaults
from models.shared.parsing import Row
from models.shared.problem import SolveOptions
from models.theatres.entities import Appointment
from models.theatres.instance import Instance
from nwl_opt.solving import SilentListener, Started
from nwl_opt.terminal.diary import show_passed
from nwl_opt.theatres import agreeing, release_run, repairing, rolling
from nwl_opt.theatres.adding import add_rows, parse_additions, read_additions
from nwl_opt.theatres.carry_over import carried_over
from nwl_opt.theatres.draft import Draft
from nwl_opt.theatres.making_runs import Following, free_those_never_told, pressing
from nwl_opt.theatres.passing_time import Happened, Passed, pass_time
from nwl_opt.theatres.reading_events import events_of
from nwl_opt.theatres.reading_happened import read_happened
from nwl_opt.theatres.saved_lists import SavedLists, instance_of
from tests.small_diary import MONDAY, PLANNING, TUESDAY, WEDNESDAY, small_diary, small_draft

pytestmark = pytest.mark.unit

NOBODY_OTHERWISE = Happened({})
NOBODY_FOLLOWS = Following(SilentListener(), lambda: False, Started.now())


def passed_to(day: dt.date, happened: Happened = NOBODY_OTHERWISE, **states: str) -> tuple[Draft, Instance, Passed]:
    """The small diary on a later day."""
    saved = small_diary(None, **states)
    draft = carried_over(saved)
    passed = pass_time(draft, saved.plan, day, happened)
    return draft, instance_of(draft.validated()), passed


def kept(appointments: tuple[Appointment, ...]) -> list[tuple[str, str]]:
    return [(made.patient_id, made.test_id) for made in appointments]


def test_bookings_keep_their_state_and_those_told_have_their_tests_booked() -> None:
    """T-20: P3, agreed, has two appointments now; those of P2 and P6, only proposed, stay free."""
    instance = instance_of(carried_over(small_diary(P1="locked"), {"P3": "agreed"}).validated())
    assert instance.existing_bookings == {
        "P1": ("M", "locked"), "P2": ("T", "proposed"), "P3": ("T", "agreed"), "P6": ("M", "proposed"),
    }  # fmt: skip
    assert kept(instance.existing_appointments) == [("P3", "mri"), ("P3", "poa")]
    assert instance.fixed_bookings == {"P1": "M", "P3": "T"}


def test_a_late_result_is_not_that_of_the_test_made_instead() -> None:
    """The MRI of P3 was done, its result comes a week after the operation, so the plan made a new one.

    When the date was agreed, the result day of the old MRI was taken for that of the new appointment, and the plan
    that had passed its check failed it (T-15).
    """
    draft = small_draft()
    row = draft.find("patient_tests", patient_id="P3", test_id="mri")
    assert row is not None
    draft.change("patient_tests", row, done_on=dt.date(2027, 3, 20), result_on=dt.date(2027, 4, 20))
    agreed = instance_of(carried_over(small_diary(draft), {"P3": "agreed"}).validated())
    mri = next(test for test in agreed.patients["P3"].tests if test.test_id == "mri")
    assert (mri.done_on, mri.result_on) == (None, None)
    assert ("P3", "mri") in kept(agreed.existing_appointments)


def test_named_changes_have_done_their_work() -> None:
    """What was free to move in one plan is held again in the next."""
    draft = small_draft()
    draft.add("named_changes", {"patient_id": "P1", "reason": "asked"})
    saved = small_diary(draft, P1="agreed")
    assert list(saved.instance.named_changes) == ["P1"]
    assert instance_of(carried_over(saved).validated()).named_changes == {}


def test_a_new_appointment_takes_the_place_of_one_that_no_longer_served() -> None:
    """A patient has one appointment a test: the new one, and the old place is free."""
    draft = small_draft()
    draft.add("existing_appointments", {"patient_id": "P3", "test_id": "poa", "site_id": "clinic",
                                        "start": "2027-04-06T09:00"})  # fmt: skip
    instance = instance_of(carried_over(small_diary(draft), {"P3": "agreed"}).validated())
    assert [made.start for made in instance.existing_appointments if made.test_id == "poa"] == [
        dt.datetime(2027, 3, 30, 9, 45)
    ]


def test_done_patients_leave_and_stay_in_the_census_by_their_curve() -> None:
    """On Tuesday Monday's list is over: P1, a hip, is in bed on its second night with chance .5, variance .25."""
    draft, instance, passed = passed_to(TUESDAY, P1="agreed", P6="offered")
    assert (passed.ends["done"], passed.never_told) == (("P1", "P6"), ())
    assert passed.lists_over == 1
    assert sorted(instance.patients) == ["P2", "P3", "P4", "P5"]
    assert sorted(instance.lists) == ["T", "W"]
    night = instance.beds["ward", TUESDAY]
    assert (night.census_expected, night.census_variance) == (0.5, 0.25)
    assert instance.beds["ward", WEDNESDAY].census_expected == 0
    assert min(shift.start.date() for shift in instance.shifts) == TUESDAY
    assert {row["date"] for row in draft.rows("test_slots")} == set()


def test_who_was_only_proposed_waits_again_unless_said_to_be_done() -> None:
    """P6 left the waiting list though nobody had told them; no bed is taken by who did not come."""
    _, instance, passed = passed_to(TUESDAY, P1="agreed")
    assert (passed.ends["done"], passed.never_told) == (("P1",), ("P6",))
    assert "P6" in instance.patients
    assert "P6" not in instance.existing_bookings
    assert instance.patients["P6"].offers_declined == 0
    _, instance, passed = passed_to(TUESDAY)
    assert (passed.ends["done"], passed.never_told) == ((), ("P1", "P6"))
    assert instance.beds["ward", TUESDAY].census_expected == 0
    _, instance, passed = passed_to(TUESDAY, Happened({"P6": "done"}), P1="agreed")
    assert (passed.ends["done"], passed.never_told) == (("P1", "P6"), ())
    assert "P6" not in instance.patients


def test_who_lost_a_date_nobody_had_told_is_named_with_the_count() -> None:
    """On the screen, with what to do about those who were operated on all the same."""
    _, _, passed = passed_to(TUESDAY)
    console = Console(width=200, file=io.StringIO())
    with console.capture() as shown:
        show_passed(console, passed)
    told = shown.get()
    assert "2 patients were only proposed: their dates are lost, and they wait again: P1, P6." in told
    assert "patients done" not in told


def test_the_horizon_starts_later_only_when_it_is_past() -> None:
    """The week of 12 April: planned from the 29th of March it is as it was, from Tuesday the week is what is left."""
    _, early, _ = passed_to(dt.date(2027, 3, 29))
    assert (early.settings.planning_date, early.settings.horizon_start) == (dt.date(2027, 3, 29), MONDAY)
    _, late, _ = passed_to(TUESDAY)
    assert (late.settings.horizon_start, late.settings.horizon_weeks) == (TUESDAY, 1)


def test_not_done_patients_wait_again_as_it_went() -> None:
    """Cancelled by the hospital: due in 28 days; refused: counted; removed: gone; no bed is taken."""
    ends = {"P1": "cancelled_by_hospital", "P6": "refused", "P2": "removed", "P3": "cancelled_by_patient"}
    _, instance, passed = passed_to(WEDNESDAY, Happened(ends), P1="agreed")
    assert passed.ends["done"] == passed.never_told == ()
    assert sorted(instance.patients) == ["P1", "P3", "P4", "P5", "P6"]
    assert instance.existing_bookings == {}
    assert instance.patients["P1"].due_by == MONDAY + dt.timedelta(days=28)
    assert instance.patients["P6"].offers_declined == 1
    assert instance.beds["ward", WEDNESDAY].census_expected == 0


def test_tests_of_those_who_were_told_are_done_and_others_were_not() -> None:
    """P3's assessment on 30 March is done, the MRI on 5 April still to come; P2 had not been told, nor tested."""
    _, instance, passed = passed_to(dt.date(2027, 3, 31), P3="agreed")
    tests = {test.test_id: test.done_on for test in instance.patients["P3"].tests}
    assert tests == {"mri": None, "poa": dt.date(2027, 3, 30)}
    assert instance.patients["P2"].tests[0].done_on is None
    assert kept(instance.existing_appointments) == [("P3", "mri")]
    assert (passed.tests_done, passed.tests_missed) == (1, 0)
    _, instance, passed = passed_to(dt.date(2027, 3, 31), Happened({}, frozenset({("P3", "poa")})), P3="agreed")
    assert instance.patients["P3"].tests[1].done_on is None
    assert (passed.tests_done, passed.tests_missed) == (0, 1)


def test_an_open_request_keeps_the_day_it_was_made() -> None:
    """An empty day of request means planning day; when that moves on, the six-week clock must not."""
    draft = small_draft()
    row = draft.find("patient_tests", patient_id="P3", test_id="mri")
    assert row is not None
    draft.change("patient_tests", row, requested_on=None)
    saved = small_diary(draft)
    later = carried_over(saved)
    pass_time(later, saved.plan, dt.date(2027, 3, 29))
    assert instance_of(later.validated()).patients["P3"].tests[0].requested_on == PLANNING


def test_who_was_only_proposed_is_freed_when_the_list_has_come_too_near() -> None:
    """On 5 April both lists are within the lock days. P2's assessment was never booked and P6's neither; the next
    clinic is on the 6th, a day sooner than the notice of three days: they cannot stay, P1 and P3 can."""
    draft, _, _ = passed_to(dt.date(2027, 4, 5), P1="agreed", P3="agreed")
    assert free_those_never_told(draft) == ("P2", "P6")
    instance = instance_of(draft.validated())
    assert instance.named_changes == {
        "P2": "Only proposed, and cannot stay on T: the tests cannot be done in time.",
        "P6": "Only proposed, and cannot stay on M: the tests cannot be done in time.",
    }
    assert instance.fixed_bookings == {"P1": "M", "P3": "T"}


def test_what_others_have_taken_is_named_to_those_freed() -> None:
    """T-12: on 5 April P1, a hip, is within the lock days on M, and the ward has no bed open any more."""
    draft, _, _ = passed_to(dt.date(2027, 4, 5))
    for row in draft.rows("beds"):
        draft.change("beds", row, beds_open=0)
    assert "P1" in free_those_never_told(draft)
    reason = instance_of(draft.validated()).named_changes["P1"]
    assert reason == "Only proposed, and cannot stay on M: short for it on its list now: beds."


HAPPENED = """
[[patient]]
patient = "P1"
happened = "cancelled_by_hospital"
[[patient]]
patient = "P2"
happened = "refused"
[[missed_test]]
patient = "P3"
test = "mri"
[[event]]
kind = "theatre_down"
theatre = "T2"
first_day = 2027-04-14
last_day = 2027-04-14
"""


def happened_of(text: str, folder: Path, saved: SavedLists, to: dt.date = TUESDAY) -> object:
    path = folder / "happened.toml"
    path.write_text(text, encoding="utf-8")
    return read_happened(path, saved, to)


def test_what_happened_to_lists_still_to_come_is_an_event(tmp_path: Path) -> None:
    """P1's list is over on Tuesday, P2's is not."""
    path = tmp_path / "happened.toml"
    path.write_text(HAPPENED, encoding="utf-8")
    week = read_happened(path, small_diary(P3="agreed"), TUESDAY)
    assert week.happened == Happened({"P1": "cancelled_by_hospital"}, frozenset({("P3", "mri")}))
    assert [event["kind"] for event in week.events] == ["theatre_down", "offer_declined"]
    assert week.names == ("event 1", "patient 2")


def test_an_event_and_an_entry_that_contradict_each_other(tmp_path: Path) -> None:
    """P2 leaves the waiting list by an event and refuses the date: told of `patient 1` here, not of `event 2`."""
    saved, path = small_diary(), tmp_path / "happened.toml"
    path.write_text(
        "[[patient]]\npatient = 'P2'\nhappened = 'refused'\n"
        "[[event]]\nkind = 'patient_cancels'\npatient = 'P2'\nwants = 'off_the_list'\n",
        encoding="utf-8",
    )
    week = read_happened(path, saved, TUESDAY)
    now = instance_of(carried_over(saved).validated())
    fault = "happened.toml: patient 1, patient = P2; must not come after event 1, .* Correct happened.toml."
    with pytest.raises(InputFaults, match=fault):
        events_of(week.file, {"event": list(week.events)}, TUESDAY, now, week.names)


def test_every_fault_of_what_happened_is_told_at_once(tmp_path: Path) -> None:
    """Unknown people, ends and tests; what cannot have happened yet; who was not booked."""
    patients = [("P9", "done"), ("P1", "eaten"), ("P2", "done"), ("P4", "refused"), ("P3", "removed"), ("P3", "done")]
    text = "colour = 'red'\n" + "".join(f"[[patient]]\npatient = '{p}'\nhappened = '{end}'\n" for p, end in patients)
    text += "[[missed_test]]\npatient = 'P2'\ntest = 'poa'\n[[missed_test]]\npatient = 'P2'\n"
    with pytest.raises(InputFaults) as caught:
        happened_of(text, tmp_path, small_diary())
    assert {(fault.column, fault.found) for fault in caught.value.faults} == {
        ("colour", "red"),
        ("patient 1, patient", "P9"),
        ("patient 2, happened", "eaten"),
        ("patient 3, happened", "done"),
        ("patient 4, patient", "P4"),
        ("patient 6, patient", "P3"),
        ("missed_test 1", "P2, poa"),
        ("missed_test 2", "patient"),
    }


def test_a_roll_past_the_last_list_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last list is on Wednesday 14 April: from the 15th on nothing is left to plan, unless lists are added."""
    monkeypatch.setattr(rolling, "read_saved_lists", lambda folder: small_diary())
    happened, lists = tmp_path / "happened.toml", tmp_path / "lists.csv"
    happened.write_text("", encoding="utf-8")
    lists.write_text(
        "list_id,theatre_id,date,start,end,surgeon_id,subspecialty_id,staffed\nV,T2,2027-04-20,08:30,12:30,S2,,yes\n",
        encoding="utf-8",
    )
    for day, added, last in (("2027-04-15", [], WEDNESDAY), ("2027-04-21", [("lists", lists)], "2027-04-20")):
        with pytest.raises(InputFaults, match=f"--to: {day}; must not be after {last}, the day of the last list"):
            rolling.roll(tmp_path, happened, dt.date.fromisoformat(day), tmp_path / "out", added, SolveOptions(),
                         lambda rolled: None, NOBODY_FOLLOWS)  # fmt: skip
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_in_use_is_refused_before_any_work(tmp_path: Path) -> None:
    """It was refused after the week had been taken in, and after the sessions had been ranked: no run is read now."""
    out, no_run, options = tmp_path / "out", tmp_path / "no_run", SolveOptions()
    out.mkdir()
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    attempts: list[Callable[[], object]] = [
        lambda: rolling.roll(no_run, tmp_path, TUESDAY, out, [], options, lambda rolled: None, NOBODY_FOLLOWS),
        lambda: release_run.release(no_run, ["M"], {}, out, options, lambda *what: None, NOBODY_FOLLOWS),
        lambda: repairing.repair(no_run, tmp_path, out, options, lambda what: None, NOBODY_FOLLOWS),
        lambda: agreeing.agree(no_run, ["P1"], [], "agreed", out, NOBODY_FOLLOWS),
    ]
    for attempt in attempts:
        with pytest.raises(InputFaults, match="not empty; --out must name a new or an empty folder"):
            attempt()
    assert [path.name for path in out.iterdir()] == ["notes.txt"]


def test_rows_are_added_and_their_faults_told_in_their_own_file(tmp_path: Path) -> None:
    """New lists and referrals; a wrong cell is told with the row of the file it stands in."""
    new = tmp_path / "more_lists.csv"
    header = "list_id,theatre_id,date,start,end,surgeon_id,subspecialty_id,staffed\n"
    new.write_text(f"{header}V,T2,2027-04-15,08:30,12:30,S2,,yes\n", encoding="utf-8")
    draft = small_draft()
    add_rows(draft, read_additions(parse_additions([f"lists={new}"])))
    assert sorted(row["list_id"] for row in draft.rows("lists")) == ["M", "T", "V", "W"]
    new.write_text(f"{header}V,T2,soon,08:30,12:30,S2,,perhaps\n", encoding="utf-8")
    with pytest.raises(InputFaults) as caught:
        read_additions([("lists", new), ("staff", tmp_path / "none.csv")])
    assert [(f.file, f.row, f.column) for f in caught.value.faults] == [
        ("more_lists.csv", 2, "date"), ("more_lists.csv", 2, "staffed"), ("none.csv", None, None),
    ]  # fmt: skip
    with pytest.raises(InputFaults) as caught:
        parse_additions(["lists", "named_changes=a.csv", "nothing=b.csv"])
    assert len(caught.value.faults) == 3


def test_who_lost_a_date_and_cannot_wait_is_named() -> None:
    """A P2 patient stood among ten others without a date and nothing said so. P1 is P2, P2 has waited 60 weeks."""
    lost = [Row(row, {"patient_id": p, "change": "given_up"}) for row, p in enumerate(("P1", "P2", "P3"), start=2)]
    moved = Row(5, {"patient_id": "P4", "change": "moved"})
    draft = small_draft()
    due = draft.find("patients", patient_id="P1")
    assert due is not None
    draft.change("patients", due, due_by=MONDAY)
    assert pressing([*lost, moved], draft.validated()) == ("P1 (due by Mon 12 Apr, P2)", "P2 (60 weeks)")
    assert pressing([moved], draft.validated()) == ()
