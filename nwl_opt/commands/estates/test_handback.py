"""`estates test-handback`: what if this suite, or this building, were handed back?"""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from models.shared.problem import Explanation, SolveOptions
from nwl_opt.commands.options import EffortOption, RunArgument, SeedOption, TimeLimitOption, WhoOption
from nwl_opt.estates.result_folder import refuse_folder
from nwl_opt.run_folder import new_folder
from nwl_opt.solving import Started
from nwl_opt.terminal.console import out_console
from nwl_opt.terminal.live import followed

if TYPE_CHECKING:
    from nwl_opt.estates.testing import First, ProofRun, ProvedRun

_FIRST = "First answer, not proved yet"
_STANDS = "Answer, proved: the saved plan is proved best and does this, so no plan with it is better"
_REFUSED = "Answer: the rules themselves refuse it, nothing is left to prove"
_PROVED = "Answer, proved by making the whole plan anew"
_UNPROVED = "Answer, not proved: the whole plan was made anew, but not to the end"


def add_to(app: typer.Typer) -> None:
    """Add this verb to `estates`."""
    app.command("test-handback")(test_handback)


def test_handback(
    run: RunArgument,
    day: Annotated[
        dt.datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The day of the hand-back, e.g. 2026-04-01.")
    ],
    suites: Annotated[
        list[str] | None, typer.Option("--suite", metavar="SUITE", help="A suite to hand back. Repeatable.")
    ] = None,
    site: Annotated[str | None, typer.Option("--site", help="A whole building to hand back.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="A new or empty folder for the tables, the notice and the new run.")
    ] = None,
    until_proved: Annotated[
        bool, typer.Option("--until-proved/--quick", help="Make the whole plan anew (needs --out), or answer only.")
    ] = True,
    proof_run: Annotated[
        Path | None, typer.Option("--proof-run", help="A new folder for the run of the proof; OUT/run without it.")
    ] = None,
    who: WhoOption = "",
    seed: SeedOption = 1,
    effort: EffortOption = 1.0,
    time_limit: TimeLimitOption = None,
) -> None:
    """Test a hand-back against a saved plan.

    The first answer keeps all else as the plan has it; then, with --out, the whole plan is made anew with the
    hand-back fixed. Says whether it can be done and from when, or which rules stand against it and what would change
    them; what it saves and costs; who goes where; and writes what the vacation notice needs.
    """
    from models.estates.what_if.instead import later_words
    from models.estates.what_if.telling import first_words, fuller_words
    from nwl_opt.estates.answer_files import write_first
    from nwl_opt.estates.testing import ProofRun, first_answer
    from nwl_opt.terminal.handbacks import show_moves, show_savings, show_sentences

    console = out_console()
    refuse_folder(out, run)
    first = first_answer(run, suites or [], site, day.date())
    told = show_sentences(console, _first_label(first), first_words(first.details))
    console.print(f"After {time.process_time():.1f} CPU seconds, starting and reading the run among them.")
    proved = None
    if out is not None:
        new_folder(out)
        write_first(out, first.details, told, _first_label(first))
        if until_proved and _first_label(first) == _FIRST:
            options = SolveOptions(time_limit, seed=seed, effort_share=effort, studies=False)
            proved = _prove(console, (first, ProofRun(proof_run, who)), out, options, told)
    details = first.details if proved is None else proved.details
    if details.answer.after is not None:
        show_savings(console, details)
        show_moves(console, details)
        told += show_sentences(console, "Which rooms get fuller", fuller_words(details))
    told += show_sentences(console, "What would change it, and what could be done instead", later_words(details))
    if out is not None:
        _write(console, first, proved, out, told)
    raise typer.Exit(_exit_code(first, proved))


def _prove(
    console: Console, asked: tuple[First, ProofRun], out: Path, options: SolveOptions, told: list[Explanation]
) -> ProvedRun:
    """Make the whole plan anew, and say what it proves; if it replaces the first answer its sentences are told."""
    from models.estates.what_if.proof import proof_words
    from models.estates.what_if.telling import first_words
    from nwl_opt.estates.following import Following
    from nwl_opt.estates.testing import prove
    from nwl_opt.terminal.handbacks import show_run, show_sentences

    first, as_run = asked
    with followed(console) as (live, asked_to_stop):
        proved = prove(first, out, options, Following(live, asked_to_stop, Started.now()), as_run)
    proof = proved.proof
    said = show_sentences(console, _label(proved), proof_words(proof))
    show_run(console, proved.result)
    if not proof.confirms and proved.details is not first.details:
        told[:] = show_sentences(console, "With the plan made anew", first_words(proved.details))
    told += said
    return proved


def _first_label(first: First) -> str:
    from nwl_opt.estates.testing import is_proved_already, may_be_proved

    return _STANDS if is_proved_already(first) else _FIRST if may_be_proved(first.answer) else _REFUSED


def _label(proved: ProvedRun) -> str:
    proof = proved.proof
    bounded = proof.plan is not None and proof.npv_bound_gbp is not None and not proof.leaves_more_unmet
    return _PROVED if bounded or proof.is_impossible else _UNPROVED


def _write(console: Console, first: First, proved: ProvedRun | None, out: Path, told: list[Explanation]) -> None:
    from nwl_opt.estates.answer_files import write_answer
    from nwl_opt.estates.saved_estate import inputs_sha256
    from nwl_opt.terminal.handbacks import show_files

    label = _first_label(first) if proved is None else _label(proved)
    details = first.details if proved is None else proved.details
    sha256 = inputs_sha256(first.saved)
    files = write_answer(out, details, None if proved is None else proved.proof, told, sha256, label)
    show_files(console, out, files, None if proved is None else proved.result.folder)


def _exit_code(first: First, proved: ProvedRun | None) -> int:
    """3 where it cannot be done; that of the proof's run where its check failed."""
    from nwl_opt.solving import EXIT_CANCELLED, EXIT_CHECK, EXIT_INFEASIBLE, EXIT_OK

    if proved is None:
        return first.exit_code
    if proved.result.exit_code in (EXIT_CHECK, EXIT_CANCELLED):
        return proved.result.exit_code
    return EXIT_INFEASIBLE if proved.proof.plan is None or proved.proof.leaves_more_unmet else EXIT_OK
