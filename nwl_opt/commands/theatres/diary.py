"""`theatres agree`, `repair`, `release` and `roll`: each makes a new run from an old one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.shared.problem import SolveOptions
from nwl_opt.commands.options import EffortOption, RunArgument, SeedOption, TimeLimitOption, WhoOption
from nwl_opt.problems import find_file
from nwl_opt.solving import Started
from nwl_opt.terminal.console import out_console
from nwl_opt.terminal.live import followed

if TYPE_CHECKING:
    from nwl_opt.theatres.making_runs import Following

HappenedArgument = Annotated[
    str | None,
    typer.Argument(
        help="A TOML file: a [[patient]] for each whose operation or date did not go as planned, a [[missed_test]] "
        "for each test missed, [[event]] as for repair. Without it all went as planned."
    ),
]
ReferralsOption = Annotated[str | None, typer.Option("--referrals", help="New patients, as patients.csv.")]
ReferralTestsOption = Annotated[
    str | None, typer.Option("--referral-tests", help="Their tests, as patient_tests.csv.")
]
AddOption = Annotated[
    list[str] | None,
    typer.Option(
        "--add",
        metavar="TABLE=FILE.csv",
        help="New lists, staff, slots, beds; or a folder that holds such files. Repeatable.",
    ),
]
NewRunOption = Annotated[Path, typer.Option("--out", help="A new or empty folder for the new run.")]


class State(StrEnum):
    """How firm a booking can be made."""

    OFFERED = "offered"
    AGREED = "agreed"
    LOCKED = "locked"


def add_to(app: typer.Typer) -> None:
    """Add these verbs to `theatres`."""
    for verb in (agree, repair, release, roll):
        app.command(verb.__name__)(verb)


def agree(
    run: RunArgument,
    out: NewRunOption,
    patients: Annotated[list[str] | None, typer.Argument(help="Patients of the plan.", metavar="PATIENT...")] = None,
    state: Annotated[State, typer.Option("--state", help="What was done about their dates.")] = State.AGREED,
    all_on: Annotated[
        list[str] | None, typer.Option("--all-on", metavar="LIST", help="Everybody on this list. Repeatable.")
    ] = None,
    who: WhoOption = "",
) -> None:
    """Hold dates that were offered or agreed.

    The new run has the same plan; agreed and locked dates move only by a named change from then on, and the tests of
    these patients are booked.
    """
    from nwl_opt.terminal.diary import show_agreed
    from nwl_opt.theatres.agreeing import agree as agree_dates

    with following_of() as following:
        agreed = agree_dates(run, patients or [], all_on or [], state.value, out, following, who)
    show_agreed(out_console(), agreed)
    raise typer.Exit(agreed.result.exit_code)


def repair(
    run: RunArgument,
    events: Annotated[str, typer.Argument(help="A TOML file: planning_date, and an [[event]] for each.")],
    out: NewRunOption,
    effort: EffortOption = 1.0,
    seed: SeedOption = 1,
    time_limit: TimeLimitOption = None,
    who: WhoOption = "",
) -> None:
    """Mend a plan after events.

    What patients were told changes as little as can be; agreed and locked dates move only where an event hits them.
    Says whom each event hits, what changed and why.
    """
    from nwl_opt.terminal.diary import show_mended, tell_happened
    from nwl_opt.theatres.repairing import repair as mend_plan

    console = out_console()
    options = SolveOptions(time_limit, seed=seed, effort_share=effort, studies=False)
    with following_of() as following:
        mended = mend_plan(
            run, find_file(events), out, options, lambda what: tell_happened(console, what), following, who
        )
    show_mended(console, mended)
    raise typer.Exit(mended.result.exit_code)


def release(
    run: RunArgument,
    out: Annotated[Path, typer.Option("--out", help="A new or empty folder: for the ranking, or for the new run.")],
    lists: Annotated[list[str], typer.Option("--list", metavar="LIST", help="A session given up. Repeatable.")],
    give: Annotated[
        list[str] | None,
        typer.Option("--give", metavar="LIST=SURGEON", help="Who takes it; makes the new run. Repeatable."),
    ] = None,
    effort: EffortOption = 1.0,
    seed: SeedOption = 1,
    time_limit: TimeLimitOption = None,
    who: WhoOption = "",
) -> None:
    """Offer sessions given up.

    Ranks for each list every surgeon who can be there by the long waits they would book from those waiting, then
    kit and staff, cases and minutes, and says why the others cannot. Lists are ranked in the order given, each as if
    the one before were taken. OUT/events.toml gives them to the first; --give chooses and mends the plan at once. The
    patients named would fit as things stand; the mended plan may book others.
    """
    from nwl_opt.terminal.diary import show_mended
    from nwl_opt.terminal.releasing import show_sessions, tell_where
    from nwl_opt.theatres.release_run import parse_given
    from nwl_opt.theatres.release_run import release as release_sessions

    console = out_console()
    options = SolveOptions(time_limit, seed=seed, effort_share=effort, studies=False)
    given = parse_given(give or [])
    with following_of() as following:
        released = release_sessions(
            run, lists, given, out, options, lambda *what: show_sessions(console, *what), following, who
        )
    if released.mended is None:
        tell_where(console, run, released)
        return
    show_mended(console, released.mended)
    raise typer.Exit(released.mended.result.exit_code)


def roll(
    run: RunArgument,
    to: Annotated[dt.datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="The day planned from.")],
    out: NewRunOption,
    happened: HappenedArgument = None,
    referrals: ReferralsOption = None,
    referral_tests: ReferralTestsOption = None,
    add: AddOption = None,
    effort: EffortOption = 1.0,
    seed: SeedOption = 1,
    time_limit: TimeLimitOption = None,
    who: WhoOption = "",
) -> None:
    """Let a week go by and plan anew.

    Who was told a date before the day was operated on and tested, unless HAPPENED says otherwise; who was only
    proposed waits again. Who was operated on stays in the beds' census; agreed and locked dates and those within the
    lock days stay; all else is planned anew.
    """
    from nwl_opt.terminal.rolling import show_new_week, tell_rolled
    from nwl_opt.theatres.adding import parse_additions
    from nwl_opt.theatres.rolling import roll as roll_on

    console = out_console()
    files = [("patients", referrals), ("patient_tests", referral_tests)]
    additions = [(table, find_file(name)) for table, name in files if name is not None]
    additions += parse_additions(add or [])
    options = SolveOptions(time_limit, seed=seed, effort_share=effort, studies=False)
    with following_of() as following:
        told = None if happened is None else find_file(happened)
        asked = (run, told, to.date(), out, additions, options)
        week = roll_on(*asked, lambda what: tell_rolled(console, what), following, who)
    show_new_week(console, week)
    raise typer.Exit(week.result.exit_code)


@contextmanager
def following_of() -> Iterator[Following]:
    """Show the run that is made; Ctrl-C keeps the best plan so far."""
    from nwl_opt.theatres.making_runs import Following

    with followed(out_console()) as (live, asked_to_stop):
        yield Following(live, asked_to_stop, Started.now())
