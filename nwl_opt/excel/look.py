"""How the cells of a workbook to fill in look; colour never says what a word does not say too."""

from __future__ import annotations

import xlsxwriter

from models.shared.register import NUMERIC_KINDS, Column
from nwl_opt.excel.cells import NUMBER_FORMATS

BLUE, PALE_BLUE, GREY, RED, PALE_RED = "#005EB8", "#D8E6F3", "#4C6272", "#7C1D14", "#F6D7D2"
_LETTERS_TO_A_DIGIT = 1.25
_FONT = {"font_name": "Arial", "font_size": 10}


def lines_of(text: str, width: int) -> int:
    """How many lines a text takes in a column so many digits wide; letters are narrower than digits."""
    letters = max(1, int(width * _LETTERS_TO_A_DIGIT))
    return sum(1 + max(0, len(line) - 1) // letters for line in text.splitlines()) or 1


class Look:
    """The formats of one workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._cells: dict[tuple[str, bool], object] = {}
        self.title = self._of(bold=True, font_size=14, font_color=BLUE)
        self.section = self._of(bold=True, font_size=12, font_color=BLUE, valign="top")
        self.text = self._of(text_wrap=True, valign="top")
        self.plain = self._of()
        self.strong = self._of(text_wrap=True, valign="top", bold=True)
        self.link = self._of(font_color=BLUE, underline=1, valign="top")
        self.guidance = self._of(font_color=GREY, font_size=9, text_wrap=True, valign="top")
        self.example = self._of(font_color=GREY, italic=True, font_size=9, text_wrap=True, valign="top")
        self.required = self._of(bold=True, font_color="#FFFFFF", bg_color=BLUE, valign="vcenter", border=1)
        self.optional = self._of(bold=True, font_color="#212B32", bg_color=PALE_BLUE, valign="vcenter", border=1)
        self.missing = book.add_format({"bg_color": PALE_RED})
        self.twice = book.add_format({"bg_color": PALE_RED, "font_color": RED})
        self.fault = self._of(bg_color=PALE_RED, font_color=RED, border=1, border_color=RED)
        self.wide_value = self._of(text_wrap=True, valign="top", num_format="@")
        self.settled = self._of(font_color=GREY, valign="top", text_wrap=True, num_format="@")

    def cell(self, column: Column | None, fault: bool = False) -> object:
        """The format of a cell of a column: ids stay text, days are days, numbers have commas."""
        kind = column.kind if column is not None else "text"
        if (kind, fault) not in self._cells:
            form = NUMBER_FORMATS.get(kind, "General" if kind in NUMERIC_KINDS else "@")
            marks = {"bg_color": PALE_RED, "font_color": RED, "border": 1, "border_color": RED} if fault else {}
            align = {} if kind in NUMERIC_KINDS else {"align": "left", "indent": 1}
            self._cells[kind, fault] = self._of(num_format=form, **align, **marks)
        return self._cells[kind, fault]

    def value(self, form: str, fault: bool = False) -> object:
        """The format of a value with a number format of its own."""
        marks = {"bg_color": PALE_RED, "font_color": RED, "border": 1, "border_color": RED} if fault else {}
        if (form, fault) not in self._cells:
            self._cells[form, fault] = self._of(num_format=form, align="left", valign="top", **marks)
        return self._cells[form, fault]

    def _of(self, **properties: object) -> object:
        return self._book.add_format({**_FONT, **properties})
