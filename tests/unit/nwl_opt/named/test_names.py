"""Aims, figures and baselines are called the same wherever a run is shown."""

from __future__ import annotations

import pytest

from nwl_opt.named import in_a_sentence, names_of
from nwl_opt.words import difference_words

pytestmark = pytest.mark.unit


def test_every_kind_has_words_of_its_own() -> None:
    for kind in ("reallocation", "theatres", "estates"):
        names = names_of(kind)
        assert names.aims and names.figures and names.baselines, kind
        words = [*names.aims.values(), *names.figures.values(), *names.baselines.values()]
        assert not [one for one in words if "_" in one or not one[0].isupper()], kind


def test_a_name_without_words_loses_its_underscores() -> None:
    names = names_of("estates")
    assert names.aim("brand_new") == "Brand new"
    assert names.figure("brand_new") == "Brand new"
    assert names.baseline("brand_new") == "Brand new"
    assert names_of("of no such kind").aim("npv_cost") == "Npv cost"


def test_an_aim_of_several_says_which() -> None:
    names = names_of("reallocation")
    assert names.aim("worst_cell_gap_3") == "Largest gap of those left, level 3"
    assert names.aim("soft_1") == "What rules that may give way lack, in order 1"
    assert names.aim("worst_cell_gap") == "Largest gap of a borough's line, of its need"
    assert names_of("theatres").aim("least_share_R1K") == "Booked towards the least share of R1K"


def test_aims_have_units_for_where_only_values_are_known() -> None:
    names = names_of("reallocation")
    assert (names.unit("final_year_gap"), names.unit("worst_cell_gap_12"), names.unit("soft_2")) == (
        "gbp", "share", "gbp",
    )  # fmt: skip
    assert names.unit("another") == ""
    for kind in ("reallocation", "theatres", "estates"):
        assert all(names_of(kind).unit(name) for name in names_of(kind).aims), kind


def test_words_within_a_sentence_keep_the_capitals_they_need() -> None:
    assert in_a_sentence("Money nobody gets") == "money nobody gets"
    assert in_a_sentence("P2 patients booked") == "P2 patients booked"
    assert in_a_sentence("GP premises closed") == "GP premises closed"


def test_shares_differ_by_points_not_per_cent() -> None:
    assert difference_words(0.28, 0.256, "share") == "2.4 points less"
    assert difference_words(0.059, 0.06896, "share") == "1 point more"
    assert difference_words(11.0, 1.0, "of 35") == "10 less"
    assert difference_words(100.0, 350.0, "gbp") == "£250 more"
    assert difference_words(100.0, 150.0, "gbp") == ""
