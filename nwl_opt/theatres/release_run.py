"""`theatres release`: the ranking as a file, the events that would carry it out, and the run in which they did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from models.shared.problem import SolveOptions
from nwl_opt.files.atomic import write_atomically
from nwl_opt.files.tables import csv_bytes, text_rows
from nwl_opt.files.toml_text import toml_text
from nwl_opt.run_folder import new_folder, refuse_used_folder
from nwl_opt.theatres.carry_over import carried_over
from nwl_opt.theatres.making_runs import Following, NextRun
from nwl_opt.theatres.passing_time import pass_time
from nwl_opt.theatres.reading_events import events_of
from nwl_opt.theatres.releasing import Session, rank_sessions
from nwl_opt.theatres.repairing import EVENTS_FILE, Happened, Mended, mend, take_in
from nwl_opt.theatres.saved_lists import SavedLists, instance_of, read_saved_lists

RELEASED_FILE = "released.csv"
# Who would fit, and the figures of them, are as things stand: the mended plan may book others on the list.
_COLUMNS = ("list_id", "date", "theatre_id", "given_up_by", "rank", "surgeon_id", "can_take", "why_not", "long_waits",
            "kit_uses_to_spare", "staff_to_spare", "cases", "touch_minutes", "p2",
            "would_fit_as_things_stand")  # fmt: skip


@dataclass(frozen=True)
class Released:
    """Sessions with everybody asked; `mended` is the run in which they were given on, if they were."""

    folder: Path
    sessions: tuple[Session, ...]
    mended: Mended | None


def parse_given(assignments: Sequence[str]) -> dict[str, str]:
    """Lists and surgeons from the command line: `LIST=SURGEON`.

    Raises
    ------
    InputFaults
        If one is not of this form, or a list stands there twice; all faults are told.
    """
    given: dict[str, str] = {}
    faults: list[Fault] = []
    for assignment in assignments:
        list_id, equals, surgeon = (part.strip() for part in assignment.partition("="))
        if not (equals and list_id and surgeon) or list_id in given:
            faults.append(Fault("--give", None, None, assignment, "must be LIST=SURGEON, once for each list",
                                "Write for instance --give 2027-04-14-T2=S07."))  # fmt: skip
        given[list_id] = surgeon
    if faults:
        raise InputFaults(faults)
    return given


def release(
    folder: Path,
    lists: Sequence[str],
    given: Mapping[str, str],
    out: Path,
    options: SolveOptions,
    tell: Callable[[tuple[Session, ...], Happened | None], None],
    following: Following,
    who: str = "",
) -> Released:
    """Rank who could take sessions that were given up; with `given`, hand them on and mend the plan as a new run.

    Raises
    ------
    InputFaults
        If the run or the folder cannot be used, or a list or surgeon cannot be released or given; all are told.
    NoPlanToUse
        If the plan of the run must not be used.
    """
    refuse_used_folder(out)
    saved = read_saved_lists(folder)
    faults = [*_faults(saved, lists, given)]
    if faults:
        raise InputFaults(faults)
    given_up = _taken_in(saved, _events(saved, dict.fromkeys(lists))).draft
    sessions = rank_sessions(saved.plan, instance_of(given_up.validated()), lists, given, saved.states)
    _refuse_who_cannot(sessions, given)
    chosen = {session.on.list_id: session.goes_to for session in sessions}
    if not given:
        tell(sessions, None)
        place = new_folder(out)
        for name, content in _files(sessions, _events(saved, chosen)).items():
            write_atomically(place / name, content)
        return Released(place, sessions, None)
    values = _events(saved, {list_id: given.get(list_id) for list_id in lists})
    happened = _taken_in(saved, values)
    tell(sessions, happened)
    mended = mend(happened, NextRun("release", out, options, _files(sessions, values), False, who), following)
    return Released(mended.result.folder, sessions, mended)


def released_rows(folder: Path) -> list[dict[str, str]]:
    """The ranking that was written to a folder, row by row; none where there is no such file."""
    return text_rows(folder / RELEASED_FILE)


def _faults(saved: SavedLists, lists: Sequence[str], given: Mapping[str, str]) -> Iterator[Fault]:
    known = saved.instance.lists
    run = saved.run.run.folder.name
    for list_id in dict.fromkeys(lists):
        if list_id not in known:
            yield Fault("--list", None, None, list_id, f"must be a list of {run}", "Look it up in lists.csv.")
        elif known[list_id].surgeon_id is None:
            yield Fault("--list", None, None, list_id, "must have a surgeon who gives it up",
                        "It has none: write it into the instance, or use repair with list_given_up.")  # fmt: skip
    for list_id in sorted({name for name in lists if list(lists).count(name) > 1}):
        yield Fault("--list", None, None, f"{list_id} twice", "must be given once", "Remove one.")
    for list_id, surgeon in given.items():
        if list_id not in lists:
            yield Fault("--give", None, None, f"{list_id}={surgeon}", "must be one of the lists given up",
                        f"Add --list {list_id}, or correct the name.")  # fmt: skip
        if surgeon not in saved.instance.surgeons:
            yield Fault("--give", None, None, f"{list_id}={surgeon}", "must name a surgeon of surgeons.csv",
                        "Correct the name.")  # fmt: skip


def _refuse_who_cannot(sessions: Sequence[Session], given: Mapping[str, str]) -> None:
    """Raise the faults of surgeons chosen who cannot take their session.

    Raises
    ------
    InputFaults
        If there is one.
    """
    faults = [
        Fault("--give", None, None, f"{session.on.list_id}={taker.surgeon_id}: {taker.why_not}",
              "must be a surgeon who can take it", "Leave --give out to see who can.")
        for session in sessions
        for taker in session.takers
        if taker.why_not and given.get(session.on.list_id) == taker.surgeon_id
    ]  # fmt: skip
    if faults:
        raise InputFaults(faults)


def _events(saved: SavedLists, chosen: Mapping[str, str | None]) -> dict[str, object]:
    """The sessions given up, and given on, as an events file says it."""
    events = [
        {"kind": "list_given_up", "list": list_id, **({"to": surgeon} if surgeon else {})}
        for list_id, surgeon in chosen.items()
    ]
    return {"planning_date": saved.instance.planning_date, "event": events}


def _taken_in(saved: SavedLists, values: Mapping[str, object]) -> Happened:
    """The tables of the plan with the sessions given up; no time passes."""
    draft = carried_over(saved)
    day = saved.instance.planning_date
    passed = pass_time(draft, saved.plan, day)
    before = instance_of(draft.validated())
    return take_in(saved, draft, passed, events_of(EVENTS_FILE, values, day, before), before)


def _files(sessions: Sequence[Session], values: Mapping[str, object]) -> dict[str, bytes]:
    rows = [row for session in sessions for row in _rows(session)]
    return {RELEASED_FILE: csv_bytes(_COLUMNS, rows), EVENTS_FILE: toml_text(values).encode()}


def _rows(session: Session) -> Iterator[tuple[str, ...]]:
    on = session.on
    for taker in session.takers:
        can = not taker.why_not
        figures = (taker.long_waits, taker.kit_to_spare, taker.staff_to_spare, len(taker.patients),
                   taker.touch_minutes, taker.p2)  # fmt: skip
        yield (on.list_id, on.date.isoformat(), on.theatre_id, session.given_up_by, str(taker.rank or ""),
               taker.surgeon_id, "yes" if can else "no", taker.why_not,
               *("" if not can or figure is None else str(figure) for figure in figures),
               " ".join(taker.patients))  # fmt: skip
