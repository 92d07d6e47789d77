"""A tested hand-back, for people."""

from __future__ import annotations

from rich.console import Console

from nwl_opt.estates.testing import Tested
from nwl_opt.terminal.console import show_table


def show_first(console: Console, tested: Tested) -> None:
    """What goes, and with what."""
    rows = [(suite, day.isoformat(), tested.order.added.get(suite, "")) for suite, day in tested.order.dates.items()]
    show_table(console, ("suite", "day", "because of"), rows, title="What goes")
