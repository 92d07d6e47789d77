"""T-25: the figures printed beside the lists follow from the lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from models.shared.cells import Cell
from models.shared.findings import Finding
from models.theatres.checker.aims import recorded_stages
from models.theatres.checker.beds import nights_of, occupied
from models.theatres.checker.bottlenecks import bottleneck_rows
from models.theatres.checker.changes import change_rows, state_column
from models.theatres.checker.evidence import ONE_DAY, Case, Evidence
from models.theatres.checker.fairness import fairness_rows
from models.theatres.checker.lists import overrun_probability
from models.theatres.checker.simulated import bed_columns, rehearsal_rows, simulated_utilisation
from models.theatres.checker.standby import standby_rows
from models.theatres.checker.suitability import readiness_codes
from models.theatres.checker.tallies import difference, differences, missing_and_strange, wrong

HALF_A_DIGIT = 0.6
SHARE_TOLERANCE, BED_TOLERANCE = HALF_A_DIGIT * 1e-4, HALF_A_DIGIT * 1e-3
DECLINED_OFFERS_TO_REVIEW = 2
_WORKLIST_OF = {
    "not_validated": "validation",
    "no_consent": "consent",
    "side_missing": "consent",
    "latex_unknown": "pre_operative_check",
    "infection_unknown": "pre_operative_check",
    "unfit": "clinical_review",
    "not_an_adult": "clinical_review",
    "asked_to_wait": "clinical_review",
    "no_surgeon": "surgeon",
}


def check_figures_agree(evidence: Evidence, stage_values: Mapping[str, float | None] | None) -> Iterator[Finding]:
    """T-25: every derived column and every recorded stage value equals its recomputation."""
    yield from _unread(evidence)
    yield from _case_columns(evidence)
    yield from state_column(evidence)
    yield from _list_rows(evidence)
    yield from rehearsal_rows(evidence)
    yield from simulated_utilisation(evidence)
    yield from _bed_rows(evidence)
    yield from bed_columns(evidence)
    yield from _results_due(evidence)
    yield from _worklists(evidence)
    yield from standby_rows(evidence)
    yield from fairness_rows(evidence)
    yield from change_rows(evidence)
    yield from bottleneck_rows(evidence)
    if stage_values is not None:
        yield from recorded_stages(evidence, stage_values)


def _unread(evidence: Evidence) -> Iterator[Finding]:
    for name, table in sorted(evidence.tables.items()):
        if not table.complete:
            yield wrong("some rows of this table could not be read.", evidence.where(name))


def _case_columns(evidence: Evidence) -> Iterator[Finding]:
    """What stands beside each case on the printed list."""
    for list_id, cases in evidence.by_list.items():
        session = evidence.instance.lists[list_id]
        for place, case in enumerate(cases, start=1):
            patient, operation = evidence.patient(case), evidence.operation(case.patient_id)
            expected: dict[str, Cell] = {
                "theatre": session.theatre_id,
                "date": session.date,
                "list_start": session.start,
                "list_end": session.end,
                "procedure_code": operation.procedure_code,
                "procedure": operation.name,
                "laterality": patient.laterality,
                "surgeon_id": session.surgeon_id,
                "expected_touch_minutes": evidence.minutes_and_variance(case.patient_id, list_id)[0],
                "turnaround_minutes": evidence.gap_after(case.patient_id) if place < len(cases) else 0,
            }
            what = f"list {list_id}, {case.patient_id}"
            yield from differences(case.row, expected, what, case.where)


def _list_rows(evidence: Evidence) -> Iterator[Finding]:
    """One row for every list of the instance, with the figures of its cases."""
    rows = {row.text("list_id"): row for row in evidence.rows("lists")}
    yield from missing_and_strange(evidence, "lists", set(rows), set(evidence.instance.lists), "list")
    for list_id, row in sorted(rows.items()):
        if list_id not in evidence.instance.lists:
            continue
        session, cases = evidence.instance.lists[list_id], evidence.by_list[list_id]
        planned = (session.end - session.start).total_seconds() / 60
        expected: dict[str, Cell] = {
            "theatre": session.theatre_id,
            "date": session.date,
            "surgeon_id": session.surgeon_id,
            "usable": list_id in evidence.usable_lists,
            "cases": len(cases),
            "expected_touch_minutes": sum(evidence.minutes_and_variance(c.patient_id, list_id)[0] for c in cases),
            "planned_minutes": round(planned),
            "expected_end": max((evidence.due_end(case) for case in cases), default=session.start),
        }
        where, what = evidence.where("lists", row), f"list {list_id}"
        yield from differences(row, expected, what, where)
        capped = sum(_minutes_inside(evidence, case) for case in cases) / planned
        yield from difference(row, "overrun_probability", overrun_probability(evidence, list_id), SHARE_TOLERANCE,
                              what, where)  # fmt: skip
        yield from difference(row, "capped_utilisation_planned", capped, SHARE_TOLERANCE, what, where)


def _minutes_inside(evidence: Evidence, case: Case) -> float:
    """Expected touch minutes of a case inside the planned times of its list."""
    session = evidence.session(case)
    first, last = max(case.start, session.start), min(evidence.due_end(case), session.end)
    return max(0.0, (last - first).total_seconds() / 60)


def _bed_rows(evidence: Evidence) -> Iterator[Finding]:
    """One row for every night the instance has beds for."""
    rows = {(row.text("ward"), row.date("date")): row for row in evidence.rows("beds")}
    nights = nights_of(evidence)
    yield from missing_and_strange(evidence, "beds", set(rows), set(evidence.instance.beds), "night")
    for night, row in sorted(rows.items()):
        if night not in evidence.instance.beds:
            continue
        expected, quantile = occupied(evidence, night, nights.get(night, []))
        where, what = evidence.where("beds", row), f"ward {night[0]}, {night[1]}"
        yield from difference(row, "expected_occupied", expected, BED_TOLERANCE, what, where)
        yield from difference(row, "p95_occupied", quantile, BED_TOLERANCE, what, where)
        yield from differences(row, {"beds": evidence.instance.beds[night].beds_open}, what, where)


def _results_due(evidence: Evidence) -> Iterator[Finding]:
    for row in evidence.rows("cdc_appointments"):
        test = evidence.instance.tests.get(row.text("test"))
        if test is not None:
            patient_id, end = row.text("patient_id"), row.moment("end")
            due = end + test.report_days * ONE_DAY
            given = _result_given(evidence, patient_id, test.test_id)
            if given is not None and row.text("state") == "existing":
                due = dt.datetime.combine(given, end.time())
            what = f"{patient_id}, {test.test_id}"
            yield from differences(row, {"result_due": due}, what, evidence.where("cdc_appointments", row))


def _result_given(evidence: Evidence, patient_id: str, test_id: str) -> dt.date | None:
    """The day on which the result of a test of a patient is known to come."""
    patient = evidence.instance.patients.get(patient_id)
    return next((need.result_on for need in patient.tests if need.test_id == test_id), None) if patient else None


def _worklists(evidence: Evidence) -> Iterator[Finding]:
    """Every patient with something to be done stands on the worklist it belongs to, and nobody else."""
    expected: dict[tuple[str, str, str], bool] = {}
    for patient_id, patient in evidence.instance.patients.items():
        for code in readiness_codes(evidence, patient_id):
            expected[_WORKLIST_OF[code], patient_id, code] = True
        if patient.diabetic == "unknown":
            expected["pre_operative_check", patient_id, "diabetes_unknown"] = False
        if patient.offers_declined >= DECLINED_OFFERS_TO_REVIEW:
            expected["clinical_review", patient_id, "offers_declined"] = False
        long_wait = evidence.weeks_waited(patient_id) >= evidence.instance.settings.long_wait_weeks
        if long_wait and patient_id not in evidence.by_patient:
            expected["harm_review", patient_id, "long_wait"] = False
    rows = {
        (row.text("worklist"), row.text("patient_id"), row.text("reason_code")): row
        for row in evidence.rows("worklists")
    }
    yield from missing_and_strange(evidence, "worklists", set(rows), set(expected), "entry")
    for key, row in sorted(rows.items()):
        if key in expected:
            where = evidence.where("worklists", row)
            yield from differences(row, {"blocks_booking": expected[key]}, " ".join(key), where)
