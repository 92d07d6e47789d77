"""The register: one description of every input and output column, from which all else is derived.

Reading, validation, templates, the data dictionary and the writing of results all follow the register, so a
column is added in one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field
from pydantic.config import JsonDict

Kind = Literal[
    "id",  # text that names a thing; never read as a number
    "text",
    "choice",  # one of `allowed`
    "integer",
    "decimal",
    "gbp",  # whole pounds
    "minutes",  # whole minutes
    "share",  # 0-1 unless `minimum` and `maximum` say otherwise
    "flag",  # yes / no
    "unknown_flag",  # yes / no / unknown: unknown is never "no"
    "date",  # 2026-11-23
    "datetime",  # 2026-11-23T08:30, local time
    "time",  # 08:30
    "financial_year",  # 2024/25
]
Provenance = Literal["plan", "public", "assumption", "synthetic", "local"]
PROVENANCES: tuple[Provenance, ...] = ("plan", "public", "assumption", "synthetic", "local")
NUMERIC_KINDS: frozenset[Kind] = frozenset({"integer", "decimal", "gbp", "minutes", "share"})


@dataclass(frozen=True)
class Column:
    """One column of an input or output table.

    `default` is the text a missing column or an empty cell stands for; without it, and without `may_be_empty`,
    an empty cell is a fault. `refers_to` names the `table.column` the value must stand in. `decimals` is how many
    digits a decimal or share is written with. `mend` ends the fault message of this column.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    default: str | None = None
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    key: bool = False
    may_be_empty: bool = False
    refers_to: str | None = None
    source: str = ""
    mend: str = ""
    decimals: int = 6

    @property
    def is_numeric(self) -> bool:
        return self.kind in NUMERIC_KINDS


@dataclass(frozen=True)
class Table:
    """One table: a CSV file, or a sheet of a workbook.

    `optional`: the file may be absent (it then counts as empty). `may_be_empty`: it may have no rows.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    may_be_empty: bool = True
    optional: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.key)

    def column(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")


@dataclass(frozen=True)
class Register:
    """Everything that can be read or written for one kind of instance."""

    kind: str
    title: str
    inputs: tuple[Table, ...]
    settings: type[Settings]
    outputs: tuple[Table, ...]

    def input(self, name: str) -> Table:
        return _named(self.inputs, name)

    def output(self, name: str) -> Table:
        return _named(self.outputs, name)


class Settings(BaseModel, frozen=True, extra="forbid"):
    """Base of every problem's settings; each field is made with `setting`."""


def setting(
    default: object,
    *,
    unit: str,
    meaning: str,
    source: str,
    provenance: Provenance,
    ge: float | None = None,
    le: float | None = None,
) -> Any:
    """A field of a `Settings` class, with the unit, meaning and source that forms and dictionaries print.

    Typed `Any`, as pydantic's own `Field` is, so that it can stand as the default of a field of any type.
    """
    extra: JsonDict = {"unit": unit, "source": source, "provenance": provenance}
    return Field(default=default, description=meaning, ge=ge, le=le, json_schema_extra=extra)


def _named(tables: Sequence[Table], name: str) -> Table:
    for table in tables:
        if table.name == name:
            return table
    raise KeyError(f"the register has no table {name}")
