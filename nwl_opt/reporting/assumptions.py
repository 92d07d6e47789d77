"""Every setting with its value and source, and every input table with where its rows come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from models.shared.parsing import RawInstance
from models.shared.register import Table
from nwl_opt.dictionary import setting_rows
from nwl_opt.opening import Validation
from nwl_opt.plain import plain

YOUR_OWN = "local"
"""The mark of a row that says nothing of its source: the user's own."""


@dataclass(frozen=True)
class Assumption:
    """A setting, or the rows of a table that come from one kind of source."""

    what: str
    value: str
    unit: str
    meaning: str
    source: str


HEADINGS = ("what", "value", "unit", "meaning", "source")


def assumptions(validation: Validation) -> Iterator[Assumption]:
    """All settings, then all tables, in the order of the register."""
    settings = validation.parsed.settings
    for row in setting_rows(validation.problem.register.settings):
        value = getattr(settings, row.name)
        source = row.source if value == row.shipped else "set in the instance"
        yield Assumption(row.name, str(plain(value)), row.unit, row.meaning, source)
    for table in validation.problem.register.inputs:
        for mark, rows in sorted(_marks(validation.raw, table).items()):
            yield Assumption(f"{table.name}.csv", f"{rows:,}", "rows", table.meaning, mark)


def as_cells(item: Assumption) -> tuple[str, ...]:
    """The row as it is written."""
    return (item.what, item.value, item.unit, item.meaning, item.source)


def _marks(raw: RawInstance, table: Table) -> Counter[str]:
    """Rows of a table by the mark of their source."""
    found = raw.tables.get(table.name)
    if found is None:
        return Counter()
    at = found.header.index("provenance") if "provenance" in found.header else None
    return Counter(
        (cells[at].strip() if at is not None and at < len(cells) else "") or YOUR_OWN for cells in found.rows
    )
