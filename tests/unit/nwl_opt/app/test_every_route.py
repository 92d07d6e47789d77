"""The house test of addresses: one that does not ask whose it is, or a form without its token, fails here."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from nwl_opt.app.forms import posted_form
from nwl_opt.app.jobs.record import DONE_FILE, Job, write_job
from nwl_opt.app.kinds import all_pages
from nwl_opt.files.atomic import write_json
from nwl_opt.problems import find_instance
from tests.app_client import Browser, browser

pytestmark = pytest.mark.unit
_NOT_YOURS = "or it is not yours"
_JOB, _UPLOAD, _EXTRACT = "aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"
_OWNED = {"run", "job_id", "job", "input_id", "extract_id"}
"""Parameters of addresses that name what somebody owns."""
_REST = {
    "kind": "reallocation", "form": "html", "file": "run.json", "number": "1", "rank": "1", "name": "allocations",
    "date": "2027-04-05", "token": "0" * 16, "suite_id": "S1", "verb": "rank", "pack": "pack",
}  # fmt: skip
"""Parameters that only say which part of it."""


def _run_of(who: str, kind: str) -> str:
    return f"20260101T000000Z-{kind}-{who}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two people's runs of every kind; a job, an upload and an extract of ada's. Nothing in them has to be solved."""
    for who in ("ada", "grace"):
        for kind in (pages.kind for pages in all_pages()):
            folder = tmp_path / _run_of(who, kind)
            folder.mkdir()
            record: dict[str, object] = {"kind": kind, "who": who, "title": f"{who}'s", "status": "optimal",
                      "why": "a secret of hers", "started_at": "2026-01-01T00:00:00+00:00",
                      "instance": {"sha256": "0" * 64}, "settings": {},
                      "stages": [], "kpis": {}, "inputs": [], "outputs": [],
                      "scenario": None, "parent_run": None, "check": None}  # fmt: skip
            for name in ("request.json", "run.json"):
                (folder / name).write_text(json.dumps(record), encoding="utf-8")
            (folder / "decisions.json").write_text("{}", encoding="utf-8")
    own = tmp_path / ".app"
    job = Job(own / "jobs" / _JOB, "solve", "t", ("--version",), own / "jobs" / _JOB / "out", "ada",
              _run_of("grace", "estates"), "/runs", "2026-01-01T00:00:00+00:00")  # fmt: skip
    job.folder.mkdir(parents=True)
    write_job(job)
    write_json(job.folder / DONE_FILE, {"exit_code": 0, "seconds": 1.0})
    shutil.copytree(find_instance("reallocation/tiny"), own / "uploads" / _UPLOAD / "content")
    told = {"name": "mine", "owner": "ada", "kind": "reallocation", "sent_at": "2026-01-01", "path": "content"}
    write_json(own / "uploads" / _UPLOAD / "upload.json", told)
    (own / "extracts" / _EXTRACT / "content").mkdir(parents=True)
    told = {"name": "a.csv", "owner": "ada", "kind": "reallocation", "table": "lines", "input_id": "sent.x"}
    write_json(own / "extracts" / _EXTRACT / "extract.json", told)
    return tmp_path


@pytest.fixture
def shared(root: Path) -> Iterator[Browser]:
    """The app as many people use it, asked by grace unless a request says otherwise."""
    with browser(root, user_header="X-Remote-User", trusted_proxies=frozenset({"127.0.0.1"})) as web:
        web.client.headers["X-Remote-User"] = "grace"
        yield web


def _routes(web: Browser) -> list[tuple[str, str]]:
    """Method and address of every route."""
    found = [(method.upper(), path) for path, methods in web.app.openapi()["paths"].items() for method in methods]
    assert len(found) > 90, "routes are not found any more"
    return sorted(found)


def _address(path: str, owner: str) -> str:
    """An address with everything in it that has an owner being theirs (jobs, uploads and extracts are ada's)."""
    kind = re.match(r"/runs/\{run\}/(reallocation|theatres|estates)/", path)
    named = {**_REST, "run": _run_of(owner, kind[1] if kind else "reallocation"), "job_id": _JOB, "job": _JOB,
             "input_id": f"sent.{_UPLOAD}", "extract_id": _EXTRACT}  # fmt: skip
    unknown = set(re.findall(r"\{(\w+)\}", path)) - set(named)
    assert not unknown, f"{path}: say in this test whether somebody owns what {unknown} names"
    return re.sub(r"\{(\w+)\}", lambda found: named[found[1]], path)


def _contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_no_route_is_hidden_from_this_test() -> None:
    package = Path(__file__).parents[4] / "nwl_opt" / "app"
    for path in package.rglob("*.py"):
        assert "include_in_schema" not in path.read_text(encoding="utf-8"), path


def test_what_is_anothers_is_not_found_under_any_address_and_stays_as_it_was(root: Path, shared: Browser) -> None:
    before = _contents(root)
    token = shared.token
    seen = 0
    for method, path in _routes(shared):
        if not _OWNED & set(re.findall(r"\{(\w+)\}", path)):
            continue
        seen += 1
        form = {"data": {"csrf_token": token}} if method == "POST" else {}
        answer = shared.client.request(method, _address(path, "ada"), follow_redirects=False, **form)  # type: ignore[arg-type]
        assert (answer.status_code, _NOT_YOURS in answer.text) == (404, True), f"{method} {path}"
        assert "secret of hers" not in answer.text
    assert seen > 80
    assert _contents(root) == before


def test_a_job_of_another_is_not_found_in_a_run_of_ones_own(shared: Browser) -> None:
    token = shared.token
    for method, path in _routes(shared):
        names = set(re.findall(r"\{(\w+)\}", path))
        if "run" in names and names & {"job_id", "job"}:
            form = {"data": {"csrf_token": token}} if method == "POST" else {}
            answer = shared.client.request(method, _address(path, "grace"), follow_redirects=False, **form)  # type: ignore[arg-type]
            # A run of theatres is read before its jobs are looked for, and this one cannot be.
            assert answer.status_code == 404 or ("theatres" in path and answer.status_code == 422), f"{method} {path}"


def test_every_form_without_its_token_is_refused_and_does_nothing(root: Path, shared: Browser) -> None:
    """Asked by whom it belongs to: only the token is missing. A run that cannot be read may be told first."""
    before = _contents(root)
    shared.client.headers["X-Remote-User"] = "ada"
    for method, path in _routes(shared):
        if method != "GET":
            answer = shared.client.request(method, _address(path, "ada"), data={"csrf_token": "0" * 64})
            assert answer.status_code in ((403, 404, 422) if "{run}" in path else (403,)), f"{method} {path}"
    assert _contents(root) == before


def test_every_route_that_changes_something_takes_a_posted_form(shared: Browser) -> None:
    routes = list(_api_routes(shared.app.routes))
    assert len(routes) >= len(_routes(shared))
    for route in routes:
        if (route.methods or set()) - {"GET", "HEAD"}:
            assert posted_form in set(_calls(route.dependant)), f"{route.path} does not check the token"


def _api_routes(routes: Iterable[object]) -> Iterator[APIRoute]:
    """The routes of an app, those of its routers too."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from _api_routes(route.original_router.routes)


def _calls(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for one in dependant.dependencies:
        yield from _calls(one)


def test_nobody_without_a_name_gets_anything(shared: Browser) -> None:
    del shared.client.headers["X-Remote-User"]
    for method, path in [*_routes(shared), ("GET", "/static/app.css"), ("GET", "/nowhere")]:
        answer = shared.client.request(method, _address(path, "ada"), follow_redirects=False)
        assert answer.status_code == 403, f"{method} {path}"
        assert "set-cookie" not in answer.headers


def test_every_answer_has_the_headers_that_protect_it(shared: Browser) -> None:
    for method, path in [*_routes(shared), ("GET", "/nowhere"), ("GET", "/static/app.css"), ("PUT", "/")]:
        answer = shared.client.request(method, _address(path, "grace"), follow_redirects=False)
        assert "default-src 'none'" in answer.headers["content-security-policy"], f"{method} {path}"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers.get("cache-control") == "no-store" or path.startswith("/static/"), f"{method} {path}"


@pytest.mark.parametrize("field", ["input", "instance", "run"])
def test_what_is_anothers_cannot_be_named_in_a_form_or_a_question(shared: Browser, field: str) -> None:
    theirs = _run_of("ada", "reallocation")
    if field == "run":
        assert shared.client.get(f"/compare?run={theirs}").status_code == 404
        return
    for name in (f"run.{theirs}", f"sent.{_UPLOAD}", f"run.../{theirs}", f"sent.../uploads/{_UPLOAD}"):
        fields = {"table": "lines", field: name}
        answer = shared.post("/problems/reallocation/extract", fields, files={"extract": ("a.csv", b"line_id\nx\n")})
        assert answer.status_code in (404, 422), name
        assert "secret" not in answer.text
