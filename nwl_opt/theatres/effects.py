"""What each kind of event does to the tables of an instance, and whose booking it hits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from models.theatres.entities import TheatreList
from models.theatres.instance import Instance
from models.theatres.rules import DAYS_UNTIL_DUE
from nwl_opt.theatres.draft import Draft
from nwl_opt.theatres.events import Event, Events
from nwl_opt.theatres.short_staff import lists_to_stand_down


@dataclass(frozen=True)
class Hit:
    """A patient an event concerns. `list_id` is their booking's list, empty where they had none.

    `firm`: the booking would have stayed, so the event sets it free by name.
    """

    event: Event
    patient_id: str
    list_id: str
    state: str
    firm: bool
    leaves: bool = False

    @property
    def broken(self) -> bool:
        """Whether the hospital breaks a date that was agreed."""
        return self.state in ("agreed", "locked") and self.event.kind not in ("patient_cancels", "offer_declined")


@dataclass(frozen=True)
class Scene:
    """The tables that are edited, and the instance they were before the first event."""

    draft: Draft
    before: Instance
    planning_date: dt.date

    def booked_day(self, patient_id: str) -> dt.date:
        return self.before.lists[self.before.existing_bookings[patient_id][0]].date

    def hit(self, event: Event, patient_id: str, leaves: bool = False) -> Hit:
        list_id, state = self.before.existing_bookings.get(patient_id, ("", ""))
        return Hit(event, patient_id, list_id, state, patient_id in self.before.fixed_bookings, leaves)

    def everybody_on(self, event: Event, lists: set[str]) -> list[Hit]:
        booked = sorted(self.before.existing_bookings.items())
        return [self.hit(event, patient_id) for patient_id, (list_id, _) in booked if list_id in lists]

    def lists_on(self, event: Event) -> Iterator[TheatreList]:
        """The lists of the days of an event."""
        first, last = event.values.date("first_day"), event.values.date("last_day")
        return (on for on in self.before.lists.values() if first <= on.date <= last)


def apply_events(draft: Draft, before: Instance, events: Events) -> list[Hit]:
    """Edit the tables as the events say; of every booking that is hit the event is the reason, by name.

    Who loses an agreed date through the hospital is due within 28 days of it, as after a cancellation on the day.
    """
    scene = Scene(draft, before, events.planning_date)
    hits = [hit for event in events.events for hit in _EFFECTS[event.kind](scene, event)]
    for hit in hits:
        if hit.broken and not hit.leaves:
            due_after(draft, hit.patient_id, scene.booked_day(hit.patient_id))
    reasons: dict[str, list[str]] = {}
    for hit in hits:
        if not hit.leaves:
            reasons.setdefault(hit.patient_id, []).append(hit.event.words())
    for patient_id, said in sorted(reasons.items()):
        if draft.find("existing_bookings", patient_id=patient_id) is not None:
            draft.add(
                "named_changes", {"patient_id": patient_id, "reason": _sentence("; ".join(dict.fromkeys(said)))}
            )
    return hits


def _sentence(words: str) -> str:
    """Words as the sentence they are among the other reasons of a table."""
    return f"{words[:1].upper()}{words[1:]}."


def _patient_cancels(scene: Scene, event: Event) -> list[Hit]:
    patient_id = event.values.text("patient")
    if event.values.text("wants") == "off_the_list":
        scene.draft.remove_patient(patient_id)
        return [scene.hit(event, patient_id, leaves=True)]
    _come_later(scene, event, patient_id)
    return [scene.hit(event, patient_id)]


def _hospital_cancels(scene: Scene, event: Event) -> list[Hit]:
    patient_id = event.values.text("patient")
    _come_later(scene, event, patient_id)
    if event.values.flag("on_the_day"):
        due_after(scene.draft, patient_id, scene.booked_day(patient_id))
    return [scene.hit(event, patient_id)]


def _offer_declined(scene: Scene, event: Event) -> list[Hit]:
    patient_id = event.values.text("patient")
    count_decline(scene.draft, patient_id)
    _come_later(scene, event, patient_id)
    return [scene.hit(event, patient_id)]


def _theatre_down(scene: Scene, event: Event) -> list[Hit]:
    theatre = event.values.text("theatre")
    down = {on.list_id for on in scene.lists_on(event) if on.theatre_id == theatre}
    for row in scene.draft.rows("lists"):
        if row["list_id"] in down:
            scene.draft.change("lists", row, staffed=False)
    return scene.everybody_on(event, down)


def _surgeon_away(scene: Scene, event: Event) -> list[Hit]:
    surgeon, first, last = (
        event.values.text("surgeon"),
        event.values.date("first_day"),
        event.values.date("last_day"),
    )
    own = [row for row in scene.draft.rows("surgeon_leave") if row["surgeon_id"] == surgeon]
    known = next((row for row in own if scene.draft.day("surgeon_leave", row, "first_day") == first), None)
    if known is None:
        scene.draft.add("surgeon_leave", {"surgeon_id": surgeon, "first_day": first, "last_day": last})
    else:
        until = scene.draft.day("surgeon_leave", known, "last_day")
        scene.draft.change("surgeon_leave", known, last_day=last if until is None else max(last, until))
    return scene.everybody_on(event, {on.list_id for on in scene.lists_on(event) if on.surgeon_id == surgeon})


def _staff_short(scene: Scene, event: Event) -> list[Hit]:
    """Of the lists of each day those are stood down whose patients have been told least, until the staff suffice."""
    role, left = event.values.text("role"), event.values.integer("available")
    first, last = event.values.date("first_day"), event.values.date("last_day")
    for row in scene.draft.rows("staff"):
        day = scene.draft.day("staff", row, "date")
        if day is not None and first <= day <= last and row["role"] == role:
            scene.draft.change("staff", row, available=min(left, int(row["available"])))
    return scene.everybody_on(event, set(lists_to_stand_down(scene.before, role, left, list(scene.lists_on(event)))))


def _list_given_up(scene: Scene, event: Event) -> list[Hit]:
    list_id = event.values.text("list")
    row = scene.draft.find("lists", list_id=list_id)
    assert row is not None, f"list {list_id} was there when the events were read"
    scene.draft.change("lists", row, surgeon_id=event.values.maybe_text("to"))
    return scene.everybody_on(event, {list_id})


def _result_late(scene: Scene, event: Event) -> list[Hit]:
    """Hit is whose operation comes before the result is with the team."""
    patient_id, test_id, result_on = (
        event.values.text("patient"),
        event.values.text("test"),
        event.values.date("result_on"),
    )
    row = scene.draft.find("patient_tests", patient_id=patient_id, test_id=test_id)
    assert row is not None, f"{patient_id} needed {test_id} when the events were read"
    scene.draft.change("patient_tests", row, result_on=result_on)
    ready = result_on + dt.timedelta(days=scene.before.settings.results_ready_days)
    booked = patient_id in scene.before.existing_bookings
    return [scene.hit(event, patient_id)] if booked and ready > scene.booked_day(patient_id) else []


def _new_patient(scene: Scene, event: Event) -> list[Hit]:
    scene.draft.add("patients", event.row)
    for test in event.tests:
        scene.draft.add("patient_tests", test)
    if event.row["priority"] == "P2" and "due_by" not in event.row:
        due_after(scene.draft, event.row["patient_id"], dt.date.fromisoformat(event.row["clock_start"][:10]))
    return [scene.hit(event, event.row["patient_id"])]


def _come_later(scene: Scene, event: Event, patient_id: str) -> None:
    """The date given up is not offered again: the patient can come from the day asked for, or the day after it."""
    asked = event.values.maybe_date("not_before")
    if asked is None and patient_id in scene.before.existing_bookings:
        asked = scene.booked_day(patient_id) + dt.timedelta(days=1)
    row = scene.draft.find("patients", patient_id=patient_id)
    if row is None or asked is None:
        return
    first = scene.draft.day("patients", row, "available_from")
    scene.draft.change("patients", row, available_from=asked if first is None else max(first, asked))
    last = scene.draft.day("patients", row, "available_to")
    if last is not None and last < asked:
        scene.draft.change("patients", row, available_to=None)


def due_after(draft: Draft, patient_id: str, cancelled_on: dt.date) -> None:
    """A patient is due within 28 days of a day; an earlier date by which they are due stays."""
    row = draft.find("patients", patient_id=patient_id)
    if row is None:
        return
    due, known = cancelled_on + dt.timedelta(days=DAYS_UNTIL_DUE), draft.day("patients", row, "due_by")
    draft.change("patients", row, due_by=due if known is None else min(due, known))


def count_decline(draft: Draft, patient_id: str) -> None:
    """One more reasonable offer the patient has declined."""
    row = draft.find("patients", patient_id=patient_id)
    if row is not None:
        declined = int(draft.cell("patients", row, "offers_declined"))
        draft.change("patients", row, offers_declined=declined + 1)


_EFFECTS: Mapping[str, Callable[[Scene, Event], list[Hit]]] = {
    "patient_cancels": _patient_cancels,
    "hospital_cancels": _hospital_cancels,
    "offer_declined": _offer_declined,
    "theatre_down": _theatre_down,
    "surgeon_away": _surgeon_away,
    "staff_short": _staff_short,
    "list_given_up": _list_given_up,
    "result_late": _result_late,
    "new_patient": _new_patient,
}
