"""`bench cflp PATH`: published facility-location problems, solved as estates."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from models.estates.location.bench import Line, measure, peer_results, results, verdicts
from models.estates.location.peers import PEERS, installed_peers
from models.estates.location.published import Case, case_of, cases_of
from models.shared.faults import Fault, InputFaults
from nwl_opt.quiet import quiet_solvers
from nwl_opt.solving import EXIT_BUG
from nwl_opt.terminal.console import error_console, out_console, show_table
from solvers.versions import refuse_untrusted_highs


def bench_cflp(path: Path, only: Sequence[str], family: str | None, seconds: float, alone: bool) -> None:
    """Measure the cases of a folder with a list of optima, or of one file.

    Raises
    ------
    InputFaults
        If there is no such folder or file, or a file is damaged.
    Exit
        If an answer was wrong.
    """
    cases = _chosen(path, only, family)
    installed = {} if alone else installed_peers()
    _tell_tools(installed, alone, seconds)
    lines: list[Line] = []
    for case in cases:
        error_console().print(f"Measuring {case.name} ({case.way}) ...")
        with quiet_solvers():
            lines.append(measure(case, seconds, tuple(installed), with_plain=not alone))
    _show(lines, bool(installed))


def _chosen(path: Path, only: Sequence[str], family: str | None) -> tuple[Case, ...]:
    if not path.exists():
        raise InputFaults([Fault(str(path), None, None, "no such file or folder", "must exist",
                                 "Name the folder of the files, or one file.")])  # fmt: skip
    cases = cases_of(path) if path.is_dir() else case_of(path, family)
    if path.is_dir() and family is not None:
        cases = tuple(case for case in cases if case.family == family)
    unknown = [name for name in only if not any(_is_named(case, name) for case in cases)]
    if unknown or not cases:
        names = sorted({case.family for case in (cases_of(path) if path.is_dir() else cases)})
        raise InputFaults([Fault("--only" if unknown else "--family", None, None, ", ".join(unknown) or str(family),
                                 f"must be an instance of the list, or a family of it: {', '.join(names)}",
                                 "Correct the name.")])  # fmt: skip
    return tuple(case for case in cases if not only or any(_is_named(case, name) for name in only))


def _is_named(case: Case, name: str) -> bool:
    return name in (case.name, f"{case.name}:{case.way}", case.name.rpartition("_")[0], case.path.name)


def _tell_tools(installed: dict[str, str], alone: bool, seconds: float) -> None:
    console = out_console()
    console.print(f"HiGHS {refuse_untrusted_highs()}, one thread, gap 0, {seconds:g} CPU-s for each tool and case.")
    missing = [name for name in PEERS if name not in installed]
    if installed:
        console.print("Beside it " + ", ".join(f"{name} {version}" for name, version in installed.items()) + ".")
    if missing and not alone:
        console.print(f"Not installed (extra `bench`): {', '.join(missing)}.")


def _show(lines: Sequence[Line], with_peers: bool) -> None:
    console = out_console()
    for view in (results(lines), *([peer_results(lines)] if with_peers else [])):
        show_table(console, view.headings, view.rows, view.numeric, view.title)
    rows, wrong = [], []
    for name, measured in verdicts(lines):
        met = "reported" if measured.is_met is None else "yes" if measured.is_met and not measured.wrong else "NO"
        rows.append((name, measured.promise, measured.measured, met))
        wrong += [measured.wrong] if measured.wrong and name != "speed" else []
    show_table(console, ("", "promise", "measured", "met"), rows)
    for sentence in wrong:
        console.print(f"Wrong: {sentence}", soft_wrap=True)
    if wrong:
        raise typer.Exit(EXIT_BUG)
