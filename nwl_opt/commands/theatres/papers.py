"""`theatres print`: theatre lists, test sheets and the standby list of a day, on paper."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from models.shared.faults import Fault, InputFaults
from nwl_opt.commands.options import RunArgument
from nwl_opt.terminal.console import out_console

_FORMATS = ("html", "pdf")


def add_to(app: typer.Typer) -> None:
    """Add this verb to `theatres`."""
    app.command("print")(print_day)


def print_day(
    run: RunArgument,
    date: Annotated[dt.datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="The day, e.g. 2027-04-12.")],
    out: Annotated[Path, typer.Option("--out", help="A new or empty folder, outside the run.")],
    week: Annotated[bool, typer.Option("--week", help="The whole week of that day.")] = False,
    format_: Annotated[str, typer.Option("--format", help="html, pdf, or both with a comma.")] = "html,pdf",
    names: Annotated[
        Path | None, typer.Option("--names", help="Key file of the pseudonyms: print who patients are.")
    ] = None,
) -> None:
    """Print the papers of a day.

    A list for each theatre, a sheet for each site with test appointments, and who stands by. Patients are pseudonyms
    unless a key file is given; then keep the papers as you keep patients' notes.
    """
    from nwl_opt.terminal.papers import show_printed
    from nwl_opt.theatres.printing.papers import print_papers

    printed = print_papers(
        run,
        date.date(),
        out,
        dt.datetime.now(),
        week=week,
        formats=_formats(format_),
        key=names,
    )
    show_printed(out_console(), printed)


def _formats(text: str) -> list[str]:
    """The formats asked for, each once.

    Raises
    ------
    InputFaults
        If one is not known.
    """
    asked = [one.strip().lower() for one in text.split(",") if one.strip()]
    unknown = [one for one in asked if one not in _FORMATS]
    if unknown or not asked:
        found = ", ".join(unknown) or "nothing"
        raise InputFaults([Fault("--format", None, None, found, f"must be one or more of {', '.join(_FORMATS)}",
                                 "Write for example --format pdf.")])  # fmt: skip
    return [one for one in _FORMATS if one in asked]
