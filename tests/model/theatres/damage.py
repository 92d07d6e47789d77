"""Damaging a correct plan: the hands that do it, and the verdict on it."""

from __future__ import annotations

import datetime as dt

from models.shared.findings import CheckReport
from models.theatres.instance import Instance
from tests.model.theatres.plans import Texts, Written, checked, rules_speaking
from tests.model.theatres.thursday import STAGES as THURSDAY_STAGES
from tests.model.theatres.thursday import thursday
from tests.model.theatres.workshop import STAGES, case_row, workshop

FIGURES = "T-25"


def verdict(plan: Written) -> CheckReport:
    return checked(workshop(), plan, STAGES)


def verdict_on_thursday(plan: Written) -> CheckReport:
    return checked(thursday(), plan, THURSDAY_STAGES)


def only(plan: Written, rule: str, *others: str) -> str:
    """The first message under a rule, when besides it only the figures and the named others speak."""
    return _only(verdict(plan), rule, others)


def only_on_thursday(plan: Written, rule: str, *others: str) -> str:
    """The same for a plan of the second workshop."""
    return _only(verdict_on_thursday(plan), rule, others)


def _only(report: CheckReport, rule: str, others: tuple[str, ...]) -> str:
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
    """A patient who was not booked takes the place of one who was, who is written down with the reason."""
    row = case(plan, leaves)
    row["patient_id"] = comes
    entry = of(plan["not_booked"], patient_id=comes)
    entry["patient_id"], entry["reason_code"] = leaves, reason


def book(plan: Written, patient_id: str, *cells: str, of: Instance | None = None) -> None:
    """A patient who was not booked is put on a list."""
    plan["theatre_lists"].append(case_row(cells[0], cells[1], patient_id, *cells[2:], of=of))
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


def verdict_is_soft(plan: Written, rule: str) -> bool:
    """A soft rule warns; it does not fail a plan."""
    return all(finding.severity == "warning" for finding in verdict(plan).findings if finding.rule == rule)
