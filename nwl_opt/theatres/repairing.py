"""Something has happened: the plan is mended with the least change to what patients were told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from models.shared.parsing import Row
from models.shared.problem import SolveOptions
from models.theatres.instance import Instance
from nwl_opt.run_folder import refuse_used_folder
from nwl_opt.solving import RunResult
from nwl_opt.theatres.carry_over import carried_over
from nwl_opt.theatres.draft import Draft
from nwl_opt.theatres.effects import Hit, apply_events
from nwl_opt.theatres.events import Events
from nwl_opt.theatres.making_runs import (
    Following,
    NextRun,
    changes_of,
    free_those_never_told,
    pressing,
    solve_next,
)
from nwl_opt.theatres.passing_time import Passed, pass_time
from nwl_opt.theatres.reading_events import events_of, planning_date_of, read_events
from nwl_opt.theatres.saved_lists import SavedLists, instance_of, read_saved_lists

EVENTS_FILE = "events.toml"


@dataclass(frozen=True)
class Happened:
    """A plan on the day of some events: its tables with what they did, whom they hit, and who is set free besides."""

    saved: SavedLists
    draft: Draft
    events: Events
    passed: Passed
    hits: tuple[Hit, ...]
    freed: tuple[str, ...]


@dataclass(frozen=True)
class Mended:
    """A repaired plan: what happened, what changed, and who lost a date and cannot wait."""

    happened: Happened
    result: RunResult
    changes: tuple[Row, ...]
    pressing: tuple[str, ...]


def repair(
    folder: Path,
    events_path: Path,
    out: Path,
    options: SolveOptions,
    tell: Callable[[Happened], None],
    following: Following,
    who: str = "",
) -> Mended:
    """Mend a saved plan after the events of a file, as a new run; `tell` hears whom they hit before the solve.

    Raises
    ------
    InputFaults
        If the run, the events or the folder cannot be used; all faults of the events are told.
    NoPlanToUse
        If the plan of the run must not be used.
    """
    refuse_used_folder(out)
    saved = read_saved_lists(folder)
    values = read_events(events_path)
    day = planning_date_of(events_path.name, values, saved.instance)
    draft = carried_over(saved)
    passed = pass_time(draft, saved.plan, day)
    before = instance_of(draft.validated())
    happened = take_in(saved, draft, passed, events_of(events_path.name, values, day, before), before)
    tell(happened)
    asked = NextRun("repair", out, options, {EVENTS_FILE: events_path.read_bytes()}, False, who)
    return mend(happened, asked, following)


def take_in(saved: SavedLists, draft: Draft, passed: Passed, events: Events, before: Instance) -> Happened:
    """Edit the tables of a plan as events say; what was told to patients is to change as little as can be.

    `before` is the instance the tables are until then.
    """
    hits = tuple(apply_events(draft, before, events))
    draft.set(aim="least_change")
    return Happened(saved, draft, events, passed, hits, free_those_never_told(draft))


def mend(happened: Happened, asked: NextRun, following: Following) -> Mended:
    """Solve the edited instance as a new run.

    Raises
    ------
    InputFaults
        If the edited instance has faults, or the folder cannot be used.
    """
    validation = happened.draft.validated()
    result = solve_next(happened.saved, validation, asked, following)
    changes = changes_of(result, validation)
    return Mended(happened, result, changes, pressing(changes, validation))
