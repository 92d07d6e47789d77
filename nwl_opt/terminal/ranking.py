"""A ranking of hand-backs, and the next best plans, on the terminal."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from models.estates.ranking.ranking import Ranked
from nwl_opt.estates.ranking import AlternativesMade, RankingMade, candidate_words
from nwl_opt.terminal.console import bullets, heading, show_table


def show_ranking(console: Console, made: RankingMade) -> None:
    """The sentences, and the hand-backs in order."""
    heading(console, "Hand-backs by what each saves on its own")
    bullets(console, made.sentences)
    rows = [
        (str(at), candidate_words(one.candidate, made.instance), *_cells(one))
        for at, one in enumerate(made.ranking.ranked, start=1)
        if one.is_exact or one.binding
    ]
    headings = (
        "",
        "hand-back",
        "date",
        "bound £",
        "saves £",
        "one-off £",
        "payback months",
        "moved a year",
        "in plan",
    )
    if rows:
        show_table(console, headings, rows, (True, False, False, True, True, True, True, True, False), "Ranking")
    _show_files(console, made.files)


def show_alternatives(console: Console, made: AlternativesMade) -> None:
    """The next best plans in words."""
    heading(console, "Plans next best to the best")
    bullets(console, made.sentences)
    _show_files(console, made.files)


def _cells(one: Ranked) -> tuple[str, ...]:
    if not one.is_exact:
        return ("", f"{one.candidate.bound_gbp:,.0f}", one.binding, "", "", "", "no")
    return (
        "" if one.date is None else one.date.isoformat(),
        f"{one.candidate.bound_gbp:,.0f}",
        f"{one.exact_gbp or 0.0:,.0f}",
        "" if one.one_off_gbp is None else f"{one.one_off_gbp:,}",
        "" if one.payback_months is None else f"{one.payback_months:.1f}",
        "" if one.contacts_moved_per_year is None else f"{one.contacts_moved_per_year:,.0f}",
        "yes" if one.in_plan else "no",
    )


def _show_files(console: Console, files: tuple[Path, ...]) -> None:
    if files:
        console.print(f"{files[0].parent}: {', '.join(path.name for path in files)}", soft_wrap=True)
