"""Setting a paper as HTML and as PDF; both hold everything they need, and nothing is fetched."""

from __future__ import annotations

from nwl_opt.files.pages import html_page, template_text
from nwl_opt.files.typesetting import pdf_of
from nwl_opt.theatres.printing.paper import Paper

_PACKAGE = "nwl_opt.theatres.printing"


def as_html(paper: Paper) -> bytes:
    """The paper as one HTML file; every text is escaped."""
    content = {"css": template_text(_PACKAGE, "paper.css"), **paper.content()}
    return html_page(_PACKAGE, f"{paper.template}.html", content)


def as_pdf(paper: Paper) -> bytes:
    """The paper as an accessible PDF (PDF/UA-1)."""
    source = f"{template_text(_PACKAGE, 'paper.typ')}\n{template_text(_PACKAGE, f'{paper.template}.typ')}"
    return pdf_of(source, {"data": paper.content()})
