"""What pages show of a plan is what its tables say: suites with reasons, levers, rooms, weeks, cash, lists."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from pathlib import Path

import pytest

from models.estates.entities import CapitalSource
from models.estates.source_names import source_names
from models.estates.views.cash import works as works_view
from models.estates.views.changes import hand_backs
from models.estates.words import TENURE_WORDS
from models.shared.problem import Explanation
from nwl_opt.estates.browsing.aims import aims
from nwl_opt.estates.browsing.cash_charts import saved_so_far_chart, yearly_chart
from nwl_opt.estates.browsing.figures import figure_groups
from nwl_opt.estates.browsing.heat import STEP_WORDS, HeatCell, heat
from nwl_opt.estates.browsing.levers import eligibility_levers, last_charge_gbp, need_levers
from nwl_opt.estates.browsing.money import ledgers, source_totals, works
from nwl_opt.estates.browsing.premises import closed_in, premises_in
from nwl_opt.estates.browsing.suite_list import SUITE_COLUMNS, SuiteFilter, choices_of, filtered, suite_rows
from nwl_opt.estates.browsing.suites import SuiteView, suite_views
from nwl_opt.estates.browsing.timetable import site_week
from nwl_opt.estates.browsing.travel import QUINTILES, travel
from nwl_opt.estates.reporting.equality import travel_of_areas
from nwl_opt.estates.reporting.maps import MapView, plan_map, site_changes
from nwl_opt.estates.reporting.saved import EstateTables
from solvers.types import StageResult

pytestmark = pytest.mark.unit
LAST = "2029/30"


@pytest.fixture(scope="module")
def suites(estate: EstateTables, told: tuple[Explanation, ...]) -> dict[str, SuiteView]:
    return {one.suite_id: one for one in suite_views(estate, told)}


def _rows(run: Path, table: str) -> list[dict[str, str]]:
    with (run / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


# In this estate the first floor of each site is refused by the one rule its site is named for.
@pytest.mark.parametrize(
    ("suite", "rule", "why", "change"),
    [
        ("void_payer-1", "E-09", "the provider pays", "take over the void"),
        ("not_surplus-1", "E-10", "not declared surplus", "a declaration"),
        ("tenant_upstairs-1", "E-11", "Community provider stays", "leave or move"),
        ("not_self_contained-1", "E-12", "not self-contained", "whole of Not Self Contained"),
        ("under_100_m2-1", "E-13", "90 m2, 100 needed", "whole building"),
        ("gp_premises-1", "E-14", "GP premises", "Right Size"),
        ("pfi-1", "E-15", "PFI building", "until the contract ends"),
        ("onerous_lease-1", "E-16", "onerous", "end of that lease"),
        ("lift-1", "E-17", "LIFT or CHP", "Open Space"),
        ("xray-1", "E-24", "fitted for one purpose", "another suite"),
        ("kept_by_order-1", "E-25", "orders it kept", "order lifted"),
        ("tenant_upstairs-0", "E-20", "First floor keeps open", "First floor free to go"),
    ],
)
def test_a_refused_suite_says_which_rule_why_and_what_would_change_it(
    suites: dict[str, SuiteView], suite: str, rule: str, why: str, change: str
) -> None:
    one = suites[suite]
    assert one.decision in ("refused", "open_space") and one.may_words == "may not go"
    assert [reason.rule for reason in one.reasons] == [rule]
    assert why in one.reasons[0].why and change in one.reasons[0].change
    assert one.reasons[0].says.endswith(".")


def test_a_suite_that_may_go_on_its_own_has_no_reasons(suites: dict[str, SuiteView]) -> None:
    assert suites["records-1"].reasons == () and suites["records-1"].may_words == "may go on its own"
    assert suites["records-1"].decision_words == "handed back as a part, 1 April 2029"


def test_a_suite_that_is_kept_says_what_would_be_missing(suites: dict[str, SuiteView]) -> None:
    kept = suites["ceiling-1"]
    assert kept.decision == "kept" and kept.reasons == ()
    assert kept.kept_because and kept.kept_because[0].isupper() and "kept;" not in kept.kept_because
    assert suites["records-1"].kept_because == ""


def test_what_becomes_of_each_suite_is_what_the_table_says(suites: dict[str, SuiteView], estate_run: Path) -> None:
    last = {row["suite_id"]: row for row in _rows(estate_run, "site_plan") if row["year"] == LAST}
    assert set(suites) == set(last)
    for suite_id, row in last.items():
        one = suites[suite_id]
        assert (one.date is None) == (row["date"] == "")
        if row["status"] == "handed_back":
            assert one.decision == row["extent"]
        elif row["date"]:
            assert one.decision == ("open_space" if row["status"] == "open_space" else "converted")
        assert last_charge_gbp(one) == int(row["icb_charge_gbp"])
    assert suites["capital-0"].decision_words == "rooms are converted to consulting, 1 April 2029"


def test_filters_hold_together_and_the_file_has_every_column(suites: dict[str, SuiteView]) -> None:
    every = tuple(suites.values())
    other = filtered(every, SuiteFilter(borough="Otherland"))
    assert {one.suite_id for one in other} == {"presence_village_clinic-0"}
    refused = filtered(every, SuiteFilter(rule="E-17", decision="open_space"))
    assert [one.suite_id for one in refused] == ["offered_later-1"]
    assert filtered(every, SuiteFilter(landlord="PFI company", decision="whole")) == ()
    rows = suite_rows(every)
    assert len(rows) == len(every) and {len(row) for row in rows} == {len(SUITE_COLUMNS)}
    choices = choices_of(every)
    assert ("E-17", "E-17 not LIFT or CHP") in choices.rules
    assert {code for code, _ in choices.decisions} == {one.decision for one in every}


def test_levers_count_each_refused_suite_and_price_those_of_one_rule_alone(suites: dict[str, SuiteView]) -> None:
    levers = {lever.rule: lever for lever in eligibility_levers(tuple(suites.values()))}
    assert [one.suite_id for one in levers["E-15"].alone] == ["pfi-1"]
    assert levers["E-15"].alone_gbp_per_year == last_charge_gbp(suites["pfi-1"])
    assert {one.suite_id for one in levers["E-15"].suites} == {"pfi-0", "pfi-1"}
    refused = {one.suite_id for one in suites.values() if not one.may.may_go}
    assert refused == {one.suite_id for lever in levers.values() for one in lever.suites}
    pounds = [lever.alone_gbp_per_year for lever in eligibility_levers(tuple(suites.values()))]
    assert pounds == sorted(pounds, reverse=True)
    kept = {one.suite_id for lever in need_levers(tuple(suites.values())) for one in lever.suites}
    assert "ceiling-1" in kept and not kept & refused


def test_the_aims_say_what_binds_and_name_the_best_lever(suites: dict[str, SuiteView], estate: EstateTables) -> None:
    stage = StageResult("npv_cost", "gbp", "minimise", 100.0, 90.0, 0.1, 1.0, "solver", "feasible")
    refusals, needs = eligibility_levers(tuple(suites.values())), need_levers(tuple(suites.values()))
    stages = [replace(stage, name="unmet_demand", unit="contacts", value=0.0), stage,
              replace(stage, name="travel_worst", unit="minutes"), replace(stage, name="a_new_aim")]  # fmt: skip
    told = aims(stages, {"npv_cost": 120.0}, estate, refusals, needs)
    assert told[0].binds.startswith("Nothing")
    assert (told[1].reached, told[1].best_possible, told[1].today) == ("£100", "£90", "£120")
    assert refusals[0].rule in told[1].lifts and "%" in told[1].gap
    assert "minutes" in told[2].binds
    assert told[3].title == "A new aim" and told[3].today == ""


def test_the_heat_table_sums_hours_before_it_divides(estate: EstateTables, estate_run: Path) -> None:
    clinical = {kind.room_type for kind in estate.instance.room_types if kind.clinical}
    shown = heat(estate, LAST, "slot")
    rows = [
        row for row in _rows(estate_run, "room_utilisation") if row["year"] == LAST and row["room_type"] in clinical
    ]
    for site in shown.rows:
        mine = [row for row in rows if row["site_id"] == site.site_id and row["slot"] == "week"]
        assert site.cells[-1].used_hours == pytest.approx(sum(float(row["used_hours"]) for row in mine), abs=1e-6)
        assert site.cells[-1].available_hours == pytest.approx(sum(float(row["available_hours"]) for row in mine))
    assert len(shown.headings) == len(estate.instance.slots) + 1 == len(shown.total)
    kinds = heat(estate, LAST, "room_type")
    assert kinds.headings[-1] == "All rooms"
    assert sum(cell.used_hours for cell in kinds.total[:-1]) == pytest.approx(kinds.total[-1].used_hours)
    assert heat(estate, LAST, "slot", "Nowhere").rows == ()


def test_shades_of_the_heat_table_are_those_of_its_key() -> None:
    assert [HeatCell(share, 100.0).step for share in (10.0, 30.0, 50.0, 70.0, 85.0, 95.0)] == list(range(6))
    assert len(STEP_WORDS) == 6 and HeatCell(0.0, 0.0).share is None


def test_the_week_of_a_site_holds_every_row_of_the_timetable(estate: EstateTables, estate_run: Path) -> None:
    rows = [row for row in _rows(estate_run, "timetable") if row["year"] == LAST and row["site_id"] == "ceiling"]
    week = site_week(estate, "ceiling", LAST)
    held = [one for kind in week.kinds for room in kind.rooms for session in room.sessions for one in session]
    assert len(held) == len(rows) > 0
    assert math.fsum(one.used_hours for one in held) == pytest.approx(sum(float(row["used_hours"]) for row in rows))
    assert all(len(room.sessions) == len(week.sessions) for kind in week.kinds for room in kind.rooms)
    assert site_week(estate, "whole_clinic", LAST).kinds == ()


def test_cash_is_that_of_both_tables_and_savings_add_up(estate: EstateTables, estate_run: Path) -> None:
    rows = _rows(estate_run, "cashflow")
    for ledger in ledgers(estate):
        mine = [row for row in rows if row["ledger"] == ledger.code]
        assert sum(year.plan_gbp for year in ledger.years) == sum(int(row["gbp"]) for row in mine)
        assert sum(item.total_gbp for item in ledger.items) == sum(int(row["gbp"]) for row in mine)
        assert ledger.years[-1].saved_so_far_gbp == pytest.approx(ledger.saved_present_gbp)
        assert len(yearly_chart(ledger).bars) == 2 * len(ledger.years)
        assert saved_so_far_chart(ledger) is not None


def test_without_todays_estate_nothing_is_compared(estate: EstateTables) -> None:
    ledger = ledgers(replace(estate, today=None))[0]
    assert ledger.saved_present_gbp is None and ledger.years[0].saved_gbp is None
    assert saved_so_far_chart(ledger) is None and len(yearly_chart(ledger).bars) == len(ledger.years)


def test_works_name_their_place_and_sources_sum_to_them(estate: EstateTables, estate_run: Path) -> None:
    done = works(estate)
    assert sum(one.gbp for one in done) == sum(int(row["gbp"]) for row in _rows(estate_run, "capital")) > 0
    assert {one.what for one in done} == {"consulting rooms", "made ready for Open Space"}
    assert sum(one.gbp for one in source_totals(estate, done)) == sum(one.gbp for one in done)


def test_sources_of_capital_are_named_as_people_name_them_and_never_alike(estate: EstateTables) -> None:
    def source(name: str, kind: str, borough: str | None) -> CapitalSource:
        return CapitalSource(name, kind, borough, "2026/27", 1, 1.0)

    listed = (
        source("a", "s106", "Brent"),
        source("b", "lig", None),
        source("c", "other", None),
        source("d", "other", None),
    )
    assert source_names(replace(estate.instance, capital_sources=listed)) == {
        "a": "Section 106, Brent",
        "b": "London Improvement Grant",
        "c": "Another source (c)",
        "d": "Another source (d)",
    }
    assert source_names(replace(estate.instance, capital_sources=())) == {"icb": "The ICB's own capital"}


def test_the_tables_of_a_report_hold_names_not_codes(estate: EstateTables) -> None:
    """A board read `nhsps_freehold`, `icb_own` and `conversion x-1-office`."""
    tables = {name: [row.cells for row in table] for name, table in estate.tables.items()}
    paid = works_view(estate.instance, tables)
    assert paid is not None and {row[3] for row in paid.rows} <= set(source_names(estate.instance).values())
    assert not any("conversion" in row[2] for row in paid.rows)
    assert {row[3] for row in hand_backs(estate.instance, tables).rows} <= set(TENURE_WORDS.values())


def test_the_second_ledger_is_said_not_to_be_added_to_the_first(estate: EstateTables) -> None:
    """Running costs stand in both; the workbook once called it `the rest of the system`."""
    assert "Never add it" in next(one.note for one in ledgers(estate) if one.code == "system")


def test_closed_premises_name_who_takes_their_lists(estate: EstateTables) -> None:
    closed = closed_in(estate, LAST)
    assert [one.premises.practice_id for one in closed] == ["right_size_practice"]
    assert [(one.name, one.is_site) for one in closed[0].receivers] == [("Right Size Clinic", True)]
    assert closed[0].mean_minutes == 11 and closed[0].saved_gbp_per_year == 12_000
    assert closed_in(estate, "2026/27") == ()
    assert len(premises_in(estate, LAST)) == len(estate.instance.premises)


def test_travel_is_shown_by_every_fifth(estate: EstateTables) -> None:
    shown = travel(estate, LAST)
    fifths = shown.rows_by(QUINTILES)
    assert len(shown.chart.bars) == 2 * len(fifths)
    everybody = shown.rows_by("everybody")[0]
    assert sum(row.contacts for row in fifths) == pytest.approx(everybody.contacts)
    assert shown.groupings[0] == "everybody"


def test_the_map_shows_a_period_and_a_borough_and_links_its_sites(estate: EstateTables) -> None:
    before = {one.site_id for one in site_changes(estate, "2026/27")}
    assert before == {"whole_clinic"} < {one.site_id for one in site_changes(estate)}
    areas = travel_of_areas(estate)
    drawn = plan_map(estate, areas, MapView(borough="Otherland", link=lambda site: f"?site={site}"))
    assert [mark.href for mark in drawn.marks] == ["?site=presence_village_clinic"]
    assert all(mark.href == "" for mark in plan_map(estate, areas).marks)
    assert len(plan_map(estate, areas).marks) == len(estate.instance.sites)


def test_figures_stand_beside_those_of_today_and_unknown_ones_are_kept() -> None:
    kpis = {"npv_cost": {"value": 5.0, "unit": "gbp"}, "a_new_figure": {"value": 1.0, "unit": "suites"}}
    groups = figure_groups(kpis, {"npv_cost": 7.0})
    assert [group.title for group in groups] == ["Money", "More"]
    assert (groups[0].figures[0].plan, groups[0].figures[0].today) == ("£5", "£7")
    assert (groups[1].figures[0].title, groups[1].figures[0].plan) == ("A new figure", "1 suite")
