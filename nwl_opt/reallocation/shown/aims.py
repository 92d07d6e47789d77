"""The aims in their order: what this plan reaches, what no plan can beat, and how far that is apart."""

from __future__ import annotations

from collections.abc import Sequence

from nwl_opt.named import names_of
from nwl_opt.reallocation.shown.sheet import Heading, Sheet
from nwl_opt.words import gap_words, number_words
from solvers.types import StageResult

_NAMES = names_of("reallocation")


def aims_sheet(stages: Sequence[StageResult]) -> Sheet:
    """Every aim with its proven bound."""
    headings = (Heading("Aim"), Heading("This plan"), Heading("No plan can beat"), Heading("Distance"))
    rows = tuple(
        (
            _NAMES.aim(stage.name), number_words(stage.value, stage.unit), number_words(stage.bound, stage.unit),
            gap_words(stage.gap_share),
        )
        for stage in stages
    )  # fmt: skip
    return Sheet("Aims in order, and how good any plan could be", headings, rows)
