"""A correct plan, damaged: each rule must be caught under its own id, and no cell may change unnoticed.

First the damage a wrong model would do: one hand-back too many, all tables written in agreement with it. Then only
that rule may speak. After that the damage of a hand in the files: single cells and rows.

The instance `each_rule` has one neighbourhood per rule, named after it, in which that rule alone keeps a floor or a
clinic from being handed back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from models.estates.rules import RULES
from models.shared.cells import Cell
from models.shared.findings import CheckReport
from tests.model.estates.plans import (
    Rows,
    Solved,
    Written,
    checked,
    generated_plan,
    retimed,
    rules_broken,
    shipped_plan,
    with_dates,
)

pytestmark = pytest.mark.model

D = dt.date
OCTOBER = D(2026, 10, 1)


def each_rule() -> Solved:
    return shipped_plan("each_rule")


def only(report: CheckReport, rule: str) -> str:
    """The first message of a report in which this rule speaks and no other."""
    assert rules_broken(report) == {rule}, report.findings[:5]
    return next(finding.message for finding in report.findings)


def rows_of(written: Written, table: str, **where: Cell) -> Rows:
    found = [row for row in written[table] if all(row[column] == value for column, value in where.items())]
    assert found, (table, where)
    return found


def add(row: dict[str, Cell], column: str, amount: float) -> None:
    value = row[column]
    assert isinstance(value, (int, float))
    row[column] = value + (int(amount) if isinstance(value, int) else amount)


def test_correct_plans_pass() -> None:
    for case in (shipped_plan("tiny"), each_rule(), generated_plan(3, 5)):
        assert checked(case, case.written(), case.stage_values).findings == ()


# --- one hand-back too many ----------------------------------------------------------------------------------------

REFUSED = {
    "E-09": ("void_payer-1", OCTOBER, "its void is paid for by the provider"),
    "E-10": ("not_surplus-1", OCTOBER, "not declared surplus"),
    "E-11": ("not_vacant-1", D(2027, 4, 1), "it can be vacated by 2029-04-01 at the earliest"),
    "E-12": ("not_self_contained-1", OCTOBER, "it is not self-contained and the rest of the building stays"),
    "E-13": ("under_100_m2-1", OCTOBER, "90 m2 are fewer than the 100 m2 taken back"),
    "E-14": ("gp_premises-1", OCTOBER, "the building is not NHS Property Services'"),
    "E-15": ("pfi-1", OCTOBER, "it is a PFI building"),
    "E-16": ("onerous_lease-1", OCTOBER, "it is under an onerous lease"),
    "E-17": ("lift-1", OCTOBER, "it is LIFT or Community Health Partnerships space"),
    "E-24": ("xray-1", OCTOBER, "it has rooms fitted for one purpose (xray)"),
    "E-25": ("kept_by_order-1", OCTOBER, "the order is to keep it"),
}


@pytest.mark.parametrize("rule", sorted(REFUSED))
def test_a_suite_that_may_not_go(rule: str) -> None:
    suite, day, words = REFUSED[rule]
    message = only(with_dates(each_rule(), {suite: day}), rule)
    assert words in message and f"({suite})" in message


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (D(2027, 3, 1), "notice of 12 months runs until 2027-04-01"),
        (D(2027, 5, 17), "neither the first of a month nor the day the lease breaks or ends"),
    ],
)
def test_a_day_that_is_no_hand_back_date(day: dt.date, words: str) -> None:
    assert words in only(with_dates(each_rule(), {"long_notice-1": day}), "E-18")


def test_a_lease_end_in_mid_month_is_a_hand_back_date_and_the_day_after_is_not() -> None:
    assert each_rule().plan.hand_backs["lease_nearly_over-1"] == D(2027, 6, 24)
    only(with_dates(each_rule(), {"lease_nearly_over-1": D(2027, 6, 25)}), "E-18")


def test_a_floor_under_one_that_could_go() -> None:
    message = only(with_dates(each_rule(), {"floor_above-1": OCTOBER}), "E-19")
    assert "Second floor (floor_above-2) above it goes on 2030-04-01 and could go" in message


def test_a_core_suite_gone_and_a_tenant_upstairs() -> None:
    message = only(with_dates(each_rule(), {"tenant_upstairs-0": OCTOBER}), "E-20")
    assert "tenant_upstairs-1" in message and "it stays, but the building closes with its core suite" in message


def test_an_ordered_hand_back_not_done_and_done_on_another_day() -> None:
    case = each_rule()
    ordered = tuple(
        replace(suite, instruction="hand_back", instruction_date=D(2026, 11, 1))
        if suite.suite_id == "lease_nearly_over-1"
        else suite
        for suite in case.instance.suites
    )
    case = replace(case, instance=replace(case.instance, suites=ordered))
    assert "but it goes on 2027-06-24" in only(with_dates(case, {}), "E-25")
    assert "but it stays" in only(with_dates(case, {"lease_nearly_over-1": None}), "E-25")


# --- people sent elsewhere -----------------------------------------------------------------------------------------


def sent(case: Solved, journeys: dict[str, dict[str, int]]) -> CheckReport:
    """The verdict with the appointments of some areas sent to other sites, in billionths, all tables in agreement."""
    placements = []
    for one in case.plan.placements:
        shares = journeys.get(one.area_id)
        if shares is None or one.commodity.room_type != "consulting":
            placements.append(one)
    first = {p.area_id: p for p in case.plan.placements if p.commodity.room_type == "consulting"}
    for area, shares in journeys.items():
        for period in range(len(case.instance.periods)):
            placements += [
                replace(first[area], period=period, site_id=site, billionths=share) for site, share in shares.items()
            ]
    plan = retimed(case.plan, replace(case.plan, placements=tuple(placements)))
    return with_dates(replace(case, plan=plan), {})


ALL = 1_000_000_000


def test_nobody_comes_to_an_open_clinic() -> None:
    journeys = {"lonely_hamlet": {"lonely_clinic": ALL}, "lonely_town": {"lonely_town_clinic": ALL}}
    message = only(sent(each_rule(), journeys), "E-21")
    assert "Lonely Clinic is open" in message and "opening 11 sessions asks for 11.0" in message


def test_people_sent_beyond_the_travel_limit() -> None:
    message = only(
        sent(each_rule(), {"far_village": {"far_town_clinic": 250_000_000, "far_village_clinic": 750_000_000}}),
        "E-22",
    )
    assert "People of far_village are sent 47 minutes" in message and "the limit is 45" in message


def test_people_sent_much_further_than_today() -> None:
    journeys = {"further_village": {"further_town_clinic": 250_000_000, "further_village_clinic": 750_000_000}}
    message = only(sent(each_rule(), journeys), "E-23")
    assert "14 more than to the nearest such room of today (14); at most 12 more are allowed" in message


def test_more_people_without_a_room_than_agreed() -> None:
    case = each_rule()
    settings = case.instance.settings.model_copy(update={"unmet_share_limit": 0.001})
    case = replace(case, instance=replace(case.instance, settings=settings))
    message = only(sent(case, {"lift_town": {"lift": ALL - 100_000_000}}), "E-02")
    assert "1,095 contacts a year have no room" in message


def test_people_sent_to_a_clinic_that_is_gone() -> None:
    report = sent(each_rule(), {"whole_town": {"whole_clinic": ALL}})
    assert "E-04" in rules_broken(report)
    assert any("Whole Clinic, which has no consulting room" in finding.message for finding in report.findings)


# --- a hand in the files -------------------------------------------------------------------------------------------


def damaged(case: Solved, damage: Callable[[Written], None]) -> CheckReport:
    written = case.written()
    damage(written)
    return checked(case, written, case.stage_values)


def caught(case: Solved, rule: str, damage: Callable[[Written], None]) -> list[str]:
    """The messages of a rule about a damaged plan; there must be one."""
    report = damaged(case, damage)
    assert rule in rules_broken(report), report.findings[:5]
    return [finding.message for finding in report.findings if finding.rule == rule]


def test_a_row_of_contacts_lost_and_one_contact_added() -> None:
    case = each_rule()
    caught(case, "E-01", lambda w: w["service_plan"].remove(rows_of(w, "service_plan", area_id="lift_town")[0]))
    caught(case, "E-01", lambda w: add(w["service_plan"][0], "contacts", 1))
    caught(case, "E-01", lambda w: w["service_plan"][0].update(site_id="nowhere"))
    caught(case, "E-01", lambda w: w["service_plan"].append(dict(w["service_plan"][0])))
    messages = caught(
        case, "E-01", lambda w: rows_of(w, "service_plan", service="calls")[0].update(area_id="lift_town")
    )
    assert any("calls is virtual" in message for message in messages)


def test_services_of_one_kind_of_room_sent_apart() -> None:
    """Ten contacts of one service go to another site, those of the services beside it do not."""
    case = generated_plan(3, 5)

    def sent_apart(written: Written) -> None:
        row = rows_of(written, "service_plan", service="gp_appointments")[0]
        rooms = rows_of(written, "room_utilisation", room_type="consulting", year=row["year"])
        other = next(room["site_id"] for room in rooms if room["site_id"] != row["site_id"] and room["rooms"])
        add(row, "contacts", -10)
        written["service_plan"].append({**row, "site_id": other, "contacts": 10.0, "clinical_hours": 2.0})

    assert any("need the same kind of room as gp_appointments" in m for m in caught(case, "E-03", sent_apart))


def test_sessions_and_hours_of_a_week() -> None:
    case = each_rule()

    def row(written: Written) -> dict[str, Cell]:
        return rows_of(written, "room_utilisation", site_id="lift", room_type="consulting", slot="mon_am")[0]

    def emptied(written: Written) -> None:
        hours = row(written)["used_hours"]
        assert isinstance(hours, float)
        row(written).update(used_hours=0.0)
        add(rows_of(written, "room_utilisation", site_id="lift", room_type="consulting", slot="sat_am")[0],
            "used_hours", hours)  # fmt: skip

    assert any(
        "sessions are booked in 4 rooms" in m for m in caught(case, "E-05", lambda w: add(row(w), "sessions", 9))
    )
    assert any("hours are used in" in m for m in caught(case, "E-05", lambda w: row(w).update(used_hours=10.5)))
    assert any("at most 85%" in m for m in caught(case, "E-06", lambda w: row(w).update(used_hours=9.0)))
    assert any("cannot be moved" in m for m in caught(case, "E-07", emptied))


def test_a_suite_that_comes_back_and_one_with_two_dates() -> None:
    case = each_rule()

    def rows(written: Written) -> Rows:
        return rows_of(written, "site_plan", suite_id="whole_clinic-1")

    assert any("is handed back in the period from 2026/27 and back in the one from 2027/28" in message
               for message in caught(case, "E-08", lambda w: rows(w)[1].update(status="kept")))  # fmt: skip
    assert any("more than one date: 2026-10-01, 2026-11-01" in message
               for message in caught(case, "E-08", lambda w: rows(w)[2].update(date=D(2026, 11, 1))))  # fmt: skip


def test_a_pound_on_the_payment_and_on_the_charges() -> None:
    case = each_rule()
    payment, charges = {"item": "vacating_payment"}, {"item": "charges_void"}
    caught(case, "E-26", lambda w: add(rows_of(w, "cashflow", **payment)[0], "gbp", 1))
    caught(case, "E-26", lambda w: add(rows_of(w, "site_plan", suite_id="whole_clinic-0")[0], "one_off_gbp", 1))
    caught(case, "E-27", lambda w: add(rows_of(w, "cashflow", **charges)[0], "gbp", -1))
    caught(case, "E-27", lambda w: add(rows_of(w, "cashflow", item="charges_continuing")[-1], "gbp", -1))
    caught(case, "E-27", lambda w: add(rows_of(w, "site_plan", suite_id="lift-1")[0], "icb_charge_gbp", -1))


def test_a_sale_credited_and_a_payment_on_the_wrong_ledger() -> None:
    case = each_rule()
    messages = caught(case, "E-28", lambda w: w["cashflow"][0].update(gbp=-500_000))
    assert any("an income. Proceeds of a sale are not the ICB's" in message for message in messages)
    caught(case, "E-28", lambda w: rows_of(w, "cashflow", item="charges_occupied")[0].update(ledger="system"))
    caught(case, "E-28", lambda w: w["cashflow"].append(dict(w["cashflow"][0])))


def test_cash_discounted_by_a_year_too_many() -> None:
    messages = caught(
        each_rule(), "E-29", lambda w: add(rows_of(w, "cashflow", year="2028/29")[0], "discounted_gbp", 0.02)
    )
    assert any("discounted to 2026/27" in message for message in messages)


def test_a_recorded_aim_that_the_tables_do_not_come_to() -> None:
    case = each_rule()
    for name, value in case.stage_values.items():
        assert value is not None
        values = {**case.stage_values, name: value * 1.01 + 2}
        assert only(checked(case, case.written(), values), "E-30").startswith(f"The run records {name}")
    assert "is no aim" in only(checked(case, case.written(), {"profit": 1.0}), "E-30")


def test_reasons_name_the_rules_that_refuse() -> None:
    case = each_rule()
    row_of: Callable[[Written], dict[str, Cell]] = lambda w: rows_of(w, "site_plan", suite_id="lift-1")[0]  # noqa: E731
    assert "E-17" in str(row_of(case.written())["reason"])
    messages = caught(case, "E-30", lambda w: row_of(w).update(reason="E-15 not_pfi"))
    assert any("lift-1 is refused by E-17, E-20; its reason names E-15" in message for message in messages)
    caught(case, "E-30", lambda w: row_of(w).update(reason="because"))
    caught(case, "E-30", lambda w: row_of(w).update(status="kept"))


def test_every_rule_is_checked() -> None:
    case = each_rule()
    assert checked(case, case.written()).rules_checked == tuple(rule.id for rule in RULES)
