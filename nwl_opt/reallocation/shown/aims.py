"""The aims in their order: what this plan reaches, what no plan can beat, and how far that is apart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from nwl_opt.reallocation.shown.sheet import Heading, Sheet
from nwl_opt.words import gap_words, name_words, number_words
from solvers.types import StageResult

AIM_WORDS: Mapping[str, str] = {
    "years_to_closure": "Years until the gap is closed",
    "unallocated": "Money nobody gets, all years",
    "final_year_gap": "Gap to need in the last year",
    "final_year_gap_share": "Gap to need in the last year, each line as a share of its need",
    "worst_cell_gap": "Largest gap of a borough's line, of its need",
    "peak_growth": "Fastest growth of a borough's line in a year",
    "straight_path": "Distance from a straight path to the last year",
}
_LEVEL = re.compile(r"worst_cell_gap_(\d+)")


def aim_words(name: str) -> str:
    """An aim as people say it; the levels of the largest gap by their number."""
    level = _LEVEL.fullmatch(name)
    if level:
        return f"Largest gap of those left, level {level[1]}"
    return AIM_WORDS.get(name, name_words(name))


def aims_sheet(stages: Sequence[StageResult]) -> Sheet:
    """Every aim with its proven bound."""
    headings = (Heading("Aim"), Heading("This plan"), Heading("No plan can beat"), Heading("Distance"))
    rows = tuple(
        (
            aim_words(stage.name), number_words(stage.value, stage.unit), number_words(stage.bound, stage.unit),
            gap_words(stage.gap_share),
        )
        for stage in stages
    )  # fmt: skip
    return Sheet("Aims in order, and how good any plan could be", headings, rows)
