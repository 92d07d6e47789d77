"""What can be said of a run of any kind: its short tables and its sentences, sorted by what they are about."""

from __future__ import annotations

from nwl_opt.named import in_a_sentence, names_of
from nwl_opt.reporting.content import Block, grid_of
from nwl_opt.reporting.reading import ReadRun
from nwl_opt.reporting.told import Told, points
from nwl_opt.words import number_words


def tell(read: ReadRun) -> Told:
    """A plan that may be used."""
    aims = [
        f"{in_a_sentence(names_of(read.kind).aim(stage.name))} {number_words(stage.value, stage.unit)}"
        for stage in read.stages
        if stage.value is not None
    ]
    what = f"It comes to: {', '.join(aims)}." if aims else ""
    return Told(
        recommends=f"We recommend the plan of this report. {what}".strip(),
        plan=tuple(grid_of(view) for view in read.views()),
        binds=points(one for one in read.sentences if one.headline),
        changes=points(one for one in read.sentences if not one.headline),
    )


def clash(read: ReadRun) -> tuple[Block, ...]:
    """Everything that was explained of a run without a plan."""
    return points(read.sentences)
