"""T-25: the figures printed beside the lists follow from the lists."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Set

from models.shared.cells import Cell
from models.shared.findings import Finding
from models.shared.parsing import Row
from models.theatres.checker.beds import nights_of, occupied
from models.theatres.checker.evidence import ONE_DAY, Case, Evidence, finding
from models.theatres.checker.lists import overrun_probability
from models.theatres.checker.rehearsal import mean_capped_minutes
from models.theatres.checker.suitability import readiness_codes
from models.theatres.rules import STAGES

RULE = "figures_agree"
HALF_A_DIGIT = 0.6
SHARE_TOLERANCE, BED_TOLERANCE = HALF_A_DIGIT * 1e-4, HALF_A_DIGIT * 1e-3
# Ours and the model's simulated means come from different draws: each is within about 0.003 of the truth.
SIMULATION_TOLERANCE_SHARE = 0.015
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
    yield from _list_rows(evidence)
    yield from _bed_rows(evidence)
    yield from _results_due(evidence)
    yield from _worklists(evidence)
    if stage_values is not None:
        yield from _stages(evidence, stage_values)


def _unread(evidence: Evidence) -> Iterator[Finding]:
    for name, table in sorted(evidence.tables.items()):
        if not table.complete:
            yield finding(RULE, "some rows of this table could not be read.", evidence.where(name))


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
            yield from _differences(case.row, expected, what, case.where)


def _list_rows(evidence: Evidence) -> Iterator[Finding]:
    """One row for every list of the instance, with the figures of its cases."""
    rows = {row.text("list_id"): row for row in evidence.rows("lists")}
    yield from _missing_and_strange(evidence, "lists", set(rows), set(evidence.instance.lists), "list")
    for list_id, row in sorted(rows.items()):
        if list_id not in evidence.instance.lists:
            continue
        session, cases = evidence.instance.lists[list_id], evidence.by_list[list_id]
        planned = (session.end - session.start).total_seconds() / 60
        expected: dict[str, Cell] = {
            "theatre": session.theatre_id,
            "date": session.date,
            "surgeon_id": session.surgeon_id,
            "usable": evidence.is_usable(session),
            "cases": len(cases),
            "expected_touch_minutes": sum(evidence.minutes_and_variance(c.patient_id, list_id)[0] for c in cases),
            "planned_minutes": round(planned),
            "expected_end": max((evidence.due_end(case) for case in cases), default=session.start),
        }
        where, what = evidence.where("lists", row), f"list {list_id}"
        yield from _differences(row, expected, what, where)
        capped = sum(_minutes_inside(evidence, case) for case in cases) / planned
        yield from _difference(row, "overrun_probability", overrun_probability(evidence, list_id), SHARE_TOLERANCE,
                               what, where)  # fmt: skip
        yield from _difference(row, "capped_utilisation_planned", capped, SHARE_TOLERANCE, what, where)
        simulated = mean_capped_minutes(evidence, list_id) / planned
        yield from _difference(row, "capped_utilisation_simulated", simulated, SIMULATION_TOLERANCE_SHARE,
                               what, where)  # fmt: skip


def _minutes_inside(evidence: Evidence, case: Case) -> float:
    """Expected touch minutes of a case inside the planned times of its list."""
    session = evidence.session(case)
    first, last = max(case.start, session.start), min(evidence.due_end(case), session.end)
    return max(0.0, (last - first).total_seconds() / 60)


def _bed_rows(evidence: Evidence) -> Iterator[Finding]:
    """One row for every night the instance has beds for."""
    rows = {(row.text("ward"), row.date("date")): row for row in evidence.rows("beds")}
    nights = nights_of(evidence)
    yield from _missing_and_strange(evidence, "beds", set(rows), set(evidence.instance.beds), "night")
    for night, row in sorted(rows.items()):
        if night not in evidence.instance.beds:
            continue
        expected, quantile = occupied(evidence, night, nights.get(night, []))
        where, what = evidence.where("beds", row), f"ward {night[0]}, {night[1]}"
        yield from _difference(row, "expected_occupied", expected, BED_TOLERANCE, what, where)
        yield from _difference(row, "p95_occupied", quantile, BED_TOLERANCE, what, where)
        yield from _differences(row, {"beds": evidence.instance.beds[night].beds_open}, what, where)


def _results_due(evidence: Evidence) -> Iterator[Finding]:
    for row in evidence.rows("cdc_appointments"):
        test = evidence.instance.tests.get(row.text("test"))
        if test is not None:
            due = row.moment("end") + test.report_days * ONE_DAY
            what = f"{row.text('patient_id')}, {row.text('test')}"
            yield from _differences(row, {"result_due": due}, what, evidence.where("cdc_appointments", row))


def _worklists(evidence: Evidence) -> Iterator[Finding]:
    """Every patient with something to be done stands on the worklist it belongs to, and nobody else."""
    expected: dict[tuple[str, str, str], bool] = {}
    for patient_id, patient in evidence.instance.patients.items():
        for code in readiness_codes(evidence, patient_id):
            expected[_WORKLIST_OF[code], patient_id, code] = True
        if patient.diabetic == "unknown":
            expected["pre_operative_check", patient_id, "diabetes_unknown"] = False
        long_wait = evidence.weeks_waited(patient_id) >= evidence.instance.settings.long_wait_weeks
        if long_wait and patient_id not in evidence.by_patient:
            expected["harm_review", patient_id, "long_wait"] = False
    rows = {
        (row.text("worklist"), row.text("patient_id"), row.text("reason_code")): row
        for row in evidence.rows("worklists")
    }
    yield from _missing_and_strange(evidence, "worklists", set(rows), set(expected), "entry")
    for key, row in sorted(rows.items()):
        if key in expected:
            where = evidence.where("worklists", row)
            yield from _differences(row, {"blocks_booking": expected[key]}, " ".join(key), where)


def _stages(evidence: Evidence, stage_values: Mapping[str, float | None]) -> Iterator[Finding]:
    """The value of every stage, recomputed from the lists."""
    ours = stages_of(evidence)
    for name, recorded in sorted(stage_values.items()):
        if name not in ours:
            yield finding(RULE, f"stage {name} is not one of {', '.join(ours)}.", "run.json")
        elif recorded is not None and not math.isclose(recorded, ours[name], abs_tol=1e-6):
            message = f"stage {name} was recorded as {recorded:g}; the lists give {ours[name]}."
            yield finding(RULE, message, "run.json")


def stages_of(evidence: Evidence) -> dict[str, int]:
    """The value of every stage; a patient wrongly booked twice counts twice in the minutes only."""
    settings, booked = evidence.instance.settings, sorted(evidence.by_patient)
    priority = {patient_id: evidence.instance.patients[patient_id].priority for patient_id in booked}
    extra = {"P2": settings.weight_p2, "P3": settings.weight_p3}
    weeks = {patient_id: evidence.weeks_waited(patient_id) for patient_id in booked}
    values = {
        "p2_booked": sum(priority[p] == "P2" for p in booked),
        "long_waits_booked": sum(weeks[p] >= settings.long_wait_weeks for p in booked),
        "weighted_wait": sum(
            settings.weight_case + settings.weight_week_waited * weeks[p] + extra.get(priority[p], 0) for p in booked
        ),
        "touch_minutes": sum(evidence.minutes_and_variance(c.patient_id, c.list_id)[0] for c in evidence.cases),
    }
    return {name: values[name] for name, _, _ in STAGES}


def _missing_and_strange(
    evidence: Evidence, table: str, written: Set[object], expected: Set[object], noun: str
) -> Iterator[Finding]:
    for key in sorted(map(_words, expected - written)):
        yield finding(RULE, f"{noun} {key} has no row.", evidence.where(table))
    for key in sorted(map(_words, written - expected)):
        yield finding(RULE, f"{noun} {key} should not have a row.", evidence.where(table))


def _words(key: object) -> str:
    return ", ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _differences(row: Row, expected: Mapping[str, Cell], what: str, where: str) -> Iterator[Finding]:
    for column, value in expected.items():
        if row.cells[column] != value:
            yield finding(RULE, f"{what}: {column} is {row.cells[column]}, should be {value}.", where)


def _difference(row: Row, column: str, value: float, tolerance: float, what: str, where: str) -> Iterator[Finding]:
    if abs(row.number_of(column) - value) > tolerance:
        yield finding(RULE, f"{what}: {column} is {row.number_of(column):.4f}, should be {value:.4f}.", where)
