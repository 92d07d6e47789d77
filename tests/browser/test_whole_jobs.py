"""Each user's whole job on the reference instance, from the first page to a plan in Excel, in at most 15 actions."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import python_calamine as calamine
from playwright.sync_api import Browser, expect

from nwl_opt.app.kinds import pages_of
from tests.browser.driving import Server, Visit, visit

pytestmark = pytest.mark.browser
MOST_ACTIONS = 15
_A_SOLVE_MILLISECONDS = 400_000


def _to_a_plan(seen: Visit, kind: str, **choices: str) -> None:
    """From the first page through the reference and its settings to the first page of a plan."""
    pages = pages_of(kind)
    assert pages is not None
    seen.open("/")
    seen.click(f"main a:has-text('{pages.title}')")
    seen.click("a:has-text('North West London reference')")
    expect(seen.page.locator("main")).to_contain_text("it can be solved")
    seen.click("text=Go on to the settings")
    for label, value in choices.items():
        seen.choose(label.replace("_", " "), value)
    seen.click("main button:has-text('Solve')")
    seen.page.wait_for_url(re.compile(rf"/runs/.*/{kind}/"), timeout=_A_SOLVE_MILLISECONDS)
    expect(seen.page.locator("main")).to_contain_text("Independent check passed")


def _workbook(seen: Visit, pictures: Path) -> calamine.CalamineWorkbook:
    """The plan as Excel, from the page of downloads."""
    seen.click("nav a:has-text('Downloads')")
    with seen.page.expect_download(timeout=_A_SOLVE_MILLISECONDS) as coming:
        seen.actions += 1
        seen.page.locator("a:has-text('Excel workbook')").first.click(
            no_wait_after=True, timeout=_A_SOLVE_MILLISECONDS
        )
    file = coming.value
    target = pictures / file.suggested_filename
    file.save_as(target)
    assert target.suffix == ".xlsx"
    return calamine.CalamineWorkbook.from_path(str(target))


def _held(seen: Visit, book: calamine.CalamineWorkbook) -> None:
    assert len(book.sheet_names) >= 5, book.sheet_names
    assert seen.actions <= MOST_ACTIONS, seen.actions
    assert not seen.foreign(), seen.foreign()
    assert not seen.said, seen.said


def test_a_finance_lead(tmp_path: Path, chromium: Browser, serve: Callable[..., Server], pictures: Path) -> None:
    """A plan, what stops it, another cap on mental health tried and kept, taken away."""
    seen = visit(chromium, serve(tmp_path / "runs"))
    _to_a_plan(seen, "reallocation")
    seen.click("nav a:has-text('What stops us')")
    seen.click("nav a:has-text('Try other settings')")
    seen.fill("Cap on mental health growth", "8")
    expect(seen.page.locator("#answer-words")).to_contain_text("Not saved", timeout=60_000)
    expect(seen.page.locator("#answer svg").first).to_be_visible()
    seen.page.screenshot(path=pictures / "job_reallocation_tried.png", full_page=True)
    seen.click("button:has-text('Keep this as a run')")
    seen.page.wait_for_url(re.compile(r"/runs/[^/]+/reallocation/overview"), timeout=_A_SOLVE_MILLISECONDS)
    _held(seen, _workbook(seen, pictures))


def test_a_scheduler(tmp_path: Path, chromium: Browser, serve: Callable[..., Server], pictures: Path) -> None:
    """Four weeks of lists; a patient's date agreed by hand; saved as a run; the lists taken away."""
    seen = visit(chromium, serve(tmp_path / "runs"))
    _to_a_plan(seen, "theatres", How_long_to_search="0.1")
    seen.click("nav a:has-text('Week board')")
    seen.click("main table a:has-text('patients')")
    seen.page.screenshot(path=pictures / "job_theatres_day.png", full_page=True)
    seen.click("main table tr:has-text('proposed') a[href*='/theatres/patient/']")
    seen.click("a:has-text('Move, lock, swap, offer or agree')")
    seen.click("main button:has-text('Agreed')")
    expect(seen.page.locator("#now")).to_contain_text("1 change by hand")
    expect(seen.page.locator("#now")).to_contain_text("Every rule is kept")
    seen.click("a:has-text('See the draft')")
    seen.click("main button:has-text('Save as a new run')")
    seen.page.wait_for_url(re.compile(r"/runs/.*/theatres/difference"), timeout=_A_SOLVE_MILLISECONDS)
    seen.page.screenshot(path=pictures / "job_theatres_difference.png", full_page=True)
    expect(seen.page.locator("main")).to_contain_text("Independent check passed")
    _held(seen, _workbook(seen, pictures))


def test_an_estates_lead(
    tmp_path: Path,
    chromium: Browser,
    serve: Callable[..., Server],
    reference_runs: Callable[[str, Path], str],
    pictures: Path,
) -> None:
    """What the reference's plan says of a building, and the answer to whether it can go back in October."""
    root = tmp_path / "runs"
    root.mkdir()
    reference_runs("estates", root)
    seen = visit(chromium, serve(root))
    seen.open("/")
    seen.click("main table a:has-text('North West London estate')")
    seen.click("nav a:has-text('Map')")
    seen.click("nav a:has-text('Test a hand-back')")
    options = seen.page.locator("select[name=space] option").all_text_contents()
    building = next(words for words in options if "St Charles" in words)
    seen.choose("Space", building)
    seen.fill("Day of the hand-back", "2027-04-01")
    seen.click("main button:has-text('Test it')")
    expect(seen.page.locator(".verdict-word").first).to_be_visible(timeout=_A_SOLVE_MILLISECONDS)
    expect(seen.page.locator("main")).to_contain_text("E-", timeout=_A_SOLVE_MILLISECONDS)
    seen.page.screenshot(path=pictures / "job_estates_tested.png", full_page=True)
    _held(seen, _workbook(seen, pictures))


def test_an_estates_lead_from_the_first_page(tmp_path: Path, chromium: Browser, serve: Callable[..., Server]) -> None:
    """The whole estate solved from the first page on, stopped when it is good enough: the plan is kept."""
    seen = visit(chromium, serve(tmp_path / "runs"))
    seen.open("/")
    seen.click("main a:has-text('Estate')")
    seen.click("a:has-text('North West London reference')")
    seen.click("text=Go on to the settings")
    seen.click("main button:has-text('Solve')")
    expect(seen.page.locator("[data-job-stages] td.number").first).not_to_be_empty(timeout=_A_SOLVE_MILLISECONDS)
    seen.click("button:has-text('Stop, and keep the best plan so far')")
    seen.page.wait_for_url(re.compile(r"/runs/"), timeout=_A_SOLVE_MILLISECONDS)
    expect(seen.page.locator("main")).to_contain_text("best plan so far")
    assert seen.actions <= MOST_ACTIONS
