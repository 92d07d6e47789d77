"""How to mend what cannot be read: recognised by what Excel and exports do."""

from __future__ import annotations

import pytest

from models.shared.mending import bare, how_to_mend, lost_form
from models.shared.register import Column, Kind

pytestmark = pytest.mark.unit


def known(*names: str) -> dict[str, list[str]]:
    """Names by their bare form."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(bare(name), []).append(name)
    return found


@pytest.mark.parametrize(
    ("text", "names", "words"),
    [
        ("123", ("00123",), "Excel drops leading zeros, so 00123 became 123"),
        ("00123", ("123",), "so 00123 became 123"),
        ("st  mary", ("St Mary",), "St Mary stands in sites.csv"),
        ("st_mary", ("St-Mary",), "St-Mary stands in sites.csv"),
        ("1.23456789012346e+17", ("x",), "Excel keeps 15 digits"),
        ("1234567890123456", ("x",), "Excel keeps 15 digits"),
        ("2026-03-01", ("MAR1",), "turned a name into a date"),
        ("123", ("0123", "00123"), ""),
        ("000", ("0",), ""),
        ("elsewhere", ("here",), ""),
    ],
)
def test_what_became_of_a_name(text: str, names: tuple[str, ...], words: str) -> None:
    told = lost_form(text, known(*names), "sites.csv")
    assert (words in told) if words else not told


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("share", "45", "If you mean 45 %, write 0.45 or 45%"),
        ("share", "450", ""),
        ("share", "much", ""),
        ("gbp", "12 %", "the amount itself"),
        ("gbp", "08:30", "format to Number"),
        ("gbp", "yes", "Write a number"),
        ("minutes", "n/a", "stands for something missing"),
        ("time", "08.30", "08:30"),
        ("date", "3/25/2025", "Write 2025-03-25"),
        ("date", "1/2/25", "1/2/2025"),
        ("date", "1/2/2025", "year first"),
        ("date", "soon", ""),
        ("flag", "#VALUE!", "A formula failed"),
        ("text", "-", ""),
    ],
)
def test_what_a_cell_shows(kind: Kind, text: str, words: str) -> None:
    told = how_to_mend(text, Column("x", kind, "a thing"))
    assert (words in told) if words else not told


def test_what_empty_means_is_said() -> None:
    assert "empty means 5" in how_to_mend("NaN", Column("x", "gbp", "a thing", default="5"))
    assert "Clear the cell" in how_to_mend("NaN", Column("x", "gbp", "a thing", may_be_empty=True))
    assert how_to_mend("NaN", Column("x", "gbp", "a thing")).endswith("Write the value: a thing.")
