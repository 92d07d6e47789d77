"""`estates reconcile-charges`: an Annual Charging Schedule against the register and last year's."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from nwl_opt.terminal.console import bullets, heading, out_console


def add_to(app: typer.Typer) -> None:
    """Add this verb to `estates`."""
    app.command("reconcile-charges")(reconcile_charges)


def reconcile_charges(
    estate: Annotated[
        str, typer.Argument(help="An instance, its shipped name, or a run folder.", metavar="INSTANCE-or-RUN")
    ],
    schedule: Annotated[
        str,
        typer.Argument(
            help="CSV or workbook: site_id, suite_id, payer, area_m2, rent_gbp, rates_gbp, facilities_gbp, "
            "service_charge_gbp.",
            metavar="SCHEDULE",
        ),
    ],
    last_year: Annotated[
        str | None, typer.Option("--last-year", help="Last year's schedule, in the same form.")
    ] = None,
    on: Annotated[
        dt.datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="Day of the register; the decision date without it."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="A new or empty folder for the tables.")] = None,
) -> None:
    """Hold a landlord's charging schedule against the register.

    Line by line in pounds and per cent; area charged against area registered; space charged to the ICB that is
    neither void nor its own; lines that one side lacks; sums by site that add up; the five largest questions to ask.
    """
    from nwl_opt.estates.charging.reconcile import reconcile, write_reconciliation
    from nwl_opt.run_folder import refuse_used_folder
    from nwl_opt.terminal.charges import show_reconciliation

    if out is not None:
        refuse_used_folder(out)
    console = out_console()
    done = reconcile(estate, schedule, last_year, None if on is None else on.date())
    show_reconciliation(console, done)
    if out is not None:
        files = write_reconciliation(done, out)
        heading(console, f"Written into {out}")
        bullets(console, [path.name for path in files])
