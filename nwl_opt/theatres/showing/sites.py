"""Tests before surgery at a site on a day: what is taken, what is free, and who comes when."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass

from models.theatres.entities import TestSession, TestSite
from nwl_opt.theatres.printing.of_tests import KINDS, site_sheets
from nwl_opt.theatres.printing.sheets import VisitLine, clock
from nwl_opt.theatres.showing.shown import ShownRun


@dataclass(frozen=True)
class SessionLine:
    """One run of equal appointments: how many places it has, and how many are taken."""

    test: str
    hours: str
    slot_minutes: int
    places: int
    taken: int

    @property
    def free(self) -> int:
        return max(self.places - self.taken, 0)


@dataclass(frozen=True)
class SiteDay:
    """A site on a day."""

    site_id: str
    site: str
    kind: str
    takes: str
    date: dt.date
    sessions: tuple[SessionLine, ...]
    visits: tuple[VisitLine, ...]

    @property
    def places(self) -> int:
        return sum(session.places for session in self.sessions)

    @property
    def taken(self) -> int:
        return sum(session.taken for session in self.sessions)


@dataclass(frozen=True)
class SiteLine:
    """A site on a day at a glance."""

    site_id: str
    site: str
    kind: str
    places: int
    taken: int


def days_with_tests(shown: ShownRun) -> tuple[dt.date, ...]:
    """Every day on which a test is on offer or booked, in order."""
    return tuple(sorted({session.date for session in shown.instance.sessions} | set(shown.test_days)))


def sites_on(shown: ShownRun, date: dt.date) -> tuple[SiteLine, ...]:
    """The sites with something on offer or booked on a day."""
    sessions = _sessions(shown, date)
    booked = {row.text("site") for row in shown.tables["cdc_appointments"] if row.moment("start").date() == date}
    return tuple(
        SiteLine(
            site_id,
            shown.instance.sites[site_id].name,
            KINDS[shown.instance.sites[site_id].kind],
            sum(line.places for line in sessions.get(site_id, ())),
            sum(line.taken for line in sessions.get(site_id, ())),
        )
        for site_id in sorted(set(sessions) | booked)
    )


def site_day(shown: ShownRun, site_id: str, date: dt.date) -> SiteDay:
    """A site on a day with every session and every appointment, in the order of time."""
    site = shown.instance.sites[site_id]
    sheets = {sheet.site_id: sheet for sheet in site_sheets(shown.day(date))}
    return SiteDay(
        site_id=site_id,
        site=site.name,
        kind=KINDS[site.kind],
        takes=_takes(shown, site),
        date=date,
        sessions=tuple(_sessions(shown, date).get(site_id, ())),
        visits=sheets[site_id].visits if site_id in sheets else (),
    )


def _sessions(shown: ShownRun, date: dt.date) -> dict[str, list[SessionLine]]:
    """Site -> its sessions of a day with the places taken."""
    taken = Counter(
        (row.text("site"), row.text("test"), row.moment("start"))
        for row in shown.tables["cdc_appointments"]
        if row.moment("start").date() == date
    )
    found: dict[str, list[SessionLine]] = defaultdict(list)
    for session in sorted(shown.instance.sessions, key=lambda one: (one.start, one.test_id, one.site_id)):
        if session.date == date:
            found[session.site_id].append(_line(shown, session, taken))
    return dict(found)


def _line(shown: ShownRun, session: TestSession, taken: Counter[tuple[str, str, dt.datetime]]) -> SessionLine:
    end = session.start + dt.timedelta(minutes=session.slots * session.slot_minutes)
    return SessionLine(
        test=shown.instance.tests[session.test_id].name,
        hours=f"{clock(session.start)} to {clock(end)}",
        slot_minutes=session.slot_minutes,
        places=session.slots * session.places,
        taken=sum(taken[session.site_id, session.test_id, start] for start in session.starts()),
    )


def _takes(shown: ShownRun, site: TestSite) -> str:
    """Whom a site takes, in words."""
    limits = ["adults only"] * site.adults_only + ["patients who walk"] * site.ambulant_only
    limits += ["no hospital transport"] * (not site.takes_hospital_transport)
    limits += [f"patients of {shown.instance.trusts[site.trust_id]}"] if site.trust_id is not None else []
    return ", ".join(limits) if limits else "takes all patients"
