"""What people send: taken, refused in words, and never written anywhere but under our own names."""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest

from models.theatres.identity import is_nhs_number
from nwl_opt.app.uploads import safe_name
from nwl_opt.problems import find_instance
from tests.app_client import Browser, browser

pytestmark = pytest.mark.unit
TINY = find_instance("reallocation/tiny")


def _sent(web: Browser, *files: tuple[str, bytes]):  # type: ignore[no-untyped-def]
    return web.post("/problems/reallocation/inputs", files=[("file", (name, data)) for name, data in files])


def _zipped(folder: str = "", **more: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(TINY.iterdir()):
            archive.write(path, f"{folder}{path.name}")
        for name, data in more.items():
            archive.writestr(name, data)
    return packed.getvalue()


def _as_in(written: Mapping[str, str], at: re.Match[str]) -> str:
    return written.get(at[0], at[0])


def _kept(root: Path) -> list[Path]:
    folder = root / ".app" / "uploads"
    return sorted(folder.iterdir()) if folder.is_dir() else []


@pytest.mark.parametrize("folder", ["", "mine/", "of/mine/"])
def test_a_zip_archive_is_an_instance_wherever_its_header_lies(tmp_path: Path, folder: str) -> None:
    with browser(tmp_path) as web:
        answer = _sent(web, ("mine.zip", _zipped(folder)))
        assert answer.status_code == 303
        page = web.client.get(answer.headers["location"])
    assert page.status_code == 200
    assert "it can be solved" in page.text


def test_loose_tables_are_one_instance(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        answer = _sent(web, *((path.name, path.read_bytes()) for path in sorted(TINY.iterdir())))
        assert "it can be solved" in web.client.get(answer.headers["location"]).text


def test_a_workbook_is_an_instance_and_comes_back_as_one(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        book = web.client.get("/inputs/shipped.reallocation.tiny/instance.xlsx").content
        answer = _sent(web, ("Tiny budgets (März).xlsx", book))
        page = web.client.get(answer.headers["location"])
    assert page.status_code == 200
    assert "it can be solved" in page.text


def test_faults_are_told_all_at_once_and_a_marked_copy_is_offered(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        lines = (TINY / "lines.csv").read_text(encoding="utf-8").replace("\n", "x\n", 2)
        files = [
            (p.name, p.read_bytes()) for p in sorted(TINY.iterdir()) if p.name not in ("lines.csv", "places.csv")
        ]
        answer = _sent(web, *files, ("lines.csv", lines.encode()))
        page = web.client.get(answer.headers["location"])
        assert page.status_code == 422
        assert "places.csv" in page.text and "lines.csv" in page.text
        marked = web.client.get(f"{answer.headers['location']}/marked.xlsx")
    assert marked.status_code == 200
    assert marked.content.startswith(b"PK")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.xlsm", b"PK", "macros"),
        ("a.exe", b"MZ", "file of type .exe"),
        ("a.zip", b"no archive", "unreadable archive"),
        ("a.xlsx", b"no workbook", "unreadable"),
        ("a.xlsx", b"", "an empty file"),
        ("a.pdf", b"%PDF", "file of type .pdf"),
    ],
)
def test_what_we_do_not_take_is_refused_in_words(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    with browser(tmp_path) as web:
        answer = _sent(web, (name, data))
        if answer.status_code == 303:
            answer = web.client.get(answer.headers["location"])
    assert answer.status_code == 422
    assert said in answer.text


@pytest.mark.parametrize("path", ["../out.csv", "/etc/out.csv", "a/../../out.csv", "a\\..\\out.csv", "c:out.csv"])
def test_a_path_that_leads_elsewhere_is_refused(tmp_path: Path, path: str) -> None:
    with browser(tmp_path / "runs") as web:
        answer = _sent(web, ("a.zip", _zipped(**{path: b"x"})))
    assert answer.status_code == 422
    assert "a path that leads elsewhere" in answer.text
    assert not _kept(tmp_path / "runs")
    assert not list(tmp_path.rglob("out.csv"))


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        link = zipfile.ZipInfo("lines.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with browser(tmp_path) as web:
        assert _sent(web, ("a.zip", packed.getvalue())).status_code == 422


def test_an_archive_packed_beyond_reason_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        answer = _sent(web, ("a.zip", _zipped(**{"big.csv": b"0" * 40_000_000})))
    assert answer.status_code == 422
    assert "unpacked" in answer.text
    assert not _kept(tmp_path)


def test_an_archive_of_too_many_files_is_refused(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        answer = _sent(web, ("a.zip", _zipped(**{f"{n}.csv": b"x" for n in range(600)})))
    assert answer.status_code == 422
    assert "must hold at most 500" in answer.text


def test_an_archive_that_lies_about_a_size_is_refused(tmp_path: Path) -> None:
    """The directory of the archive says one byte; the data holds thousands."""
    data = bytearray(_zipped())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (1).to_bytes(4, "little")
    with browser(tmp_path) as web:
        answer = _sent(web, ("a.zip", bytes(data)))
    assert answer.status_code == 422


def test_nothing_sent_is_said(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        answer = web.post("/problems/reallocation/inputs")
    assert answer.status_code == 422
    assert "Choose a file first" in answer.text


def test_what_one_sent_another_does_not_see(tmp_path: Path) -> None:
    proxy = {"user_header": "X-Remote-User", "trusted_proxies": frozenset({"127.0.0.1"})}
    with browser(tmp_path, **proxy) as web:
        web.client.headers["X-Remote-User"] = "ada"
        place = _sent(web, ("mine.zip", _zipped())).headers["location"]
        assert web.client.get(place).status_code == 200
        assert "mine.zip" in web.client.get("/problems/reallocation").text
        web.client.headers["X-Remote-User"] = "grace"
        assert web.client.get(place).status_code == 404
        assert web.client.get(f"{place}/instance.xlsx").status_code == 404
        assert "mine.zip" not in web.client.get("/problems/reallocation").text


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\plan.xlsx", "plan.xlsx"),
        ("plan\x00.xlsx", "plan_.xlsx"),
        ("<b>.csv", "_b_.csv"),
        (".htaccess", "htaccess"),
        ("", "file"),
        (None, "file"),
        ("x" * 300 + ".csv", "x" * 80 + ".csv"),
    ],
)
def test_names_are_made_safe(given: str | None, kept: str) -> None:
    assert safe_name(given) == kept


def test_nhs_numbers_as_pseudonyms_are_refused_not_kept_and_not_shown(tmp_path: Path) -> None:
    """An export refused them; a workbook or a folder with them was solved, and they stood on every page."""
    source = find_instance("theatres/tiny")
    files = {
        path.name: path.read_text(encoding="utf-8") for path in source.iterdir() if path.suffix in (".csv", ".toml")
    }
    patients = [line.split(",")[0] for line in files["patients.csv"].splitlines()[1:]]
    numbers = [
        number
        for first_nine in range(943476591, 943476591 + 2 * len(patients))
        for number in (f"{first_nine}{digit}" for digit in range(10))
        if is_nhs_number(number)
    ]
    given = dict(zip(patients, numbers, strict=False))
    assert len(given) == len(patients)
    with browser(tmp_path) as web:
        for written in (dict[str, str](), given):
            sent = [
                ("file", (name, re.sub(r"(?m)^\w+(?=,)", partial(_as_in, written), text).encode()))
                for name, text in files.items()
            ]
            answer = web.post("/problems/theatres/inputs", files=sent)
            assert answer.status_code == (422 if written else 303)
            assert len(_kept(tmp_path)) == 1
        assert "most of these are NHS numbers" in answer.text
        assert "nwl-opt theatres pseudonymise" in answer.text
        assert not any(number in answer.text for number in given.values())
