"""The consoles everything is printed on: text is never read as markup, and nothing is cut when it is piped."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

_PIPED_WIDTH = 160


def out_console() -> Console:
    """The console for results."""
    return _console(error=False)


def error_console() -> Console:
    """The console for faults and failures."""
    return _console(error=True)


def _console(error: bool) -> Console:
    stream = sys.stderr if error else sys.stdout
    width = None if stream.isatty() else _PIPED_WIDTH
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)


def heading(console: Console, text: str) -> None:
    """A heading with an empty line above it."""
    console.print()
    console.print(Text(text, style="bold"))


def bullets(console: Console, sentences: Sequence[str]) -> None:
    """Sentences as a list; long ones are wrapped under themselves."""
    for sentence in sentences:
        text = textwrap.fill(
            sentence, console.width, initial_indent=" - ", subsequent_indent="   ", break_on_hyphens=False
        )
        console.print(Text(text), soft_wrap=True)


def show_table(
    console: Console,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    numeric: Sequence[bool] = (),
    title: str = "",
) -> None:
    """A plain table under its title: numbers to the right, everything else to the left, long cells folded."""
    if title:
        heading(console, title)
    result = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for at, name in enumerate(headings):
        right = at < len(numeric) and numeric[at]
        result.add_column(Text(name), justify="right" if right else "left", overflow="fold")
    for row in rows:
        result.add_row(*(Text(cell) for cell in row))
    console.print(result)
