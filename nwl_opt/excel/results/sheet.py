"""One sheet of a results workbook: a heading that says whose it is, cells, live formulas, tables, print set-up."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from models.shared.cells import Cell

if TYPE_CHECKING:
    from nwl_opt.excel.results.book import Book

_LEAST_HEADING_WIDTH = 112  # characters: a heading wraps over as many columns as that takes
_DEFAULT_WIDTH = 9.0
_POINTS_A_LINE = 13.5
_PIXELS_A_ROW = 20
_SMALL = 0.72  # how much narrower the small print of a heading is
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_A4, _A3 = 9, 8
_WIDE = 220  # characters: beyond that A3 is needed to read a printed page


@dataclass(frozen=True)
class Ref:
    """A cell of a sheet."""

    sheet: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        """The cell within its own sheet, as a formula copied elsewhere would keep it."""
        return str(xl_rowcol_to_cell(self.row, self.column, row_abs=True, col_abs=True))

    @property
    def address(self) -> str:
        """The cell from any sheet."""
        name = self.sheet.replace("'", "''")
        return f"'{name}'!{self.cell}"


class Sheet:
    """A sheet being written. `row` is the next free row; it begins below the heading."""

    def __init__(self, book: Book, name: str, title: str, widths: Sequence[float]) -> None:
        self._book = book
        self._sheet = book.worksheet(name)
        self._widths = list(widths)
        self.name = name
        self.title = title
        for column, width in enumerate(widths):
            self._sheet.set_column(column, column, width)
        self._sheet.hide_gridlines(2)
        self.row = self._heading()
        self._print_set_up()

    def put(self, row: int, column: int, value: Cell, style: str = "text") -> Ref:
        """Write one value; text that looks like a formula stays text."""
        sheet, look = self._sheet, self._book.style(style)
        if value is None:
            sheet.write_blank(row, column, None, look)
        elif isinstance(value, bool):
            sheet.write_string(row, column, "yes" if value else "no", look)
        elif isinstance(value, (int, float)):
            if math.isfinite(value):
                sheet.write_number(row, column, value, look)
        elif isinstance(value, str):
            quoted = value.startswith(_FORMULA_STARTS)
            sheet.write_string(row, column, value, self._book.style(f"{style} quoted") if quoted else look)
        elif isinstance(value, dt.time):
            minutes = value.hour * 60 + value.minute
            sheet.write_number(row, column, minutes / 1440, look)
        else:
            sheet.write_datetime(row, column, value, look)
        return Ref(self.name, row, column)

    def rows(self, styles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """Write many rows from `row` on, a style to each column, and step below them."""
        writers = [self._writer(style) for style in styles]
        for cells in rows:
            for column, (value, write) in enumerate(zip(cells, writers, strict=True)):
                if value is not None:
                    write(self.row, column, value)
            self.row += 1

    def note(self, row: int, column: int, text: str) -> None:
        """A note that shows when one points at a cell."""
        self._sheet.write_comment(row, column, text, {"x_scale": 2, "y_scale": 1, "author": "nwl-opt"})

    def live(self, row: int, column: int, formula: str, value: float | str, style: str = "gbp") -> Ref:
        """Write a formula, with the value it has now for viewers that do not work formulas out."""
        self._sheet.write_formula(row, column, f"={formula}", self._book.style(style), value)
        self._book.formulas += 1
        return Ref(self.name, row, column)

    def heads(self, headings: Sequence[str], numeric_from: int = 10_000, numeric_to: int = 10_000) -> int:
        """Write a row of column headings at `row` and step below it; returns its row. Those of numbers are right."""
        at = self.row
        for column, heading in enumerate(headings):
            self.put(at, column, heading, "head_number" if numeric_from <= column <= numeric_to else "head")
        needed = max((self._lines(h, self._width(c)) for c, h in enumerate(headings)), default=1)
        self._sheet.set_row(at, max(1, needed) * _POINTS_A_LINE + 4)
        self.row += 1
        return at

    def section(self, text: str, note: str = "") -> None:
        """A heading within the sheet, with a note below it."""
        self.put(self.row, 0, text, "section")
        self.row += 1
        if note:
            self.paragraph(note, "wrap")

    def paragraph(self, text: str, style: str = "wrap") -> int:
        """A text across the sheet, as high as it needs; returns its row."""
        return self._across(self.row, text, style)

    def words(self, row: int, column: int, text: str, style: str = "wrap top") -> int:
        """A text that wraps within its column; returns the lines it takes."""
        self.put(row, column, text, style)
        return self._lines(text, self._width(column))

    def height(self, row: int, lines: int) -> None:
        """Make a row high enough for so many lines."""
        if lines > 1:
            self._sheet.set_row(row, lines * _POINTS_A_LINE + 2)

    def link(self, row: int, column: int, sheet: str, text: str) -> None:
        """A link to another sheet of the workbook."""
        name = sheet.replace("'", "''")
        self._sheet.write_url(row, column, f"internal:'{name}'!A1", self._book.style("link"), text)

    def freeze(self, row: int, column: int = 0) -> None:
        """Keep everything above a row and left of a column in sight; the rows are repeated in print."""
        self._sheet.freeze_panes(row, column)
        self._sheet.repeat_rows(row - 1, row - 1)

    def filter(self, first: int, last: int, columns: int) -> None:
        """Filter buttons on a row of headings."""
        if last > first:
            self._sheet.autofilter(first, 0, last, columns - 1)

    def table(self, name: str, first: int, last: int, columns: Sequence[str]) -> None:
        """Name a rectangle with its headings as an Excel table, so that formulas can say what they add up."""
        heads = [{"header": column, "header_format": self._book.style("head")} for column in columns]
        options = {"name": name, "columns": heads, "style": "Table Style Light 1"}
        self._sheet.add_table(first, 0, last, len(columns) - 1, options)

    def mark_words(self, first: int, last: int, column: int, bad: str = "", good: str = "") -> None:
        """Colour the cells of a column that hold a word; the word says it, the colour helps to find it."""
        for word, look in ((bad, "bad"), (good, "good")):
            if word and last >= first:
                options = {"type": "text", "criteria": "containing", "value": word, "format": self._book.style(look)}
                self._sheet.conditional_format(first, column, last, column, options)

    def mark_where(self, first: int, last: int, columns: tuple[int, int], formula: str) -> None:
        """Colour cells as bad where a formula holds (a word beside them must say it too)."""
        if last >= first:
            options = {"type": "formula", "criteria": f"={formula}", "format": self._book.style("bad")}
            self._sheet.conditional_format(first, columns[0], last, columns[1], options)

    def heat(self, first: int, last: int, columns: tuple[int, int], low: str, high: str) -> None:
        """Shade shares from low to high; the number stands in each cell."""
        options = {"type": "2_color_scale", "min_color": low, "max_color": high, "min_type": "num", "min_value": 0,
                   "max_type": "num", "max_value": 1}  # fmt: skip
        if last >= first:
            self._sheet.conditional_format(first, columns[0], last, columns[1], options)

    def choices(self, row: int, column: int, values: Sequence[str]) -> None:
        """A drop-down list in a cell."""
        self._sheet.data_validation(row, column, row, column, {"validate": "list", "source": list(values)})

    def chart(self, row: int, column: int, kind: Mapping[str, str], series: Sequence[Mapping[str, object]],
              title: str, axes: tuple[str, str], size: tuple[int, int] = (760, 360), **more: Mapping[str, object],
              ) -> None:  # fmt: skip
        """A native chart of cells of the workbook; its numbers stand in the table beside it."""
        chart = self._book.chart(dict(kind))
        for one in series:
            chart.add_series(dict(one))
        chart.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
        chart.set_x_axis({"name": axes[0], "num_font": {"size": 9}, **more.get("x", {})})
        chart.set_y_axis({"name": axes[1], "num_font": {"size": 9}, "major_gridlines": {"visible": True},
                          **more.get("y", {})})  # fmt: skip
        chart.set_legend({"position": "bottom", **more.get("legend", {})})
        chart.set_size({"width": size[0], "height": size[1]})
        self._sheet.insert_chart(row, column, chart, {"description": title, "object_position": 1})

    def room_for_chart(self, height: int = 360) -> int:
        """Keep rows free for a chart of so many pixels above its table, where no page of print cuts it; its row."""
        at = self.row
        self.row += height // _PIXELS_A_ROW + 2
        return at

    def group(self, first: int, last: int) -> None:
        """Fold away helper columns; a press on + shows them."""
        self._sheet.set_column(first, last, 14, None, {"level": 1, "hidden": True})

    def page_break_before(self, rows: Sequence[int], percent: int) -> None:
        """Start a new printed page at each of some rows; the size is fixed, or the breaks would not count."""
        self._sheet.set_print_scale(percent)
        self._sheet.set_h_pagebreaks(list(rows))

    def _writer(self, style: str) -> Callable[[int, int, Cell], object]:
        """Writing one column without asking of each number what it is."""
        number, text, look = self._sheet.write_number, self._sheet.write_string, self._book.style(style)

        def write(row: int, column: int, value: Cell) -> None:
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                number(row, column, value, look)
            elif isinstance(value, str) and not value.startswith(_FORMULA_STARTS):
                text(row, column, value, look)
            else:
                self.put(row, column, value, style)

        return write

    def _heading(self) -> int:
        about = self._book.about
        self.put(0, 0, self.title, "title")
        self._sheet.set_row(0, 24)
        row = 1
        for text, style in about.lines:
            row = self._across(row, text, style)
        return row + 1

    def _across(self, row: int, text: str, style: str) -> int:
        """A text over as many columns as it takes to be read; returns the row below."""
        last, width = 0, self._width(0)
        while width < _LEAST_HEADING_WIDTH or last < 1:
            last += 1
            width += self._width(last)
        quoted = f"{style} quoted" if text.startswith(_FORMULA_STARTS) else style
        self._sheet.merge_range(row, 0, row, last, "", self._book.style(style))
        self._sheet.write_string(row, 0, text, self._book.style(quoted))
        self._sheet.set_row(
            row, self._lines(text, width / (_SMALL if style == "about" else 1.0)) * _POINTS_A_LINE + 2
        )
        self.row = row + 1
        return row + 1

    def _width(self, column: int) -> float:
        return self._widths[column] if column < len(self._widths) else _DEFAULT_WIDTH

    @staticmethod
    def _lines(text: str, width: float) -> int:
        return sum(max(1, math.ceil(len(line) * 0.97 / max(width, 1.0))) for line in text.split("\n"))

    def _print_set_up(self) -> None:
        sheet = self._sheet
        sheet.set_landscape()
        sheet.set_paper(_A3 if sum(self._widths) > _WIDE else _A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_header(f"&L&8{self.title.replace('&', '&&')}")  # beside the footer's words the two would overlap
        sheet.set_footer(f"&L&8{self._book.about.footer}&R&8Page &P of &N")


def column_name(column: int) -> str:
    """The letters of a column: 0 is A."""
    return str(xl_col_to_name(column))


def text_in_formula(text: str) -> str:
    """A text as it stands in a formula."""
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
