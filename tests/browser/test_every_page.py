"""Every page of every problem, looked at wide, at twice its size, and on a narrow phone."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.driving import Server, Visit, visit
from tests.browser.looking import LARGEST_PAGE_BYTES, faults_of_access, links_within, overflow_pixels, weight_bytes

pytestmark = pytest.mark.browser
_FILES = re.compile(r"\.(xlsx|zip|csv|pdf|html|json|toml)(\?|$)|/report/|/files/")
_WIDTHS = {"wide": 1280, "twice the size": 640, "narrow": 320}
_MOST_ALIKE = 1
"""Pages whose addresses differ only in what they speak of (this suite, that patient) are alike."""
_MOST_PAGES = 60


@pytest.mark.parametrize("kind", ["reallocation", "theatres", "estates"])
def test_pages_of_a_run(
    kind: str,
    tmp_path: Path,
    chromium: Browser,
    serve: Callable[..., Server],
    reference_runs: Callable[[str, Path], str],
    pictures: Path,
) -> None:
    root = tmp_path / "runs"
    root.mkdir()
    name = reference_runs(kind, root)
    server = serve(root)
    seen = visit(chromium, server)
    paths = _crawled(seen, f"/runs/{name}", within=f"/runs/{name}")
    assert len(paths) >= 8, paths
    _hold(seen, paths, pictures, kind, name)


def test_pages_all_problems_share(
    tmp_path: Path, chromium: Browser, serve: Callable[..., Server], pictures: Path
) -> None:
    server = serve(tmp_path / "runs")
    seen = visit(chromium, server)
    paths = [path for path in _crawled(seen, "/", within="/") if not path.startswith("/runs/")]
    assert {"/", "/runs", "/jobs", "/help", "/problems/theatres"} <= set(paths)
    _hold(seen, paths, pictures, "shared", "-")


def _crawled(seen: Visit, first: str, within: str) -> list[str]:
    """Pages that can be reached by links from the first one, a few of each form of address."""
    found: list[str] = []
    waiting, known, alike = deque([first]), {first}, Counter[str]()
    while waiting and len(found) < _MOST_PAGES:
        path = waiting.popleft()
        seen.open(path)
        found.append(seen.page.url.removeprefix(seen.server.url))
        for link in links_within(seen):
            form = re.sub(r"=[^&]*", "=", re.sub(r"/[^/?]*[0-9][^/?]*", "/?", link.removeprefix(within)))
            if not link.startswith(within) or _FILES.search(link) or link in known or alike[form] >= _MOST_ALIKE:
                continue
            alike[form] += 1
            known.add(link)
            waiting.append(link)
    return list(dict.fromkeys(found))


def _hold(seen: Visit, paths: list[str], pictures: Path, kind: str, name: str) -> None:
    faults: list[str] = []
    for path in paths:
        for words, width in _WIDTHS.items():
            seen.page.set_viewport_size({"width": width, "height": 900})
            seen.open(path)
            place = re.sub(r"\W+", "_", path.replace(name, "")).strip("_")[:70] or "home"
            seen.page.screenshot(path=pictures / f"{kind}_{place}_{width}.png", full_page=True)
            if (pixels := overflow_pixels(seen)) > 0:
                faults.append(f"{path}, {words}: {pixels} pixels too wide")
            if width != _WIDTHS["twice the size"]:
                faults += [f"{path}, {words}: {fault}" for fault in faults_of_access(seen)]
        if (weight := weight_bytes(seen)) > LARGEST_PAGE_BYTES:
            faults.append(f"{path}: {weight} bytes")
        if seen.page.locator("h1").count() != 1:
            faults.append(f"{path}: {seen.page.locator('h1').count()} first headings")
    assert not faults, "\n".join(faults)
    assert not seen.foreign(), seen.foreign()
    assert not seen.said, seen.said
