"""The best that can be reached, aim by aim, and what would lift it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.theatres.rules import LEAST_SHARE_PREFIX
from nwl_opt.named import names_of
from nwl_opt.theatres.showing.shown import ShownRun
from nwl_opt.words import gap_words, number_words
from solvers.types import StageResult

RESOURCE_WORDS: Mapping[str, str] = {
    "list": "a list more",
    "surgeon_lists": "a list a week more for a surgeon",
    "bed": "a bed more every night",
    "kit": "a set more",
    "image_intensifier": "an image intensifier more",
    "recovery": "a recovery bay more",
    "staff": "somebody more in every shift",
    "transport": "a place more on hospital transport",
    "test": "a test appointment more",
}
_NOISE = 0.01


@dataclass(frozen=True)
class Aim:
    """One aim: what this plan reaches, the best any plan could, and how far apart they are, in words."""

    name: str
    words: str
    value: str
    best: str
    distance: str
    proven: bool


@dataclass(frozen=True)
class Bottleneck:
    """One more of something, and how many cases it could bring at most."""

    resource: str
    words: str
    cases: float


@dataclass(frozen=True)
class Bottlenecks:
    """What was studied: all that could bring something, and the words of what could bring nothing."""

    lines: tuple[Bottleneck, ...]
    nothing: tuple[str, ...]
    cases: int | None
    cases_at_most: float | None


def aims(shown: ShownRun, stages: Sequence[StageResult]) -> tuple[Aim, ...]:
    """The aims in their order, as the run recorded them."""
    return tuple(_aim(shown, stage) for stage in stages)


def _aim(shown: ShownRun, stage: StageResult) -> Aim:
    words = names_of("theatres").aim(stage.name)
    if stage.name.startswith(LEAST_SHARE_PREFIX):
        trust_id = stage.name.removeprefix(LEAST_SHARE_PREFIX)
        words = f"Least share of {shown.instance.trusts.get(trust_id, trust_id)}: patients booked towards it"
    return Aim(
        name=stage.name,
        words=words,
        value=number_words(stage.value, stage.unit),
        best="not known" if stage.bound is None else number_words(stage.bound, stage.unit),
        distance=_distance(stage),
        proven=stage.gap_share is not None and stage.gap_share <= 1e-6,
    )


def _distance(stage: StageResult) -> str:
    """How far a stage is from its bound: a gap that is more than the value itself is said in the stage's unit."""
    if stage.gap_share is not None and stage.gap_share > 0.5 and stage.value is not None and stage.bound is not None:
        return f"at most {number_words(stage.bound - stage.value, stage.unit)} more exist"
    return gap_words(stage.gap_share)


def bottlenecks(shown: ShownRun) -> Bottlenecks:
    """The table of bottlenecks, the most first; what could bring next to nothing apart."""
    rows = list(shown.tables["bottlenecks"])
    lines = [
        Bottleneck(RESOURCE_WORDS[row.text("resource")], row.text("one_more"), row.number_of("marginal_cases"))
        for row in rows
    ]
    first = rows[0] if rows else None
    return Bottlenecks(
        lines=tuple(line for line in lines if line.cases >= _NOISE),
        nothing=tuple(line.words for line in lines if line.cases < _NOISE),
        cases=None if first is None else first.integer("cases"),
        cases_at_most=None if first is None else first.number_of("cases_at_most"),
    )
