"""A report as an accessible PDF (PDF/UA-1), set by Typst; texts go in as data and are never read as markup."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict

from nwl_opt.charts.setting import charts_css, svg_file
from nwl_opt.files.pages import template_text
from nwl_opt.files.typesetting import pdf_of
from nwl_opt.reporting.content import Block, Chart, Grid, Paragraph, Points, Report, Section
from nwl_opt.reporting.html import PACKAGE
from nwl_opt.reporting.widths import LONGEST_WORD, shape_of

_PICTURE = "svg"
_BREAK = "\u200b"
"""A place without width at which a line may end."""
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_PIECE = re.compile(r"[^_/\\-]{0,12}[_/\\-]|.{1,12}")
"""What stays whole of a long word: up to an underscore or a stroke, else twelve letters."""


def as_pdf(report: Report, printed_at: dt.datetime) -> bytes:
    """The report on A4; tables too wide for a page turn it on its side.

    Raises
    ------
    typst.TypstError
        If Typst cannot set it: an error of ours.
    """
    content = {
        "title": report.title,
        "standing": asdict(report.standing),
        "marks": report.marks,
        "short_mark": report.short_mark,
        "imprint": asdict(report.imprint),
        "sections": [_section(section) for section in report.sections],
    }
    date = [printed_at.year, printed_at.month, printed_at.day, printed_at.hour, printed_at.minute]
    return pdf_of(template_text(PACKAGE, "report.typ"), {"data": _breakable_texts(content), "date": date})


def _section(section: Section) -> dict[str, object]:
    blocks = [_block(block) for block in section.blocks]
    return {"title": section.title, "folded": section.folded, "blocks": blocks}


def _block(block: Block) -> dict[str, object]:
    """A block as Typst takes it: tables with the widths of their columns, pictures as files of their own."""
    match block:
        case Chart(picture=drawn):
            svg = svg_file(drawn, charts_css()).decode()
            return {"form": "chart", _PICTURE: svg, "title": drawn.title, "description": drawn.description}
        case Grid():
            return {**asdict(block), **asdict(shape_of(block))}
        case Paragraph() | Points():
            return asdict(block)


def _breakable_texts(value: object) -> object:
    """Every text with places to break in words that no column could hold; pictures stay as they are."""
    match value:
        case str():
            return _LONG_WORD.sub(lambda word: _BREAK.join(_PIECE.findall(word[0])), value)
        case dict():
            return {key: item if key == _PICTURE else _breakable_texts(item) for key, item in value.items()}
        case list() | tuple():
            return [_breakable_texts(item) for item in value]
        case _:
            return value
