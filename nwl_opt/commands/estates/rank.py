"""`estates rank`: which hand-backs save most?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nwl_opt.commands.options import RunArgument, SeedOption
from nwl_opt.terminal.console import error_console, out_console


def add_to(app: typer.Typer) -> None:
    """Add this verb to `estates`."""
    app.command("rank")(rank)


def rank(
    run: RunArgument,
    exact: Annotated[int, typer.Option("--exact", min=1, help="How many are worked out exactly.")] = 20,
    pairs: Annotated[bool, typer.Option("--pairs", help="Pairs among those as well.")] = False,
    confirm: Annotated[
        int, typer.Option("--confirm", min=0, help="How many of the best are worked out again from scratch.")
    ] = 0,
    out: Annotated[Path | None, typer.Option("--out", help="A new or empty folder for the tables.")] = None,
    seed: SeedOption = 1,
) -> None:
    """Rank every single hand-back.

    Each eligible suite (with the floors above it that must go first) and each building that may close, on its own,
    everything else staying as it is today: first by the most it can save, then the best exactly, with the payment,
    the months to pay it back, the patients who move, and what it is worth to the plan of the run. Suites that may
    not go are listed with the rules that refuse them.
    """
    from nwl_opt.estates.ranking import make_ranking
    from nwl_opt.terminal.ranking import show_ranking

    progress = error_console()
    made = make_ranking(run, exact, pairs, confirm, out, seed, lambda text: progress.print(text, soft_wrap=True))
    show_ranking(out_console(), made)
