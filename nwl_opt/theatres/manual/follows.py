"""What follows from a change: times, tests, finishes, beds and aims, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from models.theatres.entities import Appointment
from models.theatres.figures import list_figures, night_figures
from models.theatres.instance import Instance
from models.theatres.measures.stages import stages
from models.theatres.plan import Booking, Plan
from models.theatres.reasons.steps import count_text
from models.theatres.words import day_text, list_text
from nwl_opt.theatres.manual.trying import Tried, concerned
from nwl_opt.theatres.manual.wanted import STATE_OF

_STAGE_WORDS = {
    "due_dates_met": "patients booked by their due date",
    "p2_booked": "P2 patients booked",
    "long_waits_booked": "long waits booked",
    "long_waits_at_end_booked": "patients booked who would be long waits when the horizon ends",
    "weighted_wait": "points for waits and urgency",
    "touch_minutes": "minutes of operating",
    "bookings_kept": "points for dates kept",
}


def what_follows(tried: Tried) -> tuple[str, ...]:
    """Everything that is different after a change, the patients concerned first."""
    return (
        *(sentence for p in concerned(tried.wanted) for sentence in _of_patient(tried, p)),
        *_of_tests(tried),
        *_of_others(tried),
        *_of_lists(tried.before.plan, tried.after.plan),
        *_of_beds(tried),
        *(() if tried.wanted.kind in STATE_OF else _of_aims(tried.before.plan, tried.after.plan)),
    )


def _of_patient(tried: Tried, patient_id: str) -> Iterator[str]:
    before, after = tried.before.bookings.get(patient_id), tried.after.bookings.get(patient_id)
    instance = tried.before.base
    if after is None and before is not None:
        yield f"{patient_id} has no date any more (was {_when(instance, before)})."
    if after is None:
        return
    state_now = tried.after.state_of(patient_id)
    if before == after:
        if (was := tried.before.state_of(patient_id)) != state_now:
            yield f"{patient_id} stays on {_when(instance, after)}: was {was}, is {state_now}."
        return
    yield f"{patient_id} is operated on {_when(instance, after)}{_later(before, after)}."
    days = tried.after.notice_days.get(patient_id)
    if days is not None and days != tried.before.notice_days.get(patient_id):
        yield f"{patient_id} comes with {count_text(days, 'day')}' notice: the reason given says that they agreed."
    due = instance.patients[patient_id].due_by
    if due is not None and after.start.date() > due:
        yield f"{patient_id} is due by {day_text(due)}: that date is missed."
    if before is not None and before.list_id != after.list_id:
        was = tried.before.state_of(patient_id)
        if was != "proposed":
            yield f"{patient_id} was {was} on the old date and has to be told: the new one is only {state_now}."


def _later(before: Booking | None, after: Booking) -> str:
    if before is None or before.start.date() == after.start.date():
        return ""
    days = (after.start.date() - before.start.date()).days
    return f", {count_text(abs(days), 'day')} {'later' if days > 0 else 'earlier'}"


def _when(instance: Instance, booking: Booking) -> str:
    return f"{list_text(instance.lists[booking.list_id])} at {booking.start:%H:%M}, place {booking.position}"


def _of_tests(tried: Tried) -> Iterator[str]:
    before, after, instance = tried.before.new_tests, tried.after.new_tests, tried.after.instance
    for patient_id in sorted(set(before) | set(after)):
        had = {a.test_id: a for a in before.get(patient_id, ())}
        has = {a.test_id: a for a in after.get(patient_id, ())}
        for test_id in sorted(set(had) | set(has)):
            if had.get(test_id) == has.get(test_id):
                continue
            name = instance.tests[test_id].name
            if test_id not in has:
                yield f"{patient_id} gives up {name} ({_visit(instance, had[test_id])})."
            elif test_id not in had:
                yield f"{patient_id} gets {name}: {_visit(instance, has[test_id])}."
            else:
                was, now = _visit(instance, had[test_id]), _visit(instance, has[test_id])
                yield f"{patient_id}: {name} moves to {now} (was {was})."
    for patient_id in tried.no_tests_for:
        yield f"{patient_id}: not every test that is missing finds a free place in time before the operation."


def _visit(instance: Instance, made: Appointment) -> str:
    return f"{instance.sites[made.site_id].name}, {day_text(made.start.date())} {made.start:%H:%M}"


def _of_others(tried: Tried) -> Iterator[str]:
    own = set(concerned(tried.wanted))
    for patient_id, after in sorted(tried.after.bookings.items()):
        before = tried.before.bookings.get(patient_id)
        if patient_id in own or before is None or before == after:
            continue
        if before.start != after.start:
            yield f"{patient_id} on list {after.list_id} starts at {after.start:%H:%M} (was {before.start:%H:%M})."


def _of_lists(before: Plan, after: Plan) -> Iterator[str]:
    had, has = list_figures(before), list_figures(after)
    for list_id in sorted(at for at in has if before.by_list[at] != after.by_list[at]):
        now, was = has[list_id], had[list_id]
        if not now.cases:
            yield f"List {list_id} has nobody on it now."
            continue
        spare = (
            f"{count_text(abs(now.spare_minutes), 'minute')} {'before its end' if now.spare_minutes >= 0 else 'late'}"
        )
        ended = f" (was {was.expected_end:%H:%M})" if was.cases else " (was empty)"
        yield (
            f"List {list_id} is expected to end at {now.expected_end:%H:%M}{ended}, {spare}; its chance of a late "
            f"finish is {100 * now.overrun_probability:.1f} %."
        )


def _of_beds(tried: Tried) -> Iterator[str]:
    """The tightest night of each stay that has begun to count."""
    nights, instance = night_figures(tried.after.plan), tried.after.instance
    for patient_id in concerned(tried.wanted):
        after, before = tried.after.bookings.get(patient_id), tried.before.bookings.get(patient_id)
        if after is None or (before is not None and before.list_id == after.list_id):
            continue
        ward, shares = instance.procedure_of(patient_id).ward_id, instance.stay(patient_id)
        stay = [
            n for n in nights.values() if n.ward_id == ward and 0 <= (n.date - after.start.date()).days < len(shares)
        ]
        stay = [n for n in stay if shares[(n.date - after.start.date()).days] > 0]
        if stay:
            tight = min(stay, key=lambda n: (n.beds_open - n.at_quantile, n.date))
            yield (
                f"Beds: the tightest night of the stay is {day_text(tight.date)} on {instance.wards[ward]}, "
                f"{tight.at_quantile:.1f} of {count_text(tight.beds_open, 'bed')} at the level set."
            )


def _of_aims(before: Plan, after: Plan) -> Iterator[str]:
    had, has = stages(before), stages(after)
    for name in has:
        if name in had and name in _STAGE_WORDS and had[name].value != has[name].value:
            words, change = _STAGE_WORDS[name], has[name].value - had[name].value
            yield f"{words[:1].upper()}{words[1:]}: {has[name].value:,.0f} ({change:+,.0f})."
