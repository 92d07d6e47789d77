"""A plan written down by hand: uses, shares of people and lists in, all tables out, without the model.

Everything that follows from the plan is worked out with the checker's own arithmetic, so that the tables of a plan
made up for a test agree with one another whatever rule it breaks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from models.estates.checker.capital import OF_THE_ICB, may_pay, most_of_project_gbp, projects_of
from models.estates.checker.cash import CHARGES_TO_ICB, LEDGER_OF_ITEM, Cash, cash_of, discount_factor
from models.estates.checker.facts import NO_PLACE, WEEK, Facts, facts_of
from models.estates.checker.lists import GP_LIST, ListFacts, list_facts_of, minutes_to_receiver
from models.estates.checker.refusals import could_be_handed_back
from models.estates.checker.room_checks import ceiling_share_of
from models.estates.checker.uses import PLANNED, Uses, all_rooms
from models.estates.entities import Period
from models.estates.instance import EstatesInstance
from models.shared.calendar import financial_year_of
from tests.model.estates.plans import Rows, Written

Shares = Mapping[tuple[str, str, str], Mapping[str, float]]
"""By area (`-` for virtual contacts), kind of room and period: the part for each site; the rest has no room."""
Dispersal = Mapping[tuple[str, str], Mapping[str, float]]
"""By practice and period: the part of its list that each practice or site takes."""


@dataclass(frozen=True)
class HandMade:
    """A plan made by hand; `in_works` plans on rooms in works as well, against E-33."""

    instance: EstatesInstance
    uses: Uses
    shares: Shares
    dispersal: Dispersal = field(default_factory=dict)
    in_works: bool = False

    def tables(self) -> Written:
        return _Scribe(self).tables()


class _Scribe:
    def __init__(self, plan: HandMade) -> None:
        self.plan, self.instance, self.uses = plan, plan.instance, plan.uses
        self.facts: Facts = facts_of(plan.instance)
        self.lists: ListFacts = list_facts_of(plan.instance)
        self.rooms = all_rooms(self.facts, self.uses, works_or_not=plan.in_works)
        self.hours: dict[tuple[str, str, str], dict[str, float]] = defaultdict(dict)
        self.contacts: dict[tuple[str, str, str, str], float] = {}

    def tables(self) -> Written:
        service_plan, dispersal = list(self._service_plan()), list(self._list_dispersal())
        cash = cash_of(self.facts, self.uses, self.contacts)
        timetable, utilisation = self._rooms()
        return {
            "site_plan": list(self._site_plan(cash)),
            "service_plan": service_plan,
            "room_utilisation": utilisation,
            "cashflow": list(self._cashflow(cash)),
            "travel": list(self._travel()),
            "capital": self._capital(),
            "premises_plan": list(self._premises_plan(cash, dispersal)),
            "list_dispersal": dispersal,
            "timetable": timetable,
            "utilisation_today": list(self._utilisation_today()),
        }

    def _service_plan(self) -> Iterator[dict[str, object]]:
        for (area, service_id, year), wanted in sorted(self.facts.demand.items()):
            service = self.facts.service_by_id[service_id]
            shares = dict(self.plan.shares.get((area, service.room_type, year), {}))
            shares[NO_PLACE] = 1 - sum(shares.values())
            for site, share in sorted(shares.items()):
                contacts = round(wanted * share, 3)
                if contacts < 0.0005:
                    continue
                hours = contacts * service.minutes_per_contact / 60
                self.contacts[area, service_id, site, year] = contacts
                if site != NO_PLACE:
                    of_service = self.hours[site, service.room_type, year]
                    weekly = hours / self.instance.settings.weeks_per_year
                    of_service[service_id] = of_service.get(service_id, 0.0) + weekly
                yield {"area_id": area, "service": service_id, "site_id": site, "year": year, "contacts": contacts,
                       "clinical_hours": hours}  # fmt: skip

    def _list_dispersal(self) -> Iterator[dict[str, object]]:
        sites = self.facts.site_by_id
        kind = self.instance.settings.gp_room_type
        for (practice, year), shares in sorted(self.plan.dispersal.items()):
            for receiver, share in sorted(shares.items()):
                contacts = round(self.lists.needs[practice, year].contacts * share, 3)
                place = sites[receiver] if receiver in sites else self.lists.premises[receiver]
                if receiver in sites:
                    of_service = self.hours[receiver, kind, year]
                    of_service[GP_LIST] = of_service.get(GP_LIST, 0.0) + self.lists.hours_a_week(contacts)
                minutes = minutes_to_receiver(self.facts, self.lists.premises[practice], place)
                yield {"practice_id": practice, "year": year, "receiver": receiver,
                       "receiver_kind": "site" if receiver in sites else "premises", "contacts": contacts,
                       "clinical_hours": contacts * self.lists.minutes_per_contact / 60,
                       "minutes": 0 if minutes is None else minutes}  # fmt: skip

    def _site_plan(self, cash: Cash) -> Iterator[dict[str, object]]:
        uses = self.uses
        for suite in self.instance.suites:
            name = suite.suite_id
            could_go, reasons = could_be_handed_back(self.facts, suite)
            works = uses.conversions.get(name)
            day = uses.hand_backs.get(name, uses.offers.get(name, works.day if works else None))
            for period in self.instance.periods:
                standing = uses.standing(name, period)
                kept = "kept" if could_go else "ineligible"
                falls = day is not None and period.first_day <= day < period.end_day
                one_off = 0 if day is None or not falls else sum(
                    cash.gbp(name, item, financial_year_of(day)) for item in ("vacating_payment", "moves")
                )  # fmt: skip
                yield {
                    "site_id": suite.site_id,
                    "suite_id": name,
                    "year": period.first_year,
                    "status": kept if standing == PLANNED else standing,
                    "date": day,
                    "converted_to": works.conversion.to_room_type if works and works.is_done_by(period) else None,
                    "annual_charge_gbp": suite.annual_charge_gbp,
                    "one_off_gbp": one_off,
                    "reason": "as written" if could_go else f"refused by {', '.join(sorted(reasons))}",
                    "extent": self.facts.extent(suite, uses.hand_backs) if name in uses.hand_backs else None,
                    "icb_charge_gbp": sum(cash.gbp(name, item, period.first_year) for item in CHARGES_TO_ICB),
                }

    def _rooms(self) -> tuple[Rows, Rows]:
        """The timetable by a plain rule, rooms in order and service after service, and how full rooms then are."""
        timetable: Rows = []
        utilisation: Rows = []
        strict = all_rooms(self.facts, self.uses)
        length = self.instance.settings.session_hours
        for (site, kind, year), rooms in sorted(self.rooms.items()):
            place = {"site_id": site, "room_type": kind, "year": year}
            services = self.hours.get((site, kind, year), {})
            weekly = sum(services.values())
            sessions = 0
            for slot, used in self._by_slot(weekly, rooms, ceiling_share_of(self.facts, site) * length).items():
                shares = {one: hours * used / weekly if weekly else 0.0 for one, hours in services.items()}
                rows = list(_filled(shares, ceiling_share_of(self.facts, site) * length))
                timetable += [{**place, "slot": slot, "room": room, "service": one, "used_hours": hours}
                              for room, one, hours in rows]  # fmt: skip
                in_use = len({room for room, _, _ in rows})
                sessions += in_use
                utilisation.append(_full(place | {"slot": slot}, strict[site, kind, year], 1, length, in_use, used))
            slots = len(self.instance.slots)
            utilisation.append(
                _full(place | {"slot": WEEK}, strict[site, kind, year], slots, length, sessions, weekly)
            )
        return timetable, utilisation

    def _by_slot(self, weekly: float, rooms: int, room_hours: float) -> dict[str, float]:
        """What cannot be moved in its session; the rest where the rooms have most space."""
        slots = self.instance.slots
        fixed = (1 - self.instance.settings.movable_share) * weekly / len(slots)
        used = {slot.slot: fixed * slot.demand_weight for slot in slots}
        left = weekly - sum(used.values())
        space = {slot: max(0.0, rooms * room_hours - hours) for slot, hours in used.items()}
        total = sum(space.values())
        return {slot: used[slot] + (left * space[slot] / total if total else left / len(slots)) for slot in used}

    def _cashflow(self, cash: Cash) -> Iterator[dict[str, object]]:
        for year in self.instance.financial_years:
            for item, ledger in LEDGER_OF_ITEM.items():
                gbp = cash.total_gbp(item, year)
                yield {"year": year, "item": item, "ledger": ledger, "gbp": gbp,
                       "discounted_gbp": gbp * discount_factor(self.instance, year)}  # fmt: skip

    def _travel(self) -> Iterator[dict[str, object]]:
        quintile = {area.area_id: area.imd_quintile for area in self.instance.areas}
        for (area, service, year), _ in sorted(self.facts.demand.items()):
            if area == NO_PLACE:
                continue
            kind = self.facts.service_by_id[service].room_type
            placed = {
                site: count
                for (a, v, site, y), count in self.contacts.items()
                if (a, v, y) == (area, service, year) and site != NO_PLACE
            }
            minutes = sum(count * self.facts.minutes[area, site] for site, count in placed.items())
            usual = self.facts.usual.get((area, kind))
            yield {"area_id": area, "service": service, "year": year,
                   "minutes_before": self.facts.minutes_before(area, kind),
                   "minutes_after": minutes / sum(placed.values()) if placed else None,
                   "imd_quintile": quintile[area],
                   "contacts_moved": sum(count for site, count in placed.items() if site != usual)}  # fmt: skip

    def _capital(self) -> Rows:
        """Other sources first, in the order of their ids; the ICB pays the rest."""
        left = {(one.source_id, one.year): one.limit_gbp for one in self.instance.capital_sources}
        sources = sorted(self.instance.capital_sources, key=lambda one: (one.kind == OF_THE_ICB, one.source_id))
        rows: Rows = []
        for project in projects_of(self.facts, self.uses):
            due = project.works_gbp
            for source in (one for one in sources if may_pay(one, project)):
                key = (source.source_id, source.year)
                gbp = min(due, left[key], most_of_project_gbp(source, project))
                left[key] -= gbp
                due -= gbp
                if gbp:
                    rows.append({"year": project.year, "project": project.name, "source_id": source.source_id,
                                 "gbp": gbp})  # fmt: skip
            if due and not sources:
                rows.append({"year": project.year, "project": project.name, "source_id": OF_THE_ICB, "gbp": due})
        return [{**row, "year_left_gbp": left.get((str(row["source_id"]), str(row["year"])))} for row in rows]

    def _premises_plan(self, cash: Cash, dispersal: Rows) -> Iterator[dict[str, object]]:
        for practice in self.instance.premises:
            name = practice.practice_id
            for period in self.instance.periods:
                is_open = self.uses.is_open(name, period)
                hours = self.lists.own_hours_a_week(name, period.first_year) + self._received(name, period, dispersal)
                sessions = practice.rooms * len(self.instance.slots)
                yield {
                    "practice_id": name,
                    "year": period.first_year,
                    "status": "open" if is_open else "closed",
                    "date": self.uses.closures.get(name),
                    "list_size": int(self.lists.needs[name, period.first_year].people[0] + 0.5),
                    "used_hours": hours if is_open else 0.0,
                    "available_hours": sessions * self.instance.settings.session_hours if is_open else 0.0,
                    "reimbursement_gbp": cash.gbp(name, "gp_reimbursement", period.first_year)
                    if practice.closes_from
                    else practice.reimbursement_gbp,
                }

    def _received(self, practice: str, period: Period, dispersal: Rows) -> float:
        rows = [r for r in dispersal if (r["receiver"], r["year"]) == (practice, period.first_year)]
        return sum(self.lists.hours_a_week(float(str(row["contacts"]))) for row in rows)

    def _utilisation_today(self) -> Iterator[dict[str, object]]:
        measured = self.instance.measured_hours
        length = self.instance.settings.session_hours
        for site, kind in sorted({(one.site_id, one.room_type) for one in measured}):
            rooms = sum(suite.rooms.get(kind, 0) for suite in self.facts.suites_by_site[site])
            by_slot = {one.slot: one for one in measured if (one.site_id, one.room_type) == (site, kind)}
            names = [slot.slot for slot in self.instance.slots]
            for slot, within in [*((name, [name]) for name in names), (WEEK, names)]:
                row: dict[str, object] = {"site_id": site, "room_type": kind, "slot": slot}
                row["available_hours"] = rooms * length * len(within)
                for what in ("booked", "used", "observed"):
                    hours = [getattr(by_slot[one], f"{what}_hours") if one in by_slot else None for one in within]
                    total = None if None in hours else sum(hours)
                    row[f"{what}_hours"] = total
                    row[f"{what}_share"] = None if total is None else total / (rooms * length * len(within))
                yield row


def _filled(hours: Mapping[str, float], room_hours: float) -> Iterator[tuple[int, str, float]]:
    """Services laid end to end over rooms of so many hours: room, service and hours, none without a thousandth."""
    start = 0.0
    for service, length in sorted(hours.items()):
        edges = [start, *(room * room_hours for room in range(1, 99) if start < room * room_hours < start + length)]
        for left, right in pairwise([*edges, start + length]):
            if right - left >= 0.0005:
                yield int(left / room_hours + 1e-9) + 1, service, right - left
        start += length


def _full(
    key: Mapping[str, object], rooms: int, slots: int, length: float, sessions: int, used: float
) -> dict[str, object]:
    available = rooms * slots * length
    return {**key, "available_hours": available, "booked_hours": sessions * length, "used_hours": used,
            "utilisation_share": used / available if available else None, "rooms": rooms,
            "sessions": sessions}  # fmt: skip
