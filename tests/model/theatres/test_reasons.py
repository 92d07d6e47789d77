"""Why a patient is not booked: each reason and each remedy proved on the files, as a scenario would change them."""

from __future__ import annotations

from functools import cache

import pytest

from models.theatres.baselines import p2_then_longest_wait
from models.theatres.booking import Book
from models.theatres.eligibility import readiness_codes
from models.theatres.plan import Plan
from models.theatres.reasons import Reason, reasons
from models.theatres.tables_of import tables_of
from models.theatres.views import views
from tests.model.theatres.generated import generated, generated_instance
from tests.model.theatres.helping import is_valid, under
from tests.model.theatres.plans import shipped_instance

pytestmark = pytest.mark.model

SIZE = (5, 180, 1)  # seed, patients, weeks


@cache
def _plan() -> Plan:
    return p2_then_longest_wait(generated_instance(*SIZE))


@cache
def _reasons() -> dict[str, Reason]:
    return reasons(_plan())


def test_every_edit_of_a_remedy_is_needed() -> None:
    """Leave out any one of the edits of a remedy: the patient does not fit, or the files are no longer valid."""
    tried, raw = 0, generated(*SIZE)
    for patient_id, reason in _reasons().items():
        for help in reason.helps:
            if len(help.edits) > 1 and tried < 10:
                tried += 1
                for left_out in help.edits:
                    edits = tuple(edit for edit in help.edits if edit is not left_out)
                    if is_valid(raw, edits):
                        book = under(raw, _plan(), edits, help.instead_of)
                        assert not book.fits(patient_id, help.list_id), (help.sentence, left_out)
    assert tried


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
