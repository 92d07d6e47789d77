"""Small changes to an instance in the words of a scenario: one cell, one new row of a table, or one row less.

What would help a patient is said as such edits, so that it can be tried, proved, and written into a scenario file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from models.shared.cells import Cell
from models.theatres.entities import Shift, TestSession
from models.theatres.instance import Instance

# Table -> the key columns of its rows, of the tables whose cells can be edited; each is a mapping of the instance
# of the same name, of dataclasses with the names of the columns.
_KEYS: dict[str, tuple[str, ...]] = {
    "beds": ("ward_id", "date"),
    "kit": ("kit_id",),
    "lists": ("list_id",),
    "patients": ("patient_id",),
    "surgeons": ("surgeon_id",),
}


@dataclass(frozen=True)
class Change:
    """One cell set to a value: a `[[change]]` of a scenario, or a setting when the table is `settings`."""

    table: str
    where: tuple[tuple[str, Cell], ...]
    column: str
    value: Cell


@dataclass(frozen=True)
class Addition:
    """One new row: an `[[add]]` of a scenario."""

    table: str
    row: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True)
class Removal:
    """One row less: a `[[remove]]` of a scenario."""

    table: str
    where: tuple[tuple[str, Cell], ...]


Edit = Change | Addition | Removal


def edited(instance: Instance, edits: Iterable[Edit]) -> Instance:
    """The instance after the edits, in their order.

    Raises
    ------
    KeyError
        If an edit is of a table that cannot be edited so, or of a row that is not there.
    """
    for edit in edits:
        if isinstance(edit, Addition):
            instance = _with_change(instance, edit) if edit.table == "named_changes" else _with_slots(instance, edit)
        elif isinstance(edit, Removal):
            instance = _without_commitment(instance, edit)
        elif edit.table == "settings":
            instance = replace(instance, settings=instance.settings.model_copy(update={edit.column: edit.value}))
        elif edit.table == "patient_tests":
            instance = _with_test_done(instance, edit)
        elif edit.table == "staff":
            instance = _with_shift(instance, edit)
        else:
            instance = _with_cell(instance, edit)
    return instance


def shift_row(shift: Shift) -> tuple[tuple[str, Cell], ...]:
    """The key of a shift in the table `staff`."""
    return (("date", shift.start.date()), ("role", shift.role), ("start", shift.start.time()))


def _with_cell(instance: Instance, edit: Change) -> Instance:
    where = dict(edit.where)
    cells = tuple(where[column] for column in _KEYS[edit.table])
    key = cells if len(cells) > 1 else cells[0]
    rows = getattr(instance, edit.table)
    value: object = edit.value
    if isinstance(value, dt.time):
        value = dt.datetime.combine(rows[key].date, value)
    row = replace(rows[key], **{edit.column: value})
    changed: Instance = replace(instance, **{edit.table: {**rows, key: row}})  # type: ignore[arg-type]
    return _that_remembers(changed, instance)


def _that_remembers(changed: Instance, before: Instance) -> Instance:
    """The changed instance with what `before` knows of lists: it holds while lists, surgeons and theatres do."""
    if changed.lists is before.lists and changed.surgeons is before.surgeons and changed.theatres is before.theatres:
        changed.lists_remembered.update(before.lists_remembered)
    return changed


def _with_shift(instance: Instance, edit: Change) -> Instance:
    if all(shift_row(shift) != edit.where for shift in instance.shifts):
        raise KeyError(edit.where)
    value: object = edit.value
    if isinstance(value, dt.time):
        value = dt.datetime.combine(_date(dict(edit.where)["date"]), value)
    shifts = tuple(
        replace(shift, **{edit.column: value}) if shift_row(shift) == edit.where else shift  # type: ignore[arg-type]
        for shift in instance.shifts
    )
    return replace(instance, shifts=shifts)


def _with_test_done(instance: Instance, edit: Change) -> Instance:
    where = dict(edit.where)
    patient = instance.patients[str(where["patient_id"])]
    assert isinstance(edit.value, dt.date)
    tests = tuple(
        replace(test, done_on=edit.value) if test.test_id == where["test_id"] else test for test in patient.tests
    )
    return replace(instance, patients={**instance.patients, patient.patient_id: replace(patient, tests=tests)})


def _without_commitment(instance: Instance, edit: Removal) -> Instance:
    if edit.table != "surgeon_commitments":
        raise KeyError(edit.table)
    where = dict(edit.where)
    surgeon = instance.surgeons[str(where["surgeon_id"])]
    gone = (where["date"], where["start"])
    left = tuple(c for c in surgeon.commitments if (c.start.date(), c.start.time()) != gone)
    if len(left) == len(surgeon.commitments):
        raise KeyError(edit.where)
    return replace(instance, surgeons={**instance.surgeons, surgeon.surgeon_id: replace(surgeon, commitments=left)})


def _with_change(instance: Instance, edit: Addition) -> Instance:
    row = dict(edit.row)
    named = {**instance.named_changes, str(row["patient_id"]): str(row["reason"])}
    return replace(instance, named_changes=dict(sorted(named.items())))


def _with_slots(instance: Instance, edit: Addition) -> Instance:
    if edit.table != "test_slots":
        raise KeyError(edit.table)
    row = dict(edit.row)
    start, slots, minutes, places = (row[name] for name in ("start", "slots", "slot_minutes", "places"))
    assert isinstance(start, dt.time)
    assert isinstance(slots, int) and isinstance(minutes, int) and isinstance(places, int)
    start_at = dt.datetime.combine(_date(row["date"]), start)
    new = TestSession(str(row["site_id"]), str(row["test_id"]), start_at, slots, minutes, places)
    sessions = sorted((*instance.sessions, new), key=lambda s: (s.test_id, s.site_id, s.start))
    return replace(instance, sessions=tuple(sessions))


def _date(cell: Cell) -> dt.date:
    assert isinstance(cell, dt.date)
    return cell
