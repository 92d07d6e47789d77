"""Makes the pictures of the tutorials anew: `python docs/make_pictures.py`, from anywhere.

It serves the app over a folder of its own, does in Chromium what the tutorials say, and keeps what is seen in
`docs/pictures`. Plans of the reference instances are solved, which takes a few minutes. Those that lie in the folder
`NWL_OPT_REFERENCE_RUNS` are taken from there, once the solve was begun and stopped. Days and times are the machine's.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, FloatRect, expect, sync_playwright
from small_png import small_png

_ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(_ROOT))

from nwl_opt.app.kinds import pages_of  # noqa: E402 - the tests are found from the root only
from tests.browser.driving import (  # noqa: E402
    Server,
    Visit,
    chromium_path,
    free_port,
    launched,
    put_reference,
    saved_reference,
    visit,
)

PICTURES = _ROOT / "docs" / "pictures"
LARGEST_PICTURE_BYTES = 150_000
_WIDTH, _TALLEST = 1100, 1000
_EDGE = 14
_A_SOLVE_MILLISECONDS = 400_000


@dataclass
class Camera:
    """Someone who does a user's job in a browser and keeps pictures of it."""

    seen: Visit

    def take(self, name: str, last: str = "main", first: str = "body", tallest: int = _TALLEST) -> None:
        """Keep the page from where `first` begins to where `last` ends, at most `tallest` pixels of it."""
        page = self.seen.page
        page.wait_for_load_state("networkidle")
        page.mouse.move(0, 0)  # so that nothing looks pointed at
        page.evaluate("document.activeElement.blur()")
        begins = self._edges(first)[0]
        top = 0.0 if first == "body" else max(0.0, begins - _EDGE)
        height = min(self._edges(last)[1] + _EDGE - top, tallest)
        clip: FloatRect = {"x": 0, "y": top, "width": _WIDTH, "height": height}
        target = PICTURES / f"{name}.png"
        target.write_bytes(small_png(page.screenshot(full_page=True, clip=clip)))
        weight = target.stat().st_size
        print(f"{target.name}: {height:.0f} pixels high, {weight:,} bytes")
        if weight > LARGEST_PICTURE_BYTES:
            raise SystemExit(f"{target.name} is larger than {LARGEST_PICTURE_BYTES:,} bytes: show less of the page")

    def _edges(self, selector: str) -> tuple[float, float]:
        """Where it begins and ends on the page, not in the window."""
        place = self.seen.page.locator(selector).first
        box = place.bounding_box()
        if box is None:
            raise SystemExit(f"{self.seen.page.url} does not show {selector}")
        scrolled = float(self.seen.page.evaluate("window.scrollY"))
        return box["y"] + scrolled, box["y"] + box["height"] + scrolled


def to_the_plan(camera: Camera, kind: str, prefix: str, runs_root: Path, **choices: str) -> None:
    """From the first page over the reference and its settings to the first page of a plan."""
    seen = camera.seen
    pages = pages_of(kind)
    assert pages is not None
    seen.open("/")
    camera.take("first_page")
    seen.click(f"main a:has-text('{pages.title}')")
    camera.take(f"{prefix}_open")
    seen.click("a:has-text('North West London reference')")
    expect(seen.page.locator("main")).to_contain_text("it can be solved")
    if prefix == "finance":
        camera.take("looked_at", tallest=640)
    seen.click("text=Go on to the settings")
    for label, value in choices.items():
        seen.choose(label.replace("_", " "), value)
    camera.take(f"{prefix}_settings", tallest=760)
    seen.click("main button:has-text('Solve')")
    expect(seen.page.locator("[data-job-stages] td.number").first).to_be_visible(timeout=_A_SOLVE_MILLISECONDS)
    camera.take(f"{prefix}_working")
    if saved_reference(kind) is None:
        seen.page.wait_for_url(re.compile(rf"/runs/.*/{kind}/"), timeout=_A_SOLVE_MILLISECONDS)
    else:
        seen.click("button:has-text('Stop, and keep the best plan so far')")
        seen.page.wait_for_url(re.compile(r"/runs/"), timeout=_A_SOLVE_MILLISECONDS)
        seen.open(f"/runs/{put_reference(kind, runs_root, runs_root)}")


def finance(camera: Camera, runs_root: Path) -> None:
    """A finance lead: a plan, what stops it, another cap on mental health growth tried and kept."""
    seen = camera.seen
    to_the_plan(camera, "reallocation", "finance", runs_root)
    camera.take("finance_plan", last="main figure", tallest=1300)
    seen.click("nav a:has-text('What stops us')")
    camera.take("finance_stops", first="main h1", tallest=976)
    seen.click("nav a:has-text('Try other settings')")
    seen.fill("Cap on mental health growth", "8")
    expect(seen.page.locator("#answer-words")).to_contain_text("Not saved", timeout=60_000)
    camera.take("finance_try", first="main h1", last="#answer form")
    seen.click("button:has-text('Keep this as a run')")
    seen.page.wait_for_url(re.compile(r"/runs/[^/]+/reallocation/overview"), timeout=_A_SOLVE_MILLISECONDS)
    seen.click("nav a:has-text('Downloads')")
    camera.take("downloads", last="main ul.cards")


def theatres(camera: Camera, runs_root: Path) -> None:
    """A scheduler: lists of four weeks, a patient's date agreed, saved as a run of its own."""
    seen = camera.seen
    to_the_plan(camera, "theatres", "theatres", runs_root, How_long_to_search="0.1")
    camera.take("theatres_plan", tallest=674)
    seen.click("nav a:has-text('Week board')")
    camera.take("theatres_week", first="main h1", tallest=788)
    seen.click("main table a:has-text('patients')")
    camera.take("theatres_day", first="main h1", last=".gantt", tallest=682)
    seen.click("main table tr:has-text('proposed') a[href*='/theatres/patient/']")
    camera.take("theatres_patient", first="main h1")
    seen.click("a:has-text('Move, lock, swap, offer or agree')")
    seen.click("main button:has-text('Agreed')")
    expect(seen.page.locator("#now")).to_contain_text("Every rule is kept")
    camera.take("theatres_agreed", first="main h1", last="form.panel")
    seen.click("a:has-text('See the draft')")
    camera.take("theatres_draft", first="main h1", tallest=880)
    seen.click("main button:has-text('Save as a new run')")
    seen.page.wait_for_url(re.compile(r"/runs/.*/theatres/difference"), timeout=_A_SOLVE_MILLISECONDS)
    camera.take("theatres_changed")


def estates(camera: Camera, runs_root: Path) -> None:
    """An estates lead: what the plan says of a building, and whether it could go back on another day."""
    seen = camera.seen
    to_the_plan(camera, "estates", "estates", runs_root)
    camera.take("estates_plan", tallest=640)
    seen.click("nav a:has-text('Map')")
    camera.take("estates_map", first="main h1", last=".map")
    seen.click("nav a:has-text('Test a hand-back')")
    options = seen.page.locator("select[name=space] option").all_text_contents()
    seen.choose("Space", next(words for words in options if "St Charles" in words))
    seen.fill("Day of the hand-back", "2027-04-01")
    camera.take("estates_test", first="main h1")
    seen.click("main button:has-text('Test it')")
    expect(seen.page.locator(".verdict-word").first).to_be_visible(timeout=_A_SOLVE_MILLISECONDS)
    expect(seen.page.locator("a:has-text('All of it (zip)')")).to_be_visible(timeout=_A_SOLVE_MILLISECONDS)
    camera.take("estates_answer", first="main h1", tallest=900)


JOBS: Sequence[tuple[str, Callable[[Camera, Path], None]]] = (
    ("reallocation", finance),
    ("theatres", theatres),
    ("estates", estates),
)


def taken(browser: Browser, kind: str, job: Callable[[Camera, Path], None], shared: Path) -> None:
    """One user's pictures, with a server and a folder of runs of their own."""
    runs_root = shared / f"runs_{kind}"
    runs_root.mkdir()
    server = Server(runs_root, free_port())
    server.start()
    try:
        seen = visit(browser, server, width=_WIDTH, locale="en-GB")
        job(Camera(seen), runs_root)
    finally:
        server.stop()


def main(asked: Sequence[str]) -> None:
    """Take the pictures of these kinds of problem; of all without one."""
    path = chromium_path()
    if path is None:
        raise SystemExit("No Chromium is installed: on Debian and Ubuntu, apt install chromium.")
    os.environ["LOGNAME"] = "your name"
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = launched(playwright, path)
        for kind, job in JOBS:
            if not asked or kind in asked:
                taken(browser, kind, job, Path(folder))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
