"""Tiny days at random, and their best order by trying every start on a grid: an oracle that shares no code with us.

All lengths are multiples of the grid, so no schedule off the grid is better than all on it.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from models.theatres.entities import Kit, Patient
from models.theatres.instance import Instance
from tests.unit.theatres.small_world import MONDAY, at, patient, procedure, theatre_list, world

GRID_MINUTES = 15
PUNCTUAL = {
    "turnaround_minutes": 15,
    "clean_down_minutes": 30,
    "mean_late_start_minutes": 0,
    "turnaround_sd_minutes": 0,
    "duration_correlation_share": 0,
}
"""Settings under which the rehearsed end of a list is the planned one."""

Day = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Placed:
    """A case with its times, in minutes from midnight."""

    patient: Patient
    list_id: str
    start: int
    end: int


def tiny_day(seed: int) -> tuple[Instance, Day]:
    """Up to six cases on three short lists that share machines, trays, bays and surgeons, in short supply."""
    draw = random.Random(seed)
    kinds = [
        procedure(
            f"{minutes}-{number}",
            minutes,
            needs_image_intensifier=draw.random() < 0.3,
            kit=tuple(k for k in ("big", "small") if draw.random() < 0.3),
            recovery_minutes=draw.choice([0, 30, 45, 75]),
        )
        for number, minutes in enumerate([30, 45, 60, draw.choice([30, 30, 105])])
    ]
    lists = [
        theatre_list(
            f"L{n}",
            theatre_id=f"T{n}",
            start=at(MONDAY, draw.choice(["08:30", "08:30", "08:30", "08:45"])),
            end=at(MONDAY, draw.choice(["10:30", "11:00", "11:15", "11:45"])),
            surgeon_id=draw.choice(["S1", "S2", "S3"]),
        )
        for n in (1, 2, 3)
    ]
    counts = [draw.choice([1, 2, 2]), draw.choice([1, 2, 2]), draw.choice([0, 1, 2])]
    cases, people = {}, []
    for on, count in zip(lists, counts, strict=True):
        mine = [_somebody(f"{on.list_id}-{n}", draw.choice(kinds).procedure_code, draw) for n in range(count)]
        cases[on.list_id] = [p.patient_id for p in mine]
        people += mine
    settings = {
        **PUNCTUAL,
        "image_intensifiers": draw.choice([1, 1, 2]),
        "recovery_bays": draw.choice([1, 1, 2, 3]),
    }
    instance = world(people, lists, procedures=kinds, surgeons=("S1", "S2", "S3"), settings=settings)
    kit = {
        name: Kit(name, name, draw.choice([1, 2]), 9, reprocess_minutes=draw.choice([0, 15, 45]))
        for name in ("big", "small")
    }
    return replace(instance, kit=kit), cases


def _somebody(patient_id: str, code: str, draw: random.Random) -> Patient:
    return patient(
        patient_id,
        procedure_code=code,
        priority=draw.choice(["P2", "P4", "P4"]),
        latex_allergy=draw.choice(["yes", "no", "no", "no"]),
        infection_risk=draw.choice(["yes", "no", "no", "no"]),
        diabetic=draw.choice(["yes", "no", "unknown"]),
        day_case=draw.random() < 0.5,
    )


def best_by_trying_everything(instance: Instance, cases: Day) -> tuple[int, int, int] | None:
    """The least pairs with a diabetic late, then with a day case late, then the least sum of starts; None: no way."""
    values = [values_of(placed) for placed in _ways(instance, dict(cases), [])]
    return min(values, default=None)


def is_possible(instance: Instance, cases: Day) -> bool:
    """Whether there is any way to put the cases in order and time."""
    return next(_ways(instance, dict(cases), []), None) is not None


def values_of(placed: Sequence[Placed]) -> tuple[int, int, int]:
    """Pairs with a diabetic late, pairs with a day case late, and the sum of the starts."""
    diabetic = day_case = 0
    for first, second in itertools.permutations(placed, 2):
        alike = first.list_id == second.list_id and first.start < second.start and _class(first) == _class(second)
        is_diabetic = [one.patient.diabetic != "no" for one in (first, second)]
        diabetic += alike and is_diabetic == [False, True]
        is_day_case = [one.patient.day_case for one in (first, second)]
        day_case += alike and is_diabetic[0] == is_diabetic[1] and is_day_case == [False, True]
    return diabetic, day_case, sum(one.start for one in placed)


def keeps_every_rule(instance: Instance, placed: Sequence[Placed]) -> bool:
    """Whether the cases keep lists, gaps, the order rules and what the theatres share."""
    return all(_may_join(instance, one, placed[:n]) for n, one in enumerate(placed))


def _class(one: Placed) -> tuple[bool, bool, bool]:
    who = one.patient
    return who.priority != "P2", who.latex_allergy != "yes", who.infection_risk == "yes"


def _ways(instance: Instance, left: dict[str, Sequence[str]], placed: list[Placed]) -> Iterator[list[Placed]]:
    list_id = next((at for at, waiting in left.items() if waiting), None)
    if list_id is None:
        yield placed
        return
    on, who = instance.lists[list_id], left[list_id][0]
    rest = {**left, list_id: left[list_id][1:]}
    minutes = instance.duration(who, list_id).mean_minutes
    first, last = _minute(on.start), _minute(on.end) - minutes
    for start in range(first, last + 1, GRID_MINUTES):
        one = Placed(instance.patients[who], list_id, start, start + minutes)
        if _may_join(instance, one, placed):
            yield from _ways(instance, rest, [*placed, one])


def _may_join(instance: Instance, one: Placed, placed: Sequence[Placed]) -> bool:
    on = instance.lists[one.list_id]
    if one.start < _minute(on.start) or one.end > _minute(on.end):
        return False
    for other in placed:
        if other.list_id == one.list_id:
            first, second = sorted((one, other), key=lambda p: p.start)
            gap = 30 if first.patient.infection_risk == "yes" else 15
            if second.start < first.end + gap or _class(first) > _class(second):
                return False
    return _enough(instance, [*placed, one])


def _enough(instance: Instance, placed: Sequence[Placed]) -> bool:
    held: dict[str, list[tuple[int, int]]] = {}
    for one in placed:
        kind, surgeon = instance.procedures[one.patient.procedure_code], instance.lists[one.list_id].surgeon_id
        held.setdefault(f"surgeon {surgeon}", []).append((one.start, one.end))
        if kind.needs_image_intensifier:
            held.setdefault("machine", []).append((one.start, one.end))
        for name in kind.kit:
            held.setdefault(name, []).append((one.start, one.end + instance.kit[name].reprocess_minutes))
        held.setdefault("bay", []).append((one.end, one.end + kind.recovery_minutes))
    for name, spans in held.items():
        limits = {"machine": instance.settings.image_intensifiers, "bay": instance.settings.recovery_bays}
        most = instance.kit[name].sets if name in instance.kit else limits.get(name, 1)
        if any(sum(a <= moment < b for a, b in spans) > most for moment, _ in spans):
            return False
    return True


def _minute(moment: dt.datetime) -> int:
    return moment.hour * 60 + moment.minute
