"""What the workbooks we make are called: after their source, and after what they hold."""

from __future__ import annotations

from pathlib import Path


def errors_copy_name(source: Path) -> str:
    """The name of a copy in which the faults are marked."""
    return f"{source.stem}_errors.xlsx"
