"""A report as one HTML file: its style sheet and pictures are in it, and nothing is fetched."""

from __future__ import annotations

from nwl_opt.charts.setting import charts_css
from nwl_opt.files.pages import html_page, template_text
from nwl_opt.reporting.content import Report

PACKAGE = "nwl_opt.reporting"


def as_html(report: Report) -> bytes:
    """The page; every text is escaped."""
    css = f"{template_text(PACKAGE, 'report.css')}\n{charts_css()}"
    return html_page(PACKAGE, "report.html", {"css": css, "report": report})
