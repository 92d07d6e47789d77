"""`rules`: the catalogue, and what each rule is good for."""

from __future__ import annotations

from typing import Annotated

import typer

from models.shared.faults import Fault, InputFaults
from models.shared.problem import SolveOptions
from models.shared.rules import Rule
from nwl_opt.commands.options import EffortOption, SeedOption
from nwl_opt.problems import REFERENCE, kinds, load_problem
from nwl_opt.removal import Removal, remove_each
from nwl_opt.solving import EXIT_CHECK
from nwl_opt.supervise import interrupts
from nwl_opt.terminal.console import error_console, heading, out_console, show_table
from nwl_opt.words import name_words, number_words
from solvers.types import StopWhen


def rules(
    kind: Annotated[str | None, typer.Argument(help="One kind; all of them without it.")] = None,
    removing: Annotated[
        bool, typer.Option("--remove-each", help="Leave out every hard rule in turn and show what changes.")
    ] = False,
    effort: EffortOption = 1.0,
    seed: SeedOption = 1,
    only: Annotated[list[str] | None, typer.Option("--rule", help="Only this rule id. Repeatable.")] = None,
    instance: Annotated[str, typer.Option("--instance", help="The shipped instance to start from.")] = REFERENCE,
) -> None:
    """Print the rules, or what each one changes."""
    wanted = kinds() if kind is None else (kind,)
    chosen = _known(wanted, only or [])
    idle: list[Rule] = []
    for one in wanted:
        heading(out_console(), load_problem(one).register.title)
        if removing:
            idle += _show_removals(one, chosen, SolveOptions(seed=seed, effort_share=effort), instance)
        else:
            _show_catalogue(one, chosen)
    if idle:
        names = ", ".join(f"{rule.id} {rule.name}" for rule in idle)
        out_console().print(f"Rules that changed nothing, here or in a shipped scenario: {names}")
        raise typer.Exit(EXIT_CHECK)


def _known(wanted: tuple[str, ...], only: list[str]) -> list[str]:
    ids = [rule.id for one in wanted for rule in load_problem(one).rules]
    unknown = [rule for rule in only if rule not in ids]
    if unknown:
        raise InputFaults([Fault("--rule", None, None, ", ".join(unknown), f"must be one of {', '.join(ids)}",
                                 "Correct the id.")])  # fmt: skip
    return only


def _show_catalogue(kind: str, only: list[str]) -> None:
    rows = []
    for rule in load_problem(kind).rules:
        if not only or rule.id in only:
            force = "definition" if rule.definitional else "hard" if rule.hard else "soft"
            rows.append((rule.id, rule.sentence, rule.formula, force, rule.owner))
    show_table(out_console(), ("id", "rule", "formula", "force", "owner"), rows)


def _show_removals(kind: str, only: list[str], options: SolveOptions, instance: str) -> list[Rule]:
    """Print the table; returns the rules that changed nothing."""
    progress = error_console()
    with interrupts() as heard:
        found = remove_each(
            kind,
            options,
            only,
            instance,
            tell=lambda text: progress.print(text, soft_wrap=True),
            watch=StopWhen(heard.asked),
        )
        removals = list(found)
    headings = ("rule", "", "where", "aim", "with", "without", "proven better", "plan breaks it", "changes")
    rows = [_row(removal) for removal in removals]
    numeric = (False, False, False, False, True, True, False, True, False)
    show_table(out_console(), headings, rows, numeric)
    return [removal.rule for removal in removals if not removal.changes]


def _row(removal: Removal) -> tuple[str, ...]:
    return (
        removal.rule.id,
        name_words(removal.rule.name),
        removal.place,
        name_words(removal.stage),
        _value(removal.value_with, removal.unit, removal.status_with),
        _value(removal.value_without, removal.unit, removal.status_without),
        "yes" if removal.proven else "no",
        str(removal.breaks),
        "yes" if removal.changes else "NO",
    )


def _value(value: float | None, unit: str, status: str) -> str:
    """A stage value, or the status where there is no plan."""
    if status in ("infeasible", "no_plan"):
        return name_words(status)
    return number_words(value, unit)
