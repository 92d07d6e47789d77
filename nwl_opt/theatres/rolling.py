"""A week goes by: what happened is taken in, new referrals and lists are added, and the lists are made anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from models.shared.parsing import RawTable, Row
from models.shared.problem import SolveOptions
from models.theatres.instance import Instance
from nwl_opt.opening import Validation
from nwl_opt.run_folder import DECISIONS_FILE, refuse_used_folder
from nwl_opt.solving import RunResult
from nwl_opt.theatres.adding import add_rows, read_additions
from nwl_opt.theatres.carry_over import carried_over
from nwl_opt.theatres.draft import Draft
from nwl_opt.theatres.effects import Hit, apply_events
from nwl_opt.theatres.events import Events
from nwl_opt.theatres.making_runs import (
    Following,
    NextRun,
    changes_of,
    free_those_never_told,
    long_waits,
    pressing,
    solve_next,
)
from nwl_opt.theatres.passing_time import AS_PLANNED, Passed, last_list_day, pass_time, set_horizon
from nwl_opt.theatres.reading_events import events_of
from nwl_opt.theatres.reading_happened import Week, read_happened
from nwl_opt.theatres.saved_lists import SavedLists, instance_of, read_saved_lists

HAPPENED_FILE = "happened.toml"
ORDINARY = Week(HAPPENED_FILE, AS_PLANNED, (), ())


@dataclass(frozen=True)
class Rolled:
    """The week gone by in figures, before the lists are made anew."""

    to: dt.date
    passed: Passed
    events: Events
    hits: tuple[Hit, ...]
    freed: tuple[str, ...]
    added: tuple[tuple[str, int], ...]
    long_wait_weeks: int
    waiting_before: int
    waiting_now: int
    long_waits_before: int
    long_waits_now: int


@dataclass(frozen=True)
class NewWeek:
    """The rolled plan: what happened, the run, what changed, and who waits too long with no date or has lost one."""

    rolled: Rolled
    result: RunResult
    changes: tuple[Row, ...]
    pressing: tuple[str, ...]
    long_waits_not_booked: int | None


def roll(
    folder: Path,
    happened_path: Path | None,
    to: dt.date,
    out: Path,
    additions: Sequence[tuple[str, Path]],
    options: SolveOptions,
    tell: Callable[[Rolled], None],
    following: Following,
    who: str = "",
) -> NewWeek:
    """Let the days of a plan before `to` go by and make the lists anew, as a new run; `tell` hears what happened.

    Without a file of what happened nothing was out of the ordinary.

    Raises
    ------
    InputFaults
        If the run, what happened, an added file or the folder cannot be used; all faults of a file are told.
    NoPlanToUse
        If the plan of the run must not be used.
    """
    refuse_used_folder(out)
    saved = read_saved_lists(folder)
    if to <= saved.instance.planning_date:
        raise InputFaults([Fault("--to", None, None, str(to),
                                 f"must be after {saved.instance.planning_date}, the planning date of the run",
                                 "Choose the day from which is planned anew.")])  # fmt: skip
    tables = read_additions(additions)
    _refuse_after_the_last_list(saved, tables, to)
    draft, rolled = _taken_in(saved, happened_path, to, tables)
    validation = draft.validated()
    tell(rolled)
    files = {} if happened_path is None else {HAPPENED_FILE: happened_path.read_bytes()}
    asked = NextRun("roll", out, options, files, True, who)
    result = solve_next(saved, validation, asked, following)
    changes = changes_of(result, validation)
    return NewWeek(rolled, result, changes, pressing(changes, validation), _still_waiting(result, validation))


def _refuse_after_the_last_list(saved: SavedLists, tables: Sequence[RawTable], to: dt.date) -> None:
    """Everybody booked would be taken to be done, and nothing would be left to plan.

    Raises
    ------
    InputFaults
        If no list is on the day or after it, those that are added included.
    """
    texts = [
        dict(zip(table.header, cells, strict=True))["date"]
        for table in tables
        if table.name == "lists"
        for cells in table.rows
    ]
    last = last_list_day(saved.instance, (dt.date.fromisoformat(text[:10]) for text in texts))
    if to > last:
        raise InputFaults([Fault("--to", None, None, str(to),
                                 f"must not be after {last}, the day of the last list of the run and of --add",
                                 "Correct the day, or add the lists of the weeks after it.")])  # fmt: skip


def _taken_in(
    saved: SavedLists, happened_path: Path | None, to: dt.date, tables: Sequence[RawTable]
) -> tuple[Draft, Rolled]:
    """The tables after the week, and its figures."""
    week = ORDINARY if happened_path is None else read_happened(happened_path, saved, to)
    draft = carried_over(saved)
    passed = pass_time(draft, saved.plan, to, week.happened)
    add_rows(draft, tables)
    _cover_new_lists(draft)
    before_events = instance_of(draft.validated())
    events = events_of(week.file, {"event": list(week.events)}, to, before_events, week.names)
    hits = tuple(apply_events(draft, before_events, events))
    draft.set(aim="best_lists")
    freed = free_those_never_told(draft)
    now = instance_of(draft.validated())
    return draft, Rolled(
        to=to,
        passed=passed,
        events=events,
        hits=hits,
        freed=freed,
        added=tuple((table.name, len(table.rows)) for table in tables),
        long_wait_weeks=now.settings.long_wait_weeks,
        waiting_before=len(saved.instance.patients),
        waiting_now=len(now.patients),
        long_waits_before=long_waits(saved.instance),
        long_waits_now=long_waits(now),
    )


def _cover_new_lists(draft: Draft) -> None:
    """The horizon reaches to the last list there is."""
    settings = draft.settings()
    days = [day for row in draft.rows("lists") if (day := draft.day("lists", row, "date")) is not None]
    end = settings.horizon_start + dt.timedelta(weeks=settings.horizon_weeks)
    set_horizon(
        draft, settings.planning_date, settings.horizon_start, max([end, *(d + dt.timedelta(days=1) for d in days)])
    )


def _still_waiting(result: RunResult, validation: Validation) -> int | None:
    """Long waits without a date in the new plan; None where there is none."""
    decisions = result.solved.decisions
    if decisions is None or result.finished.report is None:
        return None
    rows = decisions.get("bookings")
    assert isinstance(rows, list), f"{DECISIONS_FILE} of our own holds no bookings"
    booked = {str(row[0]) for row in rows}
    instance: Instance = instance_of(validation)
    return sum(instance.is_long_wait(p) for p in instance.patients if p not in booked)
