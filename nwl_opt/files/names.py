"""Names as people write them: a renamed sheet, a heading with capitals and blanks, rows above the headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from models.shared.faults import Fault
from models.shared.register import Table

PROVENANCE_COLUMN = "provenance"
_LOOKED_THROUGH = 30  # rows in which column names are looked for: exports begin with titles and dates
_IN_BRACKETS = re.compile(r"\s*[\[(][^\])]*[\])]\s*$")
_COPY_OF = re.compile(r"^copy of\s+", re.IGNORECASE)
_ADDED = re.compile(
    r"(?:[\s_-]*(?:\(\d+\)|[([]?(?:copy|final|v(?:ersion)?[\s_-]?\d+|\d{4}[-_]?\d\d[-_]?\d\d)[)\]]?))+$",
    re.IGNORECASE,
)


@dataclass
class Matched:
    """Which name stands for which table, what to say of it, and what stays unclear."""

    names: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    unclear: list[Fault] = field(default_factory=list)


def plain(name: str) -> str:
    """A name without capitals, blanks, dashes and underscores; pounds as our columns write them."""
    return re.sub(r"[^a-z0-9]+", "", name.casefold().replace("£", "gbp").replace("%", "percent"))


def match_tables(names: Sequence[str], tables: Sequence[Table], called: str) -> Matched:
    """Find the table of each sheet or file: by its name, by its name in other letters, or with something added.

    `called` is what the names are of: sheet or file.
    """
    result = Matched({table.name: table.name for table in tables if table.name in names})
    left = [name for name in names if name not in result.names]
    for table in tables:
        if table.name in result.names:
            continue
        alike = [name for name in left if plain(name) == plain(table.name)]
        alike = alike or [name for name in left if plain(_without_addition(name)) == plain(table.name)]
        if len(alike) == 1:
            result.names[table.name] = alike[0]
            result.notices.append(f"{called} {alike[0]} was read as {table.name}")
            left.remove(alike[0])
        elif alike:
            result.unclear.append(
                Fault(table.name, None, None, f"{called}s {', '.join(sorted(alike))}",
                      f"must be one {called} {table.name}", f"Rename the one to be used to {table.name}.")
            )  # fmt: skip
    return result


def headings_at(rows: Sequence[tuple[int, list[str]]], table: Table) -> int:
    """Which of the filled rows holds the column names: the one that shows most of them, the first if none does."""
    known = _known(table)
    shown = [len({plain(cell) for cell in cells} & known) for _, cells in rows[:_LOOKED_THROUGH]]
    return shown.index(max(shown))


def columns_shown(cells: Sequence[str], known_columns: Sequence[str]) -> int:
    """How many of the columns we know a line of headings shows."""
    known = {plain(name) for name in known_columns}
    return sum(plain(cell) in known or plain(_IN_BRACKETS.sub("", cell)) in known for cell in cells)


def read_headings(cells: Sequence[str], table: Table) -> tuple[list[str], dict[str, str]]:
    """Headings in the register's own spelling, and those that were written in another."""
    ours = {plain(name): name for name in (*(c.name for c in table.columns), PROVENANCE_COLUMN)}
    exact = set(ours.values())
    written = [" ".join(cell.split()) for cell in cells]
    taken = Counter(name for name in written if name in exact)
    result: list[str] = []
    respelt: dict[str, str] = {}
    for name in written:
        meant = name if name in exact else ours.get(plain(name)) or ours.get(plain(_IN_BRACKETS.sub("", name)))
        if meant is not None and meant != name and not taken[meant]:
            respelt[name] = meant
            result.append(meant)
        else:
            result.append(name)
    return result, respelt


def tables_with_these_columns(
    names: Sequence[str], tables: Sequence[Table], cells_of: Callable[[str], list[tuple[int, list[str]]]]
) -> Mapping[str, str]:
    """For sheets that no table's name leads to: the table whose columns stand in it, where there is only one."""
    found: dict[str, str] = {}
    for name in names:
        rows = [row for row in cells_of(name) if any(cell.strip() for cell in row[1])][:_LOOKED_THROUGH]
        fitting = [table.name for table in tables if rows and _has_all_needed(rows, table)]
        if len(fitting) == 1:
            found[name] = fitting[0]
    return found


def _has_all_needed(rows: Sequence[tuple[int, list[str]]], table: Table) -> bool:
    headings, _ = read_headings(rows[headings_at(rows, table)][1], table)
    needed = {c.name for c in table.columns if c.default is None and not c.may_be_empty}
    return bool(needed) and needed <= set(headings)


def _known(table: Table) -> set[str]:
    return {plain(column.name) for column in table.columns} | {plain(PROVENANCE_COLUMN)}


def _without_addition(name: str) -> str:
    return _ADDED.sub("", _COPY_OF.sub("", name.strip()))
