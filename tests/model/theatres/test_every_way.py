"""The ways that plans are held against keep every hard rule: one they forgot would be forgotten in silence."""

from __future__ import annotations

import pytest

from models.theatres.method.starts import first_start
from models.theatres.rules import RULES
from tests.model.theatres.every_way import KEPT_BY, keeps_the_rules
from tests.model.theatres.plans import shipped_instance

pytestmark = pytest.mark.model


def bookings_of(rule: str, *without_rules: str) -> dict[str, str]:
    """The patients of a rule in `each_rule`, and the one with an agreed date, as they are booked at first."""
    named = (rule.replace("-", ""), "T20")
    booked = first_start(shipped_instance("each_rule"), frozenset(without_rules)).list_of
    return {patient_id: at for patient_id, at in booked.items() if patient_id.startswith(named)}


def test_every_hard_rule_is_kept_by_something() -> None:
    assert KEPT_BY.keys() == {rule.id for rule in RULES if rule.hard and not rule.definitional}


@pytest.mark.parametrize("rule", sorted(KEPT_BY))
def test_bookings_made_without_a_rule_are_no_way_to_book(rule: str) -> None:
    instance = shipped_instance("each_rule")
    assert keeps_the_rules(instance, bookings_of(rule))
    assert not keeps_the_rules(instance, bookings_of(rule, rule))
