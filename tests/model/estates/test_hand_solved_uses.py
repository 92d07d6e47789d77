"""Estates a person can solve, with every use: Open Space, works and who pays for them, GP lists, access.

As in `test_hand_solved`: a room holds 8 used hours a week, 2,000 people with one contact of 12 minutes a year fill
it, a suite has 2 rooms and costs £24,000 a year; periods 2026/27 (1 year) and 2027/28 (2 years); no discounting.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import pytest

from models.estates.entities import CapitalSource, Conversion, Premises, RoomType
from models.estates.formulation.aims import tables_agree, worst_rows
from models.estates.formulation.catalogue import build_model
from models.estates.formulation.choices import suite_choices
from models.estates.formulation.network import build_network
from models.estates.formulation.rows import linking_rows
from models.estates.instance import EstatesInstance
from models.estates.plan import Plan
from models.estates.tables_of import tables_of
from models.estates.tables_of.values import stage_values
from models.shared.cells import Cell
from solvers.highs import HighsSession
from solvers.pyomo_bridge import compile_pyomo
from solvers.types import Limits
from tests.estates_small import ROOM_TYPES, area, checked, estate, plan_of, service, site, solved, suite

pytestmark = pytest.mark.model

D = dt.date
YEARS = ("2026/27", "2027/28", "2028/29")


def cash(plan: Plan, item: str) -> list[Cell]:
    """One item of the cash, year by year."""
    rows = {row["year"]: row["gbp"] for row in tables_of(plan)["cashflow"] if row["item"] == item}
    return [rows[year] for year in YEARS]


def with_fees(instance: EstatesInstance, gbp: float) -> EstatesInstance:
    kinds: tuple[RoomType, ...] = tuple(replace(kind, open_space_gbp_per_session=gbp) for kind in ROOM_TYPES)
    return replace(instance, room_types=kinds)


def offered(people: int, fee_gbp: float = 30.0, **own: object) -> EstatesInstance:
    """A ground floor that stays, and a floor above that may be offered but not handed back."""
    changes: dict[str, object] = {"surplus_declared": False, "open_space_from": D(2026, 7, 1), **own}
    suites = [suite("A-0", surplus_declared=False), suite("A-1", **changes)]
    return with_fees(estate([site("A")], suites, [area("a", people)]), fee_gbp)


def test_a_floor_that_nobody_needs_is_offered_on_open_space() -> None:
    """2 rooms x £30 x 2 sessions x 50 weeks x 35 % x 50 % = £1,050 a year, from July 2026 £787.50, written £788.

    Charges go on: 2 x £72,000 less £788 + £1,050 + £1,050 = £141,112.
    """
    instance = offered(4000)
    outcome = solved(instance)
    plan = plan_of(instance, outcome)
    assert plan.open_space == {"A-1": D(2026, 7, 1)}
    assert cash(plan, "open_space_income") == [-788, -1_050, -1_050]
    assert stage_values(plan)["npv_cost"] == pytest.approx(141_112)
    assert {row["status"] for row in tables_of(plan)["site_plan"] if row["suite_id"] == "A-1"} == {"open_space"}
    assert checked(plan, outcome).findings == ()


def test_rooms_that_are_needed_are_not_offered() -> None:
    """4,001 people need more than the two rooms below."""
    assert plan_of(offered(4001), solved(offered(4001))).open_space == {}


@pytest.mark.parametrize(("works_gbp", "goes"), [(2_860, True), (2_920, False)])
def test_open_space_must_earn_its_works(works_gbp: int, goes: bool) -> None:
    """It earns £2,888 in all; the ICB pays for the works where no sources are listed. (Under £20 is the same.)"""
    instance = offered(100, open_space_works_gbp=works_gbp)
    plan = plan_of(instance, solved(instance))
    assert bool(plan.open_space) is goes
    assert cash(plan, "works") == [works_gbp if goes else 0, 0, 0]
    assert checked(plan).passed


def test_handing_back_is_better_than_letting_by_the_session() -> None:
    """Free to choose: a hand-back saves four fifths of £24,000 a year, Open Space earns £1,050."""
    instance = offered(100, surplus_declared=True)
    plan = plan_of(instance, solved(instance))
    assert (set(plan.hand_backs), plan.open_space) == ({"A-1"}, {})
    dear = with_fees(instance, 3_000.0)
    assert set(plan_of(dear, solved(dear)).open_space) == {"A-1"}


OFFICES = Conversion("offices", "A-0", "office", 3, "consulting", 2, D(2026, 6, 15), 3, 100_001)


def converted(people: int, *sources: CapitalSource, made: Conversion = OFFICES, rooms: int = 1) -> EstatesInstance:
    """One clinic with consulting rooms and three offices full of records; another, far off, with a room."""
    suites = [
        suite("A-0", rooms={"consulting": rooms, "office": 3}, surplus_declared=False),
        suite("B-0", rooms={"consulting": 1}, surplus_declared=False),
    ]
    instance = estate([site("A"), site("B")], suites, [area("a", people)], travel={("a", "A"): 10, ("a", "B"): 20})
    return replace(instance, conversions=(made,), capital_sources=sources)


def test_works_are_paid_by_grant_levy_and_icb_to_the_pound() -> None:
    """6,000 people need three rooms; A has one, B one. With works in A in 2026/27 two rooms' worth waits, 4,000
    contacts, and nobody later, when A has three; without them, 2,000 in each of 1 + 2 weighted periods.

    £100,001: the grant pays £33,000 (33 %, whole pounds), the levy its £20,000, the ICB £47,001.
    """
    sources = [
        CapitalSource(name, kind, borough, year, limit, share)
        for year in ("2026/27", "2027/28")
        for name, kind, borough, limit, share in (
            ("grant", "lig", None, 900_000, 0.33), ("levy", "s106", "Brent", 20_000, 1.0),
            ("elsewhere", "cil", "Ealing", 900_000, 1.0), ("own", "icb", None, 50_000, 1.0),
        )
    ]  # fmt: skip
    instance = converted(6000, *sources)
    outcome = solved(instance)
    plan = plan_of(instance, outcome)
    assert plan.conversions == {"offices": D(2026, 7, 1)}
    assert stage_values(plan)["unmet_demand"] == pytest.approx(4_000, abs=0.5)
    paid = {str(row["source_id"]): row["gbp"] for row in tables_of(plan)["capital"]}
    assert paid == {"grant": 33_000, "levy": 20_000, "own": 47_001}
    assert sum(int(str(gbp)) for gbp in cash(plan, "works")) == 47_001
    assert sum(int(str(gbp)) for gbp in cash(plan, "works_by_others")) == 53_000
    assert checked(plan, outcome).findings == ()


def test_works_that_no_money_can_pay_are_not_done() -> None:
    """The grant pays a third and nobody the rest. With the rule left out the ICB would."""
    grant = [CapitalSource("grant", "lig", None, year, 900_000, 0.33) for year in YEARS]
    instance = converted(6000, *grant)
    assert plan_of(instance, solved(instance)).conversions == {}
    plan = plan_of(instance, solved(instance, "E-34"))
    assert set(plan.conversions) == {"offices"}
    assert {str(row["source_id"]): row["gbp"] for row in tables_of(plan)["capital"]} == {
        "grant": 33_000,
        "icb": 67_001,
    }


def test_nobody_is_seen_in_a_suite_during_works() -> None:
    """4,000 people fill A's one room and B's. Works in A would leave 2,000 contacts without one, so there are none.
    Works of no months, on the day a period begins, disturb nobody: A then has three rooms, and nobody goes to B."""
    instance = converted(4000, made=replace(OFFICES, works_gbp=0))
    plan = plan_of(instance, solved(instance))
    assert "works" not in {row["status"] for row in tables_of(plan)["site_plan"]}
    assert stage_values(plan)["unmet_demand"] == 0.0
    after = converted(4000, made=replace(OFFICES, works_gbp=0, works_months=0))
    better = plan_of(after, solved(after))
    assert set(better.conversions) == {"offices"}
    assert stage_values(better)["travel"] < stage_values(plan)["travel"]


def test_decanted_patients_go_elsewhere_and_come_back() -> None:
    """4,000 people grow by half a year later and by half again: 4,000, then 9,000 contacts a year. B's two rooms hold
    them while A is in works in 2026/27; then A's three and B's two hold 10,000, without works only 6,000."""
    instance = converted(4000, made=replace(OFFICES, works_gbp=0), rooms=1)
    instance = replace(
        instance,
        suites=tuple(
            replace(one, rooms={"consulting": 2}) if one.suite_id == "B-0" else one for one in instance.suites
        ),
        services=(service(growth_share_per_year=0.5),),
    )
    plan = plan_of(instance, solved(instance))
    assert [plan.rooms("A", "consulting", t) for t in (0, 1)] == [0, 3]
    assert [plan.rooms("A", "office", t) for t in (0, 1)] == [0, 0]
    rows = {row["year"]: row for row in tables_of(plan)["site_plan"] if row["suite_id"] == "A-0"}
    assert [rows[year]["status"] for year in ("2026/27", "2027/28")] == ["works", "ineligible"]
    assert [rows[year]["converted_to"] for year in ("2026/27", "2027/28")] == [None, "consulting"]
    first = [item for item in plan.contacts if item.period == 0]
    assert {item.site_id for item in first} == {"B"}
    assert checked(plan).findings == ()


def practice(practice_id: str, **changes: object) -> Premises:
    """1,000 people: 3,285 contacts a year, 13.14 hours a week (see `test_right_size`); four rooms at A's door."""
    values: dict[str, object] = {
        "practice_id": practice_id, "name": f"Practice {practice_id}", "borough": "Brent", "area_id": "a",
        "easting_m": 500_000.0, "northing_m": 180_000.0, "list_size": 1_000, "rooms": 4, "reimbursement_gbp": 24_000,
        "closes_from": None, "closing_cost_gbp": 0, "instruction": "free",
    }  # fmt: skip
    return Premises(**(values | changes))  # type: ignore[arg-type]


CLOSES: Mapping[str, object] = {"closes_from": D(2026, 8, 15)}


def right_sized(people: int, *premises: Premises, **changes: object) -> EstatesInstance:
    """One clinic with two rooms beside the practices."""
    instance = estate(
        [site("A")], [suite("A-0", surplus_declared=False)], [area("a", people)], travel={("a", "A"): 10}
    )
    steady = instance.settings.model_copy(update={"virtual_share_last": 0.27, **changes})
    return replace(instance, settings=steady, premises=premises)


def test_a_practice_closes_where_the_clinic_has_room_for_its_list() -> None:
    """The clinic holds 16 hours a week, its own people 2.8 and the list 13.14. Closed from 1 September 2026 the ICB
    pays £10,000 of £72,000: £72,000 for the clinic and £10,000.

    3,285 contacts in each of 1 + 2 weighted periods are moved.
    """
    instance = right_sized(700, practice("P", **CLOSES))
    outcome = solved(instance)
    plan = plan_of(instance, outcome)
    assert plan.closures == {"P": D(2026, 9, 1)}
    assert stage_values(plan)["npv_cost"] == pytest.approx(82_000)
    assert stage_values(plan)["disruption"] == pytest.approx(3 * 3_285)
    rows = tables_of(plan)["list_dispersal"]
    assert [(row["receiver"], row["contacts"], row["minutes"]) for row in rows] == [("A", 3_285.0, 8)] * 2
    week = [row["used_hours"] for row in tables_of(plan)["room_utilisation"] if row["slot"] == "week"]
    assert week == [pytest.approx(15.94)] * 2
    assert checked(plan, outcome).findings == ()


def test_a_practice_stays_where_its_list_would_find_no_room() -> None:
    """721 people leave 13.116 hours of the clinic's 16: short of 13.14. Areas keep their rooms, the list stays."""
    instance = right_sized(721, practice("P", **CLOSES))
    assert plan_of(instance, solved(instance)).closures == {}


def test_a_list_may_be_shared_out_to_premises_with_hours_to_spare() -> None:
    """The clinic is full. Q has four rooms, 32 hours, and 13.14 of its own: it takes the list; with three rooms it
    could take 10.86. Left out, E-39 would let it take all."""
    instance = right_sized(4000, practice("P", **CLOSES), practice("Q"))
    outcome = solved(instance)
    plan = plan_of(instance, outcome)
    assert set(plan.closures) == {"P"}
    used = {row["practice_id"]: row["used_hours"] for row in tables_of(plan)["premises_plan"]}
    assert used == {"P": 0.0, "Q": pytest.approx(26.28)}
    assert checked(plan, outcome).findings == ()
    small = right_sized(4000, practice("P", **CLOSES), practice("Q", rooms=3))
    assert plan_of(small, solved(small)).closures == {}
    assert set(plan_of(small, solved(small, "E-39")).closures) == {"P"}


@pytest.mark.parametrize(("limit", "closes"), [(14, True), (13, False)])
def test_nobody_on_a_list_is_sent_beyond_the_limit(limit: int, closes: bool) -> None:
    """Q is one kilometre away: 14 minutes."""
    instance = right_sized(
        4000, practice("P", **CLOSES), practice("Q", easting_m=501_000.0), dispersal_limit_minutes=limit
    )
    assert bool(plan_of(instance, solved(instance)).closures) is closes


def test_two_practices_do_not_close_onto_each_other() -> None:
    """Each could take the other's list, and nobody else could: one of them stays."""
    instance = right_sized(4000, practice("P", **CLOSES), practice("Q", **CLOSES))
    assert len(plan_of(instance, solved(instance)).closures) == 1


def test_orders_for_premises_are_followed() -> None:
    kept = right_sized(700, practice("P", instruction="keep", **CLOSES))
    assert plan_of(kept, solved(kept)).closures == {}
    dear = {"closing_cost_gbp": 900_000, **CLOSES}
    free = right_sized(700, practice("P", **dear))
    assert plan_of(free, solved(free)).closures == {}
    ordered = right_sized(700, practice("P", instruction="close", **dear))
    assert set(plan_of(ordered, solved(ordered)).closures) == {"P"}


def test_an_order_to_close_in_vain_has_no_plan() -> None:
    """The clinic is 8 minutes away, more than anybody may be sent: the order and E-38 cannot both hold."""
    instance = right_sized(700, practice("P", instruction="close", **CLOSES), dispersal_limit_minutes=7)
    outcome = solved(instance)
    assert outcome.status == "infeasible"
    assert outcome.decisions is None
    assert {one.rule for one in outcome.explanations} == {"E-25", "E-38"}
    assert outcome.explanations[0].where == "P"


@pytest.mark.parametrize(("added", "goes"), [(6, True), (5, True), (4, False)])
def test_core20_areas_have_the_tighter_limit(added: int, goes: bool) -> None:
    """The nearest site goes, the other is 5 minutes further; nobody else is held to less than 12."""
    instance = estate(
        [site("A"), site("B")],
        [suite("A-0"), suite("B-0", surplus_declared=False)],
        [area("a", 1000)],
        travel={("a", "A"): 10, ("a", "B"): 15},
        core20_added_minutes_limit=added,
    )
    poor = replace(instance, areas=tuple(replace(one, core20_share=0.5) for one in instance.areas))
    assert set(plan_of(instance, solved(instance)).hand_backs) == {"A-0"}
    assert bool(plan_of(poor, solved(poor)).hand_backs) is goes
    assert set(plan_of(poor, solved(poor, "E-35")).hand_backs) == {"A-0"}


@pytest.mark.parametrize(("least", "left"), [(0, 0), (1, 1), (2, 2), (9, 2)])
def test_a_borough_keeps_its_sites(least: int, left: int) -> None:
    """Nobody needs either site; the borough keeps the agreed number, or both."""
    instance = estate(
        [site("A"), site("B")],
        [suite("A-0"), suite("B-0")],
        [area("a", 0)],
        minimum_open_sites_per_borough=least,
    )
    plan = plan_of(instance, solved(instance))
    assert sum(plan.is_open(one, 1) for one in ("A", "B")) == left
    assert checked(plan).passed
    assert len(plan_of(instance, solved(instance, "E-36")).hand_backs) == 2


def test_a_kind_of_room_keeps_the_kind_it_needs_beside_it() -> None:
    """Consulting rooms are of use only beside an office: the upper floor stays for its office, which nobody books."""
    suites = [suite("A-0", surplus_declared=False), suite("A-1", rooms={"office": 1})]
    instance = replace(estate([site("A")], suites, [area("a", 100)]), needs_beside={"consulting": ("office",)})
    assert plan_of(instance, solved(instance)).hand_backs == {}
    assert set(plan_of(instance, solved(instance, "E-37")).hand_backs) == {"A-1"}


def test_all_of_an_area_go_to_one_site_where_the_setting_asks_for_it() -> None:
    """3,000 people want 12 hours a week; A has one room of 8 hours, B two of 16 and is further away."""
    suites = [
        suite("A-0", rooms={"consulting": 1}, surplus_declared=False),
        suite("B-0", surplus_declared=False),
    ]
    travel = {("a", "A"): 10, ("a", "B"): 20}
    free = estate([site("A"), site("B")], suites, [area("a", 3000)], travel=travel)
    assert stage_values(plan_of(free, solved(free)))["travel"] == pytest.approx(10 * 2 / 3 + 20 / 3, abs=1e-3)
    whole = estate([site("A"), site("B")], suites, [area("a", 3000)], travel=travel, one_site_per_area=True)
    plan = plan_of(whole, solved(whole))
    assert {item.site_id for item in plan.contacts} == {"B"}
    assert checked(plan).passed
    assert {i.site_id for i in plan_of(whole, solved(whole, "E-41")).contacts} == {"A", "B"}


def test_serving_an_area_where_it_costs_less_is_part_of_the_cost() -> None:
    """1,000 contacts a year at £2 at A and £1.50 at B, further away: £1,500 a year beside £72,000 a building.

    Shorter journeys may cost £20 at most.
    """
    instance = estate(
        [site("A"), site("B")],
        [suite("A-0", surplus_declared=False), suite("B-0", surplus_declared=False)],
        [area("a", 1000)],
        travel={("a", "A"): 10, ("a", "B"): 20},
    )
    priced = replace(instance, service_costs_gbp={("a", "A"): 2.0, ("a", "B"): 1.5})
    outcome = solved(priced)
    plan = plan_of(priced, outcome)
    assert sum(int(str(gbp)) for gbp in cash(plan, "service_costs")) == pytest.approx(4_500, abs=21)
    assert stage_values(plan)["npv_cost"] == pytest.approx(148_500, abs=25)
    assert checked(plan, outcome).passed


def test_links_may_be_left_out_of_the_model() -> None:
    """Rooms that E-04 closes are closed by E-06 once choices are whole: the same least cost, with a weaker bound."""
    sites = [site(name) for name in "ABC"]
    suites = [suite(f"{name}-0", rooms={"consulting": rooms}) for name, rooms in zip("ABC", (1, 2, 3), strict=True)]
    instance = estate(sites, suites, [area("a", 1900), area("b", 3900)])
    network, choices = build_network(instance), suite_choices(instance)
    found = []
    for with_links in (True, False):
        model = build_model(network, choices, with_links=with_links)
        for key in model.pyomo.unmet:
            model.pyomo.unmet[key].setub(0)
        compiled = compile_pyomo(model.pyomo)
        session = HighsSession(compiled.linear)
        session.set_objective(*compiled.objective(tables_agree(model).npv_cost), "minimise")
        found.append((session.solve(Limits(relative_gap=1e-9)).value, len(compiled.rows)))
    assert found[0][0] == pytest.approx(found[1][0])
    assert found[0][1] - found[1][1] == len(list(linking_rows(build_model(network, choices)))) == 12


def test_the_worst_area_is_bounded_by_rows_over_its_flows() -> None:
    """Two areas, one kind of room, two periods: four rows of minutes x flow; b may not go to B, too far for it."""
    instance = estate(
        [site("A"), site("B")],
        [suite("A-0"), suite("B-0")],
        [area("a", 1000), area("b", 500)],
        travel={("a", "A"): 10, ("a", "B"): 15, ("b", "A"): 7, ("b", "B"): 30},
    )
    rows = list(worst_rows(build_model(build_network(instance), suite_choices(instance))))
    assert len(rows) == 4
    assert {minutes for row in rows for _, minutes in row.terms} == {10.0, 15.0, 7.0}
    assert {row.hours for row in rows} == {4.0, 2.0}


def test_the_model_counts_the_same_pounds_as_the_tables() -> None:
    """Open Space, works and a closing together: the model's cost of the plan found is that of its cash."""
    instance = replace(right_sized(700, practice("P", **CLOSES)), conversions=(replace(OFFICES, rooms_from=1),))
    outcome = solved(instance)
    stage = next(one for one in outcome.stages if one.name == "npv_cost")
    assert stage.value == pytest.approx(stage_values(plan_of(instance, outcome))["npv_cost"])
    assert stage.bound is not None
    assert stage.bound == pytest.approx(stage.value, abs=25)
