"""What was printed, and where it lies."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from nwl_opt.terminal.console import bullets, heading
from nwl_opt.theatres.printing.papers import Printed
from nwl_opt.theatres.printing.sheets import short_day


def show_printed(console: Console, printed: Printed) -> None:
    """The files, day by day."""
    heading(console, f"Printed into {printed.folder}")
    by_title: dict[str, list[str]] = {}
    for path, title in printed.files.items():
        by_title.setdefault(title, []).append(path.relative_to(printed.folder).as_posix())
    bullets(console, [f"{title}: {', '.join(files)}" for title, files in by_title.items()])
    if printed.empty_days:
        console.print(f"No lists and no appointments on {', '.join(short_day(day) for day in printed.empty_days)}.")
    if printed.named:
        console.print(Text("These papers name patients: keep them as you keep their notes.", style="bold yellow"))
    else:
        console.print("Patients stand on them by pseudonym; --names KEY prints who they are.")
