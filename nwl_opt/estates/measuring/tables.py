"""The columns of the three kinds of export."""

from __future__ import annotations

from models.shared.register import Column, Table

_PLACE = (
    Column("site_id", "id", "site, as in the register"),
    Column("room_type", "id", "kind of room, as in the register"),
    Column("room", "text", "name or number of the room; empty: not known", may_be_empty=True),
    Column("date", "date", "day"),
    Column("start", "time", "time of day it begins"),
)
_END = Column("end", "time", "time of day it ends, on the same day")
_END_OR_MINUTES = (
    Column("end", "time", "time of day it ends, on the same day; or give the minutes", may_be_empty=True),
    Column("minutes", "minutes", "how long it lasts; or give the end", "minutes", may_be_empty=True, minimum=0,
           maximum=1440),
)  # fmt: skip

BOOKINGS = Table(
    "bookings",
    "rooms booked, from a booking system",
    (
        *_PLACE,
        _END,
        Column("status", "choice", "cancelled bookings are left out", allowed=("booked", "cancelled"),
               default="booked"),
    ),
    may_be_empty=False,
)  # fmt: skip

CONTACTS = Table(
    "contacts", "contacts held in rooms, from a clinical system", (*_PLACE, *_END_OR_MINUTES), may_be_empty=False
)

SENSORS = Table(
    "sensors",
    "readings of room sensors",
    (
        *_PLACE,
        *_END_OR_MINUTES,
        Column("people", "integer", "people counted; 0: the room was empty, and the row is left out", default="1",
               minimum=0, maximum=10_000),
    ),
    may_be_empty=False,
)  # fmt: skip

EXPORTS = {"booked_hours": BOOKINGS, "used_hours": CONTACTS, "observed_hours": SENSORS}
"""The export that each definition of hours is taken from."""
