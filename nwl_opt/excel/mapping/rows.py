"""From the rows of an extract to the rows of a table; nothing is dropped without being counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal

from models.shared.faults import Fault
from models.shared.register import Column, Table
from models.theatres.identity import are_nhs_numbers
from nwl_opt.excel.mapping.cells import FORMULA_ERRORS, NOTHING, BadCell, Codes, number_of, part_of, text_of
from nwl_opt.excel.mapping.checking import identity_fault
from nwl_opt.excel.mapping.grid import Grid, plain
from nwl_opt.excel.mapping.leaving_out import left_out_rows
from nwl_opt.excel.mapping.model import ColumnRule, TableMapping
from nwl_opt.excel.mapping.money import MoneySum, is_total, money_sums
from nwl_opt.excel.mapping.names import holds_identities
from nwl_opt.excel.mapping.numbers import is_money, plain_text, whole_keeping_total

_SHOWN = 60  # characters of a cell in a message
_PROVENANCE = Column("provenance", "text", "where the numbers of a row come from")
Value = str | Decimal


@dataclass(frozen=True)
class MappedRow:
    """One row of ours, and the rows of the extract it was made from."""

    cells: Mapping[str, str]
    from_rows: tuple[int, ...]


@dataclass(frozen=True)
class MappedTable:
    """What an extract came to: rows of ours, what was left out and why, pounds before and after, and faults."""

    table: Table
    file: str
    columns: tuple[str, ...]
    rows: tuple[MappedRow, ...]
    rows_read: int
    left_out: Mapping[str, int]
    rows_joined: int
    money: tuple[MoneySum, ...]
    notices: tuple[str, ...]
    unused_headings: tuple[str, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class _Draft:
    """A row while it is made: numbers still exact."""

    number: int
    values: Mapping[str, Value]


def mapped_rows(grid: Grid, mapping: TableMapping, table: Table) -> MappedTable:
    """The rows of a table from an extract, by a mapping without faults."""
    faults = [] if holds_identities(table) else list(_identity_faults(grid, mapping))
    left_out = left_out_rows(grid, mapping.leave_out)
    kept = [(number, cells) for number, cells in grid.rows if number not in left_out]
    faults += _shape_faults(grid, mapping, frozenset(number for number, _ in kept))
    maker = _Maker(grid, mapping, table)
    drafts = [] if faults else [maker.row(number, cells) for number, cells in kept]
    faults += maker.faults()
    joined = _joined(drafts, mapping, table, grid.file, faults)
    rows, roundings = _written(joined, mapping, table)
    counted = {**{rule.in_words: 0 for rule in mapping.leave_out}, **Counter(left_out.values())}
    money = () if faults else money_sums(grid, mapping, table, left_out, [row.cells for row in rows])
    notices = [*_notices(grid), *maker.notices(), *roundings]
    used = {plain(name) for name in mapping.headings}
    return MappedTable(
        table=table,
        file=grid.file,
        columns=tuple(dict.fromkeys([*(rule.to for rule in mapping.columns), *_marks(table)])),
        rows=tuple(rows),
        rows_read=len(grid.rows),
        left_out=counted,
        rows_joined=len(drafts) - len(joined),
        money=tuple(money),
        notices=tuple(notices),
        unused_headings=tuple(name for name in grid.headings if plain(name) not in used),
        faults=tuple(dict.fromkeys(faults)),
    )


def _marks(table: Table) -> tuple[str, ...]:
    """The column that says where numbers come from; a table of identities holds none of an instance."""
    return () if holds_identities(table) else (_PROVENANCE.name,)


def _identity_faults(grid: Grid, mapping: TableMapping) -> Iterator[Fault]:
    """A pseudonym that is an NHS number is none."""
    for rule in mapping.columns:
        for name in rule.headings:
            at = grid.position(name)
            if at is not None and are_nhs_numbers(grid.column(at)):
                yield replace(identity_fault(grid.file, rule.to, name), found=f"{name}, which holds NHS numbers")


def _shape_faults(grid: Grid, mapping: TableMapping, kept: frozenset[int]) -> Iterator[Fault]:
    """Merged cells where a rule looks at them, and rows that are too short."""
    names = [name for rule in mapping.columns for name in (*rule.headings, rule.less)]
    used = {at for name in names if (at := grid.position(name)) is not None}
    filled_down = {grid.position(name) for rule in mapping.columns if rule.fill_down for name in rule.headings}
    found: dict[int, list[int]] = {}
    for merged in grid.merged:
        places = used & set(range(merged.first, merged.last + 1))
        rows = {grid.header_row, *kept} & set(range(merged.first_row, merged.last_row + 1))
        says_the_same_of_each = merged.first == merged.last and places <= filled_down
        if places and rows and not says_the_same_of_each:
            found.setdefault(min(places), []).append(min(rows))
    for at, rows_with in found.items():
        many = f" in {len(rows_with):,} places, this one the first" if len(rows_with) > 1 else ""
        yield Fault(grid.file, min(rows_with), grid.headings[at], f"merged cells{many}",
                    "must have one value in each cell", "Unmerge them and fill each, or let an empty cell take the "
                    "one above (fill_down = true).")  # fmt: skip
    for number in sorted(grid.short & kept):
        yield Fault(grid.file, number, None, "fewer cells than headings", "must have a cell for each heading",
                    "Look for a line break in a text without quotes, or leave the row out.")  # fmt: skip


class _Maker:
    """Makes rows, and gathers equal faults into one with the number of rows."""

    def __init__(self, grid: Grid, mapping: TableMapping, table: Table) -> None:
        self._grid, self._mapping, self._hidden = grid, mapping, holds_identities(table)
        columns = {column.name: column for column in table.columns} | {"provenance": _PROVENANCE}
        self._rules = [(rule, columns[rule.to]) for rule in mapping.columns]
        self._codes = {name: Codes.of(entries) for name, entries in mapping.codes.items()}
        self._filled = {name: _filled_down(grid, name) for rule in mapping.columns if rule.fill_down
                        for name in rule.headings}  # fmt: skip
        self._places = {name: grid.position(name) for name in mapping.headings}
        self._bad: dict[tuple[str, tuple[str, str, str]], list[int]] = {}
        self._translated: dict[str, int] = {}
        self._empty_words = 0

    def row(self, number: int, cells: Sequence[str]) -> _Draft:
        """One row; a cell that cannot be one of ours is kept as a fault and left empty."""
        values: dict[str, Value] = {}
        for rule, column in self._rules:
            try:
                values[rule.to] = self._value(rule, column, number, cells, values)
            except BadCell as bad:
                self._bad.setdefault((rule.to, bad.told), []).append(number)
                values[rule.to] = ""
        return _Draft(number, values)

    def faults(self) -> list[Fault]:
        """One fault for each bad value of a column, with the number of its rows."""
        return [self._fault(to, told, numbers) for (to, told), numbers in self._bad.items()]

    def notices(self) -> list[str]:
        """What was done to cells on the way."""
        told = ", ".join(f"{to} {count:,}" for to, count in sorted(self._translated.items()))
        said = [f"codes translated: {told}"] if told else []
        if self._empty_words:
            said.append(f"{self._empty_words:,} cells with NULL, NaN or (blank) read as empty")
        return said

    def _fault(self, to: str, told: tuple[str, str, str], numbers: Sequence[int]) -> Fault:
        cell, expected, mend = told
        rule = self._mapping.rule(to)
        heading = " + ".join(rule.headings) if rule is not None and rule.headings else to
        found = "(not shown)" if self._hidden else cell[:_SHOWN] or "(empty)"
        mend = "Correct the cell, or the mapping." if self._hidden else mend
        if len(numbers) > 1:
            found = f"{found} in {len(numbers):,} rows, this one the first"
        mend = mend.replace("[codes.COLUMN]", f"[codes.{to}]")
        return Fault(self._grid.file, numbers[0], f"{heading} (for {to})" if heading != to else to, found,
                     expected, mend)  # fmt: skip

    def _value(
        self, rule: ColumnRule, column: Column, number: int, cells: Sequence[str], done: Mapping[str, Value]
    ) -> Value:
        if rule.constant is not None:
            text = rule.constant
        elif rule.made_of:
            text = rule.join.join(str(done[name]) for name in rule.made_of)
        else:
            text = self._text(rule, number, cells)
        translated = self._translation(rule.to, text)
        if translated is not None:
            return translated
        text = text or rule.default
        if not text:
            return ""
        if not column.is_numeric:
            return text_of(text, rule, column)
        decimal = self._mapping.source.decimal
        value = number_of(text, rule, column, decimal)
        less = self._cell(rule.less, cells) if rule.less else ""
        return value - number_of(less, rule, column, decimal) if less else value

    def _translation(self, to: str, text: str) -> str | None:
        ours = self._codes[to].of_text(text) if to in self._codes else None
        if ours is not None and ours != text:
            self._translated[to] = self._translated.get(to, 0) + 1
        return ours

    def _text(self, rule: ColumnRule, number: int, cells: Sequence[str]) -> str:
        if rule.fill_down:
            texts = [self._filled[name][number] for name in rule.headings]
        else:
            texts = [self._cell(name, cells) for name in rule.headings]
        return part_of(rule.join.join(filter(None, texts)), rule)

    def _cell(self, heading: str, cells: Sequence[str]) -> str:
        at = self._places[heading]
        text = cells[at] if at is not None else ""
        if text in FORMULA_ERRORS:
            raise BadCell(text, "must be a value", "Mend the formula, or paste its value.")
        if text.lower() in NOTHING:
            self._empty_words += 1
            return ""
        return text


def _filled_down(grid: Grid, heading: str) -> dict[int, str]:
    """The cells under a heading, an empty one as the one above; rows of totals hand nothing down."""
    at = grid.position(heading)
    above, filled = "", {}
    for number, cells in grid.rows:
        text = cells[at] if at is not None else ""
        if text and not is_total(text):
            above = text
        filled[number] = text or above
    return filled


def _joined(
    drafts: Sequence[_Draft], mapping: TableMapping, table: Table, file: str, faults: list[Fault]
) -> list[tuple[tuple[int, ...], dict[str, Value]]]:
    """Rows of one key as one row with the sums of their numbers, where the mapping asks for it."""
    if mapping.same_key != "sum":
        return [((draft.number,), dict(draft.values)) for draft in drafts]
    numeric = {column.name for column in table.columns if column.is_numeric and not column.key}
    words = {column.name for column in table.columns if column.kind == "text"}
    groups: dict[tuple[Value, ...], tuple[list[int], dict[str, Value]]] = {}
    for draft in drafts:
        key = tuple(draft.values.get(name, "") for name in table.keys)
        if key not in groups:
            groups[key] = ([draft.number], dict(draft.values))
            continue
        numbers, values = groups[key]
        numbers.append(draft.number)
        for name, value in draft.values.items():
            if name in numeric:
                values[name] = _sum(values[name], value)
            elif values[name] != value and name not in words:
                faults.append(Fault(file, draft.number, name, str(value) or "(empty)",
                                    f"must be {values[name] or '(empty)'}, as in row {numbers[0]}: rows of the key "
                                    f"{', '.join(map(str, key))} become one", "Correct one of the two."))  # fmt: skip
    return [(tuple(numbers), values) for numbers, values in groups.values()]


def _sum(first: Value, second: Value) -> Value:
    if isinstance(first, Decimal) and isinstance(second, Decimal):
        return first + second
    return second if first == "" else first


def _written(
    joined: Sequence[tuple[tuple[int, ...], dict[str, Value]]], mapping: TableMapping, table: Table
) -> tuple[list[MappedRow], list[str]]:
    """Rows as text. Pounds become whole so that their sum stays; minutes go to the nearest."""
    notices: list[str] = []
    for column in table.columns:
        rows = [values for _, values in joined if isinstance(values.get(column.name), Decimal)]
        exact = [value for values in rows if isinstance(value := values[column.name], Decimal)]
        broken = sum(value != value.to_integral_value() for value in exact)
        if not broken or column.kind not in ("gbp", "minutes"):
            continue
        whole = whole_keeping_total(exact) if is_money(column) else [
            int(value.to_integral_value(ROUND_HALF_EVEN)) for value in exact]  # fmt: skip
        for values, number in zip(rows, whole, strict=True):
            values[column.name] = Decimal(number)
        kept = ", so that their sum stays to the pound" if is_money(column) else ""
        unit = "pounds" if is_money(column) else "minutes"
        notices.append(f"{column.name}: {broken:,} rows rounded to whole {unit}{kept}")
    decimals = {column.name: column.decimals for column in table.columns}
    rows_of_ours = [
        MappedRow(
            {"provenance": mapping.provenance}
            | {
                name: plain_text(value, decimals.get(name, 6)) if isinstance(value, Decimal) else value
                for name, value in values.items()
            },
            numbers,
        )
        for numbers, values in joined
    ]
    return rows_of_ours, notices


def _notices(grid: Grid) -> Iterator[str]:
    if grid.noticed:
        yield f"read with {', '.join(grid.noticed)}"
    if grid.above:
        yield f"{len(grid.above)} line{'s' if len(grid.above) > 1 else ''} above the headings left out"
    if grid.blank_rows:
        yield f"{grid.blank_rows:,} blank rows left out"
    if grid.repeated_headings:
        yield f"{grid.repeated_headings:,} repeated rows of headings left out"
