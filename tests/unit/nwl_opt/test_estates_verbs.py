"""`estates reconcile-charges` and `estates measured`: what they print, what they write, and how they end."""

from __future__ import annotations

from pathlib import Path

import pytest

from nwl_opt.cli import main

pytestmark = pytest.mark.unit

SCHEDULE = "estates/charging/schedule_2026_27.csv"
LAST_YEAR = "estates/charging/schedule_2025_26.csv"
BOOKINGS = "estates/exports/bookings.csv"


def test_charges_are_reconciled_shown_and_written_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["estates", "reconcile-charges", "estates/nwl", SCHEDULE, "--last-year", LAST_YEAR]
    out = tmp_path / "charges"
    assert main([*asked, "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "Ask NHS Property Services why the ICB is charged £105,000 for Wealdstone Health Centre" in told
    assert "neither void nor" in told
    assert sorted(path.name for path in out.iterdir()) == [
        "charge_queries.csv",
        "charges_by_site.csv",
        "charges_reconciliation.csv",
    ]
    assert main([*asked, "--out", str(out)]) == 2
    assert "nothing was overwritten" in capsys.readouterr().err


def test_a_schedule_with_faults_ends_with_2_and_names_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("site_id,suite_id,payer,area_m2\nwealdstone,wealdstone-0,icb,many\n", encoding="utf-8")
    assert main(["estates", "reconcile-charges", "estates/nwl", str(bad)]) == 2
    told = capsys.readouterr().err
    assert "bad.csv row 2: area_m2 = many" in told
    assert "no column rent_gbp" in told


def test_an_earlier_day_of_the_register_changes_who_pays(capsys: pytest.CaptureFixture[str]) -> None:
    """On that day the GP practice of Wealdstone's ground floor has left, and its space is the ICB's void."""
    assert main(["estates", "reconcile-charges", "estates/nwl", SCHEDULE, "--on", "2039-04-01"]) == 0
    told = capsys.readouterr().out
    assert "register of 2039-04-01" in told


def test_hours_are_measured_shown_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, copy = tmp_path / "out", tmp_path / "copy"
    asked = [
        "estates",
        "measured",
        "estates/nwl",
        "--bookings",
        BOOKINGS,
        "--from",
        "2026-01-12",
        "--to",
        "2026-01-18",
    ]
    assert main([*asked, "--out", str(out), "--into", str(copy)]) == 0
    told = capsys.readouterr().out
    assert "2026-01-12 to 2026-01-18: 1.0 weeks" in told
    assert "rows left out: other days" in told
    assert [path.name for path in out.iterdir()] == ["measured_hours.csv"]
    assert main(["validate", str(copy)]) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["estates", "measured", "estates/nwl"],
        ["estates", "measured", "estates/nwl", "--bookings", "nowhere.csv"],
        ["estates", "measured", "estates/nowhere", "--bookings", BOOKINGS],
        ["estates", "measured", "estates/nwl", "--bookings", SCHEDULE],
        ["estates", "reconcile-charges", "estates/nwl", "nowhere.xlsx"],
        ["estates", "reconcile-charges", "estates/nwl", BOOKINGS],
    ],
)
def test_what_cannot_be_used_ends_with_2_and_no_trace(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err + printed.out
    assert printed.err.strip()
