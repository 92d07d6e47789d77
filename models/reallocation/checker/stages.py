"""The aims a run recorded, held against what the written pounds come to: which, in which order, what values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from models.reallocation.checker.aims import AIMS, Recomputed, missed, worst_cells, worst_gap
from models.reallocation.checker.book import Book, error
from models.reallocation.checker.facts import Facts
from models.reallocation.checker.scorecard import BOUNDS
from models.reallocation.instance import PlaceLine
from models.reallocation.rules import GAP, GAP_SHARE, SOFT, STAGES_OF_AIM, WORST, StageSpec
from models.reallocation.settings import LEXIMIN_LEVELS
from models.shared.findings import Finding

STAGES_ID = "stages"
"""Findings on recorded values of aims stand under this id: no rule is broken, but the record is not true."""

SOLVER_SHARE = 1e-7
"""Recorded values are floating-point numbers of a solver: this much of a value is not told apart."""

_WHERE = "run.json stages"
_FILE = "worst_cells.csv"


def check_stage_values(book: Book) -> Iterator[Finding]:
    """Every recorded value of an aim is what the written pounds come to, within freeze and rounding.

    The aims must be those of the settings, in their order.
    """
    known = stages_of(book.facts)
    for name in sorted(set(book.recorded) - set(known)):
        yield error(STAGES_ID, f"{name}: recorded, but no aim of this problem", _WHERE)
    recorded = [name for name in book.recorded if name in known]
    if recorded != [name for name in known if name in book.recorded]:
        yield error(STAGES_ID, f"{', '.join(recorded)}: not the order of the aims", _WHERE)
    if not book.is_whole:
        return
    for name, (spec, level) in known.items():
        value = book.recorded.get(name)
        if value is not None:
            found, rounding = _recomputed(book, spec, level)
            if abs(found - value) > _tolerance(spec, value, rounding):
                message = f"{name}: {value:,.6f} {spec.unit} recorded; the written plan comes to {found:,.6f}"
                yield error(STAGES_ID, message, _WHERE)
        elif name in book.recorded or not (spec is WORST and level > 1):
            yield Finding(STAGES_ID, "note", f"{name}: no value recorded, so none compared", _WHERE)
    yield from _worst_cells(book, known)


def stages_of(facts: Facts) -> Mapping[str, tuple[StageSpec, int]]:
    """The aims of an instance in their order: by name what each is, and its number where it has one."""
    settings = facts.settings
    stages: dict[str, tuple[StageSpec, int]] = {}
    for spec in STAGES_OF_AIM[settings.aim]:
        if spec is SOFT:
            orders = sorted(set(facts.instance.soft_order.values()))
            stages |= {f"{spec.name}_{order}": (spec, order) for order in orders}
        elif spec is WORST:
            levels = range(1, LEXIMIN_LEVELS + 1)
            stages |= {_level_name(level): (spec, level) for level in levels}
        elif spec is GAP and settings.gap_counted_in == "share_of_need":
            stages[GAP_SHARE.name] = GAP_SHARE, 0
        else:
            stages[spec.name] = spec, 0
    return stages


def _level_name(level: int) -> str:
    return WORST.name if level == 1 else f"{WORST.name}_{level}"


def _recomputed(book: Book, spec: StageSpec, number: int) -> Recomputed:
    if spec is SOFT:
        rules = {rule for rule, order in book.facts.instance.soft_order.items() if order == number}
        return missed(bound for bounds in BOUNDS for bound in bounds(book) if bound.rule in rules)
    if spec is WORST:
        return worst_gap(book, {key for level, key in worst_cells(book) if level < number})
    return AIMS[spec.name](book)


def _tolerance(spec: StageSpec, value: float, rounding: float) -> float:
    return spec.freeze + rounding + SOLVER_SHARE * max(1.0, abs(value))


def _worst_cells(book: Book, known: Mapping[str, tuple[StageSpec, int]]) -> Iterator[Finding]:
    """Every place's line of worst_cells.csv stands at the value its level was recorded with.

    Each level may later worsen by its freeze, which gives a place's line that much of all other needs in pounds.
    """
    listed = {level for level, _ in worst_cells(book)}
    for name, (spec, level) in known.items():
        value = book.recorded.get(name) if spec is WORST else None
        if value is not None and level not in listed and value > _tolerance(spec, value, worst_gap(book, ())[1]):
            yield error(STAGES_ID, f"{name}: {value:.6f} recorded, but nothing stands at that level", _FILE)
    facts, needs = book.facts, book.facts.need
    all_need = sum(need[facts.last] for need in needs.values())
    for level, key in worst_cells(book):
        name = _level_name(level)
        value = book.recorded.get(name)
        if name not in known or value is None:
            if name not in book.recorded:
                yield error(STAGES_ID, f"{key.place}, {key.line}: level {level}; no such aim recorded", _FILE)
        elif key in facts.place_lines:
            others: set[PlaceLine] = set(facts.place_lines) - {key}
            found, rounding = worst_gap(book, others)
            frozen = level * WORST.freeze * float(all_need / needs[key][facts.last])
            if abs(found - value) > frozen + _tolerance(WORST, value, rounding):
                message = f"{key.place}, {key.line}: {found:.6f} from need; level {level} was recorded as {value:.6f}"
                yield error(STAGES_ID, message, _FILE)
