"""The tables of GP premises and of the lists they disperse."""

from __future__ import annotations

from models.estates.demand import clinical_hours_per_year
from models.estates.entities import Premises
from models.estates.plan import DispersedContacts, Plan
from models.estates.right_size import PREMISES
from models.shared.cells import Cell

_LEAST_MILLI_CONTACTS = 1


def premises_plan(plan: Plan) -> list[dict[str, Cell]]:
    """Every practice in every period."""
    taken: dict[tuple[str, int], float] = {}
    for one in plan.dispersed:
        if one.receiver_kind == PREMISES:
            key = (one.receiver, one.period)
            taken[key] = taken.get(key, 0.0) + plan.gp_lists.hours_per_week(one.contacts)
    return [
        _one(plan, premises, at, taken.get((premises.practice_id, at), 0.0))
        for premises in plan.instance.premises
        for at in range(len(plan.instance.periods))
    ]


def _one(plan: Plan, premises: Premises, at: int, taken_hours: float) -> dict[str, Cell]:
    settings, period = plan.instance.settings, plan.instance.periods[at]
    is_open = plan.premises_open(premises.practice_id, at)
    own = plan.gp_lists.lists[premises.practice_id]
    return {
        "practice_id": premises.practice_id,
        "year": period.first_year,
        "status": "open" if is_open else "closed",
        "date": plan.closures.get(premises.practice_id),
        "list_size": own.people[at],
        "used_hours": own.hours[at] + taken_hours if is_open else 0.0,
        "available_hours": premises.rooms * len(plan.instance.slots) * settings.session_hours if is_open else 0.0,
        "reimbursement_gbp": _reimbursement_gbp(plan, premises, period.first_year),
    }


def _reimbursement_gbp(plan: Plan, premises: Premises, year: str) -> int:
    """What the ICB reimburses in a financial year: the whole year's amount of premises that may not close."""
    if not premises.may_close:
        return premises.reimbursement_gbp
    lines = plan.cash_book.premises_lines(premises, plan.closures.get(premises.practice_id))
    return sum(line.gbp for line in lines if line.year == year and line.item == "gp_reimbursement")


def list_dispersal(plan: Plan) -> list[dict[str, Cell]]:
    """Every closed list, receiver and period."""
    return [_row(plan, one) for one in plan.dispersed if one.milli_contacts >= _LEAST_MILLI_CONTACTS]


def _row(plan: Plan, one: DispersedContacts) -> dict[str, Cell]:
    minutes_per_contact = plan.instance.settings.gp_minutes_per_contact
    return {
        "practice_id": one.practice_id,
        "year": plan.instance.periods[one.period].first_year,
        "receiver": one.receiver,
        "receiver_kind": one.receiver_kind,
        "contacts": one.contacts,
        "clinical_hours": clinical_hours_per_year(one.contacts, minutes_per_contact),
        "minutes": plan.gp_lists.minutes(one.practice_id, one.receiver_kind, one.receiver),
    }
