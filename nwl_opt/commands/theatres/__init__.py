"""`theatres ...`: what a scheduler of a theatre centre does beside solving.

The code of the problem, with its solvers, is imported by the verb that runs, so that help stays quick.
"""

from __future__ import annotations

import typer

from nwl_opt.commands.theatres import changing, data, diary, papers

app = typer.Typer(no_args_is_help=True, help="What a scheduler does beside solving.")
diary.add_to(app)
changing.add_to(app)
data.add_to(app)
papers.add_to(app)
