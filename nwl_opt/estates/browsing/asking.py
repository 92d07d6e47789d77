"""A hand-back as somebody asks for it on a form: read, and held against what the plan knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.estates.hand_back import first_of_month_from, suite_facts
from models.estates.instance import EstatesInstance
from models.estates.words import day_words

SITE, SUITE = "site", "suite"
"""What a choice names: `site:ID` is a whole building, `suite:ID` a suite."""


@dataclass(frozen=True)
class Space:
    """Something that can be chosen: its value on the form and its name."""

    value: str
    name: str


@dataclass(frozen=True)
class Building:
    """A site with its whole and its parts."""

    name: str
    spaces: tuple[Space, ...]


@dataclass(frozen=True)
class AskedHandBack:
    """What is asked for: suites, or a building with or without further suites, on a day."""

    suites: tuple[str, ...]
    site: str
    day: dt.date

    @property
    def arguments(self) -> tuple[str, ...]:
        """The options of the command."""
        suites = tuple(f"--suite={suite}" for suite in self.suites)
        return (*suites, *((f"--site={self.site}",) if self.site else ()), f"--from={self.day.isoformat()}")


def buildings(instance: EstatesInstance) -> tuple[Building, ...]:
    """All that can be chosen, by site."""
    return tuple(
        Building(
            site.name,
            (
                Space(f"{SITE}:{site.site_id}", f"{site.name}, the whole building"),
                *(
                    Space(
                        f"{SUITE}:{one.suite_id}",
                        f"{site.name}, {one.name} ({one.area_m2:,} m2{_with_it(instance, one.suite_id)})",
                    )
                    for one in sorted(instance.suites_of(site.site_id), key=lambda one: (one.floor, one.suite_id))
                ),
            ),
        )
        for site in sorted(instance.sites, key=lambda site: (site.name, site.site_id))
    )


def days_allowed(instance: EstatesInstance) -> tuple[dt.date, dt.date]:
    """The first and the last day a test may ask for."""
    return instance.settings.decision_date, instance.periods[-1].end_day - dt.timedelta(days=1)


def likely_day(instance: EstatesInstance, space: str) -> dt.date:
    """A day to begin with: when notice has run and the space stands empty, or notice on the whole building has."""
    kind, _, name = space.partition(":")
    first, last = days_allowed(instance)
    facts = [
        one
        for one in suite_facts(instance).values()
        if name == (one.suite.site_id if kind == SITE else one.suite.suite_id)
    ]
    days = [max(one.notice_date, one.vacant_date or one.notice_date) for one in facts]
    day = first_of_month_from(max(days, default=first))
    return min(max(day, first), last.replace(day=1))


def read_asked(
    instance: EstatesInstance, spaces: Sequence[str], day_text: str
) -> tuple[AskedHandBack | None, Mapping[str, str]]:
    """What was asked for, or what is wrong by field (`space`, `day`), every fault at once."""
    errors: dict[str, str] = {}
    suites, sites = _named(spaces, SUITE), _named(spaces, SITE)
    unknown = [one for one in suites if one not in {suite.suite_id for suite in instance.suites}]
    unknown += [one for one in sites if one not in {site.site_id for site in instance.sites}]
    if unknown or len(suites) + len(sites) < len({one for one in spaces if one}):
        errors["space"] = "Choose space of this run."
    elif not suites and not sites:
        errors["space"] = "Choose a suite or a building."
    elif len(sites) > 1:
        errors["space"] = "Choose one whole building; test the other for itself."
    day = _day(day_text)
    first, last = days_allowed(instance)
    if day is None:
        errors["day"] = "Enter a day, such as 2027-04-01."
    elif not first <= day <= last:
        errors["day"] = f"Enter a day from {day_words(first)} to {day_words(last)}."
    if errors or day is None:
        return None, errors
    return AskedHandBack(suites, sites[0] if sites else "", day), {}


def asked_words(instance: EstatesInstance, asked: AskedHandBack) -> str:
    """`Meadows, First floor, from 1 April 2027`."""
    names = [
        f"{instance.site(instance.suite(one).site_id).name}, {instance.suite(one).name}{_with_it(instance, one)}"
        for one in asked.suites
    ]
    if asked.site:
        names.insert(0, f"{instance.site(asked.site).name}, the whole building")
    return f"{' and '.join(names)}, from {day_words(asked.day)}"


def _with_it(instance: EstatesInstance, suite_id: str) -> str:
    """What goes with the suite without which a building cannot be open."""
    is_core = instance.site(instance.suite(suite_id).site_id).core_suite == suite_id
    return ", and with it the whole building" if is_core else ""


def _named(spaces: Sequence[str], kind: str) -> tuple[str, ...]:
    found = [one.removeprefix(f"{kind}:") for one in spaces if one.startswith(f"{kind}:")]
    return tuple(dict.fromkeys(found))


def _day(text: str) -> dt.date | None:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None
