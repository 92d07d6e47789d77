"""What a scheduler sees of changes made by hand: each with what follows from it, then what changed besides."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from nwl_opt.terminal.console import bullets, heading
from nwl_opt.terminal.diary import show_changes, show_verdict
from nwl_opt.theatres.manual.recorded import Recorded
from nwl_opt.theatres.manual.saving import Changed


def tell_changes(console: Console, changes: Sequence[Recorded]) -> None:
    """Each change, what it sets aside and what follows from it."""
    for one in changes:
        heading(console, f"{one.number}. {one.words}")
        bullets(console, [f"Set aside, {rule}: {message}" for rule, message in one.breaks])
        bullets(console, list(one.follows))


def show_changed(console: Console, changed: Changed, *, solved: bool) -> None:
    """Who else changed, where the plan was mended, and the verdict."""
    if solved:
        show_changes(console, changed.changes, changed.pressing)
    show_verdict(console, changed.result)
