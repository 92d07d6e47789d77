"""`runs`, `explain`, `check`, `verify`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from models.shared.faults import Fault, InputFaults
from nwl_opt.commands.options import InstanceArgument, RunArgument
from nwl_opt.plain import explanations_from_json, mapping_of
from nwl_opt.problems import find_instance
from nwl_opt.rechecking import check_run, saved_sentences
from nwl_opt.run_folder import RECORD_FILE, SavedRun, changed_files, finished, list_runs, read_run, runs_root
from nwl_opt.solving import EXIT_CHECK, EXIT_INFEASIBLE, EXIT_NO_PLAN
from nwl_opt.terminal.console import bullets, heading, out_console, show_table
from nwl_opt.terminal.page import show_page
from nwl_opt.terminal.results import CUT_SHORT, STOPS_HEADING, has_screen, sentence_line, show_report
from nwl_opt.words import STATUS_WORDS


def runs(
    folder: Annotated[Path | None, typer.Argument(help="Where runs are; NWL_OPT_RUNS or ./runs without it.")] = None,
) -> None:
    """List saved runs, unfinished ones too."""
    root = folder or runs_root()
    rows = [_row(run) for run in list_runs(root)]
    console = out_console()
    if not rows:
        console.print(f"No runs in {root}.", soft_wrap=True)
        return
    show_table(console, ("run", "kind", "what", "came to", "check", "who", "why"), rows)


def explain(run: RunArgument) -> None:
    """Say what stops us and what would help."""
    saved = read_run(run)
    record = finished(saved)
    sentences = explanations_from_json(saved_sentences(saved))
    console = out_console()
    console.print(f"{record.get('title')}: {STATUS_WORDS.get(saved.status, saved.status)}.")
    if has_screen(sentences):
        show_page(console, saved, sentences)
        return
    for title, chosen in (
        (STOPS_HEADING, [one for one in sentences if one.headline]),
        ("Also", [one for one in sentences if not one.headline]),
    ):
        if chosen:
            heading(console, title)
            bullets(console, [f"{sentence_line(one)}{f' See {one.where}.' if one.where else ''}" for one in chosen])
    if not sentences:
        console.print("This run has no explanations.")
    elif not record.get("explained"):
        console.print(CUT_SHORT)


def check(instance: InstanceArgument, run: RunArgument) -> None:
    """Check a run's tables against the instance.

    The check reads what is written and shares no code with the model that made it.
    """
    saved = read_run(run) if run.is_dir() else _no_folder(run)
    if saved.record is not None and saved.record.get("check") is None:
        out_console().print(f"This run has no plan to check: {STATUS_WORDS.get(saved.status, saved.status)}.")
        raise typer.Exit(EXIT_INFEASIBLE if saved.status == "infeasible" else EXIT_NO_PLAN)
    if saved.record is None and not any(saved.folder.glob("*.csv")):
        finished(saved)
    verdict, notes = check_run(find_instance(instance), saved)
    console = out_console()
    bullets(console, notes)
    show_report(console, verdict.report)
    raise typer.Exit(0 if verdict.passed else EXIT_CHECK)


def verify(run: RunArgument) -> None:
    """Tell whether a run's files have changed."""
    count, changed = changed_files(read_run(run))
    console = out_console()
    if not changed:
        console.print(f"All {count} files are as they were saved.")
        return
    console.print(f"{len(changed)} of {count} files are not as they were saved:")
    bullets(console, changed)
    raise typer.Exit(EXIT_CHECK)


def _row(run: SavedRun) -> tuple[str, ...]:
    told: Mapping[str, object] = run.record or run.request
    verdict = mapping_of(told.get("check")).get("passed")
    checked = "" if verdict is None else "passed" if verdict else "FAILED"
    return (
        run.folder.name,
        run.kind,
        str(told.get("title", "")),
        run.status,
        checked,
        str(told.get("who") or ""),
        str(told.get("why") or ""),
    )


def _no_folder(run: Path) -> SavedRun:
    raise InputFaults([Fault(str(run), None, None, "no such folder", f"must be a run folder with {RECORD_FILE}",
                             "nwl-opt runs lists the runs.")])  # fmt: skip
