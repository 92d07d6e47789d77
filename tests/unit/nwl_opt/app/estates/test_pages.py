"""Every page of a run of estates: what it shows, what it refuses, and what it queues."""

from __future__ import annotations

import csv
import io
import json
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.estates.settings import EstatesSettings
from nwl_opt.app.context import person_here
from nwl_opt.app.estates.pages import PAGES
from nwl_opt.app.jobs.record import DONE_FILE, STARTED_FILE, Job, write_job
from nwl_opt.files.atomic import write_json
from nwl_opt.problems import data_folder
from tests.app_client import Browser, browser, copied

pytestmark = pytest.mark.unit
CHARGES = data_folder("estates") / "charging" / "schedule_2026_27.csv"
BOOKINGS = data_folder("estates") / "exports" / "bookings.csv"
ADDRESSES = (
    *(page.slug for page in PAGES.results),
    "map?year=2026/27&borough=Otherland",
    "suites?decision=kept&at=99",
    "suites?rule=E-17&borough=Otherland",
    "suites/pfi-1",
    "suites/whole_clinic-0",
    "test?space=site:pfi&day=2027-04-01",
    "rooms?across=room_type&year=2027/28",
    "timetable?site=whole_clinic&year=2029/30",
    "premises?status=closed",
)
NOT_THERE = (
    "suites/nowhere-1",
    "map?year=1999/00",
    "map?borough=Nowhere",
    "rooms?across=colour",
    "rooms?borough=Nowhere",
    "timetable?site=nowhere",
    "premises?status=lost",
    "travel?year=x",
    "tests/000000000000",
    "studies/000000000000",
    "checks/000000000000",
    "results/000000000000/all.zip",
)


@pytest.fixture
def web(tmp_path: Path, estate_run: Path) -> Iterator[Browser]:
    """The app over a copy of the run."""
    copied(estate_run, tmp_path)
    with browser(tmp_path) as opened:
        yield opened


@pytest.fixture
def base(estate_run: Path) -> str:
    return f"/runs/{estate_run.name}/estates"


def _finished_job(root: Path, run: str, verb: str, files: dict[str, str], code: int = 0) -> str:
    """A job that has ended, with what it wrote; it is found when the app starts."""
    folder = root / ".app" / "jobs" / secrets.token_hex(6)
    out = folder / "out"
    out.mkdir(parents=True)
    argv = ("estates", verb, "--quick")
    write_job(Job(folder, verb, "As asked", argv, out, person_here(), run, "/", "2026-11-22T12:00:00+00:00"))
    for name, text in files.items():
        (out / name).write_text(text, encoding="utf-8")
    write_json(folder / STARTED_FILE, {"pid": 1})
    write_json(folder / DONE_FILE, {"exit_code": code, "seconds": 1.0})
    (folder / "stderr.txt").write_text("what went wrong", encoding="utf-8")
    return folder.name


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_is_there_and_says_what_its_numbers_are(web: Browser, base: str, address: str) -> None:
    answer = web.client.get(f"{base}/{address}")
    assert answer.status_code == 200
    html = answer.text
    assert html.count("<h1>") == 1 and "Where the numbers come from" in html
    assert "style=" not in html and "<style" not in html and "<script>" not in html
    assert len(answer.content) < 200_000
    assert len(re.findall(r"<table", html)) == len(re.findall(r"<caption", html))


@pytest.mark.parametrize("address", NOT_THERE)
def test_what_is_not_there_is_said_in_words(web: Browser, base: str, address: str) -> None:
    answer = web.client.get(f"{base}/{address}")
    assert answer.status_code == 404 and "Traceback" not in answer.text and "<h1>" in answer.text


def test_a_run_of_another_kind_has_no_such_pages(web: Browser, base: str) -> None:
    assert web.client.get(base.replace("estates", "theatres", 1).replace("/estates", "/theatres")).status_code == 404


def test_names_of_users_are_escaped(tmp_path: Path, estate_run: Path) -> None:
    name = copied(estate_run, tmp_path)
    sites = tmp_path / name / "inputs" / "sites.csv"
    sites.write_text(sites.read_text(encoding="utf-8").replace("Ceiling,", "<b>Ceiling</b>,"), encoding="utf-8")
    with browser(tmp_path) as web:
        for slug in ("overview", "map", "suites", "rooms", "test", "timetable?site=ceiling"):
            html = web.client.get(f"/runs/{name}/estates/{slug}").text
            assert "<b>Ceiling" not in html
        assert "&lt;b&gt;Ceiling" in html


def test_a_table_that_is_damaged_is_named_with_its_row(tmp_path: Path, estate_run: Path) -> None:
    name = copied(estate_run, tmp_path)
    with (tmp_path / name / "cashflow.csv").open("a", encoding="utf-8") as lines:
        lines.write("2026/27,charges_void,icb,many,0\n")
    with browser(tmp_path) as web:
        answer = web.client.get(f"/runs/{name}/estates/cash")
        assert answer.status_code == 422 and "cashflow.csv" in answer.text and "many" in answer.text
        assert web.client.get(f"/runs/{name}/estates/premises").status_code == 200


def test_a_run_without_a_plan_says_what_stands_against_it(tmp_path: Path, estate_run: Path) -> None:
    name = copied(estate_run, tmp_path)
    folder = tmp_path / name
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    told = [{"id": "estates.conflict", "rule": "E-22", "sentence": "E-22 and the order stand against each other.",
             "numbers": {}, "where": "", "headline": True, "section": ""}]  # fmt: skip
    for status, words in (("infeasible", "contradict each other"), ("no_plan", "does not mean that there is none"),
                          ("cancelled", "stopped before a plan was found")):  # fmt: skip
        write_json(folder / "run.json", {**record, "status": status, "check": None, "stages": [], "kpis": {}})
        (folder / "explanation.json").write_text(json.dumps(told), encoding="utf-8")
        (folder / "decisions.json").unlink(missing_ok=True)
        with browser(tmp_path) as web:
            html = web.client.get(f"/runs/{name}/estates/overview").text
            assert words in html and "E-22 and the order stand" in html
            assert web.client.get(f"/runs/{name}/estates/suites", follow_redirects=False).status_code == 303


def test_an_unfinished_run_leads_to_its_own_page(tmp_path: Path, estate_run: Path) -> None:
    name = copied(estate_run, tmp_path)
    (tmp_path / name / "run.json").unlink()
    with browser(tmp_path) as web:
        answer = web.client.get(f"/runs/{name}/estates/overview", follow_redirects=False)
        assert answer.status_code == 303 and answer.headers["location"] == f"/runs/{name}"


def test_a_run_without_its_baseline_compares_nothing(tmp_path: Path, estate_run: Path) -> None:
    name = copied(estate_run, tmp_path)
    shutil.rmtree(tmp_path / name / "baselines")
    with browser(tmp_path) as web:
        html = web.client.get(f"/runs/{name}/estates/cash").text
        assert "Net present saving" not in html and "Net present cost of the plan" in html


def test_the_file_of_suites_holds_what_the_filter_shows(web: Browser, base: str) -> None:
    answer = web.client.get(f"{base}/suites.csv?rule=E-15")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["suite_id"] for row in rows] == ["pfi-0", "pfi-1"]
    assert "attachment" in answer.headers["content-disposition"]
    assert "contract ends" in rows[1]["what_would_change_it"]


def test_settings_of_the_form_are_settings_of_the_register(web: Browser) -> None:
    known = set(EstatesSettings.model_fields)
    assert {field.name for field in PAGES.settings} <= known and len(PAGES.settings) > 10
    html = web.client.get("/inputs/shipped.estates.tiny/settings").text
    for field in PAGES.settings:
        assert f'id="{field.name}"' in html and field.help


def test_a_form_that_asks_for_nothing_is_shown_again_with_every_fault(web: Browser, base: str) -> None:
    answer = web.post(f"{base}/test", {"space": "", "day": "soon"})
    assert answer.status_code == 422
    assert "Choose a suite or a building." in answer.text and "Enter a day" in answer.text
    answer = web.post(f"{base}/studies/alternatives", {"within": "many", "count": "0"})
    assert answer.status_code == 422 and answer.text.count("Enter a") == 4  # each above the form and at its field
    answer = web.post(f"{base}/checks/charges", {"on": "yesterday"})
    assert answer.status_code == 422 and "Choose the landlord" in answer.text and "Enter a day" in answer.text
    answer = web.post(f"{base}/checks/measured", {"opens": "early"})
    assert answer.status_code == 422 and "at least one export" in answer.text and "Enter a time" in answer.text
    assert web.post(f"{base}/studies/nothing").status_code == 404


def test_a_form_without_its_token_queues_nothing(web: Browser, base: str) -> None:
    for place in ("test", "studies/rank", "checks/charges", "checks/measured", "tests/000000000000/prove"):
        assert web.client.post(f"{base}/{place}", data={"space": "suite:pfi-1"}).status_code == 403


def test_files_of_other_types_are_refused(web: Browser, base: str) -> None:
    answer = web.post(f"{base}/checks/charges", files={"schedule": ("a.xlsm", b"x")})
    assert answer.status_code == 422 and "must be .csv or .xlsx" in answer.text


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, estate_run: Path) -> None:
    name = copied(estate_run, tmp_path)
    with browser(tmp_path, largest_upload_bytes=1000) as web:
        answer = web.post(f"/runs/{name}/estates/checks/charges", files={"schedule": ("a.csv", b"x" * 5000)})
        assert answer.status_code == 422 and "a larger file" in answer.text


def test_charges_and_hours_are_read_from_uploads(web: Browser, base: str) -> None:
    asked = web.post(f"{base}/checks/charges", files={"schedule": (CHARGES.name, CHARGES.read_bytes())})
    job = web.ended(web.job(asked.headers["location"]))
    assert job.exit_code == 0, job.said("stderr.txt")
    html = web.client.get(f"{base}/checks/{job.id}").text
    assert "What to ask, the largest first" in html and "The schedule charges £" in html
    asked = web.post(f"{base}/checks/measured", files={"bookings": (BOOKINGS.name, BOOKINGS.read_bytes())})
    job = web.ended(web.job(asked.headers["location"]))
    html = web.client.get(f"{base}/checks/{job.id}").text
    assert job.exit_code == 2 and "there are no results" in html and "meadows" in html  # not a site of this estate
    assert f'href="{base}/checks">Ask anew' in html


def test_an_instance_with_measured_hours_is_opened_as_an_input(web: Browser, base: str) -> None:
    rows = "site_id,room_type,room,date,start,end\npfi,consulting,1,2026-05-04,09:00,11:00\n"
    asked = web.post(f"{base}/checks/measured", files={"bookings": ("b.csv", rows.encode())})
    job = web.ended(web.job(asked.headers["location"]))
    assert job.exit_code == 0, job.said("stderr.txt")
    assert "Open the instance with these hours" in web.client.get(f"{base}/checks/{job.id}").text
    opened = web.post(f"{base}/checks/{job.id}/instance")
    assert opened.status_code == 303
    page = web.client.get(opened.headers["location"]).text
    assert "Nothing is wrong with it" in page and "measured_hours" in page
    assert web.post(f"{base}/checks/000000000000/instance").status_code == 404


def test_results_that_are_there_are_shown_and_those_that_are_not_say_why(tmp_path: Path, estate_run: Path) -> None:
    name = copied(estate_run, tmp_path)
    answer = json.dumps({"sentences": ["First of all.", "Then more."]})
    table = "place,npv_gbp,above_best_gbp,npv_bound_gbp,proved,hands_back_as_the_plan,changes,not_in_the_plan,"
    row = "1,10,0,10,yes,yes,1,pfi-1 hand_back,,1.5,7\n"
    files = {
        "answer.json": answer,
        "alternatives.csv": f"{table}only_in_the_plan,travel_minutes,contacts_moved_per_year\n{row}",
    }
    good = _finished_job(tmp_path, name, "alternatives", files)
    bad = _finished_job(tmp_path, name, "rank", {}, code=2)
    other = _finished_job(tmp_path, "another-run", "rank", {})
    with browser(tmp_path) as web:
        base = f"/runs/{name}/estates"
        html = web.client.get(f"{base}/studies/{good}").text
        assert "First of all." in html and "Pfi, First floor (hand back)" in html and "1 more sentence<" in html
        html = web.client.get(f"{base}/studies/{bad}").text
        assert "there are no results" in html and "what went wrong" in html
        assert web.client.get(f"{base}/studies/{other}").status_code == 404
        assert web.client.get(f"{base}/tests/{good}").status_code == 404
        assert "Did not work" in web.client.get(f"{base}/studies").text
        assert web.client.get(f"{base}/results/{good}/all.zip").status_code == 200


def test_a_test_that_was_stopped_keeps_its_first_answer(tmp_path: Path, estate_run: Path) -> None:
    name = copied(estate_run, tmp_path)
    said = [{"id": "estates.test.no", "rule": "E-15", "sentence": "No: it cannot go.", "numbers": {}}]
    first = json.dumps({"label": "First answer, not proved yet", "verdict": "no", "sentences": said})
    stopped = _finished_job(tmp_path, name, "test-handback", {"first.json": first}, code=130)
    nothing = _finished_job(tmp_path, name, "test-handback", {}, code=2)
    with browser(tmp_path) as web:
        html = web.client.get(f"/runs/{name}/estates/tests/{stopped}").text
        assert "it cannot go." in html and "this is the first answer" in html
        html = web.client.get(f"/runs/{name}/estates/tests/{nothing}").text
        assert "there is no answer" in html and "what went wrong" in html


def test_another_user_sees_neither_the_run_nor_its_answers(tmp_path: Path, estate_run: Path) -> None:
    name = copied(estate_run, tmp_path)
    proxy = {"user_header": "X-Remote-User", "trusted_proxies": frozenset({"127.0.0.1"})}
    with browser(tmp_path, **proxy) as web:
        assert web.client.get(f"/runs/{name}/estates/suites", headers={"X-Remote-User": "ada"}).status_code == 200
        assert web.client.get(f"/runs/{name}/estates/suites", headers={"X-Remote-User": "grace"}).status_code == 404
