"""What several lists of estates say of one rule is held to one another: left out, it would say no without a name."""

from __future__ import annotations

import pytest

from models.estates.formulation import obstacles
from models.estates.formulation.catalogue import ROWS
from models.estates.formulation.catalogue import RULES as FUNCTIONS
from models.estates.formulation.hand_back_rules import HAND_BACK_RULES, OPTION_RULES
from models.estates.rules import RULES
from models.estates.what_if.refusals import EXPLAINED

pytestmark = pytest.mark.unit

HARD = {rule.id for rule in RULES if rule.hard and not rule.definitional}
NAMED = {*HAND_BACK_RULES, *obstacles.OF_SPACE, *obstacles.OF_USE, *obstacles.OF_OTHERS}


def test_the_contents_hold_every_rule_with_its_function() -> None:
    assert sorted(FUNCTIONS) == [rule.id for rule in RULES]
    assert all(FUNCTIONS[rule.id].__name__ == rule.name for rule in RULES)


def test_every_hard_rule_can_be_named_by_who_says_no() -> None:
    """Or it is one that no hand-back on trial is held against, which `SETTLED_BEFORE` has to say."""
    assert NAMED.isdisjoint(obstacles.SETTLED_BEFORE)
    missing = sorted(HARD - NAMED - set(obstacles.SETTLED_BEFORE))
    assert not missing, f"in no list of formulation/obstacles.py, and no rule of hand-back: {missing}"
    assert NAMED | set(obstacles.SETTLED_BEFORE) <= HARD


def test_rules_asked_one_after_the_other_are_rows_or_rules_of_space() -> None:
    assert {*obstacles.OF_USE, *obstacles.OF_OTHERS, *obstacles.OF_WAYS} <= set(ROWS)


def test_every_rule_that_refuses_a_hand_back_says_why_and_what_would_change_it() -> None:
    assert set(EXPLAINED) == set(HAND_BACK_RULES) <= set(OPTION_RULES)
