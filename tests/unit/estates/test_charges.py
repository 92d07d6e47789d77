"""A charging schedule against the register and last year's schedule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from models.estates.entities import Occupation
from models.estates.instance import EstatesInstance
from models.shared.faults import InputFaults
from nwl_opt.estates.charging.compare import compare, line_rows, site_rows
from nwl_opt.estates.charging.lines import ChargeLine, Key, register_lines
from nwl_opt.estates.charging.queries import queries
from nwl_opt.estates.charging.reconcile import Reconciled, reconcile, write_reconciliation
from nwl_opt.estates.charging.tables import SCHEDULE
from nwl_opt.files.tables import csv_bytes
from tests.estates_small import estate, site, suite

pytestmark = pytest.mark.unit

DAY = dt.date(2026, 4, 1)
HEADER = [column.name for column in SCHEDULE.columns]


def small() -> EstatesInstance:
    """One suite of 200 m2 at £24,000: the ICB has 50 m2 and 50 m2 of void, a GP practice 100 m2 until April 2027."""
    return estate(
        [site("s")],
        [suite("s-0")],
        [],
        occupations=[
            Occupation("s-0-1", "s-0", "ICB", 50, "icb", None),
            Occupation("s-0-2", "s-0", "GP practice", 100, "gp", dt.date(2027, 4, 1)),
        ],
    )


def line(suite_id: str, payer: str, area_m2: float, *pounds: int) -> tuple[Key, ChargeLine]:
    return ("s", suite_id, payer), ChargeLine("s", suite_id, payer, tuple(100 * one for one in pounds), area_m2)


def test_the_register_splits_a_charge_by_area_and_gives_void_to_its_payer() -> None:
    lines = register_lines(small(), DAY)
    assert {key[2]: (one.pence, one.area_m2) for key, one in lines.items()} == {
        "gp": (1_200_000, 100.0),
        "icb": (1_200_000, 100.0),
    }
    later = register_lines(small(), dt.date(2027, 4, 1))
    assert {key[2]: one.pence for key, one in later.items()} == {"icb": 2_400_000}


def test_lines_that_differ_and_lines_on_one_side_sum_to_the_difference_of_the_site() -> None:
    charged = dict([line("s-0", "icb", 130.0, 7800, 2600, 3250, 1950), line("s-9", "icb", 10.0, 500, 0, 0, 0)])
    compared = compare(small(), DAY, charged, None)
    by_site = site_rows(compared)[0]
    assert by_site["charged_gbp"] == 16_100
    assert by_site["registered_gbp"] == 24_000
    assert by_site["lines_differ_gbp"] == 3600
    assert by_site["schedule_only_gbp"] == 500
    assert by_site["register_only_gbp"] == -12_000
    assert by_site["difference_gbp"] == 3600 + 500 - 12_000
    rows = {(row["suite_id"], row["payer"]): row for row in line_rows(compared)}
    assert rows["s-0", "icb"]["difference_share"] == pytest.approx(0.3)
    assert rows["s-0", "icb"]["unfounded_m2"] == 30
    assert rows["s-0", "icb"]["unfounded_gbp"] == 3600
    assert rows["s-9", "icb"]["found"] == "schedule_only"
    assert rows["s-0", "gp"]["found"] == "register_only"


def test_void_that_another_pays_for_is_no_unfounded_space() -> None:
    """50 m2 of the ICB and 50 m2 of void whose payer is a provider: charged 100 m2, the ICB may ask for void only."""
    register = estate(
        [site("s")],
        [suite("s-0", area_m2=100, void_payer="provider")],
        [],
        occupations=[Occupation("s-0-1", "s-0", "ICB", 50, "icb", None)],
    )
    charged = dict([line("s-0", "icb", 110.0, 11_000, 0, 0, 0)])
    icb = next(one for one in compare(register, DAY, charged, None).differences if one.key[2] == "icb")
    assert icb.unfounded_m2 == 10
    assert icb.unfounded_pence == 100_000


def test_a_question_names_the_landlord_the_pounds_the_area_and_last_year() -> None:
    charged = dict(
        [line("s-0", "icb", 130.0, 7800, 2600, 3250, 1950), line("s-0", "gp", 100.0, 6000, 2000, 2500, 1500)]
    )
    before = dict([line("s-0", "icb", 100.0, 6000, 2000, 2500, 1500)])
    asked = queries(compare(small(), DAY, charged, before))
    assert [one.pence for one in asked] == [360_000]
    question = asked[0].question
    for part in ("Ask NHS Property Services why", "£15,600", "£3,600 (30.0 %) more", "130 m2", "100 m2",
                 "30 m2 (£3,600)", "rent £7,800, not £6,000", "than last year"):  # fmt: skip
        assert part in question


def test_a_line_as_registered_is_asked_about_only_if_it_rose() -> None:
    same = dict([line("s-0", "icb", 100.0, 6000, 2000, 2500, 1500), line("s-0", "gp", 100.0, 6000, 2000, 2500, 1500)])
    assert queries(compare(small(), DAY, same, same)) == []
    before = dict([line("s-0", "icb", 100.0, 5000, 2000, 2500, 1500)])
    asked = queries(compare(small(), DAY, same, before))
    assert [one.pence for one in asked] == [100_000]
    assert "as the register has it. That is £1,000 (9.1 %) more than last year." in asked[0].question


def test_sites_of_no_schedule_are_another_landlords() -> None:
    register = estate([site("s"), site("t")], [suite("s-0"), suite("t-0")], [])
    compared = compare(register, DAY, dict([line("s-0", "icb", 200.0, 12_000, 4000, 5000, 3000)]), None)
    assert compared.left_out == ("t",)
    assert [one.pence for one in compared.differences] == [0]


def shipped() -> Reconciled:
    folder = "estates/charging"
    return reconcile("estates/nwl", f"{folder}/schedule_2026_27.csv", f"{folder}/schedule_2025_26.csv", None)


def test_the_shipped_schedule_raises_the_five_planted_questions(tmp_path: Path) -> None:
    done = shipped()
    assert [one.key[:2] for one in done.queries] == [
        ("st_charles", "st_charles-3"),
        ("meadows", "meadows-0"),
        ("feltham", "feltham-9"),
        ("wealdstone", "wealdstone-1"),
        ("feltham", "feltham-1"),
    ]
    compared = done.comparison
    assert sum(one.pence for one in compared.differences) == compared.charged_pence - compared.registered_pence
    assert round(sum(one.unfounded_m2 for one in compared.differences)) == 98 + 58 + 85
    files = write_reconciliation(done, tmp_path / "out")
    assert [path.name for path in files] == [
        "charges_reconciliation.csv",
        "charges_by_site.csv",
        "charge_queries.csv",
    ]
    written = (tmp_path / "out" / "charge_queries.csv").read_text(encoding="utf-8")
    assert "meadows-2" in written  # the sixth: 12 % less last year


def write(path: Path, rows: Sequence[Sequence[str]]) -> str:
    path.write_bytes(csv_bytes(HEADER, rows))
    return str(path)


def test_every_fault_of_both_schedules_is_told_at_once(tmp_path: Path) -> None:
    bad = write(
        tmp_path / "bad.csv",
        [
            ["s", "s-0", "icb", "-1", "x", "0", "0", "0"],
            ["s", "s-0", "nobody", "1", "1", "0", "0", "0"],
            ["Total", "all", "icb", "1", "1", "0", "0", "0"],
        ],
    )
    good = ["s", "s-1", "icb", "1", "1", "0", "0", "0"]
    twice = write(tmp_path / "twice.csv", [good, good])
    with pytest.raises(InputFaults) as caught:
        reconcile("estates/tiny", bad, twice, None)
    told = {(fault.file, fault.row, fault.column) for fault in caught.value.faults}
    assert told == {
        ("bad.csv", 2, "area_m2"),
        ("bad.csv", 2, "rent_gbp"),
        ("bad.csv", 3, "payer"),
        ("bad.csv", 4, "site_id"),
        ("twice.csv", 3, None),
    }


@pytest.mark.parametrize(
    ("name", "schedule", "found"),
    [
        ("estates/nowhere", "estates/charging/schedule_2026_27.csv", "not found"),
        ("estates/tiny", "nowhere.csv", "no such file"),
        ("reallocation/tiny", "estates/charging/schedule_2026_27.csv", "reallocation"),
    ],
)
def test_what_is_not_there_is_said(name: str, schedule: str, found: str) -> None:
    with pytest.raises(InputFaults) as caught:
        reconcile(name, schedule, None, None)
    assert [fault.found for fault in caught.value.faults] == [found]


def test_a_workbook_reads_like_its_csv(tmp_path: Path) -> None:
    row = ["s", "s-0", "icb", "100", "6000.5", "2000", "2500", "1500"]
    path = tmp_path / "schedule.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Charges 2026-27")
        for at, cells in enumerate([HEADER, row]):
            sheet.write_row(at, 0, cells)
    from_book = reconcile("estates/tiny", str(path), None, None).comparison
    from_csv = reconcile("estates/tiny", write(tmp_path / "schedule.csv", [row]), None, None).comparison
    assert from_book.differences == from_csv.differences
    assert from_book.charged_pence == 1_200_050


def test_a_workbook_of_many_sheets_must_name_the_one(tmp_path: Path) -> None:
    path = tmp_path / "schedule.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("a")
        book.add_worksheet("b")
    with pytest.raises(InputFaults) as caught:
        reconcile("estates/tiny", str(path), None, None)
    assert "annual_charging_schedule" in caught.value.faults[0].expected
