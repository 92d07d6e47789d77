"""One cell by its column, there and back; years, months and working days."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.shared.calendar import (
    add_months,
    days_between,
    financial_year,
    financial_year_of,
    first_calendar_year,
    is_financial_year,
    is_working_day,
)
from models.shared.cells import Cell, CellError, format_cell, parse_cell
from models.shared.register import Column, Kind

pytestmark = pytest.mark.unit


def column(kind: Kind, **more: object) -> Column:
    return Column("x", kind, "a thing", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("gbp", "1,234", 1234),
        ("gbp", "-5", -5),
        ("integer", "3.0", 3),
        ("share", "0.25", 0.25),
        ("flag", "Yes", True),
        ("flag", "0", False),
        ("unknown_flag", "unknown", "unknown"),
        ("unknown_flag", "no", "no"),
        ("date", "2028-02-29", dt.date(2028, 2, 29)),
        ("date", "2026-11-23 00:00:00", dt.date(2026, 11, 23)),
        ("datetime", "2026-11-23T08:30", dt.datetime(2026, 11, 23, 8, 30)),
        ("time", "8:30", dt.time(8, 30)),
        ("financial_year", "2099/00", "2099/00"),
        ("id", "00123", "00123"),
    ],
)
def test_a_cell_is_read_by_its_kind(kind: Kind, text: str, value: Cell) -> None:
    assert parse_cell(text, column(kind)) == value


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("gbp", "12.50", "whole number"),
        ("gbp", "1,23", "must be a number"),
        ("integer", "NaN", "finite"),
        ("decimal", "inf", "finite"),
        ("decimal", "n/a", "must be a number"),
        ("share", "1.01", "between 0 and 1"),
        ("minutes", "-1", "0 or more"),
        ("flag", "maybe", "yes or no"),
        ("unknown_flag", "", "yes, no or unknown"),
        ("date", "23/11/2026", "date like"),
        ("date", "2027-02-29", "date like"),
        ("datetime", "2026-11-23T08:30+01:00", "without a zone"),
        ("time", "25:00", "time like"),
        ("financial_year", "2024/26", "financial year"),
    ],
)
def test_a_wrong_cell_says_what_was_expected(kind: Kind, text: str, expected: str) -> None:
    with pytest.raises(CellError, match=expected):
        parse_cell(text, column(kind))


def test_limits_and_choices_are_held() -> None:
    with pytest.raises(CellError, match="one of a, b"):
        parse_cell("c", column("choice", allowed=("a", "b")))
    with pytest.raises(CellError, match="must be 1 or more"):
        parse_cell("0", column("integer", minimum=1))
    assert parse_cell("1.2", column("share", minimum=0, maximum=2)) == 1.2


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("share", 0.1 + 0.2, "0.300000"),
        ("decimal", -0.0000001, "0.000000"),
        ("flag", True, "yes"),
        ("gbp", -12, "-12"),
        ("datetime", dt.datetime(2026, 3, 29, 1, 30), "2026-03-29T01:30"),
        ("date", dt.date(2026, 3, 29), "2026-03-29"),
        ("text", None, ""),
    ],
)
def test_a_value_is_written_as_it_is_read(kind: Kind, value: Cell, text: str) -> None:
    assert format_cell(value, column(kind)) == text


@given(st.integers(-(10**12), 10**12))
def test_pounds_survive_the_round_trip(pounds: int) -> None:
    assert parse_cell(format_cell(pounds, column("gbp")), column("gbp")) == pounds


def test_financial_years() -> None:
    assert financial_year(2024) == "2024/25"
    assert financial_year(1999) == "1999/00"
    assert first_calendar_year("2024/25") == 2024
    assert financial_year_of(dt.date(2025, 3, 31)) == "2024/25"
    assert financial_year_of(dt.date(2025, 4, 1)) == "2025/26"
    assert not is_financial_year("2024-25")
    with pytest.raises(ValueError, match="2024-25"):
        first_calendar_year("2024-25")


def test_months_end_where_the_month_ends() -> None:
    assert add_months(dt.date(2028, 1, 31), 1) == dt.date(2028, 2, 29)
    assert add_months(dt.date(2026, 11, 30), 3) == dt.date(2027, 2, 28)
    assert add_months(dt.date(2026, 1, 15), 12) == dt.date(2027, 1, 15)
    assert add_months(dt.date(2026, 1, 15), -1) == dt.date(2025, 12, 15)
    assert add_months(dt.date(2026, 11, 15), 1) == dt.date(2026, 12, 15)


def test_working_days() -> None:
    assert is_working_day(dt.date(2026, 12, 24))
    assert not is_working_day(dt.date(2026, 12, 25))
    assert not is_working_day(dt.date(2026, 12, 28))
    assert not is_working_day(dt.date(2026, 11, 22))
    assert len(days_between(dt.date(2028, 2, 1), dt.date(2028, 2, 29))) == 29
    assert days_between(dt.date(2026, 2, 2), dt.date(2026, 2, 1)) == ()
