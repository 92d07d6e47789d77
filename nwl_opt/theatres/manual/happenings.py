"""Events gathered one by one until the plan is mended after them, each held against the plan; kept by version."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from models.theatres.identity import is_nhs_number
from nwl_opt.files.atomic import write_atomically
from nwl_opt.files.toml_text import toml_text
from nwl_opt.plain import mapping_of, objects_of
from nwl_opt.theatres.carry_over import carried_over
from nwl_opt.theatres.events import EVENT_KINDS, Event
from nwl_opt.theatres.manual.versions import LostUpdate, last_version, read_version, write_version
from nwl_opt.theatres.passing_time import pass_time
from nwl_opt.theatres.reading_events import events_of, planning_date_of
from nwl_opt.theatres.repairing import EVENTS_FILE
from nwl_opt.theatres.saved_lists import SavedLists, instance_of

FORM = "events"
_PSEUDONYM = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True)
class Happenings:
    """Events gathered for a plan. `values` is what an events file would say."""

    version: int
    planning_date: dt.date
    entries: tuple[Mapping[str, object], ...]

    @property
    def values(self) -> dict[str, object]:
        return {"planning_date": self.planning_date, "event": [dict(one) for one in self.entries]}


def read_happenings(folder: Path, saved: SavedLists) -> Happenings:
    """The events gathered so far; none on the planning date of the plan where nothing is kept.

    Raises
    ------
    InputFaults
        If what is kept cannot be read.
    """
    version = last_version(folder)
    if version == 0:
        return Happenings(0, saved.instance.planning_date, ())
    try:
        document = read_version(folder, version)
        day = dt.date.fromisoformat(str(document["planning_date"]))
        entries = tuple(_with_days(one) for one in objects_of(document["event"]))
    except (OSError, ValueError, LookupError) as error:
        raise InputFaults([Fault(FORM, None, None, f"damaged ({type(error).__name__})", "must hold events",
                                 "Remove them all and begin anew.")]) from None  # fmt: skip
    return Happenings(version, day, entries)


def keep_happenings(
    folder: Path, saved: SavedLists, version: int, day: dt.date, entries: Sequence[Mapping[str, object]]
) -> tuple[Event, ...]:
    """Keep these events for a day, all of them held against the plan as it stands then.

    Raises
    ------
    InputFaults
        If an event is none of this plan, or stands there already; all faults are told.
    LostUpdate
        If somebody has changed the events since this version.
    """
    values: dict[str, object] = {"planning_date": day, "event": [dict(one) for one in entries]}
    events = held_against(saved, values)
    if last_version(folder) != version:
        raise LostUpdate("Somebody has changed these events since you looked, so nothing was done.")
    twice = [at for at, one in enumerate(entries, start=1) if one in entries[: at - 1]]
    if twice:
        raise InputFaults([Fault(FORM, None, f"event {at}", "the same once more", "must be noted once",
                                 "Leave it out: it is noted already.") for at in twice])  # fmt: skip
    kept = {"planning_date": day.isoformat(), "event": [_plain(one) for one in entries]}
    write_version(folder, version + 1, kept)
    return events


def held_against(saved: SavedLists, values: Mapping[str, object]) -> tuple[Event, ...]:
    """The events of a plan, as `theatres repair` would read them.

    Raises
    ------
    InputFaults
        If the day or an event is none of this plan; all faults are told.
    """
    day = planning_date_of(FORM, values, saved.instance)
    draft = carried_over(saved)
    pass_time(draft, saved.plan, day)
    return events_of(FORM, values, day, instance_of(draft.validated())).events


def write_events_file(folder: Path, happenings: Happenings) -> Path:
    """The events as the file that `theatres repair` reads; a version's file never changes."""
    path = folder / f"{happenings.version:06d}_{EVENTS_FILE}"
    write_atomically(path, toml_text(happenings.values).encode())
    return path


def entry_of(kind: str, texts: Mapping[str, str], row: Mapping[str, str], tests: Sequence[str]) -> dict[str, object]:
    """An event from the fields of a form; empty fields are left out.

    Raises
    ------
    InputFaults
        If there is no such kind, or a day or a number is none; all faults are told.
    """
    if kind not in EVENT_KINDS:
        raise InputFaults([Fault(FORM, None, "kind", kind, f"must be one of {', '.join(EVENT_KINDS)}",
                                 "Choose one.")])  # fmt: skip
    faults: list[Fault] = []
    found: dict[str, object] = {"kind": kind}
    for column in EVENT_KINDS[kind]:
        text = texts.get(column.name, "")
        try:
            if text and column.kind == "date":
                found[column.name] = dt.date.fromisoformat(text)
            elif text and column.kind == "integer":
                found[column.name] = int(text)
            elif text:
                found[column.name] = text
        except ValueError:
            expected = "must be a day like 2027-04-12" if column.kind == "date" else "must be a whole number"
            faults.append(Fault(FORM, None, column.name, text, expected, "Correct it."))
    if kind == "new_patient" and (pseudonym := row.get("patient_id", "")) and not _is_pseudonym(pseudonym):
        expected = "must be a pseudonym: letters, digits, - _ or ., and neither a name nor an NHS number"
        faults.append(
            Fault(FORM, None, "row.patient_id", "what was typed", expected, "Give the patient a pseudonym.")
        )
    if faults:
        raise InputFaults(faults)
    if kind == "new_patient":
        found["row"] = {name: text for name, text in row.items() if text}
        found["tests"] = list(tests)
    return found


def _is_pseudonym(text: str) -> bool:
    """Whether a patient who is typed in is not named by it, as far as can be seen."""
    return _PSEUDONYM.fullmatch(text) is not None and not is_nhs_number(text.replace("-", ""))


def _plain(entry: Mapping[str, object]) -> dict[str, object]:
    return {key: value.isoformat() if isinstance(value, dt.date) else value for key, value in entry.items()}


def _with_days(entry: Mapping[str, object]) -> dict[str, object]:
    """An entry as it was kept, its days as days again."""
    columns = {column.name: column for column in EVENT_KINDS[str(entry["kind"])]}
    found: dict[str, object] = {}
    for key, value in entry.items():
        is_day = key in columns and columns[key].kind == "date"
        found[key] = dt.date.fromisoformat(str(value)) if is_day else value
    if "row" in found:
        found["row"] = dict(mapping_of(found["row"]))
    return found
