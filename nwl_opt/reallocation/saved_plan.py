"""The plan of a saved reallocation, ready for work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.reallocation.plan import Plan
from models.reallocation.problem import ReallocationCase
from nwl_opt.run_folder import SavedRun
from nwl_opt.usable_run import read_usable_run

KIND = "reallocation"


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
    usable = read_usable_run(folder, KIND)
    case = usable.validation.open()
    assert isinstance(case, ReallocationCase), f"a run of kind {KIND} opened as {type(case).__name__}"
    plan = usable.plan(lambda decisions: Plan.from_decisions(case.instance, decisions))
    return SavedPlan(usable.run, usable.record, plan)
