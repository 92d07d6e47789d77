"""The plan of a saved run, ready for work: only of a run that is finished, checked, and unchanged since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from models.shared.faults import Fault, InputFaults
from nwl_opt.files.atomic import read_json
from nwl_opt.opening import Validation, validate_instance
from nwl_opt.plain import mapping_of
from nwl_opt.run_folder import DECISIONS_FILE, INPUTS_FOLDER, SavedRun, changed_files, finished, read_run
from nwl_opt.solving import EXIT_CHECK, EXIT_INFEASIBLE, EXIT_NO_PLAN
from nwl_opt.words import STATUS_WORDS

P = TypeVar("P")


class NoPlanToUse(Exception):
    """A saved run whose plan must not be used; `exit_code` is what the command line ends with."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


@dataclass(frozen=True)
class UsableRun:
    """A run whose plan passed its check and is as it was saved, with its record and its inputs."""

    run: SavedRun
    record: Mapping[str, object]
    validation: Validation

    def plan(self, from_decisions: Callable[[Mapping[str, object]], P]) -> P:
        """The plan that was saved, made by the problem's own reader.

        Raises
        ------
        InputFaults
            If the decisions cannot be read.
        """
        path = self.run.folder / DECISIONS_FILE
        try:
            return from_decisions(read_json(path))
        except (OSError, ValueError, TypeError, LookupError, AssertionError) as error:
            raise InputFaults([Fault(str(path), None, None, f"damaged ({error})", "must hold the plan of this run",
                                     "Bring the file back, or solve again.")]) from None  # fmt: skip


def read_usable_run(folder: Path, kind: str) -> UsableRun:
    """A run of a kind whose plan may be used.

    Raises
    ------
    InputFaults
        If the folder is no finished run of this kind, or is damaged.
    NoPlanToUse
        If the run came to no plan, its check failed, or its files are not what was saved.
    """
    run = read_run(folder)
    record = finished(run)
    if run.kind != kind:
        raise InputFaults([Fault(str(folder), None, "kind", run.kind, f"must be {kind}",
                                 f"Give a run of kind {kind}.")])  # fmt: skip
    _refuse(run, record)
    return UsableRun(run, record, validate_instance(folder / INPUTS_FOLDER))


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
