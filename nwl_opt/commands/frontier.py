"""`frontier`: what one aim costs in terms of another."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from models.shared.frontier import Frontier, NoFrontier
from models.shared.problem import SolveOptions
from nwl_opt.commands.options import EffortOption, OutOption, ScenarioOption, SeedOption, SetOption
from nwl_opt.files.reading import read_header
from nwl_opt.frontier import (
    FRONTIER_FILE,
    Drawn,
    FrontierRequest,
    Point,
    draw_frontier,
    limit_words,
    slope_words,
    standing_words,
)
from nwl_opt.problems import find_instance, find_scenario
from nwl_opt.scenario import parse_assignments
from nwl_opt.solving import EXIT_CHECK, EXIT_FAULT, EXIT_INFEASIBLE
from nwl_opt.supervise import interrupts
from nwl_opt.terminal.console import error_console, out_console, show_table
from nwl_opt.words import STATUS_WORDS, name_words, number_words


def frontier(
    instance: Annotated[
        str, typer.Argument(help="Instance folder, .xlsx workbook, a shipped name like reallocation/nwl, or a run.")
    ],
    against: Annotated[
        str,
        typer.Option(
            "--against",
            help="What is traded: peak_growth or transition for the gap, overrun for fuller lists; without it the "
            "first that is offered.",
        ),
    ] = "",
    points: Annotated[int, typer.Option("--points", min=2, max=50, help="How many limits are tried.")] = 6,
    scenario: ScenarioOption = None,
    set_: SetOption = None,
    out: OutOption = None,
    seed: SeedOption = 1,
    effort: EffortOption = 1.0,
    baselines: Annotated[bool, typer.Option(help="Hold each point against the baselines too.")] = True,
) -> None:
    """Show what a tighter limit costs.

    Solves the instance under one limit after the other, from the tightest that has a plan to the loosest that still
    matters. Each point is a saved and checked run in OUT/point-01 and so on; frontier.csv lists them. What would
    loosen a point is not studied here: nwl-opt solve with its limit does that.
    """
    path = find_instance(instance)
    options = SolveOptions(seed=seed, effort_share=effort)
    request = FrontierRequest(path, against, points, None, parse_assignments(set_ or []), out, options, baselines)
    if scenario is not None:
        kind = str(read_header(request.instance_path).get("kind", ""))
        request = replace(request, scenario_path=find_scenario(scenario, kind))
    try:
        with interrupts() as heard:
            drawn = draw_frontier(request, _tell, heard.asked)
    except NoFrontier as nothing:
        error_console().print(f"No frontier: {nothing}.", soft_wrap=True)
        raise typer.Exit(EXIT_INFEASIBLE if nothing.infeasible else EXIT_FAULT) from None
    _show(drawn)
    raise typer.Exit(drawn.exit_code)


def _tell(one: Frontier, point: Point) -> None:
    came_to = "" if not point.values else f", {name_words(one.gain)} {_shown(one.gain, point)}"
    status = STATUS_WORDS.get(point.status, point.status)
    if point.exit_code == EXIT_CHECK:
        status = "the independent check FAILED, do not use it"
    out_console().print(
        f"Point {point.number}, {name_words(one.price)} at most {limit_words(one, point.limit)}: {status}{came_to}",
        soft_wrap=True,
    )


def _show(drawn: Drawn) -> None:
    one = drawn.frontier
    rows = [
        (
            str(point.number),
            limit_words(one, point.limit),
            *(_shown(name, point) for name in one.measures),
            "" if at not in drawn.slopes else slope_words(one, drawn.slopes[at]),
            name_words(standing_words(drawn, at)),
        )
        for at, point in enumerate(drawn.points)
    ]
    headings = ("point", "limit", *(name_words(name) for name in one.measures), f"a {one.slope_words} buys", "")
    numeric = (*[True] * (len(headings) - 1), False)
    console = out_console()
    show_table(console, headings, rows, numeric, f"Frontier: {one.title}")
    console.print(drawn.sentence, soft_wrap=True)
    for at, by in drawn.beaten_by.items():
        better = drawn.points[by].number
        console.print(
            f"Point {drawn.points[at].number} is dropped: point {better} is as good in both and better in one."
        )
    console.print(f"{drawn.folder}: {FRONTIER_FILE}, and a run folder for each point", soft_wrap=True)


def _shown(name: str, point: Point) -> str:
    measure = point.values.get(name)
    return "" if measure is None else number_words(measure.value, measure.unit)
