"""The workbook: its sheets in order, what every heading says, and every live figure with the plan's own beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from nwl_opt.excel.results.sheet import Ref, Sheet
from nwl_opt.excel.results.styles import Styles

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": "Arial", "font_size": 10},
}


@dataclass(frozen=True)
class About:
    """What every sheet says of itself below its title: lines with their style, and a footer for print."""

    lines: tuple[tuple[str, str], ...]
    footer: str


@dataclass(frozen=True)
class Check:
    """One live figure held against the plan's own, to so many decimals."""

    where: Ref
    what: str
    now: float
    plan: float
    decimals: int


class Book:
    """A workbook being written. Sheets stand in the order in which they are named to `plan_sheets`."""

    def __init__(self, path: Path, about: About, made_at: dt.datetime, title: str) -> None:
        self._book = xlsxwriter.Workbook(str(path), _OPTIONS)
        self._book.set_properties({"title": title, "created": made_at, "comments": about.lines[0][0]})
        self._book.set_calc_mode("auto")
        self.style = Styles(self._book)
        self.about = about
        self.formulas = 0
        self.checks: list[Check] = []
        self.descriptions: dict[str, str] = {}
        self._named: dict[str, xlsxwriter.worksheet.Worksheet] = {}

    def plan_sheets(self, sheets: Sequence[tuple[str, str]]) -> None:
        """Name the sheets of the workbook, in their order, each with what it holds."""
        for name, description in sheets:
            self._named[name] = self._book.add_worksheet(name)
            self.descriptions[name] = description

    def sheet(self, name: str, title: str, widths: Sequence[float]) -> Sheet:
        """Begin to write a sheet that was named before."""
        return Sheet(self, name, title, widths)

    def worksheet(self, name: str) -> xlsxwriter.worksheet.Worksheet:
        """The sheet of a name, as XlsxWriter knows it."""
        return self._named[name]

    def check(self, where: Ref, what: str, now: float, plan: float, decimals: int = 0) -> Ref:
        """Hold a live figure against the plan's own; `now` is the figure as the workbook leaves us."""
        self.checks.append(Check(where, what, now, plan, decimals))
        return where

    def define(self, name: str, ref: Ref) -> None:
        """Give a cell a name that formulas can use."""
        self._book.define_name(name, f"={ref.address}")

    def chart(self, kind: Mapping[str, str]) -> xlsxwriter.chart.Chart:
        """A native chart to be placed on a sheet."""
        return self._book.add_chart(dict(kind))

    def close(self) -> None:
        """Write the file.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        try:
            self._book.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            raise OSError(str(error)) from None
