"""What pages show of a reallocation is what its tables say, to the pound."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from models.shared.parsing import TypedTable
from models.shared.problem import Measure
from nwl_opt.files.toml_text import toml_text
from nwl_opt.opening import validate_instance
from nwl_opt.paging import paged
from nwl_opt.plain import stages_from_json
from nwl_opt.reallocation.shown.aims import aims_sheet
from nwl_opt.reallocation.shown.allocations import BY_WORDS, Wanted, allocation_sheet, by_named, choices
from nwl_opt.reallocation.shown.book import PlanBook
from nwl_opt.reallocation.shown.bridge import bridge_lines, bridge_picture, bridge_sheet, shift_picture, shift_sheet
from nwl_opt.reallocation.shown.figures import change_words, compared_figures, figures_sheet, recorded_measures
from nwl_opt.reallocation.shown.gap import gap_chart, gap_sheet, gaps_of, range_of
from nwl_opt.reallocation.shown.impacts import impacts_of, impacts_picture, impacts_sheet
from nwl_opt.reallocation.shown.moves import (
    MoveFilter,
    between_lines,
    between_picture,
    between_sheet,
    moves_sheet,
    wanted_moves,
)
from nwl_opt.reallocation.shown.repairs import conflicts_of, repairs_of
from nwl_opt.reallocation.shown.sheet import Heading, Sheet
from nwl_opt.reallocation.shown.sides import lines_beside, money_sheet, places_beside
from nwl_opt.reallocation.shown.stops import Lever, binding_sheet, lever_scenario, levers_of, levers_picture
from nwl_opt.reallocation.shown.swings import swings_picture, swings_sheet
from nwl_opt.reallocation.shown.trade import read_trade, trade_picture, trade_sheet
from nwl_opt.scenario import read_scenario

pytestmark = pytest.mark.unit


def _kpis(run: Path) -> dict[str, float]:
    record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    return {name: entry["value"] for name, entry in record["kpis"].items()}


def _csv(run: Path, table: str) -> list[dict[str, str]]:
    with (run / f"{table}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_the_gap_of_the_last_year_is_the_key_figure(lines_run: Path, book: PlanBook) -> None:
    last, kpis = gaps_of(book.tables, book.years)[-1], _kpis(lines_run)
    assert (last.over_gbp, last.under_gbp) == (kpis["over_need_final_year"], kpis["under_need_final_year"])
    assert last.gap_gbp == kpis["final_year_gap"]


def test_the_gap_has_a_range_where_need_was_studied_and_none_where_it_was_not(book: PlanBook) -> None:
    gaps = gaps_of(book.tables, book.years)
    studied = range_of(book.tables, gaps)
    rows = [row for row in book.tables["tornado"] if row.text("parameter") in ("community_chc_need", "deviation")]
    assert (studied is None) == (not rows)
    if studied is not None:
        assert studied.lows[-1] is not None and studied.lows[-1] <= gaps[-1].gap_gbp
    nothing = {**book.tables, "tornado": replace(book.tables["tornado"], rows=())}
    assert range_of(nothing, gaps) is None
    made = gap_chart("Gap", {"This plan": gaps, "Other": gaps[:2]}, studied)
    assert sum(mark.words.startswith("Other") for mark in made.marks) == 2


def test_the_gap_table_stands_beside_the_baseline(book: PlanBook, baseline: dict[str, TypedTable]) -> None:
    gaps, beside = gaps_of(book.tables, book.years), gaps_of(baseline, book.years)
    sheet = gap_sheet("Gap", gaps, beside)
    assert [row[-1] for row in sheet.rows] == [gap.gap_gbp for gap in beside]
    assert len(gap_sheet("Gap", gaps, ()).headings) == len(sheet.headings) - 1


@pytest.mark.parametrize("by", list(BY_WORDS))
def test_allocations_of_every_kind_sum_to_the_plan(lines_run: Path, book: PlanBook, by: str) -> None:
    sheet = allocation_sheet(book, Wanted(by_named(by)))
    totals: dict[str, int] = defaultdict(int)
    for row in _csv(lines_run, "allocations"):
        totals[row["year"]] += int(row["allocation_gbp"])
    for at, heading in enumerate(sheet.headings):
        if heading.text in book.years:
            body = sheet.rows[: len(sheet.rows) - sheet.totals]
            assert sum(row[at] for row in body) == totals[heading.text]  # type: ignore[misc]
            assert sheet.rows[-1][at] == totals[heading.text]


def test_allocations_can_be_narrowed_and_what_is_not_there_is_nothing(lines_run: Path, book: PlanBook) -> None:
    place, name = choices(book)["place"][0]
    sheet = allocation_sheet(book, Wanted("place_line", place=place))
    own = [row for row in _csv(lines_run, "allocations") if row["place"] == place and row["year"] == book.last_year]
    column = [heading.text for heading in sheet.headings].index(book.last_year)
    assert sheet.rows[-1][column] == sum(int(row["allocation_gbp"]) for row in own)
    assert {row[0] for row in sheet.rows[:-1]} == {name}
    assert allocation_sheet(book, Wanted("cell", place="atlantis")).rows == ()
    assert by_named("nonsense") == "line"


def test_a_bridge_holds_each_year_and_what_lines_gain_others_give(lines_run: Path, book: PlanBook) -> None:
    assert [line for line, _ in bridge_lines(book)] == ["all", *book.lines]
    for line, _ in bridge_lines(book):
        picture = bridge_picture(book, line)
        assert picture.bars and len(picture.bars) <= len(bridge_sheet(book, line).rows)
    shift = shift_sheet(book)
    for at in range(1, len(book.years)):
        assert sum(row[at] for row in shift.rows) == 0  # type: ignore[misc]
    assert len(shift_picture(book).bars) == len(book.lines) * (len(book.years) - 1)
    closing = [row for row in _csv(lines_run, "bridge") if row["line"] == "all" and row["item"] == "closing"]
    assert [row[2] for row in bridge_sheet(book, "all").rows if row[1] == "Closing"] == [
        int(r["gbp"]) for r in closing
    ]


def test_moves_are_filtered_and_the_largest_comes_first(lines_run: Path, book: PlanBook) -> None:
    rows = wanted_moves(book, MoveFilter())
    assert len(rows) == len(_csv(lines_run, "moves"))
    amounts = [row.integer("full_year_gbp") for row in rows]
    assert amounts == sorted(amounts, reverse=True)
    new = wanted_moves(book, MoveFilter(kind="new_money", year=book.years[1]))
    assert new and all(row.text("kind") == "new_money" and row.text("year") == book.years[1] for row in new)
    assert all("new money" in row[2] for row in moves_sheet(book, new).texts)
    assert wanted_moves(book, MoveFilter(to_line="nothing")) == []


def test_what_moves_between_lines_is_in_the_map_and_the_table(lines_run: Path, book: PlanBook) -> None:
    amounts = between_lines(book)
    moved = [r for r in _csv(lines_run, "moves") if r["kind"] in ("growth_forgone", "cash_withdrawn")]
    assert sum(amounts.values()) == sum(int(row["full_year_gbp"]) for row in moved)
    assert len(between_picture(book).bars) == len(amounts) == len(between_sheet(book).rows)


def test_every_lever_has_words_and_a_scenario_that_can_be_applied(
    lines_run: Path, book: PlanBook, tmp_path: Path
) -> None:
    levers = levers_of(book)
    assert [lever.rank for lever in levers] == [int(row["rank"]) for row in _csv(lines_run, "levers")]
    for lever in levers:
        path = tmp_path / f"{lever.rank}.toml"
        path.write_text(toml_text(lever_scenario(book.instance, lever)), encoding="utf-8")
        changed = validate_instance(lines_run / "inputs", read_scenario(path))
        assert not changed.faults
        assert changed.raw != validate_instance(lines_run / "inputs").raw
    assert {lever.rule for lever in levers} > {"R-01"}


def test_levers_say_what_they_buy_and_when_they_make_it_worse(book: PlanBook) -> None:
    lever = levers_of(book)[0]
    assert replace(lever, gap_falls_by_gbp=1000).falls_words == "£1,000"
    assert replace(lever, gap_falls_by_gbp=0).falls_words == "nothing by itself"
    assert replace(lever, gap_falls_by_gbp=-5).falls_words == "the gap grows by £5"
    worse: tuple[Lever, ...] = (replace(lever, gap_falls_by_gbp=3), replace(lever, gap_falls_by_gbp=-5))
    assert len(levers_picture(worse).bars) == 1
    assert levers_picture(()).bars == ()


def test_binding_rules_are_those_of_the_table(lines_run: Path, book: PlanBook) -> None:
    binding = [r for r in _csv(lines_run, "rules") if r["status"] != "slack" and r["rule"] != "R-01"]
    assert [row[0] for row in binding_sheet(book).rows] == [row["rule"] for row in binding]


def test_swings_have_both_ends_and_an_end_without_a_plan_says_so(book: PlanBook) -> None:
    table = book.tables["tornado"]
    assert len(swings_sheet(book).rows) * 2 == len(table)
    broken = [replace(row, cells={**row.cells, "final_gap_gbp": None}) for row in table]
    without = PlanBook(book.instance, {**book.tables, "tornado": replace(table, rows=tuple(broken))})
    assert {row[2] for row in swings_sheet(without).rows} == {"no plan"}
    assert swings_picture(without, 5.0).bars == ()


@pytest.mark.parametrize("kind", ["place", "provider", "place_line"])
def test_who_loses_most_comes_first(lines_run: Path, book: PlanBook, kind: str) -> None:
    rows = impacts_of(book, kind)
    amounts = [row.integer("against_in_step_gbp") for row in rows]
    assert amounts == sorted(amounts)
    assert len(rows) == sum(row["kind"] == kind for row in _csv(lines_run, "impacts"))
    assert len(impacts_sheet(book, kind).rows) == len(rows)
    assert len(impacts_picture(book, kind).bars) == min(len(rows), 16)


def test_figures_say_how_they_differ_in_words(lines_run: Path) -> None:
    record = json.loads((lines_run / "run.json").read_text(encoding="utf-8"))
    plan = recorded_measures(record["kpis"])
    baseline = recorded_measures(record["baseline"]["pro_rata_growth"], plan)
    assert baseline["gap_closed"].unit == "share"
    sheet = figures_sheet(compared_figures([plan, baseline]))
    first = sheet.rows[0]
    gap = abs(plan["final_year_gap"].value - baseline["final_year_gap"].value)
    assert first[0] == "Gap to need in the last year" and f"£{gap:,.0f} more" in first
    assert change_words(Measure(0.1, "share"), Measure(0.125, "share")) == "2.5 points more"
    assert change_words(Measure(5, "gbp"), Measure(50, "gbp")) == "", "whole pounds move a figure by this much"
    assert change_words(None, Measure(5, "gbp")) == ""


def test_runs_side_by_side_with_one_without_a_plan(book: PlanBook) -> None:
    rows = lines_beside([book, None, book])
    assert [row.name for row in rows] == [book.name(line) for line in book.lines]
    assert all(row.texts[1] == "no plan" and not any(row.changes) for row in rows)
    assert len(places_beside([book])) == len({row.text("place") for row in book.tables["allocations"]})
    assert lines_beside([None]) == ()


def test_money_side_by_side_has_the_difference_of_the_last() -> None:
    sheet = money_sheet("Budget", ["This run", "These settings"], [{"Acute": 10}, {"Acute": 7, "Community": 2}])
    assert sheet.rows == (("Acute", 10, 7, -3), ("Community", 0, 2, 2))
    assert sheet.texts[0][-1] == "-3"


def test_a_table_is_read_in_millions_and_written_in_pounds() -> None:
    headings = (
        Heading("Line"),
        Heading("2026/27", "gbp"),
        Heading("Gap", "gbp_change"),
        Heading("Of", "share_change"),
    )
    rows = (("Acute", 52_345_678, -1_500_000, 0.0252), ("=cmd", 1, 4000, -1e-9), ("None", None, None, None))
    sheet = Sheet("T", headings, rows, in_millions=True)
    assert sheet.heading_words == ("Line", "2026/27, £m", "Gap, £m", "Of")
    assert sheet.texts == (
        ("Acute", "52.35", "-1.50", "+2.5 %"),
        ("=cmd", "0.00", "0.00", "0 %"),
        ("None", "-", "-", "-"),
    )
    written = list(csv.reader(io.StringIO(sheet.csv().decode("utf-8-sig"))))
    assert written[0] == ["Line", "2026/27 (gbp)", "Gap (gbp)", "Of (share)"]
    assert written[1] == ["Acute", "52345678", "-1500000", "0.025200"]
    assert written[2][0] == "'=cmd", "a name that Excel would work out"
    assert written[3] == ["None", "", "", ""]
    assert sheet.csv().startswith(b"\xef\xbb\xbf"), "Excel reads what is not marked as something else"


def test_repairs_that_mend_come_first_and_a_conflict_keeps_its_rules(book: PlanBook) -> None:
    from models.shared.parsing import Row

    def rows(*cells: dict[str, object]) -> tuple[Row, ...]:
        return tuple(Row(number, dict(one)) for number, one in enumerate(cells, start=2))  # type: ignore[arg-type]

    repairs = rows(
        {"repair": 1, "kind": "ends_conflict", "rule": "R-02", "mends": False, "scenario": None, "sentence": "a"},
        {
            "repair": 2,
            "kind": "joint",
            "rule": "R-02",
            "mends": True,
            "scenario": "scenarios/r_2.toml",
            "sentence": "b",
        },
        {
            "repair": 2,
            "kind": "joint",
            "rule": "R-05",
            "mends": True,
            "scenario": "scenarios/r_2.toml",
            "sentence": "b",
        },
    )
    conflicts = rows(
        {"conflict": 1, "rule": "R-02", "words": "floor"}, {"conflict": 1, "rule": "R-05", "words": "cost"}
    )
    tables = {
        "repairs": replace(book.tables["repairs"], rows=repairs),
        "conflicts": replace(book.tables["conflicts"], rows=conflicts),
    }
    first, second = repairs_of(tables)
    assert (first.number, first.rules, first.scenario) == (2, ("R-02", "R-05"), "r_2")
    assert (second.mends, second.scenario) == (False, "")
    assert conflicts_of(tables)[0].rules == (("R-02", "floor"), ("R-05", "cost"))


FRONTIER = """point,peak_growth_limit_share,final_year_gap_gbp,peak_growth_share,status,beaten_by_point,run
1,0.05,116344254,0.050000,on_frontier,,point-01
2,0.06,96383524,0.060000,on_frontier,,point-02
3,0.07,96383524,0.070000,dominated,2,point-03
4,0.08,,,no_plan,,point-04
"""


def test_a_frontier_is_read_and_drawn_with_links_to_its_points(tmp_path: Path) -> None:
    assert read_trade(tmp_path) is None
    (tmp_path / "frontier.csv").write_text(FRONTIER, encoding="utf-8")
    trade = read_trade(tmp_path)
    assert trade is not None
    links = [f"/points/{point.number}" for point in trade.points]
    picture = trade_picture(trade, links)
    assert {mark.href for mark in picture.marks} == set(links[:3]), "a point without a plan has no place"
    assert {mark.form for mark in picture.marks} == {"circle", "diamond"}
    sheet = trade_sheet(trade, links)
    assert [row[-1] for row in sheet.rows] == ["stands", "stands", "beaten by another", "no plan"]
    assert sheet.links[2] == "/points/3"
    assert "19,960,730" in trade.sentence
    (tmp_path / "frontier.csv").write_text("point,other\n1,2\n", encoding="utf-8")
    assert read_trade(tmp_path) is None


def test_aims_are_said_in_words_with_their_bounds(lines_run: Path) -> None:
    stages = stages_from_json(json.loads((lines_run / "run.json").read_text(encoding="utf-8"))["stages"])
    sheet = aims_sheet(stages)
    assert len(sheet.rows) == len(stages) > 2
    assert not any("_" in str(row[0]) for row in sheet.rows)
    assert {row[3] for row in sheet.rows} == {"proven best"}


def test_a_long_table_is_shown_page_by_page_with_the_sums_of_all() -> None:
    rows = (*((f"row {at}", at) for at in range(5)), ("All", 10))
    sheet = Sheet("T", (Heading("Line"), Heading("Beds", "count")), rows, totals=1)
    assert [row[0] for row in sheet.showing(paged(sheet.own_rows, 3, 2).rows).rows] == ["row 4", "All"]
    assert sheet.showing(sheet.own_rows) == sheet
