"""What several lists of theatres say of one rule is held to one another: left out of one it would only be silent."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterable
from pathlib import Path

import pytest

from models.theatres import changes, eligibility
from models.theatres.day_order import SHARED_RULES
from models.theatres.entities import Patient, Procedure, TheatreList
from models.theatres.formulation import pairs, rows
from models.theatres.output_tables import CAPACITY_CODES, READINESS_CODES
from models.theatres.reasons.day_steps import DAY_CODES
from models.theatres.reasons.remedies import CODE_OF_RULE
from models.theatres.words import CODE_WORDS

pytestmark = pytest.mark.unit

THEATRES = Path(__file__).parents[3] / "models" / "theatres"


def nodes_of(*files: str) -> list[ast.AST]:
    """Everything that stands in these files of `models/theatres`."""
    return [node for file in files for node in ast.walk(ast.parse((THEATRES / file).read_text(encoding="utf-8")))]


def words_of(*files: str) -> set[object]:
    return {node.value for node in nodes_of(*files) if isinstance(node, ast.Constant)}


def keywords_of(*files: str) -> list[ast.keyword]:
    return [node for node in nodes_of(*files) if isinstance(node, ast.keyword)]


def room_rules() -> set[str]:
    """The rules on room that others take, as the month is built from them."""
    return {rule for rule, _ in (*rows.ROW_RULES, *rows.USED_LISTS_RULES)}


def pair_rule_ids() -> set[str]:
    return {rule for rule, _ in (*pairs.PATIENT_RULES, *pairs.LIST_RULES, *pairs.PAIR_RULES)}


def test_the_book_asks_every_rule_the_month_has_rows_for() -> None:
    files = [f"booking/{file.name}" for file in sorted((THEATRES / "booking").glob("*.py"))]
    unasked = room_rules() - words_of(*files) - set(SHARED_RULES)
    assert not unasked, f"rows in formulation/rows.py, but no question in booking/: {unasked}"
    assert set(SHARED_RULES) <= room_rules()


def test_the_fillings_of_a_list_keep_every_rule_whose_rows_they_stand_for() -> None:
    """Rows of one list are left out where its fillings are known: a rule these did not keep would be dropped."""
    of_one_list = room_rules() & words_of("formulation/list_rows.py")
    assert {"T-08", "T-30"} <= of_one_list
    assert not (unkept := of_one_list - words_of("formulation/fillings.py")), f"no filling keeps: {unkept}"
    assert "in_one_list" not in {word.arg for word in keywords_of("formulation/rows.py")}


def test_every_rule_on_room_has_a_reason_code_words_and_a_question_of_the_checker() -> None:
    differ = CODE_OF_RULE.keys() ^ (room_rules() | {"T-19"})  # of appointments only the book knows whether they clash
    assert not differ, (
        f"rows in formulation/rows.py and codes in reasons/remedies.py: CODE_OF_RULE differ by {differ}"
    )
    assert DAY_CODES.keys() == set(SHARED_RULES), "reasons/day_steps.py: DAY_CODES and day_order.py: SHARED_RULES"
    codes = set(CODE_OF_RULE.values())
    assert not (unknown := codes - set(CAPACITY_CODES)), f"not in output_tables.py: CAPACITY_CODES: {unknown}"
    assert not (unasked := codes - words_of("checker/room.py")), f"no question in checker/room.py: {unasked}"
    assert CODE_WORDS.keys() == {*READINESS_CODES, *CAPACITY_CODES}


def test_every_rule_on_pairs_is_asked_by_the_book_sifted_for_a_reason_and_said_of_a_change() -> None:
    differ = pair_rule_ids() ^ {rule for rule, _ in eligibility.PAIR_RULES}
    assert not differ, f"formulation/pairs.py and eligibility.py: PAIR_RULES differ by {differ}"
    assert not (unsifted := pair_rule_ids() - words_of("reasons/patient.py")), f"no sieve in reasons: {unsifted}"
    # T-06 and T-20 never rule out the list a patient has; a rule without words would be told as one on tests.
    unsaid = (pair_rule_ids() - {"T-06", "T-20"}) ^ changes.OWN_REASONS.keys()
    assert not unsaid, f"no words in changes.py: OWN_REASONS: {unsaid}"


def test_patients_are_alike_in_everything_that_rules_on_room_ask_of_them() -> None:
    """The book remembers answers by `Book.alike`: what that left out would give one patient the answer of another."""
    of_patients = names_of(Patient) - names_of(TheatreList) - {"patient_id"}
    asked = attributes(nodes_of("booking/book.py", "booking/resources.py", "booking/day_orders.py", "day_order.py"))
    alike = next(node for node in nodes_of("booking/book.py") if getattr(node, "name", "") == "alike")
    assert asked & of_patients <= attributes(ast.walk(alike))


def test_lists_are_remembered_by_everything_the_rules_on_surgeon_and_theatre_ask_of_a_patient() -> None:
    """`eligibility` remembers lists for patients who need the same: what its key left out is asked of one only."""
    asking = [*functions("right_surgeon"), *functions("may_operate"), *functions("theatre_suits_patient")]
    asked = attributes(node for function in asking for node in ast.walk(function))
    key = attributes(ast.walk(*functions("_lists_of_the_like")))
    assert len(asking) == 3 and asked & (names_of(Patient) | names_of(Procedure)) <= key


def functions(name: str) -> list[ast.AST]:
    found = [node for node in nodes_of("eligibility.py") if isinstance(node, ast.FunctionDef)]
    return [node for node in found if node.name == name]


def names_of(kind: type[Patient | Procedure | TheatreList]) -> set[str]:
    return {field.name for field in dataclasses.fields(kind)}


def attributes(nodes: Iterable[ast.AST]) -> set[str]:
    """What is read of anything but of a book itself."""
    found = [node for node in nodes if isinstance(node, ast.Attribute)]
    return {node.attr for node in found if getattr(node.value, "id", "") not in ("self", "book", "other")}
