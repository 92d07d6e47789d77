"""The tables of a plan as they are written: lists, appointments, who is not booked and why, worklists, beds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Protocol

from models.shared.cells import Cell
from models.theatres.bed_simulation import simulate_nights
from models.theatres.changes import changes
from models.theatres.day_order import gap_minutes
from models.theatres.eligibility import readiness_codes
from models.theatres.entities import Appointment
from models.theatres.fairness import fairness
from models.theatres.figures import list_figures, night_figures
from models.theatres.plan import Plan
from models.theatres.simulation import ASSUMPTIONS, Assumptions, SimulatedList, Simulation
from models.theatres.standby import standby

Rows = list[dict[str, Cell]]

# The access policy asks for a review after this many reasonable offers were declined.
OFFERS_BEFORE_REVIEW = 2


class WhyNot(Protocol):
    """Why a patient is not booked."""

    @property
    def code(self) -> str: ...

    @property
    def sentence(self) -> str: ...

    @property
    def what_would_help(self) -> str: ...


# Readiness code -> whose work it is, and what is to be done.
_WORK: Mapping[str, tuple[str, str]] = {
    "asked_to_wait": ("clinical_review", "Has asked to wait (P5 or P6): review as the access policy says."),
    "not_an_adult": ("clinical_review", "Is under 18: refer to a centre for children and young people."),
    "not_validated": ("validation", "Validate the entry: does the patient still want and need the operation?"),
    "unfit": ("clinical_review", "Was not fit at the last review: review fitness."),
    "no_consent": ("consent", "Obtain consent to this operation."),
    "side_missing": ("consent", "Write down the side of the operation, in full, and confirm it with the consent."),
    "latex_unknown": ("pre_operative_check", "Ask about latex allergy."),
    "infection_unknown": ("pre_operative_check", "Establish the infection status."),
    "no_surgeon": ("surgeon", "Name a surgeon, or ask the patient whether another surgeon may operate."),
}


def tables_of(plan: Plan, why_not: Mapping[str, WhyNot]) -> dict[str, Rows]:
    """Every output table of a plan, rows in a fixed order; `why_not` holds a reason for each patient not booked."""
    simulated = {assumptions: Simulation(plan, assumptions).lists for assumptions in ASSUMPTIONS}
    return {
        **diary_tables(plan),
        "not_booked": not_booked_rows(plan, why_not),
        "worklists": _worklists(plan),
        "beds": list(_beds(plan)),
        "lists": list(_lists(plan, simulated["as_planned"])),
        "rehearsal": list(_rehearsal(plan, simulated)),
        "standby": list(_standby(plan)),
        "fairness": list(_fairness(plan)),
        "changes": list(_changes(plan)),
        "bottlenecks": [],  # a study: found by solving once more, when sentences are made
    }


def diary_tables(plan: Plan) -> dict[str, Rows]:
    """The two tables that say who is where and when; all rules but those on figures and reasons ask no more."""
    return {"theatre_lists": list(_theatre_lists(plan)), "cdc_appointments": _appointments(plan)}


def _theatre_lists(plan: Plan) -> Iterator[dict[str, Cell]]:
    instance = plan.instance
    for list_id, cases in sorted(plan.by_list.items(), key=lambda item: (instance.lists[item[0]].start, item[0])):
        on = instance.lists[list_id]
        for case in cases:
            patient, procedure = instance.patients[case.patient_id], instance.procedure_of(case.patient_id)
            yield {
                "list_id": list_id,
                "theatre": on.theatre_id,
                "date": on.date,
                "list_start": on.start,
                "list_end": on.end,
                "position": case.position,
                "patient_id": case.patient_id,
                "procedure_code": procedure.procedure_code,
                "procedure": procedure.name,
                "laterality": patient.laterality,
                "surgeon_id": on.surgeon_id,
                "start": case.start,
                "end": case.end,
                "expected_touch_minutes": instance.duration(case.patient_id, list_id).mean_minutes,
                "turnaround_minutes": 0 if case is cases[-1] else gap_minutes(instance, patient),
                "state": plan.state_of(case.patient_id),
            }


def _appointments(plan: Plan) -> Rows:
    made = [(a, "existing") for a in plan.instance.existing_appointments] + [(a, "new") for a in plan.appointments]
    return [_appointment(plan, a, state) for a, state in sorted(made, key=lambda m: (m[0].start, m[0].patient_id))]


def _appointment(plan: Plan, made: Appointment, state: str) -> dict[str, Cell]:
    day = made.end.date() + dt.timedelta(days=plan.instance.tests[made.test_id].report_days)
    if state == "existing":
        tests = plan.instance.patients[made.patient_id].tests
        day = next((t.result_on for t in tests if t.test_id == made.test_id and t.result_on is not None), day)
    return {
        "patient_id": made.patient_id,
        "test": made.test_id,
        "site": made.site_id,
        "start": made.start,
        "end": made.end,
        "result_due": dt.datetime.combine(day, made.end.time()),
        "state": state,
    }


def not_booked_rows(plan: Plan, why_not: Mapping[str, WhyNot]) -> Rows:
    """The table of patients without a list, in the order of patients."""
    return [
        {
            "patient_id": patient_id,
            "reason_code": why_not[patient_id].code,
            "reason": why_not[patient_id].sentence,
            "what_would_help": why_not[patient_id].what_would_help,
        }
        for patient_id in plan.instance.patients
        if patient_id not in plan.list_of
    ]


def _worklists(plan: Plan) -> Rows:
    instance, rows = plan.instance, []
    for patient_id, patient in instance.patients.items():
        for code in readiness_codes(instance, patient_id):
            whose, what = _WORK[code]
            rows.append(_work(whose, patient_id, code, what, blocks=True))
        if patient.diabetic == "unknown":
            what = "Ask about diabetes; until known the patient is put early on the list as if diabetic."
            rows.append(_work("pre_operative_check", patient_id, "diabetes_unknown", what, blocks=False))
        if patient.offers_declined >= OFFERS_BEFORE_REVIEW:
            what = f"Has declined {patient.offers_declined} offers: clinical review, never removal without one."
            rows.append(_work("clinical_review", patient_id, "offers_declined", what, blocks=False))
        if instance.is_long_wait(patient_id) and patient_id not in plan.list_of:
            what = f"Has waited {instance.wait_weeks(patient_id)} weeks and has no date: review for harm."
            rows.append(_work("harm_review", patient_id, "long_wait", what, blocks=False))
    return sorted(rows, key=lambda row: (str(row["worklist"]), str(row["patient_id"]), str(row["reason_code"])))


def _work(whose: str, patient_id: str, code: str, what: str, *, blocks: bool) -> dict[str, Cell]:
    return {
        "worklist": whose,
        "patient_id": patient_id,
        "reason_code": code,
        "reason": what,
        "blocks_booking": blocks,
    }


def _beds(plan: Plan) -> Iterator[dict[str, Cell]]:
    simulated = simulate_nights(plan)
    for night in sorted(night_figures(plan).values(), key=lambda night: (night.date, night.ward_id)):
        yield {
            "date": night.date,
            "ward": night.ward_id,
            "expected_occupied": night.expected,
            "p95_occupied": night.at_quantile,
            "beds": night.beds_open,
            "over_probability_simulated": simulated[night.ward_id, night.date].over_probability,
            "mean_over_simulated": simulated[night.ward_id, night.date].mean_over,
        }


def _lists(plan: Plan, simulated: Mapping[str, SimulatedList]) -> Iterator[dict[str, Cell]]:
    for list_id, figures in sorted(list_figures(plan).items(), key=lambda item: (item[1].on.start, item[0])):
        yield {
            "list_id": list_id,
            "theatre": figures.on.theatre_id,
            "date": figures.on.date,
            "surgeon_id": figures.on.surgeon_id,
            "usable": figures.usable,
            "cases": figures.cases,
            "expected_touch_minutes": figures.touch_minutes,
            "planned_minutes": figures.on.minutes,
            "expected_end": figures.expected_end,
            "overrun_probability": figures.overrun_probability,
            "capped_utilisation_planned": figures.capped_utilisation,
            "capped_utilisation_simulated": simulated[list_id].capped_utilisation,
        }


def _rehearsal(plan: Plan, simulated: Mapping[Assumptions, Mapping[str, SimulatedList]]) -> Iterator[dict[str, Cell]]:
    lists = plan.instance.lists
    for list_id in sorted(lists, key=lambda at: (lists[at].start, at)):
        for assumptions, found in simulated.items():
            days = found[list_id]
            yield {
                "list_id": list_id,
                "assumptions": assumptions,
                "capped_utilisation": days.capped_utilisation,
                "duration_capped_utilisation": days.duration_capped_utilisation,
                "uncapped_utilisation": days.uncapped_utilisation,
                "late_start_minutes": days.late_start.minutes,
                "downtime_minutes": days.downtime_minutes,
                "early_finish_minutes": days.early_finish.minutes,
                "over_minutes": days.over.minutes,
                "over_probability": days.any_overrun_probability,
                "overrun_probability": days.overrun_probability,
                "cancelled_cases": days.cancelled,
            }


def _standby(plan: Plan) -> Iterator[dict[str, Cell]]:
    for one in standby(plan):
        yield {
            "list_id": one.list_id,
            "place": one.place,
            "patient_id": one.patient_id,
            "instead_of": one.instead_of,
            "weeks_waited": plan.instance.wait_weeks(one.patient_id),
        }


def _fairness(plan: Plan) -> Iterator[dict[str, Cell]]:
    for group in fairness(plan):
        yield {
            "group": group.kind,
            "value": group.value,
            "ready": group.ready,
            "booked": group.booked,
            "booked_share": group.booked_share,
            "least_share": group.least_share,
        }


def _changes(plan: Plan) -> Iterator[dict[str, Cell]]:
    lists = plan.instance.lists
    for one in changes(plan):
        yield {
            "patient_id": one.patient_id,
            "change": one.kind,
            "state_before": one.state_before,
            "list_before": one.list_before,
            "date_before": lists[one.list_before].date if one.list_before is not None else None,
            "list_after": one.list_after,
            "date_after": lists[one.list_after].date if one.list_after is not None else None,
            "why": one.why,
        }
