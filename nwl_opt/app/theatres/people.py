"""Patients: the list sifted, one patient's page, and what somebody has to do about whom."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, get_args

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response

from models.theatres.output_tables import WORKLISTS
from nwl_opt.app.context import opaque
from nwl_opt.app.downloading import name_for, sent_bytes
from nwl_opt.app.forms import PostedForm
from nwl_opt.app.pages import run_page, see
from nwl_opt.app.runs import OpenRun, find_run
from nwl_opt.app.theatres.opened import KIND, Lists, OpenLists, identified, patient_of
from nwl_opt.files.tables import excel_csv_bytes
from nwl_opt.paging import paged, query_of
from nwl_opt.plain import mapping_of
from nwl_opt.theatres.showing.patient import shown_patient
from nwl_opt.theatres.showing.patients import Booked, PatientFilter, choices, find_patient, patient_page
from nwl_opt.theatres.showing.work import (
    STANDBY_HEADER,
    WORK_HEADER,
    standby_lines,
    standby_lists,
    standby_rows,
    work_counts,
    work_lines,
    work_rows,
)

router = APIRouter()
_LINES_A_PAGE = 150
ListAsked = Annotated[str, Query(alias="list")]
_BOOKED = get_args(Booked)
_FILTERS = ("priority", "specialty", "surgeon", "booked", "reason")


@router.get("/patients")
def patients(
    request: Request,
    lists: Lists,
    priority: str = "",
    specialty: str = "",
    surgeon: str = "",
    booked: str = "",
    reason: str = "",
    at: int = 1,
) -> HTMLResponse:
    """The waiting list, sifted; surgeons are asked for by a token, so that no address names anybody."""
    offered = choices(lists.shown)
    surgeon_id = (
        identified(request, lists, surgeon, (one for one, _ in offered.surgeons), "surgeon") if surgeon else ""
    )
    if booked not in _BOOKED:
        raise HTTPException(400, "Patients are booked, not booked or not ready.")
    chosen: Booked = next(one for one in _BOOKED if one == booked)
    asked = PatientFilter(priority, specialty, surgeon_id, chosen, reason)
    given = (priority, specialty, surgeon, booked, reason)
    query = dict(zip(_FILTERS, given, strict=True))
    return _patients_page(request, lists, asked, query, at)


@router.post("/patients")
def search(request: Request, lists: Lists, form: PostedForm) -> Response:
    """The page of the patient with a pseudonym; it is sent in the body, so that no address holds it."""
    found = find_patient(lists.shown.instance, form.text("patient"))
    if found is None:
        error = "Nobody in this run has this pseudonym. Check it, or look for the patient in the list below."
        return _patients_page(
            request, lists, PatientFilter(), dict.fromkeys(_FILTERS, ""), 1, error, form.text("patient")
        )
    return see(lists.url(f"patient/{opaque(request, lists.opened.name, found)}"))


def _patients_page(
    request: Request,
    lists: OpenLists,
    asked: PatientFilter,
    query: dict[str, str],
    at: int,
    error: str = "",
    text: str = "",
) -> HTMLResponse:
    return run_page(
        request,
        "theatres/patients.html",
        lists.opened,
        "patients",
        found=patient_page(lists.shown, asked, at),
        choices=choices(lists.shown),
        asked=query,
        query=query_of(query),
        error=error,
        text=text,
    )


@router.get("/patient/{token}")
def patient(request: Request, lists: Lists, token: str) -> HTMLResponse:
    """Everything the run says of one patient."""
    patient_id = patient_of(request, lists, token)
    return run_page(
        request,
        "theatres/patient.html",
        lists.opened,
        "patients",
        token=token,
        patient=shown_patient(lists.shown, patient_id, lists.opened.sentences),
        before=_run_before(request, lists, patient_id),
    )


def _run_before(request: Request, lists: OpenLists, patient_id: str) -> tuple[str, str, str] | None:
    """The run this one was made from, if it is among the user's and knows the patient: address, name, command."""
    parent = mapping_of(lists.opened.record.get("parent_run"))
    name = Path(str(parent.get("folder", ""))).name
    if not name:
        return None
    try:
        before = find_run(request, name)
    except HTTPException:
        return None
    if before.kind != KIND or not before.has_plan or not _knows(before, patient_id):
        return None
    address = f"/runs/{before.name}/{KIND}/patient/{opaque(request, before.name, patient_id)}"
    return address, before.title, str(parent.get("command", ""))


def _knows(run: OpenRun, patient_id: str) -> bool:
    return any(
        row.text("patient_id") == patient_id for name in ("theatre_lists", "not_booked") for row in run.tables[name]
    )


@router.get("/worklists")
def worklists(request: Request, lists: Lists, worklist: str = "", blocking: str = "", at: int = 1) -> HTMLResponse:
    """What somebody has to do about whom."""
    _refuse_unknown(worklist)
    lines = work_lines(lists.shown, worklist, blocking == "yes")
    return run_page(
        request,
        "theatres/worklists.html",
        lists.opened,
        "worklists",
        counts=work_counts(lists.shown),
        paged=paged(lines, at, _LINES_A_PAGE),
        worklist=worklist,
        blocking=blocking,
        query=query_of({"worklist": worklist, "blocking": blocking}),
    )


@router.get("/worklists.csv")
def worklists_file(lists: Lists, worklist: str = "", blocking: str = "") -> Response:
    """The same as a file."""
    _refuse_unknown(worklist)
    lines = work_lines(lists.shown, worklist, blocking == "yes")
    name = name_for(lists.opened, f"worklist_{worklist or 'all'}", ".csv")
    return sent_bytes(excel_csv_bytes(WORK_HEADER, work_rows(lines)), name)


@router.get("/standby")
def standby(request: Request, lists: Lists, list_id: ListAsked = "", at: int = 1) -> HTMLResponse:
    """Who can be called when a place comes free."""
    offered = standby_lists(lists.shown)
    _refuse_unknown_list(list_id, offered)
    return run_page(
        request,
        "theatres/standby.html",
        lists.opened,
        "standby",
        paged=paged(standby_lines(lists.shown, list_id), at, _LINES_A_PAGE),
        lists=offered,
        chosen=list_id,
        query=query_of({"list": list_id}),
    )


@router.get("/standby.csv")
def standby_file(lists: Lists, list_id: ListAsked = "") -> Response:
    """The same as a file."""
    _refuse_unknown_list(list_id, standby_lists(lists.shown))
    lines = standby_lines(lists.shown, list_id)
    return sent_bytes(excel_csv_bytes(STANDBY_HEADER, standby_rows(lines)), name_for(lists.opened, "standby", ".csv"))


def _refuse_unknown(worklist: str) -> None:
    if worklist and worklist not in WORKLISTS:
        raise HTTPException(404, "There is no such worklist.")


def _refuse_unknown_list(list_id: str, offered: tuple[tuple[str, str, int], ...]) -> None:
    if list_id and list_id not in {one for one, _, _ in offered}:
        raise HTTPException(404, "Nobody stands by for such a list.")
