"""Everything of a run, to be taken away."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse, Response

from nwl_opt.app.context import context_of
from nwl_opt.app.downloading import name_for, packed, sent_file
from nwl_opt.app.inputs import newest_change
from nwl_opt.app.pages import run_page
from nwl_opt.app.runs import OpenRun, find_run
from nwl_opt.plain import objects_of
from nwl_opt.reporting.report import FORMATS, write_report
from nwl_opt.run_folder import RECORD_FILE, REQUEST_FILE

router = APIRouter()


@router.get("/runs/{run}/downloads")
def downloads(request: Request, run: str) -> Response:
    """The plan as a workbook, the report, every table, or all of it."""
    opened = _finished(request, run)
    return run_page(request, "downloads.html", opened, "downloads", files=_listed(opened))


@router.get("/runs/{run}/report/{form}")
def report(request: Request, run: str, form: str) -> FileResponse:
    """The report of a run: `html`, `pdf` or `xlsx`."""
    opened = _finished(request, run)
    if form not in FORMATS:
        raise HTTPException(404, f"A report is one of {', '.join(FORMATS)}.")
    path = _report_of(context_of(request).settings.own_folder / "reports", opened, form)
    return sent_file(path)


@router.get("/runs/{run}/everything.zip")
def everything(request: Request, run: str) -> FileResponse:
    """The whole run folder in one archive."""
    opened = _finished(request, run)
    files = sorted(one for one in opened.folder.rglob("*") if one.is_file())
    return packed(f"{opened.name}.zip", opened.folder, files, under=f"{opened.name}/")


@router.get("/runs/{run}/files/{file:path}")
def one_file(request: Request, run: str, file: str) -> FileResponse:
    """One file the run's record lists."""
    opened = _finished(request, run)
    if file not in _listed(opened):
        raise HTTPException(404, "This run has no such file.")
    path = opened.folder / file
    if not path.is_file():
        raise HTTPException(404, f"{file} is not there any more.")
    return sent_file(path, name_for(opened, path.stem, path.suffix))


def _report_of(reports: Path, opened: OpenRun, form: str) -> Path:
    """The report of a run, made when it is first asked for; one of changed files is made anew."""
    made_from = (opened.folder / RECORD_FILE).stat().st_mtime_ns
    place = reports / f"{opened.name}-{made_from:x}-{newest_change(opened.folder):x}-{form}"
    if not place.is_dir():
        reports.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=reports))
        try:
            write_report(opened.folder, form, folder, dt.datetime.now(dt.UTC))
            folder.rename(place)
        except OSError:
            if not place.is_dir():  # it cannot be written at all; else another has made it meanwhile
                raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return next(iter(place.iterdir()))


def _finished(request: Request, run: str) -> OpenRun:
    opened = find_run(request, run)
    if not opened.is_finished:
        raise HTTPException(409, "This run is not finished: there is nothing to take away yet.")
    return opened


def _listed(opened: OpenRun) -> list[str]:
    entries = [*objects_of(opened.record.get("outputs")), *objects_of(opened.record.get("inputs"))]
    return [*(str(entry["file"]) for entry in entries), RECORD_FILE, REQUEST_FILE]
