"""The next run of a plan that was changed: solved, checked, explained and saved like any other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.shared.parsing import Row
from models.shared.problem import SolveOptions
from models.theatres.booking import Book
from models.theatres.changes import rules_in_words
from models.theatres.instance import Instance
from models.theatres.words import day_text
from nwl_opt.files.tables import read_output_tables
from nwl_opt.opening import Validation
from nwl_opt.solving import Listener, Origin, RunResult, SolveRequest, Started, run_validated
from nwl_opt.theatres.draft import Draft
from nwl_opt.theatres.saved_lists import SavedLists, instance_of
from nwl_opt.words import MADE_BY

NEVER_TOLD = "proposed"


@dataclass(frozen=True)
class NextRun:
    """What the next run is called and given: the command, its files, how hard to search, who asks and why."""

    command: str
    out: Path
    options: SolveOptions
    files: Mapping[str, bytes]
    baselines: bool
    who: str = ""
    why: str = ""


@dataclass(frozen=True)
class Following:
    """Who follows a run: shown while it happens, asked whether to stop, and when it began."""

    listener: Listener
    asked_to_stop: Callable[[], bool]
    started: Started


def solve_next(saved: SavedLists, validation: Validation, asked: NextRun, following: Following) -> RunResult:
    """Solve the instance a saved plan has become, and save the run.

    Raises
    ------
    InputFaults
        If the instance has faults, or the folder cannot be used.
    """
    request = SolveRequest(
        path=saved.run.run.folder,
        out=asked.out,
        options=asked.options,
        who=asked.who,
        why=asked.why or MADE_BY[asked.command],
        baselines=asked.baselines,
        origin=Origin(saved.run.run.folder, asked.command, asked.files),
    )
    return run_validated(request, None, validation, following.listener, following.asked_to_stop, following.started)


def free_those_never_told(draft: Draft) -> tuple[str, ...]:
    """Set free by name who is only proposed and cannot stay on a list that has come within the lock days.

    Nobody has told these patients their date, so no promise is broken; a test that was never booked is one reason.
    Patients who were told are left as they are: if they cannot stay, the solve says which rules contradict.
    """
    instance = instance_of(draft.validated())
    book = Book(instance)
    stuck = [p for p in book.unplaceable if instance.existing_bookings[p][1] == NEVER_TOLD]
    for patient_id in stuck:
        list_id = instance.existing_bookings[patient_id][0]
        why = rules_in_words(book.why_not(patient_id, list_id))
        reason = f"Only proposed, and cannot stay on {list_id}: {why}."
        draft.add("named_changes", {"patient_id": patient_id, "reason": reason})
    return tuple(stuck)


def pressing(changes: Sequence[Row], validation: Validation) -> tuple[str, ...]:
    """Who has lost a date without a new one and cannot wait: due by a day, P2, or waiting too long; and why."""
    lost = [row.text("patient_id") for row in changes if row.text("change") == "given_up"]
    instance = instance_of(validation) if lost else None
    return () if instance is None else tuple(named for p in lost if (named := _pressing(instance, p)))


def _pressing(instance: Instance, patient_id: str) -> str:
    patient = instance.patients[patient_id]
    why = [] if patient.due_by is None else [f"due by {day_text(patient.due_by)}"]
    why += ["P2"] if patient.priority == "P2" else []
    why += [f"{instance.wait_weeks(patient_id)} weeks"] if instance.is_long_wait(patient_id) else []
    return f"{patient_id} ({', '.join(why)})" if why else ""


def changes_of(result: RunResult, validation: Validation) -> tuple[Row, ...]:
    """The rows of the run's table of changes; none where there is no plan."""
    if result.finished.report is None:
        return ()
    return read_output_tables(result.folder, validation.problem.register).tables["changes"].rows


def long_waits(instance: Instance) -> int:
    """Patients on the waiting list who have waited the long-wait weeks or more on planning day."""
    return sum(instance.is_long_wait(patient_id) for patient_id in instance.patients)
