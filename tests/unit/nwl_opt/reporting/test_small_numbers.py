"""Counts of patients in a report: none from one to four, not even by taking one sum from another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nwl_opt.reporting.small_numbers import (
    is_small,
    merged,
    names_one,
    of_words,
    patients_words,
    withheld,
    within_words,
    without_patients,
)

pytestmark = pytest.mark.unit
COUNTS = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 30), max_size=8)


def test_counts_from_one_to_four_are_not_printed() -> None:
    assert [patients_words(count) for count in (0, 1, 4, 5, 1234)] == ["0", "under 5", "under 5", "5", "1,234"]
    assert of_words(10, 13) == "10 of 13"
    assert of_words(3, 13) == "under 5 of 13"
    assert [within_words(part, 9) for part in (0, 3, 6, 9)] == [
        ("0", "9"), ("under 5", "9"), ("not shown", "9"), ("9", "9"),
    ]  # fmt: skip
    assert [of_words(part, 2) for part in (2, 1, 0)] == ["all (under 5)", "some (of under 5)", "none (of under 5)"]


@given(COUNTS)
def test_small_groups_are_put_together_and_the_sum_stays(counts: dict[str, int]) -> None:
    """Whoever takes the printed groups from the sum learns no small one."""
    found = merged(counts)
    assert sum(found.values()) == sum(counts.values())
    if sum(counts.values()) >= 5:
        assert not any(is_small(count) for count in found.values())


@given(COUNTS)
def test_one_withheld_group_never_stands_alone_beside_others(counts: dict[str, int]) -> None:
    hidden = withheld(counts)
    assert all(name in hidden for name, count in counts.items() if is_small(count))
    others = [name for name, count in counts.items() if count > 0 and name not in hidden]
    assert len(hidden) != 1 or not others


def test_sentences_that_name_a_patient_are_left_out() -> None:
    text = "10 of 13 P2 patients are booked. Ready and not booked: E-17 (cannot come on the days). More comes."
    assert without_patients(text, {"E-17", "X"}) == "10 of 13 P2 patients are booked. More comes."
    assert names_one("closest is (E-17), who lacks 8 minutes", {"E-17"})
    assert not names_one("E-170 is another", {"E-17"})
