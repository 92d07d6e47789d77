"""Pages from templates; every text in them is escaped, and every form holds its token."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup

from nwl_opt import __version__
from nwl_opt.app.changed import files_not_as_saved, what_changed
from nwl_opt.app.context import context_of, opaque
from nwl_opt.app.jobs.record import STATE_WORDS, Job
from nwl_opt.app.kinds import all_pages, pages_of
from nwl_opt.app.people import user_of
from nwl_opt.app.runs import OpenRun
from nwl_opt.app.security import CSRF_FIELD, csrf_token
from nwl_opt.named import names_of
from nwl_opt.run_folder import SavedRun
from nwl_opt.words import MADE_BY, STATUS_WORDS, gap_words, name_words, number_words, percent, plain_number

_LONDON = ZoneInfo("Europe/London")


@cache
def environment() -> jinja2.Environment:
    """The templates of the app, and those of the charts under `charts/`."""
    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [
                jinja2.FunctionLoader(lambda name: _text("nwl_opt.app", name)),
                jinja2.PrefixLoader({"charts": jinja2.FunctionLoader(lambda name: _text("nwl_opt.charts", name))}),
            ]
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        moment=moment_words,
        made_by=lambda command: MADE_BY.get(command, command),
        day=day_words,
        number=number_words,
        gap=gap_words,
        percent=percent,
        plain=plain_number,
        words=name_words,
        aim=_aim,
        capitalize_first=capitalize_first,
    )
    made.globals.update(version=__version__, status_words=STATUS_WORDS, state_words=STATE_WORDS)
    return made


def _aim(name: str, kind: str) -> str:
    """An aim of a run as the users of its kind say it."""
    return names_of(kind).aim(name)


def page(request: Request, template: str, status_code: int = 200, **content: object) -> HTMLResponse:
    """A page of the app.

    Templates see the content, and `user`, `kinds`, `csrf()`, `opaque(run, identifier)`, `path` and `jobs`.
    """
    html = environment().get_template(template).render(
        request=request,
        path=request.url.path,
        user=user_of(request),
        shared=context_of(request).settings.shared,
        kinds=all_pages(),
        pages_of=pages_of,
        csrf=lambda: _csrf_field(request),
        opaque=lambda run, identifier: opaque(request, run, identifier),
        what_changed=lambda run: what_changed(request, run),
        files_not_as_saved=lambda run: files_not_as_saved(request, run),
        jobs=open_jobs(request),
        told=request.query_params.get("told", ""),
        **content,
    )  # fmt: skip
    return HTMLResponse(html, status_code)


def run_page(request: Request, template: str, opened: OpenRun, slug: str, **content: object) -> HTMLResponse:
    """A page of a run; its template extends `run.html`."""
    pages = pages_of(opened.kind)
    assert pages is not None, f"a run of kind {opened.kind} was opened"
    return page(request, template, 200, run=opened, pages=pages, slug=slug, **content)


def see(url: str, anchor: str = "") -> RedirectResponse:
    """After a form: the page to look at next, so that reloading sends nothing twice."""
    return RedirectResponse(f"{url}{'#' if anchor else ''}{anchor}", 303)


def open_jobs(request: Request) -> list[Job]:
    """The user's jobs that wait or run."""
    user = user_of(request)
    return [job for job in context_of(request).queue.open_jobs() if user.owns(job.owner)]


def moment_words(value: object) -> str:
    """A moment as people in London write it: 22 Nov 2026, 15:40."""
    try:
        moment = dt.datetime.fromisoformat(str(value)).astimezone(_LONDON)
    except ValueError:
        return str(value)
    return f"{moment.day} {moment:%b %Y, %H:%M}"


def day_words(day: dt.date) -> str:
    """1 April 2027."""
    return f"{day.day} {day:%B %Y}"


def capitalize_first(text: str) -> str:
    """A text that begins a sentence; what follows its first letter stays as it is."""
    return text[:1].upper() + text[1:]


def who_words(run: SavedRun) -> str:
    """Who asked for a run."""
    return str((run.record or run.request).get("who") or "")


def _csrf_field(request: Request) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, csrf_token(request))


def _text(package: str, name: str) -> str | None:
    path = files(package).joinpath("templates", *name.split("/"))
    return path.read_text(encoding="utf-8") if path.is_file() else None
