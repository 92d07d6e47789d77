"""The sheet `instance`: what it is called, and the settings, each beside the value that is shipped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal, get_args, get_origin

import xlsxwriter
from pydantic.fields import FieldInfo

from models.shared.register import Register
from nwl_opt.dictionary import SettingRow, setting_rows
from nwl_opt.excel.cells import header_cell, write_text
from nwl_opt.excel.look import Look, lines_of
from nwl_opt.excel.template_rules import Rule, choices_rule, date_rule, number_rule
from nwl_opt.files.workbook import README_SHEET

HEADINGS = ("key", "value", "if empty", "unit", "meaning", "source")
HEADING_ROW = 3
_WIDTHS = (40, 48, 20, 20, 70, 50)
_WRAPPED = (40, 48, 70, 50)  # of key, value, meaning and source
_LINE_HEIGHT, _MOST_LINES = 13.0, 12
_TITLE = "instance: what this is called, and its settings"
_HOW = "Write your own value into the column value. Where it is empty, the value beside it is used."
_FIXED = {
    "kind": "the kind of instance; leave it as it is",
    "title": "shown on every plan",
    "description": "anything a reader should know",
}


def write_settings_sheet(
    sheet: xlsxwriter.worksheet.Worksheet, register: Register, header: Mapping[str, object], look: Look
) -> None:
    """Write the keys and values of a header; settings it does not give are listed with an empty value."""
    write_text(sheet, 0, 0, _TITLE, look.title)
    sheet.write_url(1, 0, f"internal:'{README_SHEET}'!A1", look.link, "Back to README")
    write_text(sheet, 1, 1, _HOW, look.plain)
    fixed = [(key, header.get(key, ""), meaning) for key, meaning in _FIXED.items()]
    rows: list[tuple[str, str, object, SettingRow | None, str]] = [("", key, v, None, m) for key, v, m in fixed]
    given = _section(header, "settings")
    settings = setting_rows(register.settings)
    rows += [("settings", row.name, given.get(row.name), row, "") for row in settings]
    known = {row.name for row in settings}
    rows += [("settings", key, value, None, "not a setting of this kind")
             for key, value in given.items() if key not in known]  # fmt: skip
    for section in sorted(set(header) - {"settings", *_FIXED}):
        value = header[section]
        if isinstance(value, Mapping):
            rows += [(section, str(key), item, None, _MEANINGS.get(section, "")) for key, item in value.items()]
        else:
            rows.append(("", section, value, None, ""))
    for at, (section, key, value, setting, meaning) in enumerate(rows, start=HEADING_ROW + 1):
        _write_row(sheet, at, (section, key, value, setting, meaning), look)
        if setting is not None:
            rule = _rule(setting.name, register.settings.model_fields[setting.name])
            if rule is not None:
                sheet.data_validation(at, 1, at, 1, rule)
            if setting.required:
                sheet.conditional_format(at, 1, at, 1, {"type": "blanks", "format": look.missing})
    _set_up(sheet, len(rows), look)


_MEANINGS = {
    "provenance": "where the numbers of this column or setting come from",
    "units": "what the numbers of this instance count",
}


def _section(header: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = header.get(name, {})
    return value if isinstance(value, Mapping) else {}


def _write_row(
    sheet: xlsxwriter.worksheet.Worksheet, at: int, row: tuple[str, str, object, SettingRow | None, str], look: Look
) -> None:
    section, key, value, setting, meaning = row
    write_text(sheet, at, 0, f"{section}.{key}" if section else key, look.text)
    if value is not None and (section or value != ""):
        _write_value(sheet, at, 1, header_cell(section, value), look)
    if setting is not None:
        if setting.required:
            write_text(sheet, at, 2, "(must be given)", look.settled)
        elif setting.shipped not in (None, ""):
            _write_value(sheet, at, 2, header_cell("", setting.shipped), look)
        write_text(sheet, at, 3, setting.unit, look.settled)
        write_text(sheet, at, 5, setting.source, look.settled)
        meaning = setting.meaning
    write_text(sheet, at, 4, meaning, look.settled)
    source = setting.source if setting is not None else ""
    texts = zip((f"{section}.{key}", str(value or ""), meaning, source), _WRAPPED, strict=True)
    sheet.set_row(at, _LINE_HEIGHT * min(max(lines_of(text, width) for text, width in texts), _MOST_LINES) + 2)


def _write_value(sheet: xlsxwriter.worksheet.Worksheet, row: int, at: int, value: object, look: Look) -> None:
    if isinstance(value, (int, float)):
        form = "#,##0" if isinstance(value, int) and abs(value) > 9999 else "General"
        sheet.write_number(row, at, value, look.value(form))
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, at, value, look.value("d mmm yyyy"))
    else:
        write_text(sheet, row, at, str(value), look.wide_value)


def _rule(name: str, field: FieldInfo) -> Rule | None:
    """What a setting accepts, from its type and its limits."""
    if get_origin(field.annotation) is Literal:
        return choices_rule(name, tuple(map(str, get_args(field.annotation))))
    if field.annotation is bool:
        return choices_rule(name, ("yes", "no"))
    if field.annotation is dt.date:
        return date_rule()
    if field.annotation in (int, float):
        low, high = _limit(field, "ge"), _limit(field, "le")
        limits = f"{'' if low is None else f', {low:g} or more'}{'' if high is None else f', {high:g} or less'}"
        return number_rule(name, field.annotation is int, low, high, f"a number{limits}")
    return None


def _limit(field: FieldInfo, name: str) -> float | None:
    found = [getattr(one, name) for one in field.metadata if hasattr(one, name)]
    return float(found[0]) if found else None


def _set_up(sheet: xlsxwriter.worksheet.Worksheet, rows: int, look: Look) -> None:
    needed = {"key", "value"}
    sheet.add_table(HEADING_ROW, 0, HEADING_ROW + rows, len(HEADINGS) - 1, {
        "name": "instance_settings", "style": "Table Style Light 9",
        "columns": [{"header": name, "header_format": look.required if name in needed else look.optional}
                    for name in HEADINGS],
    })  # fmt: skip
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    sheet.set_row(0, 22)
    sheet.set_row(HEADING_ROW, 20)
    sheet.freeze_panes(HEADING_ROW + 1, 1)
    sheet.set_tab_color("#005EB8")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADING_ROW)
