"""Answers that are files: named, typed and packed in one place."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from nwl_opt.app.runs import OpenRun

_RUN_DIGITS = 8
_UNKNOWN = "application/octet-stream"
_MEDIA_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".pdf": "application/pdf",
    ".toml": "text/plain; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}


def name_for(opened: OpenRun, what: str, suffix: str) -> str:
    """What a file taken from a run is called: kind, what it holds, the end of the run's name."""
    return f"{opened.kind}_{what}_{opened.name[-_RUN_DIGITS:]}{suffix}"


def sent_bytes(content: bytes, name: str) -> Response:
    """A file that lies nowhere; its name is one of ours, never what a user typed."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=_media_type(name), headers=headers)


def sent_file(path: Path, name: str = "") -> FileResponse:
    """A file that is kept, under its own name or another."""
    return FileResponse(path, media_type=_media_type(path.name), filename=name or path.name)


def made_now(name: str, write: Callable[[Path], object]) -> FileResponse:
    """A file that is written for this answer alone and goes once it is sent; `write` is given its path."""
    folder = Path(tempfile.mkdtemp())
    try:
        write(folder / name)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    answer = sent_file(folder / name)
    answer.background = BackgroundTask(shutil.rmtree, folder, True)
    return answer


def packed(name: str, folder: Path, files: Iterable[Path], under: str = "") -> FileResponse:
    """Files that lie below a folder as one archive: under their names within it, which `under` is put before."""

    def write(archive: Path) -> None:
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packing:
            for file in files:
                packing.write(file, f"{under}{file.relative_to(folder).as_posix()}")

    return made_now(name, write)


def _media_type(name: str) -> str:
    return _MEDIA_TYPES.get(Path(name).suffix.lower(), _UNKNOWN)
