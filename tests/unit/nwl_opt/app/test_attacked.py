"""What somebody would try who wants in, or wants to be somebody else: headers, cookies, words put into addresses."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from nwl_opt.app.settings import AppSettings
from nwl_opt.commands.app import _without_data
from tests.app_client import browser, copied

pytestmark = pytest.mark.unit
PROXY = {"user_header": "X-Remote-User", "trusted_proxies": frozenset({"127.0.0.1"})}


@pytest.mark.parametrize("sent", ["X_Remote_User", "X-Remote-User-", "X-Remote_User", "Remote-User"])
def test_a_header_of_a_like_name_says_nothing(tmp_path: Path, sent: str) -> None:
    with browser(tmp_path, **PROXY) as web:
        assert web.client.get("/", headers={sent: "ada"}).status_code == 403
        assert (
            web.client.get("/", headers={sent: "grace", "x-remote-user": "ada"}).text.count("Signed in as ada") == 1
        )


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:127.0.0.1"])
def test_a_proxy_is_known_however_its_address_is_written(tmp_path: Path, address: str) -> None:
    """A server that listens on :: sees a proxy of IPv4 under a mapped address."""
    for trusted in ("127.0.0.1", "::ffff:7f00:1"):
        settings = AppSettings(tmp_path, user_header="X", trusted_proxies=frozenset({trusted}))
        assert settings.trusts(address)
        assert not settings.trusts("127.0.0.2") and not settings.trusts("testclient") and not settings.trusts("")


def test_a_name_with_accents_is_itself_and_no_other(tmp_path: Path) -> None:
    """Read as Latin-1 the last letter of Zo\u00e0 was half a blank, and was trimmed: Zo\u00c3 was the same user."""
    with browser(tmp_path, **PROXY) as web:
        for name in ("Zo\u00e0", "\u0141ukasz", "Zoe\u0301"):
            page = web.client.get("/", headers={b"X-Remote-User": name.encode()})
            assert page.status_code == 200, name
        assert "Signed in as Zo\u00e0" in web.client.get("/", headers={b"X-Remote-User": "Zo\u00e0".encode()}).text
        assert (
            "Signed in as Jos\u00e9"
            in web.client.get("/", headers={b"X-Remote-User": "Jos\u00e9".encode("latin-1")}).text
        )
        for name in ("a\u202eb", "a\u200bb", "\u00a0ada"):  # written backwards, unseen, a blank that is none
            assert web.client.get("/", headers={b"X-Remote-User": name.encode()}).status_code == 403


def test_a_token_is_for_one_user_even_in_a_session_that_another_planted(tmp_path: Path) -> None:
    with browser(tmp_path, **PROXY) as web:
        web.client.headers["X-Remote-User"] = "mallory"
        token = web.token
        web.client.headers["X-Remote-User"] = "ada"  # with the cookie that mallory set
        answer = web.client.post("/inputs/shipped.reallocation.tiny/solve", data={"csrf_token": token})
        assert answer.status_code == 403


def test_the_cookie_keeps_to_https_where_the_proxy_says_so(tmp_path: Path) -> None:
    with browser(tmp_path, **PROXY) as web:
        named = {"X-Remote-User": "ada"}
        cookie = web.client.get("/", headers={**named, "X-Forwarded-Proto": "https"}).headers["set-cookie"].lower()
        assert "secure" in cookie and "httponly" in cookie and "samesite=strict" in cookie
    with browser(tmp_path, **PROXY) as web:
        assert "secure" not in web.client.get("/", headers=named).headers["set-cookie"].lower()
    with browser(tmp_path) as web:  # for oneself there is no https: such a cookie would never come back
        given = web.client.get("/", headers={"X-Forwarded-Proto": "https"}).headers["set-cookie"].lower()
        assert "secure" not in given and "httponly" in given


@pytest.mark.parametrize("session", ["short", "a" * 31, "../" * 20, "a b" * 20])
def test_a_session_that_was_not_made_here_is_replaced(tmp_path: Path, session: str) -> None:
    with browser(tmp_path) as web:
        answer = web.client.get("/", headers={"cookie": f'nwl_session="{session}"'})
        assert "nwl_session=" in answer.headers["set-cookie"]


def test_nobody_puts_words_on_our_pages_by_a_link(tmp_path: Path) -> None:
    """What a page tells after a form stands in its address, sealed for the session."""
    words = "Ring 0900 123 to unlock your account"
    with browser(tmp_path) as web:
        for query in (f"told={words}", f"told={words}&seal={'0' * 16}", f"seal=&told={words}&kind=estates"):
            answer = web.client.get(f"/runs?{query}")
            assert answer.status_code == 200
            assert "0900" not in answer.text
        kept = _kept_extract(web)
        place = web.post(f"{kept}/remove").headers["location"]
        assert "seal=" in place
        assert "The export and its mapping are removed." in web.client.get(place).text
        assert "0900" not in web.client.get(f"{place}&told={words}").text
        web.client.cookies.clear()
        assert "The export and its mapping are removed." not in web.client.get(place).text


def _kept_extract(web) -> str:  # type: ignore[no-untyped-def]
    """The address of an export that is kept."""
    answer = web.post("/problems/reallocation/extract", {"table": "places", "instance": "shipped.reallocation.tiny"},
                      files={"extract": ("a.csv", b"place_id,title\nx,X\n")})  # fmt: skip
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_an_error_of_our_own_has_the_headers_of_every_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("patient E0231")

    with browser(tmp_path) as web:
        monkeypatch.setattr("nwl_opt.app.routes.home.runs_of", broken)
        answer = web.client.get("/")
    assert answer.status_code == 500
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


def test_what_is_too_large_is_refused_with_them_too(tmp_path: Path) -> None:
    with browser(tmp_path, largest_upload_bytes=1000) as web:
        answer = web.client.post("/problems/reallocation/inputs", content=b"x" * 1_200_000)
    assert answer.status_code == 413
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_log_of_the_server_names_an_error_and_holds_nothing_of_it() -> None:
    try:
        raise KeyError("patient E0231")
    except KeyError as error:
        told = (type(error), error, error.__traceback__)
    record = logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, "Exception in E0231", (), told)
    assert _without_data(record)
    assert "E0231" not in logging.Formatter().format(record)
    assert "KeyError" in record.getMessage()


@pytest.mark.parametrize("name", ["run.json", "request.json"])
def test_records_that_lost_something_do_not_break_the_pages_of_others(
    tmp_path: Path, tiny_budgets: Path, name: str
) -> None:
    run = copied(tiny_budgets, tmp_path)
    whole = json.loads((tmp_path / run / name).read_text(encoding="utf-8"))
    if name == "request.json":
        (tmp_path / run / "run.json").unlink()
    with browser(tmp_path) as web:
        values: tuple[object, ...] = (7, "gone", {})
        for key in sorted(whole):
            for value in values:
                kept = {one: whole[one] for one in whole if one != key} if value == "gone" else {**whole, key: value}
                (tmp_path / run / f"{name}.new").write_text(json.dumps(kept), encoding="utf-8")
                (tmp_path / run / f"{name}.new").replace(tmp_path / run / name)
                assert web.client.get("/runs").status_code == 200, (key, value)
