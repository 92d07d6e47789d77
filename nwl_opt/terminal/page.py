"""All that a saved run has to say, for runs whose headlines are a screen: every sentence, then the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console

from models.shared.problem import Explanation
from nwl_opt.plain import mapping_of, number_of, stages_from_json
from nwl_opt.rechecking import saved_views
from nwl_opt.run_folder import SavedRun, finished
from nwl_opt.terminal.console import show_table
from nwl_opt.terminal.results import CUT_SHORT, show_sections, show_stages, show_view
from nwl_opt.words import name_words, number_words


def show_page(console: Console, run: SavedRun, sentences: Sequence[Explanation]) -> None:
    """Sentences by section; then the aims, the short tables of the problem, and the plan beside its baselines.

    Raises
    ------
    InputFaults
        If the run is unfinished, or its inputs or tables cannot be read.
    """
    record = finished(run)
    show_sections(console, sentences, with_where=True)
    if not record.get("explained"):
        console.print(CUT_SHORT)
    show_stages(console, stages_from_json(record.get("stages")))
    for view in saved_views(run):
        show_view(console, view)
    _show_figures(console, record)


def _show_figures(console: Console, record: Mapping[str, object]) -> None:
    """Key figures of the plan and of each baseline, as the record has them."""
    figures = {name: mapping_of(one) for name, one in mapping_of(record.get("kpis")).items()}
    baselines = {name: mapping_of(one) for name, one in mapping_of(record.get("baseline")).items()}
    if not figures:
        return
    rows = [
        (
            name_words(name),
            *(
                number_words(number_of(value), str(figure.get("unit", "")))
                for value in (figure.get("value"), *(own.get(name) for own in baselines.values()))
            ),
        )
        for name, figure in figures.items()
    ]
    headings = ("", "this plan", *(name_words(name) for name in baselines))
    show_table(console, headings, rows, (False, *[True] * (1 + len(baselines))), "Key figures")
