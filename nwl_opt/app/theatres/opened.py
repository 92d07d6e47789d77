"""What pages of theatres depend on: the run in the address with its tables indexed, and who a token stands for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from nwl_opt.app.context import context_of, opaque
from nwl_opt.app.runs import OpenRun, open_plan
from nwl_opt.run_folder import RECORD_FILE
from nwl_opt.theatres.saved_lists import instance_of
from nwl_opt.theatres.showing.shown import ShownRun

KIND = "theatres"


@dataclass(frozen=True)
class OpenLists:
    """A run with a plan, and what is shown of it."""

    opened: OpenRun
    shown: ShownRun

    def url(self, page: str) -> str:
        """The address of a page of this run."""
        return f"/runs/{self.opened.name}/{KIND}/{page}"


def open_lists(request: Request, opened: Annotated[OpenRun, Depends(open_plan(KIND))]) -> OpenLists:
    """The run with its tables indexed, once for all pages."""
    changed_at = (opened.folder / RECORD_FILE).stat().st_mtime_ns
    key = ("theatres shown", opened.folder, changed_at)
    shown = context_of(request).inputs.get(key, lambda: ShownRun(instance_of(opened.validation), opened.tables))
    return OpenLists(opened, shown)


Lists = Annotated[OpenLists, Depends(open_lists)]


def patient_of(request: Request, lists: OpenLists, token: str) -> str:
    """The patient a token of an address stands for.

    Raises
    ------
    HTTPException
        If it stands for none of this run.
    """
    return identified(request, lists, token, lists.shown.instance.patients, "patient")


def identified(request: Request, lists: OpenLists, token: str, among: Iterable[str], what: str) -> str:
    """Which of some identifiers a token stands for.

    Raises
    ------
    HTTPException
        If it stands for none.
    """
    found = next((one for one in among if opaque(request, lists.opened.name, one) == token), None)
    if found is None:
        raise HTTPException(404, f"There is no such {what} in this run.")
    return found


def day_of(text: str) -> dt.date:
    """The day in an address.

    Raises
    ------
    HTTPException
        If it is none.
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise HTTPException(404, "This is no day: write 2027-04-12.") from None


def day_or_none(text: str) -> dt.date | None:
    """A day an address asks for; None where it asks for none that there is."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
