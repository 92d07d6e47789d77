"""`estates robustness`: what if what we assume turns out otherwise?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nwl_opt.commands.options import SeedOption
from nwl_opt.terminal.console import error_console, out_console


def add_to(app: typer.Typer) -> None:
    """Add this verb to `estates`."""
    app.command("robustness")(robustness)


def robustness(
    what: Annotated[
        str, typer.Argument(metavar="INSTANCE-OR-RUN", help="A run folder, or an instance like estates/nwl.")
    ],
    futures: Annotated[
        Path | None, typer.Option("--futures", help="A TOML file of futures, instead of those shipped.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Switching values to an eighth of the accuracy.")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="A new or empty folder for the tables.")] = None,
    seed: SeedOption = 1,
) -> None:
    """Show what a plan is worth if assumptions turn out otherwise.

    Finds the best plan of each future, and what every plan leaves unmet and costs in every other one: the regret
    table, and the plan of least maximum regret. Says how far each assumption may move before the plan no longer
    holds or a hand-back no longer pays, what to expect if as few hand-backs complete as before, and the most the
    programme can save. Works for some minutes.
    """
    from nwl_opt.estates.robustness import study_robustness
    from nwl_opt.terminal.robustness import show_robustness

    progress = error_console()
    done = study_robustness(what, futures, out, quick, seed, lambda text: progress.print(text, soft_wrap=True))
    show_robustness(out_console(), done)
