"""Which change each suite and practice has, told from the rows of the written tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from models.estates.checker.facts import Facts
from models.estates.checker.uses import HANDED_BACK, OPEN_SPACE, WORKS, Uses, Works, rooms_planned_on
from models.estates.entities import Conversion
from models.shared.parsing import Row

SuiteRows = tuple[Row | None, ...]
"""The rows of one suite, period by period; None where a row is missing."""


def told_uses(
    facts: Facts,
    suite_rows: Mapping[str, SuiteRows],
    premises_plan: Mapping[tuple[str, str], Row],
    projects: frozenset[str],
    utilisation: Mapping[tuple[str, str, str, str], Row],
) -> Uses:
    """A row with an extent tells of a hand-back, the status of an offer; any other day is that of works.

    Which works, where a suite has a choice: those that agree with the status and the new kind of room of most
    periods, with the projects paid for and, among equals, with the rooms of the site.
    """
    hand_backs: dict[str, dt.date] = {}
    offers: dict[str, dt.date] = {}
    choices: dict[str, list[Works]] = {}
    for suite_id, rows in suite_rows.items():
        there = [row for row in rows if row is not None]
        day = next((day for row in there if (day := row.maybe_date("date")) is not None), None)
        if day is None:
            continue
        status = {row.text("status") for row in there}
        candidates = facts.conversions_by_suite[suite_id]
        if OPEN_SPACE in status and HANDED_BACK not in status:
            offers[suite_id] = day
        elif HANDED_BACK in status or not candidates or any(row.maybe_text("extent") for row in there):
            hand_backs[suite_id] = day
        else:
            choices[suite_id] = _best_works(facts, candidates, day, rows, projects)
    first = Uses(
        hand_backs,
        offers,
        {suite_id: works[0] for suite_id, works in choices.items()},
        _closures(facts, premises_plan),
    )
    return _by_rooms(facts, first, choices, utilisation)


def _best_works(
    facts: Facts,
    candidates: tuple[Conversion, ...],
    day: dt.date,
    rows: SuiteRows,
    projects: frozenset[str],
) -> list[Works]:
    """The conversions of a suite that agree best with its rows and with what is paid for; there is at least one."""

    def agreement(works: Works) -> int:
        own = works.conversion
        points = int((own.conversion_id in projects) == (own.works_gbp > 0))
        for period, row in zip(facts.instance.periods, rows, strict=True):
            if row is not None:
                kind = own.to_room_type if works.is_done_by(period) else None
                points += (row.text("status") == WORKS) == works.goes_on_in(period)
                points += row.maybe_text("converted_to") == kind
        return points

    chosen = [Works(candidate, day) for candidate in candidates]
    most = max(agreement(works) for works in chosen)
    return [works for works in chosen if agreement(works) == most]


def _by_rooms(
    facts: Facts,
    uses: Uses,
    choices: Mapping[str, list[Works]],
    utilisation: Mapping[tuple[str, str, str, str], Row],
) -> Uses:
    """Decide between works that agree equally well with the site plan by the numbers of rooms written."""
    for suite_id in sorted(suite for suite, works in choices.items() if len(works) > 1):
        site_id = facts.suite_by_id[suite_id].site_id

        def differences(other: Uses, site_id: str = site_id) -> int:
            return sum(
                row.integer("rooms") != rooms_planned_on(facts, other, site_id, kind, period)
                for kind in facts.room_types_of(site_id)
                for period in facts.instance.periods
                if (row := utilisation.get((site_id, kind, period.first_year, facts.instance.slots[0].slot)))
            )

        ways = [replace(uses, conversions={**uses.conversions, suite_id: works}) for works in choices[suite_id]]
        uses = min(ways, key=differences)
    return uses


def _closures(facts: Facts, premises_plan: Mapping[tuple[str, str], Row]) -> dict[str, dt.date]:
    closures: dict[str, dt.date] = {}
    for one in facts.instance.premises:
        for period in facts.instance.periods:
            row = premises_plan.get((one.practice_id, period.first_year))
            day = None if row is None else row.maybe_date("date")
            if day is not None:
                closures.setdefault(one.practice_id, day)
    return closures
