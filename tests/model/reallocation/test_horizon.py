"""The first year in which the gap can close: against the closed forms, and what goes on when years are added."""

from __future__ import annotations

import pytest

from models.reallocation.horizon import build_valid, closing_in, with_years, years_tried
from models.shared.faults import InputFaults
from models.shared.parsing import RawInstance
from nwl_opt.scenario import with_settings
from tests.model.reallocation.plans import shipped
from tests.reallocation_tables import LINE_LEVEL_SETTINGS, line_level_tables, raw_instance

pytestmark = pytest.mark.model


def line_level(growth: float, cap: float) -> RawInstance:
    """One place, four lines, three years; deviations +3, +9, +9 and -20 %."""
    own = LINE_LEVEL_SETTINGS | {"growth_share": growth, "mh_growth_cap_share": cap}
    return raw_instance(line_level_tables(), own)


@pytest.mark.parametrize(
    ("growth", "cap", "years"),
    [
        (0.02, 1.0, 5),  # community and CHC, 9 % over, kept flat: ln 1.09 / ln 1.02 = 4.35 years
        (0.03, 1.0, 3),  # ln 1.09 / ln 1.03 = 2.92
        (0.04, 1.0, 3),  # ln 1.09 / ln 1.04 = 2.20
        (0.03, 0.10, 4),  # mental health, 20 % under, at its cap: ln 1.25 / ln (1.10 / 1.03) = 3.39
        (0.03, 0.08, 5),  # ln 1.25 / ln (1.08 / 1.03) = 4.71
        (0.04, 0.07, 8),  # ln 1.25 / ln (1.07 / 1.04) = 7.84
    ],
)
def test_the_first_year_is_that_of_the_closed_form(growth: float, cap: float, years: int) -> None:
    tried = list(years_tried(line_level(growth, cap)))
    assert [year.years for year in tried] == list(range(1, years + 1))
    assert tried[-1].closes and not any(year.closes for year in tried[:-1])
    assert all(year.gap_gbp is not None and year.gap_gbp > 25 for year in tried[:-1])


def test_a_cap_below_the_growth_never_closes() -> None:
    tried = list(years_tried(line_level(0.04, 0.04), most_years=6))
    assert len(tried) == 6 and not any(year.closes for year in tried)


def test_what_is_given_by_year_goes_on_as_in_the_last() -> None:
    """NW London has three years and a forecast of CHC for each; two more are as the third."""
    longer = build_valid(with_years(shipped("nwl"), 5))
    assert longer.year_names[-2:] == ("2027/28", "2028/29")
    assert longer.years[-1].growth_share == longer.years[2].growth_share
    by_year = {row.year: row for row in longer.chc_forecast if row.place is None}
    assert by_year["2028/29"].volume_growth_share == by_year["2026/27"].volume_growth_share
    shorter = build_valid(with_years(shipped("nwl"), 1))
    assert shorter.year_names == ("2023/24", "2024/25")
    assert {row.year for row in shorter.chc_forecast} == {"2024/25"}


def test_closure_is_asked_for_even_where_it_was_soft() -> None:
    raw = shipped("tiny")
    soft = raw_instance({"soft_rules": [{"rule": "R-08", "order": 1}, {"rule": "R-03", "order": 2}]}, {})
    with_soft = RawInstance(raw.origin, raw.header, {**raw.tables, "soft_rules": soft.tables["soft_rules"]})
    instance = build_valid(closing_in(with_settings(with_soft, {"aim": "fastest_closure"}, "local"), 2))
    assert dict(instance.soft_order) == {"R-03": 2}
    assert instance.settings.closure_required and instance.settings.aim == "close_the_gap"


def test_need_in_pounds_cannot_be_known_for_later_years() -> None:
    raw = shipped("tiny")
    targets = raw_instance(
        {"need_targets": [{"place": "north", "line": "acute", "year": "2024/25", "need_gbp": 1}]}, {}
    )
    given = RawInstance(raw.origin, raw.header, {**raw.tables, "need_targets": targets.tables["need_targets"]})
    with pytest.raises(InputFaults, match="need in pounds up to 2024/25"):
        with_years(given, 2)
