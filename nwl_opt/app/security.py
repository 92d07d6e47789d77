"""What protects a browser and us: hosts, headers, sizes, sessions."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nwl_opt.app.context import context_of

SESSION_COOKIE = "nwl_session"
CSRF_FIELD = "csrf_token"
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
    """Refuse foreign host names, give every browser a session, and set the headers of every answer."""
    settings = context_of(request).settings
    if host_name(request.headers.get("host", "")) not in settings.allowed_hosts:
        return _with_headers(Response("Not a name of this app.", 421, media_type="text/plain"))
    session = request.cookies.get(SESSION_COOKIE, "")
    known = len(session) >= 32 and session.isalnum()
    request.state.session = session if known else secrets.token_hex(32)
    response = await call_next(request)
    if not known:
        response.set_cookie(SESSION_COOKIE, request.state.session, httponly=True, samesite="strict")
    if not request.url.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    return _with_headers(response)


def csrf_token(request: Request) -> str:
    """What a form of this session must bring back."""
    return context_of(request).signed("form", request.state.session)


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
    await send({"type": "http.response.start", "status": 413,
                "headers": [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]})  # fmt: skip
    await send({"type": "http.response.body", "body": b"This is larger than we take."})
