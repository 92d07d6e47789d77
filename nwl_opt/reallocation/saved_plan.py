"""The plan of a saved run, ready for work: only of a run that is finished, checked, and unchanged since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.reallocation.plan import Plan
from models.reallocation.problem import ReallocationCase
from models.shared.faults import Fault, InputFaults
from nwl_opt.files.atomic import read_json
from nwl_opt.opening import validate_instance
from nwl_opt.plain import mapping_of
from nwl_opt.run_folder import DECISIONS_FILE, INPUTS_FOLDER, SavedRun, changed_files, finished, read_run
from nwl_opt.solving import EXIT_CHECK, EXIT_INFEASIBLE, EXIT_NO_PLAN
from nwl_opt.words import STATUS_WORDS

KIND = "reallocation"


class NoPlanToUse(Exception):
    """A saved run whose plan must not be used; `exit_code` is what the command line ends with."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


@dataclass(frozen=True)
class SavedPlan:
    """A plan that passed its check, with the record of its run."""

    run: SavedRun
    record: Mapping[str, object]
    plan: Plan


def read_saved_plan(folder: Path) -> SavedPlan:
    """The plan of a run.

    Raises
    ------
    InputFaults
        If the folder is no finished run of a reallocation, or is damaged.
    NoPlanToUse
        If the run came to no plan, its check failed, or its files are not what was saved.
    """
    run = read_run(folder)
    record = finished(run)
    if run.kind != KIND:
        raise InputFaults([Fault(str(folder), None, "kind", run.kind, f"must be {KIND}",
                                 "Give a run of a reallocation.")])  # fmt: skip
    _refuse(run, record)
    case = validate_instance(folder / INPUTS_FOLDER).open()
    assert isinstance(case, ReallocationCase), f"a run of kind {KIND} opened as {type(case).__name__}"
    try:
        plan = Plan.from_decisions(case.instance, read_json(folder / DECISIONS_FILE))
    except (OSError, ValueError, TypeError) as error:
        raise InputFaults([Fault(str(folder / DECISIONS_FILE), None, None, f"damaged ({error})",
                                 "must hold the plan of this run",
                                 "Bring the file back, or solve again.")]) from None  # fmt: skip
    return SavedPlan(run, record, plan)


def _refuse(run: SavedRun, record: Mapping[str, object]) -> None:
    words = STATUS_WORDS.get(run.status, run.status)
    check = record.get("check")
    if check is None:
        code = EXIT_INFEASIBLE if run.status == "infeasible" else EXIT_NO_PLAN
        raise NoPlanToUse(f"This run has no plan: {words}. nwl-opt explain {run.folder} says why.", code)
    if mapping_of(check).get("passed") is not True:
        raise NoPlanToUse(
            f"The independent check of this run failed: its plan must not be used. See nwl-opt explain {run.folder}.",
            EXIT_CHECK,
        )
    changed = changed_files(run)[1]
    if changed:
        raise NoPlanToUse(
            f"This run's files are not as they were saved ({'; '.join(changed)}): its plan must not be used.",
            EXIT_CHECK,
        )
