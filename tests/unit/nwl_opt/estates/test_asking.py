"""A hand-back as it is typed into a form, and the answers and studies as their folders tell them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from nwl_opt.estates.browsing.asking import asked_words, buildings, days_allowed, likely_day, read_asked
from nwl_opt.estates.browsing.result_tables import cell_words, rows_of, shown
from nwl_opt.estates.browsing.studies import SHOWN, names_of
from nwl_opt.estates.browsing.tested import answer_tables, figures_of, read_tested
from nwl_opt.estates.reporting.saved import EstateTables

pytestmark = pytest.mark.unit


def test_everything_wrong_with_a_form_is_said_at_once(estate: EstateTables) -> None:
    asked, errors = read_asked(estate.instance, [""], "tomorrow")
    assert asked is None and set(errors) == {"space", "day"}


@pytest.mark.parametrize(
    "spaces", [["suite:nowhere"], ["site:nowhere"], ["nonsense"], ["suite:pfi-1", "x"], ["site:pfi", "site:lift"], []]
)
def test_space_that_cannot_be_tested_is_refused(estate: EstateTables, spaces: list[str]) -> None:
    asked, errors = read_asked(estate.instance, spaces, "2027-04-01")
    assert asked is None and set(errors) == {"space"}


@pytest.mark.parametrize("day", ["2026-03-31", "2032-04-01", "1999-01-01", "", "01/13/2027"])
def test_a_day_outside_the_plan_is_refused(estate: EstateTables, day: str) -> None:
    asked, errors = read_asked(estate.instance, ["suite:pfi-1"], day)
    assert asked is None and set(errors) == {"day"}


def test_what_is_asked_becomes_the_options_of_the_command(estate: EstateTables) -> None:
    spaces = ["site:pfi", "suite:lift-1", "suite:lift-1", ""]
    asked, errors = read_asked(estate.instance, spaces, "01/04/2027")
    assert errors == {} and asked is not None
    assert asked.arguments == ("--suite=lift-1", "--site=pfi", "--from=2027-04-01")
    assert asked_words(estate.instance, asked) == "Pfi, the whole building and Lift, First floor, from 1 April 2027"


def test_the_suite_without_which_a_building_cannot_be_open_is_told_to_take_the_building_with_it(
    estate: EstateTables,
) -> None:
    """Asked for a ground floor, the answer speaks of the whole building: so do the form and the title."""
    core = estate.instance.site("lift").core_suite
    asked, _ = read_asked(estate.instance, [f"suite:{core}"], "2027-04-01")
    assert asked is not None
    assert (
        asked_words(estate.instance, asked) == "Lift, Ground floor, and with it the whole building, from 1 April 2027"
    )
    names = {one.value: one.name for building in buildings(estate.instance) for one in building.spaces}
    assert names[f"suite:{core}"].endswith(" m2, and with it the whole building)")
    assert names["suite:lift-1"].endswith(" m2)")


def test_the_form_begins_with_a_day_that_is_allowed(estate: EstateTables) -> None:
    first, last = days_allowed(estate.instance)
    assert likely_day(estate.instance, "suite:long_notice-1") == dt.date(2027, 4, 1)
    for building in buildings(estate.instance):
        for space in building.spaces:
            day = likely_day(estate.instance, space.value)
            assert first <= day <= last and day.day == 1


def test_an_answer_is_read_as_soon_as_its_first_words_are_there(tmp_path: Path) -> None:
    assert read_tested(tmp_path) is None
    sentence = {"id": "estates.test.yes", "rule": "", "sentence": "Yes: A can be handed back.", "numbers": {}}
    fuller = {"id": "estates.test.fuller", "rule": "E-06", "sentence": "B gets fuller.", "numbers": {}}
    first = {"label": "First answer, not proved yet", "verdict": "yes", "sentences": [sentence, fuller]}
    (tmp_path / "first.json").write_text(json.dumps(first), encoding="utf-8")
    tested = read_tested(tmp_path)
    assert tested is not None and not tested.is_whole
    assert (tested.verdict_words, tested.headline) == ("Yes", "A can be handed back.")
    assert [one.sentence for one in tested.told] == ["B gets fuller."]
    whole = {**first, "one_off_gbp": -10, "npv_saving_gbp": -5, "npv_against_saved_plan_gbp": 5,
             "handed_back": {"a": "2027-04-01"}, "payback_months": None}  # fmt: skip
    (tmp_path / "answer.json").write_text(json.dumps(whole), encoding="utf-8")
    tested = read_tested(tmp_path)
    assert tested is not None and tested.is_whole and tested.told == ()
    assert figures_of(tested) == (
        ("One-off payments less", "£10"),
        ("Costs more at present value", "£5"),
        ("Dearer than the saved plan", "£5"),
        ("Paid back", "not within the plan"),
    )


def test_tables_of_an_answer_that_say_nothing_are_left_out(tmp_path: Path, estate: EstateTables) -> None:
    (tmp_path / "refusals.csv").write_text("rule,name,suite_id,why,what_would_change_it,from_day\n", encoding="utf-8")
    tables = answer_tables(tmp_path, estate.instance)
    assert tables.refusals is None and tables.moves is None and tables.instead == ()


def test_moves_are_summed_from_site_to_site_where_most_move(tmp_path: Path, estate: EstateTables) -> None:
    head = "year,service,area_id,from_site,to_site,contacts_per_year\n"
    rows = "2026/27,a,x,pfi,lift,10\n2029/30,a,x,pfi,lift,20\n2029/30,b,y,pfi,lift,30\n2029/30,b,y,lift,-,5\n"
    (tmp_path / "moves.csv").write_text(head + rows, encoding="utf-8")
    moves = answer_tables(tmp_path, estate.instance).moves
    assert moves is not None
    assert moves.rows == (("Pfi", "Lift", "50", "2"), ("Lift", "no room", "5", "1"))


@pytest.mark.parametrize(
    ("column", "text", "words"),
    [
        ("saving_npv_gbp", "-1234.4", "-£1,234"),
        ("difference_share", "0.25", "25.0 %"),
        ("date", "2027-04-01", "1 April 2027"),
        ("contacts_moved_per_year", "81795", "81,795"),
        ("suite_id", "pfi-1", "Pfi, First floor"),
        ("suites", "pfi-1 lift-1", "Pfi, First floor; Lift, First floor"),
        ("binding_rule", "E-23 no_area_worse_than", "E-23 no area worse than"),
        ("question", "Ask why st_charles-3 is charged.", "Ask why st_charles-3 is charged."),
        ("payback_months", "", ""),
    ],
)
def test_cells_are_set_by_what_their_column_is_called(
    estate: EstateTables, column: str, text: str, words: str
) -> None:
    assert cell_words(column, text, names_of(estate.instance)) == words


def test_a_table_keeps_the_order_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("b,rank\nx,1\n", encoding="utf-8")
    view = shown("A", rows_of(tmp_path, "a"), {"rank": "Rank", "b": "B"})
    assert (view.headings, view.rows, view.numeric) == (("Rank", "B"), (("1", "x"),), (True, False))


@pytest.mark.parametrize("study", sorted(SHOWN))
def test_a_study_that_left_nothing_shows_nothing(tmp_path: Path, estate: EstateTables, study: str) -> None:
    assert SHOWN[study](tmp_path, names_of(estate.instance)).views == ()
