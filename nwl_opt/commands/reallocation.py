"""`reallocation ...`: what a finance lead does beside solving.

The code of the problem, with its solvers, is imported by the verb that runs, so that help stays quick.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from models.shared.faults import Fault, InputFaults
from nwl_opt.commands.options import InstanceArgument, RunArgument, ScenarioOption, SetOption
from nwl_opt.files.atomic import write_atomically
from nwl_opt.files.reading import read_header
from nwl_opt.problems import find_instance, find_scenario
from nwl_opt.scenario import parse_assignments
from nwl_opt.supervise import interrupts
from nwl_opt.terminal.console import out_console, show_table

app = typer.Typer(no_args_is_help=True, help="What a finance lead does beside solving.")


@app.command()
def virement(
    run: RunArgument,
    out: Annotated[Path | None, typer.Option("--out", help="Write it to this new CSV file.")] = None,
) -> None:
    """Turn a plan into journals on the ledger.

    Balanced, by year and ledger line, with the run and its inputs' hash on top. Without --out it is printed.
    """
    from nwl_opt.reallocation.saved_plan import read_saved_plan
    from nwl_opt.reallocation.virement_sheet import virement_sheet

    if out is not None:
        _check_new_file(out)
    sheet = virement_sheet(read_saved_plan(run))
    if out is None:
        typer.echo(sheet.csv().decode(), nl=False)
        return
    _write(out, sheet.csv())
    rows = [
        (one.year, one.journal, str(one.entries), f"{one.full_year_debit_gbp:,}", f"{one.full_year_credit_gbp:,}",
         f"{one.this_year_debit_gbp:,}", f"{one.this_year_credit_gbp:,}")
        for one in sheet.sums
    ]  # fmt: skip
    headings = ("year", "journal", "entries", "debit, full year", "credit, full year", "debit, this year",
                "credit, this year")  # fmt: skip
    show_table(out_console(), headings, rows, (False, False, True, True, True, True, True), "Journals in pounds")
    out_console().print(f"Written: {out}", soft_wrap=True)


@app.command()
def rebase(
    instance: InstanceArgument,
    actuals: Annotated[
        Path,
        typer.Argument(
            help="A CSV file: ledger_line (or place, line, provider), month (1 is April), forecast_outturn_gbp and, "
            "where it differs from the ledger, non_recurrent_gbp."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="A new or empty folder.")],
    money_stays: Annotated[
        bool,
        typer.Option(
            "--money-stays",
            help="The plan years have the money they had, whatever was spent: what the "
            "forecast is over comes off the first year's growth.",
        ),
    ] = False,
) -> None:
    """Open with a month's forecast outturn.

    Writes the instance with the new opening to OUT/instance, solves it and the old one (OUT/after, OUT/before) and
    shows how far the plan drifts; drift.csv has every cell and year. Your own files are not touched. What was solved
    with a scenario is rebased from the inputs folder of its run.
    """
    from nwl_opt.reallocation.rebasing import rebase_and_solve
    from nwl_opt.terminal.drift import show_drift

    def tell(doing: str) -> None:
        out_console().print(f"{doing}.")

    with interrupts() as heard:
        drifted = rebase_and_solve(find_instance(instance), actuals, out, tell, heard.asked, money_stays)
    show_drift(out_console(), drifted)
    raise typer.Exit(drifted.exit_code)


@app.command()
def fastest(
    instance: InstanceArgument,
    scenario: ScenarioOption = None,
    set_: SetOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the instance over that many years here.")] = None,
) -> None:
    """Find the first year in which the gap can close.

    The rules stay as they are; years.csv is cut short, or goes on as its last row, up to ten years. Says what stops
    the year before.
    """
    from nwl_opt.reallocation.fastest import find_fastest
    from nwl_opt.terminal.fastest import show_fastest, tell_tried

    path = find_instance(instance)
    chosen = None if scenario is None else find_scenario(scenario, str(read_header(path).get("kind", "")))
    console = out_console()
    with interrupts() as heard:
        found = find_fastest(
            path, chosen, parse_assignments(set_ or []), out, lambda tried: tell_tried(console, tried), heard.asked
        )
    show_fastest(console, found)
    raise typer.Exit(found.exit_code)


def _check_new_file(out: Path) -> None:
    """Refuse a name that is taken, or is not a CSV's, before any work is done."""
    if out.suffix.lower() != ".csv":
        raise InputFaults([Fault("--out", None, None, str(out), "must be a name ending in .csv",
                                 "Choose another name; spreadsheets open CSV files.")])  # fmt: skip
    if out.exists():
        raise InputFaults([Fault("--out", None, None, f"{out} is there already", "must be a new file",
                                 "Choose another name; nothing was overwritten.")])  # fmt: skip


def _write(out: Path, content: bytes) -> None:
    try:
        write_atomically(out, content)
    except OSError as error:
        raise InputFaults([Fault("--out", None, None, f"{out} cannot be written ({error.strerror})",
                                 "must be a file we may write", "Choose another.")]) from None  # fmt: skip
