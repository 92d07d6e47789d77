"""What a scheduler sees of a plan that is changed: who is hit, what changed and why, the verdict, the seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text

from models.shared.parsing import Row
from nwl_opt.plain import mapping_of, number_of
from nwl_opt.solving import RunResult
from nwl_opt.terminal.console import bullets, heading, show_table
from nwl_opt.terminal.results import show_report
from nwl_opt.theatres.agreeing import Agreed
from nwl_opt.theatres.effects import Hit
from nwl_opt.theatres.events import Events
from nwl_opt.theatres.passing_time import Passed
from nwl_opt.theatres.repairing import Happened, Mended
from nwl_opt.words import STATUS_WORDS

_ROWS_SHOWN = 40
_NAMED = 12
_CHANGE_WORDS: Mapping[str, str] = {"moved": "moved", "given_up": "no date for now", "new": "new date"}


def show_agreed(console: Console, agreed: Agreed) -> None:
    """The bookings that are firmer now, and the verdict."""
    rows = [
        (patient_id, agreed.list_of[patient_id], before, agreed.state) for patient_id, before in agreed.before.items()
    ]
    show_table(console, ("patient", "list", "was", "is"), rows, title=f"{len(rows)} bookings {agreed.state}")
    show_verdict(console, agreed.result)


def tell_happened(console: Console, happened: Happened) -> None:
    """The events and whom each one hits, before the plan is mended."""
    show_passed(console, happened.passed)
    show_events(console, happened.events, happened.hits)
    show_freed(console, happened.freed)


def show_mended(console: Console, mended: Mended) -> None:
    """What changed and why, patient by patient, and the verdict."""
    show_changes(console, mended.changes, mended.pressing)
    show_verdict(console, mended.result)


def show_events(console: Console, events: Events, all_hits: Sequence[Hit]) -> None:
    """Each event with the patients it hits."""
    if not events.events:
        return
    heading(console, f"Events, planned anew from {events.planning_date}")
    for event in events.events:
        hits = [hit for hit in all_hits if hit.event.number == event.number]
        bullets(console, [f"{event.number}. {_first_up(event.words())}: {_who(hits)}"])


def show_passed(console: Console, passed: Passed) -> None:
    """The figures of the days gone by; nothing where none went by."""
    if not passed.lists_over and not passed.tests_done and not passed.tests_missed:
        return
    heading(console, "Since the plan was made")
    counts = [("lists over", passed.lists_over)]
    counts += [(f"patients {end.replace('_', ' ')}", len(who)) for end, who in passed.ends.items() if who]
    counts += [("patients never told, waiting again", len(passed.never_told))] if passed.never_told else []
    counts += [("tests done", passed.tests_done), ("tests missed", passed.tests_missed)]
    show_table(console, ("", "count"), [(name, str(count)) for name, count in counts], (False, True))
    if passed.never_told:
        told = "patient was only proposed: the date is lost, and the patient waits"
        if len(passed.never_told) > 1:
            told = "patients were only proposed: their dates are lost, and they wait"
        who = _few(passed.never_told, _ROWS_SHOWN)
        bullets(console, [f"{len(passed.never_told)} {told} again: {who}. Say to roll that they are done if they "
                          f"were operated on all the same; agree dates in time."])  # fmt: skip


def show_freed(console: Console, freed: Sequence[str]) -> None:
    """Patients who were only proposed and cannot stay where they are."""
    if freed:
        words = "was only proposed and cannot stay" if len(freed) == 1 else "were only proposed and cannot stay"
        bullets(console, [f"{_few(freed)} {words} on the list as things stand: nobody has told them a date."])


def _few(patients: Sequence[str], most: int = _NAMED) -> str:
    more = f" and {len(patients) - most} more" if len(patients) > most else ""
    return ", ".join(patients[:most]) + more


def show_changes(console: Console, changes: Sequence[Row], pressing: Sequence[str]) -> None:
    """One line for every patient whose date is not what it was; then those without a date who cannot wait."""
    rows = [
        (
            row.text("patient_id"),
            _CHANGE_WORDS[row.text("change")],
            row.maybe_text("state_before") or "",
            row.maybe_text("list_before") or "",
            row.maybe_text("list_after") or "",
            row.text("why"),
        )
        for row in changes
    ]
    if not rows:
        console.print("Nobody's date changed.")
        return
    headings = ("patient", "change", "was", "list before", "list now", "why")
    show_table(console, headings, rows[:_ROWS_SHOWN], title="What changed, and why")
    if len(rows) > _ROWS_SHOWN:
        console.print(f"and {len(rows) - _ROWS_SHOWN} more in changes.csv")
    if pressing:
        bullets(console, [f"Without a date now, and cannot wait: {_few(pressing)}."])


def show_verdict(console: Console, result: RunResult) -> None:
    """What came of the run, the verdict of the check, the CPU seconds it took, and where it is."""
    heading(console, "Check")
    status = result.solved.status
    if result.finished.report is None:
        console.print(Text(f"{STATUS_WORDS.get(status, status)}: {result.solved.reason}.", style="bold yellow"))
        bullets(console, [one.sentence for one in result.solved.explanations if one.headline])
    else:
        show_report(console, result.finished.report)
    if status == "cancelled":
        console.print("Stopped on request: this is the best plan so far.")
    cpu = mapping_of(result.record["cpu"])
    spent = {name: number_of(cpu.get(name)) or 0.0 for name in ("solve", "explain", "parent")}
    console.print(
        f"CPU seconds: {spent['solve']:.1f} to solve, {spent['explain']:.1f} to explain, "
        f"{spent['parent']:.1f} to read, write and check."
    )
    console.print(f"Run: {result.folder} (nwl-opt explain {result.folder})", soft_wrap=True)


def _who(hits: Sequence[Hit]) -> str:
    if not hits:
        return "hits nobody"
    return ", ".join(_one(hit) for hit in hits)


def _one(hit: Hit) -> str:
    if hit.leaves:
        return f"{hit.patient_id} leaves the waiting list"
    if not hit.list_id:
        return f"{hit.patient_id}, not booked yet"
    freed = ", set free by name" if hit.firm else ""
    return f"{hit.patient_id} on {hit.list_id} ({hit.state}{freed})"


def _first_up(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
