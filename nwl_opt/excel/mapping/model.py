"""What a saved mapping says: where the rows of an extract stand, and how they become rows of a table of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Way = Literal["replace", "append", "update"]
SameKey = Literal["fault", "sum"]
Referring = Literal["keep", "remove"]
Test = Literal["values", "starts_with", "empty", "other_than"]

WAYS: tuple[Way, ...] = ("replace", "append", "update")
SAME_KEYS: tuple[SameKey, ...] = ("fault", "sum")
REFERRING: tuple[Referring, ...] = ("keep", "remove")
TESTS: tuple[Test, ...] = ("values", "starts_with", "empty", "other_than")


@dataclass(frozen=True)
class Source:
    """Where the rows stand. Empty texts: found by looking."""

    sheet: str = ""
    header_row: int = 1
    separator: str = ""
    encoding: str = ""
    decimal: str = "."


@dataclass(frozen=True)
class ColumnRule:
    """How one column of ours is filled.

    From a heading of theirs (several are joined), from a constant, or from columns of ours that are filled already
    (`made_of`). `after`, `before` and `first_characters` take a part of their text; `less` is a heading whose number
    is taken off; `default` stands where theirs is empty; `fill_down` takes the cell above for an empty one.
    """

    to: str
    headings: tuple[str, ...] = ()
    made_of: tuple[str, ...] = ()
    join: str = "-"
    after: str = ""
    before: str = ""
    first_characters: int = 0
    unit: str = ""
    date: str = ""
    less: str = ""
    default: str = ""
    constant: str | None = None
    fill_down: bool = False


@dataclass(frozen=True)
class LeaveOut:
    """Rows that are not loaded: by what stands under a heading. They are counted, and their pounds summed."""

    heading: str
    test: Test
    values: tuple[str, ...] = ()
    reason: str = ""

    @property
    def in_words(self) -> str:
        """Why the rows go, for people."""
        if self.reason:
            return self.reason
        if self.test == "empty":
            return f"{self.heading} is empty"
        word = {"values": "is", "starts_with": "starts with", "other_than": "is other than"}[self.test]
        return f"{self.heading} {word} {' or '.join(self.values)}"


@dataclass(frozen=True)
class TableMapping:
    """A mapping as it is saved. `codes` holds, by column of ours, their code and ours."""

    kind: str
    table: str
    title: str = ""
    source: Source = Source()
    way: Way = "replace"
    same_key: SameKey = "fault"
    rows_that_refer: Referring = "keep"
    provenance: str = "local"
    columns: tuple[ColumnRule, ...] = ()
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    leave_out: tuple[LeaveOut, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading of theirs that the mapping uses, in its order."""
        used = [name for rule in self.columns for name in (*rule.headings, rule.less) if name]
        return tuple(dict.fromkeys([*used, *(rule.heading for rule in self.leave_out)]))

    def rule(self, to: str) -> ColumnRule | None:
        """The rule that fills a column of ours."""
        return next((rule for rule in self.columns if rule.to == to), None)
