"""What changed from the run a plan was made from to the run itself: by hand, and what followed from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.shared.parsing import Row, TypedTable
from models.theatres.words import day_text
from nwl_opt.files.tables import text_rows
from nwl_opt.theatres.manual.saving import CHANGES_FILE

Tables = Mapping[str, TypedTable]


@dataclass(frozen=True)
class Place:
    """Where a patient is in a plan, in words; `day` sorts."""

    day: str
    words: str
    state: str


@dataclass(frozen=True)
class Moved:
    """One patient whose list is another; None: no list."""

    patient_id: str
    kind: str
    before: Place | None
    after: Place | None
    by_hand: bool
    why: str


@dataclass(frozen=True)
class Difference:
    """Two plans side by side. `times` are patients on the same list at another time: who, before, after."""

    moved: tuple[Moved, ...]
    firmer: tuple[tuple[str, str, str], ...]
    times: tuple[tuple[str, str, str], ...]
    kept: int
    gone: int


def difference(before: Tables, after: Tables, folder: Path) -> Difference:
    """The difference of two plans; `folder` is the run of the second, which may hold changes made by hand."""
    old, new = _cases(before), _cases(after)
    known = {*new, *(row.text("patient_id") for row in after["not_booked"])}
    why = {row.text("patient_id"): row.maybe_text("why") or "" for row in after["changes"]}
    hand = _by_hand(folder)
    both = [p for p in sorted(set(old) & set(new)) if old[p].text("list_id") == new[p].text("list_id")]
    changed = sorted(p for p in ({*old, *new} & known) - set(both))
    moved = [
        Moved(p, _kind(p, old, new), _place(old.get(p)), _place(new.get(p)), p in hand, hand.get(p) or why.get(p, ""))
        for p in changed
    ]
    return Difference(
        moved=tuple(sorted(moved, key=lambda one: (not one.by_hand, one.kind, one.patient_id))),
        firmer=tuple(
            (p, old[p].text("state"), new[p].text("state"))
            for p in both
            if old[p].text("state") != new[p].text("state")
        ),
        times=tuple(
            (p, f"{old[p].moment('start'):%H:%M}", f"{new[p].moment('start'):%H:%M}")
            for p in both
            if old[p].moment("start") != new[p].moment("start")
        ),
        kept=len(both),
        gone=len(set(old) - known),
    )


def changes_by_hand(folder: Path) -> list[dict[str, str]]:
    """The changes by hand a run was made with; none where it has no such file."""
    return text_rows(folder / CHANGES_FILE)


def _by_hand(folder: Path) -> dict[str, str]:
    """Patient -> what was done to them by hand, and why."""
    found: dict[str, str] = {}
    for row in changes_by_hand(folder):
        words = row["what"] if not row["reason"] else f"{row['what']} Why: {row['reason']}."
        for patient_id in row["patients"].split():
            found[patient_id] = f"{found[patient_id]} {words}" if patient_id in found else words
    return found


def _cases(tables: Tables) -> dict[str, Row]:
    return {row.text("patient_id"): row for row in tables["theatre_lists"]}


def _kind(patient_id: str, old: Mapping[str, Row], new: Mapping[str, Row]) -> str:
    if patient_id not in old:
        return "new date"
    return "moved" if patient_id in new else "no date for now"


def _place(row: Row | None) -> Place | None:
    if row is None:
        return None
    start = row.moment("start")
    words = f"{day_text(start.date())} {start:%H:%M}, list {row.text('list_id')}"
    return Place(start.date().isoformat(), words, row.text("state"))
