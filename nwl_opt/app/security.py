"""What protects a browser and us: hosts, users, headers, sizes, sessions."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import HTTPException, Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nwl_opt.app.context import context_of
from nwl_opt.app.people import user_of

SESSION_COOKIE = "nwl_session"
CSRF_FIELD = "csrf_token"
_TOLD, _SEAL = "told", "seal"
_ROOM_FOR_FIELDS_BYTES = 1_000_000
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


async def guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Refuse foreign host names and strangers, give every browser a session, and set the headers of every answer."""
    settings = context_of(request).settings
    if host_name(request.headers.get("host", "")) not in settings.allowed_hosts:
        return _with_headers(Response("Not a name of this app.", 421, media_type="text/plain"))
    try:
        user_of(request)
    except HTTPException as error:  # before any of a body is read
        return _with_headers(Response(error.detail, error.status_code, media_type="text/plain; charset=utf-8"))
    session = request.cookies.get(SESSION_COOKIE, "")
    known = len(session) >= 32 and session.isalnum()
    request.state.session = session if known else secrets.token_hex(32)
    _drop_words_of_strangers(request)
    response = await call_next(request)
    if not known:
        # Only the proxy knows whether browsers reach it by https: where it says so the cookie keeps to that.
        secure = settings.shared and request.headers.get("x-forwarded-proto", "") == "https"
        response.set_cookie(SESSION_COOKIE, request.state.session, httponly=True, samesite="strict", secure=secure)
    if not request.url.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    _seal_words(request, response)
    return _with_headers(response)


def csrf_token(request: Request) -> str:
    """What a form of this session must bring back; a session planted by another user is none of this one's."""
    return context_of(request).signed("form", request.state.session, user_of(request).name)


def _seal_words(request: Request, response: Response) -> None:
    """What the next page is to tell stands in its address: sealed, so that nobody else can put words on our pages."""
    place = urlsplit(response.headers.get("location", ""))
    words = dict(parse_qsl(place.query)).get(_TOLD)
    if words:
        query = urlencode([*parse_qsl(place.query), (_SEAL, _seal(request, words))])
        response.headers["location"] = place._replace(query=query).geturl()


def _drop_words_of_strangers(request: Request) -> None:
    """Take words to be told out of an address that does not bring our seal for this session."""
    query = parse_qsl(request.url.query, keep_blank_values=True)
    given = dict(query)
    if _TOLD not in given or hmac.compare_digest(
        given.get(_SEAL, "").encode(), _seal(request, given[_TOLD]).encode()
    ):
        return
    request.scope["query_string"] = urlencode([pair for pair in query if pair[0] not in (_TOLD, _SEAL)]).encode()


def _seal(request: Request, words: str) -> str:
    return context_of(request).signed("told", request.state.session, words)[:16]


def host_name(header: str) -> str:
    """The name in a Host header, without its port."""
    return header.rsplit(":", 1)[0] if ":" in header and not header.endswith("]") else header


def _with_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers[name] = value
    return response


class LimitBody:
    """Ends a request whose body is larger than an upload may be, however it says its length."""

    def __init__(self, app: ASGIApp, largest_bytes: int) -> None:
        self._app = app
        self._largest = largest_bytes + _ROOM_FOR_FIELDS_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if not length.isdigit() or int(length) > self._largest:
            await _refuse(send)
            return
        await self._app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        taken = 0

        async def counting() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._largest:
                return {"type": "http.disconnect"}
            return message

        return counting


async def _refuse(send: Send) -> None:
    headers = {"content-type": "text/plain; charset=utf-8", "connection": "close", **_HEADERS}
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 413, "headers": raw})
    await send({"type": "http.response.body", "body": b"This is larger than we take."})
