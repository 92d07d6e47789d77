"""What is said to help, taken: edits as the scenario file a user would write, and the plan with the patient in it."""

from __future__ import annotations

from models.shared.cells import Cell
from models.shared.parsing import RawInstance
from models.theatres.booking import Book
from models.theatres.plan import Plan
from models.theatres.reasons import Help
from models.theatres.reasons.edits import Addition, Change, Edit, Removal
from models.theatres.tables import REGISTER
from nwl_opt.scenario import Scenario, apply_scenario
from nwl_opt.scenario_edits import Addition as RowAdded
from nwl_opt.scenario_edits import Change as CellChanged
from nwl_opt.scenario_edits import Removal as RowsRemoved
from tests.model.theatres.plans import faults_of, instance_of


def as_scenario(edits: tuple[Edit, ...]) -> Scenario:
    """The edits as the scenario file a user would write."""
    settings = {edit.column: edit.value for edit in edits if isinstance(edit, Change) and edit.table == "settings"}
    written: list[CellChanged | RowAdded | RowsRemoved] = []
    for edit in edits:
        if isinstance(edit, Addition):
            written.append(RowAdded("add", edit.table, {name: _cell(value) for name, value in edit.row}))
        elif isinstance(edit, Removal):
            written.append(RowsRemoved("remove", edit.table, {name: (value,) for name, value in edit.where}))
        elif edit.table != "settings":
            where = {name: (value,) for name, value in edit.where}
            written.append(CellChanged("change", edit.table, where, edit.column, "value", _cell(edit.value)))
    return Scenario("help.toml", "", "", "theatres", "", (), settings, tuple(written))


def changed(raw: RawInstance, edits: tuple[Edit, ...]) -> RawInstance:
    """The files after the scenario."""
    return apply_scenario(REGISTER, raw, as_scenario(edits))


def is_valid(raw: RawInstance, edits: tuple[Edit, ...]) -> bool:
    """Whether the files still have no fault after the scenario."""
    return not faults_of(changed(raw, edits))


def under(raw: RawInstance, plan: Plan, edits: tuple[Edit, ...], instead_of: str | None = None) -> Book:
    """The plan as it is, under the changed files, read and built anew."""
    book = Book.of_plan(Plan.from_decisions(instance_of(changed(raw, edits)), plan.decisions()))
    if instead_of is not None:
        book.remove(instead_of)
    return book


def with_help(raw: RawInstance, plan: Plan, patient_id: str, help: Help) -> Book:
    """The same with the patient booked as the help says."""
    book = under(raw, plan, help.edits, help.instead_of)
    assert book.book(patient_id, help.list_id), (patient_id, help.sentence)
    return book


def _cell(value: Cell) -> Cell:
    return "" if value is None else value
