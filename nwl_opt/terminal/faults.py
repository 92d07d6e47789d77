"""Faults and notices, grouped by file, each on its own line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.text import Text

from models.shared.faults import Fault
from nwl_opt.terminal.console import bullets

_NOTICES_SHOWN = 6


def show_faults(console: Console, faults: Sequence[Fault]) -> None:
    """All faults, by file, row and column, and how to mend them."""
    count = len(faults)
    files = len({fault.file for fault in faults})
    where = f" in {files} files" if files > 1 else ""
    console.print(Text(f"{count} fault{'s' if count > 1 else ''}{where}", style="bold red"))
    for file, group in groupby(sorted(faults, key=Fault.sort_key), key=lambda fault: fault.file):
        console.print(Text(file, style="bold"), soft_wrap=True)
        for fault in group:
            console.print(Text(f"  {_line(file, fault)}"), soft_wrap=True)


def show_notices(console: Console, notices: Sequence[str], everything: bool = False) -> None:
    """What was read but looked odd. Only the first few, unless everything is asked for."""
    shown = list(notices) if everything else list(notices[:_NOTICES_SHOWN])
    if len(shown) < len(notices):
        shown.append(f"and {len(notices) - len(shown)} more notices: nwl-opt validate shows them all")
    if shown:
        console.print("Notices")
        bullets(console, shown)


def _line(file: str, fault: Fault) -> str:
    """The fault's own sentence; a file's path is not repeated where it stands above and the row tells enough."""
    text = str(fault)
    return text if fault.row is not None else text.removeprefix(f"{file}: ")
