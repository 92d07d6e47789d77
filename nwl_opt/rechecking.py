"""Checking a saved run again, against an instance given anew."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from models.shared.problem import View
from nwl_opt.checking import Verdict, check_folder
from nwl_opt.files.tables import read_output_tables
from nwl_opt.opening import Validation, sha256_of_instance, validate_instance
from nwl_opt.plain import mapping_of
from nwl_opt.run_folder import DECISIONS_FILE, EXPLANATION_FILE, INPUTS_FOLDER, SCENARIO_FILE, SavedRun, changed_files
from nwl_opt.scenario import read_scenario


def check_run(path: Path, run: SavedRun) -> tuple[Verdict, list[str]]:
    """Judge a run's tables against an instance, with the scenario and settings the run was solved with.

    Returns the verdict and notes on what differs from the time of the run.

    Raises
    ------
    InputFaults
        If the instance cannot be used, or is of another kind.
    """
    validation, same = _instance_of(path, run)
    notes: list[str] = []
    if run.record is None:
        notes.append("This run is unfinished: its stage values are not known, its tables may be incomplete.")
    else:
        notes += [f"note: {change}" for change in changed_files(run)[1]]
    if not same:
        notes.append("note: the instance is not what it was when this run was solved")
    case = validation.open()
    return check_folder(case, validation.problem.register, run.folder, run.stage_values), notes


def saved_sentences(run: SavedRun) -> object:
    """The explanations a run was saved with.

    Raises
    ------
    InputFaults
        If they are not there or damaged.
    """
    path = run.folder / EXPLANATION_FILE
    try:
        sentences: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputFaults([Fault(str(path), None, None, f"unreadable ({type(error).__name__})",
                                 "must hold the run's explanations",
                                 "Bring the file back, or solve again.")]) from None  # fmt: skip
    return sentences


def saved_views(run: SavedRun) -> Sequence[View]:
    """The short tables of a run that has a plan, from its inputs and its tables as they stand on disk.

    Raises
    ------
    InputFaults
        If the inputs cannot be used, or a table cannot be read.
    """
    if not (run.folder / DECISIONS_FILE).is_file():
        return ()
    validation = validate_instance(run.folder / INPUTS_FOLDER)
    reading = read_output_tables(run.folder, validation.problem.register)
    if reading.faults:
        raise InputFaults(list(reading.faults))
    return validation.open().view({name: [row.cells for row in table] for name, table in reading.tables.items()})


def _instance_of(path: Path, run: SavedRun) -> tuple[Validation, bool]:
    """The instance as the run saw it, and whether it is the same.

    The path may be the instance the run started from, or the run's own `inputs`, in which the scenario is applied
    already.
    """
    told: Mapping[str, object] = run.record or run.request
    sha256 = mapping_of(told.get("instance")).get("sha256")
    plain = validate_instance(path)
    if run.kind and plain.kind != run.kind:
        raise InputFaults([Fault(str(path), None, "kind", plain.kind, f"must be {run.kind}, as the run is",
                                 "Give the instance of this run.")])  # fmt: skip
    scenario_path = run.folder / SCENARIO_FILE
    settings = mapping_of(told.get("set"))
    if sha256_of_instance(plain.raw, plain.problem.register) == sha256 or not (scenario_path.exists() or settings):
        return plain, sha256_of_instance(plain.raw, plain.problem.register) == sha256
    scenario = read_scenario(scenario_path) if scenario_path.exists() else None
    changed = validate_instance(path, scenario, settings)
    return changed, sha256_of_instance(changed.raw, changed.problem.register) == sha256
