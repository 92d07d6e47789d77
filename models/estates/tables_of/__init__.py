"""A plan as the tables its user reads, rows in a fixed order: one module for each group of tables."""

from __future__ import annotations

from models.estates.plan import Plan
from models.estates.tables_of.contacts import service_plan, travel
from models.estates.tables_of.money import capital, cashflow
from models.estates.tables_of.premises import list_dispersal, premises_plan
from models.estates.tables_of.rooms import bookings_of, room_utilisation, timetable
from models.estates.tables_of.suites import site_plan
from models.estates.tables_of.today import utilisation_today
from models.shared.cells import Cell

Rows = list[dict[str, Cell]]


def tables_of(plan: Plan) -> dict[str, Rows]:
    """All tables of a plan."""
    bookings = bookings_of(plan)
    return {
        "site_plan": site_plan(plan),
        "service_plan": service_plan(plan),
        "room_utilisation": room_utilisation(plan, bookings),
        "cashflow": cashflow(plan),
        "travel": travel(plan),
        "capital": capital(plan),
        "premises_plan": premises_plan(plan),
        "list_dispersal": list_dispersal(plan),
        "timetable": timetable(plan, bookings),
        "utilisation_today": utilisation_today(plan.instance),
    }
