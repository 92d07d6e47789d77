"""Patients drawn at random from those the reference plan does not book: refused as said, and helped as said."""

from __future__ import annotations

import random
from functools import cache

import pytest

from models.theatres.booking import Book
from models.theatres.eligibility import readiness_codes
from models.theatres.plan import Plan
from models.theatres.reasons import Help, Reason, reasons
from models.theatres.reasons.day_steps import DAY_CODES
from models.theatres.reasons.remedies import CODE_OF_RULE
from models.theatres.tables_of import tables_of
from tests.model.theatres.helping import with_help
from tests.model.theatres.plans import checked, shipped, shipped_instance, texts
from tests.model.theatres.solving import solved

pytestmark = pytest.mark.model

DRAWN = 30
# Enough effort for a full plan; the reasons of a better one are no different in kind.
EFFORT_SHARE = 0.01
CHECKED = 4


@cache
def _plan() -> Plan:
    return solved(shipped_instance("nwl"), effort_share=EFFORT_SHARE)[1]


@cache
def _drawn() -> dict[str, Reason]:
    found = reasons(_plan())
    return {patient_id: found[patient_id] for patient_id in random.Random(30).sample(sorted(found), DRAWN)}


def test_thirty_patients_fit_nowhere_and_the_rule_named_is_why() -> None:
    """They fit on no list; without the rules of their code, on some."""
    book = Book.of_plan(_plan())
    rules_of = {code: frozenset(r for r, c in CODE_OF_RULE.items() if c == code) for code in CODE_OF_RULE.values()}
    times = rules_of["list_time"] | rules_of["overrun_chance"] | rules_of["overrun_rehearsed"]
    for patient_id, told in _drawn().items():
        assert not any(book.fits(patient_id, list_id) for list_id in book.instance.lists)
        if codes := readiness_codes(book.instance, patient_id):
            assert told.code == codes[0]
            continue
        dropped = rules_of.get(told.code, frozenset(told.rules))
        # With one rule on the time of a list gone the next may be in the way, and the order of a longer day after it.
        dropped = frozenset({*times, *DAY_CODES}) if dropped & times else dropped
        free = Book.of_plan(_plan(), dropped)
        if told.code != "no_suitable_list":
            assert any(free.fits(patient_id, list_id) for list_id in book.instance.lists), told


def test_what_helps_thirty_patients_books_them_on_the_changed_files() -> None:
    """Each help as a scenario, the files read and built anew, all others where they are: the patient is booked."""
    helped = 0
    for patient_id, told in _drawn().items():
        for help in told.helps:
            with_help(shipped("nwl"), _plan(), patient_id, help)
        helped += bool(told.helps)
    assert helped >= DRAWN - 5  # nobody under 18, and nobody no theatre here takes, is said to be helped


def test_the_checker_accepts_the_plan_with_the_patient_booked() -> None:
    """The whole plan with the patient in it, under the changed files, passes the independent check."""
    shown: dict[frozenset[str], tuple[str, Help]] = {}
    for patient_id, told in _drawn().items():
        for help in told.helps:
            kind = frozenset(edit.table for edit in help.edits) or frozenset({"place"})
            shown.setdefault(kind, (patient_id, help))
    assert len(shown) >= CHECKED
    known = reasons(_plan())
    for patient_id, help in list(shown.values())[:CHECKED]:
        plan = with_help(shipped("nwl"), _plan(), patient_id, help).plan()
        told = known if help.instead_of is None else {**known, help.instead_of: known[patient_id]}
        report = checked(plan.instance, texts(tables_of(plan, told)))
        # The reasons of the others are of the plan as it was; whatever else is wrong would be the help's fault.
        errors = [f.message for f in report.findings if f.severity == "error"]
        assert not [text for text in errors if "said not to be booked" not in text], help.sentence
