"""What became of the bookings there were: states, points for those kept, and the table of changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from models.shared.cells import Cell
from models.shared.findings import Finding
from models.theatres.checker.evidence import ONE_DAY, Case, Evidence
from models.theatres.checker.tallies import differences, missing_and_strange

SAME_LIST, SAME_DAY, SAME_WEEK = 4, 2, 1


def may_move(evidence: Evidence) -> bool:
    """Whether any existing booking may move."""
    return any(p not in evidence.fixed_list_of for p in evidence.instance.existing_bookings)


def kept_points(evidence: Evidence, case: Case) -> int:
    """The points for what is kept of the booking a patient had, 0 for one that stays in any case or never was."""
    made, settings = evidence.instance.existing_bookings, evidence.instance.settings
    if case.patient_id not in made or case.patient_id in evidence.fixed_list_of:
        return 0
    list_before, state = made[case.patient_id]
    weights = {
        "proposed": settings.weight_kept_proposed,
        "offered": settings.weight_kept_offered,
        "agreed": settings.weight_kept_agreed,
        "locked": settings.weight_kept_agreed,
    }
    before, now = evidence.instance.lists[list_before].date, evidence.session(case).date
    kept = SAME_DAY if now == before else SAME_WEEK if now.isocalendar()[:2] == before.isocalendar()[:2] else 0
    if case.list_id == list_before:
        kept = SAME_LIST
    soon = before <= settings.planning_date + settings.freeze_days * ONE_DAY
    return weights[state] * kept * (2 if soon else 1)


def state_column(evidence: Evidence) -> Iterator[Finding]:
    """The state beside each case: that of the booking it keeps, else proposed."""
    for case in evidence.cases:
        list_before, state = evidence.instance.existing_bookings.get(case.patient_id, ("", ""))
        expected: dict[str, Cell] = {"state": state if list_before == case.list_id else "proposed"}
        yield from differences(case.row, expected, f"list {case.list_id}, {case.patient_id}", case.where)


def change_rows(evidence: Evidence) -> Iterator[Finding]:
    """A row for every booking that is not kept and, where change is to be least, for every new one."""
    rows = {row.text("patient_id"): row for row in evidence.rows("changes")}
    expected = dict(_changes(evidence))
    yield from missing_and_strange(evidence, "changes", set(rows), set(expected), "change of")
    for patient_id in sorted(set(rows) & set(expected)):
        row = rows[patient_id]
        yield from differences(row, expected[patient_id], patient_id, evidence.where("changes", row))


def _changes(evidence: Evidence) -> Iterator[tuple[str, Mapping[str, Cell]]]:
    """Patient -> what their row says."""
    instance = evidence.instance
    lists, made = instance.lists, instance.existing_bookings
    for patient_id, (list_before, state) in made.items():
        now = [case.list_id for case in evidence.by_patient.get(patient_id, ())]
        if list_before in now:
            continue
        before: dict[str, Cell] = {
            "state_before": state,
            "list_before": list_before,
            "date_before": lists[list_before].date,
        }
        yield patient_id, {"change": "moved" if now else "given_up", **before, **_after(evidence, now)}
    if not made or instance.settings.aim not in ("least_change", "by_hand"):
        return
    nothing: dict[str, Cell] = {"state_before": None, "list_before": None, "date_before": None}
    for patient_id, cases in evidence.by_patient.items():
        if patient_id not in made:
            yield patient_id, {"change": "new", **nothing, **_after(evidence, [cases[0].list_id])}


def _after(evidence: Evidence, now: list[str]) -> dict[str, Cell]:
    if not now:
        return {"list_after": None, "date_after": None}
    return {"list_after": now[0], "date_after": evidence.instance.lists[now[0]].date}
