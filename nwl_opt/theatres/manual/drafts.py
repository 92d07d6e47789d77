"""Changes made by hand, kept on disk until they are saved as a run, version by version.

Two people, or two tabs, may look at one draft. A change names the version it was decided on; when the draft has gone
on since, it is refused in words, and nothing is lost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from nwl_opt.files.atomic import sha256_of
from nwl_opt.run_folder import DECISIONS_FILE
from nwl_opt.theatres.manual.opened import OpenPlan
from nwl_opt.theatres.manual.recorded import Recorded, folded, record_of, recorded_from_json
from nwl_opt.theatres.manual.standing import Standing
from nwl_opt.theatres.manual.trying import Tried, try_change
from nwl_opt.theatres.manual.versions import LostUpdate, last_version, read_version, write_version
from nwl_opt.theatres.manual.wanted import Wanted


@dataclass(frozen=True)
class Draft:
    """A draft as it was read. `version` counts every change, undoing included; 0 is a plan nobody has changed."""

    version: int
    changes: tuple[Recorded, ...]
    standing: Standing

    @property
    def active(self) -> tuple[Recorded, ...]:
        """The changes that hold, in their order."""
        return tuple(one for one in self.changes if one.undone is None)


def read_draft(folder: Path, plan: OpenPlan) -> Draft:
    """The draft of a plan as it stands on disk; a new one where there is none.

    Raises
    ------
    InputFaults
        If the draft cannot be read, or is of a plan that was saved anew since.
    """
    version = last_version(folder)
    if version == 0:
        return Draft(0, (), plan.start)
    try:
        document = read_version(folder, version)
        rows = document["changes"]
        assert isinstance(rows, list), "changes is no list"
        changes = tuple(recorded_from_json(row) for row in rows)
        active = [one for one in changes if one.undone is None]
        standing = folded(plan.start, active)
    except (OSError, ValueError, TypeError, LookupError, AssertionError) as error:
        raise InputFaults([Fault("draft", None, None, f"damaged ({type(error).__name__})",
                                 "must hold changes of this plan", "Discard the draft.")]) from None  # fmt: skip
    if document.get("plan_sha256") != _plan_sha256(plan):
        raise InputFaults([Fault("draft", None, None, "changes of another plan", "must be of this run's plan",
                                 "The run was saved anew since: discard the draft.")])  # fmt: skip
    return Draft(version, changes, standing)


@dataclass(frozen=True)
class Asked:
    """A change as somebody asks for it: on which version of the draft they decided, and why."""

    wanted: Wanted
    version: int
    who: str
    at: dt.datetime
    reason: str = ""
    set_aside: bool = False


def add_change(folder: Path, plan: OpenPlan, asked: Asked) -> Tried:
    """Try a change on the draft; when it is allowed it is kept.

    Raises
    ------
    InputFaults
        If it is no change of this plan, or the draft cannot be read.
    LostUpdate
        If the draft is not at this version any more.
    """
    draft = read_draft(folder, plan)
    refuse_stale(draft, asked.version)
    tried = try_change(draft.standing, asked.wanted, asked.reason, set_aside=asked.set_aside)
    if tried.allowed:
        record = record_of(tried, len(draft.changes) + 1, asked.who, asked.at)
        _write(folder, plan, draft.version + 1, [*draft.changes, record])
    return tried


def undo(folder: Path, plan: OpenPlan, version: int, who: str, at: dt.datetime) -> Recorded:
    """Take back the last change that holds; it stays on record as undone.

    Raises
    ------
    InputFaults
        If there is nothing to undo, or the draft cannot be read.
    LostUpdate
        If the draft is not at this version any more.
    """
    draft = read_draft(folder, plan)
    refuse_stale(draft, version)
    if not draft.active:
        raise InputFaults([Fault("draft", None, None, "no change", "must have a change to undo",
                                 "There is nothing to undo.")])  # fmt: skip
    last = draft.active[-1]
    undone = replace(last, undone=(who, at.isoformat(timespec="seconds")))
    changes = [undone if one is last else one for one in draft.changes]
    _write(folder, plan, draft.version + 1, changes)
    return last


def discard(folder: Path, plan: OpenPlan, version: int) -> None:
    """Begin anew: the draft has no changes any more.

    Raises
    ------
    LostUpdate
        If the draft is not at this version any more.
    """
    now = last_version(folder)
    if now != version:
        raise LostUpdate("This draft was changed by somebody else since you looked, so it was not discarded.")
    if now:
        _write(folder, plan, now + 1, [])


def refuse_stale(draft: Draft, version: int) -> None:
    """Refuse to go on from a version that is not the last one.

    Raises
    ------
    LostUpdate
        If the draft is not at this version any more; it says what was changed since, and by whom.
    """
    if draft.version == version:
        return
    what = "The changes in it were discarded since."
    if draft.changes:
        last = draft.changes[-1]
        who, when = last.undone or (last.who, last.at)
        deed = "undid" if last.undone else "made"
        what = f"Last, {who or 'somebody'} {deed} change {last.number} at {when[11:16]} UTC: {last.words}"
    raise LostUpdate(f"Somebody has changed this draft since you looked, so nothing was done. {what}")


def _write(folder: Path, plan: OpenPlan, version: int, changes: Sequence[Recorded]) -> None:
    """Write the next version of a draft.

    Raises
    ------
    LostUpdate
        If somebody else wrote this version first.
    """
    kept = {"plan_sha256": _plan_sha256(plan), "changes": [one.as_json() for one in changes]}
    write_version(folder, version, kept)


def _plan_sha256(plan: OpenPlan) -> str:
    path = plan.saved.run.run.folder / DECISIONS_FILE
    return sha256_of(path) if path.is_file() else ""
