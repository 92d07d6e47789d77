"""`estates alternatives`: which plans are nearly as good?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nwl_opt.commands.options import RunArgument, SeedOption
from nwl_opt.terminal.console import error_console, out_console


def add_to(app: typer.Typer) -> None:
    """Add this verb to `estates`."""
    app.command("alternatives")(alternatives)


def alternatives(
    run: RunArgument,
    within: Annotated[
        float, typer.Option("--within", min=0.0, max=100.0, help="Per cent of the best net present cost.")
    ] = 1.0,
    count: Annotated[int, typer.Option("--count", min=1, max=100, help="How many plans at most.")] = 10,
    all_changes: Annotated[
        bool, typer.Option("--all-changes", help="Also plans that differ only in Open Space, works or GP premises.")
    ] = False,
    out: Annotated[Path | None, typer.Option("--out", help="A new or empty folder for the tables.")] = None,
    seed: SeedOption = 1,
) -> None:
    """Show the plans next best to the best.

    Each hands back other suites than those before it, not only on other days, leaves as few contacts without a
    room, and is proved next best. What differs from the plan of the run is said of each, with its travel
    and the contacts that are not seen at their usual site.
    """
    from nwl_opt.estates.ranking import make_alternatives
    from nwl_opt.terminal.ranking import show_alternatives

    progress = error_console()
    made = make_alternatives(
        run, within, count, all_changes, out, seed, lambda text: progress.print(text, soft_wrap=True)
    )
    show_alternatives(out_console(), made)
