"""Who pays for works (E-34): whole pounds, shares of a project, limits of a year, and the ICB last."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from models.estates.capital import Payment, Project, payments, project_of
from models.estates.entities import CapitalSource, Conversion
from models.estates.hand_back import Option
from models.estates.instance import EstatesInstance
from tests.estates_small import area, estate, site, suite

pytestmark = pytest.mark.unit

YEAR = "2026/27"


def _with(*sources: CapitalSource) -> EstatesInstance:
    return replace(estate([site("A")], [suite("A-0")], [area("a", 10)]), capital_sources=sources)


def _project(name: str, gbp: int, borough: str = "Brent", year: str = YEAR) -> Project:
    return Project(name, borough, year, gbp)


def _paid(found: tuple[Payment, ...]) -> dict[tuple[str, str], int]:
    return {(one.project, one.source_id): one.gbp for one in found}


def test_a_grant_pays_a_third_a_levy_its_borough_and_the_icb_the_rest() -> None:
    """£100,001: 33 % is £33,000.33, so £33,000; the levy has £20,000; £47,001 are the ICB's, of £50,000."""
    sources = (
        CapitalSource("grant", "lig", None, YEAR, 500_000, 0.33),
        CapitalSource("levy", "s106", "Brent", YEAR, 20_000, 1.0),
        CapitalSource("own", "icb", None, YEAR, 50_000, 1.0),
    )
    found = payments(_with(*sources), [_project("works", 100_001)])
    assert _paid(found) == {("works", "grant"): 33_000, ("works", "levy"): 20_000, ("works", "own"): 47_001}
    assert [one.left_gbp for one in found] == [467_000, 0, 2_999]


def test_money_that_fits_one_project_only_is_kept_for_it() -> None:
    """A levy of Brent and a free one, £100 each; works of £100 in Brent and in Ealing: both are paid, each by the
    source that can. Served in order of name, the free levy would go to Brent and Ealing's works to the ICB."""
    sources = (
        CapitalSource("a_free", "cil", None, YEAR, 100, 1.0),
        CapitalSource("b_brent", "s106", "Brent", YEAR, 100, 1.0),
        CapitalSource("own", "icb", None, YEAR, 1_000, 1.0),
    )
    found = payments(_with(*sources), [_project("brent", 100), _project("ealing", 100, "Ealing")])
    assert _paid(found) == {("brent", "b_brent"): 100, ("ealing", "a_free"): 100}


def test_money_of_another_year_or_borough_pays_nothing() -> None:
    sources = (
        CapitalSource("late", "lig", None, "2027/28", 100, 1.0),
        CapitalSource("far", "s106", "Ealing", YEAR, 100, 1.0),
        CapitalSource("own", "icb", None, YEAR, 100, 1.0),
    )
    assert _paid(payments(_with(*sources), [_project("works", 60)])) == {("works", "own"): 60}


def test_what_no_source_can_pay_stands_with_the_icb() -> None:
    """Without a list of sources the ICB pays all; with one too small (the rule left out), what is missing."""
    assert _paid(payments(_with(), [_project("works", 70)])) == {("works", "icb"): 70}
    small = CapitalSource("grant", "lig", None, YEAR, 500, 0.33)
    assert _paid(payments(_with(small), [_project("works", 100)])) == {("works", "grant"): 33, ("works", "icb"): 67}


def test_works_are_a_project_of_the_year_they_begin_in() -> None:
    own = suite("A-1", rooms={"office": 2}, open_space_works_gbp=5_000)
    instance = estate([site("A", borough="Ealing")], [suite("A-0"), own], [area("a", 10)])
    made = Conversion("offices", "A-1", "office", 2, "consulting", 1, dt.date(2027, 1, 1), 3, 80_000)
    day = dt.date(2027, 4, 1)
    offered = Option("A-1", day, None, "open_space")
    assert project_of(instance, own, offered) == Project("A-1", "Ealing", "2027/28", 5_000)
    converted = Option("A-1", day, None, "conversion", made)
    assert project_of(instance, own, converted) == Project("offices", "Ealing", "2027/28", 80_000)
    assert project_of(instance, own, Option("A-1", day, None)) is None
    free = replace(made, works_gbp=0)
    assert project_of(instance, own, Option("A-1", day, None, "conversion", free)) is None
