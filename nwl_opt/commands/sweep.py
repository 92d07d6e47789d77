"""`sweep`: what many settings come to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nwl_opt.commands.options import InstanceArgument, ScenarioOption, SetOption
from nwl_opt.files.reading import read_header
from nwl_opt.problems import find_instance, find_scenario
from nwl_opt.scenario import parse_assignments
from nwl_opt.solving import EXIT_CANCELLED
from nwl_opt.supervise import interrupts


def sweep(
    instance: InstanceArgument,
    spec: Annotated[
        Path,
        typer.Argument(
            help="A TOML file: under [settings] a list of values for each setting, or { from, to, step }. Every "
            "combination is one scenario."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="A new or empty folder.")],
    scenario: ScenarioOption = None,
    set_: SetOption = None,
) -> None:
    """Try many settings at once.

    Solves the first aims of every combination (what stays unallocated, then the gap) with one model kept loaded;
    sweep.csv in OUT has a row for each. For a plan of one of them: nwl-opt solve with --set.
    """
    from nwl_opt.reallocation.sweeping import sweep_and_save
    from nwl_opt.terminal.swept import show_swept

    path = find_instance(instance)
    chosen = None if scenario is None else find_scenario(scenario, str(read_header(path).get("kind", "")))
    with interrupts() as heard:
        swept = sweep_and_save(path, spec, out, chosen, parse_assignments(set_ or []), heard.asked)
    show_swept(swept)
    raise typer.Exit(EXIT_CANCELLED if swept.stopped else 0)
