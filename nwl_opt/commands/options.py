"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

InstanceArgument = Annotated[
    str, typer.Argument(help="Instance folder, .xlsx workbook, or a shipped name like reallocation/nwl.")
]
KindArgument = Annotated[str, typer.Argument(help="reallocation, theatres or estates.")]
RunArgument = Annotated[Path, typer.Argument(help="A run folder.")]
ScenarioOption = Annotated[
    str | None, typer.Option("--scenario", help="A scenario file, or the name of a shipped one.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="NAME=VALUE", help="Change one setting, e.g. settings.growth_share=0.02. Repeatable."
    ),
]
OutOption = Annotated[Path | None, typer.Option("--out", help="A new or empty folder for the run.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Seed of everything random.")]
EffortOption = Annotated[
    float, typer.Option("--effort", min=0.001, help="Scale of the repeatable work limits; 1 is as shipped.")
]
ThreadsOption = Annotated[int, typer.Option("--threads", min=1, max=8, help="Solver threads.")]
TimeLimitOption = Annotated[
    float | None,
    typer.Option("--time-limit", min=0.1, help="Seconds by the clock; a stop by it is not repeatable."),
]
GapOption = Annotated[
    float | None, typer.Option("--gap", min=0.0, max=1.0, help="Stop when this close to the best possible (share).")
]
WhoOption = Annotated[str, typer.Option("--who", help="Who asks; kept in the run.")]
