"""What has happened since a plan was made, as a TOML file says it: every kind of event and its keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from models.shared.parsing import Row
from models.shared.register import Column

_REASON = Column("reason", "text", "why, in words for the patient's record", may_be_empty=True)
_NOT_BEFORE = Column("not_before", "date", "first day the patient can come; empty: the day after the date given up",
                     may_be_empty=True)  # fmt: skip
_FIRST = Column("first_day", "date", "first day")
_LAST = Column("last_day", "date", "last day")
_BOOKED = Column("patient", "id", "a patient on a list", refers_to="plan.booked")

EVENT_KINDS: Mapping[str, tuple[Column, ...]] = {
    "patient_cancels": (
        Column("patient", "id", "who cancels", refers_to="patients"),
        Column("wants", "choice", "another date, or to leave the waiting list", default="new_date",
               allowed=("new_date", "off_the_list")),
        _NOT_BEFORE,
        _REASON,
    ),
    "hospital_cancels": (
        _BOOKED,
        Column("on_the_day", "flag", "cancelled on the day: operated on within 28 days", default="no"),
        _NOT_BEFORE,
        _REASON,
    ),
    "offer_declined": (_BOOKED, _NOT_BEFORE, _REASON),
    "theatre_down": (Column("theatre", "id", "theatre", refers_to="theatres"), _FIRST, _LAST, _REASON),
    "surgeon_away": (Column("surgeon", "id", "surgeon", refers_to="surgeons"), _FIRST, _LAST, _REASON),
    "staff_short": (
        Column("role", "id", "role", refers_to="roles"),
        _FIRST,
        _LAST,
        Column("available", "integer", "people of this role there are, in every shift of these days", "people",
               minimum=0, maximum=200),
        _REASON,
    ),
    "list_given_up": (
        Column("list", "id", "list", refers_to="lists"),
        Column("to", "id", "surgeon who takes it; empty: nobody yet", may_be_empty=True, refers_to="surgeons"),
        _REASON,
    ),
    "result_late": (
        Column("patient", "id", "whose test it is", refers_to="patients"),
        Column("test", "id", "a test done, or with an appointment", refers_to="tests"),
        Column("result_on", "date", "day the result will be with the team"),
        _REASON,
    ),
    "new_patient": (_REASON,),
}  # fmt: skip


@dataclass(frozen=True)
class Event:
    """One event; `row` and `tests` are the new patient's cells as text."""

    number: int
    kind: str
    values: Row
    row: Mapping[str, str]
    tests: tuple[Mapping[str, str], ...]

    def words(self) -> str:
        """The event as a sentence part, for the reason of a named change; it ends with the reason given."""
        given = self.values.maybe_text("reason")
        said = _said(self.kind, self.values)
        return f"{said} ({given})" if given else said


@dataclass(frozen=True)
class Events:
    """An events file: the day from which is planned anew, and what happened, in its order."""

    file: str
    planning_date: dt.date
    events: tuple[Event, ...]


def _days(values: Row) -> str:
    first, last = values.date("first_day"), values.date("last_day")
    return f"on {first}" if first == last else f"from {first} to {last}"


def _patient_cancels(values: Row) -> str:
    wants = "and leaves the list" if values.text("wants") == "off_the_list" else "and wants another date"
    return f"the patient cancels {wants}"


def _hospital_cancels(values: Row) -> str:
    return f"the hospital cancels{' on the day' if values.flag('on_the_day') else ''}"


def _list_given_up(values: Row) -> str:
    to = values.maybe_text("to")
    return f"list {values.text('list')} is given up{f' and goes to surgeon {to}' if to else ''}"


def _said(kind: str, values: Row) -> str:
    match kind:
        case "patient_cancels":
            return _patient_cancels(values)
        case "hospital_cancels":
            return _hospital_cancels(values)
        case "offer_declined":
            return "the patient declines the date"
        case "theatre_down":
            return f"theatre {values.text('theatre')} is down {_days(values)}"
        case "surgeon_away":
            return f"surgeon {values.text('surgeon')} is away {_days(values)}"
        case "staff_short":
            return f"only {values.integer('available')} of {values.text('role')} {_days(values)}"
        case "list_given_up":
            return _list_given_up(values)
        case "result_late":
            return f"the result of {values.text('test')} comes on {values.date('result_on')}"
        case _:
            return "a new patient is referred"
