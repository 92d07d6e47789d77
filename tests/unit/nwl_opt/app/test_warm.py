"""The warm process: answers in turn, tells faults, and is replaced when it dies or takes too long."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import pytest

from models.shared.faults import Fault, InputFaults
from nwl_opt.app.warm import NotAnswered, WarmWorker

pytestmark = pytest.mark.unit


def slow_echo(question: str) -> str:
    """Answers, fails, sleeps or dies, as it is asked."""
    word, _, rest = question.partition(" ")
    if word == "sleep":
        time.sleep(float(rest))
    if word == "die":
        os._exit(3)
    if word == "fault":
        raise InputFaults([Fault("growth", None, None, rest, "must be a share", "Correct it.")])
    if word == "bug":
        raise RuntimeError(f"secret {rest}")
    return f"{os.getpid()} {question}"


@pytest.fixture(scope="module")
def warm() -> Iterator[WarmWorker[str, str]]:
    worker = WarmWorker(slow_echo, most_waiting=1, limit_seconds=60.0)
    yield worker
    worker.stop()


def test_one_process_answers_one_question_after_the_other(warm: WarmWorker[str, str]) -> None:
    warm.start()
    answers = [warm.ask("a"), warm.ask("b")]
    assert [answer.split()[1] for answer in answers] == ["a", "b"]
    assert {int(answer.split()[0]) for answer in answers} == {warm.process_id}
    assert warm.process_id != os.getpid()


def test_faults_are_raised_here_and_the_process_goes_on(warm: WarmWorker[str, str]) -> None:
    before = warm.ask("a").split()[0]
    with pytest.raises(InputFaults, match="must be a share"):
        warm.ask("fault 9")
    with pytest.raises(NotAnswered, match="RuntimeError") as told:
        warm.ask("bug x")
    assert "secret" not in str(told.value)
    assert warm.ask("b").split()[0] == before


def test_a_process_that_dies_over_a_question_is_replaced(warm: WarmWorker[str, str]) -> None:
    before = warm.ask("a").split()[0]
    with pytest.raises(NotAnswered, match="its process ended"):
        warm.ask("die")
    assert warm.ask("b").split()[0] != before


def test_a_process_that_is_killed_between_questions_is_replaced(warm: WarmWorker[str, str]) -> None:
    pid = int(warm.ask("a").split()[0])
    os.kill(pid, 9)
    until = time.monotonic() + 10
    while warm._process is not None and warm._process.is_alive() and time.monotonic() < until:
        time.sleep(0.02)
    assert int(warm.ask("b").split()[0]) != pid


def test_two_at_once_are_both_answered_and_more_are_told_to_wait(warm: WarmWorker[str, str]) -> None:
    warm.ask("warm up")
    got: list[str] = []
    first = threading.Thread(target=lambda: got.append(warm.ask("sleep 1.5")))
    second = threading.Thread(target=lambda: got.append(warm.ask("second")))
    first.start()
    time.sleep(0.3)
    second.start()
    time.sleep(0.3)
    with pytest.raises(NotAnswered, match="Too many"):
        warm.ask("third")
    first.join()
    second.join()
    assert [answer.split(maxsplit=1)[1] for answer in got] == ["sleep 1.5", "second"]


def test_one_who_takes_too_long_is_told_so_and_the_next_is_answered() -> None:
    worker = WarmWorker(slow_echo, limit_seconds=60.0)
    try:
        worker.ask("warm up")
        worker._limit_seconds = 0.5
        with pytest.raises(NotAnswered, match="No answer came within"):
            worker.ask("sleep 30")
        worker._limit_seconds = 60.0
        assert worker.ask("again").endswith("again")
    finally:
        worker.stop()


def test_stopping_in_the_middle_of_an_answer_frees_whoever_waits() -> None:
    worker = WarmWorker(slow_echo, limit_seconds=60.0)
    worker.ask("warm up")
    told: list[BaseException] = []

    def ask() -> None:
        try:
            worker.ask("sleep 60")
        except NotAnswered as error:
            told.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.4)
    worker.stop()
    asking.join(10)
    assert not asking.is_alive() and len(told) == 1
    assert worker.process_id is None
