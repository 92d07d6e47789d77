"""Every page of a run of theatres: what it shows, what it refuses, and that no address names a patient."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from nwl_opt.app.context import person_here
from nwl_opt.app.jobs.record import Job, write_job
from nwl_opt.app.theatres.pages import PAGES
from nwl_opt.frontier import FRONTIER_FILE
from nwl_opt.problems import load_problem
from tests.app_client import Browser, browser, copied

pytestmark = pytest.mark.unit

# Of the tiny instance: P1 to P6, list M on Monday 12 April 2027 and T on Tuesday.
PATIENT = re.compile(r"\bP[1-6]\b")
SLUGS = [page.slug for page in PAGES.results if page.slug in (
    "overview", "board", "patients", "tests", "worklists", "standby", "reach", "frontier", "rehearsal", "beds",
    "fairness")]  # fmt: skip


@pytest.fixture
def web(tmp_path: Path, tiny_lists: Path) -> Iterator[Browser]:
    """The app over a copy of the run."""
    copied(tiny_lists, tmp_path)
    with browser(tmp_path) as opened:
        yield opened


@pytest.fixture
def base(tiny_lists: Path) -> str:
    return f"/runs/{tiny_lists.name}/theatres"


def _links(html: str) -> list[str]:
    return re.findall(r'(?:href|action)="([^"]*)"', html)


@pytest.mark.parametrize("slug", [*SLUGS, "day/2027-04-12", "patients?booked=no", "worklists?blocking=yes",
                                  "rehearsal?week=2027-04-12", "board?week=2027-04-14"])  # fmt: skip
def test_every_page_is_there_and_says_what_its_numbers_are(web: Browser, base: str, slug: str) -> None:
    answer = web.client.get(f"{base}/{slug}")
    assert answer.status_code == 200
    html = answer.text
    assert html.count("<h1>") == 1
    assert "Where the numbers come from" in html
    assert "style=" not in html and "<style" not in html and "<script>" not in html
    assert len(answer.content) < 100_000
    title = re.search(r"<title>(.*?)</title>", html, re.S)
    assert title is not None and not PATIENT.search(title[1])
    assert not [link for link in _links(html) if PATIENT.search(link)], "no address names a patient"


def test_every_link_of_every_page_leads_somewhere(web: Browser, base: str) -> None:
    seen: set[str] = set()
    for slug in [*SLUGS, "day/2027-04-12"]:
        html = web.client.get(f"{base}/{slug}").text
        seen.update(link.split("#")[0].replace("&amp;", "&") for link in re.findall(r'href="(/runs/[^"]*)"', html))
    assert any("/patient/" in link for link in seen)
    for link in sorted(seen):
        assert web.client.get(link).status_code == 200, link


def test_the_overview_sets_the_plan_beside_the_usual_ways(web: Browser, base: str) -> None:
    html = web.client.get(f"{base}/overview").text
    for words in ("What we recommend", "proven best", "Longest wait first", "Use of theatres", "Patients booked"):
        assert words in html, words


def test_the_board_leads_to_days_and_lists(web: Browser, base: str) -> None:
    html = web.client.get(f"{base}/board").text
    assert f"{base}/day/2027-04-12#list-M" in html
    assert "of 240 minutes" in html
    empty = web.client.get(f"{base}/board?week=2030-01-01").text
    assert "0 patients on 0 of 0 lists" in empty


def test_a_day_is_a_picture_and_the_same_as_tables(web: Browser, base: str) -> None:
    html = web.client.get(f"{base}/day/2027-04-12").text
    assert "<svg" in html and "The day at a glance" in html
    assert 'id="list-M"' in html
    drawn = set(re.findall(rf'<a href="({base}/patient/[0-9a-f]+)" aria-label', html))
    listed = set(re.findall(rf'<th scope="row"><a href="({base}/patient/[0-9a-f]+)">P', html))
    assert drawn == listed and drawn


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("day/2030-01-01", 404, "There is no list on this day."),
        ("day/monday", 404, "This is no day"),
        ("patient/P1", 404, "There is no such patient in this run."),
        ("patient/0123456789abcdef", 404, "There is no such patient in this run."),
        ("patients?surgeon=S1", 404, "There is no such surgeon in this run."),
        ("patients?booked=maybe", 400, "booked, not booked or not ready"),
        ("patients?at=x", 400, "a form we do not know"),
        ("tests?date=2027-04-05&site=moon", 404, "There is no such site"),
        ("worklists?worklist=laundry", 404, "There is no such worklist."),
        ("worklists.csv?worklist=laundry", 404, "There is no such worklist."),
        ("standby?list=Z", 404, "Nobody stands by for such a list."),
        ("standby.csv?list=Z", 404, "Nobody stands by for such a list."),
    ],
)
def test_what_is_not_there_is_said(web: Browser, base: str, address: str, status: int, words: str) -> None:
    answer = web.client.get(f"{base}/{address}")
    assert answer.status_code == status
    assert words in answer.text


def test_a_patient_is_found_by_pseudonym_sent_in_the_body(web: Browser, base: str) -> None:
    answer = web.post(f"{base}/patients", {"patient": " p4 "})
    assert answer.status_code == 303
    assert not PATIENT.search(answer.headers["location"])
    page = web.client.get(answer.headers["location"]).text
    assert "<strong>P4</strong>" in page and "Tests before surgery" in page
    nobody = web.post(f"{base}/patients", {"patient": "<b>"})
    assert "Nobody in this run has this pseudonym" in nobody.text and "<b>" not in nobody.text
    assert web.client.post(f"{base}/patients", data={"patient": "P4"}).status_code == 403, "a form brings its token"


def test_every_patient_has_a_page_that_says_when_or_why_not(web: Browser, base: str) -> None:
    tokens = re.findall(rf"{base}/patient/([0-9a-f]+)", web.client.get(f"{base}/patients").text)
    assert len(set(tokens)) == 6
    pages = [web.client.get(f"{base}/patient/{token}").text for token in tokens]
    booked = ["<h2>Booked" in page for page in pages]
    assert [not one for one in booked] == ["Why not booked" in page for page in pages]
    assert any(booked) and not all(booked)


def test_worklists_and_standby_are_taken_away_as_files(web: Browser, base: str) -> None:
    for name in ("worklists", "standby"):
        answer = web.client.get(f"{base}/{name}.csv")
        assert answer.status_code == 200
        assert "patient" not in answer.headers["content-disposition"]
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        shown = web.client.get(f"{base}/{name}").text
        assert all(row["patient_id"] in shown for row in rows)


def test_papers_of_a_day_and_of_its_week_come_in_one_archive(web: Browser, base: str) -> None:
    answer = web.post(f"{base}/day/2027-04-12/papers", {"format": "html", "span": "day"})
    assert answer.status_code == 200
    assert 'filename="theatre_papers_2027-04-12_html.zip"' in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = archive.namelist()
        assert "2027-04-12/theatre_lists.html" in names
        assert "Theatre" in archive.read("2027-04-12/theatre_lists.html").decode()
    week = web.post(f"{base}/day/2027-04-12/papers", {"format": "html", "span": "week"})
    with zipfile.ZipFile(io.BytesIO(week.content)) as archive:
        assert {"2027-04-12/standby.html", "2027-04-13/standby.html"} <= set(archive.namelist())
    assert web.post(f"{base}/day/2027-04-12/papers", {"format": "doc"}).status_code == 400
    assert web.post(f"{base}/day/2030-01-01/papers", {"format": "pdf"}).status_code == 422


def _frontier_job(runs_root: Path, run: str) -> None:
    """A frontier of this run that ended before, in its folder; the second point came to no plan."""
    folder = runs_root / ".app" / "jobs" / "0123456789ab"
    out = folder / "out"
    out.mkdir(parents=True)
    write_job(Job(folder, "frontier", "t", (), out, person_here(), run, "/", "2026-01-01T00:00:00"))
    for name, value in (("started.json", {}), ("done.json", {"exit_code": 4, "seconds": 1.0})):
        (folder / name).write_text(json.dumps(value), encoding="utf-8")
    (out / FRONTIER_FILE).write_text(
        "point,rehearsed_overrun_limit_share,capped_utilisation_simulated_share,"
        "highest_overrun_probability_stressed_simulated_share,overrun_probability_stressed_simulated_share,"
        "cases_patients,cancelled_on_the_day_stressed_simulated_patients,gain_per_point_of_chance_share,status,"
        "beaten_by_point,run\n"
        "1,0.01,0.577,0.0099,0.003,234,0.01,,on_frontier,,point-01\n"
        "2,0.09,,,,,,,no_plan,,point-02\n"
        "3,0.17,0.726,0.167,0.08,293,1.05,0.4,on_frontier,,point-03\n",
        encoding="utf-8",
    )


def test_points_of_the_trade_off_can_be_chosen_and_made_whole_plans(
    tmp_path: Path, tiny_lists: Path, base: str
) -> None:
    name = copied(tiny_lists, tmp_path)
    _frontier_job(tmp_path, name)
    with browser(tmp_path, concurrent_jobs=1) as web:
        html = web.client.get(f"{base}/frontier").text
        assert f"{base}/frontier?point=3#point" in html and "57.7 %" in html and "not known" in html
        chosen = web.client.get(f"{base}/frontier?point=3").text
        assert "Late ends at most 17 %" in chosen
        assert "No checked plan was found" in web.client.get(f"{base}/frontier?point=2").text
        assert web.client.get(f"{base}/frontier.csv").text.startswith("point,")
        assert web.post(f"{base}/frontier/solve", {"point": "9"}).status_code == 400
        answer = web.post(f"{base}/frontier/solve", {"point": "3"})
        job = web.job(answer.headers["location"])
        job.cancel()
        web.ended(job)
    assert "--set=settings.rehearsed_overrun_limit_share=0.17" in job.argv
    assert "--set=settings.overrun_probability_limit_share=0.17" in job.argv


def test_the_trade_off_is_worked_out_by_a_job_of_the_run(tmp_path: Path, tiny_lists: Path, base: str) -> None:
    """The job is stopped: its six solves are for a longer test."""
    name = copied(tiny_lists, tmp_path)
    with browser(tmp_path) as web:
        assert "Work out the points" in web.client.get(f"{base}/frontier").text
        assert web.post(f"{base}/frontier/solve", {"point": "1"}).status_code == 400, "nothing is drawn yet"
        assert web.client.get(f"{base}/frontier.csv").status_code == 404
        answer = web.post(f"{base}/frontier")
        job = web.job(answer.headers["location"])
        assert "see how far they are" in web.client.get(f"{base}/frontier").text
        job.cancel()
        web.ended(job)
    assert job.about == name
    assert job.argv[:1] == ("frontier",) and job.argv[1].endswith(name)
    effort = job.argv.index("--effort")
    assert job.argv[effort : effort + 2] == ("--effort", "0.1")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("infeasible", "No plan can exist under these rules"),
        ("no_plan", "No plan found within the limits"),
        ("cancelled", "no plan had been found yet"),
    ],
)
def test_a_run_without_a_plan_says_so_and_every_page_leads_to_it(
    tmp_path: Path, tiny_lists: Path, base: str, status: str, words: str
) -> None:
    name = copied(tiny_lists, tmp_path)
    folder = tmp_path / name
    record = json.loads((folder / "run.json").read_text("utf-8"))
    record |= {"status": status, "reason": "the beds of one night do not suffice", "check": None, "stages": []}
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    (folder / "explanation.json").write_text("[]", encoding="utf-8")
    (folder / "decisions.json").unlink()
    with browser(tmp_path) as web:
        html = web.client.get(f"{base}/overview").text
        assert words in html and "The beds of one night do not suffice." in html
        for slug in SLUGS[1:]:
            answer = web.client.get(f"{base}/{slug}", follow_redirects=False)
            assert answer.status_code == 303 and answer.headers["location"] == f"/runs/{name}", slug
        assert f"{base}/board" not in html, "what needs a plan is not offered"


def test_a_plan_that_was_stopped_says_what_is_not_known(tmp_path: Path, tiny_lists: Path, base: str) -> None:
    """No stage values, no baselines, no sentences, no bottlenecks: as after a cancel with a plan in hand."""
    folder = tmp_path / copied(tiny_lists, tmp_path)
    record = json.loads((folder / "run.json").read_text("utf-8"))
    record |= {"status": "cancelled", "reason": "stopped on request", "stages": [], "baseline": {}}
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    (folder / "explanation.json").write_text("[]", encoding="utf-8")
    header = (folder / "bottlenecks.csv").read_text("utf-8").splitlines()[0]
    (folder / "bottlenecks.csv").write_text(f"{header}\n", encoding="utf-8")
    with browser(tmp_path) as web:
        html = web.client.get(f"{base}/overview").text
        assert "Stopped on request: this is the best plan so far" in html
        assert "is not known: the run was stopped" in html and "were not worked out for this run" in html
        assert "Bottlenecks were not studied" in web.client.get(f"{base}/reach").text
        for slug in SLUGS:
            assert web.client.get(f"{base}/{slug}").status_code == 200, slug


def test_names_that_are_markup_are_shown_as_they_are(tmp_path: Path, tiny_lists: Path, base: str) -> None:
    folder = tmp_path / copied(tiny_lists, tmp_path)
    for table, name in (("theatres", "Theatre 1"), ("test_sites", None), ("procedures", None)):
        path = folder / "inputs" / f"{table}.csv"
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
        for row in rows:
            row["name"] = f"<b>{name or row['name']}</b>"
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        path.write_text(text.getvalue(), encoding="utf-8")
    with browser(tmp_path) as web:
        pages = {slug: web.client.get(f"{base}/{slug}").text for slug in [*SLUGS, "day/2027-04-12"]}
    assert "&lt;b&gt;Theatre" in pages["board"] and "&lt;b&gt;" in pages["tests"] and "&lt;b&gt;" in pages["patients"]
    assert not [slug for slug, html in pages.items() if "<b>" in html]


def test_an_unfinished_run_leads_to_where_it_is_followed(tmp_path: Path, tiny_lists: Path, base: str) -> None:
    name = copied(tiny_lists, tmp_path)
    (tmp_path / name / "run.json").unlink()
    with browser(tmp_path) as web:
        for slug in ("overview", "board"):
            assert "This run is not finished" in web.client.get(f"{base}/{slug}").text


def test_settings_are_ones_the_register_knows_with_its_limits() -> None:
    known = load_problem("theatres").register.settings.model_fields
    for field in PAGES.settings:
        assert field.name in known, field.name
        assert field.kind in ("choice", "yes_no") or field.unit, f"{field.name} has a unit"
    assert {page.slug for page in PAGES.results} >= set(SLUGS)
