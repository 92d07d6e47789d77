"""Setting a paper as HTML and as PDF; both hold everything they need, and nothing is fetched."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Literal

import jinja2
import typst

from nwl_opt.theatres.printing.paper import Paper

_TEMPLATES = "nwl_opt.theatres.printing"
# Tagged, with a title and a language, so that screen readers can read it.
_ACCESSIBLE: Literal["ua-1"] = "ua-1"


def as_html(paper: Paper) -> bytes:
    """The paper as one HTML file; every text is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_template),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    page = environment.get_template(f"{paper.template}.html")
    return page.render(css=_template("paper.css"), **paper.content()).encode()


def as_pdf(paper: Paper) -> bytes:
    """The paper as an accessible PDF (PDF/UA-1)."""
    source = f"{_template('paper.typ')}\n{_template(f'{paper.template}.typ')}".encode()
    inputs = {"data": json.dumps(paper.content())}
    return typst.compile(source, format="pdf", pdf_standards=_ACCESSIBLE, sys_inputs=inputs)


def _template(name: str) -> str:
    return files(_TEMPLATES).joinpath("templates", name).read_text(encoding="utf-8")
