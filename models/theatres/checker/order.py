"""The order of a list: urgency, then latex first, infection last, diabetic and day-case patients early."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from models.shared.findings import Finding
from models.theatres.checker.evidence import Case, Evidence, finding


def check_urgent_first(evidence: Evidence) -> Iterator[Finding]:
    """T-39: nobody of another priority comes before a P2 patient."""
    for before, case in _pairs(evidence):
        if not _is_urgent(evidence, before) and _is_urgent(evidence, case):
            message = f"list {case.list_id}: {case.patient_id} is P2 but comes after {before.patient_id}."
            yield finding("urgent_first", message, case.where)


def check_latex_first(evidence: Evidence) -> Iterator[Finding]:
    """T-22: of patients with the same urgency nobody without latex allergy comes before somebody with it."""
    for before, case in _pairs(evidence):
        if _is_urgent(evidence, before) != _is_urgent(evidence, case):
            continue
        if not _has_latex(evidence, before) and _has_latex(evidence, case):
            message = f"list {case.list_id}: {case.patient_id} has latex allergy but comes after {before.patient_id}."
            yield finding("latex_first", message, case.where)


def check_infected_last(evidence: Evidence) -> Iterator[Finding]:
    """T-23: of the same urgency and latex status nobody infected comes before somebody who is not."""
    for before, case in _pairs(evidence):
        if _urgency_and_latex(evidence, before) != _urgency_and_latex(evidence, case):
            continue
        if _is_infected(evidence, before) and not _is_infected(evidence, case):
            message = (
                f"list {case.list_id}: {before.patient_id} has an infection risk but comes before {case.patient_id}."
            )
            yield finding("infected_last", message, before.where)


def check_diabetic_early(evidence: Evidence) -> Iterator[Finding]:
    """T-26 (soft): diabetic patients, or those who may be, come before others of their order class."""
    for before, case in _pairs(evidence):
        wrong = not _is_diabetic(evidence, before) and _is_diabetic(evidence, case)
        if wrong and _class(evidence, before) == _class(evidence, case):
            message = f"list {case.list_id}: {case.patient_id} is diabetic and comes after {before.patient_id}."
            yield finding("diabetic_early", message, case.where, "warning")


def check_day_case_early(evidence: Evidence) -> Iterator[Finding]:
    """T-27 (soft): day cases come before inpatients of their order class and diabetic status."""
    for before, case in _pairs(evidence):
        alike = (_class(evidence, before), _is_diabetic(evidence, before)) == (
            _class(evidence, case),
            _is_diabetic(evidence, case),
        )
        if alike and evidence.patient(case).day_case and not evidence.patient(before).day_case:
            message = f"list {case.list_id}: day case {case.patient_id} comes after inpatient {before.patient_id}."
            yield finding("day_case_early", message, case.where, "warning")


def _pairs(evidence: Evidence) -> Iterator[tuple[Case, Case]]:
    """Every two cases of a list, the earlier one first."""
    for cases in evidence.by_list.values():
        yield from itertools.combinations(cases, 2)


def _is_urgent(evidence: Evidence, case: Case) -> bool:
    return evidence.patient(case).priority == "P2"


def _has_latex(evidence: Evidence, case: Case) -> bool:
    return evidence.patient(case).latex_allergy == "yes"


def _is_infected(evidence: Evidence, case: Case) -> bool:
    return evidence.patient(case).infection_risk == "yes"


def _is_diabetic(evidence: Evidence, case: Case) -> bool:
    """Unknown is not no."""
    return evidence.patient(case).diabetic != "no"


def _urgency_and_latex(evidence: Evidence, case: Case) -> tuple[bool, bool]:
    return _is_urgent(evidence, case), _has_latex(evidence, case)


def _class(evidence: Evidence, case: Case) -> tuple[bool, bool, bool]:
    return *_urgency_and_latex(evidence, case), _is_infected(evidence, case)
