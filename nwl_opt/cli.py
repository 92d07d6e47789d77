"""The command line: `nwl-opt`."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

import typer
from rich.text import Text

from models.shared.faults import InputFaults
from nwl_opt import __version__
from nwl_opt.commands.app import app as serve
from nwl_opt.commands.bench import bench
from nwl_opt.commands.estates import app as estates
from nwl_opt.commands.extract import app as extract
from nwl_opt.commands.frontier import frontier
from nwl_opt.commands.inputs import dictionary, generate, new, scenarios, validate
from nwl_opt.commands.reallocation import app as reallocation
from nwl_opt.commands.report import report
from nwl_opt.commands.rules import rules
from nwl_opt.commands.runs import check, explain, runs, verify
from nwl_opt.commands.solve import demo, solve
from nwl_opt.commands.sweep import sweep
from nwl_opt.commands.theatres import app as theatres
from nwl_opt.solving import EXIT_BUG, EXIT_CANCELLED, EXIT_FAULT, OwnError, SolverRefused
from nwl_opt.terminal.console import error_console
from nwl_opt.terminal.faults import show_faults
from nwl_opt.usable_run import NoPlanToUse
from solvers.versions import UntrustedSolver

app = typer.Typer(
    name="nwl-opt",
    help="Optimised, checked and explained plans for health resource allocation: budgets, theatre lists, estate.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (
    demo, solve, validate, check, new, explain, report, runs, rules, scenarios, frontier, sweep, bench, dictionary,
    generate, verify,
):  # fmt: skip
    app.command(command.__name__)(command)
app.command("app")(serve)
app.add_typer(reallocation, name="reallocation")
app.add_typer(theatres, name="theatres")
app.add_typer(estates, name="estates")
app.add_typer(extract, name="extract")


@app.callback(invoke_without_command=True)
def top(version: bool = typer.Option(False, "--version", help="Print the version.")) -> None:
    """Optimised, checked and explained plans for health resource allocation: budgets, theatre lists, estate."""
    if version:
        typer.echo(__version__)
        raise typer.Exit


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; whatever goes wrong is said in words."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a Windows console may lack a character; that is no failure
    try:
        app(args=None if arguments is None else list(arguments), prog_name="nwl-opt")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else EXIT_FAULT if end.code else 0
    except InputFaults as error:
        show_faults(error_console(), error.faults)
        if error.hint:
            error_console().print(Text(error.hint), soft_wrap=True)
        return EXIT_FAULT
    except NoPlanToUse as refusal:
        _say(str(refusal))
        return refusal.exit_code
    except (SolverRefused, UntrustedSolver) as error:
        _say(str(error))
        return EXIT_FAULT
    except OwnError as error:
        _say(f"An error of our own: {error}")
        return EXIT_BUG
    except KeyboardInterrupt:
        _say("Stopped.")
        return EXIT_CANCELLED
    except Exception as error:  # noqa: BLE001 - the last door: a short message, never a trace in a user's face
        _say(f"An error of our own: {type(error).__name__}: {error} ({_place_of(error)})")
        return EXIT_BUG
    return 0


def _say(text: str) -> None:
    error_console().print(Text(text, style="bold red"), soft_wrap=True)


def _place_of(error: BaseException) -> str:
    """Where an error came from, for whoever reports it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "unknown place"
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}, line {trace.tb_lineno}"


if __name__ == "__main__":
    sys.exit(main())
