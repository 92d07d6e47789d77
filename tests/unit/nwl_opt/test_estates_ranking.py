"""The verbs that rank, list alternatives and study robustness, from the command line to the files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from nwl_opt.cli import main

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved run of the smallest estate."""
    folder = tmp_path_factory.mktemp("estates") / "run"
    assert main(["solve", "estates/tiny", "--out", str(folder)]) == 0
    return folder


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rank_lists_every_hand_back_and_every_refusal(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "rank"
    assert main(["estates", "rank", str(run), "--pairs", "--confirm", "5", "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    ranked, refused = _rows(out / "hand_back_ranking.csv"), _rows(out / "refused.csv")
    assert ranked[0]["name"] == "north-upper" and ranked[0]["in_plan"] == "yes" and ranked[0]["proved"] == "yes"
    assert {row["suite_id"] for row in refused} == {"north-ground"}
    assert refused[0]["most_binding_rule"].startswith("E-11") and "Refused by E-11" in printed
    assert ranked[1]["binding_rule"] and ranked[1]["saving_npv_gbp"] == ""
    confirmed = _rows(out / "confirmed.csv")
    assert confirmed and all(r["ranked_saving_npv_gbp"] == r["confirmed_saving_npv_gbp"] for r in confirmed)
    assert json.loads((out / "answer.json").read_text(encoding="utf-8"))["sentences"]


def test_alternatives_begin_with_the_plan_of_the_run(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "alternatives"
    assert main(["estates", "alternatives", str(run), "--within", "100", "--out", str(out)]) == 0
    rows = _rows(out / "alternatives.csv")
    assert rows[0]["hands_back_as_the_plan"] == "yes" and rows[0]["above_best_gbp"] == "0"
    assert len(rows) > 1 and rows[1]["hands_back_as_the_plan"] == "no" and rows[1]["only_in_the_plan"]
    assert all(row["proved"] == "yes" for row in rows)


@pytest.mark.parametrize("verb", ["rank", "alternatives", "robustness"])
def test_a_folder_that_cannot_be_used_is_refused_before_any_work(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    """These verbs once worked for minutes, and then said that their folder was not empty."""
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "mine.txt").write_text("mine", encoding="utf-8")
    for out, words in ((tmp_path / "used", "not empty"), (run / "inside", "inside the run folder")):
        assert main(["estates", verb, str(run), "--out", str(out)]) == 2
        said = capsys.readouterr()
        assert words in " ".join(said.err.split()) and not said.out
    assert not (run / "inside").exists()


def test_the_same_question_twice_is_the_same_bytes(run: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert main(["estates", "rank", str(run), "--pairs", "--out", str(tmp_path / name)]) == 0
    for path in sorted((tmp_path / "one").iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_robustness_writes_its_tables_and_a_page(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "robustness"
    futures = tmp_path / "mine.toml"
    futures.write_text(
        '[completion]\nnotices = 3\naccepted = 2\nhanded_back = 1\nsource = "x"\nprovenance = "local"\n\n'
        '[[future]]\nname = "more"\nassumption = "people"\ntitle = "more people come"\nsource = "x"\n'
        'provenance = "local"\nsettings = { population_added = 200000 }\n',
        encoding="utf-8",
    )
    asked = ["estates", "robustness", str(run), "--quick", "--futures", str(futures), "--out", str(out)]
    assert main(asked) == 0
    assert "Least maximum regret" in capsys.readouterr().out
    assert {row["future"] for row in _rows(out / "regret.csv")} == {"as_planned", "more"}
    assert any(row["plan"] == "saved_plan" for row in _rows(out / "plans.csv"))
    page = (out / "robustness.md").read_text(encoding="utf-8")
    for heading in ("## Regret", "## Switching values", "## The most that can be saved"):
        assert heading in page


def test_a_folder_that_is_no_run_and_a_file_that_is_not_there_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["estates", "rank", str(tmp_path)]) != 0
    assert main(["estates", "alternatives", str(tmp_path)]) != 0
    assert main(["estates", "robustness", "estates/tiny", "--futures", str(tmp_path / "none.toml")]) != 0
    assert main(["estates", "robustness", "theatres/tiny"]) != 0
    told = capsys.readouterr().err
    assert "none.toml" in told and "must be estates" in told and "Traceback" not in told
