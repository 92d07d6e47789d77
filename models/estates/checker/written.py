"""What the plan's tables say, read without judging: numbers by key, and rows that cannot be placed as findings."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from models.estates.checker.facts import NO_PLACE, Facts
from models.estates.checker.lists import GP_LIST, ListFacts
from models.estates.checker.reading import Reader
from models.estates.checker.told_uses import told_uses
from models.estates.checker.uses import Uses, all_rooms
from models.shared.findings import Finding
from models.shared.parsing import Row, TypedTable

Place = tuple[str, str, str, str]  # area, service, site, first year of the period
RoomSlot = tuple[str, str, str, str]  # site, room type, first year of the period, slot or week


@dataclass(frozen=True)
class Written:
    """A plan as its tables state it.

    `uses` holds the change of each suite and practice that has one; where the rows of a suite disagree the first day
    is taken, and `date_rows` holds what each row says. `rooms` are those planned on by site, kind and period that
    follow from the uses, `rooms_without_works` the same if no works went on. `hours_a_week` are the clinical hours
    placed by site, service and period, lists of closed premises included. `strays` are the rows that stand twice or
    belong nowhere.
    """

    site_plan: Mapping[tuple[str, str], Row]
    date_rows: Mapping[str, tuple[dt.date | None, ...]]
    uses: Uses
    rooms: Mapping[tuple[str, str, str], int]
    rooms_without_works: Mapping[tuple[str, str, str], int]
    contacts: Mapping[Place, float]
    service_plan: Mapping[Place, Row]
    hours_a_week: Mapping[tuple[str, str, str], float]
    utilisation: Mapping[RoomSlot, Row]
    cashflow: Mapping[tuple[str, str], Row]
    travel: Mapping[tuple[str, str, str], Row]
    capital: Mapping[tuple[str, str, str], Row]
    premises_plan: Mapping[tuple[str, str], Row]
    dispersal: Mapping[tuple[str, str, str], Row]
    timetable: Mapping[tuple[str, str, str, str], tuple[Row, ...]]
    utilisation_today: Mapping[tuple[str, str, str], Row]
    strays: tuple[Finding, ...]

    @property
    def dates(self) -> Mapping[str, dt.date]:
        """The days of hand-backs alone."""
        return self.uses.hand_backs

    def kind_hours_a_week(self, facts: Facts) -> dict[tuple[str, str, str], float]:
        """Clinical hours placed by site, kind of room and period."""
        hours: dict[tuple[str, str, str], float] = defaultdict(float)
        for (site, service, year), placed in self.hours_a_week.items():
            hours[site, room_type_of(facts, service), year] += placed
        return hours


def read_written(facts: Facts, lists: ListFacts, tables: Mapping[str, TypedTable]) -> Written:
    """Index the tables of a plan by their keys."""
    reader = Reader(facts.instance, tables)
    instance = facts.instance
    site_plan = reader.by_two("site_plan", ("suite_id", "year"))
    service_plan = reader.by_four("service_plan", ("area_id", "service", "site_id", "year"))
    premises_plan = reader.by_two("premises_plan", ("practice_id", "year"))
    dispersal = reader.by_three("list_dispersal", ("practice_id", "year", "receiver"))
    utilisation = reader.by_four("room_utilisation", ("site_id", "room_type", "year", "slot"))
    capital = reader.by_three("capital", ("year", "project", "source_id"))
    suite_rows = {
        suite.suite_id: tuple(site_plan.get((suite.suite_id, period.first_year)) for period in instance.periods)
        for suite in instance.suites
    }
    uses = told_uses(facts, suite_rows, premises_plan, frozenset(project for _, project, _ in capital), utilisation)
    contacts = {key: row.number_of("contacts") for key, row in service_plan.items()}
    return Written(
        site_plan=site_plan,
        date_rows={
            suite_id: tuple(row.maybe_date("date") for row in rows if row is not None)
            for suite_id, rows in suite_rows.items()
        },
        uses=uses,
        rooms=all_rooms(facts, uses),
        rooms_without_works=all_rooms(facts, uses, works_or_not=True),
        contacts=contacts,
        service_plan=service_plan,
        hours_a_week=_hours_a_week(facts, lists, contacts, dispersal),
        utilisation=utilisation,
        cashflow=reader.by_two("cashflow", ("year", "item")),
        travel=reader.by_three("travel", ("area_id", "service", "year")),
        capital=capital,
        premises_plan=premises_plan,
        dispersal=dispersal,
        timetable=reader.groups_of_four("timetable", ("site_id", "room_type", "year", "slot"), ("room", "service")),
        utilisation_today=reader.by_three("utilisation_today", ("site_id", "room_type", "slot")),
        strays=tuple(reader.strays),
    )


def room_type_of(facts: Facts, service: str) -> str:
    """The kind of room a service takes, the lists of closed premises among them."""
    return facts.instance.settings.gp_room_type if service == GP_LIST else facts.service_by_id[service].room_type


def _hours_a_week(
    facts: Facts,
    lists: ListFacts,
    contacts: Mapping[Place, float],
    dispersal: Mapping[tuple[str, str, str], Row],
) -> dict[tuple[str, str, str], float]:
    """Clinical hours a week by site (`-` for contacts without a room), service and period."""
    minutes: dict[tuple[str, str, str], float] = defaultdict(float)
    for (_, service_id, site, year), count in contacts.items():
        minutes[site, service_id, year] += count * facts.service_by_id[service_id].minutes_per_contact
    for (_, year, receiver), row in dispersal.items():
        if row.text("receiver_kind") == "site":
            minutes[receiver, GP_LIST, year] += row.number_of("contacts") * lists.minutes_per_contact
    return {key: count / 60 / facts.instance.settings.weeks_per_year for key, count in minutes.items()}


__all__ = ["NO_PLACE", "Place", "RoomSlot", "Written", "read_written", "room_type_of"]
