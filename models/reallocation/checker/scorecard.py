"""The written scorecard against the rules held here: same scopes, same least headroom, same verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from models.reallocation.checker.book import Book, at_row, error, pounds
from models.reallocation.checker.bounds import Bound
from models.reallocation.checker.definitions import negative_bounds
from models.reallocation.checker.on_closing import closure_bounds, gap_share_bounds
from models.reallocation.checker.on_money import (
    band_bounds,
    chc_bounds,
    envelope_bounds,
    fence_bounds,
    mental_health_bounds,
    recruitment_bounds,
)
from models.reallocation.checker.on_pace import cap_bounds, floor_bounds, peak_bounds, target_bounds
from models.reallocation.checker.on_withdrawal import fund_bounds, release_bounds
from models.reallocation.checker.written import Key, key_of, wrong_rows
from models.reallocation.rules import RULES
from models.reallocation.settings import ALL
from models.shared.findings import Finding
from models.shared.parsing import Row
from models.shared.rules import Rule

BOUNDS: tuple[Callable[[Book], Iterator[Bound]], ...] = (
    envelope_bounds,
    floor_bounds,
    cap_bounds,
    mental_health_bounds,
    chc_bounds,
    target_bounds,
    band_bounds,
    closure_bounds,
    negative_bounds,
    fence_bounds,
    release_bounds,
    fund_bounds,
    recruitment_bounds,
    gap_share_bounds,
    peak_bounds,
)
_KEYS = ("rule", "scope")


class Score(NamedTuple):
    """What a row of the scorecard must say; `headroom_gbp` is None where the rule holds nothing of this plan."""

    headroom_gbp: int | None
    members: int
    binding: int

    def status(self, soft: bool) -> str:
        if soft and self.headroom_gbp is not None and self.headroom_gbp < 0:
            return "broken_soft"
        return "binding" if self.binding else "slack"


def check_scorecard(book: Book) -> Iterator[Finding]:
    """Every rule and scope stands once in rules.csv, with its least headroom and how many of its limits bind.

    What is wrong is told under the rule's own id. Where rows of the plan are missing nothing is compared.
    """
    if not book.is_whole:
        return
    expected, table = scores(book), book.table("rules")
    rules = {rule.id: rule for rule in RULES}
    for key, wrong, where in wrong_rows(table, _KEYS, expected):
        yield error(key[0] if key[0] in rules else "R-11", f"scorecard, {key[0]}, {key[1]}: {wrong}", where)
    for row in table:
        score = expected.get(key_of(row, _KEYS))
        for wrong in _wrong(book, row, score, rules[row.text("rule")]) if score is not None else ():
            yield error(row.text("rule"), f"scorecard, {row.text('scope')}: {wrong}", at_row(table, row))


def scores(book: Book) -> Mapping[Key, Score]:
    """What the scorecard must say. A limit binds when rounding to whole pounds alone could use up its headroom."""
    held: dict[Key, list[tuple[int, bool]]] = {}
    for bounds in BOUNDS:
        for bound in bounds(book):
            held.setdefault((bound.rule, bound.scope), []).append((bound.headroom_gbp, bound.binds))
    with_scopes = {rule for rule, _ in held}
    for rule in RULES:
        if rule.id not in with_scopes:
            held[rule.id, ALL] = []
    return {
        key: Score(min((room for room, _ in limits), default=None), len(limits), sum(binds for _, binds in limits))
        for key, limits in held.items()
    }


def _wrong(book: Book, row: Row, score: Score, rule: Rule) -> Iterator[str]:
    headroom = row.maybe_integer("headroom_gbp")
    if headroom != score.headroom_gbp:
        yield f"headroom {_words(headroom)}; must be {_words(score.headroom_gbp)}"
    for column, expected in (("members", score.members), ("members_binding", score.binding)):
        if row.integer(column) != expected:
            yield f"{column} = {row.integer(column)}; must be {expected}"
    soft = book.facts.is_soft(rule.id)
    kind = "definition" if rule.definitional else "soft" if soft else "hard"
    said = {"status": score.status(soft), "owner": rule.owner, "hard_or_soft": kind, "sentence": rule.sentence}
    for column, words in said.items():
        if row.text(column) != words:
            yield f"{column} = {row.text(column)}; must be {words}"


def _words(headroom_gbp: int | None) -> str:
    return "(empty)" if headroom_gbp is None else pounds(headroom_gbp)
