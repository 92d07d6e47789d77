"""What has happened since the plan was made: events gathered by forms, then the plan mended with the least change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from models.shared.faults import Fault, InputFaults
from models.shared.register import Column
from models.theatres.instance import Instance
from models.theatres.patient_tables import PATIENTS
from nwl_opt.app.forms import Form, PostedForm
from nwl_opt.app.pages import run_page, see
from nwl_opt.app.people import user_of
from nwl_opt.app.starting import OUT, job_url, start_job
from nwl_opt.app.theatres.changing import EFFORTS
from nwl_opt.app.theatres.changing import SLUG as NAVIGATION
from nwl_opt.app.theatres.changing_drafts import OpenDraft, Opened, drafts_folder, version_in
from nwl_opt.theatres.events import EVENT_KINDS, Event
from nwl_opt.theatres.manual.happenings import (
    Happenings,
    entry_of,
    held_against,
    keep_happenings,
    read_happenings,
    write_events_file,
)
from nwl_opt.theatres.manual.showing import list_title
from nwl_opt.theatres.manual.versions import LostUpdate

router = APIRouter()
SLUG = "happened"
_FOLDER = "events"
_KIND_WORDS = {
    "patient_cancels": "A patient cancels",
    "hospital_cancels": "The hospital cancels a patient",
    "offer_declined": "A patient declines an offer",
    "theatre_down": "A theatre is down",
    "surgeon_away": "A surgeon is away",
    "staff_short": "Too few staff",
    "list_given_up": "A list is given up",
    "result_late": "A test result comes late",
    "new_patient": "A new patient is referred",
}
_NOT_ASKED = ("provenance", "offers_declined")


@dataclass(frozen=True)
class Asked:
    """A field of an event's form; `choices` are values and words, empty where it is typed."""

    name: str
    label: str
    kind: str
    unit: str
    needed: bool
    choices: tuple[tuple[str, str], ...] = ()
    default: str = ""


@router.get("/happened")
def happened(request: Request, opened: Opened) -> HTMLResponse:
    """The events gathered so far, and a form for each kind."""
    return _page(request, opened)


@router.post("/happened")
def add(request: Request, opened: Opened, form: PostedForm) -> Response:
    """Add an event, if it is one of this plan."""
    kind = form.text("kind")
    texts = {column.name: form.text(column.name) for column in EVENT_KINDS.get(kind, ())}
    row = {column.name: form.text(f"row.{column.name}") for column in PATIENTS.columns}
    try:
        known = _read(request, opened)
        day = _day(form.text("planning_date"), known)
        entries = [*known.entries, entry_of(kind, texts, row, form.texts("tests"))]
        keep_happenings(_folder(request, opened), opened.plan.saved, version_in(form), day, entries)
    except InputFaults as error:
        return _page(request, opened, error.faults, kind, form, 422)
    except LostUpdate as error:
        return _page(request, opened, told_bad=str(error), status_code=409)
    return see(opened.lists.url(f"{SLUG}?told=Event {len(entries)} is noted."), "noted")


@router.post("/happened/remove")
def remove(request: Request, opened: Opened, form: PostedForm) -> Response:
    """Take an event back, or all of them."""
    folder, saved = _folder(request, opened), opened.plan.saved
    number = form.text("number")
    try:
        if number == "all":
            keep_happenings(folder, saved, version_in(form), saved.instance.planning_date, ())
        else:
            known = _read(request, opened)
            left = [one for at, one in enumerate(known.entries, start=1) if str(at) != number]
            keep_happenings(folder, saved, version_in(form), known.planning_date, left)
    except LostUpdate as error:
        return _page(request, opened, told_bad=str(error), status_code=409)
    return see(opened.lists.url(f"{SLUG}?told=Removed."), "noted")


@router.post("/happened/mend")
def mend(request: Request, opened: Opened, form: PostedForm) -> Response:
    """Queue the repair of the plan."""
    known = _read(request, opened)
    if version_in(form) != known.version:
        return _page(request, opened, told_bad="Somebody has changed these events since you looked: look again.",
                     status_code=409)  # fmt: skip
    if not known.entries:
        return _page(request, opened, told_bad="Note first what has happened.", status_code=422)
    effort = form.text("effort", "1")
    if effort not in {value for value, _ in EFFORTS}:
        raise HTTPException(400, "There is no such effort.")
    events = write_events_file(_folder(request, opened), known)
    argv = ["theatres", "repair", str(opened.lists.opened.folder.absolute()), str(events), "--out", OUT,
            f"--effort={effort}", f"--who={user_of(request).name}"]  # fmt: skip
    job = start_job(request, verb="theatres repair", title="Mending the plan after events", argv=argv,
                    about=opened.name, next_url="/runs/{out}/theatres/difference", run_kind="theatres")  # fmt: skip
    return see(job_url(job))


def fields_of(instance: Instance, columns: Sequence[Column]) -> Iterator[Asked]:
    """The fields for some columns, with what there is to choose from."""
    named: dict[str, tuple[tuple[str, str], ...]] = {
        "theatres": tuple((t.theatre_id, t.name) for t in instance.theatres.values()),
        "surgeons": tuple((s, s) for s in instance.surgeons),
        "tests": tuple((t.test_id, t.name) for t in instance.tests.values()),
        "roles": tuple((r.role, r.name) for r in instance.roles.values()),
        "trusts": tuple(instance.trusts.items()),
        "procedures": tuple((c, p.name) for c, p in instance.procedures.items()),
    }
    for column in columns:
        table = (column.refers_to or "").partition(".")[0]
        choices = named.get(table, ())
        if column.kind == "choice":
            choices = tuple((one, one.replace("_", " ")) for one in column.allowed)
        elif column.kind == "flag":
            choices = (("yes", "yes"), ("no", "no"))
        elif column.kind == "unknown_flag":
            choices = (("yes", "yes"), ("no", "no"), ("unknown", "not known yet"))
        needed = not column.may_be_empty and column.default is None
        label = column.meaning[:1].upper() + column.meaning[1:]
        yield Asked(column.name, label, column.kind, column.unit or "", needed, choices, column.default or "")


def _said(event: Event) -> str:
    """An event as a line of the list, with whom it is about."""
    words = event.words()
    whom = event.row.get("patient_id") or event.values.cells.get("patient")
    return f"{words[:1].upper()}{words[1:]}{f': {whom}' if whom else ''}"


def _read(request: Request, opened: OpenDraft) -> Happenings:
    return read_happenings(_folder(request, opened), opened.plan.saved)


def _folder(request: Request, opened: OpenDraft) -> Path:
    return drafts_folder(request, opened.name) / _FOLDER


def _day(text: str, known: Happenings) -> dt.date:
    """The day planned from.

    Raises
    ------
    InputFaults
        If it is none.
    """
    if not text:
        return known.planning_date
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InputFaults([Fault("events", None, "planning_date", text, "must be a day like 2027-04-12",
                                 "Correct the day.")]) from None  # fmt: skip


def _page(
    request: Request,
    opened: OpenDraft,
    faults: Sequence[Fault] = (),
    kind: str = "",
    form: Form | None = None,
    status_code: int = 200,
    told_bad: str = "",
) -> HTMLResponse:
    instance, known = opened.plan.start.base, _read(request, opened)
    lists = tuple((at, list_title(opened.plan.start, at)) for at in sorted(instance.lists))
    columns = {name: list(fields_of(instance, columns)) for name, columns in EVENT_KINDS.items()}
    columns["list_given_up"] = [
        Asked(one.name, one.label, one.kind, one.unit, one.needed, lists) if one.name == "list" else one
        for one in columns["list_given_up"]
    ]
    asked_of_patient = [column for column in PATIENTS.columns if column.name not in _NOT_ASKED]
    answer = run_page(
        request,
        "theatres/changing_events.html",
        opened.lists.opened,
        NAVIGATION,
        draft=opened.draft,
        known=known,
        said=[_said(one) for one in held_against(opened.plan.saved, known.values)],
        kinds_of_event=[(name, words, columns[name]) for name, words in _KIND_WORDS.items()],
        patient_fields=list(fields_of(instance, asked_of_patient)),
        tests=list(instance.tests.values()),
        efforts=EFFORTS,
        faults=faults,
        told_bad=told_bad,
        opened_kind=kind,
        typed=lambda name: "" if form is None else form.text(name),
    )
    answer.status_code = status_code
    return answer
