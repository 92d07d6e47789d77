"""`estates measured`: exports of booking systems, clinical systems and sensors as measured hours."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from nwl_opt.commands.options import InstanceArgument
from nwl_opt.terminal.console import bullets, heading, out_console


def add_to(app: typer.Typer) -> None:
    """Add this verb to `estates`."""
    app.command("measured")(measured)


_DAY = "%Y-%m-%d"
_OPENS = dt.time(8)


def measured(
    instance: InstanceArgument,
    bookings: Annotated[
        str | None, typer.Option("--bookings", help="Booking system: site_id, room_type, room, date, start, end.")
    ] = None,
    clinical: Annotated[
        str | None, typer.Option("--clinical", help="Clinical system: the same, or minutes instead of end.")
    ] = None,
    sensors: Annotated[
        str | None, typer.Option("--sensors", help="Sensors: the same, and people counted if they count.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="A new or empty folder for measured_hours.csv.")] = None,
    into: Annotated[
        Path | None, typer.Option("--into", help="A new or empty folder for a copy of the instance with the table.")
    ] = None,
    first: Annotated[
        dt.datetime | None, typer.Option("--from", formats=[_DAY], help="First day; the first row's without it.")
    ] = None,
    last: Annotated[
        dt.datetime | None, typer.Option("--to", formats=[_DAY], help="Last day; the last row's without it.")
    ] = None,
    opens: Annotated[
        dt.datetime | None,
        typer.Option("--opens", formats=["%H:%M"], help="When the first session of a day begins; 08:00 without it."),
    ] = None,
) -> None:
    """Learn booked, used and observed hours from exports.

    Average hours a week by site, kind of room and session; what overlaps in one room counts once. The three are never
    mixed: each is measured from its own export, and what no export covers stays empty.
    """
    from nwl_opt.estates.measuring.measure import measure, write_copy, write_measured
    from nwl_opt.run_folder import refuse_used_folder
    from nwl_opt.terminal.measured import show_measurement

    for folder in (out, into):
        if folder is not None:
            refuse_used_folder(folder)
    given = {"booked_hours": bookings, "used_hours": clinical, "observed_hours": sensors}
    done = measure(
        instance,
        {name: file for name, file in given.items() if file is not None},
        _OPENS if opens is None else opens.time(),
        None if first is None else first.date(),
        None if last is None else last.date(),
    )
    console = out_console()
    show_measurement(console, done)
    files = [] if out is None else list(write_measured(done, out))
    if into is not None:
        write_copy(done, into)
        files.append(into)
    if files:
        heading(console, "Written")
        bullets(console, [str(path) for path in files])
