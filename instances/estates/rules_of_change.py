"""The neighbourhoods of the rule-by-rule estate in which a rule on change or on access holds something back.

Works, Open Space and the closing of GP premises would pay earlier, or at all, were it not for one rule: E-31 to E-41.
"""

from __future__ import annotations

import datetime as dt

from instances.estates.neighbourhood import PEOPLE_FOR_MOST_OF_A_ROOM, Neighbourhood, Row, closable, floor
from models.shared.calendar import financial_year

TODAY, LATER = dt.date(2026, 4, 1), dt.date(2029, 4, 1)
ELSEWHERE = "Otherland"
# More people than one consulting room sees, and fewer than two do: a converted records room frees the floor above.
PEOPLE_OF_MORE_THAN_A_ROOM = 5_700
# Works of £72,000 stand above the ICB's own £68,000 a year, until a grant pays a third of them from 2029/30.
DEAR_WORKS_GBP, ICB_OWN_GBP, GRANT_GBP = 72_000, 68_000, 60_000
# A list of 60 takes 0.79 hours a week, less than the least session of a full room has: no session can be its alone.
LIST_OF_NO_SESSION = 60
PEOPLE_OF_A_FULL_ROOM = 5_100
# A list of 3,500 takes 45.99 of the 46.17 hours of its one room.
LIST_OF_A_FULL_ROOM = 3_500


def rules_of_change() -> list[Neighbourhood]:
    """One neighbourhood for each of E-31 to E-41, in that order."""
    return [
        floor("offered_later", tenure="lift_chp", lease_end=dt.date(2034, 3, 31), open_space_from=LATER,
              open_space_works_gbp=5_000),
        _records("records", LATER, works_months=0),
        _records("decant", TODAY, works_months=6),
        _records("capital", TODAY, works_months=0, works_gbp=DEAR_WORKS_GBP),
        closable("core20", 1.0, -2.0, core20_share=0.8),
        closable("presence", 0.5, -1.0, borough=ELSEWHERE),
        floor("reception", core={"consulting": 2}, rooms={"office": 1}),
        _right_size("right_size"),
        _full_practice("full_practice"),
        _timetable("timetable"),
        _two_clinics("two_clinics"),
    ]  # fmt: skip


def capital_rows() -> list[Row]:
    """The ICB's own money every year, and a grant for a third of a project in the last three."""
    own: list[Row] = [
        {"source_id": "icb_own", "year": financial_year(year), "kind": "icb", "borough": None,
         "limit_gbp": ICB_OWN_GBP, "share_of_project": 1.0, "provenance": "synthetic"}
        for year in range(2026, 2032)
    ]  # fmt: skip
    grant: list[Row] = [
        {"source_id": "grant", "year": financial_year(year), "kind": "lig", "borough": None, "limit_gbp": GRANT_GBP,
         "share_of_project": 0.33, "provenance": "synthetic"}
        for year in range(2029, 2032)
    ]  # fmt: skip
    return own + grant


def _records(name: str, digitised_by: dt.date, works_months: int, works_gbp: int = 20_000) -> Neighbourhood:
    """A clinic whose records room, once converted, stands in for the floor above."""
    part = floor(
        name,
        people=PEOPLE_OF_MORE_THAN_A_ROOM,
        core={"consulting": 1, "office": 1, "records": 1},
        rooms={"consulting": 1},
    )
    part.records_room(f"{name}-0", digitised_by, works_months, works_gbp)
    return part


def _clinic(name: str, people: int, consulting: int, east_km: float = 0.0) -> Neighbourhood:
    """A clinic that stays, at the door of its people."""
    part = Neighbourhood(name, 0, 0)
    part.people(f"{name}_town", people, east_km=east_km)
    part.site(f"{name}_clinic", east_km=east_km)
    part.core_that_stays(f"{name}_clinic", {"consulting": consulting, "office": 1})
    return part


def _right_size(name: str) -> Neighbourhood:
    """A practice next to empty rooms, which may close from 2029 (E-38)."""
    part = _clinic(name, PEOPLE_FOR_MOST_OF_A_ROOM, consulting=2)
    part.practice(f"{name}_practice", 1_000, LATER, east_km=0.5)
    return part


def _full_practice(name: str) -> Neighbourhood:
    """A practice whose only neighbour within reach is another practice, and that one is full (E-39)."""
    part = _clinic(name, PEOPLE_FOR_MOST_OF_A_ROOM, consulting=2, east_km=5.0)
    part.practice(f"{name}_small", 1_000, TODAY)
    part.practice(f"{name}_large", LIST_OF_A_FULL_ROOM, None, east_km=0.5)
    return part


def _timetable(name: str) -> Neighbourhood:
    """A practice whose few patients find hours, but no session of their own, in a full room (E-40).

    It is ordered to stay: a plan made anew for its timetable is not proven the best. A scenario frees it.
    """
    part = _clinic(name, PEOPLE_OF_A_FULL_ROOM, consulting=1)
    part.practice(f"{name}_practice", LIST_OF_NO_SESSION, TODAY, east_km=0.5, order="keep")
    return part


def _two_clinics(name: str) -> Neighbourhood:
    """Two clinics that share the people of one area; one alone is too small for them (E-41, where asked for)."""
    part = _clinic(name, 8_000, consulting=1)
    part.site(f"{name}_second", east_km=0.5)
    part.core_that_stays(f"{name}_second", {"consulting": 1, "office": 1})
    return part
