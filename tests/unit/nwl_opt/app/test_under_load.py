"""Many at once, a full disk, processes that die: said in words, nothing lost, nothing started over and over."""

from __future__ import annotations

import errno
import os
import threading
import time
from pathlib import Path

import pytest

from nwl_opt.app.context import Remembered
from nwl_opt.app.jobs.queue import JobQueue, NewJob
from nwl_opt.app.server import served_context
from nwl_opt.app.uploads import LEAST_FREE_BYTES, sweep
from tests.app_client import browser

pytestmark = pytest.mark.unit


def test_what_fifty_ask_at_once_is_read_once() -> None:
    kept, made = Remembered(3), list[int]()

    def make() -> int:
        time.sleep(0.05)
        made.append(1)
        return 7

    answers = list[int]()
    asking = [threading.Thread(target=lambda: answers.append(kept.get("one", make))) for _ in range(50)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert answers == [7] * 50
    assert made == [1]


def test_what_cannot_be_read_is_tried_again_by_the_next() -> None:
    kept = Remembered(3)

    def broken() -> int:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        kept.get("one", broken)
    assert kept.get("one", lambda: 7) == 7


def test_a_full_disk_is_said_and_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with browser(tmp_path) as web:
        monkeypatch.setattr("nwl_opt.app.uploads.write_json", full)
        answer = web.post("/problems/reallocation/inputs", files={"file": ("a.csv", b"a\n")})
        assert answer.status_code == 507
        assert "The disk is full" in answer.text
        assert not list((tmp_path / ".app" / "uploads").iterdir())


@pytest.mark.parametrize("url", ["/problems/reallocation/inputs", "/problems/reallocation/extract"])
def test_nothing_is_taken_when_the_disk_is_nearly_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    """Solves that run need the room that is left."""
    with browser(tmp_path) as web:
        monkeypatch.setattr("nwl_opt.app.uploads.LEAST_FREE_BYTES", LEAST_FREE_BYTES * 10**9)
        fields = {"table": "places", "instance": "shipped.reallocation.tiny"}
        files = {"file": ("a.csv", b"a\n"), "extract": ("a.csv", b"place_id\nx\n")}
        answer = web.post(url, fields, files=files)
    assert answer.status_code == 422
    assert "Ask whoever runs this app to make room" in answer.text
    assert not list((tmp_path / ".app").rglob("content"))


def test_what_a_killed_server_had_begun_to_keep_is_removed_a_day_after(tmp_path: Path) -> None:
    for name in ("aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc", "of somebody"):
        (tmp_path / name / "content").mkdir(parents=True)
    (tmp_path / "cccccccccccc" / "upload.json").write_text("{}", encoding="utf-8")
    for name in ("aaaaaaaaaaaa", "cccccccccccc", "of somebody"):
        os.utime(tmp_path / name, (0, 0))
    sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"bbbbbbbbbbbb", "cccccccccccc", "of somebody"}


def test_a_job_whose_process_dies_before_it_begins_is_not_started_over_and_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = list[float]()

    class Dead:
        def poll(self) -> int:
            return 1

    def start(*_: object) -> Dead:
        started.append(time.monotonic())
        return Dead()

    monkeypatch.setattr("nwl_opt.app.jobs.queue._start", start)
    queue = JobQueue(tmp_path, 2)
    job = queue.add(NewJob("solve", "t", ("--version",), "/"), "ada")
    queue.start()
    time.sleep(2.0)
    queue.stop()
    assert len(started) == 1
    assert job.state == "queued"


def test_the_queue_goes_on_when_a_process_cannot_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = list[int]()

    def start(*_: object) -> None:
        tried.append(1)
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr("nwl_opt.app.jobs.queue._start", start)
    queue = JobQueue(tmp_path, 2)
    queue.add(NewJob("solve", "t", ("--version",), "/"), "ada")
    queue.start()
    time.sleep(1.2)
    assert len(tried) > 1
    queue.stop()


def test_a_history_of_two_thousand_runs_is_remembered(tmp_path: Path) -> None:
    """With room for fewer, each run pushed out the next to be asked for: all were read at every look."""
    made = list[int]()
    with browser(tmp_path) as web:
        small = served_context(web.app).small
        for _ in range(2):
            for run in range(2000):
                small.get(run, lambda: made.append(1))
    assert len(made) == 2000
