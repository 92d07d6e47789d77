"""What every page is held to: nothing foreign, no fault of access, no scrolling sideways, not too heavy."""

from __future__ import annotations

from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe

from tests.browser.driving import Visit

_AXE = Axe()
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LARGEST_PAGE_BYTES = 500_000


def faults_of_access(seen: Visit) -> list[str]:
    """What axe finds against WCAG 2.2 AA, as rule, place and reason."""
    found = _AXE.run(seen.page, options=_RULES).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
        for one in found
        for node in one["nodes"]
    ]


def overflow_pixels(seen: Visit) -> int:
    """By how much the page is wider than the window; tables scroll in regions of their own."""
    return int(seen.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def weight_bytes(seen: Visit) -> int:
    """Everything the page took over the wire, style and script among it."""
    return int(
        seen.page.evaluate(
            "performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))"
            ".reduce((sum, one) => sum + one.decodedBodySize, 0)"
        )
    )


def links_within(seen: Visit) -> list[str]:
    """Pages of the app that this one leads to, without files to download."""
    hrefs = seen.page.eval_on_selector_all(
        "a[href]", "all => all.map(one => new URL(one.getAttribute('href'), location).href)"
    )
    paths = {urlsplit(href) for href in hrefs if href.startswith(f"{seen.server.url}/")}
    return sorted({f"{one.path}{'?' + one.query if one.query else ''}" for one in paths})
