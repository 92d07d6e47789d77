"""`nwl-opt bench theatres` on small sizes: every promise is measured, checked and shown with its figures."""

from __future__ import annotations

import pytest

from models.theatres.bench import half_year_promises, monday_promises, month_promises
from nwl_opt.cli import main

pytestmark = pytest.mark.bench


def test_days_and_a_repair_are_measured_and_nothing_is_wrong(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monday_promises, "EFFORT_SHARE", 0.02)
    assert main(["bench", "theatres", "--only", "days", "--only", "repair"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert f"{monday_promises.DAYS} of {monday_promises.DAYS} in at most" in told
    assert "other bookings stay" in told
    assert "The busiest days of the monthly plan" in told


def test_months_show_every_stage_beside_the_three_baselines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(month_promises, "LARGE_PATIENTS", 80)
    monkeypatch.setattr(month_promises, "LARGE_WEEKS", 1)
    assert main(["bench", "theatres", "--only", "large"]) == 0
    told = capsys.readouterr().out
    for word in ("weighted_wait", "long_waits_at_end_booked", "longest_wait_first", "surgeon_best_fit", "gap"):
        assert word in told


def test_half_a_year_shows_paired_differences(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("WEEKS", 2), ("REPLICATIONS", 2), ("FIRST_PATIENTS", 60), ("JOINING_A_WEEK", 10)):
        monkeypatch.setattr(half_year_promises, name, value)
    assert main(["bench", "theatres", "--only", "half_year"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "cases a week over longest_wait_first" in told
    assert "+-" in told
