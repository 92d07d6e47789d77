"""Cash: paybacks and payments in closed form, and the ledgers of one suite by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from models.estates.cash import CashBook
from models.estates.entities import Occupation, Period, Suite, VacatingRule
from models.estates.formulation.cash_rules import option_cost_gbp
from models.estates.hand_back import Option
from models.estates.instance import EstatesInstance
from models.estates.savings import payback_months, saving_of
from tests.estates_small import PAYMENTS, area, estate, site, suite

pytestmark = pytest.mark.unit

D = dt.date
LONG = (Period("2026/27", 10, 1.0),)


def _npv(instance: EstatesInstance, own: Suite, date: dt.date | None, core_date: dt.date | None) -> float:
    return option_cost_gbp(instance, CashBook(instance), own, Option(own.suite_id, date, core_date))


def _leasehold(lease_end: dt.date, **changes: object) -> EstatesInstance:
    sites = [site("A", tenure="nhsps_leasehold")]
    suites = [suite("A-0", lease_end=lease_end), suite("A-1", lease_end=lease_end)]
    return estate(sites, suites, [area("a", 100)], periods=LONG, **changes)


@pytest.mark.parametrize("avoidable", [0.5, 0.8, 1.0])
def test_a_part_freehold_pays_back_in_six_over_the_avoidable_share_months(avoidable: float) -> None:
    instance = estate(
        [site("A")], [suite("A-0"), suite("A-1")], [area("a", 100)], periods=LONG, avoidable_share_part=avoidable
    )
    saving = saving_of(instance, CashBook(instance), instance.suite("A-1"), Option("A-1", D(2027, 4, 1), None))
    assert saving.one_off_gbp == 12_000
    assert saving.payback_months == pytest.approx(6 / avoidable)


@pytest.mark.parametrize("avoidable", [0.6, 0.8, 1.0])
@pytest.mark.parametrize("months_left", [1, 8, 11, 12, 13, 15, 16, 20, 21, 40])
def test_a_leasehold_needs_more_than_twelve_over_the_avoidable_share_months(
    avoidable: float, months_left: int
) -> None:
    """Against leaving at the lease end: it saves a x months and pays min(12, months), so it gains above 12 / a."""
    end = D(2030, 4, 1)
    year, month = divmod(2030 * 12 + 3 - months_left, 12)
    early = D(year, month + 1, 1)
    instance = _leasehold(end, avoidable_share_part=avoidable)
    part = instance.suite("A-1")
    gain = _npv(instance, part, end, None) - _npv(instance, part, early, None)
    expected = 2000 * (avoidable * months_left - min(12, months_left))
    assert gain == pytest.approx(expected, abs=2)
    assert (gain > 2) == (months_left > 12 / avoidable + 1e-9)


def test_eight_months_before_its_end_a_leasehold_loses_money() -> None:
    """It pays 8 / 12 of £24,000 = £16,000 and saves 0.8 x 8 x £2,000 = £12,800: £3,200 lost."""
    instance = _leasehold(D(2030, 4, 1))
    book, part = CashBook(instance), instance.suite("A-1")
    assert book.vacating_payment_gbp(part, D(2029, 8, 1), None) == 16_000
    assert _npv(instance, part, D(2029, 8, 1), None) - _npv(instance, part, D(2030, 4, 1), None) == 3200


@pytest.mark.parametrize(
    ("tenure", "whole", "payment"), [("nhsps_freehold", True, 6000), ("nhsps_freehold", False, 12_000),
                                     ("nhsps_leasehold", True, 24_000), ("nhsps_leasehold", False, 24_000)],
)  # fmt: skip
def test_payments_by_tenure_and_extent(tenure: str, whole: bool, payment: int) -> None:
    """25, 50 and 100 % of £24,000."""
    instance = estate([site("A", tenure=tenure)], [suite("A-0"), suite("A-1")], [area("a", 100)], periods=LONG)
    day = D(2027, 4, 1)
    assert CashBook(instance).vacating_payment_gbp(instance.suite("A-1"), day, day if whole else None) == payment


def test_the_payment_rules_are_dated() -> None:
    """From April 2028 a part freehold pays a whole year's charge instead of half."""
    dearer = (*PAYMENTS, VacatingRule("nhsps_freehold", "part", D(2028, 4, 1), 1.0, False))
    instance = estate([site("A")], [suite("A-0"), suite("A-1")], [area("a", 100)], periods=LONG, payments=dearer)
    book, part = CashBook(instance), instance.suite("A-1")
    assert [book.vacating_payment_gbp(part, day, None) for day in (D(2028, 3, 1), D(2028, 4, 1))] == [12_000, 24_000]


def test_the_icb_saves_only_what_it_pays() -> None:
    """A trust holds 150 of 200 m2 until October 2027: the ICB pays a quarter of £2,000 a month, then all of it.

    2026/27: 12 x 500 = 6,000; 2027/28: 6 x 500 + 6 x 2,000 = 15,000. Handed back on 1 October 2027 it has paid 3,000
    in 2027/28, goes on paying a fifth of £2,000 a month (part: 0.2 x 6 x 2,000 = 2,400), and pays £12,000 once.
    """
    trust = Occupation("o", "A-1", "Trust", 150, "provider", D(2027, 10, 1))
    instance = estate([site("A")], [suite("A-0"), suite("A-1")], [area("a", 100)], occupations=[trust])
    book, part = CashBook(instance), instance.suite("A-1")

    def icb(date: dt.date | None) -> dict[tuple[str, str], int]:
        return {(line.year, line.item): line.gbp for line in book.lines(part, date, None) if line.ledger == "icb"}

    assert icb(None)["2026/27", "charges_void"] == 6000
    assert icb(None)["2027/28", "charges_void"] == 15_000
    gone = icb(D(2027, 10, 1))
    assert gone["2027/28", "charges_void"] == 3000
    assert gone["2027/28", "charges_continuing"] == 2400
    assert gone["2027/28", "vacating_payment"] == 12_000
    assert gone["2028/29", "charges_continuing"] == 4800


def test_space_whose_void_another_pays_costs_the_icb_nothing() -> None:
    instance = estate([site("A")], [suite("A-0", void_payer="gp")], [area("a", 100)])
    assert _npv(instance, instance.suite("A-0"), None, None) == 0


def test_the_system_ledger_leaves_out_rent_inside_the_nhs() -> None:
    """Freehold: only rates, facilities and service charge, £12,000 a year; leasehold: the £12,000 rent as well."""
    for tenure, expected in (("nhsps_freehold", 12_000), ("nhsps_leasehold", 24_000)):
        instance = estate([site("A", tenure=tenure)], [suite("A-0")], [area("a", 100)])
        lines = CashBook(instance).lines(instance.suite("A-0"), None, None)
        assert sum(line.gbp for line in lines if line.ledger == "system" and line.year == "2026/27") == expected


def test_discounting_counts_years_from_the_base() -> None:
    instance = estate([site("A")], [suite("A-0")], [area("a", 100)], discount_rate_share=0.035)
    cost = _npv(instance, instance.suite("A-0"), None, None)
    assert cost == pytest.approx(24_000 * (1 + 1 / 1.035 + 1 / 1.035**2))


def test_the_unavoidable_part_ends_when_the_building_goes() -> None:
    """Part gone on 1 April 2027, building on 1 April 2028: a fifth of £24,000 for one year only."""
    instance = estate([site("A")], [suite("A-0"), suite("A-1")], [area("a", 100)], periods=LONG)
    book, part = CashBook(instance), instance.suite("A-1")
    staying = [line for line in book.lines(part, D(2027, 4, 1), D(2028, 4, 1)) if line.item == "charges_continuing"]
    assert [(line.year, line.gbp) for line in staying] == [("2027/28", 4800)]


def test_nothing_is_paid_back_where_nothing_is_saved() -> None:
    assert payback_months(1000, 0) is None
    assert payback_months(0, 0) == 0.0


def test_a_payment_after_a_renewed_lease_is_in_full() -> None:
    instance = _leasehold(D(2028, 4, 1))
    part = instance.suite("A-1")
    assert CashBook(instance).vacating_payment_gbp(part, D(2029, 4, 1), None) == 24_000
