"""Where no plan exists: what contradicts itself, and what would mend it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from nwl_opt.reallocation.shown.book import Tables

KIND_WORDS = {
    "joint": "Together",
    "alone": "One rule, in one place",
    "whole_rule": "One rule, everywhere",
    "ends_conflict": "Ends one conflict, others stay",
}


@dataclass(frozen=True)
class Conflict:
    """Rules that cannot hold together, while without any one of them the others can."""

    number: int
    rules: tuple[tuple[str, str], ...]
    """Each by its id and in words."""


@dataclass(frozen=True)
class Repair:
    """The least change that mends it, or how far it helps; `scenario` is its name where it can be solved."""

    number: int
    kind: str
    sentence: str
    rules: tuple[str, ...]
    mends: bool
    scenario: str


def conflicts_of(tables: Tables) -> tuple[Conflict, ...]:
    """The conflicts, the shortest first."""
    found: dict[int, list[tuple[str, str]]] = {}
    for row in tables["conflicts"]:
        found.setdefault(row.integer("conflict"), []).append((row.text("rule"), row.text("words")))
    return tuple(Conflict(number, tuple(rules)) for number, rules in sorted(found.items()))


def repairs_of(tables: Tables) -> tuple[Repair, ...]:
    """The repairs: those that mend first, in the order of the table."""
    found: dict[int, Repair] = {}
    for row in tables["repairs"]:
        number = row.integer("repair")
        known = found.get(number)
        rules = (*(known.rules if known else ()), row.text("rule"))
        name = PurePosixPath(row.maybe_text("scenario") or "").stem
        found[number] = Repair(number, KIND_WORDS[row.text("kind")], row.text("sentence"),
                               tuple(dict.fromkeys(rules)), row.flag("mends"), name)  # fmt: skip
    return tuple(sorted(found.values(), key=lambda one: (not one.mends, one.number)))
