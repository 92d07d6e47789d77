"""A correct plan, damaged: each rule must be caught under its own id, and no figure may change unnoticed.

The plan and its instance are those of workshop.py, made by hand. Where a wrong move also changes the figures beside
the lists, T-25 speaks as well; where anything else must speak, the test says what.
"""

from __future__ import annotations

import datetime as dt

import pytest

from models.shared.findings import CheckReport
from models.theatres.rules import RULES
from tests.model.theatres.plans import Texts, Written, checked, rules_speaking
from tests.model.theatres.workshop import STAGES, case_row, correct_plan, workshop

pytestmark = pytest.mark.model

FIGURES = "T-25"


def verdict(plan: Written) -> CheckReport:
    return checked(workshop(), plan, STAGES)


def only(plan: Written, rule: str, *others: str) -> str:
    """The first message under a rule, when besides it only the figures and the named others speak."""
    report = verdict(plan)
    assert rule in rules_speaking(report) <= {rule, FIGURES, *others}, report.findings
    return next(finding.message for finding in report.findings if finding.rule == rule)


def of(rows: Texts, **where: str) -> dict[str, str]:
    """The one row with these values."""
    found = [row for row in rows if all(row[name] == value for name, value in where.items())]
    assert len(found) == 1, (where, found)
    return found[0]


def case(plan: Written, patient_id: str) -> dict[str, str]:
    return of(plan["theatre_lists"], patient_id=patient_id)


def appointment(plan: Written, patient_id: str, test: str) -> dict[str, str]:
    return of(plan["cdc_appointments"], patient_id=patient_id, test=test)


def later(text: str, minutes: int) -> str:
    return f"{dt.datetime.fromisoformat(text) + dt.timedelta(minutes=minutes):%Y-%m-%dT%H:%M}"


def move(plan: Written, patient_id: str, minutes: int) -> None:
    """A case moved in time, as if by hand."""
    row = case(plan, patient_id)
    row["start"], row["end"] = later(row["start"], minutes), later(row["end"], minutes)


def exchange(plan: Written, one: str, other: str) -> None:
    """Two patients of equal length change places."""
    first, second = case(plan, one), case(plan, other)
    for column in ("patient_id", "procedure_code", "procedure", "laterality"):
        first[column], second[column] = second[column], first[column]


def replace_patient(plan: Written, leaves: str, comes: str, reason: str) -> None:
    """A patient who was not booked takes the place of one who was, and is written down with the reason."""
    row = case(plan, leaves)
    row["patient_id"] = comes
    entry = of(plan["not_booked"], patient_id=comes)
    entry["patient_id"], entry["reason_code"] = leaves, reason


def book(plan: Written, patient_id: str, *cells: str) -> None:
    """A patient who was not booked is put on a list."""
    plan["theatre_lists"].append(case_row(cells[0], cells[1], patient_id, *cells[2:]))
    plan["not_booked"] = [row for row in plan["not_booked"] if row["patient_id"] != patient_id]


def appoint(plan: Written, patient_id: str, test: str, site: str, start: str, minutes: int, days: int) -> None:
    """A new appointment, its result due in so many days."""
    end = later(start, minutes)
    due = later(end, 24 * 60 * days)
    row = {"patient_id": patient_id, "test": test, "site": site, "start": start, "end": end}
    plan["cdc_appointments"].append({**row, "result_due": due, "state": "new"})


def reappoint(plan: Written, patient_id: str, test: str, start: str) -> None:
    """An appointment moved to another time; its other columns follow."""
    row = appointment(plan, patient_id, test)
    moved = dt.datetime.fromisoformat(start) - dt.datetime.fromisoformat(row["start"])
    for column in ("start", "end", "result_due"):
        row[column] = later(row[column], int(moved.total_seconds() // 60))


def test_the_correct_plan_passes_every_rule() -> None:
    report = verdict(correct_plan())
    assert report.passed and not report.findings
    assert set(report.rules_checked) == {rule.id for rule in RULES}


def test_operated_on_twice() -> None:
    plan = correct_plan()
    plan["theatre_lists"].append(case_row("F", "1", "P6", "revision", "left", "08:30", "10:30", "120", "0"))
    message = only(plan, "T-01", "T-11")
    assert "P6 is booked 2 times: M3, F" in message


def test_an_unfit_patient_is_booked() -> None:
    plan = correct_plan()
    replace_patient(plan, "P10", "P7", "list_time")
    assert "P7 is on list M1 but is not ready: unfit" in only(plan, "T-02")


@pytest.mark.parametrize(
    ("list_id", "words"), [("W", "S2 is on leave"), ("U", "has no staff"), ("X9", "does not exist")]
)
def test_a_list_that_does_not_run(list_id: str, words: str) -> None:
    plan = correct_plan()
    if list_id == "X9":
        case(plan, "P6")["list_id"] = list_id
    else:
        plan["theatre_lists"].remove(case(plan, "P6"))
        plan["theatre_lists"].append(case_row(list_id, "1", "P6", "revision", "left", "08:30", "10:30", "120", "0"))
    # The place left empty on M3 makes reasons of others untrue.
    assert words in only(plan, "T-03", "T-24", *(("T-04", "T-11") if list_id == "U" else ()))


def test_another_surgeon_than_the_named_one() -> None:
    plan = correct_plan()
    replace_patient(plan, "P10", "P12", "list_time")
    assert "the patient agreed to S2 only" in only(plan, "T-04")


def test_a_theatre_that_does_not_take_the_asa_grade() -> None:
    plan = correct_plan()
    replace_patient(plan, "P5", "P14", "beds")
    plan["cdc_appointments"].remove(appointment(plan, "P5", "xray"))
    assert "ASA grade 3, but Theatre 2 takes up to 2" in only(plan, "T-05")


def test_a_theatre_without_laminar_flow() -> None:
    plan = correct_plan()
    plan["theatre_lists"] = [row for row in plan["theatre_lists"] if row["patient_id"] not in ("P4", "P5")]
    case(plan, "P10").update(case_row("M2", "1", "P10", "hip", "left", "15:55", "17:35", "100", "0"))
    assert "needs laminar flow" in only(plan, "T-05", "T-04", "T-18", "T-21", "T-24")


def test_too_little_notice() -> None:
    plan = correct_plan()
    replace_patient(plan, "P10", "P9", "list_time")
    assert "with 42 days' notice Mon 3 May 2027 is the first day" in only(plan, "T-06")


def test_a_patient_who_cannot_come() -> None:
    plan = correct_plan()
    replace_patient(plan, "P10", "P8", "list_time")
    assert "P8 is on list M1 on Mon 12 Apr 2027 but can come only from Sat 17 Apr 2027" in only(plan, "T-07")


def test_a_list_that_ends_too_late() -> None:
    """P5 an hour later ends at 19:10; the list ends at 19:00, and the chance of being late is broken with it."""
    plan = correct_plan()
    move(plan, "P5", 60)
    assert "P5 is expected to end at 19:10, 10 minutes after the list ends at 19:00" in only(plan, "T-08", "T-09")


def test_a_list_too_likely_to_run_late() -> None:
    """P5 45 minutes later ends at 18:55, within the list; but 18:55 + 1.2816 x 42.4 = 19:49 is later than 19:30."""
    plan = correct_plan()
    move(plan, "P5", 45)
    assert "list M2 ends more than 30 minutes late with a chance of 20.5%" in only(plan, "T-09")


def test_the_overrun_rule_is_exact_to_the_minute() -> None:
    """19:30 - 54.4 minutes is 18:35.6: P5 may end at 18:35, not at 18:36."""
    allowed, refused = correct_plan(), correct_plan()
    move(allowed, "P5", 25)
    move(refused, "P5", 26)
    assert rules_speaking(verdict(allowed)) == {FIGURES}
    assert rules_speaking(verdict(refused)) == {FIGURES, "T-09"}


def test_a_surgeon_in_two_theatres() -> None:
    """P4 five minutes earlier, when S1 is still operating on P2."""
    plan = correct_plan()
    move(plan, "P4", -5)
    assert "S1 operates on P2 (list M1) until 15:55 and on P4 (list M2)" in only(plan, "T-10")


def test_a_surgeon_with_more_lists_than_agreed() -> None:
    plan = correct_plan()
    book(plan, "P12", "F", "1", "hip", "left", "08:30", "10:10", "100", "0")
    assert "surgeon S2 runs 2 lists in the week of Mon 12 Apr 2027 (F, M3); 1 agreed" in only(plan, "T-11")


def test_a_bed_too_few() -> None:
    """P13 stays a night, P4 goes home: two patients in the one bed of ward feet."""
    plan = correct_plan()
    replace_patient(plan, "P4", "P13", "surgeon_busy")
    assert "ward feet: 2.0 patients expected, 2.00 at 95%; 1 beds are open" in only(plan, "T-12")


def test_a_kit_used_too_often() -> None:
    plan = correct_plan()
    book(plan, "P12", "M3", "2", "hip", "left", "15:15", "16:55", "100", "0")
    assert "6 cases need Hip set; 5 sets serve 5" in only(plan, "T-13")


def test_too_many_image_intensifiers() -> None:
    """P6 an hour later runs until 16:00; P4 starts at 15:55."""
    plan = correct_plan()
    move(plan, "P6", 60)
    assert "Mon 12 Apr 2027 15:55: 2 cases need an image intensifier, there are 1 (P4, P6)" in only(plan, "T-14")


@pytest.mark.parametrize("start", ["", "2027-04-10T09:00"])
def test_a_test_too_late_or_not_at_all(start: str) -> None:
    """An assessment on Saturday 10 April has its result on the 12th, a day too late."""
    plan = correct_plan()
    if start:
        reappoint(plan, "P3", "poa", start)
    else:
        plan["cdc_appointments"].remove(appointment(plan, "P3", "poa"))
    words = "is on Sat 10 Apr 2027, too late for its result" if start else "has no appointment"
    assert words in only(plan, "T-15")


def test_a_test_that_has_expired() -> None:
    plan = correct_plan()
    reappoint(plan, "P3", "mrsa", "2027-04-01T11:00")
    assert "mrsa of Thu 1 Apr 2027 is 11 days old on the day of surgery, Mon 12 Apr 2027; A accepts 10" in only(
        plan, "T-16"
    )


def test_a_site_that_does_not_take_the_patient() -> None:
    plan = correct_plan()
    appointment(plan, "P5", "xray")["site"] = "centre"
    assert "takes nobody who comes by hospital transport" in only(plan, "T-17")


def test_a_clinic_of_another_trust() -> None:
    plan = correct_plan()
    replace_patient(plan, "P10", "P12", "list_time")
    appoint(plan, "P12", "poa", "clinic", "2027-03-30T09:45", 45, 2)
    assert "takes patients of A only" in only(plan, "T-17", "T-04", "T-18")


def test_appointments_that_are_not_on_offer() -> None:
    plan = correct_plan()
    reappoint(plan, "P3", "mri", "2027-03-30T11:01")
    assert "no such appointment is on offer" in only(plan, "T-18")


def test_an_appointment_longer_than_its_slot() -> None:
    plan = correct_plan()
    row = appointment(plan, "P3", "mri")
    row["end"], row["result_due"] = later(row["end"], 1), later(row["result_due"], 1)
    assert "takes 30 minutes, not until 11:31" in only(plan, "T-18")


def test_two_patients_in_one_place() -> None:
    """The slot P3 is moved to is P1's."""
    plan = correct_plan()
    reappoint(plan, "P3", "poa", "2027-03-30T09:45")
    assert "2 patients, 1 places (P1, P3)" in only(plan, "T-18", "T-19")


def test_an_appointment_with_too_little_notice() -> None:
    """Three days' notice from 22 March is the 25th; the assessment on the 24th is also accepted too long before."""
    plan = correct_plan()
    reappoint(plan, "P3", "poa", "2027-03-24T09:00")
    assert "Thu 25 Mar 2027 is the first day with enough notice" in only(plan, "T-18")


@pytest.mark.parametrize(
    ("patient_id", "test", "site", "start", "words"),
    [
        ("P7", "poa", "clinic", "2027-04-10T09:00", "the patient is not booked"),
        ("P10", "mri", "centre", "2027-04-01T13:00", "the patient does not need this test"),
        ("P10", "poa", "clinic", "2027-04-10T09:00", "the test is done, or appointed, already"),
        ("P3", "mri", "centre", "2027-03-30T10:30", "a second new appointment"),
    ],
)
def test_wasted_places(patient_id: str, test: str, site: str, start: str, words: str) -> None:
    plan = correct_plan()
    minutes, days = {"poa": (45, 2), "mri": (30, 7)}[test]
    appoint(plan, patient_id, test, site, start, minutes, days)
    assert words in only(plan, "T-18", "T-19")


def test_no_time_to_travel_between_sites() -> None:
    """The assessment ends at 09:45; a scan at another site at 10:00 leaves 15 minutes."""
    plan = correct_plan()
    reappoint(plan, "P3", "mri", "2027-03-30T10:00")
    assert "60 minutes between are needed" in only(plan, "T-19")


def test_a_test_on_the_day_of_surgery() -> None:
    plan = correct_plan()
    reappoint(plan, "P5", "xray", "2027-04-12T10:00")
    assert "P5 has xray on the day of surgery" in only(plan, "T-19", "T-15", "T-18")


def test_an_agreed_booking_is_dropped() -> None:
    """P1 is put on another list: the date agreed is gone."""
    plan = correct_plan()
    plan["theatre_lists"].remove(case(plan, "P1"))
    plan["theatre_lists"].append(case_row("F", "1", "P1", "hip", "left", "08:30", "10:10", "100", "0"))
    for place, patient_id in enumerate(("P3", "P10", "P2"), start=1):
        case(plan, patient_id)["position"] = str(place)
    assert "P1 has the agreed list M1 but is on F" in only(plan, "T-20", "T-04", "T-11", "T-24")


def test_an_existing_appointment_is_gone() -> None:
    plan = correct_plan()
    plan["cdc_appointments"].remove(appointment(plan, "P1", "poa"))
    assert "P1 has an appointment for poa at clinic, Tue 30 Mar 2027 09:45, which is gone" in only(plan, "T-20")


def test_a_new_appointment_called_existing() -> None:
    plan = correct_plan()
    appointment(plan, "P3", "mri")["state"] = "existing"
    assert "is called existing but was not made before" in only(plan, "T-20", "T-15")


@pytest.mark.parametrize(
    ("patient_id", "column", "value", "words"),
    [
        ("P3", "start", "2027-04-12T10:24", "14 minutes after P1 ends; 15 are needed"),
        ("P3", "end", "2027-04-12T12:06", "ends at 12:06; from 10:25 with 100 expected minutes it is 12:05"),
        ("P6", "start", "2027-04-12T12:59", "before the list"),
        ("P3", "position", "5", "position 5 but is number 2 in time"),
    ],
)
def test_times_that_do_not_follow(patient_id: str, column: str, value: str, words: str) -> None:
    plan = correct_plan()
    case(plan, patient_id)[column] = value
    report = verdict(plan)
    assert rules_speaking(report) <= {"T-21", FIGURES}
    assert any(words in finding.message for finding in report.findings if finding.rule == "T-21")


def test_turnaround_after_an_infected_patient_is_a_clean_down() -> None:
    """P2 before P10: 15 minutes are not enough after P2, and the infected patient is not last."""
    plan = correct_plan()
    exchange(plan, "P2", "P10")
    assert "15 minutes after P2 ends; 45 are needed" in only(plan, "T-21", "T-23")


def test_latex_not_first() -> None:
    plan = correct_plan()
    exchange(plan, "P1", "P3")
    assert "P1 has latex allergy but comes after P3" in only(plan, "T-22")


def test_infected_not_last() -> None:
    plan = correct_plan()
    exchange(plan, "P2", "P10")
    assert "P2 has an infection risk but comes before P10" in only(plan, "T-23", "T-21")


def test_a_patient_is_forgotten() -> None:
    plan = correct_plan()
    plan["not_booked"].remove(of(plan["not_booked"], patient_id="P8"))
    assert "P8 is neither on a list nor in not_booked" in only(plan, "T-24")


def test_a_booked_row_is_deleted() -> None:
    plan = correct_plan()
    plan["theatre_lists"].remove(case(plan, "P5"))
    assert "P5 is neither on a list nor in not_booked" in only(plan, "T-24", "T-18")


@pytest.mark.parametrize("table", ["theatre_lists", "not_booked"])
def test_a_patient_nobody_knows(table: str) -> None:
    plan = correct_plan()
    row = case(plan, "P10") if table == "theatre_lists" else of(plan["not_booked"], patient_id="P8")
    row["patient_id"] = "P99"
    report = verdict(plan)
    assert any("P99" in f.message and "waiting list" in f.message for f in report.findings if f.rule == "T-24")


def test_a_patient_both_booked_and_not() -> None:
    plan = correct_plan()
    of(plan["not_booked"], patient_id="P8")["patient_id"] = "P10"
    report = verdict(plan)
    assert any("P10 is on list M1 and also called not booked" in f.message for f in report.findings)


@pytest.mark.parametrize(
    ("patient_id", "code", "words"),
    [
        ("P7", "no_consent", "it is unfit"),
        ("P8", "notice", "it is not_available"),
        ("P9", "beds", "it is notice"),
        ("P12", "beds", "what is short on their lists is kit, surgeon_lists"),
        ("P13", "kit", "what is short on their lists is"),
        ("P14", "tests_not_in_time", "what is short on their lists is"),
    ],
)
def test_a_false_reason(patient_id: str, code: str, words: str) -> None:
    plan = correct_plan()
    of(plan["not_booked"], patient_id=patient_id)["reason_code"] = code
    assert words in only(plan, "T-24")


def test_a_patient_left_out_though_there_is_room() -> None:
    """Without P10 there is room on M1, and P10 has no reason to wait."""
    plan = correct_plan()
    plan["theatre_lists"].remove(case(plan, "P10"))
    case(plan, "P2")["position"] = "3"
    row = {"patient_id": "P10", "reason_code": "lower_priority", "reason": "-", "what_would_help": "-"}
    plan["not_booked"].append(row)
    messages = [finding.message for finding in verdict(plan).findings if finding.rule == "T-24"]
    assert any("P10" in message and "there is room for them on list M1" in message for message in messages)


_COLUMNS = {
    "theatre_lists": "theatre date list_start list_end procedure_code procedure laterality surgeon_id "
    "expected_touch_minutes turnaround_minutes",
    "cdc_appointments": "result_due",
    "worklists": "worklist patient_id reason_code blocks_booking",
    "beds": "ward date expected_occupied p95_occupied beds",
    "lists": "list_id theatre date surgeon_id usable cases expected_touch_minutes planned_minutes expected_end "
    "overrun_probability capped_utilisation_planned capped_utilisation_simulated",
}
_DAMAGED = {
    "worklist": "surgeon",
    "laterality": "both",
    "blocks_booking": "no",
    "usable": "no",
    "ward": "other",
    "overrun_probability": "0.0522",
    "capped_utilisation_planned": "0.8334",
    "capped_utilisation_simulated": "0.8500",
    "expected_occupied": "1.001",
    "p95_occupied": "1.001",
}


@pytest.mark.parametrize(("table", "column"), [(t, c) for t, names in _COLUMNS.items() for c in names.split()])
def test_a_figure_that_does_not_agree(table: str, column: str) -> None:
    """The smallest change to any derived column of a first row."""
    plan = correct_plan()
    row = plan[table][0]
    old = row[column]
    if column in _DAMAGED:
        row[column] = _DAMAGED[column]
    elif column in ("date", "list_start", "list_end", "result_due", "expected_end"):
        row[column] = later(old, 24 * 60)[: len(old)]
    else:
        row[column] = str(int(old) + 1) if old.isdigit() else f"{old}x"
    assert row[column] != old
    assert only(plan, "T-25")


@pytest.mark.parametrize("table", ["lists", "beds", "worklists"])
def test_a_row_of_figures_is_deleted(table: str) -> None:
    plan = correct_plan()
    del plan[table][1]
    assert "has no row" in only(plan, "T-25")


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_a_stage_value_that_was_not_reached(stage: str) -> None:
    recorded = {name: value + (name == stage) for name, value in STAGES.items() if value is not None}
    report = checked(workshop(), correct_plan(), recorded)
    assert [finding.rule for finding in report.findings] == ["T-25"]
    assert f"stage {stage} was recorded as" in report.findings[0].message


def test_an_unknown_stage_and_one_without_a_value() -> None:
    report = checked(workshop(), correct_plan(), {**STAGES, "touch_minutes": None, "beauty": 3.0})
    assert [finding.message for finding in report.findings] == [
        "stage beauty is not one of p2_booked, long_waits_booked, weighted_wait, touch_minutes."
    ]


def test_a_diabetic_patient_late() -> None:
    plan = correct_plan()
    exchange(plan, "P3", "P10")
    message = only(plan, "T-26")
    assert "P3 is diabetic and comes after P10" in message and verdict_is_soft(plan, "T-26")


def test_a_day_case_late() -> None:
    plan = correct_plan()
    exchange(plan, "P4", "P5")
    message = only(plan, "T-27")
    assert "day case P4 comes after inpatient P5" in message and verdict_is_soft(plan, "T-27")


def test_a_counted_test_after_six_weeks() -> None:
    """Asked for on 16 February: 30 March is the 42nd day, 1 April the 44th."""
    plan = correct_plan()
    reappoint(plan, "P3", "mri", "2027-04-01T13:00")
    message = only(plan, "T-28")
    assert "P3 waits 44 days for MRI; the standard is 42" in message and verdict_is_soft(plan, "T-28")


def verdict_is_soft(plan: Written, rule: str) -> bool:
    """A soft rule warns; it does not fail a plan."""
    return all(finding.severity == "warning" for finding in verdict(plan).findings if finding.rule == rule)
