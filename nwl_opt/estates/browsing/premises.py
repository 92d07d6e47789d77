"""GP premises: which close, who takes their lists, and how full the others are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nwl_opt.estates.reporting.saved import EstateTables


@dataclass(frozen=True)
class PremisesYear:
    """Premises in one period. Hours are a week."""

    practice_id: str
    name: str
    borough: str
    may_close: bool
    status: str
    date: dt.date | None
    list_size: int
    used_hours: float
    available_hours: float
    reimbursement_gbp: int

    @property
    def share(self) -> float | None:
        return self.used_hours / self.available_hours if self.available_hours > 0 else None


@dataclass(frozen=True)
class Receiver:
    """Where patients of a closed list go: contacts a year, room hours a year, minutes one way."""

    receiver_id: str
    name: str
    is_site: bool
    contacts_per_year: float
    clinical_hours_per_year: float
    minutes: int


@dataclass(frozen=True)
class Closed:
    """Premises that close, and who takes their patients in a period."""

    premises: PremisesYear
    receivers: tuple[Receiver, ...]
    saved_gbp_per_year: int

    @property
    def contacts_per_year(self) -> float:
        return sum(one.contacts_per_year for one in self.receivers)

    @property
    def mean_minutes(self) -> float | None:
        contacts = self.contacts_per_year
        if not contacts:
            return None
        return sum(one.contacts_per_year * one.minutes for one in self.receivers) / contacts


def premises_in(estate: EstateTables, year: str) -> tuple[PremisesYear, ...]:
    """All premises in a period, by name."""
    known = {one.practice_id: one for one in estate.instance.premises}
    found = [
        PremisesYear(
            row.text("practice_id"), known[row.text("practice_id")].name, known[row.text("practice_id")].borough,
            known[row.text("practice_id")].may_close, row.text("status"), row.maybe_date("date"),
            row.integer("list_size"), row.number_of("used_hours"), row.number_of("available_hours"),
            row.integer("reimbursement_gbp"),
        )
        for row in estate.tables["premises_plan"]
        if row.text("year") == year
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.name, one.practice_id)))


def closed_in(estate: EstateTables, year: str) -> tuple[Closed, ...]:
    """The premises that are closed in a period, with the receivers of their lists, most contacts first."""
    receivers = _receivers(estate, year)
    paid = {one.practice_id: one.reimbursement_gbp for one in estate.instance.premises}
    return tuple(
        Closed(one, receivers.get(one.practice_id, ()), paid[one.practice_id] - one.reimbursement_gbp)
        for one in premises_in(estate, year)
        if one.status == "closed"
    )


def _receivers(estate: EstateTables, year: str) -> Mapping[str, tuple[Receiver, ...]]:
    practices = {one.practice_id: one.name for one in estate.instance.premises}
    sites = {one.site_id: one.name for one in estate.instance.sites}
    found: dict[str, list[Receiver]] = {}
    for row in estate.tables["list_dispersal"]:
        if row.text("year") == year:
            is_site, receiver = row.text("receiver_kind") == "site", row.text("receiver")
            name = (sites if is_site else practices).get(receiver, receiver)
            found.setdefault(row.text("practice_id"), []).append(
                Receiver(receiver, name, is_site, row.number_of("contacts"), row.number_of("clinical_hours"),
                         row.integer("minutes"))
            )  # fmt: skip
    return {practice: _most_first(taken) for practice, taken in found.items()}


def _most_first(taken: Sequence[Receiver]) -> tuple[Receiver, ...]:
    return tuple(sorted(taken, key=lambda one: (-one.contacts_per_year, one.receiver_id)))
