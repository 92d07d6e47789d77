"""Changing a plan by hand: a patient or a list of the draft, each change judged at once, undo, save, mend."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response

from models.shared.faults import InputFaults
from nwl_opt.app.forms import Form, PostedForm
from nwl_opt.app.pages import run_page, see
from nwl_opt.app.people import user_of
from nwl_opt.app.starting import OUT, job_url, start_job
from nwl_opt.app.theatres.changing_drafts import OpenDraft, Opened, open_draft, patient_in, version_in
from nwl_opt.app.theatres.opened import patient_of
from nwl_opt.theatres.manual.choices import what_would_help
from nwl_opt.theatres.manual.drafts import Asked, add_change, discard, undo
from nwl_opt.theatres.manual.follows import what_follows
from nwl_opt.theatres.manual.showing import list_now, list_title, patient_now, rules_broken
from nwl_opt.theatres.manual.trying import Tried, try_change
from nwl_opt.theatres.manual.versions import LostUpdate
from nwl_opt.theatres.manual.wanted import KINDS, Wanted
from nwl_opt.theatres.manual.wording import wanted_words
from nwl_opt.theatres.showing.patients import find_patient

router = APIRouter()
ListAsked = Annotated[str, Query(alias="list")]
SLUG = "change"
_LONGEST_REASON = 500
_TIME = re.compile(r"(?P<hour>\d{1,2})[:.]?(?P<minute>\d{2})", re.ASCII)
EFFORTS = (("0.3", "Quick: about half a minute for 600 patients"), ("1", "Usual: about a minute"),
            ("4", "Thorough: four times the search"))  # fmt: skip


@router.get("/change")
def draft(request: Request, opened: Opened) -> HTMLResponse:
    """The draft: what was changed by whom, what is broken, and what can be done with it."""
    return _draft_page(request, opened)


@router.post("/change/find")
def find(request: Request, opened: Opened, form: PostedForm) -> Response:
    """The page of the patient with a pseudonym, which is sent in the body alone."""
    found = find_patient(opened.plan.start.base, form.text("patient"))
    if found is None:
        return _draft_page(request, opened, "Nobody in this run has this pseudonym.", form.text("patient"), 422)
    return see(_url(opened, f"patient/{opened.token(request, found)}"))


@router.get("/change/patient/{token}")
def patient(request: Request, opened: Opened, token: str) -> HTMLResponse:
    """A patient as the draft has them, and everything that can be done."""
    return _patient_page(request, opened, token)


@router.get("/change/list")
def one_list(request: Request, opened: Opened, list_id: ListAsked = "") -> HTMLResponse:
    """A list as the draft has it: who is on it, and who waits and would fit."""
    if list_id not in opened.plan.start.base.lists:
        raise HTTPException(404, "There is no such list in this run.")
    return _list_page(request, opened, list_id)


@router.post("/change")
def make(request: Request, opened: Opened, form: PostedForm) -> Response:
    """Judge a change; make it if it may be made, else say which rules it would break."""
    try:
        wanted = _wanted(request, opened, form)
    except ValueError as error:
        return _refused_page(request, opened, form, str(error))
    reason, set_aside = form.text("reason")[:_LONGEST_REASON], form.is_set("set_aside")
    who, now = user_of(request).name, dt.datetime.now(dt.UTC)
    asked = Asked(wanted, version_in(form), who, now, reason, set_aside)
    looking = form.is_set("look")
    try:
        if looking:
            tried = try_change(opened.draft.standing, wanted, reason, set_aside=set_aside)
        else:
            tried = add_change(opened.folder, opened.plan, asked)
    except LostUpdate as error:
        return _stale_page(request, opened, str(error))
    except InputFaults as error:
        words = " ".join(f"{fault.found}: {fault.expected}. {fault.mend}" for fault in error.faults)
        return _refused_page(request, opened, form, words)
    if looking:
        return _tried_page(request, opened, form, tried, looking=True)
    if not tried.allowed:
        return _tried_page(request, opened, form, tried, looking=False)
    after = open_draft(request, opened.lists)
    return see(_back(request, after, form, f"Done: change {after.draft.changes[-1].number} is in the draft."), "now")


@router.post("/change/undo")
def take_back(request: Request, opened: Opened, form: PostedForm) -> Response:
    """Take back the last change."""
    try:
        last = undo(opened.folder, opened.plan, version_in(form), user_of(request).name, dt.datetime.now(dt.UTC))
    except LostUpdate as error:
        return _stale_page(request, opened, str(error))
    return see(_back(request, opened, form, f"Undone: change {last.number}."), "now")


@router.post("/change/discard")
def throw_away(request: Request, opened: Opened, form: PostedForm) -> Response:
    """Begin the draft anew."""
    try:
        discard(opened.folder, opened.plan, version_in(form))
    except LostUpdate as error:
        return _stale_page(request, opened, str(error))
    return see(_url(opened, "?told=The draft is empty again."), "now")


@router.post("/change/save")
def save(request: Request, opened: Opened, form: PostedForm) -> Response:
    """Queue the next run of the draft: the plan with its changes, or mended around them."""
    draft, mend = opened.draft, form.is_set("mend")
    if version_in(form) != draft.version:
        return _stale_page(request, opened, "Somebody has changed this draft since you looked, so nothing was saved.")
    reason = form.text("reason")[:_LONGEST_REASON]
    if not draft.active:
        return _draft_page(request, opened, "There is nothing to save yet: change something first.", status_code=422)
    if draft.standing.broken and not mend and not reason:
        words = "The plan breaks rules: change it, mend around it, or say why it is saved all the same."
        return _draft_page(request, opened, words, status_code=422)
    effort = form.text("effort", "1")
    if effort not in {value for value, _ in EFFORTS}:
        raise HTTPException(400, "There is no such effort.")
    argv = ["theatres", "change", str(opened.lists.opened.folder.absolute()), "--out", OUT,
            f"--who={user_of(request).name}", f"--draft={opened.folder}", f"--version={draft.version}",
            f"--reason={reason}", *(["--resolve", f"--effort={effort}"] if mend else [])]  # fmt: skip
    title = "Mending the plan around changes by hand" if mend else "Saving a plan changed by hand"
    job = start_job(request, verb="theatres change", title=title, argv=argv, about=opened.name,
                    next_url="/runs/{out}/theatres/difference", run_kind="theatres")  # fmt: skip
    return see(job_url(job))


def _wanted(request: Request, opened: OpenDraft, form: Form) -> Wanted:
    """The change a form asks for.

    Raises
    ------
    HTTPException
        If it is of no kind we know, or stands for nobody.
    ValueError
        If a place or a time that was typed is none; it says how they are written.
    """
    kind = next((one for one in KINDS if one == form.text("kind")), None)
    if kind is None:
        raise HTTPException(400, "There is no such change.")
    position = form.text("position")
    if position and not (position.isdecimal() and len(position) <= 3):
        raise ValueError(f"Nothing was done: {position[:20]} is no place on a list. Write a whole number, 1 or more.")
    begins = _time(form.text("start"))
    is_place = kind in ("move", "book")
    return Wanted(
        kind,
        patient_in(request, opened, form, "patient"),
        (form.text("list") or None) if is_place else None,
        int(position) if position and is_place else None,
        begins if is_place else None,
        (patient_in(request, opened, form, "other") or None) if kind == "swap" else None,
    )


def _time(text: str) -> dt.time | None:
    """A time of day as people write it; None where nothing was written.

    Raises
    ------
    ValueError
        If it is none; it says how one is written.
    """
    if not text:
        return None
    written = _TIME.fullmatch(text)
    if written is None or int(written["hour"]) > 23 or int(written["minute"]) > 59:
        raise ValueError(f"Nothing was done: {text[:20]} is no time of day. Write it like 10:30.")
    return dt.time(int(written["hour"]), int(written["minute"]))


def _tried_page(request: Request, opened: OpenDraft, form: Form, tried: Tried, *, looking: bool) -> HTMLResponse:
    kept = ("kind", "patient", "list", "position", "start", "other", "back")
    return _page(
        request,
        opened,
        "changing_tried",
        status_code=200 if looking else 422,
        tried=tried,
        words=wanted_words(tried.before, tried.wanted),
        rules=rules_broken(tried),
        follows=what_follows(tried),
        help=what_would_help(tried.before, tried.wanted) if tried.breaks else "",
        fields=[(name, form.text(name)) for name in kept],
        back=_back(request, opened, form, ""),
    )


def _stale_page(request: Request, opened: OpenDraft, message: str) -> HTMLResponse:
    return _draft_page(request, open_draft(request, opened.lists), message, status_code=409)


def _refused_page(request: Request, opened: OpenDraft, form: Form, error: str) -> HTMLResponse:
    """The page a change was asked from, with why it is none and what was typed."""
    where, _, what = form.text("back").partition(":")
    if where == "patient":
        return _patient_page(request, opened, what, error, form)
    if where == "list" and what in opened.plan.start.base.lists:
        return _list_page(request, opened, what, error)
    return _draft_page(request, opened, error, status_code=422)


def _patient_page(
    request: Request, opened: OpenDraft, token: str, error: str = "", form: Form | None = None
) -> HTMLResponse:
    now = patient_now(opened.draft.standing, patient_of(request, opened.lists, token))
    titles = {one.on.list_id: list_title(opened.draft.standing, one.on.list_id) for one in now.lists}
    typed = {name: "" if form is None else form.text(name) for name in ("list", "position", "start", "reason")}
    return _page(request, opened, "changing_patient", 422 if error else 200, now=now, titles=titles, token=token,
                 error=error, typed=typed)  # fmt: skip


def _list_page(request: Request, opened: OpenDraft, list_id: str, error: str = "") -> HTMLResponse:
    now = list_now(opened.draft.standing, list_id)
    return _page(request, opened, "changing_list", 422 if error else 200, now=now, error=error)


def _draft_page(
    request: Request, opened: OpenDraft, error: str = "", text: str = "", status_code: int = 200
) -> HTMLResponse:
    standing = opened.draft.standing
    lists = sorted(standing.base.lists.values(), key=lambda on: (on.start, on.list_id))
    return _page(
        request,
        opened,
        "changing_draft",
        status_code=status_code,
        error=error,
        text=text,
        lists=[(on.list_id, list_title(standing, on.list_id)) for on in lists],
        efforts=EFFORTS,
    )


def _page(
    request: Request, opened: OpenDraft, template: str, status_code: int = 200, **content: object
) -> HTMLResponse:
    answer = run_page(request, f"theatres/{template}.html", opened.lists.opened, SLUG, draft=opened.draft,
                      damage=opened.damage, **content)  # fmt: skip
    answer.status_code = status_code
    return answer


def _back(request: Request, opened: OpenDraft, form: Form, told: str) -> str:
    """The page the change was asked from; what is told holds no identifier, for it stands in the address."""
    where, _, what = form.text("back").partition(":")
    words = f"told={told}" if told else ""
    if where == "patient":
        patient_id = patient_of(request, opened.lists, what)
        return _url(opened, f"patient/{opened.token(request, patient_id)}{'?' if words else ''}{words}")
    if where == "list" and what in opened.plan.start.base.lists:
        return _url(opened, f"list?list={what}{'&' if words else ''}{words}")
    return _url(opened, f"{'?' if words else ''}{words}")


def _url(opened: OpenDraft, rest: str = "") -> str:
    place = opened.lists.url(SLUG)
    return f"{place}{'' if not rest or rest.startswith('?') else '/'}{rest}"
