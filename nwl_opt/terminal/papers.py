"""What was printed, and where it lies."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from nwl_opt.terminal.console import bullets, heading
from nwl_opt.theatres.printing.papers import Printed
from nwl_opt.theatres.printing.sheets import short_day


def show_printed(console: Console, printed: Printed) -> None:
    """The papers of each day, by the names of their files."""
    heading(console, f"Printed into {printed.folder}")
    by_day: dict[str, dict[str, None]] = {}
    for path in printed.files:
        by_day.setdefault(path.parent.name, {})[path.stem] = None
    endings = sorted({path.suffix.lstrip(".") for path in printed.files})
    bullets(console, [f"{day}/: {', '.join(names)} ({', '.join(endings)})" for day, names in by_day.items()])
    if printed.empty_days:
        console.print(f"No lists and no appointments on {', '.join(short_day(day) for day in printed.empty_days)}.")
    if printed.named:
        console.print(Text("These papers name patients: keep them as you keep their notes.", style="bold yellow"))
    else:
        console.print("Patients stand on them by pseudonym; --names KEY prints who they are.")
