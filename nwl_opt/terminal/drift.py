"""How far a plan drifts when its opening is rebased, for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rich.console import Console

from models.reallocation.rebase import Drift
from nwl_opt.reallocation.rebasing import (
    AFTER_FOLDER,
    BEFORE_FOLDER,
    DRIFT_FILE,
    INSTANCE_FOLDER,
    Drifted,
    gap_gbp,
    moves_that_change_most,
)
from nwl_opt.terminal.console import bullets, heading, show_table
from nwl_opt.words import STATUS_WORDS, number_words

_MOVES_SHOWN = 8


def show_drift(console: Console, drifted: Drifted) -> None:
    """What was kept, openings by line and place, the gap, the moves that change most, and where the files are."""
    instance = drifted.before.instance
    bullets(console, drifted.rebased.notices)
    lines = {line.line: line.name for line in instance.leaf_lines}
    places = {place.place: place.name for place in instance.places}
    _openings(console, drifted, "line", lines, lambda drift: drift.cell.line)
    _openings(console, drifted, "place", places, lambda drift: drift.cell.place)
    _money(console, drifted)
    _came_to(console, drifted)
    _gaps(console, drifted)
    _moves(console, drifted, lines, places)
    heading(console, "Files")
    console.print(f"{drifted.folder}", soft_wrap=True)
    runs = [BEFORE_FOLDER] if drifted.after is None else [BEFORE_FOLDER, AFTER_FOLDER]
    bullets(console, [f"{INSTANCE_FOLDER}/ (to solve on from)", f"{DRIFT_FILE}; runs: {', '.join(runs)}"])


def _openings(
    console: Console, drifted: Drifted, what: str, names: Mapping[str, str], key: Callable[[Drift], str]
) -> None:
    rows, sums = [], [0, 0]
    for one, name in names.items():
        own = [drift for drift in drifted.rebased.drift if key(drift) == one]
        old, new = sum(drift.old_opening_gbp for drift in own), sum(drift.new_opening_gbp for drift in own)
        sums = [sums[0] + old, sums[1] + new]
        if own:
            rows.append((name, *_three(old, new)))
    rows.append(("all", *_three(sums[0], sums[1])))
    title = f"Opening by {what}, as it was and as forecast at month {drifted.rebased.month}"
    show_table(console, (what, "before", "after", "drift"), rows, (False, True, True, True), title)


def _money(console: Console, drifted: Drifted) -> None:
    """Money follows the opening, which an allocation does not: say by how much, and what undoes it."""
    before, after = drifted.rebased.before, drifted.rebased.after
    more = after.money[1].spendable_gbp - before.money[1].spendable_gbp
    if abs(more) < 1:
        return
    gbp, word = number_words(abs(more), "gbp"), "more" if more > 0 else "less"
    console.print(
        f"Money grows from the new opening: {gbp} {word} to share out in {before.year_names[1]} than before. "
        "Where the allocation does not follow what was spent, rebase with --money-stays.",
        soft_wrap=True,
    )


def _came_to(console: Console, drifted: Drifted) -> None:
    for name, solved in (("before", drifted.before), ("after", drifted.after)):
        if solved is None:
            console.print(f"The plan {name}: stopped on request before it was solved.")
        elif solved.result.exit_code:
            status = solved.result.solved.status
            failed = solved.result.finished.report is not None and not solved.result.finished.report.passed
            words = "the independent check FAILED, do not use it" if failed else STATUS_WORDS.get(status, status)
            console.print(f"The plan {name}: {words}. See {solved.result.folder}.", soft_wrap=True)


def _gaps(console: Console, drifted: Drifted) -> None:
    instance = drifted.before.instance
    rows = []
    for year in (0, instance.horizon):
        was = gap_gbp(drifted.before, year)
        now = None if drifted.after is None else gap_gbp(drifted.after, year)
        drift = None if was is None or now is None else now - was
        shown = tuple("no plan" if gbp is None else number_words(gbp, "gbp") for gbp in (was, now, drift))
        rows.append((instance.year_names[year], *shown))
    show_table(console, ("year", "before", "after", "drift"), rows, (False, True, True, True), "Gap to need")


def _moves(console: Console, drifted: Drifted, lines: Mapping[str, str], places: Mapping[str, str]) -> None:
    rows = []
    for move in moves_that_change_most(drifted, _MOVES_SHOWN):
        place, _, line = move.place_line.partition("/")
        if move.before_gbp != move.after_gbp:
            rows.append((places[place], lines[line], *_three(move.before_gbp, move.after_gbp)))
    if rows:
        title = (
            f"Moves that change most: {drifted.before.instance.year_names[-1]} against growth in step with the money"
        )
        headings = ("place", "line", "before", "after", "drift")
        show_table(console, headings, rows, (False, False, True, True, True), title)


def _three(old: int, new: int) -> tuple[str, str, str]:
    return number_words(old, "gbp"), number_words(new, "gbp"), number_words(new - old, "gbp")
