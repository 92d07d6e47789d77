"""`bench app`: pages, answers and files of saved runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from models.shared.faults import Fault, InputFaults
from nwl_opt.app.bench import newest_runs, promises
from nwl_opt.commands.bench import show_measured
from nwl_opt.problems import kinds
from nwl_opt.run_folder import runs_root
from nwl_opt.solving import EXIT_BUG
from nwl_opt.terminal.console import error_console


def bench_app(path: Path | None, only: Sequence[str]) -> None:
    """Measure what the app promises, with the newest run of each kind in a folder of runs.

    Raises
    ------
    InputFaults
        If the folder holds no finished run, or `only` names no promise.
    Exit
        If a page failed.
    """
    root = path or runs_root()
    runs = newest_runs(root)
    if not runs:
        raise InputFaults([Fault(str(root), None, None, "no finished run", "must hold a run of each kind",
                                 "nwl-opt demo makes one of each.")])  # fmt: skip
    for kind in kinds():
        if kind not in runs:
            error_console().print(f"No run of {kind} in {root}: its pages and files are not measured.")
    known = dict(promises(runs))
    if unknown := sorted(set(only) - set(known)):
        raise InputFaults([Fault("--only", None, None, ", ".join(unknown), f"must be one of {', '.join(known)}",
                                 "Correct the name.")])  # fmt: skip
    if show_measured((name, measure) for name, measure in known.items() if not only or name in only):
        raise typer.Exit(EXIT_BUG)
