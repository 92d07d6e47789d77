"""What an estates expert would check first, each shown once: ceilings, rooms needed, leases, refusals, sums.

A small estate or the checker's own workings wherever the arithmetic can be done by hand; a shipped plan otherwise.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.estates.checker import Uses, cash_by_dates, check_plan, refused_by
from models.estates.checker.cash import npv_cost_gbp
from models.estates.checker.facts import demand_of
from models.estates.entities import Occupation, Period
from models.estates.instance import EstatesInstance
from models.estates.location.core import LocationCore
from models.estates.location.mapping import estates_instance, pounds_per_unit
from models.estates.location.method import solve_location
from models.estates.location.of_instance import location_core
from models.estates.location.published import cases_of
from models.estates.location.reading import read_location_file
from models.shared.calendar import add_months
from models.shared.parsing import RawInstance
from tests.estates_small import area, estate, plan_of, service, site, solved, suite
from tests.model.estates.plans import (
    as_read,
    checked,
    faults_of,
    generated_plan,
    instance_of,
    shipped,
    shipped_plan,
    solve,
)
from tests.model.estates.scribe import HandMade

pytestmark = pytest.mark.model

D = dt.date
TEN_YEARS = (Period("2026/27", 10, 1.0),)


# --- 1. the ceiling in every site, kind of room and session --------------------------------------------------------


def test_the_ceiling_holds_in_every_session_and_not_on_average() -> None:
    case = generated_plan(3, 5)
    ceiling = case.instance.settings.used_share_ceiling
    length = case.instance.settings.session_hours
    sessions = [row for row in case.tables["room_utilisation"] if row["slot"] != "week"]
    caps = {one.site_id: min(ceiling, one.utilisation_cap_share or ceiling) for one in case.instance.sites}
    over = [
        row
        for row in sessions
        if float(str(row["used_hours"])) > caps[str(row["site_id"])] * length * int(str(row["rooms"])) + 1e-3
    ]
    assert len(sessions) > 100 and not over
    assert max(float(str(row["utilisation_share"] or 0)) for row in sessions) > 0.8  # and some are nearly at it


# --- 2. rooms needed -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "period", "rooms", "shown"),
    [
        (2_111_469, "2026/27", 989.116, 990),
        (2_111_469, "2040/41", 780.518, 781),
        (2_774_346, "2026/27", 1_299.64, 1_300),
    ],
)
def test_rooms_needed_of_the_joint_forward_plan(people: int, period: str, rooms: float, shown: int) -> None:
    """People x 7.5 x (1 - virtual) x 12 / 60 hours over 55 x 50 x 85 %: 27 % virtual now, 45 % in 2040."""
    instance = estate(
        [site("A")], [suite("A-0")], [area("a", people)],
        services=[service(demand_source="contact_rate")], population_added=100_000, share_in_these_sites=1.0,
        periods=(Period("2026/27", 14, 1.0), Period("2040/41", 1, 1.0)),
    )  # fmt: skip
    first_year_only = replace(instance, periods=(Period("2026/27", 1, 1.0), Period("2040/41", 1, 1.0)))
    contacts = demand_of(first_year_only)["a", "gp", period]
    needed = contacts * 12 / 60 / (55 * 50 * 0.85)
    assert needed == pytest.approx(rooms, abs=0.006)
    assert int(needed) + 1 == shown


# --- 3. when a hand-back pays --------------------------------------------------------------------------------------


def two_floors(tenure: str, avoidable_share: float, **changes: object) -> EstatesInstance:
    """Two floors of £24,000 a year each, £2,000 a month, ten years, no discount."""
    floors = [suite("A-0", **changes), suite("A-1", **changes)]
    return estate([site("A", tenure=tenure)], floors, [area("a", 1)], periods=TEN_YEARS,
                  avoidable_share_part=avoidable_share)  # fmt: skip


def saved_gbp(instance: EstatesInstance, day: dt.date, instead: dt.date | None = None) -> float:
    """What handing back the upper floor on a day saves, against keeping it or handing it back on another day."""
    kept = {} if instead is None else {"A-1": instead}
    return npv_cost_gbp(instance, cash_by_dates(instance, kept)) - npv_cost_gbp(
        instance, cash_by_dates(instance, {"A-1": day})
    )


@pytest.mark.parametrize("avoidable_share", [0.5, 0.75, 0.8, 1.0])
def test_part_of_a_freehold_pays_back_after_six_months_over_the_avoidable_share(avoidable_share: float) -> None:
    """The payment is six months' charge; each month saves the avoidable share of one."""
    instance = two_floors("nhsps_freehold", avoidable_share)
    payback_months = 6 / avoidable_share
    for months in range(1, 20):
        saved = saved_gbp(instance, add_months(D(2036, 4, 1), -months))
        assert saved == pytest.approx(2_000 * avoidable_share * months - 12_000)
        assert (saved > 1e-6) == (months > payback_months + 1e-9)


@pytest.mark.parametrize("avoidable_share", [0.5, 0.75, 0.8, 1.0])
def test_a_leasehold_needs_more_than_twelve_months_over_the_avoidable_share(avoidable_share: float) -> None:
    """Against leaving on the lease's last day: a year's charge to pay, the avoidable share of each month saved."""
    end = D(2033, 12, 1)
    instance = two_floors("nhsps_leasehold", avoidable_share, lease_end=end)
    for months in range(12, 30):
        saved = saved_gbp(instance, add_months(end, -months), instead=end)
        assert saved == pytest.approx(2_000 * avoidable_share * months - 24_000)
        assert (saved > 1e-6) == (months > 12 / avoidable_share + 1e-9)


def test_a_leasehold_eight_months_before_its_end_loses_money_and_the_plan_leaves_it() -> None:
    """8 / 12 of £24,000 = £16,000 to pay; £12,800 saved. With nobody to see, the floor goes on the last day."""
    end = D(2030, 12, 1)
    instance = two_floors("nhsps_leasehold", 0.8, lease_end=end)
    assert saved_gbp(instance, add_months(end, -8), instead=end) == pytest.approx(12_800 - 16_000)
    assert saved_gbp(two_floors("nhsps_leasehold", 1.0, lease_end=end), add_months(end, -8), instead=end) == 0
    late = replace(instance, suites=tuple(replace(one, vacant_by=add_months(end, -8)) for one in instance.suites))
    late = replace(late, suites=tuple(
        replace(one, surplus_declared=one.suite_id == "A-1") for one in late.suites
    ))  # fmt: skip
    assert dict(plan_of(late, solved(late)).hand_backs) == {"A-1": end}


# --- 4. and 5. what cannot be saved --------------------------------------------------------------------------------


def rules_against_leaving(tenure: str = "nhsps_freehold", **changes: object) -> set[str]:
    """The rules named where the upper floor is ordered to be handed back in October, and that cannot be."""
    ordered = {"instruction": "hand_back", "instruction_date": D(2026, 10, 1)}
    floors = [suite("A-0", instruction="keep"), suite("A-1", **{**ordered, **changes})]
    outcome = solved(estate([site("A", tenure=tenure)], floors, [area("a", 500)]))
    assert outcome.status == "infeasible" and outcome.decisions is None
    return {one.rule for one in outcome.explanations}


def test_a_lift_void_cannot_be_saved() -> None:
    """An empty floor of a LIFT building is kept and paid for whatever the plan does; an order to leave is refused."""
    instance = estate([site("A", tenure="lift_chp")], [suite("A-0"), suite("A-1")], [area("a", 500)])
    plan = solve(instance)
    charges = [row["gbp"] for row in plan.tables["cashflow"] if row["item"] == "charges_void"]
    assert not plan.plan.hand_backs and charges == [48_000, 48_000, 48_000]
    assert "E-17" in rules_against_leaving(tenure="lift_chp")


def test_ninety_square_metres_are_refused_by_the_name_of_the_rule() -> None:
    reasons = refused_by(instance_of(shipped("each_rule")))["under_100_m2-1"]
    assert reasons == {"E-13": "90 m2 are fewer than the 100 m2 taken back"}
    rows = shipped_plan("each_rule").tables["site_plan"]
    row = next(one for one in rows if one["suite_id"] == "under_100_m2-1")
    assert row["status"] == "ineligible" and "E-13" in str(row["reason"])
    assert "E-13" in rules_against_leaving(area_m2=90)


# --- 6. travel of those who are moved ------------------------------------------------------------------------------


def test_a_service_that_moves_adds_its_travel_to_the_right_areas_by_public_transport() -> None:
    """Area a lives at A, area b at B, seven kilometres away. When B closes, b travels 7 x 1.3 / 14 km/h = 39 minutes
    and 8 to wait; a travels as before. b is in the most deprived fifth."""
    instance = estate(
        [site("A"), site("B", easting_m=507_000)], [suite("A-0"), suite("B-0")],
        [area("a", 1000), area("b", 1000, easting_m=507_000, quintile=1)],
        travel_mode="public_transport", travel_limit_minutes=60, added_minutes_limit=60,
    )  # fmt: skip
    shares = {(where, "consulting", year): {"A": 1.0} for where in "ab" for year in ("2026/27", "2027/28")}
    shares["b", "consulting", "2026/27"] = {"B": 1.0}
    tables = HandMade(instance, Uses({"B-0": D(2027, 4, 1)}), shares).tables()
    assert check_plan(instance, as_read(tables)).findings == ()
    minutes = {(row["area_id"], row["year"]): (row["minutes_before"], row["minutes_after"], row["imd_quintile"])
               for row in tables["travel"]}  # fmt: skip
    assert minutes == {
        ("a", "2026/27"): (8, 8, 3), ("a", "2027/28"): (8, 8, 3),
        ("b", "2026/27"): (8, 8, 1), ("b", "2027/28"): (8, 47, 1),
    }  # fmt: skip


# --- 7. the charging schedule --------------------------------------------------------------------------------------


def test_shares_of_all_payers_sum_to_the_annual_charge_of_each_suite() -> None:
    """The ICB's occupied and void part and the parts of providers and practices are the whole schedule."""
    tenants = (Occupation("x", "A-1", "Trust", 70, "provider", None), Occupation("y", "A-1", "Team", 50, "icb", None))
    instance = estate([site("A")], [suite("A-0"), suite("A-1", rent_gbp=12_345)], [area("a", 1)], occupations=tenants)
    cash = cash_by_dates(instance, {})
    for one in instance.suites:
        others = sum(o.area_m2 for o in tenants if o.suite_id == one.suite_id and o.payer != "icb") / one.area_m2
        icb = sum(cash.gbp(one.suite_id, item, "2026/27") for item in ("charges_occupied", "charges_void"))
        assert icb + others * one.annual_charge_gbp == pytest.approx(one.annual_charge_gbp, abs=1)


def test_a_site_of_the_reference_reconciles_to_its_suites() -> None:
    instance = instance_of(shipped("nwl"))
    cash = cash_by_dates(instance, {})
    by_site: dict[str, int] = defaultdict(int)
    for one in instance.suites:
        by_site[one.site_id] += sum(cash.gbp(one.suite_id, item, "2026/27")
                                    for item in ("charges_occupied", "charges_void"))  # fmt: skip
    total = cash.total_gbp("charges_occupied", "2026/27") + cash.total_gbp("charges_void", "2026/27")
    assert sum(by_site.values()) == total
    schedule = sum(one.annual_charge_gbp for one in instance.suites)
    assert 0 < total < schedule  # most charges belong to other occupiers


# --- 8. a known optimum --------------------------------------------------------------------------------------------


def test_a_location_problem_small_enough_to_try_every_set_of_sites() -> None:
    """Three sites of 12, 6 and 6 hours for areas of 4, 4 and 3: the two small ones hold 12 and cost least.

    The second area fills four of the six hours of the second site, the third half of those of the third; the first
    area goes to the third site for three quarters and to the second for the rest.
    """
    core = LocationCore(
        "three sites", keep_gbp=np.array([90.0, 30.0, 40.0]), capacity_hours=np.array([12.0, 6.0, 6.0]),
        demand_hours=np.array([4.0, 4.0, 3.0]),
        serve_gbp=np.array([[1.0, 2.0, 3.0], [4.0, 1.0, 5.0], [2.0, 6.0, 1.0]]), one_site_per_area=False,
    )  # fmt: skip
    answer = solve_location(core)
    assert answer.value_gbp == answer.bound_gbp == pytest.approx(30 + 40 + 0.25 * 4 + 0.75 * 2 + 1 + 1)
    assert answer.gap_share == pytest.approx(0)


def test_a_published_optimum_is_reproduced_with_proof(outside_data: Path) -> None:
    """One of the OR-Library collection, through an estates instance, where the outside data are at hand."""
    case = next(one for one in cases_of(outside_data / "benchmarks" / "cflp") if one.name == "cap41")
    file = read_location_file(case.path, case.family, case.capacity)
    core = location_core(estates_instance(file, one_site_per_area=False))
    assert core is not None and case.optimum is not None
    answer = solve_location(core)
    assert answer.value_gbp is not None and answer.bound_gbp is not None
    found = (answer.value_gbp + core.settled_gbp) / pounds_per_unit(file)
    assert found == pytest.approx(case.optimum, abs=0.01) and answer.gap_share == pytest.approx(0, abs=1e-6)


# --- 9. a request that cannot be met -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"self_contained": False}, "E-12"),
        ({"tenure": "pfi"}, "E-15"),
        ({"notice_months": 12}, "E-18"),
        ({"surplus_declared": False}, "E-10"),
        ({"vacant_by": D(2027, 1, 1)}, "E-11"),
        ({"void_payer": "provider"}, "E-09"),
    ],
)
def test_a_request_that_cannot_be_met_is_explained_by_the_rule(changes: dict[str, object], rule: str) -> None:
    assert {rule, "E-25"} <= rules_against_leaving(**changes)  # type: ignore[arg-type]


# --- 10. same input, same answer -----------------------------------------------------------------------------------


def test_the_same_input_gives_the_same_tables() -> None:
    instance = instance_of(shipped("tiny"))
    assert solve(instance).tables == solve(instance).tables


# --- what must not fall over ---------------------------------------------------------------------------------------


def test_a_site_with_no_rooms_and_a_service_whose_kind_of_room_nobody_has() -> None:
    """The empty site is handed back, the X-rays stay unmet and are counted; nothing falls over."""
    instance = estate(
        [site("A"), site("B")], [suite("A-0"), suite("B-0", rooms={})], [area("a", 500)],
        services=[service(), service("xrays", room_type="xray", per_1000=100.0)],
    )  # fmt: skip
    case = solve(instance)
    assert checked(case, case.written(), case.stage_values).findings == ()
    assert "B-0" in case.plan.hand_backs
    assert case.stage_values["unmet_demand"] == pytest.approx(50 * 1 + 50 * 2)
    unmet = {row["service"] for row in case.tables["service_plan"] if row["site_id"] == "-"}
    assert unmet == {"xrays"}


def test_a_service_of_one_room_can_open() -> None:
    """One dental or X-ray room is open although used sessions, not hours, at 85 % would close it."""
    instance = estate(
        [site("A")], [suite("A-0", rooms={"xray": 1})], [area("a", 1000)],
        services=[service("xrays", room_type="xray", per_1000=1000.0)], minimum_clinical_hours_per_session=1.0,
    )  # fmt: skip
    case = solve(instance)
    assert case.stage_values["unmet_demand"] == 0
    assert {row["sessions"] for row in case.tables["room_utilisation"] if row["slot"] != "week"} == {1}
    assert checked(case, case.written(), case.stage_values).findings == ()


def with_cell(raw: RawInstance, table: str, column: str, text: str) -> RawInstance:
    """The instance with the first row of a table overwritten in one column."""
    old = raw.tables[table]
    row = list(old.rows[0])
    row[old.header.index(column)] = text
    return replace(raw, tables={**raw.tables, table: replace(old, rows=(tuple(row), *old.rows[1:]))})


@pytest.mark.parametrize(
    ("table", "column", "text", "expected"),
    [
        ("areas", "population", "-5", "must be 0 or more"),
        ("suites", "lease_end", "2025-03-31", "must be after the decision date 2026-04-01"),
    ],
)
def test_negative_people_and_a_lease_that_ended_before_the_base_year_are_refused(
    table: str, column: str, text: str, expected: str
) -> None:
    faults = faults_of(with_cell(shipped("tiny"), table, column, text))
    told = [(one.file, one.row, one.column, one.found, one.expected) for one in faults]
    assert any(one[:4] == (f"{table}.csv", 2, column, text) and expected in one[4] for one in told), told
