"""A process kept warm: it has loaded all it needs, so that a question is answered in the time its solve takes.

One question at a time; a few may wait. A process that dies or takes too long is replaced before the next question.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Generic, TypeVar

from models.shared.faults import Fault, InputFaults

_Q = TypeVar("_Q")
_A = TypeVar("_A")
_MOST_WAITING = 4
_LIMIT_SECONDS = 20.0


class NotAnswered(Exception):
    """No answer came; the message says why, in words for whoever asked."""


class WarmWorker(Generic[_Q, _A]):
    """Answers questions by a function in a process of its own.

    The function stands at the top of a module and takes what can be sent between processes; the faults it raises
    are raised here.
    """

    def __init__(
        self, answer: Callable[[_Q], _A], most_waiting: int = _MOST_WAITING, limit_seconds: float = _LIMIT_SECONDS
    ) -> None:
        self._answer = answer
        self._limit_seconds = limit_seconds
        self._places = threading.BoundedSemaphore(most_waiting + 1)
        self._turn = threading.Lock()
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    @property
    def process_id(self) -> int | None:
        """The process that would answer now; None where there is none yet."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Begin to warm up, unless it has begun or somebody is asking; returns at once."""
        if self._turn.acquire(blocking=False):
            try:
                self._ready()
            finally:
                self._turn.release()

    def ask(self, question: _Q) -> _A:
        """The answer, after those who asked before.

        Raises
        ------
        InputFaults
            If what was asked cannot be answered for a fault in it.
        NotAnswered
            If too many wait already, it took too long, or the process died over it.
        """
        if not self._places.acquire(blocking=False):
            raise NotAnswered("Too many are asking right now. Try again in a few seconds.")
        try:
            deadline = time.monotonic() + self._limit_seconds
            if not self._turn.acquire(timeout=self._limit_seconds):
                raise NotAnswered("Those who asked before you take too long. Try again in a few seconds.")
            try:
                return self._asked(question, deadline)
            finally:
                self._turn.release()
        finally:
            self._places.release()

    def stop(self) -> None:
        """End the process, whatever it is doing; the next question starts another."""
        process = self._process
        if process is not None and process.is_alive():
            process.kill()  # whoever waits for its answer hears of it, and lets go of the turn
        with self._turn:
            self._end()

    def _asked(self, question: _Q, deadline: float) -> _A:
        pipe = self._ready()
        try:
            pipe.send(question)
            if not pipe.poll(max(deadline - time.monotonic(), 0.0)):
                self._end()
                raise NotAnswered(
                    f"No answer came within {self._limit_seconds:.0f} seconds. Solve it as a run instead."
                )
            kind, content = pipe.recv()
        except (EOFError, OSError):
            self._end()
            raise NotAnswered("The answer was lost: its process ended. Try again.") from None
        if kind == "faults":
            raise InputFaults(content)
        if kind == "bug":
            raise NotAnswered(f"An error of our own ({content}). Solve it as a run to see its log.")
        answer: _A = content
        return answer

    def _ready(self) -> Connection:
        """The pipe to a living process, started now where there is none."""
        if self._pipe is not None and self._process is not None and self._process.is_alive():
            return self._pipe
        self._end()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self._answer), name="warm", daemon=True)
        self._process.start()
        theirs.close()
        self._pipe = ours
        return ours

    def _end(self) -> None:
        if self._process is not None and self._process.is_alive():
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None


def _serve(pipe: Connection, answer: Callable[[_Q], _A]) -> None:
    """Answer until the other end is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server hears of Ctrl-C, and closes the pipe
    while True:
        try:
            question = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(_answered(question, answer))


def _answered(question: _Q, answer: Callable[[_Q], _A]) -> tuple[str, _A | tuple[Fault, ...] | str]:
    try:
        return "answer", answer(question)
    except InputFaults as error:
        return "faults", tuple(error.faults)
    except Exception as error:  # noqa: BLE001 - told by its name to whoever asked; the process goes on
        return "bug", type(error).__name__
