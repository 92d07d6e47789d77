"""The sheet of settings: every one with its value in a cell that formulas use, and where it comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from pydantic.fields import FieldInfo

from models.shared.cells import Cell
from nwl_opt.excel.results.book import Book
from nwl_opt.excel.results.sheet import Sheet
from nwl_opt.excel.results.source import Source
from nwl_opt.plain import mapping_of
from nwl_opt.words import name_words

SHEET = "Assumptions"
DESCRIPTION = "every setting with unit, provenance and source; yellow cells may be changed and the figures follow"
_HEADS = ("Setting", "Value", "Unit", "Where it comes from", "Set by", "What it means", "Source", "Name in formulas")
_WIDTHS = (36, 24, 24, 18, 20, 62, 46, 34)


def write_assumptions(book: Book, source: Source) -> None:
    """Write the settings the run used."""
    sheet = book.sheet(SHEET, "Assumptions: the settings of this run", _WIDTHS)
    sheet.paragraph(
        "Yellow cells feed the formulas of this workbook: change one and totals move. The plan itself does not: for "
        "a plan under other assumptions solve again. Where nothing depends on a setting its change shows nothing."
    )
    sheet.row += 1
    heads = sheet.heads(_HEADS)
    first = sheet.row
    for name, field in source.register.settings.model_fields.items():
        _write_setting(book, sheet, source, (name, field))
    sheet.filter(heads, sheet.row - 1, len(_HEADS))
    sheet.freeze(first, 1)


def _write_setting(book: Book, sheet: Sheet, source: Source, setting: tuple[str, FieldInfo]) -> None:
    name, field = setting
    extra = mapping_of(field.json_schema_extra)
    row, value = sheet.row, source.settings[name]
    unit = str(extra.get("unit", ""))
    sheet.put(row, 0, _capital(name_words(name)), "text top")
    book.define(name, sheet.put(row, 1, _cell(value), f"{_style(value, unit)} top input"))
    sheet.put(row, 3, _provenance(source, name, extra), "text top")
    sheet.put(row, 4, _set_by(source, name), "text top")
    lines = [sheet.words(row, 2, unit)]
    lines += [sheet.words(row, 5, field.description or ""), sheet.words(row, 6, str(extra.get("source", "")))]
    sheet.put(row, 7, name, "text top")
    sheet.height(row, max(lines))
    sheet.row += 1


def _provenance(source: Source, name: str, extra: Mapping[str, object]) -> str:
    header = source.validation.raw.header
    given = mapping_of(header.get("settings"))
    otherwise = "local" if name in given else str(extra.get("provenance", "assumption"))
    return str(mapping_of(header.get("provenance")).get(f"settings.{name}", otherwise))


def _set_by(source: Source, name: str) -> str:
    if name in mapping_of(source.document.get("set")):
        return "changed by hand"
    return "instance" if name in mapping_of(source.validation.raw.header.get("settings")) else "default"


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, (bool, int, float, str, dt.date, dt.time)):
        return value
    return str(value)


def _style(value: object, unit: str) -> str:
    if isinstance(value, dt.time):
        return "time"
    if isinstance(value, dt.date):
        return "date"
    if isinstance(value, int) and not isinstance(value, bool):
        return "gbp" if unit.lower().startswith(("gbp", "£")) else "exact"
    return "exact" if isinstance(value, float) else "text"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
