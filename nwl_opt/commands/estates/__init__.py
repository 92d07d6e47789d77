"""`estates ...`: what an estates lead does beside solving. One file for each verb, with an `add_to`.

The code of the problem, with its solvers, is imported by the verb that runs, so that help stays quick.
"""

from __future__ import annotations

import typer

from nwl_opt.commands.estates import (
    alternatives,
    measured,
    rank,
    reconcile_charges,
    robustness,
    test_handback,
)

app = typer.Typer(no_args_is_help=True, help="What an estates lead does beside solving.")
for verb in (test_handback, rank, alternatives, robustness, reconcile_charges, measured):
    verb.add_to(app)


@app.callback()
def _group() -> None:
    """What an estates lead does beside solving."""
