"""What a finance lead asks, in that order: the gap, what moves, what stops us, who loses, what is assumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from models.reallocation.explain.basis import basis_sentences
from models.reallocation.explain.best import best_sentences
from models.reallocation.explain.care import care_sentences
from models.reallocation.explain.claims import claim_sentences
from models.reallocation.explain.figures import Figures
from models.reallocation.explain.gap import gap_sentences, gap_sentences_without_plan
from models.reallocation.explain.levers import find_levers
from models.reallocation.explain.losers import loser_sentences
from models.reallocation.explain.moves import move_sentences
from models.reallocation.explain.precheck import precheck_sentences
from models.reallocation.explain.shift import shift_sentences
from models.reallocation.explain.soft import missed_soft_sentences
from models.reallocation.explain.stops import STOPS, stop_sentences
from models.reallocation.explain.tornado import studied, tornado
from models.reallocation.explain.what_if import load_studied
from models.reallocation.instance import Instance
from models.reallocation.plan import Plan
from models.shared.problem import Explained, Explanation, SolveOptions
from solvers.types import StageResult, Watch

__all__ = ["explain"]

GAP = "The gap"
MOVES = "What moves"
LOSES = "Who loses"
ASSUMED = "What is assumed or synthetic"
BEST = "The best that can be reached, and what would lift it"
CLOSED_FORMS = "Before any solve: closed forms by line"


def explain(
    instance: Instance,
    plan: Plan | None,
    options: SolveOptions,
    watch: Watch,
    provenance_counts: Mapping[str, int],
    stages: tuple[StageResult, ...] = (),
) -> Explained:
    """Sentences in the order they are asked for, with the tables of the studies behind them.

    Without a plan: the best that could be reached without some rule, the closed forms, and what all stands on. What
    costs no solve is told even when the watch wants it to stop.
    """
    without = options.without_rules
    closed_forms = precheck_sentences(instance)
    if plan is None:
        page = [] if watch.cancelled() else best_sentences(load_studied(instance, without), stages, without, watch)
        basis = basis_sentences(instance, provenance_counts)
        gap = gap_sentences_without_plan(instance)
        return Explained(
            (*_under(GAP, gap), *_under(ASSUMED, basis), *_under(BEST, page), *_under(CLOSED_FORMS, closed_forms))
        )
    figures = Figures(plan)
    loaded = load_studied(studied(figures), without)
    swings = tornado(figures, without, watch)
    levers = None if swings is None else find_levers(figures, loaded, without, watch)
    stops = [] if levers is None else stop_sentences(figures, levers, without)
    shift = [] if levers is None else shift_sentences(figures, levers, without, watch)
    best = [] if levers is None else best_sentences(loaded, stages, without, watch)
    claims = claim_sentences(figures)
    sentences = (
        *_under(GAP, gap_sentences(figures, swings, stages)),
        *_under(MOVES, [*move_sentences(figures), *care_sentences(figures)]),
        *_under(STOPS, [*missed_soft_sentences(figures), *stops, *(one for one in best if one.headline)]),
        *_under(LOSES, loser_sentences(figures)),
        *_under(ASSUMED, [*basis_sentences(instance, provenance_counts, swings), *shift, *claims]),
        *_under(BEST, [one for one in best if not one.headline]),
        *_under(CLOSED_FORMS, closed_forms),
    )
    if swings is None or levers is None:
        return Explained(sentences)
    return Explained(sentences, {"levers": levers.rows(), "tornado": swings.rows()})


def _under(section: str, sentences: Sequence[Explanation]) -> list[Explanation]:
    return [replace(one, section=section) for one in sentences]
