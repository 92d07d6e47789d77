"""`theatres change`: changes by hand, judged at once, saved as a run or mended around."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.shared.problem import SolveOptions
from nwl_opt.commands.options import EffortOption, RunArgument, SeedOption, TimeLimitOption, WhoOption
from nwl_opt.commands.theatres.diary import NewRunOption, following_of
from nwl_opt.terminal.console import out_console

if TYPE_CHECKING:
    from nwl_opt.theatres.manual.wanted import Kind

PatientsOption = list[str] | None


def _of(help: str, metavar: str = "PATIENT") -> typer.models.OptionInfo:
    option = typer.Option(metavar=metavar, help=f"{help} Repeatable.")
    assert isinstance(option, typer.models.OptionInfo)
    return option


def add_to(app: typer.Typer) -> None:
    """Add this verb to `theatres`."""
    app.command("change")(change)


def change(
    run: RunArgument,
    out: NewRunOption,
    move: Annotated[PatientsOption, _of("Move to a list.", "PATIENT=LIST[@PLACE|@HH:MM]")] = None,
    swap: Annotated[PatientsOption, _of("Swap the lists of two.", "PATIENT=PATIENT")] = None,
    book: Annotated[PatientsOption, _of("Book who waits.", "PATIENT=LIST[@PLACE|@HH:MM]")] = None,
    take_off: Annotated[PatientsOption, _of("Take off their list.")] = None,
    decline: Annotated[PatientsOption, _of("The patient declines the date.")] = None,
    offer: Annotated[PatientsOption, _of("The date was offered.")] = None,
    agree: Annotated[PatientsOption, _of("The date is agreed.")] = None,
    lock: Annotated[PatientsOption, _of("Lock on the list.")] = None,
    unlock: Annotated[PatientsOption, _of("Unlock; the date stays agreed.")] = None,
    reason: Annotated[str, typer.Option(help="Why; needed where a booking that stays changes.")] = "",
    set_aside: Annotated[
        bool, typer.Option("--set-aside", help="Break rules on room for the reason; the check then fails.")
    ] = False,
    resolve: Annotated[
        bool, typer.Option("--resolve", help="Solve anew around the changes, all else changing as little as can be.")
    ] = False,
    draft: Annotated[
        Path | None, typer.Option(help="A folder of changes made in the app, made before those named here.")
    ] = None,
    version: Annotated[int | None, typer.Option(min=0, help="The version of the draft that was looked at.")] = None,
    effort: EffortOption = 1.0,
    seed: SeedOption = 1,
    time_limit: TimeLimitOption = None,
    who: WhoOption = "",
) -> None:
    """Change a plan by hand.

    Each change is judged at once by the independent checker; one that breaks a rule is refused, and the rule named.
    Changes are made in this order: take off, decline, swap, move, book, unlock, offer, agree, lock. The new run has
    the same plan with them in it, or with --resolve a plan mended around them.
    """
    from nwl_opt.terminal.changing import show_changed, tell_changes
    from nwl_opt.theatres.manual.by_hand import Asking, parse_wanted
    from nwl_opt.theatres.manual.by_hand import change as change_by_hand

    texts: dict[Kind, list[str]] = {
        "move": move or [], "swap": swap or [], "book": book or [], "take_off": take_off or [],
        "decline": decline or [], "offer": offer or [], "agree": agree or [], "lock": lock or [],
        "unlock": unlock or [],
    }  # fmt: skip
    console = out_console()
    asking = Asking(parse_wanted(texts), reason, set_aside, who, draft, version)
    options = SolveOptions(time_limit, seed=seed, effort_share=effort, studies=False) if resolve else None
    with following_of() as following:
        changed = change_by_hand(run, asking, out, options, lambda made: tell_changes(console, made), following)
    show_changed(console, changed, solved=resolve)
    raise typer.Exit(changed.result.exit_code)
