"""A landlord's charges against the register, and measured hours from exports: uploads that queue jobs."""

from __future__ import annotations

import datetime as dt
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, UploadFile
from fastapi.responses import HTMLResponse, Response

from models.shared.faults import Fault, InputFaults
from nwl_opt.app.context import context_of
from nwl_opt.app.estates.opened import Planned, estate_of
from nwl_opt.app.estates.results import earlier, files_of, job_of, state_words
from nwl_opt.app.forms import Form, PostedForm
from nwl_opt.app.inputs import SENT, uploads_folder
from nwl_opt.app.jobs.record import ERRORS_FILE
from nwl_opt.app.pages import run_page, see
from nwl_opt.app.people import user_of
from nwl_opt.app.runs import OpenRun
from nwl_opt.app.starting import OUT, job_url, start_job
from nwl_opt.app.uploads import keep_instance, safe_name, save_file
from nwl_opt.estates.browsing.studies import SHOWN, names_of
from nwl_opt.estates.charging.tables import SCHEDULE
from nwl_opt.run_folder import INPUTS_FOLDER

router = APIRouter()
CHARGES, MEASURED = "reconcile-charges", "measured"
_HEADINGS = {CHARGES: "Charges against the register", MEASURED: "Measured hours"}
_SHOWN_AS = {CHARGES: "charges", MEASURED: "measured"}
_EXPORTS = ("bookings", "clinical", "sensors")
_SUFFIXES = (".csv", ".xlsx")
_INSTANCE_FOLDER = "instance"


@router.get("/checks")
def forms(request: Request, opened: Planned) -> HTMLResponse:
    """Both forms, and what was asked before."""
    return _forms(request, opened, {}, ())


@router.post("/checks/charges")
def charges(request: Request, opened: Planned, form: PostedForm) -> Response:
    """Queue the reconciliation of a schedule."""
    errors: dict[str, str] = {}
    day = _day(form, "on", errors)
    files = {name: form.files(name) for name in ("schedule", "last_year")}
    if not files["schedule"]:
        errors["schedule"] = "Choose the landlord's schedule."
    faults = _faults_of([file for given in files.values() for file in given])
    if errors or faults:
        return _forms(request, opened, errors, faults, 422)
    try:
        kept = {name: _kept(request, given[0]) for name, given in files.items() if given}
    except InputFaults as error:
        return _forms(request, opened, errors, error.faults, 422)
    options = [f"--last-year={kept['last_year']}"] if "last_year" in kept else []
    options += [f"--on={day}"] if day else []
    return _queue(request, opened, CHARGES, [str(opened.folder), str(kept["schedule"]), *options, "--out", OUT])


@router.post("/checks/measured")
def measured(request: Request, opened: Planned, form: PostedForm) -> Response:
    """Queue the measuring of exports."""
    errors: dict[str, str] = {}
    days = {name: _day(form, name, errors) for name in ("from", "to")}
    opens = _time(form, errors)
    files = {name: form.files(name) for name in _EXPORTS}
    if not any(files.values()):
        errors["bookings"] = "Choose at least one export."
    faults = _faults_of([file for given in files.values() for file in given])
    if errors or faults:
        return _forms(request, opened, errors, faults, 422)
    try:
        options = [f"--{name}={_kept(request, given[0])}" for name, given in files.items() if given]
    except InputFaults as error:
        return _forms(request, opened, errors, error.faults, 422)
    options += [f"--{name}={day}" for name, day in days.items() if day]
    options += [f"--opens={opens}"] if opens else []
    place = ["--out", OUT, "--into", f"{OUT}/{_INSTANCE_FOLDER}"]
    return _queue(request, opened, MEASURED, [str(opened.folder / INPUTS_FOLDER), *options, *place])


@router.get("/checks/{job_id}")
def shown(request: Request, opened: Planned, job_id: str) -> HTMLResponse:
    """What came of an upload."""
    job = job_of(request, opened, job_id, (CHARGES, MEASURED))
    instance = estate_of(request, opened).instance
    is_open = job.is_open
    return run_page(
        request,
        "estates/study.html",
        opened,
        "checks",
        job=job,
        heading=_HEADINGS[job.verb],
        study=SHOWN[_SHOWN_AS[job.verb]](job.out, names_of(instance)) if job.exit_code == 0 else None,
        is_open=is_open,
        state=state_words(job),
        said=job.said(ERRORS_FILE).strip().splitlines()[-40:],
        files=[] if is_open else files_of(job),
    )


@router.post("/checks/{job_id}/instance")
def open_instance(request: Request, opened: Planned, job_id: str, form: PostedForm) -> Response:
    """Keep the copy with measured hours among what this user has sent, and look at it."""
    del form
    job = job_of(request, opened, job_id, (MEASURED,))
    measured_copy = job.out / _INSTANCE_FOLDER
    if job.is_open or not measured_copy.is_dir():
        raise HTTPException(404, "There is no instance with these hours.")
    upload = keep_instance(
        uploads_folder(context_of(request)),
        lambda folder: Path(shutil.copytree(measured_copy, folder / _INSTANCE_FOLDER)),
        name=f"{opened.title}, with measured hours",
        owner=user_of(request).name,
        kind=opened.kind,
        sent_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    )
    return see(f"/inputs/{SENT}.{upload.id}")


def _queue(request: Request, opened: OpenRun, verb: str, arguments: list[str]) -> Response:
    job = start_job(
        request,
        verb=verb,
        title=_HEADINGS[verb],
        argv=["estates", verb, *arguments],
        next_url=f"/runs/{opened.name}/estates/checks/{{job}}",
        about=opened.name,
    )
    return see(job_url(job))


def _kept(request: Request, file: UploadFile) -> Path:
    """A table that was sent, under a name of ours.

    Raises
    ------
    InputFaults
        If it is larger than an upload may be.
    """
    settings = context_of(request).settings
    folder = settings.own_folder / "tables" / secrets.token_hex(6)
    folder.mkdir(parents=True)
    return save_file(file, folder.absolute() / safe_name(file.filename), settings.largest_upload_bytes)


def _faults_of(files: list[UploadFile]) -> tuple[Fault, ...]:
    return tuple(
        Fault(safe_name(file.filename), None, None, "a file of another type", "must be .csv or .xlsx",
              "Save it as one of these.")
        for file in files
        if not safe_name(file.filename).lower().endswith(_SUFFIXES)
    )  # fmt: skip


def _day(form: Form, name: str, errors: dict[str, str]) -> str:
    """A day of the form as the command takes it; empty where none was given."""
    text = form.text(name)
    try:
        return dt.date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        errors[name] = "Enter a day, such as 2026-04-01."
        return ""


def _time(form: Form, errors: dict[str, str]) -> str:
    text = form.text("opens")
    try:
        return f"{dt.time.fromisoformat(text):%H:%M}" if text else ""
    except ValueError:
        errors["opens"] = "Enter a time, such as 08:00."
        return ""


def _forms(
    request: Request,
    opened: OpenRun,
    errors: Mapping[str, str],
    faults: tuple[Fault, ...],
    status_code: int = 200,
) -> HTMLResponse:
    page = run_page(
        request,
        "estates/checks.html",
        opened,
        "checks",
        errors=errors,
        faults=faults,
        columns=[column.name for column in SCHEDULE.columns],
        earlier=earlier(request, opened, (CHARGES, MEASURED), "checks"),
    )
    page.status_code = status_code
    return page
