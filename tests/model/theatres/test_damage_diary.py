"""A correct plan, damaged: who stands by, what became of bookings, shares, bottlenecks and stages (T-25)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.shared.findings import CheckReport
from models.theatres.instance import Instance
from tests.model.theatres.damage import FIGURES, case, later, of, only_on_thursday, replace_patient
from tests.model.theatres.plans import Written, checked, rules_speaking
from tests.model.theatres.test_damage_together import notes_only
from tests.model.theatres.thursday import STAGES, thursday, thursday_plan

pytestmark = pytest.mark.model


def messages(plan: Written) -> list[str]:
    """What is said of a plan of which only figures are wrong."""
    report = checked(thursday(), plan, STAGES)
    assert rules_speaking(report) == {FIGURES}, report.findings
    return [finding.message for finding in report.findings]


def standby(plan: Written, list_id: str, patient_id: str) -> dict[str, str]:
    return of(plan["standby"], list_id=list_id, patient_id=patient_id)


@pytest.mark.parametrize(
    ("list_id", "patient_id", "column", "value", "words"),
    [
        ("G", "V1", "patient_id", "J1", "the patient is booked"),
        ("G", "V1", "patient_id", "X2", "the patient has not agreed to short notice"),
        ("G", "V1", "patient_id", "P99", "the patient is not on the waiting list"),
        ("G", "V1", "patient_id", "Z2", "its surgeon or theatre does not suit them"),
        ("G", "V1", "instead_of", "L1", "in the place of L1, transport would be short"),
        ("G", "V1", "instead_of", "J1", "J1, whose place they would take, is not on the list"),
        ("H", "Z2", "instead_of", "J2", "they fit in the place of J1 already, who comes before J2"),
        ("H", "Z2", "weeks_waited", "15", "weeks_waited is 15, should be 14"),
        ("A", "Z2", "place", "3", "place is 3, should be 2"),
        ("H", "Z2", "list_id", "K", "list K has no patients and needs nobody standing by"),
    ],
)
def test_somebody_stands_by_who_should_not(
    list_id: str, patient_id: str, column: str, value: str, words: str
) -> None:
    plan = thursday_plan()
    standby(plan, list_id, patient_id)[column] = value
    assert any(words in message for message in messages(plan))


def test_those_who_stand_by_are_asked_by_their_waits() -> None:
    plan = thursday_plan()
    standby(plan, "A", "V1")["place"], standby(plan, "A", "Z2")["place"] = "2", "1"
    assert "list A: Z2, V1 do not stand by in the order of their waits." in messages(plan)


def test_somebody_stands_by_twice() -> None:
    plan = thursday_plan()
    plan["standby"].append({**standby(plan, "H", "Z2"), "place": "2"})
    assert "list H: somebody stands by twice." in messages(plan)


def test_somebody_who_could_stand_by_is_not_named() -> None:
    """V1 on G is not missed for certain: with L1 early the trays would be short, and only a better order fits."""
    plan = thursday_plan()
    plan["standby"] = [row for row in plan["standby"] if row["list_id"] == "A"]
    assert messages(plan) == ["list H: Z2 could stand by in the place of J1 and is not named."]


def test_somebody_named_has_a_test_to_do() -> None:
    """Without it, and without loan kit or a day off, Z2 could come at once."""
    patient = thursday().patients["Z2"]
    need = replace(thursday().patients["L1"].tests[0], result_on=None)
    for changes, words in (
        ({"tests": (need,)}, "they would need a new test appointment"),
        ({"available_from": thursday().lists["K"].date}, "they cannot come that day"),
        ({"procedure_code": "ring"}, "the loan kit cannot be there"),
        ({"fit": False}, "the patient is not ready: unfit"),
    ):
        known = {**thursday().patients, "Z2": replace(patient, **changes)}
        report = checked(replace(thursday(), patients=known), thursday_plan())
        assert any(words in finding.message for finding in report.findings), words


@pytest.mark.parametrize("table", ["rehearsal", "fairness", "changes", "beds", "lists"])
def test_a_row_is_deleted(table: str) -> None:
    plan = thursday_plan()
    del plan[table][0]
    assert "has no row" in " ".join(messages(plan))


@pytest.mark.parametrize(
    ("table", "row", "words"),
    [
        ("fairness", {"group": "trust", "value": "Z", "ready": "0", "booked": "0"}, "trust, Z should not have a row"),
        ("changes", {"patient_id": "V1", "change": "new"}, "change of V1 should not have a row"),
    ],
)
def test_a_row_too_many(table: str, row: dict[str, str], words: str) -> None:
    plan = thursday_plan()
    plan[table].append({**plan[table][0], **row})
    assert words in " ".join(messages(plan))


def test_the_parts_of_a_list_do_not_add_up() -> None:
    plan = thursday_plan()
    of(plan["rehearsal"], list_id="G", assumptions="stressed")["downtime_minutes"] = "80.20"
    assert any("are 180.16 minutes together; the list is 180 long" in message for message in messages(plan))


def test_more_days_very_late_than_late() -> None:
    plan = thursday_plan()
    row = of(plan["rehearsal"], list_id="A", assumptions="stressed")
    row["over_probability"], row["overrun_probability"] = "0.05", "0.06"
    assert any("overrun_probability is more than over_probability" in message for message in messages(plan))


@pytest.mark.parametrize(
    ("row", "column", "value", "words"),
    [
        (0, "item", "surgeon", "staff surgeon: there is no such staff"),
        (0, "cases", "7", "cases is 7, should be 6"),
        (0, "cases_at_most", "5.9", "no more than 5.9 cases; 6 are booked"),
        (0, "cases_at_most", "8.6", "it is not the same in all rows"),
        (2, "marginal_cases", "2.0", "do not stand by falling marginal cases"),
    ],
)
def test_a_bottleneck_that_cannot_be(row: int, column: str, value: str, words: str) -> None:
    plan = thursday_plan()
    plan["bottlenecks"][row][column] = value
    assert any(words in message for message in messages(plan))


def with_moves() -> tuple[Instance, Written]:
    """J2 had list A, agreed and set free by a named change; Y1 had list N, proposed, which has no staff.

    J2 is on H in the same week: 1 x 4 x 2 points, beside 16 for L2.
    """
    made = {**thursday().existing_bookings, "J2": ("A", "agreed"), "Y1": ("N", "proposed")}
    instance = replace(
        thursday(), existing_bookings=dict(sorted(made.items())), named_changes={"J2": "asked", "Y1": "no staff"}
    )
    plan = thursday_plan()
    before = {"state_before": "agreed", "list_before": "A", "date_before": "2027-04-12"}
    of(plan["changes"], patient_id="J2").update(change="moved", **before)
    before = {"state_before": "proposed", "list_before": "N", "date_before": "2027-04-14"}
    after = {"list_after": "", "date_after": "", "why": "no staff"}
    plan["changes"].append({"patient_id": "Y1", "change": "given_up", **before, **after})
    return instance, plan


def checked_with_moves(plan: Written) -> CheckReport:
    return checked(with_moves()[0], plan, {**STAGES, "bookings_kept": 24.0})


def test_bookings_moved_and_given_up() -> None:
    report = checked_with_moves(with_moves()[1])
    assert report.passed and rules_speaking(report) == {"T-40"} and notes_only(report, "T-40")
    assert [finding.message for finding in report.findings] == [
        "J2 had the agreed list A and is on H.",
        "Y1 had the proposed list N and is not booked.",
    ]


@pytest.mark.parametrize("patient_id", ["J2", "Y1"])
@pytest.mark.parametrize(
    "column", ["change", "state_before", "list_before", "date_before", "list_after", "date_after"]
)
def test_a_change_told_wrongly(patient_id: str, column: str) -> None:
    plan = with_moves()[1]
    row = of(plan["changes"], patient_id=patient_id)
    wrong = {"change": "new", "state_before": "offered", "date_after": "2027-04-16"}
    text = later(row[column], 24 * 60)[:10] if column == "date_before" else wrong.get(column, "G")
    row[column] = text
    assert [f.rule for f in checked_with_moves(plan).findings if f.severity == "error"] == [FIGURES]


def test_a_state_that_nobody_agreed() -> None:
    plan = thursday_plan()
    case(plan, "J1")["state"] = "agreed"
    assert messages(plan) == ["list H, J1: state is agreed, should be proposed."]


def test_new_bookings_are_no_changes_when_the_best_lists_are_sought() -> None:
    plan = thursday_plan()
    settings = thursday().settings.model_copy(update={"aim": "best_lists"})
    report = checked(replace(thursday(), settings=settings), plan)
    assert {f.message for f in report.findings} == {
        f"change of {p} should not have a row." for p in ("J1", "J2", "J3", "L1")
    }


def test_a_result_known_is_due_when_it_is_known() -> None:
    plan = thursday_plan()
    plan["cdc_appointments"][0]["result_due"] = "2027-04-03T09:45"  # two days after the test, as usual
    assert "should be 2027-04-14 09:45:00" in only_on_thursday(plan, FIGURES)


def test_the_stages_are_all_there_and_in_their_order() -> None:
    names = list(STAGES)
    known = {name: STAGES[name] for name in [*names[1:], names[0]]}
    report = checked(thursday(), thursday_plan(), known)
    assert [finding.rule for finding in report.findings] == [FIGURES]
    assert (
        "it is due_dates_met, p2_booked, long_waits_booked, bookings_kept, least_share_A"
        in report.findings[0].message
    )
    del known["due_dates_met"]
    report = checked(thursday(), thursday_plan(), known)
    assert "stage due_dates_met was not recorded." in [finding.message for finding in report.findings]


def test_the_last_aim_is_to_keep_bookings_where_the_best_lists_are_sought() -> None:
    settings = thursday().settings.model_copy(update={"aim": "best_lists"})
    plan = thursday_plan()
    plan["changes"] = []
    shares = ["least_share_A", "least_share_B"]
    others = [name for name in STAGES if name not in (*shares, "due_dates_met", "bookings_kept")]
    order = {name: STAGES[name] for name in [*shares, "due_dates_met", *others, "bookings_kept"]}
    assert checked(replace(thursday(), settings=settings), plan, order).findings == ()


def test_a_share_is_counted_in_decimals() -> None:
    """0.07 of 100 ready patients are 7, although 0.07 x 100 is a little more in binary fractions."""
    patients = {f"R{n:03}": replace(thursday().patients["Z2"], patient_id=f"R{n:03}") for n in range(95)}
    settings = thursday().settings.model_copy(update={"least_trust_share": 0.07})
    instance = replace(thursday(), patients={**thursday().patients, **patients}, settings=settings)
    report = checked(instance, thursday_plan(), STAGES)
    shares = [finding.message for finding in report.findings if "least_share_A" in finding.message]
    assert shares == ["stage least_share_A was recorded as 2; the lists give 3."]
    notes = [finding.message for finding in report.findings if finding.rule == "T-36"]
    assert notes == ["3 of 100 ready patients of A are booked; the share set asks for 7."]


def test_a_patient_moved_within_the_plan_keeps_what_can_be_kept() -> None:
    """X2 takes L2's place on G: L2 is given up, and its points are gone."""
    plan = thursday_plan()
    replace_patient(plan, "L2", "X2", "transport")
    report = checked(thursday(), plan, STAGES)
    assert "stage bookings_kept was recorded as 16; the lists give 0." in [f.message for f in report.findings]
