"""The verbs of a finance lead through the command line: what they write, what they refuse, how they end."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nwl_opt.cli import main
from nwl_opt.files.atomic import sha256_of
from nwl_opt.opening import validate_instance
from nwl_opt.reallocation.virement_sheet import COLUMNS
from nwl_opt.supervise import Interrupts
from tests.model.reallocation.plans import folder_of

pytestmark = pytest.mark.model

Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def runs_stand_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NWL_OPT_RUNS", str(tmp_path / "runs"))


@pytest.fixture(scope="module")
def solved_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the tiny instance whose moves begin in October; only to be read."""
    out = tmp_path_factory.mktemp("solved") / "run"
    assert main(["solve", "reallocation/tiny", "--set", "moves_start_month=10", "--out", str(out)]) == 0
    return out


@pytest.fixture
def run(solved_run: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    return Path(shutil.copytree(solved_run, tmp_path / "run"))


def interrupted(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """Ctrl-C was pressed before the command began."""

    @contextmanager
    def pressed() -> Iterator[Interrupts]:
        heard = Interrupts()
        heard.count = 1
        yield heard

    monkeypatch.setattr(f"{module}.interrupts", pressed)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def change_record(run: Path, **changes: object) -> None:
    path = run / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), encoding="utf-8")


def test_a_virement_sheet_balances_and_names_its_run(run: Path, tmp_path: Path, capsys: Printed) -> None:
    """The opening 1,000 grow by 40: £40,000 is credited to the year's new money and debited to ledger lines."""
    sheet = tmp_path / "sheet.csv"
    assert main(["reallocation", "virement", str(run), "--out", str(sheet)]) == 0
    assert "Written" in capsys.readouterr().out
    lines = sheet.read_text("utf-8").splitlines()
    header = lines.index(",".join(COLUMNS))
    audit = dict(line.split(",", 1) for line in lines[: header - 1])
    assert audit["run"] == "run"
    assert audit["inputs (SHA-256)"] == json.loads((run / "run.json").read_text("utf-8"))["instance"]["sha256"]
    assert audit["plan (SHA-256)"] == sha256_of(run / "decisions.json")
    rows = list(csv.DictReader(lines[header:]))
    total = rows.pop()
    assert (
        total["ledger_line"] == "TOTAL" and total["full_year_debit_gbp"] == total["full_year_credit_gbp"] == "40000"
    )
    for column in ("full_year", "this_year"):
        debit, credit = (sum(int(row[f"{column}_{side}_gbp"] or 0) for row in rows) for side in ("debit", "credit"))
        assert debit == credit == int(total[f"{column}_debit_gbp"])
    assert {row["effective_date"] for row in rows} == {"2024-10-01"}
    assert int(total["this_year_debit_gbp"]) == 20_000, "half of the year is left"
    assert {row["ledger_line"] for row in rows} == {"NEW-MONEY", "L1", "L3", "L4", "L5"}
    assert main(["reallocation", "virement", str(run)]) == 0
    assert capsys.readouterr().out == sheet.read_text("utf-8")


def test_a_sheet_overwrites_nothing(run: Path, tmp_path: Path, capsys: Printed) -> None:
    taken = tmp_path / "taken.csv"
    taken.write_text("mine", encoding="utf-8")
    for name in (str(taken), str(tmp_path / "sheet.xlsx"), str(tmp_path / "nowhere" / "sheet.csv")):
        assert main(["reallocation", "virement", str(run), "--out", name]) == 2
        assert "--out" in capsys.readouterr().err
    assert taken.read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"status": "infeasible", "check": None}, 3, "No plan can exist"),
        ({"status": "no_plan", "check": None}, 4, "No plan found within the limits"),
        ({"check": {"passed": False, "findings": []}}, 5, "independent check of this run failed"),
        ({"kind": "estates"}, 2, "must be reallocation"),
    ],
)  # fmt: skip
def test_a_run_without_a_plan_to_trust_has_no_sheet(
    run: Path, capsys: Printed, changes: dict[str, object], code: int, words: str
) -> None:
    change_record(run, **changes)
    assert main(["reallocation", "virement", str(run)]) == code
    told = capsys.readouterr()
    assert words in told.err and not told.out and "Traceback" not in told.err


def test_a_damaged_or_unfinished_run_has_no_sheet(run: Path, tmp_path: Path, capsys: Printed) -> None:
    (run / "decisions.json").write_text('{"allocations": []}', encoding="utf-8")
    assert main(["reallocation", "virement", str(run)]) == 5
    assert "decisions.json: changed since the run was saved" in capsys.readouterr().err
    (run / "run.json").unlink()
    assert main(["reallocation", "virement", str(run)]) == 2
    assert "unfinished" in capsys.readouterr().err
    assert main(["reallocation", "virement", str(tmp_path)]) == 2
    assert "not a run" in capsys.readouterr().err


def actuals(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(("ledger_line,month,forecast_outturn_gbp", *rows, "")), encoding="utf-8")
    return path


def test_rebase_shows_the_drift_and_touches_nothing_of_the_users(tmp_path: Path, capsys: Printed) -> None:
    """L5, mental health in the south, is forecast at 200 instead of 180 at month 6."""
    mine = Path(shutil.copytree(folder_of("tiny"), tmp_path / "mine"))
    before = {path.name: sha256_of(path) for path in mine.iterdir()}
    forecast, out = actuals(tmp_path / "m6.csv", "L5,6,200000"), tmp_path / "out"
    assert main(["reallocation", "rebase", str(mine), str(forecast), "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "as forecast at month 6" in told and "£20,000" in told and "Gap to need" in told
    assert {path.name: sha256_of(path) for path in mine.iterdir()} == before
    drift = {(row["place"], row["line"], row["year"]): row for row in rows_of(out / "drift.csv")}
    assert len(drift) == 4 * 2
    opening = drift["south", "mental_health", "2023/24"]
    assert (opening["before_gbp"], opening["after_gbp"], opening["drift_gbp"]) == ("180000", "200000", "20000")
    assert drift["north", "acute", "2023/24"]["drift_gbp"] == "0"
    planned = [row for (_, _, year), row in drift.items() if year == "2024/25"]
    assert sum(int(row["after_gbp"]) for row in planned) == 1_060_800, "1,020 grown by 4 %"
    assert sum(int(row["before_gbp"]) for row in planned) == 1_040_000
    validation = validate_instance(out / "instance")
    assert not validation.faults
    assert "month 6 (m6.csv)" in str(validation.raw.header["description"])
    for folder in ("before", "after"):
        assert main(["verify", str(out / folder)]) == 0


def test_rebase_refuses_what_is_wrong_with_its_row(tmp_path: Path, capsys: Printed) -> None:
    out = tmp_path / "out"
    for name, rows, words in (
        ("unknown.csv", ["L77,6,1000"], "row 2"),
        ("months.csv", ["L1,6,430000", "L2,7,300000"], "row 3"),
        ("twice.csv", ["L1,6,430000", "L1,6,430000"], "row 3"),
        ("none.csv", [], "none.csv"),
    ):
        forecast = actuals(tmp_path / name, *rows)
        assert main(["reallocation", "rebase", "reallocation/tiny", str(forecast), "--out", str(out)]) == 2, name
        told = capsys.readouterr().err
        assert words in told and "Traceback" not in told
    assert main(["reallocation", "rebase", "reallocation/tiny", str(tmp_path / "no.csv"), "--out", str(out)]) == 2
    assert "file not found" in capsys.readouterr().err
    assert not out.exists()
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine.txt").write_text("mine", encoding="utf-8")
    forecast = actuals(tmp_path / "good.csv", "L5,6,200000")
    taken = str(tmp_path / "taken")
    assert main(["reallocation", "rebase", "reallocation/tiny", str(forecast), "--out", taken]) == 2
    assert "nothing was overwritten" in capsys.readouterr().err


def test_rebase_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed) -> None:
    interrupted(monkeypatch, "nwl_opt.commands.reallocation")
    forecast, out = actuals(tmp_path / "m6.csv", "L5,6,200000"), tmp_path / "out"
    assert main(["reallocation", "rebase", "reallocation/tiny", str(forecast), "--out", str(out)]) == 130
    assert "stopped on request" in capsys.readouterr().out
    assert (out / "before" / "run.json").is_file() and not (out / "after").exists()


def test_every_point_of_a_frontier_is_a_run_of_its_own(tmp_path: Path, capsys: Printed) -> None:
    out = tmp_path / "frontier"
    assert main(["frontier", "reallocation/tiny", "--points", "2", "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "a point of growth buys" in told and "Each point of growth lowers the gap to need" in told
    rows = rows_of(out / "frontier.csv")
    assert [row["run"] for row in rows] == ["point-01", "point-02"]
    assert [row["status"] for row in rows] == ["on_frontier", "on_frontier"]
    tight, loose = (
        (float(row["peak_growth_limit_share"]), float(row["peak_growth_share"]), int(row["final_year_gap_gbp"]))
        for row in rows
    )
    assert tight[0] < loose[0] == 0.2 and tight[2] > loose[2] == 62_000
    for row, (limit, peak, _) in zip(rows, (tight, loose), strict=True):
        assert peak <= limit + 1e-5
        record = json.loads((out / row["run"] / "run.json").read_text("utf-8"))
        assert record["set"]["peak_growth_limit_share"] == limit and record["check"]["passed"]
    slope = (tight[2] - loose[2]) / (loose[1] - tight[1]) / 100
    assert int(rows[1]["gain_per_point_of_growth_gbp"]) == pytest.approx(slope, rel=1e-3)


def test_a_frontier_that_cannot_be_drawn_says_why(tmp_path: Path, capsys: Printed) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine.txt").write_text("mine", encoding="utf-8")
    never = ["--set", "closure_required=true", "--set", "growth_share=0.01"]
    for arguments, code, words in (
        (["reallocation/tiny", "--against", "votes"], 2, "must be one of peak_growth, transition"),
        (["reallocation/tiny", "--against", "transition"], 2, "withdrawing costs nothing"),
        (["estates/tiny"], 2, "offers trade-offs"),
        (["theatres/tiny", "--against", "peak_growth"], 2, "must be one of overrun"),
        (["reallocation/tiny", "--points", "1"], 2, "--points"),
        (["reallocation/tiny", "--set", "growth_share=9"], 2, "growth_share"),
        (["reallocation/tiny", "--out", str(tmp_path / "taken")], 2, "nothing was overwritten"),
        (["reallocation/line_level", *never], 3, "no plan exists"),
    ):
        assert main(["frontier", *arguments]) == code, arguments
        told = capsys.readouterr()
        assert words in told.err and "Traceback" not in told.err, arguments
    assert not (tmp_path / "runs").exists()


def test_a_frontier_that_is_stopped_keeps_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    interrupted(monkeypatch, "nwl_opt.commands.frontier")
    out = tmp_path / "frontier"
    assert main(["frontier", "reallocation/tiny", "--points", "3", "--out", str(out)]) == 130
    assert [row["status"] for row in rows_of(out / "frontier.csv")] == ["cancelled"]
    told = capsys.readouterr().out
    assert "Stopped on request" in told and "no frontier to rely on" in told


def test_fastest_tells_the_years_tried_and_what_stops_the_year_before(tmp_path: Path, capsys: Printed) -> None:
    """North's mental health, 75 of 175 short, at its cap: ln 1.75 / ln (1.20 / 1.04) = 3.91 years."""
    out = tmp_path / "longer"
    assert main(["reallocation", "fastest", "reallocation/tiny", "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "1 year, to 2024/25: £62,000 stays open at least" in told
    assert "The gap can first be closed in 2027/28." in told
    assert "What stops 2026/27" in told and "R-03" in told
    validation = validate_instance(out)
    assert not validation.faults and validation.rows["years"] == 4


def test_fastest_says_when_no_year_will_do(tmp_path: Path, capsys: Printed) -> None:
    never = ["--set", "mh_growth_cap_share=0.04"]
    assert main(["reallocation", "fastest", "reallocation/tiny", *never, "--out", str(tmp_path / "no")]) == 3
    told = capsys.readouterr().out
    assert "cannot be closed in any year up to 2033/34" in told and "What stops 2033/34" in told
    assert not any((tmp_path / "no").iterdir())


def test_fastest_refuses_and_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed) -> None:
    for arguments, words in (
        (["estates/tiny"], "must be reallocation"),
        (["nowhere"], "not found"),
        (["reallocation/tiny", "--set", "growth_share=9"], "growth_share"),
        (["reallocation/tiny", "--scenario", "nothing"], "not found"),
    ):
        assert main(["reallocation", "fastest", *arguments]) == 2
        told = capsys.readouterr().err
        assert words in told and "Traceback" not in told
    interrupted(monkeypatch, "nwl_opt.commands.reallocation")
    assert main(["reallocation", "fastest", "reallocation/tiny"]) == 130
    assert "Stopped on request" in capsys.readouterr().out


def specification(path: Path, *lines: str) -> str:
    path.write_text("\n".join(("[settings]", *lines, "")), encoding="utf-8")
    return str(path)


def test_a_sweep_has_a_row_for_every_combination(tmp_path: Path, capsys: Printed) -> None:
    spec = specification(
        tmp_path / "caps.toml", "mh_growth_cap_share = [0.1, 0.2]", "closure_required = [false, true]"
    )
    out = tmp_path / "sweep"
    assert main(["sweep", "reallocation/tiny", spec, "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert (
        "4 scenarios" in told and "2 of them have no plan" in told and "Least gap in the last year: £62,000" in told
    )
    rows = rows_of(out / "sweep.csv")
    shown = [(row["mh_growth_cap_share"], row["closure_required"], row["status"]) for row in rows]
    assert shown == [
        ("0.1", "no", "solved"), ("0.1", "yes", "no_plan"), ("0.2", "no", "solved"), ("0.2", "yes", "no_plan"),
    ]  # fmt: skip
    assert rows[2]["final_year_gap_gbp"] == "62000" and rows[3]["final_year_gap_gbp"] == ""
    assert json.loads((out / "request.json").read_text("utf-8"))["scenarios"] == 4
    assert (out / "sweep.toml").read_bytes() == Path(spec).read_bytes()


def test_a_sweep_refuses_and_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed) -> None:
    good = specification(tmp_path / "good.toml", "growth_share = [0.03]")
    (tmp_path / "bad.toml").write_text("settings", encoding="utf-8")
    out = tmp_path / "sweep"
    for kind, spec, words in (
        ("reallocation/tiny", str(tmp_path / "none.toml"), "unreadable"),
        ("reallocation/tiny", str(tmp_path / "bad.toml"), "not TOML"),
        ("reallocation/tiny", specification(tmp_path / "who.toml", "votes = [1]"), "is not a setting"),
        ("reallocation/tiny", specification(tmp_path / "high.toml", "growth_share = [9]"), "growth_share"),
        ("reallocation/tiny", specification(tmp_path / "empty.toml"), "[settings]"),
        ("estates/tiny", good, "must be reallocation"),
    ):
        assert main(["sweep", kind, spec, "--out", str(out)]) == 2, spec
        told = capsys.readouterr().err
        assert words in told and "Traceback" not in told
        assert not out.exists()
    assert main(["sweep", "reallocation/tiny", good, "--out", str(tmp_path)]) == 2
    assert "nothing was overwritten" in capsys.readouterr().err
    interrupted(monkeypatch, "nwl_opt.commands.sweep")
    assert main(["sweep", "reallocation/tiny", good, "--out", str(out)]) == 130
    assert "Stopped on request: 0 of 1" in capsys.readouterr().out


def test_help_is_in_plain_words(capsys: Printed) -> None:
    for arguments in (["reallocation"], ["reallocation", "virement"], ["reallocation", "rebase"],
                      ["reallocation", "fastest"], ["frontier"], ["sweep"]):  # fmt: skip
        assert main([*arguments, "--help"]) == 0
        told = capsys.readouterr().out
        assert "Usage" in told and "--help" in told
