"""Sending an instance, and what a look at it came to."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from models.shared.faults import REAL_IDENTIFIERS, Fault, InputFaults
from nwl_opt.app.context import context_of
from nwl_opt.app.downloading import made_now
from nwl_opt.app.forms import PostedForm
from nwl_opt.app.inputs import SENT, find_input, sent_inputs, shipped_inputs, uploads_folder, validated
from nwl_opt.app.pages import page, see
from nwl_opt.app.people import user_of
from nwl_opt.app.routes.home import Kind
from nwl_opt.app.runs import runs_of
from nwl_opt.app.uploads import discard_upload, save_upload
from nwl_opt.excel.errors_copy import write_errors_copy
from nwl_opt.opening import provenance_shares
from nwl_opt.problems import load_problem
from nwl_opt.templates import write_copy, write_template
from nwl_opt.words import provenance_sentences

router = APIRouter()
_MOST_FAULTS_SHOWN = 300


@router.get("/problems/{kind}/template.xlsx")
def template(pages: Kind) -> FileResponse:
    """An empty workbook to fill in."""
    return made_now(f"{pages.kind}_template.xlsx", lambda path: write_template(path, load_problem(pages.kind)))


@router.post("/problems/{kind}/inputs")
def send(request: Request, pages: Kind, form: PostedForm) -> Response:
    """Keep what was sent; then look at it."""
    context = context_of(request)
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    try:
        upload = save_upload(
            uploads_folder(context), form.files("file"), user_of(request).name, pages.kind, now,
            context.settings.largest_upload_bytes,
        )  # fmt: skip
        faults = _of_persons(request, f"{SENT}.{upload.id}")
        if not faults:
            return see(f"/inputs/{SENT}.{upload.id}")
        discard_upload(uploads_folder(context), upload.id)
    except InputFaults as error:
        faults = error.faults
    return page(
        request, "problem.html", 422, pages=pages, shipped=shipped_inputs(pages.kind),
        sent=sent_inputs(request, pages.kind), runs=runs_of(request, pages.kind)[:8], faults=faults,
    )  # fmt: skip


def _of_persons(request: Request, input_id: str) -> tuple[Fault, ...]:
    """The faults for which what was sent is not kept: it names persons."""
    try:
        found = validated(request, find_input(request, input_id)).faults
    except InputFaults:
        return ()  # it cannot be read; its page says why
    return tuple(fault for fault in found if fault.found == REAL_IDENTIFIERS)


@router.get("/inputs/{input_id}")
def look(request: Request, input_id: str) -> HTMLResponse:
    """What is in an instance, and everything that is wrong with it."""
    found = find_input(request, input_id)
    try:
        validation = validated(request, found)
    except InputFaults as error:
        faults = error.faults
        return page(request, "input.html", 422, found=found, validation=None, faults=faults, more=0, provenance=[],
                    title=found.title)  # fmt: skip
    shown = validation.faults[:_MOST_FAULTS_SHOWN]
    shares = provenance_shares(validation.parsed.provenance_counts)
    return page(
        request,
        "input.html",
        422 if shown else 200,
        found=found,
        validation=validation,
        faults=shown,
        more=len(validation.faults) - len(shown),
        provenance=provenance_sentences(shares),
        title=validation.parsed.title or found.title,
    )


@router.get("/inputs/{input_id}/marked.xlsx")
def marked(request: Request, input_id: str) -> FileResponse:
    """A copy as a workbook in which every fault is marked."""
    found = find_input(request, input_id)
    validation = validated(request, found)
    name = f"{validation.kind}_with_errors_marked.xlsx"
    return made_now(name, lambda path: write_errors_copy(found.path, path, validation))


@router.get("/inputs/{input_id}/instance.xlsx")
def as_workbook(request: Request, input_id: str) -> FileResponse:
    """The instance as a workbook to be changed in Excel and sent again."""
    found = find_input(request, input_id)
    validation = validated(request, found)
    name = f"{validation.kind}_instance.xlsx"
    return made_now(name, lambda path: write_copy(path, validation.problem, found.path))
