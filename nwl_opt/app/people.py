"""Who is asking, and what is theirs."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from fastapi import HTTPException, Request

from nwl_opt.app.context import context_of, person_here
from nwl_opt.app.settings import AppSettings

_LONGEST_NAME = 200


@dataclass(frozen=True)
class User:
    """Whoever is asking; `sees_all` where there is only one user."""

    name: str
    sees_all: bool

    def owns(self, who: object) -> bool:
        """Whether something made by `who` is theirs to see."""
        return self.sees_all or who == self.name


def user_of(request: Request) -> User:
    """Whoever is asking, from the header of a trusted proxy, or the one user of this machine.

    Raises
    ------
    HTTPException
        If the app is shared and the request does not come through the proxy with a name.
    """
    settings = context_of(request).settings
    if not settings.shared:
        return User(person_here(), sees_all=True)
    name = _proxied_name(request, settings)
    if not name:
        raise HTTPException(403, "This app is reached through its proxy, which has to say who you are.")
    return User(name, sees_all=False)


def _proxied_name(request: Request, settings: AppSettings) -> str:
    if request.client is None or not settings.trusts(request.client.host):
        return ""
    given = request.headers.getlist(settings.user_header)
    name = _as_written(given[0]).strip(" \t") if len(given) == 1 else ""
    return name if len(name) <= _LONGEST_NAME and name.isprintable() else ""


def _as_written(header: str) -> str:
    """Headers are bytes: UTF-8 where they can be, so that names keep their accents, else Latin-1."""
    try:
        return unicodedata.normalize("NFC", header.encode("latin-1").decode("utf-8"))
    except UnicodeDecodeError:
        return header
