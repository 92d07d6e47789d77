"""What stands on the papers, as ready text; the same for HTML and PDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

DRAFT = "DRAFT - to be confirmed by the surgeon"
NEVER_LATE = "almost none"


@dataclass(frozen=True)
class Alert:
    """A word of warning; `strong` ones are known, the others are not known yet."""

    text: str
    strong: bool


@dataclass(frozen=True)
class CaseLine:
    """One case of a theatre list."""

    order: str
    start: str
    end: str
    patient: str
    who: tuple[str, ...]
    side: str
    operation: str
    code: str
    asa: str
    alerts: tuple[Alert, ...]
    kit: tuple[str, ...]
    stay: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class TheatreSheet:
    """The list of one theatre on one day; without cases `nobody` says so."""

    theatre: str
    day: str
    hours: str
    surgeon: str
    list_id: str
    facts: tuple[str, ...]
    cases: tuple[CaseLine, ...]
    nobody: str


@dataclass(frozen=True)
class TheatrePage:
    """All lists of one theatre on one day, for one page; `letters_share` is how large its letters may be for that."""

    theatre: str
    day: str
    letters_share: float
    lists: tuple[TheatreSheet, ...]


@dataclass(frozen=True)
class VisitLine:
    """One appointment at a site."""

    start: str
    end: str
    test: tuple[str, ...]
    patient: str
    who: tuple[str, ...]
    needs: tuple[str, ...]
    result_due: tuple[str, ...]
    operation: str


@dataclass(frozen=True)
class SiteSheet:
    """The appointments of one site on one day."""

    site_id: str
    site: str
    kind: str
    day: str
    visits: tuple[VisitLine, ...]


@dataclass(frozen=True)
class StandbyLine:
    """Who can be called for one list."""

    place: str
    patient: str
    who: tuple[str, ...]
    side: str
    operation: str
    instead_of: str
    weeks_waited: str


@dataclass(frozen=True)
class StandbySheet:
    """Who stands by for one list."""

    theatre: str
    day: str
    hours: str
    surgeon: str
    lines: tuple[StandbyLine, ...]


@dataclass(frozen=True)
class Imprint:
    """What stands on every page: where it comes from and how it stands, when it was printed, and what it is not."""

    run: str
    status: str
    planned_on: str
    printed_at: str
    marks: tuple[str, ...]


Who = Mapping[str, tuple[str, ...]]
"""Patient -> the lines that say who it is; empty without a key."""


def day_words(day: dt.date) -> str:
    """A day in full: Monday 12 April 2027."""
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def short_day(day: dt.date) -> str:
    """A day in short: Mon 12 Apr."""
    return f"{day:%a} {day.day} {day:%b}"


def clock(moment: dt.datetime) -> str:
    """A time of day: 08:30."""
    return f"{moment:%H:%M}"
