"""Numbers, units, days and times as exports write them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.shared.register import Column
from nwl_opt.excel.mapping.days import (
    date_form_of,
    may_be_month_first,
    parse_date,
    parse_financial_year,
    parse_flag,
    parse_moment,
    parse_time,
)
from nwl_opt.excel.mapping.numbers import (
    factor_between,
    parse_minutes,
    parse_number,
    plain_text,
    unit_of,
    units_for,
    whole_keeping_total,
)

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234", "1234"), ("£1,234.50", "1234.50"), ("(1,234)", "-1234"), ("12-", "-12"), ("-£3", "-3"), ("−4", "-4"),
        ("1 234", "1234"), ("GBP 7", "7"), (" - ", "0"), ("1e3", "1000"), (".5", "0.5"), ("12.5 %", "12.5"),
    ],
)  # fmt: skip
def test_numbers_as_ledgers_write_them(text: str, value: str) -> None:
    found = parse_number(text)
    assert found is not None
    assert found.value == Decimal(value)
    assert found.percent == text.endswith("%")


@pytest.mark.parametrize("text", ["", "twelve", "1,23", "12/04", "1.2.3", "NaN", "inf", "£", "12 CR", "--", "1,2345"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse_number(text) is None


def test_a_decimal_comma_is_read_where_the_mapping_says_so() -> None:
    found = parse_number("1.234,5", ",")
    assert found is not None
    assert found.value == Decimal("1234.5")


@pytest.mark.parametrize(
    ("name", "kind", "theirs", "factor"),
    [
        ("rent_gbp", "gbp", "thousand pounds", "1000"), ("rent_gbp", "decimal", "pence", "0.01"),
        ("growth_share", "share", "percent", "0.01"), ("touch_minutes", "minutes", "hours", "60"),
        ("booked_hours", "decimal", "minutes", "0.01666666666666666666666666667"),
        ("notice_days", "integer", "weeks", "7"),
        ("notice_months", "integer", "years", "12"), ("area_m2", "integer", "square feet", "0.09290304"),
        ("recurrent_gbp", "gbp", "", "1"),
    ],
)  # fmt: skip
def test_units_become_ours(name: str, kind: str, theirs: str, factor: str) -> None:
    column = Column(name, kind, "")  # type: ignore[arg-type]
    assert factor_between(theirs, column) == Decimal(factor)


def test_a_column_without_a_unit_offers_none() -> None:
    assert units_for(Column("asa_grade", "integer", "")) == ()
    assert unit_of(Column("name", "text", "")) == ""
    assert units_for(Column("rent_gbp", "gbp", ""))[0] == "pounds"


def test_lengths_of_time_with_a_colon() -> None:
    assert parse_minutes("1:30") == 90
    assert parse_minutes("1:75") is None


def test_numbers_are_written_without_needless_noughts() -> None:
    assert plain_text(Decimal("1200.500"), 2) == "1200.5"
    assert plain_text(Decimal("-0.00"), 2) == "0"
    assert plain_text(Decimal("0.333333333"), 6) == "0.333333"
    assert plain_text(Decimal("1E+3"), 6) == "1000"


@given(st.lists(st.decimals(-10_000, 10_000, places=2), max_size=40))
def test_whole_pounds_keep_their_sum(values: list[Decimal]) -> None:
    whole = whole_keeping_total(values)
    assert abs(Decimal(sum(whole)) - sum(values, Decimal(0))) <= Decimal("0.5")
    assert all(abs(Decimal(number) - value) < 1 for number, value in zip(whole, values, strict=True))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2027-04-12", ""), ("2027-04-12T00:00", ""), ("12/04/2027", "dd/mm/yyyy"), ("12/4/27", "dd/mm/yy"),
        ("12-Apr-2027", "dd-mmm-yyyy"), ("12 April 2027", "dd mmmm yyyy"), ("20270412", "yyyymmdd"),
        ("04/12/2027", "mm/dd/yyyy"), ("12.04.2027", "dd.mm.yyyy"), ("46489", "excel number"),
        ("12/04/2027 08:30", "dd/mm/yyyy"), ("2027-04-12", "dd/mm/yyyy"),
    ],
)  # fmt: skip
def test_days_in_every_form(text: str, form: str) -> None:
    assert parse_date(text, form) == dt.date(2027, 4, 12)


@pytest.mark.parametrize(("text", "form"), [("31/02/2027", "dd/mm/yyyy"), ("soon", ""), ("12/04/2027", ""),
                                            ("0", "excel number"), ("soon", "excel number")])  # fmt: skip
def test_what_is_no_day_is_none(text: str, form: str) -> None:
    assert parse_date(text, form) is None


def test_moments_keep_their_time() -> None:
    assert parse_moment("12/04/2027 8:30 pm", "dd/mm/yyyy") == dt.datetime(2027, 4, 12, 20, 30)
    assert parse_moment("46489.5", "excel number") == dt.datetime(2027, 4, 12, 12)
    assert parse_moment("12/04/2027 25:30", "dd/mm/yyyy") is None


@pytest.mark.parametrize(("text", "clock"), [("08:30", (8, 30)), ("0830", (8, 30)), ("830", (8, 30)),
                                             ("8.30", (8, 30)),
                                             ("8:30 PM", (20, 30)), ("12:05 am", (0, 5)), ("08:30:00", (8, 30)),
                                             ("2027-04-12T17:00", (17, 0))])  # fmt: skip
def test_times_of_day(text: str, clock: tuple[int, int]) -> None:
    assert parse_time(text) == dt.time(*clock)


@pytest.mark.parametrize("text", ["25:00", "8", "13:00 pm", "late", "08:75"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert parse_time(text) is None


def test_flags_and_financial_years() -> None:
    assert [parse_flag(text) for text in ("Y", "true", "0", "perhaps")] == ["yes", "yes", "no", None]
    years = [parse_financial_year(text) for text in ("2024-25", "24/25", "2024/2025", "FY2024-25", "2024/26")]
    assert years == ["2024/25"] * 4 + [None]


def test_the_form_of_dates_is_the_one_all_are_written_in() -> None:
    assert date_form_of(["01/02/2027", "13/02/2027"]) == "dd/mm/yyyy"
    assert date_form_of(["02/13/2027"]) == "mm/dd/yyyy"
    assert date_form_of(["2027-02-13"]) == ""
    assert date_form_of(["2027-02-13", "never"]) is None
    assert date_form_of(["46489", "46490"]) == "excel number"
    assert date_form_of(["52161", "12"]) is None
    assert date_form_of([]) is None


def test_days_that_could_be_months_are_known() -> None:
    assert may_be_month_first(["01/02/2027", "12/11/2027"], "dd/mm/yyyy")
    assert not may_be_month_first(["01/02/2027", "13/11/2027"], "dd/mm/yyyy")
    assert not may_be_month_first(["2027-02-01"], "")
