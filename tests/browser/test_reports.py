"""Reports and papers as a browser shows and prints them: accessible, narrow, fetching nothing, a page a theatre."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from nwl_opt.problems import kinds
from nwl_opt.reporting.report import write_report
from nwl_opt.theatres.printing.papers import print_papers

pytestmark = pytest.mark.browser
WHEN = dt.datetime(2026, 11, 22, 16, 0)
A_WEEK = dt.date(2027, 4, 12)
WIDTHS = (1280, 320)
ReferenceRuns = Callable[[str, Path], str]


@pytest.mark.parametrize("kind", kinds())
def test_a_report_has_no_fault_of_access_and_asks_nobody(
    kind: str, chromium: Browser, reference_runs: ReferenceRuns, tmp_path: Path, pictures: Path
) -> None:
    """Its own policy lets no script run, so axe is let in by the browser; folded parts are opened first."""
    run = tmp_path / "runs" / reference_runs(kind, tmp_path / "runs")
    page_file = write_report(run, "html", tmp_path / "out", WHEN)
    for width in WIDTHS:
        context = chromium.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))  # type: ignore[misc]
        page.goto(page_file.as_uri())
        page.screenshot(path=pictures / f"report_{kind}_{width}.png")
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        if width == WIDTHS[0]:
            found = Axe().run(page).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert asked == [page_file.as_uri()]
        context.close()


def test_printed_from_a_browser_each_theatre_and_day_is_one_page(
    chromium: Browser, reference_runs: ReferenceRuns, tmp_path: Path
) -> None:
    """A4 on its side, morning and afternoon lists of a theatre together; the PDF has as many pages."""
    run = tmp_path / "runs" / reference_runs("theatres", tmp_path / "runs")
    printed = print_papers(run, A_WEEK, tmp_path / "papers", WHEN, week=True)
    lists = [path for path in printed.files if path.name == "theatre_lists.html"]
    assert len(lists) == 5
    for path in lists:
        page = chromium.new_page()
        page.goto(path.as_uri())
        theatres = page.locator("section").count()
        made = page.pdf(prefer_css_page_size=True)
        assert _pages(made) == theatres == _pages(path.with_suffix(".pdf").read_bytes())
        wide, tall = _size(made)
        assert (round(wide), round(tall)) in ((842, 595), (841, 595))
        page.close()


def _pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def _size(pdf: bytes) -> tuple[float, float]:
    """Width and height of the first page in points."""
    found = re.search(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", pdf)
    assert found is not None
    return float(found[1]), float(found[2])
