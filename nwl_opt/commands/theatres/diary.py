"""`theatres agree`, `repair`, `release` and `roll`: each makes a new run from an old one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.shared.problem import SolveOptions
from nwl_opt.commands.options import EffortOption, RunArgument, SeedOption, TimeLimitOption
from nwl_opt.solving import Started
from nwl_opt.terminal.console import out_console
from nwl_opt.terminal.live import followed

if TYPE_CHECKING:
    from nwl_opt.theatres.making_runs import Following

NewRunOption = Annotated[Path, typer.Option("--out", help="A new or empty folder for the new run.")]


class State(StrEnum):
    """How firm a booking can be made."""

    OFFERED = "offered"
    AGREED = "agreed"
    LOCKED = "locked"


def add_to(app: typer.Typer) -> None:
    """Add these verbs to `theatres`."""
    for verb in (agree, repair):
        app.command(verb.__name__)(verb)


def agree(
    run: RunArgument,
    out: NewRunOption,
    patients: Annotated[list[str] | None, typer.Argument(help="Patients of the plan.", metavar="PATIENT...")] = None,
    state: Annotated[State, typer.Option("--state", help="What was done about their dates.")] = State.AGREED,
    all_on: Annotated[
        list[str] | None, typer.Option("--all-on", metavar="LIST", help="Everybody on this list. Repeatable.")
    ] = None,
) -> None:
    """Hold dates that were offered or agreed.

    The new run has the same plan; agreed and locked dates move only by a named change from then on, and the tests of
    these patients are booked.
    """
    from nwl_opt.terminal.diary import show_agreed
    from nwl_opt.theatres.agreeing import agree as agree_dates

    with _following() as following:
        agreed = agree_dates(run, patients or [], all_on or [], state.value, out, following)
    show_agreed(out_console(), agreed)
    raise typer.Exit(agreed.result.exit_code)


def repair(
    run: RunArgument,
    events: Annotated[Path, typer.Argument(help="A TOML file: planning_date, and an [[event]] for each.")],
    out: NewRunOption,
    effort: EffortOption = 1.0,
    seed: SeedOption = 1,
    time_limit: TimeLimitOption = None,
) -> None:
    """Mend a plan after events.

    What patients were told changes as little as can be; agreed and locked dates move only where an event hits them.
    Says whom each event hits, what changed and why.
    """
    from nwl_opt.terminal.diary import show_mended, tell_happened
    from nwl_opt.theatres.repairing import repair as mend_plan

    console = out_console()
    options = SolveOptions(time_limit, seed=seed, effort_share=effort, studies=False)
    with _following() as following:
        mended = mend_plan(run, events, out, options, lambda what: tell_happened(console, what), following)
    show_mended(console, mended)
    raise typer.Exit(mended.result.exit_code)


@contextmanager
def _following() -> Iterator[Following]:
    """Show the run that is made; Ctrl-C keeps the best plan so far."""
    from nwl_opt.theatres.making_runs import Following

    with followed(out_console()) as (live, asked_to_stop):
        yield Following(live, asked_to_stop, Started.now())
