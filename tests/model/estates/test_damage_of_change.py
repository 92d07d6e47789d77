"""Rules on use and capital: each caught under its own id; no cell slips by.

The plan of `all_uses` keeps every rule. Each case below changes the estate, or the plan, so that one rule is broken;
all tables are then written in agreement with one another, and only that rule may speak.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import pytest

from models.estates.checker import aims_of, check_plan, uses_of
from models.estates.checker.uses import Works
from models.estates.entities import CapitalSource, Occupation
from models.estates.instance import EstatesInstance
from models.estates.tables import REGISTER
from models.shared.cells import Cell
from tests.estates_small import suite
from tests.model.estates.all_uses import ALL_USES, APRIL, CONVERSION, YEARS, all_uses_plan, all_uses_shares
from tests.model.estates.damaged import on, only, verdict
from tests.model.estates.plans import Rows, Written, as_read
from tests.model.estates.scribe import HandMade

pytestmark = pytest.mark.model

D = dt.date


def with_suite(instance: EstatesInstance, suite_id: str, **changes: object) -> EstatesInstance:
    suites = tuple(replace(one, **changes) if one.suite_id == suite_id else one for one in instance.suites)  # type: ignore[arg-type]
    return replace(instance, suites=suites)


def test_the_plan_with_every_use_passes_and_is_read_as_it_was_written() -> None:
    plan = all_uses_plan()
    assert verdict(plan).findings == ()
    assert uses_of(plan.instance, as_read(plan.tables())) == ALL_USES


# --- E-31: Open Space ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"open_space_from": D(2027, 5, 1)}, "may not be before 2027-05-01"),
        ({"open_space_from": None}, "may not be at all"),
        ({"void_payer": "provider"}, "the provider pays for its void"),
    ],
)
def test_a_suite_that_may_not_be_offered(changes: dict[str, object], words: str) -> None:
    plan = all_uses_plan()
    assert words in only(verdict(on(plan, with_suite(plan.instance, "cedar-1", **changes))), "E-31")[0]


@pytest.mark.parametrize(("day", "words"), [(D(2027, 4, 2), "first of a month"), (D(2030, 4, 1), "the plan's end")])
def test_a_day_on_which_nothing_is_offered(day: dt.date, words: str) -> None:
    """An offer from the plan's end on leaves no trace but its date; it is read as an offer by the status of a row."""
    plan = all_uses_plan()
    plan = replace(plan, uses=replace(ALL_USES, offers={"cedar-1": day}))
    if day < D(2030, 4, 1):
        assert words in only(verdict(plan), "E-31")[0]
    else:
        assert not verdict(plan).passed


def test_a_core_suite_and_a_floor_of_a_building_that_closes_are_not_offered() -> None:
    plan = all_uses_plan(minimum_open_sites_per_borough=0)
    shares = {**all_uses_shares(), ("a", "consulting", "2028/29"): {"birch": 1.0}}
    core = replace(plan, uses=replace(ALL_USES, offers={**ALL_USES.offers, "alder-0": D(2028, 4, 1)}), shares=shares)
    core = on(core, with_suite(plan.instance, "alder-0", open_space_from=D(2027, 1, 1)))
    assert "the core suite" in only(verdict(core), "E-31")[0]
    upstairs = suite("dogwood-1", rooms={}, open_space_from=D(2027, 1, 1))
    instance = replace(
        plan.instance, suites=tuple(sorted((*plan.instance.suites, upstairs), key=lambda s: s.suite_id))
    )
    closing = replace(on(plan, instance), uses=replace(ALL_USES, offers={**ALL_USES.offers, "dogwood-1": APRIL}))
    assert "the building is handed back on 2027-04-01" in only(verdict(closing), "E-31")[0]


def test_what_is_offered_is_empty_and_has_no_fixed_room() -> None:
    """E-11 and E-24 hold for an offer as for a hand-back; E-24 for works that use up fixed rooms."""
    plan = all_uses_plan()
    tenant = tuple(
        Occupation("o2", "cedar-1", "Trust", 50, "provider", D(2027, 6, 15)) if one.occupation_id == "o2" else one
        for one in plan.instance.occupations
    )
    assert "offered on Open Space" in only(verdict(on(plan, replace(plan.instance, occupations=tenant))), "E-11")[0]
    fitted = with_suite(plan.instance, "cedar-1", rooms={"consulting": 2, "xray": 1})
    assert "fitted for one purpose (xray)" in only(verdict(on(plan, fitted)), "E-24")[0]
    kinds = tuple(replace(one, fixed=True) if one.room_type == "records" else one for one in plan.instance.room_types)
    assert "uses up records rooms" in only(verdict(on(plan, replace(plan.instance, room_types=kinds))), "E-24")[0]


def test_an_order_to_keep_allows_other_uses_and_one_to_hand_back_does_not() -> None:
    plan = all_uses_plan()
    kept = with_suite(with_suite(plan.instance, "cedar-1", instruction="keep"), "birch-0", instruction="keep")
    assert verdict(on(plan, kept)).findings == ()
    ordered = with_suite(plan.instance, "cedar-1", instruction="hand_back")
    assert "but it stays" in only(verdict(on(plan, ordered)), "E-25")[0]


# --- E-32 and E-33: works ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "day", "words"),
    [
        ({"digitised_by": D(2027, 2, 1)}, D(2027, 1, 1), "are digitised by 2027-02-01"),
        ({"rooms_from": 4}, D(2027, 1, 1), "uses up 4 records rooms; there are 3"),
        ({}, D(2027, 1, 2), "not the first of a month"),
        ({}, D(2026, 11, 1), "are digitised by 2026-12-01"),
    ],
)
def test_works_before_their_time(changes: dict[str, object], day: dt.date, words: str) -> None:
    plan = all_uses_plan()
    own = replace(CONVERSION, **changes)  # type: ignore[arg-type]
    uses = replace(ALL_USES, conversions={"birch-0": Works(own, day)})
    report = verdict(replace(on(plan, replace(plan.instance, conversions=(own,))), uses=uses))
    assert words in only(report, "E-32")[0]


def test_works_in_a_building_that_is_handed_back() -> None:
    plan = all_uses_plan(minimum_open_sites_per_borough=0)
    own = replace(CONVERSION, conversion_id="d", suite_id="dogwood-1", from_room_type="office", rooms_from=1,
                  to_room_type="records", rooms_to=1, works_months=0, works_gbp=0)  # fmt: skip
    upstairs = suite("dogwood-1", rooms={"office": 1})
    instance = replace(
        plan.instance,
        suites=tuple(sorted((*plan.instance.suites, upstairs), key=lambda one: one.suite_id)),
        conversions=(CONVERSION, own),
    )
    uses = replace(ALL_USES, conversions={**ALL_USES.conversions, "dogwood-1": Works(own, APRIL)})
    assert "the building is handed back" in only(verdict(replace(on(plan, instance), uses=uses)), "E-32")[0]


def test_people_seen_in_rooms_in_which_works_go_on() -> None:
    """Birch has one consulting room; a tenth of area b is sent there while its records rooms are converted."""
    plan = all_uses_plan()
    shares = {**all_uses_shares(), ("b", "consulting", "2027/28"): {"alder": 0.25, "elder": 0.6, "birch": 0.1}}
    messages = only(verdict(replace(plan, shares=shares, in_works=True)), "E-33")
    assert "works go on in it in the period from 2027/28, but people are still sent" in messages[0]


def test_periods_before_in_and_after_works() -> None:
    """Works of six months from January 2027 meet the first two periods; without a month they meet the first alone."""
    periods = all_uses_plan().instance.periods
    assert [Works(CONVERSION, D(2027, 1, 1)).goes_on_in(period) for period in periods] == [True, True, False]
    at_once = replace(CONVERSION, works_months=0)
    assert [Works(at_once, D(2027, 1, 1)).goes_on_in(period) for period in periods] == [True, False, False]
    assert [Works(at_once, APRIL).goes_on_in(period) for period in periods] == [False, False, False]
    assert [Works(at_once, APRIL).is_done_by(period) for period in periods] == [False, True, True]
    assert [Works(CONVERSION, D(2026, 10, 1)).is_done_by(period) for period in periods] == [False, True, True]


# --- E-34: capital -------------------------------------------------------------------------------------------------


def test_works_are_paid_by_the_cheapest_way() -> None:
    """£90,000 in 2026/27: the grant pays 33 %, the levy all its £20,000, the ICB £40,300; £30,000 in 2027/28."""
    rows = all_uses_plan().tables()["capital"]
    assert [(row["year"], row["source_id"], row["gbp"], row["year_left_gbp"]) for row in rows] == [
        ("2026/27", "grant", 29_700, 70_300),
        ("2026/27", "levy", 20_000, 0),
        ("2026/27", "own", 40_300, 39_700),
        ("2027/28", "own", 30_000, 50_000),
    ]


def _paid(rows: Rows, source: str, gbp: int) -> None:
    """Pay pounds more from one source."""
    row = next(one for one in rows if one["source_id"] == source)
    row["gbp"] = int(str(row["gbp"])) + gbp
    row["year_left_gbp"] = int(str(row["year_left_gbp"])) - gbp


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"grant": 1, "own": -1}, "grant may pay £29,700 of the £90,000"),
        ({"grant": -1, "own": 1}, "with the other sources it could be £40,300"),
        ({"own": -1}, "cost £90,000; £89,999 are paid"),
    ],
)
def test_pounds_from_the_wrong_source(more: dict[str, int], words: str) -> None:
    def damage(tables: Written) -> None:
        for source, gbp in more.items():
            _paid(tables["capital"], source, gbp)

    assert any(words in message for message in only(verdict(all_uses_plan(), damage), "E-34"))


def with_source(instance: EstatesInstance, source_id: str, year: str, **changes: object) -> EstatesInstance:
    sources = tuple(
        replace(one, **changes) if (one.source_id, one.year) == (source_id, year) else one  # type: ignore[arg-type]
        for one in instance.capital_sources
    )
    return replace(instance, capital_sources=sources)


def test_sources_beyond_their_limit_their_borough_and_their_year() -> None:
    plan = all_uses_plan()
    poor = on(plan, with_source(plan.instance, "own", "2027/28", limit_gbp=29_999))
    assert any("The works of cedar-1 cost £30,000; £29,999 are paid" in m for m in only(verdict(poor), "E-34"))
    elsewhere = on(plan, with_source(plan.instance, "levy", "2026/27", borough="Ealing"))
    tables = plan.tables()
    tables["cashflow"] = elsewhere.tables()["cashflow"]
    messages = only(check_plan(elsewhere.instance, as_read(tables)), "E-34")
    assert any("levy is for Ealing; birch_records lies in Brent" in message for message in messages)
    late = verdict(plan, lambda tables: tables["capital"][0].update(year="2027/28"))
    assert any("There is no source" in m or "not paid in 2027/28" in m for m in (f.message for f in late.findings))
    over = on(plan, with_source(plan.instance, "own", "2027/28", limit_gbp=10_000))
    tables = plan.tables()
    tables["capital"][3]["year_left_gbp"] = 0
    report = check_plan(over.instance, as_read(tables))
    assert "own has £10,000 in 2027/28; £30,000 are paid from it." in [finding.message for finding in report.findings]


def test_without_sources_the_icb_pays_all() -> None:
    plan = all_uses_plan()
    alone = on(plan, replace(plan.instance, capital_sources=()))
    assert verdict(alone).findings == ()
    assert [row["gbp"] for row in alone.tables()["capital"]] == [90_000, 30_000]
    assert "the ICB pays, not grant" in only(
        verdict(alone, lambda tables: tables["capital"][0].update(source_id="grant")), "E-34"
    )[0]  # fmt: skip


def test_two_projects_share_two_sources_so_that_the_icb_pays_least() -> None:
    """£60,000 in Brent and £60,000 in Ealing; £60,000 for anywhere and £60,000 for Brent: nothing is left to pay."""
    plan = all_uses_plan()
    own = replace(CONVERSION, works_gbp=60_000, digitised_by=D(2027, 4, 1))
    instance = with_suite(plan.instance, "cedar-1", open_space_works_gbp=60_000)
    sources = (CapitalSource("a", "cil", None, "2027/28", 60_000, 1.0),
               CapitalSource("b", "s106", "Brent", "2027/28", 60_000, 1.0),
               CapitalSource("c", "icb", None, "2027/28", 200_000, 1.0))  # fmt: skip
    instance = replace(instance, conversions=(own,), capital_sources=sources)
    uses = replace(ALL_USES, conversions={"birch-0": Works(own, APRIL)})
    shares = {**all_uses_shares(), ("b", "consulting", "2026/27"): {"birch": 0.6, "dogwood": 0.4}}
    greedy = replace(on(plan, instance), uses=uses, shares=shares)
    assert "The ICB pays £60,000 for works of 2027/28; with the other sources it could be £0." in only(
        verdict(greedy), "E-34"
    )


# --- notice, income and aims ---------------------------------------------------------------------------------------


def test_notice_runs_from_its_acceptance() -> None:
    message = only(verdict(all_uses_plan(acceptance_months=5)), "E-18")[0]
    assert "notice of 6 months, accepted after 5, runs until 2027-03-01" in message


def test_no_income_but_open_space() -> None:
    plan = all_uses_plan()
    income = [row for row in plan.tables()["cashflow"] if row["item"] == "open_space_income"]
    # 2 rooms x £30 x 2 sessions x 50 weeks x 35 % x half
    assert [row["gbp"] for row in income] == [0, -1_050, -1_050, -1_050]

    def sold(tables: Written) -> None:
        next(row for row in tables["cashflow"] if row["item"] == "moves")["gbp"] = -500_000

    report = verdict(plan, sold)
    assert any(f.rule == "E-28" and "moves of 2026/27 is -£500,000: an income" in f.message for f in report.findings)


def test_a_recorded_aim_that_the_tables_do_not_come_to() -> None:
    plan = all_uses_plan()
    tables = as_read(plan.tables())
    aims = aims_of(plan.instance, tables)
    assert check_plan(plan.instance, tables, dict(aims)).findings == ()
    for name, value in aims.items():
        report = check_plan(plan.instance, tables, {**aims, name: value * 1.01 + 2})
        assert only(report, "E-30")[0].startswith(f"The run records {name}")


# --- a hand in the files -------------------------------------------------------------------------------------------


@cache
def _written() -> tuple[HandMade, dict[str, Rows]]:
    plan = all_uses_plan()
    return plan, plan.tables()


def _changed(value: Cell, row: dict[str, Cell], column: str, others: list[str], kind: str) -> Cell:
    """Another value, different by as little as matters."""
    if column == "room":
        return 99
    if isinstance(value, dt.date):
        return value + dt.timedelta(days=31)
    if isinstance(value, (int, float)):
        return value + (1 if kind in ("integer", "gbp", "minutes") else 0.03)
    if value is None and kind in ("decimal", "gbp", "minutes", "share"):
        return 1
    if value is None:
        return D(2027, 4, 1) if kind == "date" else others[0] if others else "consulting"
    return next((other for other in others if other != value), "elsewhere")


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (table.name, column.name)
        for table in REGISTER.outputs
        for column in table.columns
        if (table.name, column.name) != ("site_plan", "reason")
    ],
)
def test_no_cell_changes_unnoticed(table: str, column: str) -> None:
    """Cells of every column, changed once: all of them in short tables, at least ten spread over the long ones."""
    plan, written = _written()
    kind = REGISTER.output(table).column(column).kind
    read = as_read(written)
    others = sorted({str(row[column]) for row in written[table] if row[column] is not None})
    assert written[table]
    stride = max(1, len(written[table]) // 10)
    for at, row in list(enumerate(written[table]))[len(column) % stride :: stride]:
        rows = [dict(one) for one in written[table]]
        rows[at][column] = _changed(row[column], row, column, others, kind)
        report = check_plan(plan.instance, {**read, table: as_read({table: rows})[table]})
        assert not report.passed, (row, rows[at][column])


@pytest.mark.parametrize("table", [table.name for table in REGISTER.outputs])
def test_no_row_is_lost_or_doubled_unnoticed(table: str) -> None:
    """The first, the last and some rows between; and all of them at once."""
    plan, written = _written()
    read, last = as_read(written), len(written[table]) - 1
    for at in sorted({0, last // 4, last // 2, 3 * last // 4, last}):
        for rows in (written[table][:at] + written[table][at + 1 :], [*written[table], written[table][at]], []):
            assert not check_plan(plan.instance, {**read, table: as_read({table: rows})[table]}).passed, at


def test_years_are_those_of_the_plan() -> None:
    assert tuple(period.first_year for period in all_uses_plan().instance.periods) == YEARS
