"""The pages every problem shares, from the first one to a plan taken away."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import re
import shutil
import time
import zipfile
from pathlib import Path

import pytest

from nwl_opt.app.kinds import SettingField, all_pages
from nwl_opt.app.routes.solving import assignment, read_value, said_setting, shown_value
from nwl_opt.problems import find_instance
from nwl_opt.run_folder import read_run
from nwl_opt.scenario import parse_assignments
from tests.app_client import browser, copied

pytestmark = pytest.mark.unit


def test_home_leads_to_every_problem_and_every_link_of_it_is_there(tmp_path: Path, tiny_budgets: Path) -> None:
    name = copied(tiny_budgets, tmp_path)
    with browser(tmp_path) as web:
        home = web.client.get("/").text
        assert f"/runs/{name}" in home
        links = set(re.findall(r'href="(/[^"#]*)"', home))
        assert {f"/problems/{pages.kind}" for pages in all_pages()} <= links
        for link in sorted(links):
            assert web.client.get(link).status_code == 200, link


@pytest.mark.parametrize("kind", ["reallocation", "theatres", "estates"])
def test_a_problem_offers_the_reference_a_template_and_its_runs(tmp_path: Path, kind: str) -> None:
    with browser(tmp_path) as web:
        page = web.client.get(f"/problems/{kind}").text
        template = web.client.get(f"/problems/{kind}/template.xlsx")
    assert f"/inputs/shipped.{kind}.nwl" in page
    assert template.status_code == 200
    assert template.content.startswith(b"PK")
    assert f"{kind}_template.xlsx" in template.headers["content-disposition"]


@pytest.mark.parametrize("url", ["/problems/x", "/inputs/shipped.x.nwl", "/inputs/shipped.estates.moon",
                                 "/inputs/sent.0123456789ab", "/inputs/sent...", "/inputs/run.x"])  # fmt: skip
def test_what_is_not_there_is_not_found(tmp_path: Path, url: str) -> None:
    with browser(tmp_path) as web:
        answer = web.client.get(url)
    assert answer.status_code == 404
    assert "Not found" in answer.text


def test_from_the_reference_to_a_plan_that_is_taken_away(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        look = web.client.get("/inputs/shipped.reallocation.tiny")
        assert "it can be solved" in look.text
        form = web.client.get("/inputs/shipped.reallocation.tiny/settings").text
        assert "Solve" in form
        place = web.post("/inputs/shipped.reallocation.tiny/solve", {"why": "to see"}).headers["location"]
        job = web.ended(web.job(place))
        assert job.exit_code == 0, job.said("stderr.txt")
        state = web.client.get(f"{place}/state").json()
        assert state["next"] == f"/runs/{job.out.name}"
        assert state["stages"]
        shown = web.client.get(place)  # leads on to the run
        assert "Best plan, proven" in shown.text
        assert "Independent check passed" in shown.text
        packed = web.client.get(f"/runs/{job.out.name}/everything.zip").content
    record = read_run(job.out).record
    assert record is not None and record["why"] == "to see" and record["who"]
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert f"{job.out.name}/run.json" in archive.namelist()


def test_a_setting_that_is_changed_is_solved_with_and_others_are_left_alone(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        field = next(one for one in all_pages()[0].settings if one.kind == "percent")
        place = web.post("/inputs/shipped.reallocation.tiny/solve", {field.name: "1.25"}).headers["location"]
        job = web.job(place)
        web.post(f"{place}/cancel")
        web.ended(job)
    assert [one for one in job.argv if one.startswith("--set=")] == [f"--set=settings.{field.name}=0.0125"]


@pytest.mark.parametrize("typed", ["", "many", "1e999", "-5000"])
def test_a_setting_that_cannot_be_is_told_at_its_field_and_nothing_is_lost(tmp_path: Path, typed: str) -> None:
    with browser(tmp_path) as web:
        field = next(one for one in all_pages()[0].settings if one.kind == "percent")
        answer = web.post("/inputs/shipped.reallocation.tiny/solve", {field.name: typed, "why": "because"})
        assert answer.status_code == 422
        assert field.label in answer.text
        assert 'value="because"' in answer.text
        assert not list((tmp_path / ".app").glob("jobs/*"))


def test_a_scenario_that_is_not_shipped_is_refused(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        answer = web.post("/inputs/shipped.reallocation.tiny/solve", {"scenario": "../../../etc/passwd"})
    assert answer.status_code == 422
    assert not list((tmp_path / ".app").glob("jobs/*"))


def test_an_instance_with_faults_is_not_solved(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        files = [("file", (p.name, p.read_bytes())) for p in sorted(find_instance("reallocation/tiny").iterdir())
                 if p.name != "lines.csv"]  # fmt: skip
        place = web.post("/problems/reallocation/inputs", files=files).headers["location"]
        assert web.client.get(f"{place}/settings").status_code == 422
        assert web.post(f"{place}/solve").status_code == 422
        assert not list((tmp_path / ".app").glob("jobs/*"))


def test_history_shows_who_why_and_hash_and_can_be_narrowed(
    tmp_path: Path, tiny_budgets: Path, tiny_budgets_of_grace: Path
) -> None:
    mine, hers = copied(tiny_budgets, tmp_path), copied(tiny_budgets_of_grace, tmp_path)
    sha256 = json.loads((tiny_budgets / "run.json").read_text())["instance"]["sha256"]
    with browser(tmp_path) as web:
        everything = web.client.get("/runs").text
        assert mine in everything and hers in everything and "a first look" in everything and sha256[:8] in everything
        narrowed = web.client.get("/runs?who=grace").text
        assert hers in narrowed and mine not in narrowed
        assert mine not in web.client.get("/runs?kind=estates").text
        assert web.client.get("/runs?at=-3").status_code == 200
        assert web.client.get("/runs?at=x").status_code == 400


def test_damaged_and_unfinished_runs_do_not_break_the_list(tmp_path: Path, tiny_budgets: Path) -> None:
    name = copied(tiny_budgets, tmp_path)
    for broken, content in (("20260103T000000Z-a-1", "{"), ("20260104T000000Z-a-2", "[]")):
        (tmp_path / broken).mkdir()
        (tmp_path / broken / "request.json").write_text(content)
    (tmp_path / "20260105T000000Z-reallocation-3").mkdir()
    shutil.copy(tiny_budgets / "request.json", tmp_path / "20260105T000000Z-reallocation-3")
    with browser(tmp_path) as web:
        page = web.client.get("/runs")
        assert page.status_code == 200 and name in page.text and "20260103" not in page.text
        unfinished = web.client.get("/runs/20260105T000000Z-reallocation-3")
        assert "not finished" in unfinished.text
        assert web.client.get("/runs/20260105T000000Z-reallocation-3/everything.zip").status_code == 409
        assert web.client.get("/runs/20260103T000000Z-a-1").status_code == 404


def test_runs_side_by_side_mark_what_differs(tmp_path: Path, tiny_budgets: Path) -> None:
    name = copied(tiny_budgets, tmp_path)
    other = tmp_path / "20260106T000000Z-reallocation-00000006"
    shutil.copytree(tiny_budgets, other)
    record = json.loads((other / "run.json").read_text())
    figure = next(iter(record["kpis"]))
    record["kpis"][figure]["value"] += 1_000_000
    (other / "run.json").write_text(json.dumps(record))
    with browser(tmp_path) as web:
        page = web.client.get(f"/compare?run={name}&run={other.name}").text
        assert page.count('class="differs"') == 1
        assert "1,000,000 more" in page
        assert "Choose two or more" in web.client.get(f"/compare?run={name}").text
        assert web.client.get("/compare?run=nothing").status_code == 404


def test_a_run_says_when_its_inputs_changed(tmp_path: Path) -> None:
    """The green banner of a plan must not stand over inputs it does not speak of."""
    mine = tmp_path / "mine"
    shutil.copytree(find_instance("reallocation/tiny"), mine)
    from tests.app_client import solved

    run = solved(str(mine), tmp_path / "runs" / "20260107T000000Z-reallocation-00000007")
    with browser(tmp_path / "runs") as web:
        assert "have changed since" not in web.client.get(f"/runs/{run.name}/record").text
        later = time.time() + 5
        os.utime(mine / "need.csv", (later, later))  # written again, saying the same
        assert "have changed since" not in web.client.get(f"/runs/{run.name}/record").text
        text = (mine / "instance.toml").read_text(encoding="utf-8")
        (mine / "instance.toml").write_text(re.sub(r'title = "', 'title = "New ', text), encoding="utf-8")
        os.utime(mine / "instance.toml", (later + 5, later + 5))
        assert "have changed since" in web.client.get(f"/runs/{run.name}/record").text


def test_a_table_that_was_changed_by_hand_is_named(tmp_path: Path, tiny_budgets: Path) -> None:
    name = copied(tiny_budgets, tmp_path)
    with (tmp_path / name / "moves.csv").open("a") as file:
        file.write("x\n")
    with browser(tmp_path) as web:
        assert "moves.csv of this run is not what was saved" in web.client.get(f"/runs/{name}/record").text


def test_a_run_with_a_file_gone_is_not_called_checked(tmp_path: Path, tiny_budgets: Path) -> None:
    """A day of theatre lists showed nobody under "Independent check passed", from when the page was seen before."""
    copied(tiny_budgets, tmp_path)
    name = tiny_budgets.name
    with browser(tmp_path) as web:
        assert "Independent check passed" in web.client.get(f"/runs/{name}/record").text
        table = tmp_path / name / "moves.csv"
        text, times = table.read_bytes(), (table.stat().st_atime_ns, table.stat().st_mtime_ns)
        table.unlink()
        page = web.client.get(f"/runs/{name}/record").text
        assert "Independent check passed" not in page
        assert "Files changed since the check" in page
        table.write_bytes(text.replace(b"1", b"2") + b" ")
        os.utime(table, ns=times)  # as a copy made by Explorer keeps it
        assert "Files changed since the check" in web.client.get(f"/runs/{name}/record").text
        table.write_bytes(text)
        assert "Independent check passed" in web.client.get(f"/runs/{name}/record").text


def test_only_files_the_record_lists_are_given_out(tmp_path: Path, tiny_budgets: Path) -> None:
    name = copied(tiny_budgets, tmp_path)
    with browser(tmp_path) as web:
        good = web.client.get(f"/runs/{name}/files/allocations.csv")
        assert good.content == (tiny_budgets / "allocations.csv").read_bytes()
        for file in ("log.jsonl", "../x", "..%2f.app%2fsecret", "nothing.csv", "inputs"):
            assert web.client.get(f"/runs/{name}/files/{file}").status_code == 404
        assert web.client.get(f"/runs/{name}/report/exe").status_code == 404


def test_who_asks_too_much_is_told_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nwl_opt.app.starting._MOST_OPEN_JOBS", 0)
    with browser(tmp_path) as web:
        answer = web.post("/inputs/shipped.reallocation.tiny/solve")
    assert answer.status_code == 429
    assert "of your jobs are waiting already" in answer.text


_PERCENT = SettingField("growth_share", "Growth", "", "percent", minimum=0, maximum=20)
_WHOLE = SettingField("weeks", "Weeks", "", "whole", minimum=1)
_CHOICE = SettingField("way", "Way", "", "choice", choices=(("a", "A"), ("b", "B")))
_DAY = SettingField("decision_date", "Decision date", "", "day")


def test_a_setting_is_said_by_its_label_and_unit_one_not_on_the_form_by_its_name() -> None:
    said = said_setting("reallocation", "mh_growth_cap_share", 0.08)
    assert said == ("Cap on mental health growth", "8", "% a year")
    assert said_setting("reallocation", "aim", "least_disruption")[1].startswith("The gentlest change")
    assert said_setting("reallocation", "base_year", "2023/24") == ("base year", "2023/24", "")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (_PERCENT, 0.0125),
        (_PERCENT, 0.1),
        (_PERCENT, 0.07),
        (_WHOLE, 1200),
        (_CHOICE, "b"),
        (_DAY, dt.date(2026, 10, 1)),
    ],
)
def test_a_value_shown_and_sent_back_is_the_same(field: SettingField, value: object) -> None:
    assert read_value(field, shown_value(field, value)) == value
    assert parse_assignments([assignment(field.name, value)]) == {field.name: value}


def test_the_decision_date_is_on_the_form_as_a_day_and_goes_to_the_solve(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        form = web.client.get("/inputs/shipped.estates.tiny/settings").text
        wrong = web.post("/inputs/shipped.estates.tiny/solve", {"decision_date": "soon"})
        asked = web.post("/inputs/shipped.estates.tiny/solve", {"decision_date": "01/10/2026"})
        job = web.job(asked.headers["location"])
    assert 'type="date" id="decision_date"' in form and "The instance says 1 April 2026." in form
    assert wrong.status_code == 422 and "Enter a day, such as 2026-04-01." in wrong.text
    assert "--set=settings.decision_date=2026-10-01" in job.argv


def test_a_decimal_comma_is_not_read_as_nothing_and_one_between_thousands_is_understood() -> None:
    with pytest.raises(ValueError, match="with a point"):
        read_value(_PERCENT, "1,2")
    assert read_value(SettingField("n", "N", ""), "1,234.5") == 1234.5
    assert read_value(_PERCENT, " 1.2 % ") == 0.012


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (_PERCENT, "21"),
        (_PERCENT, "-1"),
        (_PERCENT, "nan"),
        (_PERCENT, "ten"),
        (_PERCENT, "1,5"),
        (_WHOLE, "1.5"),
        (_WHOLE, "0"),
        (_CHOICE, "c"),
        (_DAY, "2026-02-30"),
        (_DAY, ""),
    ],
)
def test_a_value_that_cannot_be_is_refused(field: SettingField, text: str) -> None:
    with pytest.raises(ValueError, match=r"Enter|Choose"):
        read_value(field, text)
