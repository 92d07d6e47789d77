"""A saved plan ready to be changed by hand; keep it, and every answer comes at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.theatres.plan import Plan
from nwl_opt.theatres.carry_over import carried_over
from nwl_opt.theatres.manual.standing import Standing
from nwl_opt.theatres.saved_lists import SavedLists, instance_of, read_saved_lists


@dataclass(frozen=True)
class OpenPlan:
    """A saved run and its plan as the next run would find it."""

    saved: SavedLists
    start: Standing


def open_plan(folder: Path) -> OpenPlan:
    """The plan of a saved run, ready to be changed.

    Raises
    ------
    InputFaults
        If the folder is no finished run of theatres, or is damaged.
    NoPlanToUse
        If the run came to no plan, its check failed, or its files are not what was saved.
    """
    return opened(read_saved_lists(folder))


def opened(saved: SavedLists) -> OpenPlan:
    """A plan that was read already, ready to be changed."""
    instance = instance_of(carried_over(saved).validated())
    return OpenPlan(saved, Standing.of_plan(Plan.of(instance, saved.plan.bookings, saved.plan.appointments)))
