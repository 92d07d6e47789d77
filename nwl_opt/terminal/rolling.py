"""A week gone by, for people: what happened in figures, what changed, long waits before and after, the verdict."""

from __future__ import annotations

from rich.console import Console

from nwl_opt.terminal.console import show_table
from nwl_opt.terminal.diary import show_changes, show_events, show_freed, show_passed, show_verdict
from nwl_opt.theatres.rolling import NewWeek, Rolled


def tell_rolled(console: Console, rolled: Rolled) -> None:
    """What happened, before the lists are made anew."""
    show_passed(console, rolled.passed)
    show_events(console, rolled.events, rolled.hits)
    show_freed(console, rolled.freed)
    if rolled.added:
        console.print(f"Added: {', '.join(f'{rows} rows of {table}' for table, rows in rolled.added)}.")


def show_new_week(console: Console, week: NewWeek) -> None:
    """What changed against the plan of before, long waits, and the verdict."""
    show_changes(console, week.changes, week.pressing)
    rolled = week.rolled
    rows = [
        ("on the waiting list", str(rolled.waiting_before), str(rolled.waiting_now)),
        (f"of these {rolled.long_wait_weeks} weeks or more", str(rolled.long_waits_before),
         str(rolled.long_waits_now)),
    ]  # fmt: skip
    if week.long_waits_not_booked is not None:
        rows.append(("of these without a date in the new plan", "", str(week.long_waits_not_booked)))
    show_table(console, ("patients", "before", f"on {rolled.to}"), rows, (False, True, True), "Waits")
    show_verdict(console, week.result)
