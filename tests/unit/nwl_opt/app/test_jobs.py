"""Jobs: started in turn, cancelled, killed, and found again by another server."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nwl_opt.app.jobs.lock import hold, is_held
from nwl_opt.app.jobs.process import run_job
from nwl_opt.app.jobs.queue import JobQueue, NewJob
from nwl_opt.app.jobs.record import Job, progress_of
from tests.app_client import browser

pytestmark = pytest.mark.unit


def _ended(job: Job, seconds: float = 60.0) -> Job:
    until = time.monotonic() + seconds
    while job.state in ("queued", "running"):
        assert time.monotonic() < until, job.state
        time.sleep(0.05)
    return job


def _asked(*argv: str, owner: str = "") -> NewJob:
    return NewJob("runs", f"a job {owner}", argv, "/runs/{out}")


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[JobQueue]:
    made = JobQueue(tmp_path / "jobs", 1)
    made.start()
    yield made
    made.stop()


def test_a_command_runs_and_its_words_are_kept(queue: JobQueue) -> None:
    job = _ended(queue.add(_asked("--version"), "ada"))
    assert (job.state, job.exit_code) == ("finished", 0)
    assert job.said().strip()
    assert job.seconds is not None


def test_a_command_that_fails_says_why(queue: JobQueue) -> None:
    job = _ended(queue.add(_asked("solve", "nowhere"), "ada"))
    assert job.exit_code == 2
    assert "nowhere" in job.said("stderr.txt")


def test_one_place_is_for_one_job_and_the_others_wait(tmp_path: Path) -> None:
    """Whoever has nothing running comes before whoever has, however late they asked."""
    queue = JobQueue(tmp_path / "jobs", 1)
    jobs = [queue.add(_asked("--version"), owner) for owner in ("ada", "ada", "grace")]
    assert [queue.place_of(job) for job in jobs] == [0, 1, 2]
    queue.start()
    started: list[Job] = []
    while len(started) < 3:
        running = [job for job in jobs if job.state == "running"]
        assert len(running) <= 1
        started += [job for job in jobs if job.state in ("running", "finished") and job not in started]
    queue.stop()


def test_a_job_stopped_while_it_waits_never_starts(tmp_path: Path) -> None:
    queue = JobQueue(tmp_path / "jobs", 1)
    job = queue.add(_asked("--version"), "ada")
    job.cancel()
    queue.start()
    other = _ended(queue.add(_asked("--version"), "ada"))
    queue.stop()
    assert other.exit_code == 0
    assert job.state == "cancelled"
    assert not (job.folder / "started.json").exists()


def test_another_server_finds_waiting_jobs_again(tmp_path: Path) -> None:
    first = JobQueue(tmp_path / "jobs", 1)
    job = first.add(_asked("--version"), "ada")
    second = JobQueue(tmp_path / "jobs", 1)
    found = second.find(job.id)
    assert found == job
    second.start()
    assert _ended(job).exit_code == 0
    second.stop()


def test_a_job_goes_on_when_the_queue_stops(tmp_path: Path) -> None:
    queue = JobQueue(tmp_path / "jobs", 1)
    queue.start()
    job = queue.add(NewJob("solve", "t", ("solve", "reallocation/tiny", "--out", "{out}"), "/"), "ada")
    while job.state == "queued":
        time.sleep(0.05)
    queue.stop()
    assert _ended(job).exit_code == 0
    assert job.has_run


def test_a_process_that_is_killed_is_lost_and_said_so(tmp_path: Path) -> None:
    queue = JobQueue(tmp_path / "jobs", 1)
    queue.start()
    job = queue.add(NewJob("solve", "t", ("solve", "theatres/nwl", "--out", "{out}"), "/"), "ada")
    while job.state == "queued":
        time.sleep(0.05)
    pid = json.loads((job.folder / "started.json").read_text())["pid"]
    os.kill(pid, signal.SIGKILL)
    assert _ended(job).state == "lost"
    queue.stop()


def test_a_job_is_never_started_twice(tmp_path: Path) -> None:
    queue = JobQueue(tmp_path / "jobs", 1)
    job = queue.add(_asked("--version"), "ada")
    assert run_job(job.folder) == 0
    (job.folder / "stdout.txt").unlink()
    assert run_job(job.folder) == 1
    assert not (job.folder / "stdout.txt").exists()


def test_a_lock_is_held_as_long_as_its_holder_lives(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_held(path)
    held = hold(path)
    assert held is not None
    assert is_held(path)
    assert hold(path) is None
    held.close()
    assert not is_held(path)


def test_damaged_jobs_are_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "jobs" / "abc"
    folder.mkdir(parents=True)
    (folder / "job.json").write_text('{"argv": 3')
    (tmp_path / "jobs" / "empty").mkdir()
    assert JobQueue(tmp_path / "jobs", 1).all() == ()


def test_a_job_stopped_while_its_process_starts_never_begins_as_its_user_was_told(tmp_path: Path) -> None:
    job = JobQueue(tmp_path / "jobs", 1).add(_asked("--version"), "ada")
    job.cancel()
    assert run_job(job.folder) == 1
    assert job.state == "cancelled" and not (job.folder / "stdout.txt").exists()


def test_progress_is_the_last_word_on_each_stage_and_half_lines_wait(tmp_path: Path) -> None:
    lines = [
        {"seconds": 1, "stage": "final_year_gap", "value": 10.0, "bound": 8.0, "gap_share": None},
        {"seconds": 2, "stage": "final_year_gap", "value": 9.0, "bound": 9.0, "gap_share": 0.0},
        {"seconds": 3, "stage": "peak", "value": None, "bound": None, "gap_share": None},
    ]
    text = "\n".join(json.dumps(line) for line in lines) + '\n{"seconds": 4, "sta'
    (tmp_path / "progress.jsonl").write_text(text)
    first, second = progress_of(tmp_path)
    assert (first.stage, first.value, first.bound, first.gap) == ("Final year gap", "9", "9", "proven best")
    assert (second.value, second.gap) == ("", "")
    (tmp_path / "request.json").write_text('{"kind": "reallocation"}')
    first, _ = progress_of(tmp_path)
    assert (first.stage, first.value, first.bound) == ("Gap to need in the last year", "£9", "£9")
    assert progress_of(tmp_path / "nowhere") == ()


def test_a_job_is_followed_stopped_and_asked_for_again(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        answer = web.post("/inputs/shipped.theatres.nwl/solve")
        place = answer.headers["location"]
        job = web.job(place)
        assert web.client.get(place).status_code == 200
        assert web.post(f"{place}/cancel").headers["location"] == place
        web.ended(job)
        state = web.client.get(f"{place}/state").json()
        assert state["ended"]
        if not job.has_run:  # it was stopped before it had read its inputs
            page = web.client.get(place).text
            assert "Stopped" in page
            again = web.post(f"{place}/again").headers["location"]
            assert again != place
            web.post(f"{again}/cancel")
            web.ended(web.job(again))
        assert job.title in web.client.get("/jobs").text


def test_a_job_of_another_is_not_found(tmp_path: Path) -> None:
    proxy = {"user_header": "X-Remote-User", "trusted_proxies": frozenset({"127.0.0.1"})}
    with browser(tmp_path, **proxy) as web:
        web.client.headers["X-Remote-User"] = "ada"
        place = web.post("/inputs/shipped.reallocation.tiny/solve").headers["location"]
        web.client.headers["X-Remote-User"] = "grace"
        for url in (place, f"{place}/state"):
            assert web.client.get(url).status_code == 404
        for verb in ("cancel", "again"):
            assert web.post(f"{place}/{verb}").status_code == 404
        web.ended(web.job(place))


def test_a_job_without_a_name_is_not_found(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        assert web.client.get("/jobs/000000000000").status_code == 404
