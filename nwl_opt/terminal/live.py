"""A solve while it runs: one line that moves in a terminal, plain lines anywhere else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.text import Text

from nwl_opt.opening import Validation
from nwl_opt.supervise import interrupts
from nwl_opt.terminal.faults import show_notices
from nwl_opt.words import gap_words, name_words, plain_number
from solvers.types import Progress, gap_share

_PLAIN_EVERY_SECONDS = 5.0


class LiveRun:
    """Shows one run while it happens; use it as a context."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._moving = console.is_terminal
        self._live: Live | None = None
        self._started = time.monotonic()
        self._event: Progress | None = None
        self._doing = "Starting"
        self._printed: tuple[str, float] = ("", float("-inf"))

    def __enter__(self) -> LiveRun:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        del kind, error, trace
        self._stop()

    def opened(self, validation: Validation) -> None:
        self._console.print(Text(f"{validation.parsed.title} ({validation.kind})", style="bold"))
        show_notices(self._console, validation.notices)

    def started(self, folder: Path) -> None:
        self._console.print(f"Ctrl-C keeps the best plan so far. Folder: {folder}", soft_wrap=True)
        if self._moving:
            self._live = Live(get_renderable=self._line, console=self._console, refresh_per_second=4, transient=True)
            self._live.start()

    def progress(self, event: Progress) -> None:
        self._event, self._doing = event, name_words(event.stage)
        if self._moving:
            return
        stage, printed_at = self._printed
        now = time.monotonic()
        if event.stage != stage or now - printed_at >= _PLAIN_EVERY_SECONDS:
            self._printed = (event.stage, now)
            self._console.print(self._line(), soft_wrap=True)

    def stopping(self) -> None:
        """The user has asked to stop."""
        self._say("Stopping: the best plan so far is kept")

    def finishing(self) -> None:
        self._say("Writing the tables and checking them")
        if self._moving and self._live is not None:
            self._live.refresh()

    def _say(self, doing: str) -> None:
        self._event, self._doing = None, doing
        if not self._moving:
            self._console.print(self._line(), soft_wrap=True)

    def _line(self) -> Text:
        parts = [f"{time.monotonic() - self._started:6.1f} s  {self._doing}"]
        event = self._event
        if event is not None and event.value is not None:
            parts.append(f"value {plain_number(event.value)}")
        if event is not None and event.bound is not None:
            parts.append(f"bound {plain_number(event.bound)}")
        if event is not None and event.value is not None:
            known = event.gap_share is not None
            parts.append(gap_words(event.gap_share if known else gap_share(event.value, event.bound)))
        return Text(", ".join(parts))

    def _stop(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None


@contextmanager
def followed(console: Console) -> Iterator[tuple[LiveRun, Callable[[], bool]]]:
    """Show a run while the context lasts, and turn Ctrl-C into a polite stop: the second asks whether to stop."""
    with interrupts() as heard, LiveRun(console) as live:
        yield live, _asked_once(heard.asked, live.stopping)


def _asked_once(asked: Callable[[], bool], tell: Callable[[], None]) -> Callable[[], bool]:
    """Ask, and tell the user the first time the answer is yes."""
    told = False

    def ask() -> bool:
        nonlocal told
        if asked() and not told:
            told = True
            tell()
        return told

    return ask
