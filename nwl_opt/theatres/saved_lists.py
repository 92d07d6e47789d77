"""The lists of a saved run of theatres, ready for work, and what may be said of its bookings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.theatres.instance import Instance
from models.theatres.plan import Plan
from models.theatres.problem import TheatresCase
from nwl_opt.opening import Validation
from nwl_opt.usable_run import UsableRun, read_usable_run

KIND = "theatres"


@dataclass(frozen=True)
class SavedLists:
    """A plan that passed its check, with its run and the state of every booking in it."""

    run: UsableRun
    plan: Plan

    @property
    def instance(self) -> Instance:
        return self.plan.instance

    @property
    def states(self) -> Mapping[str, str]:
        """Patient -> state of the booking: that of before on the same list, else proposed."""
        before = self.instance.existing_bookings
        return {
            patient_id: before[patient_id][1] if before.get(patient_id, ("",))[0] == list_id else "proposed"
            for patient_id, list_id in sorted(self.plan.list_of.items())
        }


def read_saved_lists(folder: Path) -> SavedLists:
    """The plan of a run.

    Raises
    ------
    InputFaults
        If the folder is no finished run of theatres, or is damaged.
    NoPlanToUse
        If the run came to no plan, its check failed, or its files are not what was saved.
    """
    run = read_usable_run(folder, KIND)
    instance = instance_of(run.validation)
    return SavedLists(run, run.plan(lambda decisions: Plan.from_decisions(instance, decisions)))


def instance_of(validation: Validation) -> Instance:
    """The instance that was validated.

    Raises
    ------
    InputFaults
        If it has faults.
    """
    case = validation.open()
    assert isinstance(case, TheatresCase), f"an instance of kind {KIND} opened as {type(case).__name__}"
    return case.instance
