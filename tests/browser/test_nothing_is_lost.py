"""Reloading, a second tab, a server that dies and comes back, two people at once: nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from nwl_opt.app.kinds import all_pages
from nwl_opt.run_folder import read_run
from tests.browser.driving import Server, Visit, visit

pytestmark = pytest.mark.browser
_A_SOLVE_MILLISECONDS = 240_000


def _begin(seen: Visit, kind: str, instance: str) -> str:
    """Start a solve from its settings page; returns the address of its job."""
    seen.open(f"/inputs/shipped.{kind}.{instance}/settings")
    seen.click("button:has-text('Solve')")
    seen.page.wait_for_url(re.compile(r"/jobs/|/runs/"))
    return seen.page.url.removeprefix(seen.server.url)


def test_a_solve_outlives_a_server_that_is_killed(
    tmp_path: Path, chromium: Browser, serve: Callable[..., Server]
) -> None:
    """The plan that was being made is made to its end, and its page is found again under its old address."""
    server = serve(tmp_path / "runs")
    seen = visit(chromium, server)
    job = _begin(seen, "theatres", "nwl")
    expect(seen.page.locator("[data-job-stages] td.number").first).not_to_be_empty(timeout=_A_SOLVE_MILLISECONDS)
    server.stop(kill=True)
    server.start()
    seen.open(job)
    expect(seen.page.locator("h1")).to_contain_text("Orthopaedic")
    seen.click("button:has-text('Stop, and keep the best plan so far')")
    seen.page.wait_for_url(re.compile(r"/runs/"), timeout=_A_SOLVE_MILLISECONDS)
    (folder,) = [path for path in (tmp_path / "runs").iterdir() if not path.name.startswith(".")]
    record = read_run(folder).record
    assert record is not None
    assert record["status"] == "cancelled"
    assert record["check"]["passed"] is True  # type: ignore[index]
    expect(seen.page.locator("main")).to_contain_text("best plan so far")


def test_a_page_reloaded_and_a_second_tab_show_the_same_solve(
    tmp_path: Path, chromium: Browser, serve: Callable[..., Server]
) -> None:
    server = serve(tmp_path / "runs")
    seen = visit(chromium, server)
    job = _begin(seen, "reallocation", "nwl")
    seen.page.reload()
    second = visit(chromium, server)
    second.open(job)
    for one in (seen, second):
        one.page.wait_for_url(re.compile(r"/runs/"), timeout=_A_SOLVE_MILLISECONDS)
    assert seen.page.url == second.page.url
    assert len([path for path in (tmp_path / "runs").iterdir() if not path.name.startswith(".")]) == 1


def test_two_people_at_once_see_their_own(tmp_path: Path, chromium: Browser, serve: Callable[..., Server]) -> None:
    """Behind a proxy that names its users; here the browser plays the proxy."""
    server = serve(tmp_path / "runs", "--user-header", "X-Remote-User", "--trusted-proxy", "127.0.0.1")
    both = {name: visit(chromium, server, extra_http_headers={"X-Remote-User": name}) for name in ("ada", "grace")}
    for seen in both.values():
        _begin(seen, "reallocation", "nwl")
    places = {}
    for name, seen in both.items():
        seen.page.wait_for_url(re.compile(r"/runs/"), timeout=_A_SOLVE_MILLISECONDS)
        places[name] = re.sub(r".*(/runs/[^/]+).*", r"\1", seen.page.url)
    assert places["ada"] != places["grace"]
    for name, other in (("ada", "grace"), ("grace", "ada")):
        both[name].open("/runs")
        assert both[name].page.locator(f"a[href='{places[name]}']").count() == 1
        assert both[name].page.locator(f"a[href='{places[other]}']").count() == 0
        both[name].open(places[other])
        expect(both[name].page.locator("h1")).to_have_text("Not found")


def test_every_page_works_without_script(tmp_path: Path, chromium: Browser, serve: Callable[..., Server]) -> None:
    server = serve(tmp_path / "runs")
    seen = visit(chromium, server, java_script_enabled=False)
    _begin(seen, "reallocation", "tiny")
    seen.page.wait_for_url(re.compile(r"/runs/"), timeout=_A_SOLVE_MILLISECONDS)
    expect(seen.page.locator("main")).to_contain_text("Independent check passed")


def test_a_solve_is_asked_for_with_the_keyboard_alone(
    tmp_path: Path, chromium: Browser, serve: Callable[..., Server]
) -> None:
    server = serve(tmp_path / "runs")
    seen = visit(chromium, server)
    seen.open("/")
    seen.page.keyboard.press("Tab")
    expect(seen.page.locator(":focus")).to_have_text("Skip to the main content")
    for words in (all_pages()[0].title, "Two places, two lines", "Go on to the settings"):
        _press(seen, words)
    _press(seen, "Solve")
    seen.page.wait_for_url(re.compile(r"/runs/"), timeout=_A_SOLVE_MILLISECONDS)


def _press(seen: Visit, words: str) -> None:
    """Go on by Tab until what has these words has the focus, then press Enter."""
    for _ in range(80):
        seen.page.keyboard.press("Tab")
        focused = seen.page.evaluate("document.activeElement ? document.activeElement.textContent.trim() : ''")
        if words.lower() in str(focused).lower() and len(str(focused)) < 90:
            with seen.page.expect_navigation():
                seen.page.keyboard.press("Enter")
            return
    raise AssertionError(f"the keyboard does not reach {words}")
