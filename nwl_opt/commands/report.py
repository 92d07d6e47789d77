"""`report`: a saved run for people who were not there, as a page, a PDF or a workbook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from nwl_opt.commands.options import RunArgument
from nwl_opt.terminal.console import out_console


def report(
    run: RunArgument,
    format_: Annotated[str, typer.Option("--format", help="html, pdf or xlsx.")] = "html",
    out: Annotated[
        Path, typer.Option("--out", help="The file to write, or the folder it goes to under a name of its own.")
    ] = Path(),
) -> None:
    """Write the report of a run, for a board.

    What is recommended, the plan, what binds, what would change the answer, who is affected, assumptions, checks, and
    the mathematics at the end. html is one file that fetches nothing; pdf is tagged (PDF/UA-1); xlsx is a workbook
    with live formulas. A run without a plan, or whose check failed, says so first and recommends nothing.
    """
    from nwl_opt.reporting.report import write_report

    path = write_report(run, format_.strip().lower(), out, dt.datetime.now())
    out_console().print(f"Written: {path}", soft_wrap=True)
