"""A correct plan, damaged: patients, lists, times and order. Each rule must be caught under its own id.

The plan and its instance are those of workshop.py, made by hand. Where a wrong move also changes the figures beside
the lists, T-25 speaks as well; where anything else must speak, the test says what.
"""

from __future__ import annotations

import pytest

from models.theatres.rules import RULES
from tests.model.theatres.damage import (
    FIGURES,
    appointment,
    book,
    case,
    exchange,
    move,
    of,
    only,
    replace_patient,
    verdict,
    verdict_is_soft,
)
from tests.model.theatres.plans import rules_speaking
from tests.model.theatres.workshop import case_row, correct_plan

pytestmark = pytest.mark.model


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


def test_urgent_not_first() -> None:
    """P1 has latex allergy as well; of patients of another urgency that rule says nothing."""
    plan = correct_plan()
    exchange(plan, "P1", "P3")
    assert "P1 is P2 but comes after P3" in only(plan, "T-39")


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
