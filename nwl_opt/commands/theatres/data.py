"""`theatres durations` and `pseudonymise`: clean tables from what the hospital's systems give."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nwl_opt.problems import find_file
from nwl_opt.terminal.console import out_console, show_table

if TYPE_CHECKING:
    from rich.console import Console

    from nwl_opt.theatres.durations import Fit, Foretold, Pair


def add_to(app: typer.Typer) -> None:
    """Add these verbs to `theatres`."""
    for verb in (durations, pseudonymise):
        app.command(verb.__name__)(verb)


def durations(
    history: Annotated[
        Path,
        typer.Argument(help="A CSV of cases done: surgeon_id, procedure_code, touch_minutes.", metavar="HISTORY"),
    ],
    out: Annotated[Path | None, typer.Option("--out", help="Write the table durations.csv of an instance.")] = None,
) -> None:
    """Learn surgeons' minutes from cases done.

    Lognormal for each surgeon and operation; where cases are few, close to the operation's mean. Shows how well cases
    are foretold from others, beside the minutes they were booked for.
    """
    from nwl_opt.theatres.durations import (
        check_new_file,
        each_from_the_others,
        fits,
        last_from_those_before,
        read_history,
        write_durations,
    )

    if out is not None:
        check_new_file(out)
    cases = read_history(find_file(str(history)))
    found, others = fits(cases), each_from_the_others(cases)
    foretold = {"each case foretold from all others": others}
    last = last_from_those_before(cases)
    if last is not None:
        foretold[f"cases from {last[0]} on foretold from those before"] = last[1]
    console = out_console()
    show_table(console, _HEADINGS, _fit_rows(found, others), (False, False, *(True,) * 8), "Expected minutes")
    for how, told in foretold.items():
        _show_errors(console, told, how)
    console.print(_which_was_nearest(foretold), soft_wrap=True)
    if out is not None:
        write_durations(out, found)
        console.print(
            f"Written: {out}; where the fit was the nearest, put it beside an instance's other tables as "
            "durations.csv",
            soft_wrap=True,
        )


def pseudonymise(
    extract: Annotated[Path, typer.Argument(help="A CSV with identities.", metavar="EXTRACT")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the clean table.")],
    key: Annotated[Path, typer.Option("--key", help="The key file, kept apart: new, or the one used before.")],
    on: Annotated[
        dt.datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="Day on which patients are adult or not; today without it."),
    ] = None,
) -> None:
    """Replace identities by pseudonyms.

    Identities go to the key file only, which nobody but you may read. The same patient keeps the same pseudonym.
    """
    from nwl_opt.theatres.pseudonyms import pseudonymise as replace_identities

    done = replace_identities(find_file(str(extract)), out, key, dt.date.today() if on is None else on.date())
    console = out_console()
    console.print(f"Written: {done.table} ({done.rows:,} rows)", soft_wrap=True)
    console.print(f"Key file: {key} ({done.known:,} patients known before, {done.added:,} new)", soft_wrap=True)
    if done.left_out:
        console.print(f"Left out, as the waiting list has no such column: {', '.join(done.left_out)}", soft_wrap=True)
    if done.missing:
        console.print(f"Still to be filled in before it loads: {', '.join(done.missing)}", soft_wrap=True)
    console.print("Keep the key file away from the tables and from every run folder.")


_HEADINGS = (
    "surgeon", "operation", "cases", "mean", "expected", "cv", "own weight", "foretold", "error", "booked error"
)  # fmt: skip


def _fit_rows(found: dict[Pair, Fit], told: list[Foretold]) -> list[tuple[str, ...]]:
    by_pair: dict[Pair, list[Foretold]] = {}
    for entry in told:
        by_pair.setdefault(entry.case.pair, []).append(entry)
    return [
        (
            *pair,
            f"{fit.cases:,}",
            f"{fit.mean_minutes:.1f}",
            f"{fit.shrunk_mean_minutes:.1f}",
            f"{fit.cv_share:.2f}",
            f"{fit.own_share:.2f}",
            f"{len(by_pair.get(pair, [])):,}",
            *_errors(by_pair.get(pair, [])),
        )
        for pair, fit in found.items()
    ]


def _errors(told: list[Foretold]) -> tuple[str, str]:
    from nwl_opt.theatres.durations import mean_absolute_error

    return (
        _minutes(mean_absolute_error(told, lambda entry: entry.shrunk_minutes)),
        _minutes(mean_absolute_error(told, lambda entry: entry.case.booked_minutes)),
    )


def _show_errors(console: Console, told: list[Foretold], how: str) -> None:
    headings = ("expected from", "cases", "mean error")
    rows = [(name, f"{count:,}", _minutes(error)) for name, (count, error) in _errors_of_guesses(told).items()]
    show_table(console, headings, rows, (False, True, True), f"Mean absolute error in minutes, {how}")


_FIT, _BOOKED = "the fit", "the minutes booked"


def _errors_of_guesses(told: list[Foretold]) -> dict[str, tuple[int, float]]:
    """The fit and plainer guesses, with cases and error, on the same cases: those with booked minutes, if any."""
    from nwl_opt.theatres.durations import mean_absolute_error

    booked = [entry for entry in told if entry.case.booked_minutes is not None]
    same = booked or told
    guesses = {
        _FIT: mean_absolute_error(same, lambda entry: entry.shrunk_minutes),
        "the surgeon's own mean": mean_absolute_error(same, lambda entry: entry.own_minutes),
        "the operation's mean": mean_absolute_error(same, lambda entry: entry.operation_minutes),
        _BOOKED: mean_absolute_error(booked, lambda entry: entry.case.booked_minutes),
    }
    return {name: (len(same), error) for name, error in guesses.items() if error is not None}


def _which_was_nearest(foretold: dict[str, list[Foretold]]) -> str:
    """Which guess was the nearest each time, and where those that a hospital has already beat the fit."""
    sentences, nearer = list[str](), False
    for how, told in foretold.items():
        # As they are shown: a tenth of a minute is nobody's advantage, and of equals the fit is named.
        errors = {name: round(error, 1) for name, (_, error) in _errors_of_guesses(told).items()}
        if not errors:
            continue
        best = min(errors, key=lambda name: errors[name])
        beside = "" if best == _FIT else f", the fit {_minutes(errors[_FIT])}"
        sentences.append(f"Nearest, {how}: {best} ({_minutes(errors[best])} minutes off on average{beside}).")
        if errors.get(_BOOKED, errors[_FIT]) < errors[_FIT]:
            nearer = True
            sentences.append("There the minutes booked were nearer than the fit.")
    if nearer:
        sentences.append("Where they were, they are the better minutes to plan with.")
    return " ".join(sentences)


def _minutes(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
