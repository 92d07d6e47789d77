"""A session given up and who could take it; and the week that is over, after which the next one is planned."""

from __future__ import annotations

import datetime as dt
import secrets
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from models.shared.faults import Fault, InputFaults
from nwl_opt.app.context import context_of
from nwl_opt.app.forms import Form, PostedForm
from nwl_opt.app.pages import run_page, see
from nwl_opt.app.people import user_of
from nwl_opt.app.starting import OUT, find_job, job_url, jobs_about, start_job
from nwl_opt.app.theatres.changing import EFFORTS, SLUG
from nwl_opt.app.theatres.changing_drafts import OpenDraft, Opened, drafts_folder
from nwl_opt.app.uploads import safe_name, save_file
from nwl_opt.theatres.adding import tables_added
from nwl_opt.theatres.manual.showing import list_title
from nwl_opt.theatres.release_run import released_rows

router = APIRouter()
RELEASE = "release"
_VERB_RELEASE, _VERB_ROLL = "theatres release", "theatres roll"
SHIPPED_WEEK = "theatres/week"
_SHIPPED_TO = "2027-03-29"
# The shipped week follows the reference's own: it is offered where this list of its first day is.
_REFERENCE_LIST = "2027-04-12-T1"


@router.get("/release")
def offer(request: Request, opened: Opened) -> HTMLResponse:
    """Which sessions are given up."""
    return _release_page(request, opened)


@router.post("/release")
def rank(request: Request, opened: Opened, form: PostedForm) -> Response:
    """Queue the ranking of everybody who could take them."""
    lists, known = form.texts("list"), opened.plan.start.base.lists
    if not lists or any(one not in known for one in lists):
        return _release_page(request, opened, "Choose the sessions that are given up.", 422)
    argv = ["theatres", "release", _folder_of(opened), "--out", OUT,
            *(f"--list={one}" for one in dict.fromkeys(lists))]  # fmt: skip
    job = start_job(request, verb=_VERB_RELEASE, title="Asking who could take a session", argv=argv,
                    about=opened.name, next_url=opened.lists.url(f"{RELEASE}/{{job}}"))  # fmt: skip
    return see(job_url(job))


@router.get("/release/{job_id}")
def ranked(request: Request, opened: Opened, job_id: str) -> HTMLResponse:
    """Who could take each session, the best first, and why the others cannot."""
    job = find_job(request, job_id)
    rows = released_rows(job.out) if job.about == opened.name and job.verb == _VERB_RELEASE else []
    if not rows:
        raise HTTPException(404, "Nothing was ranked here.")
    sessions = {at: [row for row in rows if row["list_id"] == at] for at in dict.fromkeys(r["list_id"] for r in rows)}
    shown = [(at, list_title(opened.plan.start, at), found) for at, found in sessions.items()]
    return run_page(request, "theatres/changing_ranked.html", opened.lists.opened, SLUG, sessions=shown,
                    draft=opened.draft, efforts=EFFORTS)  # fmt: skip


@router.post("/release/give")
def give(request: Request, opened: Opened, form: PostedForm) -> Response:
    """Queue the run in which sessions go to whom they were given."""
    known, lists = opened.plan.start.base, form.texts("list")
    given = {one: form.text(f"to.{one}") for one in dict.fromkeys(lists)}
    wrong = [one for one, to in given.items() if one not in known.lists or to not in known.surgeons]
    if not given or wrong:
        raise HTTPException(400, "Each session goes to a surgeon of this run.")
    argv = ["theatres", "release", _folder_of(opened), "--out", OUT, f"--who={user_of(request).name}",
            f"--effort={_effort(form)}",
            *(part for one, to in given.items() for part in (f"--list={one}", f"--give={one}={to}"))]  # fmt: skip
    job = start_job(request, verb=f"{_VERB_RELEASE} --give", title="Giving a session to another surgeon", argv=argv,
                    about=opened.name, next_url="/runs/{out}/theatres/difference", run_kind="theatres")  # fmt: skip
    return see(job_url(job))


@router.get("/roll")
def next_week(request: Request, opened: Opened) -> HTMLResponse:
    """The form for the week that is over."""
    return _roll_page(request, opened)


@router.post("/roll")
def roll(request: Request, opened: Opened, form: PostedForm) -> Response:
    """Queue the plan of the next week."""
    try:
        argv = _roll_arguments(request, opened, form)
    except InputFaults as error:
        return _roll_page(request, opened, error, 422)
    job = start_job(request, verb=_VERB_ROLL, title="Planning the next week", argv=argv, about=opened.name,
                    next_url="/runs/{out}/theatres/difference", run_kind="theatres")  # fmt: skip
    return see(job_url(job))


def _roll_arguments(request: Request, opened: OpenDraft, form: Form) -> list[str]:
    """The command that rolls, with what was sent kept in files beside the drafts.

    Raises
    ------
    InputFaults
        If the day is none, or a file is too large or of a name we do not know; all faults are told.
    """
    faults = list[Fault]()
    day = _day_after(opened.plan.start.base.planning_date, form.text("to"), faults)
    argv = ["theatres", "roll", _folder_of(opened)]
    more = ["--to", day, "--out", OUT, f"--effort={_effort(form)}", f"--who={user_of(request).name}"]
    if form.is_set("shipped"):
        week = [f"{SHIPPED_WEEK}/happened.toml"]
        more += ["--referrals", f"{SHIPPED_WEEK}/referrals.csv", "--referral-tests",
                 f"{SHIPPED_WEEK}/referral_tests.csv", "--add", SHIPPED_WEEK]  # fmt: skip
    else:
        week, files = _sent(request, opened, form, faults)
        more += files
    if faults:
        raise InputFaults(faults)
    return [*argv, *week, *more]


def _sent(request: Request, opened: OpenDraft, form: Form, faults: list[Fault]) -> tuple[list[str], list[str]]:
    """What happened, and the options that name the other files that were sent."""
    place = drafts_folder(request, opened.name) / "weeks" / secrets.token_hex(6)
    largest = context_of(request).settings.largest_upload_bytes
    week, more = list[str](), list[str]()
    for name, option in (("happened", ""), ("referrals", "--referrals"), ("referral_tests", "--referral-tests"),
                         ("add", "--add")):  # fmt: skip
        for file in form.files(name):
            stem, suffix = Path(safe_name(file.filename)).stem, ".csv" if option else ".toml"
            table = stem if option == "--add" else name
            if not safe_name(file.filename).lower().endswith(suffix):
                faults.append(Fault(name, None, None, safe_name(file.filename), f"must be a {suffix} file",
                                    "Save it as one."))  # fmt: skip
                continue
            if option == "--add" and table not in tables_added():
                faults.append(Fault(name, None, None, f"{stem}.csv",
                                    f"must be named as its table: {', '.join(tables_added())}",
                                    "Rename the file."))  # fmt: skip
                continue
            place.mkdir(parents=True, exist_ok=True)
            path = save_file(file, place / f"{table}{suffix}", largest)
            if not option:
                week.append(str(path))
            else:
                more += [option, f"{table}={path}" if option == "--add" else str(path)]
    return week, more


def _day_after(planning: dt.date, text: str, faults: list[Fault]) -> str:
    """The day planned from, as the command takes it; a fault is added if it is none, or not after the plan's own."""
    words = f"must be a day after {planning}, from which this plan was made, like {planning + dt.timedelta(days=7)}"
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        faults.append(Fault("Plan from", None, None, text[:40] or "nothing", words, "Give the day."))
        return ""
    if day <= planning:
        faults.append(Fault("Plan from", None, None, str(day), words, "Give a later day."))
    return day.isoformat()


def _effort(form: Form) -> str:
    """How hard to search.

    Raises
    ------
    HTTPException
        If it is none of those offered.
    """
    effort = form.text("effort", "1")
    if effort not in {value for value, _ in EFFORTS}:
        raise HTTPException(400, "There is no such effort.")
    return effort


def _folder_of(opened: OpenDraft) -> str:
    return str(opened.lists.opened.folder.absolute())


def _release_page(request: Request, opened: OpenDraft, error: str = "", status_code: int = 200) -> HTMLResponse:
    lists = sorted(opened.plan.start.base.lists.values(), key=lambda on: (on.start, on.list_id))
    answer = run_page(
        request,
        "theatres/changing_release.html",
        opened.lists.opened,
        SLUG,
        draft=opened.draft,
        lists=[(on.list_id, list_title(opened.plan.start, on.list_id)) for on in lists if on.surgeon_id is not None],
        earlier=[job for job in jobs_about(request, opened.name, _VERB_RELEASE) if job.state == "finished"],
        error=error,
    )
    answer.status_code = status_code
    return answer


def _roll_page(
    request: Request, opened: OpenDraft, error: InputFaults | None = None, status_code: int = 200
) -> HTMLResponse:
    planning = opened.plan.start.base.planning_date
    answer = run_page(
        request,
        "theatres/changing_roll.html",
        opened.lists.opened,
        SLUG,
        draft=opened.draft,
        to=planning + dt.timedelta(days=7),
        planning=planning,
        faults=() if error is None else error.faults,
        shipped=(planning + dt.timedelta(days=7)).isoformat() == _SHIPPED_TO
        and _REFERENCE_LIST in opened.plan.start.base.lists,
        tables=tables_added(),
        efforts=EFFORTS,
    )
    answer.status_code = status_code
    return answer
