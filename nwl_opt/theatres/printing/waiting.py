"""What a case waits for whose theatre is ready: what the theatres of a day share (T-10, T-14, T-32, T-33)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from models.theatres.day_order import capacity, shared_uses
from models.theatres.day_shared import Resource, Use
from models.theatres.instance import Instance
from nwl_opt.theatres.printing.day import Day

Held = tuple[Resource, dt.datetime, dt.datetime]
_MINUTE = dt.timedelta(minutes=1)


def waits_for(day: Day, patient_id: str, list_id: str, ready: dt.datetime, start: dt.datetime) -> str:
    """What would be short if the case began a minute sooner, else as soon as the theatre is ready; in words.

    Empty where nothing would be: then the plan leaves the time free of its own accord.
    """
    uses = shared_uses(day.instance, patient_id, list_id)
    others = list(_held_by_others(day, patient_id))
    for begin in (start - _MINUTE, ready):
        short = [use.resource for use in uses if _is_short(day.instance, use, begin, others)]
        if short:
            return " and ".join(_words(day.instance, resource) for resource in short)
    return ""


def _held_by_others(day: Day, patient_id: str) -> Iterator[Held]:
    """What the other cases of the day hold, and when."""
    for on in day.instance.lists.values():
        for row in day.cases(on.list_id) if on.date == day.date else ():
            other, start = row.text("patient_id"), row.moment("start")
            if other != patient_id:
                for use in shared_uses(day.instance, other, on.list_id):
                    yield use.resource, *_span(use, start)


def _is_short(instance: Instance, use: Use, begin: dt.datetime, others: list[Held]) -> bool:
    """Whether at some moment of a use the others hold all there is."""
    first, last = _span(use, begin)
    spans = [(since, until) for resource, since, until in others if resource == use.resource]
    moments = [first, *(since for since, _ in spans if first < since < last)]
    most = max(sum(since <= moment < until for since, until in spans) for moment in moments)
    return most >= capacity(instance, use.resource)


def _span(use: Use, start: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    return start + dt.timedelta(minutes=use.begin), start + dt.timedelta(minutes=use.until)


def _words(instance: Instance, resource: Resource) -> str:
    rule, name = resource
    named = {"T-10": f"surgeon {name}", "T-14": "an image intensifier", "T-33": "a recovery bay"}
    return named[rule] if rule in named else f"a set of {instance.kit[name].name} ready again"
