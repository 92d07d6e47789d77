"""What a first mapping says of itself: how sure each column is, what it was found by, and what is left over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from models.shared.register import Column, Table
from nwl_opt.excel.mapping.grid import Grid
from nwl_opt.excel.mapping.model import TableMapping
from nwl_opt.excel.mapping.writing import mapping_text

Confidence = Literal["sure", "likely", "a guess"]
_LONGEST_SAMPLE = 24


@dataclass(frozen=True)
class Proposed:
    """One column of ours: the headings proposed for it, how sure that is and why, and values as they stand there."""

    column: Column
    headings: tuple[str, ...]
    confidence: Confidence
    reason: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Leftover:
    """A heading nothing of ours comes from, and values as they stand there."""

    heading: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """A first mapping to be corrected. `identities` are headings that say who a person is: never shown, never taken.

    `untranslated` are, by column of ours, codes nobody could guess with their number of rows.
    """

    mapping: TableMapping
    table: Table
    grid: Grid
    proposed: tuple[Proposed, ...]
    needed: tuple[Column, ...]
    optional: tuple[Column, ...]
    leftover: tuple[Leftover, ...]
    identities: tuple[str, ...]
    untranslated: Mapping[str, Mapping[str, int]]

    def text(self) -> str:
        """The proposal as mapping.toml, with its reasons as comments."""
        remarks = {one.column.name: [*_remarks(one), *self._codes(one.column.name)] for one in self.proposed}
        return mapping_text(self.mapping, remarks, self._below())

    def _codes(self, column: str) -> list[str]:
        return [
            f'TO BE TRANSLATED under [codes.{column}]: "{code}" ({rows:,} rows)'
            for code, rows in self.untranslated.get(column, {}).items()
        ]

    def _below(self) -> list[str]:
        lines: list[str] = []
        for column in self.needed:
            lines += [f"NOT FOUND, AND NEEDED: {column.name}: {column.meaning}{_allowed(column)}",
                      "[[column]]", f'to = "{column.name}"', 'from = ""', ""]  # fmt: skip
        if self.optional:
            lines.append("Not found, and not needed (empty, or as usual):")
            lines += [f"  {column.name}: {column.meaning}" for column in self.optional]
        if self.leftover:
            lines += ["", "Headings of the extract that are not used:"]
            lines += [f"  {one.heading}{_like(one.samples)}" for one in self.leftover]
        if self.identities:
            lines += ["", f"Not taken, they say who a person is: {', '.join(self.identities)}"]
        return lines


def _remarks(one: Proposed) -> list[str]:
    return [f"{one.confidence}: {one.reason}{_like(one.samples)}"]


def _like(samples: Sequence[str]) -> str:
    return f"; like {', '.join(text[:_LONGEST_SAMPLE] for text in samples)}" if samples else ""


def _allowed(column: Column) -> str:
    return f" ({', '.join(column.allowed)})" if column.allowed else ""
