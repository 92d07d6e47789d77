"""The tables of a plan as data: one row of headings, a named Excel table, every column, every value as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.shared.cells import Cell
from models.shared.register import Column, Table
from nwl_opt.excel.results.book import Book
from nwl_opt.excel.results.sheet import text_in_formula
from nwl_opt.excel.results.source import Cells
from nwl_opt.excel.results.styles import style_of
from nwl_opt.words import name_words

_ROWS_MEASURED = 300
_WIDEST = 60
_NARROWEST = 9


def data_sheet_name(table: str) -> str:
    """The name of the sheet of a table."""
    return f"data {table}"


def write_data(book: Book, table: Table, rows: Sequence[Cells], derived: Sequence[Column] = ()) -> None:
    """Write the sheet of one table. `derived` columns are not the plan's own; their values stand in the rows too."""
    columns = (*table.columns, *derived)
    widths = [_width(column, rows) for column in columns]
    title = name_words(table.name)
    sheet = book.sheet(data_sheet_name(table.name), f"Data: {title}", widths)
    counted = f"{len(rows):,} rows" if rows else "no rows"
    sheet.paragraph(f"{table.meaning[:1].upper()}{table.meaning[1:]}. Excel table {table.name}, {counted}.")
    names = [column.name for column in columns]
    first = sheet.heads(names)
    for at, column in enumerate(columns):
        sheet.note(first, at, _note(column))
    sheet.rows([style_of(column) for column in columns], ([row.get(name) for name in names] for row in rows))
    sheet.table(table.name, first, max(first + 1, sheet.row - 1), names)
    sheet.freeze(first + 1, 0)


def column_of(table: str, column: str) -> str:
    """A column of a table, as a formula says it."""
    return f"{table}[{column}]"


def sum_where(table: str, value: str, where: Mapping[str, str]) -> str:
    """A formula that sums a column over the rows where others hold given values (cells, or texts in quotes)."""
    pairs = ",".join(f"{column_of(table, column)},{wanted}" for column, wanted in where.items())
    return f"SUMIFS({column_of(table, value)},{pairs})" if pairs else f"SUM({column_of(table, value)})"


def count_where(table: str, where: Mapping[str, str]) -> str:
    """A formula that counts the rows where columns hold given values."""
    return f"COUNTIFS({','.join(f'{column_of(table, column)},{wanted}' for column, wanted in where.items())})"


def quoted(value: str) -> str:
    """A text to be looked for as it is: Excel would read * and ? as any letters, and = < > as a comparison."""
    plain = value.replace("~", "~~").replace("*", "~*").replace("?", "~?")
    return text_in_formula(f"={plain}" if value.startswith(("=", "<", ">")) else plain)


def total(rows: Sequence[Cells], value: str, where: Mapping[str, Cell] | None = None) -> float:
    """What `sum_where` comes to."""
    chosen = where or {}
    found = 0.0
    for row in rows:
        number = row.get(value)
        if isinstance(number, (int, float)) and all(row.get(name) == wanted for name, wanted in chosen.items()):
            found += number
    return found


def _note(column: Column) -> str:
    unit = f" ({column.unit})" if column.unit else ""
    return f"{column.meaning}{unit}"


def _width(column: Column, rows: Sequence[Cells]) -> float:
    longest = max((_length(row.get(column.name)) for row in rows[:_ROWS_MEASURED]), default=0)
    if column.kind in ("date", "datetime"):
        longest = max(longest, 17)
    return float(min(_WIDEST, max(_NARROWEST, longest + 2, len(column.name) + 4)))


def _length(value: Cell) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return len(f"{value:,}") + 1
    return 0 if value is None else len(str(value))
