"""How cells look: one place for number formats, fills and borders. Colour never says anything a word does not."""

from __future__ import annotations

from collections.abc import Mapping

import xlsxwriter

from models.shared.register import Column, Kind

_BLUE, _GREY, _LINE = "#005EB8", "#F0F4F5", "#D8DDE0"
_BASE: Mapping[str, Mapping[str, object]] = {
    "text": {},
    "wrap": {"text_wrap": True},
    "gbp": {"num_format": "£#,##0_0_ ;-£#,##0_0_ "},
    "pence": {"num_format": "£#,##0.00_0_ ;-£#,##0.00_0_ "},
    "share": {"num_format": "0.0%_0_ "},
    "share_exact": {"num_format": "0.00####_0_ "},
    "factor": {"num_format": "0.0000_0_ "},
    "whole": {"num_format": "#,##0_0_ "},
    "one": {"num_format": "#,##0.0_0_ "},
    "three": {"num_format": "#,##0.000_0_ "},
    "exact": {"num_format": "General"},
    "date": {"num_format": "ddd d mmm yyyy", "align": "left"},
    "moment": {"num_format": "d mmm yyyy hh:mm", "align": "left"},
    "time": {"num_format": "hh:mm", "align": "left"},
    "title": {"bold": True, "font_size": 15, "font_color": _BLUE},
    "section": {"bold": True, "font_size": 12, "font_color": _BLUE},
    "head": {"bold": True, "bg_color": _BLUE, "font_color": "#FFFFFF", "text_wrap": True, "border": 1,
             "border_color": _LINE},
    "head_number": {"bold": True, "bg_color": _BLUE, "font_color": "#FFFFFF", "text_wrap": True, "border": 1,
                    "border_color": _LINE, "align": "right"},
    "about": {"text_wrap": True, "bg_color": _GREY, "font_size": 8},
    "standing": {"text_wrap": True, "bg_color": "#CCE2D8", "bold": True},
    "loud": {"text_wrap": True, "bg_color": "#D5281B", "font_color": "#FFFFFF", "bold": True},
    "notice": {"text_wrap": True, "bg_color": "#FFF4D3", "bold": True},
    "bad": {"bg_color": "#F6D7D2", "font_color": "#7C1D14", "bold": True},
    "good": {"bg_color": "#CCE2D8", "font_color": "#005A30"},
    "link": {"font_color": _BLUE, "underline": 1},
}  # fmt: skip
_FLAGS: Mapping[str, Mapping[str, object]] = {
    "bold": {"bold": True, "bg_color": _GREY, "top": 1, "top_color": _BLUE},
    "input": {"bg_color": "#FFF9C4", "border": 1, "border_color": "#B8A100", "locked": False},
    "top": {"valign": "top"},
    "centre": {"align": "center"},
    "right": {"align": "right"},
    "grey": {"font_color": "#4C6272", "italic": True},
    "quoted": {"quote_prefix": True},
}
_BY_KIND: Mapping[Kind, str] = {
    "gbp": "gbp",
    "date": "date",
    "datetime": "moment",
    "time": "time",
    "integer": "whole",
    "minutes": "whole",
}


class Styles:
    """The formats of one workbook, made when they are first asked for: a name, and flags behind it (`gbp bold`)."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[str, object] = {}

    def __call__(self, names: str) -> object:
        if names not in self._made:
            base, *flags = names.split()
            properties: dict[str, object] = {"valign": "vcenter", **_BASE[base]}
            for flag in flags:
                properties |= _FLAGS[flag]
            self._made[names] = self._book.add_format(properties)
        return self._made[names]


def style_of(column: Column) -> str:
    """The style of a column of a tidy sheet: numbers as exact as they are, money and days so that they are read."""
    return _BY_KIND.get(column.kind, "exact" if column.is_numeric else "text")
