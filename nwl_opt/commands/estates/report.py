"""`estates report`: a saved plan as one page, with maps, to read, print and pass on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from nwl_opt.commands.options import RunArgument
from nwl_opt.terminal.console import bullets, heading, out_console


def add_to(app: typer.Typer) -> None:
    """Add this verb to `estates`."""
    app.command("report")(report)


def report(
    run: RunArgument,
    out: Annotated[Path, typer.Option("--out", help="A new or empty folder, outside the run.")],
) -> None:
    """Write the report of a plan.

    One HTML page that opens anywhere and fetches nothing: what is recommended, a map, cash, how full the rooms are,
    who travels further, what stands in the way, assumptions; and the tables of travel and assumptions as CSV.
    """
    from nwl_opt.estates.reporting.report import write_report

    files = write_report(run, out, dt.datetime.now())
    heading(out_console(), f"Written into {out}")
    bullets(out_console(), [path.name for path in files])
