"""What a sweep came to, for people."""

from __future__ import annotations

from models.reallocation.sweep import SweepPoint
from nwl_opt.reallocation.sweeping import SWEEP_FILE, Swept
from nwl_opt.terminal.console import out_console, show_table
from nwl_opt.words import name_words, number_words

_ROWS_SHOWN = 24


def show_swept(swept: Swept) -> None:
    """How many have a plan, the least and the most of the gap, and the scenarios while they are few."""
    console = out_console()
    if swept.stopped:
        console.print(f"Stopped on request: {len(swept.points)} of {swept.wanted} scenarios are done.")
    solved = [point for point in swept.points if point.final_year_gap_gbp is not None]
    none = len(swept.points) - len(solved)
    console.print(f"{len(swept.points):,} scenarios in {swept.cpu_seconds:.1f} CPU-s; {none:,} of them have no plan.")
    ranked = sorted(solved, key=lambda point: point.final_year_gap_gbp or 0.0)
    for words, point in (("Least", ranked[0]), ("Most", ranked[-1])) if ranked else ():
        console.print(f"{words} gap in the last year: {_gap(point)} with {_settings(point)}", soft_wrap=True)
    shown = swept.points[:_ROWS_SHOWN]
    if shown:
        names = list(shown[0].settings)
        rows = [(*(str(point.settings[name]) for name in names), _gap(point)) for point in shown]
        headings = (*(name_words(name) for name in names), "gap in the last year")
        show_table(console, headings, rows, [True] * len(headings), "Scenarios")
    if len(swept.points) > len(shown):
        console.print(f"and {len(swept.points) - len(shown):,} more")
    console.print(f"{swept.folder / SWEEP_FILE}", soft_wrap=True)


def _gap(point: SweepPoint) -> str:
    return "no plan" if point.final_year_gap_gbp is None else number_words(point.final_year_gap_gbp, "gbp")


def _settings(point: SweepPoint) -> str:
    return ", ".join(f"{name_words(name)} {value}" for name, value in point.settings.items())
