"""`solve` and `demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from models.shared.problem import SolveOptions
from nwl_opt.commands.offering import errors_copy_offered
from nwl_opt.commands.options import (
    EffortOption,
    GapOption,
    InstanceArgument,
    OutOption,
    ScenarioOption,
    SeedOption,
    SetOption,
    ThreadsOption,
    TimeLimitOption,
)
from nwl_opt.files.reading import read_header
from nwl_opt.problems import REFERENCE, data_folder, find_instance, find_scenario, kinds, load_problem
from nwl_opt.scenario import parse_assignments
from nwl_opt.solving import EXIT_CANCELLED, RunResult, SolveRequest, solve_and_save
from nwl_opt.terminal.console import heading, out_console, show_table
from nwl_opt.terminal.live import followed
from nwl_opt.terminal.results import show_result
from nwl_opt.words import STATUS_WORDS


def solve(
    instance: InstanceArgument,
    scenario: ScenarioOption = None,
    set_: SetOption = None,
    out: OutOption = None,
    time_limit: TimeLimitOption = None,
    gap: GapOption = None,
    threads: ThreadsOption = 1,
    seed: SeedOption = 1,
    effort: EffortOption = 1.0,
    who: Annotated[str, typer.Option("--who", help="Who asks; kept in the run.")] = "",
    why: Annotated[str, typer.Option("--why", help="Why; kept in the run.")] = "",
) -> None:
    """Solve an instance, check, explain, save."""
    settings = parse_assignments(set_ or [])
    path = find_instance(instance)
    scenario_path = None
    if scenario is not None:
        scenario_path = find_scenario(scenario, str(read_header(path).get("kind", "")))
    options = SolveOptions(time_limit, gap, threads, seed, effort)
    request = SolveRequest(path, scenario_path, settings, out, options, who, why)
    with errors_copy_offered(path):
        result = run_and_show(request)
    raise typer.Exit(result.exit_code)


def demo(
    kind: Annotated[str | None, typer.Argument(help="One kind; all of them without it.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Run folders become OUT/KIND.")] = None,
    seed: SeedOption = 1,
) -> None:
    """Solve the shipped NW London instances.

    Shows the tables people read and says where the files are. Needs no data and no internet.
    """
    wanted = kinds() if kind is None else (kind,)
    results: list[RunResult] = []
    for one in wanted:
        load_problem(one)
        request = SolveRequest(
            path=data_folder(one) / REFERENCE,
            out=None if out is None else out / one,
            options=SolveOptions(seed=seed),
            why="demo",
        )
        results.append(run_and_show(request))
        if results[-1].exit_code == EXIT_CANCELLED:
            break
    if len(results) > 1:
        _show_summary(results)
    raise typer.Exit(next((result.exit_code for result in results if result.exit_code), 0))


def run_and_show(request: SolveRequest) -> RunResult:
    """One run from request to printed result; Ctrl-C is turned into a polite stop."""
    console = out_console()
    with followed(console) as (live, asked_to_stop):
        result = solve_and_save(request, live, asked_to_stop)
    show_result(console, result)
    return result


def _show_summary(results: list[RunResult]) -> None:
    console = out_console()
    heading(console, "In short")
    rows = []
    for result in results:
        report = result.finished.report
        check = "no plan" if report is None else "passed" if report.passed else "FAILED"
        seconds = result.record["seconds"]
        rows.append(
            (str(result.record["kind"]), STATUS_WORDS[result.solved.status], check, f"{seconds}", str(result.folder))
        )
    show_table(console, ("kind", "came to", "check", "seconds", "folder"), rows, (False, False, False, True, False))
