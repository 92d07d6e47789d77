"""Names that must stand in another table: which do not, and what may have become of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from models.shared.faults import Fault
from models.shared.mending import bare, lost_form
from models.shared.raw import RawTable
from models.shared.register import Column, Table


def reference_faults(tables: Sequence[Table], raw: Mapping[str, RawTable]) -> Iterator[Fault]:
    """References are held against the raw text, so a row left out for a fault causes no second fault."""
    for table in tables:
        for column in table.columns:
            if column.refers_to is None or table.name not in raw or column.name not in raw[table.name].header:
                continue
            target_table, _, target_column = column.refers_to.partition(".")
            if target_table in raw:
                known = _raw_values(raw[target_table], target_column)
            elif next(one for one in tables if one.name == target_table).optional:
                known = set()
            else:
                continue  # the missing file is one fault already; its rows would be a hundred more
            yield from _faults_of_column(column, raw[table.name], known, f"{target_table}.csv", target_column)


def _faults_of_column(
    column: Column, raw: RawTable, known: set[str], where: str, target_column: str
) -> Iterator[Fault]:
    at = raw.header.index(column.name)
    alike: dict[str, list[str]] | None = None
    for number, cells in zip(raw.row_numbers, raw.rows, strict=True):
        text = cells[at].strip() if at < len(cells) else ""
        if not text or text in known or text == column.default:
            continue
        if alike is None:  # made for the first fault, and for all that follow
            alike = {}
            for one in sorted(known):
                alike.setdefault(bare(one), []).append(one)
        mend = lost_form(text, alike, where) or column.mend or f"Add {text} to {where}, or correct it here."
        yield Fault(raw.file, number, column.name, text, f"must stand in {where}, column {target_column}", mend)


def _raw_values(raw: RawTable, column: str) -> set[str]:
    if column not in raw.header:
        return set()
    at = raw.header.index(column)
    return {cells[at].strip() for cells in raw.rows if at < len(cells)}
