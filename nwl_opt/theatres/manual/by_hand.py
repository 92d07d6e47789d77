"""Changes by hand in one go, as the command line asks for them: each judged in turn, then saved, or mended around."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from models.shared.problem import SolveOptions
from models.theatres.rules import RULES
from nwl_opt.theatres.making_runs import Following
from nwl_opt.theatres.manual.choices import what_would_help
from nwl_opt.theatres.manual.drafts import read_draft, refuse_stale
from nwl_opt.theatres.manual.opened import OpenPlan, open_plan
from nwl_opt.theatres.manual.recorded import Recorded, record_of
from nwl_opt.theatres.manual.saving import ByHand, Changed, mend_around, save_by_hand
from nwl_opt.theatres.manual.standing import Standing
from nwl_opt.theatres.manual.trying import Tried, try_change
from nwl_opt.theatres.manual.versions import LostUpdate
from nwl_opt.theatres.manual.wanted import Kind, Wanted

_PLACE = re.compile(r"(?P<list>.+?)(?:@(?:(?P<hour>\d{1,2}):(?P<minute>\d{2})|(?P<place>\d+)))?")
# In this order changes are made: room is given before it is taken, and states are for where patients are then.
_ORDER: tuple[Kind, ...] = ("take_off", "decline", "swap", "move", "book", "unlock", "offer", "agree", "lock")


@dataclass(frozen=True)
class Asking:
    """What is asked of a run: changes, why, and whether rules on room may be broken for it.

    `draft` is a folder with changes made before, `version` the one that was looked at.
    """

    wanted: Sequence[Wanted]
    reason: str = ""
    set_aside: bool = False
    who: str = ""
    draft: Path | None = None
    version: int | None = None


def parse_wanted(texts: Mapping[Kind, Sequence[str]]) -> tuple[Wanted, ...]:
    """Changes from the command line: `P1`, `P1=LIST`, `P1=LIST@2`, `P1=LIST@10:30`, for a swap `P1=P2`.

    Raises
    ------
    InputFaults
        If one of them is not so; all faults are told.
    """
    faults: list[Fault] = []
    found: list[Wanted] = []
    for kind in _ORDER:
        for text in texts.get(kind, ()):
            try:
                found.append(_parsed(kind, text))
            except ValueError as error:
                faults.append(Fault(f"--{kind.replace('_', '-')}", None, None, text, f"must be {error}",
                                    "Write for instance --move P0001=2027-04-12-T1."))  # fmt: skip
    if faults:
        raise InputFaults(faults)
    return tuple(found)


def change(
    folder: Path,
    asking: Asking,
    out: Path,
    options: SolveOptions | None,
    tell: Callable[[Sequence[Recorded]], None],
    following: Following,
) -> Changed:
    """Change a saved plan by hand, as a new run; with `options` it is solved anew around the changes.

    `tell` hears of the changes before anything is saved.

    Raises
    ------
    InputFaults
        If the run, the draft or the folder cannot be used, or a change breaks a rule: every rule is named.
    NoPlanToUse
        If the plan of the run must not be used.
    """
    plan = open_plan(folder)
    changes, standing = _drafted(plan, asking)
    changes, standing = all_tried(changes, standing, asking)
    tell(changes)
    by_hand = ByHand(plan, changes, standing, asking.who, asking.reason)
    if options is None:
        return Changed(save_by_hand(by_hand, out, following), (), ())
    return mend_around(by_hand, out, options, following)


def all_tried(
    before: Sequence[Recorded], standing: Standing, asking: Asking
) -> tuple[tuple[Recorded, ...], Standing]:
    """The changes asked for made one after the other, after those made before.

    Raises
    ------
    InputFaults
        If one cannot be made, or breaks a rule; those after it are not tried.
    """
    changes = [*before]
    for wanted in asking.wanted:
        tried = try_change(standing, wanted, asking.reason, set_aside=asking.set_aside)
        if not tried.allowed:
            raise InputFaults(refusal(tried))
        changes.append(record_of(tried, len(changes) + 1, asking.who, dt.datetime.now(dt.UTC)))
        standing = tried.after
    return tuple(changes), standing


def refusal(tried: Tried) -> list[Fault]:
    """Why a change is refused: each rule it breaks, in its own words, and what can be done about it."""
    sentences = {rule.id: rule.sentence for rule in RULES}
    help = what_would_help(tried.before, tried.wanted)
    where = f"--{tried.wanted.kind.replace('_', '-')}"
    return [
        Fault(where, None, one.rule, one.message.rstrip("."), sentences[one.rule].rstrip("."),
              _mend(tried, one.rule, help))
        for one in tried.breaks
    ]  # fmt: skip


def _mend(tried: Tried, rule: str, help: str) -> str:
    if tried.needs_reason:
        return "Say with --reason why it changes all the same."
    if rule in tried.never:
        return "No reason sets this rule aside: choose another list, or mend the record first."
    words = "Choose another list, or make room first; --set-aside with --reason keeps it, and the check will fail."
    return f"{help} {words}".strip()


def _drafted(plan: OpenPlan, asking: Asking) -> tuple[tuple[Recorded, ...], Standing]:
    if asking.draft is None:
        return (), plan.start
    draft = read_draft(asking.draft, plan)
    if asking.version is not None:
        try:
            refuse_stale(draft, asking.version)
        except LostUpdate as error:
            stale = Fault("--draft", None, None, str(error), f"must be version {asking.version}",
                          "Look at the draft again.")  # fmt: skip
            raise InputFaults([stale]) from None
    return draft.active, draft.standing


def _parsed(kind: Kind, text: str) -> Wanted:
    """One change.

    Raises
    ------
    ValueError
        If the text is of another form; its message is the form it must have.
    """
    patient, equals, rest = (part.strip() for part in text.partition("="))
    if kind == "swap":
        if not patient or not rest:
            raise ValueError("PATIENT=PATIENT")
        return Wanted(kind, patient, other=rest)
    if kind not in ("move", "book"):
        if not patient or equals:
            raise ValueError("PATIENT")
        return Wanted(kind, patient)
    place = _PLACE.fullmatch(rest)
    if not patient or place is None:
        raise ValueError("PATIENT=LIST, PATIENT=LIST@PLACE or PATIENT=LIST@HH:MM")
    start = None if place["hour"] is None else dt.time(int(place["hour"]), int(place["minute"]))
    return Wanted(kind, patient, place["list"], None if place["place"] is None else int(place["place"]), start)
