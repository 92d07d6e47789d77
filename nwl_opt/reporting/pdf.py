"""A report as an accessible PDF (PDF/UA-1), set by Typst; texts go in as data and are never read as markup."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import asdict
from typing import Literal

import typst

from nwl_opt.charts.setting import charts_css, svg_file
from nwl_opt.files.pages import template_text
from nwl_opt.reporting.content import Block, Chart, Grid, Paragraph, Points, Report, Section
from nwl_opt.reporting.html import PACKAGE
from nwl_opt.reporting.widths import LONGEST_WORD, shape_of

_ACCESSIBLE: Literal["ua-1"] = "ua-1"
_BREAK = "\u200b"
"""A place without width at which a line may end."""
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_PIECE = re.compile(r"[^_/\\-]{0,12}[_/\\-]|.{1,12}")
"""What stays whole of a long word: up to an underscore or a stroke, else twelve letters."""
# What PDF/UA cannot hold or a printer would choke on; a tab or a line end is a blank on paper.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")


def as_pdf(report: Report, printed_at: dt.datetime) -> bytes:
    """The report on A4; tables too wide for a page turn it on its side.

    Raises
    ------
    typst.TypstError
        If Typst cannot set it: an error of ours.
    """
    source = template_text(PACKAGE, "report.typ").encode()
    content = {
        "title": report.title,
        "standing": asdict(report.standing),
        "marks": report.marks,
        "short_mark": report.short_mark,
        "imprint": asdict(report.imprint),
        "sections": [_section(section) for section in report.sections],
    }
    date = [printed_at.year, printed_at.month, printed_at.day, printed_at.hour, printed_at.minute]
    inputs = {"data": json.dumps(_printable(content)), "date": json.dumps(date)}
    return typst.compile(source, format="pdf", pdf_standards=_ACCESSIBLE, sys_inputs=inputs)


def _section(section: Section) -> dict[str, object]:
    blocks = [_block(block) for block in section.blocks]
    return {"title": section.title, "folded": section.folded, "blocks": blocks}


def _block(block: Block) -> dict[str, object]:
    """A block as Typst takes it: tables with the widths of their columns, pictures as files of their own."""
    match block:
        case Chart(picture=drawn):
            svg = svg_file(drawn, charts_css()).decode()
            return {"form": "chart", "svg": svg, "title": drawn.title, "description": drawn.description}
        case Grid():
            return {**asdict(block), **asdict(shape_of(block))}
        case Paragraph() | Points():
            return asdict(block)


def _printable(value: object) -> object:
    """Every text with places to break in words that no column could hold, and without what no paper shows."""
    match value:
        case str():
            return value if value.startswith("\n<svg") or value.startswith("<svg") else _breakable(value)
        case dict():
            return {key: _printable(item) for key, item in value.items()}
        case list() | tuple():
            return [_printable(item) for item in value]
        case _:
            return value


def _breakable(text: str) -> str:
    shown = _CONTROL.sub(" ", text)
    return _LONG_WORD.sub(lambda word: _BREAK.join(_PIECE.findall(word[0])), shown)
