"""Every number of the paragraph a board reads, worked out again from the written tables."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from models.estates.words import gbp_words as estate_pounds
from models.reallocation.words import gbp_words as pounds
from nwl_opt.reporting.content import Paragraph
from nwl_opt.reporting.reading import read_for_report
from nwl_opt.reporting.report import make_report
from nwl_opt.words import percent
from tests.model.nwl_opt.reporting.report_runs import rows_of

pytestmark = pytest.mark.model
WHEN = dt.datetime(2026, 11, 22, 16, 0)


def _paragraph(run: Path) -> str:
    first = make_report(read_for_report(run), WHEN).sections[0]
    assert first.title == "What we recommend"
    (paragraph,) = first.blocks
    assert isinstance(paragraph, Paragraph)
    return paragraph.text


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"£?\d[\d,.]*\d(?:bn|m|k)?|\d", text))


def test_every_number_of_a_reallocation_is_of_its_tables(budgets: Path) -> None:
    """Gaps by place and line, lines against growth in step, costs of moving, shares of provenance."""
    text = _paragraph(budgets)
    gaps: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in rows_of(budgets, "allocations"):
        gaps[row["place"], row["line"], row["year"]] += int(row["gap_gbp"])
    years = sorted({year for _, _, year in gaps})
    over = {year: sum(max(gbp, 0) for (*_, when), gbp in gaps.items() if when == year) for year in years}
    assert f"comes from {pounds(over[years[0]])} in {years[0]} to {pounds(over[years[-1]])} in {years[-1]};" in text
    alike: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows_of(budgets / "baselines/pro_rata_growth", "allocations"):
        alike[row["place"], row["line"]] += int(row["gap_gbp"]) if row["year"] == years[-1] else 0
    assert f"alike would leave {pounds(sum(max(gbp, 0) for gbp in alike.values()))}." in text
    lines: dict[str, int] = defaultdict(int)
    for row in rows_of(budgets, "impacts"):
        if row["kind"] == "place_line":
            lines[row["who"].split("/")[1]] += int(row["against_in_step_gbp"])
    assert f"Mental health {pounds(lines['mental_health'])} more, and Acute {pounds(-lines['acute'])} less" in text
    moving = sum(
        int(row["double_running_gbp"]) + int(row["stranded_gbp"])
        for row in rows_of(budgets, "transition")
        if row["line"] != "all"
    )
    assert ("Moving the money costs nothing once." in text) == (moving == 0)
    assert (
        "It is proven that no plan under the same rules" in text
        and "(money nobody gets, all years) leaves less." in text
    )
    _checked_and_synthetic(budgets, text)


def test_every_number_of_an_estate_is_of_its_tables(estate: Path) -> None:
    text = _paragraph(estate)
    plan = rows_of(estate, "site_plan")
    suites = {row["suite_id"]: int(row["area_m2"]) for row in rows_of(estate / "inputs", "suites")}
    gone = {row["suite_id"]: row["date"] for row in plan if row["extent"]}
    assert gone, "a test needs something handed back"
    area = sum(suites[suite] for suite in gone)
    assert f"{len(gone)} suite{'s' * (len(gone) > 1)} of {len(suites)} ({area:,} m2" in text
    for day in (min(gone.values()), max(gone.values())):
        date = dt.date.fromisoformat(day)
        assert f"{date.day} {date:%B} {date.year}" in text
    present = {
        folder: sum(
            float(row["discounted_gbp"]) for row in rows_of(estate / folder, "cashflow") if row["ledger"] == "icb"
        )
        for folder in ("", "baselines/todays_estate")
    }
    before, after = present["baselines/todays_estate"], present[""]
    assert f"from {estate_pounds(before)} with everything kept to {estate_pounds(after)}" in text
    assert f"{estate_pounds(before - after)} less" in text
    once = sum(
        int(row["gbp"])
        for row in rows_of(estate, "cashflow")
        if row["ledger"] == "icb" and row["item"] in ("vacating_payment", "moves", "works")
    )
    assert f"It costs the ICB {estate_pounds(once)} once" in text
    assert "Every contact finds a room." in text
    assert (
        "It is proven that no plan under the same rules" in text
        and "(as few contacts without a room as possible) costs less." in text
    )
    _checked_and_synthetic(estate, text)


def test_every_number_of_theatre_lists_is_of_their_tables(lists: Path) -> None:
    """Four patients: what is under five is said to be, and shares are those of the lists."""
    text = _paragraph(lists)
    usable = [row for row in rows_of(lists, "lists") if row["usable"] == "yes"]
    used = [row for row in usable if int(row["cases"])]
    assert f"on {len(used)} of the {len(usable)} lists that can be used" in text
    minutes = sum(int(row["planned_minutes"]) for row in usable)
    inside = sum(float(row["capped_utilisation_simulated"]) * int(row["planned_minutes"]) for row in usable)
    assert f"{percent(inside / minutes)} of the time of the lists is operating" in text
    for assumptions in ("as_planned", "stressed"):
        late = [
            float(row["overrun_probability"])
            for row in rows_of(lists, "rehearsal")
            if row["assumptions"] == assumptions and row["list_id"] in {one["list_id"] for one in used}
        ]
        assert percent(sum(late) / len(late)) in text
    night = max(rows_of(lists, "beds"), key=lambda row: float(row["p95_occupied"]) - int(row["beds"]))
    assert f"{float(night['p95_occupied']):.1f} of {night['beds']} beds in" in text
    assert "under 5 operations" in text and len(rows_of(lists, "theatre_lists")) < 5
    _checked_and_synthetic(lists, text)


def _checked_and_synthetic(run: Path, text: str) -> None:
    """The last two sentences: how many rules were checked, and what the figures are."""
    record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    assert f"An independent check of {len(record['check']['rules_checked'])} rules found none broken." in text
    shares = record["provenance"]
    assert f"{percent(shares['synthetic'])} of the input figures are synthetic" in text
    assert f"{percent(shares['assumption'])} are assumptions" in text
    assert len(_numbers(text)) > 6
