"""The app put together: routes, guards, faults in words."""

from __future__ import annotations

import errno
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from models.shared.faults import InputFaults
from nwl_opt.app.context import AppContext, read_secret
from nwl_opt.app.extracts import pages as extracts
from nwl_opt.app.jobs.queue import JobQueue
from nwl_opt.app.kinds import all_pages
from nwl_opt.app.pages import page
from nwl_opt.app.routes import comparing, downloads, history, home, inputs, jobs, solving
from nwl_opt.app.runs import SeeOverview
from nwl_opt.app.security import LimitBody, guard
from nwl_opt.app.settings import AppSettings
from nwl_opt.app.uploads import sweep
from nwl_opt.files.pages import template_text
from nwl_opt.usable_run import NoPlanToUse

_log = logging.getLogger(__name__)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES)
_PLAIN_WORDS = {
    403: "You may not do this",
    404: "Not found",
    405: "This cannot be asked in this way",
    413: "Too large",
    429: "Too much at once",
}


def create_app(settings: AppSettings) -> FastAPI:
    """The app, with its queue of jobs; nothing runs before it is served.

    Raises
    ------
    InputFaults
        If it would be open to others without knowing who they are.
    """
    settings.check()
    settings.own_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for kept in ("uploads", "extracts"):
        sweep(settings.own_folder / kept)
    queue = JobQueue(settings.own_folder / "jobs", settings.concurrent_jobs)
    app = FastAPI(title="nwl_opt", lifespan=_lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.context = AppContext(settings, read_secret(settings.own_folder), queue)
    app.middleware("http")(_tell_bugs)
    app.middleware("http")(guard)
    app.add_middleware(LimitBody, largest_bytes=settings.largest_upload_bytes)
    app.add_api_route("/static/charts.css", _charts_style)
    app.mount("/static", StaticFiles(directory=_static_folder()), name="static")
    for module in (home, inputs, extracts, solving, jobs, history, downloads, comparing):
        app.include_router(module.router)
    for pages in all_pages():
        app.include_router(pages.router)
    _tell_faults(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    queue: JobQueue = app.state.context.queue
    queue.start()
    try:
        yield
    finally:
        queue.stop()
        app.state.context.helpers.stop()


def _charts_style() -> Response:
    """The style of charts, which reports carry within themselves."""
    return Response(template_text("nwl_opt.charts", "charts.css"), media_type="text/css")


def _static_folder() -> Path:
    return Path(str(files("nwl_opt.app").joinpath("static")))


def _tell_faults(app: FastAPI) -> None:
    """Whatever goes wrong is a page in words; a trace stays out of it and out of the log's data."""

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        return _told(request, error.status_code, str(error.detail))

    @app.exception_handler(RequestValidationError)
    def unreadable(request: Request, error: RequestValidationError) -> Response:
        del error
        return _told(request, 400, "Something in the address or the form has a form we do not know.")

    @app.exception_handler(InputFaults)
    def faulty(request: Request, error: InputFaults) -> Response:
        return page(request, "faults.html", 422, faults=error.faults)

    @app.exception_handler(NoPlanToUse)
    def no_plan(request: Request, error: NoPlanToUse) -> Response:
        return _told(request, 409, str(error))

    @app.exception_handler(SeeOverview)
    def overview(request: Request, error: SeeOverview) -> Response:
        del request
        return RedirectResponse(error.url, 303)


async def _tell_bugs(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """An error of our own is a page like any other; the server would log its message, which may hold data."""
    try:
        return await call_next(request)
    except Exception as error:  # noqa: BLE001 - told by its name; its message stays out
        route = getattr(request.scope.get("route"), "path", "?")
        _log.error("%s in %s", type(error).__name__, route)
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            told = "The disk is full, or may not be written to. Nothing new was saved; what was saved is there."
            return await run_in_threadpool(_told, request, 507, told)
        told = f"An error of our own ({type(error).__name__}). Nothing you saved is lost."
        return await run_in_threadpool(_told, request, 500, told)


def _told(request: Request, status_code: int, detail: str) -> Response:
    if request.headers.get("accept", "").startswith("application/json"):
        return JSONResponse({"detail": detail}, status_code)
    if status_code == 403 or not hasattr(request.state, "session"):
        # A page would say who the user is, which is what may not be known here.
        return Response(detail, status_code, media_type="text/plain; charset=utf-8")
    title = _PLAIN_WORDS.get(status_code, "This did not work")
    return page(request, "error.html", status_code, title=title, detail=detail)


def served_context(app: FastAPI) -> AppContext:
    """The context of an app, for tests and whoever embeds it."""
    context = app.state.context
    assert isinstance(context, AppContext)
    return context
