"""The estate of a saved run, ready for work."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.estates.instance import EstatesInstance
from models.estates.plan import Plan
from models.estates.problem import EstatesCase
from nwl_opt.opening import Validation, sha256_of_instance
from nwl_opt.usable_run import UsableRun, read_usable_run

KIND = "estates"


@dataclass(frozen=True)
class SavedEstate:
    """A plan that passed its check, with its run."""

    run: UsableRun
    plan: Plan

    @property
    def instance(self) -> EstatesInstance:
        return self.plan.instance


def read_saved_estate(folder: Path) -> SavedEstate:
    """The plan of a run.

    Raises
    ------
    InputFaults
        If the folder is no finished run of estates, or is damaged.
    NoPlanToUse
        If the plan of the run must not be used.
    """
    run = read_usable_run(folder, KIND)
    instance = instance_of(run.validation)
    return SavedEstate(run, run.plan(lambda decisions: Plan.from_decisions(instance, decisions)))


def instance_of(validation: Validation) -> EstatesInstance:
    """The instance of a look that found no faults.

    Raises
    ------
    InputFaults
        If it found some.
    """
    case = validation.open()
    assert isinstance(case, EstatesCase), "the run is one of estates"
    return case.instance


def inputs_sha256(saved: SavedEstate) -> str:
    """The hash of what the run's instance says, as its record has it."""
    validation = saved.run.validation
    return sha256_of_instance(validation.raw, validation.problem.register)
