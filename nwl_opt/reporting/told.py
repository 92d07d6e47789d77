"""What a kind of problem has to say, in the order of the report, and how sentences are chosen for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.shared.problem import Explanation, View
from nwl_opt.reporting.content import Block, Points, Section, Sentence


@dataclass(frozen=True)
class Told:
    """The parts of a report that differ by kind; `recommends` is the one paragraph everything else stands behind."""

    recommends: str
    plan: tuple[Block, ...] = ()
    binds: tuple[Block, ...] = ()
    changes: tuple[Block, ...] = ()
    affected: tuple[Block, ...] = ()
    assumed: tuple[Sentence, ...] = ()
    appendices: tuple[Section, ...] = ()


def said(explanations: Iterable[Explanation]) -> tuple[Sentence, ...]:
    """Explanations as sentences, each with its rule, and none twice."""
    return tuple(dict.fromkeys(Sentence(one.sentence, one.rule) for one in explanations))


def points(explanations: Iterable[Explanation], heading: str = "") -> tuple[Points, ...]:
    """Sentences as one block; none of none."""
    sentences = said(explanations)
    return (Points(sentences, heading),) if sentences else ()


def of_section(explanations: Sequence[Explanation], *sections: str) -> list[Explanation]:
    """The explanations of some sections, in their order."""
    return [one for one in explanations if one.section in sections]


def by_id(explanations: Sequence[Explanation], *ids: str) -> list[Explanation]:
    """The explanations of some ids, in the order of the ids."""
    return [one for wanted in ids for one in explanations if one.id == wanted]


def view_titled(views: Sequence[View], start: str) -> View | None:
    """The short table whose title starts so."""
    return next((view for view in views if view.title.startswith(start)), None)
