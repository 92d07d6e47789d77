"""Files that answers are made of: gone once sent, gone as well when they cannot be written."""

import io
import tempfile
import zipfile
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from nwl_opt.app.downloading import made_now, packed, sent_bytes

pytestmark = pytest.mark.unit


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files are made for an answer; nothing else writes here."""
    place = tmp_path / "scratch"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def test_an_archive_holds_files_by_their_names_below_the_folder_and_is_gone_afterwards(
    tmp_path: Path, scratch: Path
) -> None:
    (tmp_path / "run" / "inputs").mkdir(parents=True)
    file = tmp_path / "run" / "inputs" / "beds.csv"
    file.write_text("a\n1\n")
    app = FastAPI()
    app.add_api_route("/all.zip", lambda: packed("all.zip", tmp_path / "run", [file], under="first/"))
    with TestClient(app) as client:
        answer = client.get("/all.zip")
    assert answer.headers["content-type"] == "application/zip"
    assert zipfile.ZipFile(io.BytesIO(answer.content)).namelist() == ["first/inputs/beds.csv"]
    assert not list(scratch.iterdir())


def test_nothing_is_left_of_a_file_that_cannot_be_written(scratch: Path) -> None:
    def fails(path: Path) -> None:
        path.write_text("half")
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        made_now("book.xlsx", fails)
    assert not list(scratch.iterdir())


def test_the_kind_of_a_file_follows_from_its_name() -> None:
    assert sent_bytes(b"", "a.csv").media_type == "text/csv; charset=utf-8"
    assert sent_bytes(b"", "a.unknown").media_type == "application/octet-stream"
