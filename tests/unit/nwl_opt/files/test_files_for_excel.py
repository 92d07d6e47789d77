"""CSV files made for people: Excel knows their letters and works nothing out in them."""

import csv
import io

import pytest

from nwl_opt.files.tables import csv_bytes, excel_csv_bytes

pytestmark = pytest.mark.unit

FORMULAS = ("=1+1", "@x", "+x", "\tx", "-5 degrees", "-1+cmd|' /C calc'!A0", "+44 20 7946 0000", "-", "-1,5;2")
NO_FORMULAS = ("P1", "", "a=b", "'x", "-5", "+2.5 %", "-£1,234", "-1e-09", "1-2")


def test_text_that_begins_like_a_formula_stays_text_and_numbers_stay_numbers() -> None:
    written = excel_csv_bytes(["cell"], [[cell] for cell in (*FORMULAS, *NO_FORMULAS)])
    cells = [row[0] if row else "" for row in csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""))][1:]
    assert cells == [*(f"'{cell}" for cell in FORMULAS), *NO_FORMULAS]


def test_files_for_excel_are_marked_as_utf8_and_ours_are_not() -> None:
    assert excel_csv_bytes(["Größe"], []).startswith(b"\xef\xbb\xbf")
    assert csv_bytes(["Größe"], [["=1+1"]]) == "Größe\n=1+1\n".encode()
