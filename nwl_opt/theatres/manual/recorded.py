"""A change as it is kept: who made it when, why, what it broke, and exactly what it did, so that it can be undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from models.theatres.entities import Appointment
from models.theatres.instance import Instance
from models.theatres.plan import Booking
from nwl_opt.plain import mapping_of
from nwl_opt.theatres.manual.follows import what_follows
from nwl_opt.theatres.manual.standing import Standing
from nwl_opt.theatres.manual.trying import Tried
from nwl_opt.theatres.manual.wording import wanted_words

Delta = Mapping[str, object]
"""Patient -> what they have now; None where they have nothing of it any more."""

_PARTS = ("bookings", "new_tests", "told", "reasons", "declined", "notice_days", "before_lock")


@dataclass(frozen=True)
class Recorded:
    """One change of a draft. `did` holds, by part of the standing plan, what changed; `undone` by whom and when."""

    number: int
    at: str
    who: str
    kind: str
    patients: tuple[str, ...]
    words: str
    reason: str
    breaks: tuple[tuple[str, str], ...]
    follows: tuple[str, ...]
    did: Mapping[str, Delta] = field(default_factory=dict)
    undone: tuple[str, str] | None = None

    def as_json(self) -> dict[str, object]:
        """The change as plain values."""
        return {
            "number": self.number,
            "at": self.at,
            "who": self.who,
            "kind": self.kind,
            "patients": list(self.patients),
            "words": self.words,
            "reason": self.reason,
            "breaks": [list(one) for one in self.breaks],
            "follows": list(self.follows),
            "did": {part: dict(delta) for part, delta in self.did.items()},
            "undone": None if self.undone is None else list(self.undone),
        }


def record_of(tried: Tried, number: int, who: str, at: dt.datetime) -> Recorded:
    """A change that was allowed, to be kept."""
    wanted = tried.wanted
    before, after = _plain_parts(tried.before), _plain_parts(tried.after)
    did = {
        part: {
            p: after[part].get(p)
            for p in sorted({*before[part], *after[part]})
            if before[part].get(p) != after[part].get(p)
        }
        for part in _PARTS
    }
    return Recorded(
        number=number,
        at=at.isoformat(timespec="seconds"),
        who=who,
        kind=wanted.kind,
        patients=(wanted.patient_id,) if wanted.other is None else (wanted.patient_id, wanted.other),
        words=wanted_words(tried.before, wanted),
        reason=tried.reason,
        breaks=tuple((one.rule, one.message) for one in tried.breaks),
        follows=what_follows(tried),
        did={part: delta for part, delta in did.items() if delta},
    )


def recorded_from_json(value: object) -> Recorded:
    """A change that was kept.

    Raises
    ------
    ValueError, TypeError, LookupError
        If it is none.
    """
    row = mapping_of(value)
    undone = _texts(row["undone"]) if row["undone"] is not None else None
    return Recorded(
        number=int(str(row["number"])),
        at=str(row["at"]),
        who=str(row["who"]),
        kind=str(row["kind"]),
        patients=tuple(_texts(row["patients"])),
        words=str(row["words"]),
        reason=str(row["reason"]),
        breaks=tuple((one[0], one[1]) for one in map(_texts, _list(row["breaks"]))),
        follows=tuple(_texts(row["follows"])),
        did={part: mapping_of(delta) for part, delta in mapping_of(row["did"]).items()},
        undone=None if undone is None else (undone[0], undone[1]),
    )


def folded(start: Standing, changes: Sequence[Recorded]) -> Standing:
    """A plan after changes that were kept, without trying them again.

    Raises
    ------
    ValueError, TypeError, LookupError
        If they are not changes of this plan.
    """
    parts: dict[str, dict[str, object]] = _plain_parts(start)
    for change in changes:
        for part, delta in change.did.items():
            for patient_id, value in delta.items():
                if value is None:
                    parts[part].pop(patient_id, None)
                else:
                    parts[part][patient_id] = value
    instance = start.base
    return replace(
        start,
        bookings={p: _booking(instance, p, row) for p, row in sorted(parts["bookings"].items())},
        new_tests={p: _tests(instance, p, rows) for p, rows in sorted(parts["new_tests"].items())},
        told={p: (_texts(row)[0], _texts(row)[1]) for p, row in parts["told"].items()},
        reasons={p: str(why) for p, why in parts["reasons"].items()},
        declined={p: str(at) for p, at in parts["declined"].items()},
        notice_days={p: int(str(days)) for p, days in parts["notice_days"].items()},
        before_lock={p: str(state) for p, state in parts["before_lock"].items()},
    )


def _plain_parts(standing: Standing) -> dict[str, dict[str, object]]:
    return {
        "bookings": {p: [b.list_id, b.position, f"{b.start:%Y-%m-%dT%H:%M}"] for p, b in standing.bookings.items()},
        "new_tests": {
            p: [[a.test_id, a.site_id, f"{a.start:%Y-%m-%dT%H:%M}"] for a in made]
            for p, made in standing.new_tests.items()
        },
        "told": {p: list(row) for p, row in standing.told.items()},
        "reasons": dict(standing.reasons),
        "declined": dict(standing.declined),
        "notice_days": dict(standing.notice_days),
        "before_lock": dict(standing.before_lock),
    }


def _booking(instance: Instance, patient_id: str, row: object) -> Booking:
    list_id, position, start = _texts(row)
    begins = dt.datetime.fromisoformat(start)
    minutes = instance.duration(patient_id, list_id).mean_minutes
    return Booking(list_id, int(position), patient_id, begins, begins + dt.timedelta(minutes=minutes))


def _tests(instance: Instance, patient_id: str, rows: object) -> tuple[Appointment, ...]:
    made = []
    for test_id, site_id, start in map(_texts, _list(rows)):
        begins = dt.datetime.fromisoformat(start)
        minutes = instance.slot_minutes(site_id, test_id, begins)
        made.append(Appointment(patient_id, test_id, site_id, begins, begins + dt.timedelta(minutes=minutes)))
    return tuple(made)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value


def _texts(value: object) -> list[str]:
    return [str(one) for one in _list(value)]
