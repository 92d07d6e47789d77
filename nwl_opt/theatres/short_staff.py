"""Which lists have to stand down when there are fewer staff than the lists with patients need (T-29)."""

from __future__ import annotations

from collections.abc import Sequence

from models.theatres.entities import Shift, TheatreList
from models.theatres.instance import Instance
from models.theatres.patient_tables import BOOKING_STATES


def lists_to_stand_down(
    instance: Instance, role: str, available: int, lists: Sequence[TheatreList]
) -> tuple[str, ...]:
    """The fewest lists, those first whose patients have been told least, so that the staff left suffice.

    `lists` are those of the days on which only `available` people of the role are there.
    """
    needed = instance.roles[role].per_list
    days = {on.date for on in lists}
    shifts = [shift for shift in instance.shifts if shift.role == role and shift.start.date() in days]
    down: list[str] = []
    for shift in shifts:
        running = _running(instance, shift, lists, down)
        left = min(available, shift.available)
        while running and needed * len(running) > left:
            down.append(running.pop(0).list_id)
    return tuple(sorted(down))


def _running(
    instance: Instance, shift: Shift, lists: Sequence[TheatreList], down: Sequence[str]
) -> list[TheatreList]:
    """The lists with patients in a shift, those that cost least to stand down first."""
    used = {list_id for list_id, _ in instance.existing_bookings.values()} - set(down)
    found = [on for on in lists if on.list_id in used and shift.overlaps(on)]
    return sorted(found, key=lambda on: (_told(instance, on.list_id), on.list_id))


def _told(instance: Instance, list_id: str) -> tuple[int, ...]:
    """How much the patients of a list have been told, the firmest state first; then P2 and all."""
    on_it = [(p, state) for p, (where, state) in sorted(instance.existing_bookings.items()) if where == list_id]
    by_state = [sum(state == wanted for _, state in on_it) for wanted in reversed(BOOKING_STATES)]
    urgent = sum(instance.patients[patient_id].priority == "P2" for patient_id, _ in on_it)
    return (*by_state[:-1], urgent, len(on_it))
