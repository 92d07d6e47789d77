"""The checker's own workings, by hand: demand, journeys, refusals, months and pounds."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import replace

import pytest

from models.estates.checker import Cash, aims_of, cash_by_dates, refused_by
from models.estates.checker.cash import months_left, npv_cost_gbp
from models.estates.checker.facts import demand_of, facts_of, firsts_of_months
from models.estates.entities import Occupation, Period, VacatingRule
from models.estates.instance import EstatesInstance
from tests.estates_small import PAYMENTS, area, estate, service, site, suite
from tests.model.estates.plans import instance_of, shipped, shipped_plan

pytestmark = pytest.mark.unit

D = dt.date
TEN_YEARS = (Period("2026/27", 10, 1.0),)


# --- demand ------------------------------------------------------------------------------------------------------


def rooms_for_all_contacts(instance: EstatesInstance, period: str, minutes: int) -> float:
    """Rooms for face-to-face primary care, were all of it in these sites."""
    settings = instance.settings
    contacts = sum(
        count for (place, _, year), count in demand_of(instance).items() if year == period and place != "-"
    )
    hours_of_a_room = 11 * settings.session_hours * settings.weeks_per_year * settings.used_share_ceiling
    return contacts * minutes / 60 / hours_of_a_room


@pytest.mark.parametrize(
    ("people", "period", "minutes", "rooms"),
    [
        (2_111_469, "2026/27", 10, 824.26),
        (2_111_469, "2026/27", 12, 989.116),
        (2_111_469, "2026/27", 15, 1236.40),
        (2_111_469, "2040/41", 12, 780.518),
        (2_774_346, "2026/27", 12, 1299.64),
    ],
)
def test_rooms_needed_of_the_joint_forward_plan(people: int, period: str, minutes: int, rooms: float) -> None:
    """7.5 contacts, 27 % virtual growing to 45 %, 100,000 more people, 55 hours, 50 weeks, 85 %."""
    care = service(demand_source="contact_rate", minutes_per_contact=minutes)
    instance = estate(
        [site("A")], [suite("A-0")], [area("a", people - 1000), area("b", 1000)], services=[care],
        periods=(Period("2026/27", 1, 1.0), Period("2027/28", 13, 1.0), Period("2040/41", 1, 1.0)),
        population_added=100_000, share_in_these_sites=1.0, used_share_ceiling=0.85,
    )  # fmt: skip
    assert rooms_for_all_contacts(instance, period, minutes) == pytest.approx(rooms, abs=0.006)


def test_a_period_is_planned_for_its_busiest_year() -> None:
    """1,000 contacts a year growing 10 %: the period 2027/28 to 2028/29 is planned for its second year, 1,210."""
    instance = estate([site("A")], [suite("A-0")], [area("a", 1000)], services=[service(growth_share_per_year=0.1)])
    assert demand_of(instance)["a", "gp", "2027/28"] == pytest.approx(1210)
    falling = replace(instance, services=(service(growth_share_per_year=-0.1),))
    assert demand_of(falling)["a", "gp", "2027/28"] == pytest.approx(900)


def test_virtual_contacts_are_one_sum_under_no_area() -> None:
    calls = service("calls", demand_source="contact_rate", mode="virtual", room_type="office")
    instance = estate(
        [site("A")], [suite("A-0")], [area("a", 600), area("b", 400)], services=[calls], contact_rate=5.0,
        share_in_these_sites=0.4, virtual_share_first=0.3, virtual_share_last=0.3,
    )  # fmt: skip
    assert demand_of(instance) == {("-", "calls", year): pytest.approx(600) for year in ("2026/27", "2027/28")}


# --- journeys ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "km", "minutes"),
    [("walk", 2.0, 33), ("public_transport", 7.0, 47), ("public_transport", 0.0, 8), ("car", 6.0, 31)],
)
def test_journeys_by_straight_line_detour_speed_and_wait(mode: str, km: float, minutes: int) -> None:
    """2 km x 1.3 / 4.8 km/h = 32.5, rounded up; 7 x 1.3 / 14 = 39 and 8 to wait; 6 x 1.3 / 18 = 26 and 5 to park."""
    sites = [site("A", easting_m=500_000 + km * 1000), site("B", easting_m=900_000)]
    instance = estate(sites, [suite("A-0"), suite("B-0")], [area("a", 10)], travel_mode=mode)
    facts = facts_of(instance)
    assert facts.minutes["a", "A"] == minutes
    assert facts.minutes_before("a", "consulting") == minutes
    assert facts.minutes_before("a", "xray") is None
    assert facts_of(replace(instance, travel_times_minutes={("a", "B"): 3})).usual["a", "consulting"] == "B"


# --- pounds ------------------------------------------------------------------------------------------------------


def test_tiny_as_its_description_works_it_out() -> None:
    case = shipped_plan("tiny")
    cash = cash_by_dates(case.instance, case.plan.hand_backs)
    assert [
        sum(cash.total_gbp(item, year) for item in ("charges_occupied", "charges_void"))
        for year in ("2026/27", "2027/28")
    ] == [42_000, 30_000]
    assert [cash.total_gbp("charges_continuing", year) for year in ("2026/27", "2027/28")] == [2_400, 4_800]
    assert [cash.total_gbp("vacating_payment", year) for year in ("2026/27", "2027/28")] == [12_000, 0]
    assert [cash.total_gbp("running_costs", year) for year in ("2026/27", "2027/28")] == [28_200, 23_400]
    assert npv_cost_gbp(case.instance, cash) == pytest.approx(56_400 + 34_800 / 1.035)
    assert npv_cost_gbp(case.instance, cash_by_dates(case.instance, {})) == pytest.approx(54_000 * (1 + 1 / 1.035))
    values = aims_of(case.instance, case.read_back)
    assert values == {
        "unmet_demand": 0,
        "npv_cost": pytest.approx(90_023.188),
        "travel_worst": 10,
        "travel_core20": 0,
        "travel": 10,
        "disruption": 0,
    }


def two_floors(tenure: str = "nhsps_freehold", **changes: object) -> EstatesInstance:
    """Two floors of 24,000 pounds a year each, ten years, no discount, 80 % avoidable."""
    floors = [suite("A-0", **changes), suite("A-1", **changes)]
    return estate([site("A", tenure=tenure)], floors, [area("a", 1)], periods=TEN_YEARS)


def cost_gbp(instance: EstatesInstance, dates: Mapping[str, dt.date]) -> float:
    return npv_cost_gbp(instance, cash_by_dates(instance, dates))


def test_part_of_a_freehold_pays_back_after_seven_and_a_half_months() -> None:
    """Six months' payment over an avoidable share of 0.8: 2,000 x 0.8 = 1,600 a month against 12,000."""
    instance = two_floors()
    kept, gone = cost_gbp(instance, {}), cost_gbp(instance, {"A-1": D(2026, 10, 1)})
    months = 120 - 6
    assert kept - gone == pytest.approx(1_600 * months - 12_000)
    assert kept - cost_gbp(instance, {"A-1": D(2035, 8, 1)}) == pytest.approx(1_600 * 8 - 12_000)
    assert kept - cost_gbp(instance, {"A-1": D(2035, 9, 1)}) == pytest.approx(1_600 * 7 - 12_000)


def test_a_leasehold_eight_months_before_its_end_loses_money() -> None:
    """8 / 12 of 24,000 = 16,000 to pay; 0.8 x 8 x 2,000 = 12,800 saved against leaving on the last day."""
    instance = two_floors("nhsps_leasehold", lease_end=D(2030, 12, 1))
    on_time, early = (cost_gbp(instance, {"A-1": day}) for day in (D(2030, 12, 1), D(2030, 4, 1)))
    assert early - on_time == pytest.approx(16_000 - 12_800)


@pytest.mark.parametrize("months", [13, 15, 16, 24])
def test_a_leasehold_needs_more_than_fifteen_months_left(months: int) -> None:
    """12 / 0.8 = 15: with a full year's payment of 24,000, each month before the end saves 1,600."""
    instance = two_floors("nhsps_leasehold", lease_end=D(2030, 12, 1))
    year, month = divmod(2030 * 12 + 11 - months, 12)
    gain = cost_gbp(instance, {"A-1": D(2030, 12, 1)}) - cost_gbp(instance, {"A-1": D(year, month + 1, 1)})
    assert gain == pytest.approx(1_600 * months - 24_000)
    assert (gain > 0) == (months > 15)


def test_months_left_of_a_lease() -> None:
    own = suite("A-0", lease_break=D(2028, 6, 24), lease_end=D(2030, 6, 24))
    expected = {
        D(2030, 6, 24): 0,
        D(2028, 6, 24): 0,
        D(2030, 6, 1): 1,
        D(2030, 5, 1): 2,
        D(2029, 6, 1): 13,
        D(2031, 1, 1): 12,
    }
    assert {day: months_left(own, day) for day in expected} == expected
    assert months_left(suite("A-0"), D(2030, 1, 1)) == 12


def _charges(cash: Cash, suite_id: str, year: str) -> int:
    return sum(cash.gbp(suite_id, item, year) for item in ("charges_occupied", "charges_void"))


def test_the_icb_saves_only_what_it_pays() -> None:
    """Of 200 m2 a practice has 150 until April 2027; then they are void, and the ICB's."""
    tenants = (Occupation("x", "A-1", "practice", 150, "gp", D(2027, 4, 1)),)
    instance = replace(two_floors(), occupations=tenants)
    cash = cash_by_dates(instance, {})
    assert [_charges(cash, "A-1", year) for year in ("2026/27", "2027/28")] == [6_000, 24_000]
    not_ours = replace(instance, suites=(instance.suite("A-0"), suite("A-1", void_payer="provider")))
    assert cash_by_dates(not_ours, {}).total_gbp("charges_void", "2027/28") == 24_000
    assert _charges(cash_by_dates(not_ours, {}), "A-1", "2027/28") == 0


def test_payments_follow_the_rules_in_force_on_the_day() -> None:
    """From April 2030 another guide asks 40 % for a part; the whole building keeps 25 %."""
    later = (*PAYMENTS, VacatingRule("nhsps_freehold", "part", D(2030, 4, 1), 0.4, False))
    instance = replace(two_floors(), vacating_rules=later)

    def paid(day: dt.date, core: dt.date | None = None) -> int:
        dates = {"A-1": day} if core is None else {"A-1": day, "A-0": core}
        return cash_by_dates(instance, dates).gbp("A-1", "vacating_payment", f"{day.year}/{(day.year + 1) % 100:02d}")

    assert (paid(D(2029, 5, 1)), paid(D(2030, 4, 1))) == (12_000, 9_600)
    assert paid(D(2031, 5, 1), core=D(2031, 5, 1)) == 6_000


def test_rent_of_a_head_lease_stays_with_the_nhs_until_the_lease_ends() -> None:
    """12,000 a year for each floor until June 2028, whether the ICB still has it or not; none for a freehold."""
    leasehold = two_floors("nhsps_leasehold", lease_end=D(2028, 7, 1))
    cash = cash_by_dates(leasehold, {"A-1": D(2027, 10, 1)})
    assert [cash.gbp("A-1", "rent_outside_nhs", year) for year in ("2027/28", "2028/29")] == [12_000, 3_000]
    assert cash.gbp("A-0", "rent_outside_nhs", "2029/30") == 12_000
    assert cash_by_dates(two_floors(), {}).total_gbp("rent_outside_nhs", "2026/27") == 0


def test_half_pounds_are_rounded_up() -> None:
    """A charge of one pound a year: six months are 50 pence, written as a pound; five months are written as none."""
    instance = estate([site("A")], [suite("A-0", rent_gbp=1, rates_gbp=0, facilities_gbp=0, service_charge_gbp=0)],
                      [area("a", 1)], periods=TEN_YEARS)  # fmt: skip
    assert cash_by_dates(instance, {"A-0": D(2026, 10, 1)}).gbp("A-0", "charges_void", "2026/27") == 1
    assert cash_by_dates(instance, {"A-0": D(2026, 9, 1)}).gbp("A-0", "charges_void", "2026/27") == 0


# --- refusals ----------------------------------------------------------------------------------------------------


def test_lift_space_and_ninety_square_metres_are_refused_by_name() -> None:
    refused = refused_by(instance_of(shipped("each_rule")))
    assert refused["lift-1"] == {"E-17": "it is LIFT or Community Health Partnerships space"}
    assert refused["under_100_m2-1"] == {"E-13": "90 m2 are fewer than the 100 m2 taken back"}
    assert refused["lease_nearly_over-1"] == {}


def test_firsts_of_months_start_with_the_next_first() -> None:
    assert firsts_of_months(D(2026, 4, 1), D(2026, 6, 1)) == [D(2026, 4, 1), D(2026, 5, 1)]
    assert firsts_of_months(D(2026, 12, 2), D(2027, 2, 2)) == [D(2027, 1, 1), D(2027, 2, 1)]
    assert firsts_of_months(D(2026, 4, 2), D(2026, 5, 1)) == []
    assert math.isclose(len(firsts_of_months(D(2026, 4, 1), D(2041, 4, 1))) / 12, 15)
