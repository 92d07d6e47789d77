"""`bench`: what is promised of speed and size, measured here and now."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from models.shared.faults import Fault, InputFaults
from models.shared.parsing import ParsedInstance, RawInstance, parse_instance
from models.shared.promises import Measured, Promises
from nwl_opt.files.writing import raw_rows
from nwl_opt.generating import generate_instance
from nwl_opt.opening import validate_instance
from nwl_opt.problems import find_instance, find_scenario, load_problem
from nwl_opt.quiet import quiet_solvers
from nwl_opt.scenario import read_scenario
from nwl_opt.solving import EXIT_BUG
from nwl_opt.terminal.console import error_console, out_console, show_table

BENCHES: Mapping[str, str] = {
    "reallocation": "models.reallocation.bench",
    "theatres": "models.theatres.bench",
    "estates": "models.estates.bench",
}
"""The module of each kind that offers `PROMISES`."""

OUTSIDE = "cflp"
"""Published problems of others, for the core of the estates model."""

FRONT_DOOR = "app"
"""Pages, answers and files of saved runs."""

OUTSIDE_DATA = "NWL_OPT_OUTSIDE_DATA"
DEFAULT_SECONDS = 60.0


def bench(
    kind: Annotated[str, typer.Argument(help="reallocation, theatres, estates or app; or cflp, with PATH.")],
    path: Annotated[
        Path | None,
        typer.Argument(
            help="cflp: a folder of facility-location files with optima.csv, or one file. app: a folder of runs."
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="Only this promise (cflp: this instance, or instance:split). Repeatable."),
    ] = None,
    family: Annotated[
        str | None, typer.Option("--family", help="cflp: only this family; of a file: its own.")
    ] = None,
    seconds: Annotated[
        float, typer.Option("--seconds", min=1.0, help="cflp: CPU seconds for each instance and tool.")
    ] = DEFAULT_SECONDS,
    alone: Annotated[bool, typer.Option("--alone", help="cflp: without plain HiGHS and other tools.")] = False,
) -> None:
    """Measure what is promised of speed and size.

    In CPU seconds, one promise after the other. A promise of speed that this machine misses is shown as missed; the
    command fails only where an answer was wrong. `bench cflp PATH` solves published facility-location problems;
    `bench app` looks at the newest run of each kind.
    """
    if kind == OUTSIDE:
        from nwl_opt.commands.bench_cflp import bench_cflp  # takes in solvers, which no other command needs at once

        bench_cflp(_path(path), only or [], family, seconds, alone)
        return
    if kind == FRONT_DOOR:
        from nwl_opt.commands.bench_app import bench_app  # takes in the web app

        bench_app(path, only or [])
        return
    promises = _promises(kind)
    if path is not None or family is not None or alone:
        raise InputFaults([Fault(f"bench {kind}", None, "PATH", str(path or family or "--alone"),
                                 "only `bench cflp` and `bench app` take these", "Leave it out.")])  # fmt: skip
    wanted = _known(promises, only or [])
    source = _Source(kind)
    wrong = show_measured((name, partial(promises[name], source)) for name in wanted)
    if wrong:
        raise typer.Exit(EXIT_BUG)


def show_measured(promises: Iterable[tuple[str, Callable[[], Measured]]]) -> list[str]:
    """Measure one promise after the other and show what came of them; returns what was wrong, in sentences."""
    rows: list[tuple[str, ...]] = []
    wrong: list[str] = []
    for name, measure in promises:
        error_console().print(f"Measuring {name} ...")
        with quiet_solvers():
            measured = measure()
        rows.append((name, measured.promise, measured.measured, _verdict(measured)))
        wrong += [f"{name}: {measured.wrong}"] if measured.wrong else []
        for view in measured.views:
            show_table(out_console(), view.headings, view.rows, view.numeric, view.title)
    show_table(out_console(), ("", "promise", "measured", "met"), rows)
    for sentence in wrong:
        out_console().print(f"Wrong: {sentence}", soft_wrap=True)
    return wrong


class _Source:
    """Instances for benchmarks: shipped ones, and the generator's."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def shipped(self, name: str, scenario: str | None = None) -> ParsedInstance:
        """A shipped instance, with a shipped scenario in it.

        Raises
        ------
        InputFaults
            If it has faults.
        """
        chosen = None if scenario is None else read_scenario(find_scenario(scenario, self._kind))
        validation = validate_instance(find_instance(f"{self._kind}/{name}"), chosen)
        if validation.faults:
            raise InputFaults(validation.faults)
        return validation.parsed

    def generated(self, seed: int = 1, **sizes: int) -> ParsedInstance:
        """An instance of the generator.

        Raises
        ------
        InputFaults
            If it has faults.
        """
        problem = load_problem(self._kind)
        header, tables = generate_instance(self._kind, seed, sizes)
        raw = {table.name: raw_rows(table, tables[table.name]) for table in problem.register.inputs
               if table.name in tables}  # fmt: skip
        parsed = parse_instance(problem.register, RawInstance("generated", header, raw))
        faults = [*parsed.faults, *problem.validate(parsed)]
        if faults:
            raise InputFaults(faults)
        return parsed

    def has_outside_data(self) -> bool:
        return bool(os.environ.get(OUTSIDE_DATA))


def _path(path: Path | None) -> Path:
    if path is None:
        raise InputFaults([Fault("bench cflp", None, "PATH", "none", "must be given",
                                 "Name the folder of the files, or one file.")])  # fmt: skip
    return path


def _promises(kind: str) -> Promises:
    if kind not in BENCHES:
        known = ", ".join((*BENCHES, FRONT_DOOR, OUTSIDE))
        raise InputFaults([Fault("bench", None, None, kind, f"must be one of {known}",
                                 "Only these kinds have promises to measure.")])  # fmt: skip
    promises: Promises = importlib.import_module(BENCHES[kind]).PROMISES
    return promises


def _known(promises: Promises, only: list[str]) -> list[str]:
    unknown = [name for name in only if name not in promises]
    if unknown:
        raise InputFaults([Fault("--only", None, None, ", ".join(unknown), f"must be one of {', '.join(promises)}",
                                 "Correct the name.")])  # fmt: skip
    return [name for name in promises if not only or name in only]


def _verdict(measured: Measured) -> str:
    if measured.is_met is None:
        return "skipped"
    return "yes" if measured.is_met and not measured.wrong else "NO"
