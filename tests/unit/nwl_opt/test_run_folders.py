"""Run folders: never two in one, never over anything, and honest about what is unfinished."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from threading import Thread

import pytest

from models.shared.faults import InputFaults
from nwl_opt.cli import main
from nwl_opt.log import run_log
from nwl_opt.run_folder import create_run_folder, list_runs, read_run
from nwl_opt.supervise import interrupts

pytestmark = pytest.mark.unit


def test_many_runs_at_once_get_different_folders() -> None:
    folders: list[Path] = []
    threads = [
        Thread(target=lambda: folders.append(create_run_folder("knapsack", "abcdef0123", None))) for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({folder.name for folder in folders}) == 12
    assert all("-knapsack-abcdef01" in folder.name for folder in folders)


def test_out_must_be_absent_or_empty(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert create_run_folder("knapsack", "a" * 8, empty) == empty
    with pytest.raises(InputFaults, match="not empty"):
        create_run_folder("knapsack", "a" * 8, empty)
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(InputFaults, match="not empty"):
        create_run_folder("knapsack", "a" * 8, tmp_path / "file")
    with pytest.raises(InputFaults, match="cannot be written"):
        create_run_folder("knapsack", "a" * 8, tmp_path / "file" / "below")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_a_folder_without_a_record_is_an_unfinished_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = create_run_folder("knapsack", "a" * 8, tmp_path / "run")
    assert read_run(folder).status == "unfinished"
    assert main(["runs", str(tmp_path)]) == 0
    assert "unfinished" in capsys.readouterr().out
    for arguments in (["explain", str(folder)], ["verify", str(folder)], ["check", "knapsack/tiny", str(folder)]):
        assert main(arguments) == 2
        assert "an unfinished run" in capsys.readouterr().err
    (folder / "chosen.csv").write_text("item_id,weight_kg,gain_gbp\nA,6,30\n", encoding="utf-8")
    assert main(["check", "knapsack/tiny", str(folder)]) == 0
    assert "This run is unfinished" in capsys.readouterr().out


def test_interrupts_are_counted_and_the_third_is_obeyed_at_once() -> None:
    before = signal.getsignal(signal.SIGINT)
    with interrupts() as heard:
        assert not heard.asked()
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
        assert heard.asked() and heard.count == 2
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_what_is_no_run_is_said_to_be_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other").mkdir()
    assert list(list_runs(tmp_path)) == []
    assert list(list_runs(tmp_path / "nowhere")) == []
    for arguments in (["explain", str(tmp_path)], ["check", "knapsack/tiny", str(tmp_path / "nowhere")]):
        assert main(arguments) == 2
        assert "run" in capsys.readouterr().err


def test_a_damaged_record_is_a_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = create_run_folder("knapsack", "a" * 8, tmp_path / "run")
    (folder / "run.json").write_text('{"status": ', encoding="utf-8")
    assert main(["explain", str(folder)]) == 2
    assert "damaged" in capsys.readouterr().err
    assert [run.status for run in list_runs(tmp_path)] == ["unfinished"]


def test_the_log_tells_where_a_bug_was_but_not_what_it_held(tmp_path: Path) -> None:
    with run_log(tmp_path) as log:
        log.event("started", rows=3)
        try:
            raise KeyError("patient 4711")
        except KeyError as error:
            log.bug(error)
    text = (tmp_path / "log.jsonl").read_text(encoding="utf-8")
    first, second = (json.loads(line) for line in text.splitlines())
    assert (first["event"], first["rows"]) == ("started", 3)
    assert second["type"] == "KeyError" and "test_run_folders.py" in second["traceback"][0]
    assert "4711" not in text
