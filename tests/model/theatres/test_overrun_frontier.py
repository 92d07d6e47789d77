"""Theatres' trade-off: its ends by hand, and points that fill lists more the looser the limit."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from models.shared.frontier import NoFrontier
from models.shared.parsing import ParsedInstance
from models.theatres.booking.list_times import cases_and_gaps
from models.theatres.building import build_instance
from models.theatres.eligibility import NO_RULES
from models.theatres.explain.frontier import late_share_when_full
from models.theatres.frontier import FRONTIERS, overrun_ends
from models.theatres.rehearsal import rehearsal_of
from nwl_opt.cli import main
from nwl_opt.opening import validate_instance
from nwl_opt.problems import data_folder
from nwl_opt.run_folder import PROGRESS_FILE
from tests.small_diary import small_draft

pytestmark = pytest.mark.model


def _tiny() -> ParsedInstance:
    return validate_instance(data_folder("theatres") / "tiny").parsed


def test_the_ends_run_from_one_per_cent_to_a_list_full_of_cases() -> None:
    """Nobody's booking stays in the tiny instance; a list full of joints is late on more than one day in 100."""
    parsed = _tiny()
    full = late_share_when_full(build_instance(parsed))
    assert full is not None and 0.01 < full < 0.5
    ends = overrun_ends(parsed)
    assert ends.tightest_steps == 1
    assert ends.loosest_steps - 1 < 100 * full <= ends.loosest_steps


def test_a_limit_is_no_tighter_than_bookings_that_stay_allow() -> None:
    """P1 and P6 are agreed on list M, which now ends at 11:30: the rule holds at the limit, and not below it."""
    draft = small_draft()
    for patient_id in ("P1", "P6"):
        draft.add("existing_bookings", {"patient_id": patient_id, "list_id": "M", "state": "agreed"})
    row = draft.find("lists", list_id="M")
    assert row is not None
    draft.change("lists", row, end="11:30")
    parsed = draft.validated().parsed
    instance, tightest = build_instance(parsed), overrun_ends(parsed).tightest_steps
    cases, gaps = cases_and_gaps(instance, NO_RULES, "M", ["P1", "P6"])
    latest = instance.lists["M"].minutes + instance.settings.overrun_grace_minutes

    def holds(steps: int) -> bool:
        limit = {"rehearsed_overrun_limit_share": steps / 100}
        return rehearsal_of(instance.settings.model_copy(update=limit)).latest_end_minutes(cases, gaps) <= latest

    assert tightest > 1
    assert holds(tightest) and not holds(tightest - 1)


def test_without_lists_there_is_nothing_to_trade() -> None:
    parsed = _tiny()
    none = replace(parsed.tables["lists"], rows=())
    with pytest.raises(NoFrontier, match="no list can be used"):
        overrun_ends(replace(parsed, tables={**parsed.tables, "lists": none}))


def test_looser_limits_fill_lists_more_and_each_point_keeps_its_own(tmp_path: Path) -> None:
    """Drawn from a saved run, with its inputs; both chances get the limit."""
    run, out = tmp_path / "run", tmp_path / "frontier"
    assert main(["solve", "theatres/tiny", "--out", str(run)]) == 0
    drawn = ["frontier", str(run), "--points", "2", "--effort", "0.5", "--no-baselines", "--out", str(out)]
    assert main(drawn) == 0
    with (out / "frontier.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    shown = [json.loads(line)["stage"] for line in (out / PROGRESS_FILE).read_text("utf-8").splitlines()]
    assert shown[0] == "point 1 of 2, at most 1 %" and len(shown) == 2
    full, late = FRONTIERS[0].gain, FRONTIERS[0].price
    assert float(rows[0][f"{full}_share"]) <= float(rows[1][f"{full}_share"])
    for row in rows:
        limit = float(row["rehearsed_overrun_limit_share"])
        record = json.loads((out / row["run"] / "run.json").read_text("utf-8"))
        assert record["set"] == {"rehearsed_overrun_limit_share": limit, "overrun_probability_limit_share": limit}
        assert record["check"]["passed"] and not record["baseline"]
        assert float(row[f"{late}_share"]) <= limit + 0.005, "rehearsed and simulated days differ by a little"
