"""A rule of a problem as its user knows it; the same id stands in formulation, checker, README and tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One rule.

    `id` is a letter and two digits (`T-07`); `name` is the name of its function in the formulation and, behind
    `check_`, in the checker; `sentence` is what a user would nod at; `formula` the same in symbols; `owner` is
    who may change it. `definitional` rules (a patient has one operation) cannot be dropped or relaxed.
    """

    id: str
    name: str
    sentence: str
    formula: str
    hard: bool
    owner: str
    definitional: bool = False


def rules_table(rules: Sequence[Rule], tests: Mapping[str, str]) -> str:
    """The rules as a Markdown table for the README of a problem (`tests`: by id, the files that test the rule)."""
    lines = [
        "| id | rule | sentence | formula | hard or soft | owner | test |",
        "|---|---|---|---|---|---|---|",
    ]
    for rule in rules:
        kind = "definition" if rule.definitional else "hard" if rule.hard else "soft"
        formula = rule.formula.replace("|", "\\|")
        lines.append(
            f"| {rule.id} | `{rule.name}` | {rule.sentence} | {formula} | {kind} | {rule.owner} | {tests[rule.id]} |"
        )
    return "\n".join(lines) + "\n"
