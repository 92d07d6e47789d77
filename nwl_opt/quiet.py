"""Solvers write to the process's own output behind Python's back; this sends it elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_STDOUT, _STDERR = 1, 2


def send_output_to(path: Path) -> None:
    """Send all this process prints, from now on, to a file; for a worker, whose terminal is its parent's."""
    with path.open("ab") as file:
        os.dup2(file.fileno(), _STDOUT)
        os.dup2(file.fileno(), _STDERR)


@contextmanager
def quiet_solvers() -> Iterator[None]:
    """Drop what solvers print to standard output while the context lasts; Python's own prints wait until after."""
    sys.stdout.flush()
    kept = os.dup(_STDOUT)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, _STDOUT)
        yield
    finally:
        os.dup2(kept, _STDOUT)
        os.close(kept)
        os.close(nowhere)
