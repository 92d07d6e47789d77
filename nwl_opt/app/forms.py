"""What a form brought: checked for its token before anything in it is looked at."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request, UploadFile
from starlette.datastructures import UploadFile as StarletteUpload

from nwl_opt.app.security import CSRF_FIELD, csrf_token

_MOST_FILES, _MOST_FIELDS = 20, 3000


@dataclass(frozen=True)
class Form:
    """The fields and files of a posted form."""

    fields: Mapping[str, Sequence[str]]
    uploads: Mapping[str, Sequence[UploadFile]]

    def text(self, name: str, default: str = "") -> str:
        """The value of a field, blanks trimmed; the last one where it was given twice."""
        values = self.fields.get(name, ())
        return values[-1].strip() if values else default

    def texts(self, name: str) -> tuple[str, ...]:
        """All values of a field that are not empty."""
        return tuple(value.strip() for value in self.fields.get(name, ()) if value.strip())

    def is_set(self, name: str) -> bool:
        """Whether a box was ticked or a button pressed."""
        return name in self.fields

    def files(self, name: str) -> tuple[UploadFile, ...]:
        """The files chosen in a field; a field left empty has none."""
        return tuple(file for file in self.uploads.get(name, ()) if file.filename)


async def posted_form(request: Request) -> Form:
    """The form of this request.

    Raises
    ------
    HTTPException
        If it comes from another site, or does not bring the token of this session.
    """
    origin = request.headers.get("origin")
    if origin not in (None, "null") and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403, "This form was sent from another site.")
    posted = await request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS)
    fields: dict[str, list[str]] = {}
    uploads: dict[str, list[UploadFile]] = {}
    for name, value in posted.multi_items():
        if isinstance(value, str):
            fields.setdefault(name, []).append(value)
        elif isinstance(value, StarletteUpload):
            uploads.setdefault(name, []).append(UploadFile(value.file, size=value.size, filename=value.filename))
    given = fields.pop(CSRF_FIELD, [""])[-1]
    if not hmac.compare_digest(given.encode(), csrf_token(request).encode()):
        raise HTTPException(
            403, "This form is too old, or was sent from another site. Go back, reload, send it again."
        )
    return Form(fields, uploads)


PostedForm = Annotated[Form, Depends(posted_form)]
"""What a handler takes that a form is posted to."""
