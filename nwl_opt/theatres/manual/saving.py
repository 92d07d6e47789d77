"""The next run of changes made by hand: the same plan with them in it, or one that is mended around them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from models.shared.parsing import Row
from models.shared.problem import Explanation, Outcome, SolveOptions
from models.theatres.explain import RECOMMENDED
from models.theatres.measures.stages import stages
from models.theatres.reasons.steps import count_text
from nwl_opt.files.tables import csv_bytes
from nwl_opt.run_folder import refuse_used_folder
from nwl_opt.solving import Origin, RunResult, SolveRequest, run_validated
from nwl_opt.theatres.carry_over import carried_over, forget_late_result, is_firmer
from nwl_opt.theatres.draft import Draft as Tables
from nwl_opt.theatres.effects import count_decline
from nwl_opt.theatres.making_runs import Following, NextRun, changes_of, free_those_never_told, pressing, solve_next
from nwl_opt.theatres.manual.opened import OpenPlan
from nwl_opt.theatres.manual.recorded import Recorded
from nwl_opt.theatres.manual.standing import BY_HAND, Standing
from solvers.types import StageResult

COMMAND = "change"
CHANGES_FILE = "changes_by_hand.csv"
_COLUMNS = ("number", "at", "who", "change", "patients", "what", "reason", "rules_set_aside")


@dataclass(frozen=True)
class ByHand:
    """Changes to be made a run: those that hold, in their order, and the plan they come to."""

    plan: OpenPlan
    changes: Sequence[Recorded]
    standing: Standing
    who: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Changed:
    """The run made of changes by hand; `changes` are the rows of its table of changes, where it was solved anew."""

    result: RunResult
    changes: tuple[Row, ...]
    pressing: tuple[str, ...]


def save_by_hand(by_hand: ByHand, out: Path, following: Following) -> RunResult:
    """Save the plan with its changes as a run: nothing is solved, everything is checked.

    Raises
    ------
    InputFaults
        If nothing was changed, a rule is broken without a reason, or the folder cannot be used.
    """
    refuse_used_folder(out)
    _refuse(by_hand)
    validation = tables_of_next_run(by_hand).validated()
    request = SolveRequest(
        path=by_hand.plan.saved.run.run.folder,
        out=out,
        options=SolveOptions(studies=False),
        who=by_hand.who,
        why=by_hand.reason or f"{count_text(len(by_hand.changes), 'change')} by hand",
        baselines=False,
        origin=Origin(by_hand.plan.saved.run.run.folder, COMMAND, _files(by_hand)),
        given=_outcome(by_hand),
    )
    return run_validated(request, None, validation, following.listener, following.asked_to_stop, following.started)


def mend_around(by_hand: ByHand, out: Path, options: SolveOptions, following: Following) -> Changed:
    """Solve anew with the least change to everybody else; whatever was done by hand stays.

    Who was put on a list by hand is locked there, whoever was taken off is not put back on that day.

    Raises
    ------
    InputFaults
        If nothing was changed, or the folder cannot be used.
    """
    refuse_used_folder(out)
    if not by_hand.changes:
        raise InputFaults([_nothing()])
    tables = tables_of_next_run(by_hand)
    _pin(tables, by_hand.standing)
    tables.set(aim="least_change")
    free_those_never_told(tables)
    validation = tables.validated()
    asked = NextRun(COMMAND, out, options, _files(by_hand), False, by_hand.who, by_hand.reason)
    result = solve_next(by_hand.plan.saved, validation, asked, following)
    changes = changes_of(result, validation)
    return Changed(result, changes, pressing(changes, validation))


def tables_of_next_run(by_hand: ByHand) -> Tables:
    """The tables of the instance a plan with its changes becomes: `standing.instance`, as text."""
    standing = by_hand.standing
    tables = carried_over(by_hand.plan.saved)
    tables.set(aim=BY_HAND)
    for patient_id, (list_id, state) in standing.told_now.items():
        _book(tables, patient_id, list_id, state)
        for made in standing.new_tests.get(patient_id, ()):
            row = tables.find("existing_appointments", patient_id=patient_id, test_id=made.test_id)
            where = {"site_id": made.site_id, "start": made.start}
            if row is None:
                tables.add("existing_appointments", {"patient_id": patient_id, "test_id": made.test_id, **where})
            else:
                tables.change("existing_appointments", row, **where)
            forget_late_result(tables, patient_id, made.test_id)
    for patient_id, why in standing.changed_lists.items():
        tables.add("named_changes", {"patient_id": patient_id, "reason": why})
    for patient_id, days in sorted(standing.notice_days.items()):
        row = tables.find("patients", patient_id=patient_id)
        assert row is not None, f"{patient_id} was on the waiting list when they were moved"
        tables.change("patients", row, notice_days=days)
    for patient_id, list_id in sorted(standing.declined.items()):
        count_decline(tables, patient_id)
        _come_after(tables, patient_id, standing.base.lists[list_id].date)
    return tables


def _pin(tables: Tables, standing: Standing) -> None:
    """Hold what was done by hand: the list of whoever has one, and that whoever has none does not get it back."""
    pinned = {p for p in standing.reasons if standing.on(p) is not None}
    tables.keep("named_changes", lambda row: row["patient_id"] not in pinned)
    for patient_id in sorted(standing.reasons):
        now, before = standing.on(patient_id), standing.instance.existing_bookings.get(patient_id)
        if now is not None:
            state = standing.state_of(patient_id)
            _book(tables, patient_id, now, state if is_firmer(state, "offered") else "locked")
        elif before is not None:
            _come_after(tables, patient_id, standing.base.lists[before[0]].date)


def _book(tables: Tables, patient_id: str, list_id: str, state: str) -> None:
    row = tables.find("existing_bookings", patient_id=patient_id)
    if row is None:
        tables.add("existing_bookings", {"patient_id": patient_id, "list_id": list_id, "state": state})
    else:
        tables.change("existing_bookings", row, list_id=list_id, state=state)


def _come_after(tables: Tables, patient_id: str, day: dt.date) -> None:
    """A patient can come from the day after one, and longer if that leaves no day (as after a cancellation)."""
    row = tables.find("patients", patient_id=patient_id)
    assert row is not None, f"{patient_id} was on the waiting list when they were taken off a list"
    after = day + dt.timedelta(days=1)
    first, last = tables.day("patients", row, "available_from"), tables.day("patients", row, "available_to")
    tables.change("patients", row, available_from=after if first is None else max(first, after))
    if last is not None and last < after:
        tables.change("patients", row, available_to=None)


def _refuse(by_hand: ByHand) -> None:
    """Refuse to save nothing, and to save a broken plan without a word why.

    Raises
    ------
    InputFaults
        If either is asked.
    """
    if not by_hand.changes:
        raise InputFaults([_nothing()])
    if by_hand.standing.broken and not by_hand.reason:
        raise InputFaults(
            [
                Fault("plan", None, one.rule, one.message.rstrip("."), "must be kept, or set aside for a reason",
                      "Change the plan until no rule is broken, mend around it, or give a reason.")
                for one in by_hand.standing.broken
            ]
        )  # fmt: skip


def _nothing() -> Fault:
    return Fault(
        "changes", None, None, "no change", "must be at least one", "Move, swap, lock or book somebody first."
    )


def _outcome(by_hand: ByHand) -> Outcome:
    """The plan as a solve would have handed it over; what a better one could reach is not known."""
    plan = by_hand.standing.plan
    found = tuple(
        StageResult(name, measure.unit, "maximise", float(measure.value), None, None, 0.0, "no solver", "feasible")
        for name, measure in stages(plan).items()
    )
    return Outcome(
        status="feasible",
        reason=f"changed by hand ({len(by_hand.changes)} changes); nothing was solved, so no bound is known",
        decisions=plan.decisions(),
        stages=found,
        solvers=(),
        repeatable=True,
        explanations=tuple(_sentences(by_hand)),
    )


def _sentences(by_hand: ByHand) -> list[Explanation]:
    number = len(by_hand.changes)
    run = by_hand.plan.saved.run.run.folder.name
    what = f"This plan is {run} with {count_text(number, 'change')} by hand."
    said = [Explanation("changed_by_hand", "T-40", what, {"changes": number}, CHANGES_FILE, True, RECOMMENDED)]
    for at, one in enumerate(by_hand.standing.broken, start=1):
        sentence = f"A rule was set aside by hand ({by_hand.reason}): {one.message}"
        said.append(Explanation(f"set_aside_{at}", one.rule, sentence, {}, CHANGES_FILE, True, RECOMMENDED))
    return said


def _files(by_hand: ByHand) -> dict[str, bytes]:
    rows = [
        (str(one.number), one.at, one.who, one.kind, " ".join(one.patients), one.words, one.reason,
         " ".join(sorted({rule for rule, _ in one.breaks})))
        for one in by_hand.changes
    ]  # fmt: skip
    return {CHANGES_FILE: csv_bytes(_COLUMNS, rows)}
