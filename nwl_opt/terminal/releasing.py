"""Sessions given up, for people: who could take each, in what order, and why the others cannot."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from rich.console import Console

from nwl_opt.terminal.console import bullets, heading, show_table
from nwl_opt.terminal.diary import tell_happened
from nwl_opt.theatres.release_run import RELEASED_FILE, Released
from nwl_opt.theatres.releasing import Session
from nwl_opt.theatres.repairing import EVENTS_FILE, Happened

_TAKERS_SHOWN = 12
_HEADINGS = ("", "surgeon", "long waits", "kit to spare", "staff to spare", "cases", "minutes", "P2", "would fit now")
_ONLY_AS_THINGS_STAND = (
    "The patients named are those who would fit as things stand, whichever surgeon takes the list. Who is booked is "
    "decided when the whole plan is mended: it may choose others, and may find room elsewhere for those named."
)


def show_sessions(console: Console, sessions: tuple[Session, ...], happened: Happened | None) -> None:
    """The ranking of each session; then, when they are given on, whom that hits."""
    for session in sessions:
        _show_session(console, session)
    if any(not taker.why_not for session in sessions for taker in session.takers):
        console.print(_ONLY_AS_THINGS_STAND)
    if happened is not None:
        tell_happened(console, happened)


def tell_where(console: Console, run: Path, released: Released) -> None:
    """Where the ranking is, and how to carry it out."""
    folder = released.folder
    heading(console, "Files")
    bullets(console, [f"{folder / RELEASED_FILE}: everybody asked",
                      f"{folder / EVENTS_FILE}: each session to the first; nwl-opt theatres repair {run} "
                      f"{folder / EVENTS_FILE} --out NEW carries it out"])  # fmt: skip


def _show_session(console: Console, session: Session) -> None:
    on = session.on
    title = f"{on.list_id}, {on.start:%a %d %b %Y %H:%M} to {on.end:%H:%M}, given up by {session.given_up_by}"
    able = [taker for taker in session.takers if not taker.why_not]
    rows = [
        (str(taker.rank), taker.surgeon_id, str(taker.long_waits), _left(taker.kit_to_spare),
         _left(taker.staff_to_spare), str(len(taker.patients)), str(taker.touch_minutes), str(taker.p2),
         " ".join(taker.patients))
        for taker in able[:_TAKERS_SHOWN]
    ]  # fmt: skip
    if rows:
        show_table(console, _HEADINGS, rows, (True, False, True, True, True, True, True, True), title)
        console.print(f"Taken to go to {session.goes_to}; what comes after is ranked with that.")
    else:
        heading(console, title)
        console.print("Nobody can take it.")
    if len(able) > _TAKERS_SHOWN:
        console.print(f"and {len(able) - _TAKERS_SHOWN} more who can, in {RELEASED_FILE}")
    if session.loses:
        told = sum(state != "proposed" for _, state in session.loses)
        on_it = ", ".join(f"{patient_id} ({state})" for patient_id, state in session.loses)
        console.print(f"On it until now: {on_it}; {told} of {len(session.loses)} were told a date.")
    cannot: dict[str, list[str]] = defaultdict(list)
    for taker in session.takers:
        if taker.why_not:
            cannot[taker.why_not].append(taker.surgeon_id)
    bullets(console, [f"{', '.join(who)}: {why}" for why, who in sorted(cannot.items())])


def _left(count: int | None) -> str:
    return "no limit" if count is None else str(count)
