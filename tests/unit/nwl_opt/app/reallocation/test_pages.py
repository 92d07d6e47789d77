"""The pages of a reallocation: each opens, says what its run came to, and refuses what is not there or not yours."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest

from nwl_opt.app.jobs.record import Job
from nwl_opt.app.reallocation.pages import PAGES
from nwl_opt.app.reallocation.settings import SETTINGS
from nwl_opt.app.reallocation.tables import TABLES
from nwl_opt.problems import load_problem
from tests.app_client import Browser, browser, copied

pytestmark = pytest.mark.unit
PLAN_PAGES = [page.slug for page in PAGES.results if page.needs_plan]
ALL_PAGES = [page.slug for page in PAGES.results]
LARGEST_PAGE_BYTES = 500_000


class _Outline(HTMLParser):
    """Counts what a page must have once, and what it must not have."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.captions = self.tables = self.pictures = 0
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.headings += [tag] if re.fullmatch("h[1-6]", tag) else []
        self.captions += tag == "caption"
        self.tables += tag == "table"
        self.pictures += tag == "figure"
        self.ids += [str(given["id"])] if "id" in given else []
        self.inline += [name for name in given if name == "style" or name.startswith("on")]


def _url(run: str, rest: str) -> str:
    return f"/runs/{run}/reallocation/{rest}"


@pytest.mark.parametrize("slug", ALL_PAGES)
def test_every_page_of_a_run_opens(tmp_path: Path, tiny_budgets: Path, slug: str) -> None:
    name = copied(tiny_budgets, tmp_path)
    with browser(tmp_path) as web:
        answer = web.client.get(_url(name, slug))
    assert answer.status_code == 200, answer.text[-500:]
    outline = _Outline(answer.text)
    assert outline.headings.count("h1") == 1
    assert outline.captions == outline.tables
    assert len(set(outline.ids)) == len(outline.ids)
    assert not outline.inline
    assert "synthetic" in answer.text.lower()
    assert len(answer.content) < LARGEST_PAGE_BYTES
    assert f'href="/runs/{name}/reallocation/{slug}" aria-current="page"' in answer.text


@pytest.mark.parametrize("slug", ["overview", "bridge", "moves", "impacts"])
def test_a_chart_has_its_table_beside_it_and_a_file(tmp_path: Path, tiny_budgets: Path, slug: str) -> None:
    name = copied(tiny_budgets, tmp_path)
    with browser(tmp_path) as web:
        text = web.client.get(_url(name, slug)).text
        outline = _Outline(text)
        assert outline.pictures and outline.tables >= outline.pictures
        files = re.findall(r'href="([^"]*\.csv[^"]*)"', text)
        assert files
        for file in files:
            assert web.client.get(file.replace("&amp;", "&")).status_code == 200
        assert f"/runs/{name}/report/xlsx" in text


@pytest.mark.parametrize("slug", ALL_PAGES)
def test_a_run_that_is_not_there_or_of_another_kind_is_not_found(
    tmp_path: Path, tiny_budgets: Path, slug: str
) -> None:
    other = tmp_path / "20260109T000000Z-estates-00000009"
    shutil.copytree(tiny_budgets, other)
    for file in ("run.json", "request.json"):
        text = (other / file).read_text(encoding="utf-8")
        (other / file).write_text(text.replace('"kind": "reallocation"', '"kind": "estates"'), encoding="utf-8")
    with browser(tmp_path) as web:
        assert web.client.get(_url("nothing", slug)).status_code == 404
        assert web.client.get(_url(other.name, slug)).status_code == 404


def test_the_run_of_another_is_not_found_on_any_page(tmp_path: Path, tiny_budgets: Path) -> None:
    name = copied(tiny_budgets, tmp_path)
    proxied = {"user_header": "X-User", "trusted_proxies": frozenset({"127.0.0.1"})}
    with browser(tmp_path, **proxied) as web:
        for slug in [*ALL_PAGES, "tables/gap.csv"]:
            assert web.client.get(_url(name, slug), headers={"X-User": "grace"}).status_code == 404
            assert web.client.get(_url(name, slug), headers={"X-User": "ada"}).status_code == 200


@pytest.mark.parametrize("slug", ALL_PAGES)
def test_a_run_that_is_not_finished_says_so(tmp_path: Path, tiny_budgets: Path, slug: str) -> None:
    name = copied(tiny_budgets, tmp_path)
    (tmp_path / name / "run.json").unlink()
    with browser(tmp_path) as web:
        answer = web.client.get(_url(name, slug))
    assert answer.url.path == f"/runs/{name}"
    assert "not finished" in answer.text


@pytest.mark.parametrize("slug", ALL_PAGES)
def test_without_a_plan_pages_that_need_one_lead_to_what_contradicts_itself(
    tmp_path: Path, no_plan: Path, slug: str
) -> None:
    name = copied(no_plan, tmp_path)
    with browser(tmp_path) as web:
        answer = web.client.get(_url(name, slug))
    assert answer.status_code == 200
    if slug in [*PLAN_PAGES, "overview"]:
        assert answer.url.path.endswith("/overview")
        assert "What cannot hold together" in answer.text
        assert "Solve with repair" in answer.text
        assert "/moves" not in answer.text


def test_the_overview_says_the_headlines_and_the_figures_of_the_run(tmp_path: Path, tiny_budgets: Path) -> None:
    name = copied(tiny_budgets, tmp_path)
    told = json.loads((tiny_budgets / "explanation.json").read_text(encoding="utf-8"))
    with browser(tmp_path) as web:
        text = web.client.get(_url(name, "overview")).text.replace("&#39;", "'")
    for one in told:
        if one["headline"]:
            assert one["sentence"] in text
            assert f"<h2>{one['section']}</h2>" in text
    assert "All growing alike" in text


def test_tables_as_files_hold_what_the_run_wrote(tmp_path: Path, tiny_budgets: Path) -> None:
    name = copied(tiny_budgets, tmp_path)
    with (tiny_budgets / "allocations.csv").open(encoding="utf-8") as lines:
        own = [row for row in csv.DictReader(lines) if row["year"] == "2024/25"]
    with browser(tmp_path) as web:
        answer = web.client.get(_url(name, "tables/allocations.csv?by=cell"))
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        column = next(key for key in rows[0] if key.startswith("2024/25"))
        assert sum(int(row[column]) for row in rows[:-1]) == sum(int(row["allocation_gbp"]) for row in own)
        assert "attachment" in answer.headers["content-disposition"]
        for table in TABLES:
            assert web.client.get(_url(name, f"tables/{table}.csv")).status_code == 200, table
        assert web.client.get(_url(name, "tables/nothing.csv")).status_code == 404


@pytest.mark.parametrize(
    "query", ["allocations?by=x&place=y", "bridge?line=x", "impacts?of=x", "moves?at=99&kind=x", "moves?at=-1"]
)
def test_choices_that_there_are_not_show_nothing_or_the_usual(tmp_path: Path, tiny_budgets: Path, query: str) -> None:
    name = copied(tiny_budgets, tmp_path)
    with browser(tmp_path) as web:
        assert web.client.get(_url(name, query)).status_code == 200
        assert web.client.get(_url(name, "moves?at=x")).status_code == 400


def test_a_lever_becomes_a_run_of_its_own(tmp_path: Path, tiny_budgets: Path) -> None:
    name = copied(tiny_budgets, tmp_path)
    with browser(tmp_path) as web:
        job = web.queued(_url(name, "levers/1/try"))
        assert web.post(_url(name, "levers/99/try")).status_code == 404
        assert web.client.post(_url(name, "levers/1/try")).status_code == 403
    scenario = next(one.removeprefix("--scenario=") for one in job.argv if one.startswith("--scenario="))
    document = tomllib.loads(Path(scenario).read_text(encoding="utf-8"))
    assert document["add"] == [{"table": "pace", "row": {"line": "mental_health", "cap_growth_share": 0.21}}]
    assert job.argv[:2] == ("solve", str((tmp_path / name / "inputs").absolute()))
    assert job.about == name and job.next_url == f"/runs/{job.out.name}"


def test_a_repair_becomes_a_run_of_its_own(tmp_path: Path, no_plan: Path) -> None:
    name = copied(no_plan, tmp_path)
    with browser(tmp_path) as web:
        job = web.queued(_url(name, "repairs/1/solve"))
        assert web.post(_url(name, "repairs/99/solve")).status_code == 404
        assert web.post(_url(name, "repairs/3/solve")).status_code == 404, "it does not make a plan possible"
        assert web.client.post(_url(name, "repairs/1/solve")).status_code == 403
        (tmp_path / name / "scenarios" / "repair_1.toml").unlink()
        assert web.post(_url(name, "repairs/1/solve")).status_code == 409
    assert f"--scenario={(tmp_path / name / 'scenarios' / 'repair_1.toml').absolute()}" in job.argv


FRONTIER = """point,peak_growth_limit_share,final_year_gap_gbp,peak_growth_share,status,beaten_by_point,run
1,0.05,20000,0.05,on_frontier,,point-01
2,0.06,18000,0.06,on_frontier,,point-02
3,0.07,,,no_plan,,point-03
"""


def _solved_frontier(web: Browser, name: str, run: Path) -> Job:
    """A trade-off as its command would leave it, whose first point is a copy of the run."""
    job = web.queued(_url(name, "frontier"), {"against": "peak_growth", "points": "3"})
    job.out.mkdir(parents=True)
    (job.out / "frontier.csv").write_text(FRONTIER, encoding="utf-8")
    shutil.copytree(run, job.out / "point-01")
    return job


def test_the_trade_off_leads_from_each_point_to_its_plan(tmp_path: Path, tiny_budgets: Path) -> None:
    name = copied(tiny_budgets, tmp_path)
    with browser(tmp_path) as web:
        job = _solved_frontier(web, name, tiny_budgets)
        assert job.argv[:6] == ("frontier", str((tmp_path / name / "inputs").absolute()), "--against", "peak_growth",
                                "--points", "3")  # fmt: skip
        for url in (_url(name, "frontier"), _url(name, f"frontier?job={job.id}")):
            page = web.client.get(url).text
            assert f'<a href="{_url(name, f"frontier/{job.id}/points/1")}"' in page
            assert "Each point of growth lowers" in page and 'role="group"' in page
        point = web.client.get(_url(name, f"frontier/{job.id}/points/1"))
        assert "Point 1 of the trade-off" in point.text and "the same" in point.text
        kept = web.queued(_url(name, f"frontier/{job.id}/points/2/keep"))
        assert "--set=settings.peak_growth_limit_share=0.06" in kept.argv
        points = web.client.get(_url(name, f"frontier/{job.id}/points.csv")).text
        assert "20000" in points


def test_a_trade_off_that_is_not_there_is_not_found_and_one_that_failed_says_why(
    tmp_path: Path, tiny_budgets: Path
) -> None:
    name = copied(tiny_budgets, tmp_path)
    with browser(tmp_path) as web:
        assert web.client.get(_url(name, "frontier?job=nothing")).status_code == 404
        assert web.client.get(_url(name, "frontier?job=../../x")).status_code == 404
        job = _solved_frontier(web, name, tiny_budgets)
        assert web.client.get(_url(name, f"frontier/{job.id}/points/9")).status_code == 404
        (job.out / "frontier.csv").unlink()
        assert web.client.get(_url(name, f"frontier/{job.id}/points/1")).status_code == 404
        (job.folder / "done.json").write_text('{"exit_code": 3, "seconds": 1}', encoding="utf-8")
        (job.folder / "stderr.txt").write_text("No frontier: there is nothing to trade.\n", encoding="utf-8")
        assert "nothing to trade" in web.client.get(_url(name, "frontier")).text


@pytest.mark.parametrize(
    "fields", [{"against": "x", "points": "4"}, {"against": "peak_growth", "points": "2"},
               {"against": "peak_growth", "points": "-3"}, {"against": "peak_growth", "points": "1e3"}, {}]
)  # fmt: skip
def test_a_trade_off_that_cannot_be_is_refused(tmp_path: Path, tiny_budgets: Path, fields: dict[str, object]) -> None:
    name = copied(tiny_budgets, tmp_path)
    with browser(tmp_path) as web:
        assert web.post(_url(name, "frontier"), fields).status_code == 422
        assert web.client.post(_url(name, "frontier"), data=fields).status_code == 403
        assert not list((tmp_path / ".app").glob("jobs/*"))


def test_runs_side_by_side_mark_what_differs_in_words(tmp_path: Path, tiny_budgets: Path, no_plan: Path) -> None:
    name, without = copied(tiny_budgets, tmp_path), copied(no_plan, tmp_path)
    other = tmp_path / "20260106T000000Z-reallocation-00000006"
    shutil.copytree(tiny_budgets, other)
    record = json.loads((other / "run.json").read_text(encoding="utf-8"))
    record["kpis"]["final_year_gap"]["value"] += 1_000_000
    (other / "run.json").write_text(json.dumps(record), encoding="utf-8")
    with browser(tmp_path) as web:
        page = web.client.get(_url(name, f"sides?other={other.name}&other={without}&other={name}")).text
        assert page.count('class="number differs"') == 1 and "£1,000,000 more" in page
        assert "no plan" in page and "closure required" in page
        assert web.client.get(_url(name, "sides?other=nothing")).status_code == 404
        (tmp_path / without / "run.json").unlink()
        assert web.client.get(_url(name, f"sides?other={without}")).status_code == 422


def test_scenarios_chosen_are_solved_and_none_or_too_many_are_refused(tmp_path: Path, tiny_budgets: Path) -> None:
    name = copied(tiny_budgets, tmp_path)
    with browser(tmp_path) as web:
        job = web.queued(_url(name, "sides/solve"), {"scenario": "growth_4_4_percent"})
        assert "--scenario=growth_4_4_percent" in job.argv
        for fields in ({}, {"scenario": "../x"}):
            assert web.post(_url(name, "sides/solve"), fields).status_code == 422
        assert web.client.post(_url(name, "sides/solve")).status_code == 403


def test_settings_of_the_form_are_settings_of_the_problem() -> None:
    known = load_problem("reallocation").register.settings.model_fields
    for field in SETTINGS:
        assert field.name in known
        assert field.label and field.help
        assert field.kind == "choice" or field.unit
