"""Runs made of changes by hand: the same plan with them in it, one that breaks a rule, one mended around them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from models.shared.parsing import TypedTable
from models.shared.problem import SolveOptions
from models.theatres.tables import REGISTER
from nwl_opt.cli import main
from nwl_opt.files.tables import read_output_tables
from nwl_opt.plain import mapping_of
from nwl_opt.run_folder import read_run
from nwl_opt.solving import (
    EXIT_CHECK,
    EXIT_FAULT,
    EXIT_OK,
    SilentListener,
    SolveRequest,
    Started,
    solve_and_save,
)
from nwl_opt.theatres.making_runs import Following
from nwl_opt.theatres.manual.by_hand import Asking, parse_wanted
from nwl_opt.theatres.manual.by_hand import change as change_by_hand
from nwl_opt.theatres.manual.difference import changes_by_hand, difference
from nwl_opt.theatres.manual.drafts import Asked, add_change
from nwl_opt.theatres.manual.opened import open_plan
from nwl_opt.theatres.manual.recorded import Recorded
from nwl_opt.theatres.manual.saving import Changed
from nwl_opt.theatres.manual.wanted import Kind, Wanted
from nwl_opt.usable_run import NoPlanToUse, read_usable_run
from tests.small_diary import small_folder

pytestmark = pytest.mark.model

LITTLE = SolveOptions(effort_share=0.1, studies=False)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small diary, solved."""
    place = tmp_path_factory.mktemp("small")
    request = SolveRequest(small_folder(place / "instance"), out=place / "run", options=LITTLE, baselines=False)
    solve_and_save(request, SilentListener(), lambda: False)
    return place / "run"


def changed(
    run: Path, out: Path, options: SolveOptions | None, texts: Mapping[Kind, Sequence[str]], **asked: object
) -> Changed:
    following = Following(SilentListener(), lambda: False, Started.now())
    told: list[Sequence[Recorded]] = []
    asking = Asking(parse_wanted(texts), **asked)  # type: ignore[arg-type]
    made = change_by_hand(run, asking, out, options, told.append, following)
    assert told, "the changes are told before they are saved"
    return made


def tables(run: Path) -> Mapping[str, TypedTable]:
    return read_output_tables(run, REGISTER).tables


def list_of(run: Path) -> dict[str, str]:
    return {row.text("patient_id"): row.text("list_id") for row in tables(run)["theatre_lists"]}


def a_booked(run: Path) -> tuple[str, str]:
    return min(list_of(run).items())


def test_the_same_plan_with_changes_in_it_passes_its_check(run: Path, tmp_path: Path) -> None:
    """Stage values are those of the changed plan (T-25), room left is said (T-24), and the changes lie in the run."""
    patient_id, _ = a_booked(run)
    made = changed(run, tmp_path / "new", None, {"take_off": [patient_id]}, reason="has a cold", who="anna")
    assert made.result.exit_code == EXIT_OK
    record = read_run(tmp_path / "new").record
    assert record is not None
    assert record["who"] == "anna"
    assert mapping_of(record["parent_run"])["command"] == "change"
    assert [(row["who"], row["change"], row["reason"]) for row in changes_by_hand(tmp_path / "new")] == [
        ("anna", "take_off", "has a cold")
    ]
    before, after = list_of(run), list_of(tmp_path / "new")
    assert {p: at for p, at in before.items() if p != patient_id} == after
    found = difference(tables(run), tables(tmp_path / "new"), tmp_path / "new")
    assert [(one.patient_id, one.by_hand, one.after) for one in found.moved] == [(patient_id, True, None)]
    assert found.kept == len(after)


def test_a_broken_plan_is_saved_for_a_reason_and_says_so(run: Path, tmp_path: Path) -> None:
    """Everybody on one list: it is too long. The run fails its check, and nothing can be made from it."""
    busiest = max(set(list_of(run).values()), key=lambda at: (list(list_of(run).values()).count(at), at))
    book = open_plan(run)
    for patient_id in sorted(p for p, at in list_of(run).items() if at != busiest):
        wanted = Wanted("move", patient_id, busiest)
        tried = add_change(tmp_path / "draft", book, Asked(wanted, 0, "anna", dt.datetime.now(dt.UTC), "x", True))
        if tried.allowed and tried.breaks:
            break
    else:
        pytest.fail("somebody fits nowhere else but by making a list too long")
    made = changed(run, tmp_path / "new", None, {}, reason="promised", draft=tmp_path / "draft", version=1)
    assert made.result.exit_code == EXIT_CHECK
    record = read_run(tmp_path / "new").record
    assert record is not None
    assert mapping_of(record["check"])["passed"] is False
    sentences = (tmp_path / "new" / "explanation.json").read_text(encoding="utf-8")
    assert "A rule was set aside by hand (promised)" in sentences
    with pytest.raises(NoPlanToUse, match="check of this run failed"):
        read_usable_run(tmp_path / "new", "theatres")


def test_mending_keeps_what_was_done_by_hand(run: Path, tmp_path: Path) -> None:
    """Who was put somewhere by hand is locked there; who was taken off does not come back to that day."""
    patient_id, list_id = a_booked(run)
    placed = next(p for p in sorted(list_of(run)) if p != patient_id)
    texts: dict[Kind, list[str]] = {"take_off": [patient_id], "lock": [placed]}
    made = changed(run, tmp_path / "new", LITTLE, texts, reason="has a cold")
    assert made.result.exit_code == EXIT_OK
    after = list_of(tmp_path / "new")
    assert after[placed] == list_of(run)[placed]
    assert after.get(patient_id) != list_id
    found = difference(tables(run), tables(tmp_path / "new"), tmp_path / "new")
    assert patient_id in {one.patient_id for one in found.moved if one.by_hand}
    assert (placed, "proposed", "locked") in found.firmer


def test_the_command_line_names_the_rule_and_saves_nothing(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    patient_id, _ = a_booked(run)
    code = main(
        ["theatres", "change", str(run), "--out", str(tmp_path / "new"), "--lock", patient_id, "--take-off", "P9"]
    )
    assert code == EXIT_FAULT
    assert "must be on the waiting list" in capsys.readouterr().err
    stale = main(["theatres", "change", str(run), "--out", str(tmp_path / "new"), "--draft", str(tmp_path / "none"),
                  "--version", "3"])  # fmt: skip
    assert stale == EXIT_FAULT
    assert not (tmp_path / "new").exists()
