"""`theatres agree`, `repair`, `release` and `roll`: each makes a new run from an old one."""

from __future__ import annotations

import typer


def add_to(app: typer.Typer) -> None:
    """Add these verbs to `theatres`."""
    del app
