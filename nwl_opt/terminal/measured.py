"""What exports came to: weeks covered, hours by site, and what was left out."""

from __future__ import annotations

from rich.console import Console

from models.estates.instance import EstatesInstance
from nwl_opt.estates.measuring.measure import Measurement, Source
from nwl_opt.terminal.console import bullets, heading, show_table
from nwl_opt.words import percent

WORDS = {"booked_hours": "booked", "used_hours": "used", "observed_hours": "observed"}


def show_measurement(console: Console, measurement: Measurement) -> None:
    """A table of weeks by site and kind of room, and sentences on each export."""
    names = [source.definition for source in measurement.sources]
    headings = ("site", "room type", "available", *(part for name in names for part in (WORDS[name], "%")))
    rows = _rows(measurement)
    show_table(console, headings, rows, (False, False, *(True,) * (1 + 2 * len(names))), "Hours a week, all sessions")
    for source in measurement.sources:
        heading(console, f"{WORDS[source.definition].capitalize()}: {source.file}")
        bullets(console, _said(measurement.instance, source))
    if measurement.notices:
        heading(console, "Noticed on reading")
        bullets(console, measurement.notices)


def _rows(measurement: Measurement) -> list[tuple[str, ...]]:
    instance, sources = measurement.instance, measurement.sources
    places = sorted({key[:2] for source in sources for key in source.measured.hours})
    rows = []
    for site, kind in places:
        available = _rooms(instance, site, kind) * len(instance.slots) * instance.settings.session_hours
        cells = [site, kind, f"{available:,.0f}"]
        for source in sources:
            own = [hours for key, hours in source.measured.hours.items() if key[:2] == (site, kind)]
            whole = len(own) == len(instance.slots)
            cells += [f"{sum(own):,.1f}", percent(sum(own) / available) if available else ""] if whole else ["", ""]
        rows.append(tuple(cells))
    return rows


def _rooms(instance: EstatesInstance, site_id: str, room_type: str) -> int:
    return sum(suite.rooms.get(room_type, 0) for suite in instance.suites_of(site_id))


def _said(instance: EstatesInstance, source: Source) -> list[str]:
    found = source.measured
    said = [
        f"{found.first_day} to {found.last_day}: {found.weeks:,.1f} weeks; the hours of a session are averaged over "
        f"the days of its weekday in them, {min(found.days.values())} to {max(found.days.values())} of each."
    ]
    missing = [slot.slot for slot in instance.slots if not found.days[slot.weekday]]
    minutes_out, minutes_twice = found.minutes_outside, found.minutes_overlapping
    left_out = (
        (len(missing), f"{len(missing)} sessions on weekdays not covered: not measured ({', '.join(missing)})."),
        (source.rows_left_out, f"{source.rows_left_out:,} rows left out: cancelled, or nobody in the room."),
        (found.rows_of_other_days, f"{found.rows_of_other_days:,} rows left out: other days."),
        (minutes_out, f"{_time(minutes_out)} left out: outside the sessions of the week."),
        (minutes_twice, f"{_time(minutes_twice)} overlap with others in the same room and count once."),
        (found.rows_without_a_room,
         f"{found.rows_without_a_room:,} rows do not say which room: overlaps in them cannot be seen."),
    )  # fmt: skip
    return said + [sentence for count, sentence in left_out if count] + _overfull(instance, source)


def _time(minutes: int) -> str:
    return f"{minutes / 60:,.1f} hours" if minutes >= 60 else f"{minutes} minute{'' if minutes == 1 else 's'}"


def _overfull(instance: EstatesInstance, source: Source) -> list[str]:
    """Sessions with more hours than their rooms last: the export, or the register, cannot be right."""
    length = instance.settings.session_hours
    return [
        f"{site}, {kind} rooms, {slot}: {hours:,.1f} hours are more than {_rooms(instance, site, kind)} rooms of the "
        f"register last."
        for (site, kind, slot), hours in sorted(source.measured.hours.items())
        if hours > _rooms(instance, site, kind) * length + 1e-9
    ]
