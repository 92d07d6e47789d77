"""Facility-location files: every family is read, and a damaged file is named with the line and the number."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.estates.location.mapping import estates_instance, pounds_per_unit
from models.estates.location.mending import mended_words
from models.estates.location.of_instance import location_core
from models.estates.location.published import case_of, cases_of
from models.estates.location.reading import LocationFile, read_location_file
from models.shared.faults import InputFaults

pytestmark = pytest.mark.unit

OR_LIBRARY = "2 3\n10 100.\n20 150.5\n4\n1.5 2.5\n5\n3 4\n6\n5 6\n"
HOLMBERG = "2 3\n10 100\n20 150\n4 5 6\n1 3 5\n2 4 6\n"
TBED = "2 3\n4 5 6\n10 20\n100 150\n1 3 5\n2 4 6\n"
MEDIAN_CAPACITATED = "1 7\n3 1 20\n1 0 0 5\n2 3 4 6\n3 1 1 7\n"
MEDIAN = "3 3 1\n1 2 9\n2 3 4\n1 2 5\n"


def read(tmp_path: Path, text: str, family: str, capacity: float | None = None) -> LocationFile:
    path = tmp_path / "some.txt"
    path.write_text(text, encoding="ascii")
    return read_location_file(path, family, capacity)


def faults_of(tmp_path: Path, text: str, family: str = "OR-Library cap", capacity: float | None = None) -> list[str]:
    with pytest.raises(InputFaults) as caught:
        read(tmp_path, text, family, capacity)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("family", "text", "single"),
    [("OR-Library cap", OR_LIBRARY.replace("150.5", "150").replace("1.5 2.5", "1 2"), False),
     ("Holmberg", HOLMBERG, True), ("Yang", HOLMBERG, True), ("TBED1", TBED, True)],
)  # fmt: skip
def test_the_families_state_the_same_problem_in_other_orders(
    tmp_path: Path, family: str, text: str, single: bool
) -> None:
    file = read(tmp_path, text, family)
    assert file.fixed_cost.tolist() == [100, 150] and file.capacity.tolist() == [10, 20]
    assert file.demand.tolist() == [4, 5, 6]
    assert file.serving_cost.tolist() == [[1, 3, 5], [2, 4, 6]]
    assert file.single_source is single and file.sites_open is None


def test_a_distance_of_a_capacitated_median_is_rounded_down(tmp_path: Path) -> None:
    """From (0, 0) to (1, 1) is 1.41, so 1; from (3, 4) to (1, 1) is 3.6, so 3; from (0, 0) to (3, 4) it is 5."""
    file = read(tmp_path, MEDIAN_CAPACITATED, "OR-Library capacitated p-median")
    assert file.serving_cost.tolist() == [[0, 5, 1], [5, 0, 3], [1, 3, 0]]
    assert (file.sites_open, file.capacity.tolist(), file.demand.tolist()) == (1, [20, 20, 20], [5, 6, 7])


def test_the_last_length_of_a_repeated_edge_counts(tmp_path: Path) -> None:
    """1 to 2 is 9 and then 5: shortest ways are 5, 4 and 9."""
    file = read(tmp_path, MEDIAN, "OR-Library p-median")
    assert file.serving_cost.tolist() == [[0, 5, 9], [5, 0, 4], [9, 4, 0]]


def test_a_capacity_may_be_given_for_the_word_capacity(tmp_path: Path) -> None:
    file = read(tmp_path, OR_LIBRARY.replace("10 100", "capacity 100"), "OR-Library cap", 15.0)
    assert file.capacity.tolist() == [15, 15]
    assert "capacity or fixed cost must be a number" in faults_of(tmp_path, OR_LIBRARY.replace("10 100", "x 100"))[0]


def test_gzip_text_is_read(tmp_path: Path) -> None:
    path = tmp_path / "some.txt.gz"
    path.write_bytes(gzip.compress(HOLMBERG.encode()))
    assert read_location_file(path, "Holmberg").name == "some"


def test_all_damage_is_told_with_line_and_number(tmp_path: Path) -> None:
    found = faults_of(tmp_path, OR_LIBRARY.replace("20 150.5", "20 -3").replace("5\n3 4", "5\n3 four"))
    assert len(found) == 2
    assert "some.txt row 3: number 6 = -3; capacity or fixed cost must be 0 or more" in found[0]
    assert "some.txt row 7: number 12 = four; demand or cost must be a number" in found[1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2 3\n10 100.\n20 150.5\n4\n1.5", "7 more numbers were expected (demand or cost)"),
        (OR_LIBRARY + "7", "should end after 15 numbers; it has 16"),
        ("2.5 3\n", "number of facilities must be a whole number"),
        ("", "1 more numbers were expected (number of facilities)"),
        (OR_LIBRARY.replace("4\n", "0\n", 1), "demand of customer 1 = 0; must be above 0"),
        (OR_LIBRARY.replace("6\n5 6", "60\n5 6"), "demand of 69; the facilities hold 30"),
        (OR_LIBRARY.replace("100.", "nan"), "must be 0 or more"),
        (OR_LIBRARY + "\0\0", "NUL characters"),
    ],
)
def test_damage_is_named(tmp_path: Path, text: str, says: str) -> None:
    assert any(says in fault for fault in faults_of(tmp_path, text)), faults_of(tmp_path, text)


def test_a_missing_file_a_broken_gzip_and_an_unknown_family_are_faults(tmp_path: Path) -> None:
    (tmp_path / "broken.txt.gz").write_bytes(b"no gzip")
    for path, family, says in (
        (tmp_path / "none.txt", "Holmberg", "no such file"),
        (tmp_path / "broken.txt.gz", "Holmberg", "cannot be read"),
        (tmp_path / "none.txt", "Beasley", "must be one of: OR-Library cap"),
    ):
        with pytest.raises(InputFaults) as caught:
            read_location_file(path, family)
        assert says in str(caught.value)


def test_an_edge_to_nowhere_is_named(tmp_path: Path) -> None:
    found = faults_of(tmp_path, MEDIAN.replace("2 3 4", "2 8 4"), "OR-Library p-median")
    assert "row 3: number 7 = 2; the ends of an edge must be points 1 to 3" in found[0]


def test_the_known_damage_of_capa_is_undone() -> None:
    """Costs 10 x (i + 1) x (j + 1), six with .30070, two of 300; each "300" turned into "1000", as in the copy."""
    costs = [[f"{10 * (i + 1) * (j + 1)}.{30070 if i == j else 12345}" for i in range(6)] for j in range(6)]
    true = ["6", "6"] + ["9", "9"] * 6 + [word for row in costs for word in ["1", *row]]
    words, note = mended_words([word.replace("300", "1000") for word in true], 6, 6)
    assert words == true
    assert note == '8 costs mended: this copy has "1000" for every "300"'
    assert mended_words(true, 6, 6) == (true, "")


def test_a_file_becomes_an_estate_and_the_estate_the_same_core(tmp_path: Path) -> None:
    """150.5 is no whole number of pounds, so ten pounds stand for one unit of cost."""
    file = read(tmp_path, OR_LIBRARY, "OR-Library cap")
    instance = estates_instance(file, one_site_per_area=True)
    core = location_core(instance)
    assert core is not None and pounds_per_unit(file) == 10
    assert [suite.rent_gbp for suite in instance.suites] == [1000, 1505]
    assert core.keep_gbp.tolist() == [1000, 1505] and core.capacity_hours.tolist() == [10, 20]
    assert core.demand_hours.tolist() == [4, 5, 6] and core.one_site_per_area
    assert np.allclose(core.serve_gbp, 10 * file.serving_cost)


def test_an_estate_that_is_more_than_a_core_is_none(tmp_path: Path) -> None:
    instance = estates_instance(read(tmp_path, HOLMBERG, "Holmberg"), False)
    two = (instance.periods[0], replace(instance.periods[0], first_year="2027/28"))
    assert location_core(replace(instance, periods=two)) is None
    settings = instance.settings.model_copy(update={"minimum_clinical_hours_per_session": 1.0})
    assert location_core(replace(instance, settings=settings)) is None


def test_the_list_of_optima_gives_one_case_for_each_published_value(tmp_path: Path) -> None:
    (tmp_path / "optima.csv").write_text(
        "instance,file,family,capacity,optimum_split,optimum_single_source\n"
        "a,a.txt,Holmberg,in file,,7\nb,b.txt,OR-Library cap large,8000,1.5,2\n"
        "c,c.txt,TBED1 (first group),in file,,\n"
    )
    cases = cases_of(tmp_path)
    assert [(case.name, case.family, case.capacity, case.way, case.optimum) for case in cases] == [
        ("a", "Holmberg", None, "single", 7.0),
        ("b_8000", "OR-Library cap large", 8000.0, "split", 1.5),
        ("b_8000", "OR-Library cap large", 8000.0, "single", 2.0),
        ("c", "TBED1", None, "split", None),
    ]
    assert case_of(tmp_path / "a.txt", None) == cases[:1]
    with pytest.raises(InputFaults, match="--family"):
        case_of(tmp_path / "other.txt", None)


def test_a_list_without_a_column_or_with_a_word_for_a_number_is_a_fault(tmp_path: Path) -> None:
    listed = tmp_path / "optima.csv"
    listed.write_text("instance,file\na,a.txt\n")
    with pytest.raises(InputFaults, match="no column family"):
        cases_of(tmp_path)
    listed.write_text(
        "instance,file,family,capacity,optimum_split,optimum_single_source\na,a.txt,Holmberg,in file,seven,\n"
    )
    with pytest.raises(InputFaults, match=r"row 2: optimum_split = seven"):
        cases_of(tmp_path)
