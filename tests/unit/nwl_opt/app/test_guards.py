"""Who may ask, from where, and how much: hosts, users, tokens, sizes, headers."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.shared.faults import InputFaults
from nwl_opt.app.settings import AppSettings
from tests.app_client import browser, copied

pytestmark = pytest.mark.unit
PROXY = {"user_header": "X-Remote-User", "trusted_proxies": frozenset({"127.0.0.1"})}


@pytest.mark.parametrize("url", ["/", "/problems/estates", "/runs", "/jobs", "/help", "/compare", "/nowhere"])
def test_every_answer_forbids_what_pages_do_not_need(tmp_path: Path, url: str) -> None:
    with browser(tmp_path) as web:
        answer = web.client.get(url)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe-inline" not in policy and "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert " style=" not in answer.text and "<style" not in answer.text and "onclick" not in answer.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8600", "", "localhost.evil.example"])
def test_a_foreign_host_name_is_refused(tmp_path: Path, host: str) -> None:
    with browser(tmp_path) as web:
        assert web.client.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8600", "127.0.0.1:8600", "127.0.0.1", "[::1]:8600"])
def test_names_of_this_machine_are_ours(tmp_path: Path, host: str) -> None:
    with browser(tmp_path) as web:
        assert web.client.get("/", headers={"host": host}).status_code == 200


def test_a_form_without_its_token_does_nothing(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        for fields in ({}, {"csrf_token": ""}, {"csrf_token": "0" * 64}, {"csrf_token": "é"}):
            answer = web.client.post("/problems/reallocation/inputs", data=fields, files={"file": ("a.csv", b"a\n")})
            assert answer.status_code == 403
        assert not (tmp_path / ".app" / "uploads").exists()


def test_a_form_from_another_site_does_nothing(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        answer = web.post("/inputs/shipped.reallocation.tiny/solve", headers={"origin": "http://evil.example"})
        assert answer.status_code == 403
        assert "another site" in answer.text


def test_the_token_of_one_session_is_none_of_another(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        token = web.token
        web.client.cookies.clear()
        answer = web.client.post("/inputs/shipped.reallocation.tiny/solve", data={"csrf_token": token})
        assert answer.status_code == 403


def test_a_session_outlives_the_server(tmp_path: Path) -> None:
    """Whoever fills a form while the server is started anew can still send it."""
    with browser(tmp_path) as web:
        token, cookies = web.token, dict(web.client.cookies)
    with browser(tmp_path) as web:
        web.client.cookies.update(cookies)
        assert web.token == token


def test_the_secret_is_for_its_owner_alone(tmp_path: Path) -> None:
    with browser(tmp_path):
        secret = tmp_path / ".app" / "secret"
        assert secret.stat().st_mode & 0o077 == 0
        assert len(secret.read_bytes()) == 32


def test_a_body_larger_than_an_upload_is_refused(tmp_path: Path) -> None:
    with browser(tmp_path, largest_upload_bytes=1000) as web:
        answer = web.post("/problems/reallocation/inputs", files={"file": ("a.csv", b"x" * 1_200_000)})
        assert answer.status_code == 413


def test_a_body_that_hides_its_length_is_refused_too(tmp_path: Path) -> None:
    with browser(tmp_path, largest_upload_bytes=1000) as web:
        token = web.token

        def parts():  # type: ignore[no-untyped-def]
            yield f"csrf_token={token}&why=".encode()
            for _ in range(30):
                yield b"x" * 100_000

        answer = web.client.post(
            "/inputs/shipped.reallocation.tiny/solve",
            content=parts(),
            headers={"content-type": "application/x-www-form-urlencoded"},
        )
        assert answer.status_code >= 400
        assert not list((tmp_path / ".app" / "jobs").glob("*"))


def test_a_shared_app_needs_a_name_from_its_proxy(tmp_path: Path) -> None:
    with browser(tmp_path, **PROXY) as web:
        assert web.client.get("/").status_code == 403
        assert "Signed in as ada" in web.client.get("/", headers={"X-Remote-User": "ada"}).text
        assert web.client.get("/", headers={"X-Remote-User": "a\tb"}).status_code == 403
        assert web.client.get("/", headers={"X-Remote-User": "x" * 500}).status_code == 403
        two = [("X-Remote-User", "ada"), ("X-Remote-User", "grace")]
        assert web.client.get("/", headers=two).status_code == 403


def test_a_header_not_from_the_proxy_counts_nothing(tmp_path: Path) -> None:
    with browser(tmp_path, user_header="X-Remote-User", trusted_proxies=frozenset({"10.0.0.1"})) as web:
        assert web.client.get("/", headers={"X-Remote-User": "ada"}).status_code == 403


def test_everybody_sees_their_own_runs_only(tmp_path: Path, tiny_budgets: Path, tiny_budgets_of_grace: Path) -> None:
    mine, hers = copied(tiny_budgets, tmp_path), copied(tiny_budgets_of_grace, tmp_path)
    ada = {"X-Remote-User": "ada"}
    with browser(tmp_path, **PROXY) as web:
        listed = web.client.get("/runs", headers=ada).text
        assert mine in listed and hers not in listed
        for place in ("", "/record", "/downloads", "/files/allocations.csv", "/everything.zip", "/report/xlsx"):
            assert web.client.get(f"/runs/{mine}{place}", headers=ada).status_code == 200, place
            assert web.client.get(f"/runs/{hers}{place}", headers=ada).status_code == 404, place
        assert web.client.get(f"/inputs/run.{hers}", headers=ada).status_code == 404
        assert web.client.get(f"/compare?run={mine}&run={hers}", headers=ada).status_code == 404


@pytest.mark.parametrize(
    "name", ["..", "%2e%2e", ".app", "..%2f..%2fetc", "x", "nul\x00", "20260101T000000Z-reallocation-0000000f"]
)
def test_a_run_that_is_none_is_not_found(tmp_path: Path, name: str) -> None:
    with browser(tmp_path) as web:
        assert web.client.get(f"/runs/{name.replace(chr(0), '%00')}/record").status_code in (404, 400)


@pytest.mark.parametrize(
    "settings",
    [
        {"host": "0.0.0.0"},
        {"host": "192.168.1.5"},
        {"user_header": "X-User"},
        {"user_header": "X-User", "trusted_proxies": frozenset({"proxy.example"})},
        {"concurrent_jobs": 0},
    ],
)
def test_the_app_is_not_open_to_strangers(tmp_path: Path, settings: dict[str, object]) -> None:
    with pytest.raises(InputFaults):
        AppSettings(tmp_path, **settings).check()  # type: ignore[arg-type]


def test_an_error_of_our_own_shows_no_trace_and_no_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("patient E0231")

    with browser(tmp_path) as web:
        monkeypatch.setattr("nwl_opt.app.routes.home.runs_of", broken)
        answer = web.client.get("/")
    assert answer.status_code == 500
    assert "An error of our own (RuntimeError)" in answer.text
    assert "E0231" not in answer.text and "Traceback" not in answer.text
    assert "E0231" not in caplog.text
