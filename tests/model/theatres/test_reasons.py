"""Why a patient is not booked: each reason and each remedy proved on the files, as a scenario would change them."""

from __future__ import annotations

import random
from functools import cache

import pytest

from models.shared.cells import Cell
from models.theatres.baselines import p2_then_longest_wait
from models.theatres.booking import Book
from models.theatres.eligibility import readiness_codes
from models.theatres.explain import explain
from models.theatres.instance import Instance
from models.theatres.plan import Plan
from models.theatres.reasons import Help, Reason, reasons
from models.theatres.reasons.edits import Addition, Change, Edit
from models.theatres.tables import REGISTER
from models.theatres.tables_of import tables_of
from models.theatres.views import views
from nwl_opt.scenario import Scenario, apply_scenario
from nwl_opt.scenario_edits import Addition as RowAdded
from nwl_opt.scenario_edits import Change as CellChanged
from solvers.types import StageResult
from tests.model.theatres.generated import generated, generated_instance
from tests.model.theatres.plans import checked, instance_of, shipped_instance, texts

pytestmark = pytest.mark.model

SIZE = (5, 180, 1)  # seed, patients, weeks
DRAWN = 30


@cache
def _plan() -> Plan:
    return p2_then_longest_wait(generated_instance(*SIZE))


@cache
def _reasons() -> dict[str, Reason]:
    return reasons(_plan())


def _cell(value: Cell) -> Cell:
    return "" if value is None else value


def _as_scenario(edits: tuple[Edit, ...]) -> Scenario:
    """The edits as the scenario file a user would write."""
    settings = {edit.column: edit.value for edit in edits if isinstance(edit, Change) and edit.table == "settings"}
    written: list[CellChanged | RowAdded] = []
    for edit in edits:
        if isinstance(edit, Addition):
            written.append(RowAdded("add", edit.table, {name: _cell(value) for name, value in edit.row}))
        elif edit.table != "settings":
            where = {name: (value,) for name, value in edit.where}
            written.append(CellChanged("change", edit.table, where, edit.column, "value", _cell(edit.value)))
    return Scenario("help.toml", "", "", "theatres", "", (), settings, tuple(written))


def _changed_instance(edits: tuple[Edit, ...]) -> Instance:
    return instance_of(apply_scenario(REGISTER, generated(*SIZE), _as_scenario(edits)))


def _with_help(patient_id: str, help: Help) -> Book:
    """The plan as it is, under the changed files, with the patient booked as the help says."""
    book = Book.of_plan(Plan.from_decisions(_changed_instance(help.edits), _plan().decisions()))
    if help.instead_of is not None:
        book.remove(help.instead_of)
    assert book.book(patient_id, help.list_id), help.sentence
    return book


def test_thirty_patients_drawn_at_random_are_refused_and_helped_as_said() -> None:
    """As things stand the patient fits on no list; with the change, and all others fixed, on the list named."""
    book = Book.of_plan(_plan())
    drawn = random.Random(30).sample(sorted(_reasons()), DRAWN)
    helped = 0
    for patient_id in drawn:
        assert not any(book.fits(patient_id, list_id) for list_id in book.instance.lists)
        for help in _reasons()[patient_id].helps:
            _with_help(patient_id, help)
            helped += 1
    assert helped >= DRAWN // 2  # some have two helps; for some no change is found, and none is claimed


def test_every_edit_of_a_remedy_is_needed() -> None:
    """Leave out any one of the edits of a remedy and the patient does not fit."""
    tried = 0
    for patient_id, reason in _reasons().items():
        for help in reason.helps:
            if len(help.edits) > 1 and tried < 10:
                tried += 1
                for left_out in help.edits:
                    edits = tuple(edit for edit in help.edits if edit is not left_out)
                    book = Book.of_plan(Plan.from_decisions(_changed_instance(edits), _plan().decisions()))
                    if help.instead_of is not None:
                        book.remove(help.instead_of)
                    assert not book.fits(patient_id, help.list_id), (help.sentence, left_out)
    assert tried


def test_the_checker_accepts_a_plan_with_the_help_taken() -> None:
    """A longer list, a bed, or whatever else is said to help: the whole plan then passes the independent check."""
    shown: set[str] = set()
    for patient_id, reason in _reasons().items():
        tables = {edit.table for help in reason.helps[:1] for edit in help.edits}
        if reason.helps and not tables <= shown and len(shown) < 4:
            shown |= tables
            book = _with_help(patient_id, reason.helps[0])
            plan = book.plan()
            report = checked(plan.instance, texts(tables_of(plan, reasons(plan))))
            # Others may now fit too, for the plan was not made for the changed instance; nothing else may be said.
            told = [f for f in report.findings if f.severity == "error" and "there is room" not in f.message]
            assert not told, (reason.helps[0].sentence, told)
    assert len(shown) >= 3


def test_who_is_not_ready_is_told_every_code() -> None:
    for patient_id, reason in _reasons().items():
        codes = readiness_codes(_plan().instance, patient_id)
        assert (reason.code == codes[0]) if codes else (reason.rules != ("T-02",))


def test_nobody_is_said_to_be_short_of_what_is_free() -> None:
    """The rules named are exactly those broken on some list the patient's own data allow."""
    book = Book.of_plan(_plan())
    for patient_id, reason in list(_reasons().items())[:60]:
        allowed = book.eligible(patient_id)
        if allowed:
            broken = {rule for on in allowed for rule in book.why_not(patient_id, on.list_id)}
            assert set(reason.rules) == broken


def test_every_number_of_a_headline_is_on_record() -> None:
    stages = [
        StageResult("p2_booked", "patients", "maximise", 5.0, 5.0, 0.0, 1.0, "CP-SAT", "optimal"),
        StageResult("long_waits_booked", "patients", "maximise", 9.0, 11.0, 2 / 9, 1.0, "CP-SAT", "feasible"),
        StageResult("weighted_wait", "points", "maximise", 1000.0, None, None, 1.0, "CP-SAT", "feasible"),
    ]
    found = {one.id: one for one in explain(_plan(), stages)}
    assert "it is proved that no plan books more" in found["p2_booked"].sentence
    assert (
        "no plan that keeps the aims before it books over 2 further such patients (22.2 %)"
        in found["long_waits_booked"].sentence
    )
    assert found["long_waits_booked"].numbers["at_most_more"] == 2.0
    assert "no limit on what is possible was proved" in found["weighted_wait"].sentence
    assert found["best_that_can_be_reached"].numbers["best_mean_minutes"] == 103
    assert {f"not_booked_{patient_id}" for patient_id in _reasons()} <= found.keys()
    ready = [r for r in _reasons().values() if not readiness_codes(_plan().instance, r.patient_id)]
    counts = found["not_booked_ready"].numbers.values()
    assert sum(count for count in counts if isinstance(count, int)) == len(ready)


def test_views_show_the_week_the_day_the_tests_and_who_waits() -> None:
    plan = _plan()
    shown = {view.title: view for view in views(plan.instance, tables_of(plan, _reasons()))}
    weeks = shown["The lists, week by week"].rows
    assert sum(int(row[2]) for row in weeks) == len(plan.bookings)
    assert sum(int(row[2]) for row in shown["Not booked"].rows) == len(_reasons())
    first = next(view for title, view in shown.items() if title.startswith("The lists of the week of Mon"))
    cells = [one for row in first.rows for cell in row[1:] for one in cell.split("; ")]
    assert sum(int(one.split()[0]) for one in cells if one[:1].isdigit()) == int(weeks[0][2])
    for view in shown.values():
        assert all(len(row) == len(view.headings) == len(view.numeric) for row in view.rows)


def test_views_of_an_empty_plan_are_left_out_or_empty() -> None:
    tiny = shipped_instance("tiny")
    plan = Plan.of(tiny, [], [])
    titles = [view.title for view in views(tiny, tables_of(plan, reasons(plan)))]
    assert "The lists of the first week" not in titles and "Not booked" in titles
