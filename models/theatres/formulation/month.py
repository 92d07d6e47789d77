"""The variables of the month: one yes-or-no per possible pair of patient and list, and what each would mean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.theatres.entities import Duration, Patient, TheatreList
from models.theatres.formulation.appointments import Appointments, Need
from models.theatres.formulation.pairs import possible_pairs
from models.theatres.instance import Instance

Indices = NDArray[np.int64]
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Month:
    """The pairs of an instance, numbered; patients and lists are numbered in the order of their ids.

    Pairs whose tests cannot be done in time are none. `fixed` are the pairs of agreed and locked bookings;
    `impossible` those of them that are no pairs because a rule forbids them.
    """

    instance: Instance
    without_rules: frozenset[str]
    patients: tuple[str, ...]
    lists: tuple[str, ...]
    pair_patient: Indices
    pair_list: Indices
    needs: tuple[tuple[Need, ...], ...]
    fixed: tuple[int, ...]
    impossible: tuple[tuple[str, str], ...]
    appointments: Appointments

    @property
    def pair_count(self) -> int:
        return len(self.pair_patient)

    def keeps(self, rule_id: str) -> bool:
        """Whether the rule is in force."""
        return rule_id not in self.without_rules

    def patient(self, pair: int) -> Patient:
        return self.instance.patients[self.patients[self.pair_patient[pair]]]

    def list_at(self, pair: int) -> TheatreList:
        return self.instance.lists[self.lists[self.pair_list[pair]]]

    def duration(self, pair: int) -> Duration:
        return self.instance.duration(self.patients[self.pair_patient[pair]], self.lists[self.pair_list[pair]])

    @cached_property
    def pair_of(self) -> Mapping[tuple[str, str], int]:
        """(patient, list) -> pair."""
        return {
            (self.patients[p], self.lists[at]): pair
            for pair, (p, at) in enumerate(zip(self.pair_patient, self.pair_list, strict=True))
        }

    @cached_property
    def by_list(self) -> tuple[Indices, ...]:
        """The pairs of each list."""
        return tuple(np.flatnonzero(self.pair_list == at) for at in range(len(self.lists)))

    @cached_property
    def by_patient(self) -> tuple[Indices, ...]:
        """The pairs of each patient."""
        return tuple(np.flatnonzero(self.pair_patient == at) for at in range(len(self.patients)))

    @cached_property
    def touch_minutes(self) -> Indices:
        """Expected touch minutes of each pair."""
        return np.array([self.duration(pair).mean_minutes for pair in range(self.pair_count)], dtype=np.int64)

    @cached_property
    def touch_variance(self) -> Numbers:
        """Variance of the touch minutes of each pair."""
        found = [self.duration(pair).variance_minutes2 for pair in range(self.pair_count)]
        return np.array(found, dtype=np.float64)

    @cached_property
    def list_days(self) -> tuple[dt.date, ...]:
        """The day of each list."""
        return tuple(self.instance.lists[list_id].date for list_id in self.lists)

    @cached_property
    def lists_by_day(self) -> Mapping[dt.date, tuple[int, ...]]:
        """The lists of each day."""
        days: dict[dt.date, list[int]] = {}
        for at, day in enumerate(self.list_days):
            days.setdefault(day, []).append(at)
        return {day: tuple(found) for day, found in sorted(days.items())}

    def each_pair(self) -> Iterator[tuple[int, Patient, TheatreList]]:
        for pair in range(self.pair_count):
            yield pair, self.patient(pair), self.list_at(pair)


def build_month(instance: Instance, without_rules: frozenset[str] = frozenset()) -> Month:
    """Number the patients, lists and possible pairs of an instance, with the tests each pair needs."""
    book = Appointments(instance, without_rules)
    patients, lists = tuple(instance.patients), tuple(instance.lists)
    patient_at = {patient: at for at, patient in enumerate(patients)}
    list_at = {on: at for at, on in enumerate(lists)}
    pairs: list[tuple[int, int]] = []
    needs: list[tuple[Need, ...]] = []
    by_day: dict[tuple[str, dt.date], tuple[Need, ...] | None] = {}
    for patient, on in possible_pairs(instance, without_rules):
        key = (patient, instance.lists[on].date)
        if key not in by_day:
            by_day[key] = book.needs(*key)
        found = by_day[key]
        if found is not None:
            pairs.append((patient_at[patient], list_at[on]))
            needs.append(found)
    number = {pair: at for at, pair in enumerate(pairs)}
    wanted = instance.fixed_bookings if "T-20" not in without_rules else {}
    kept = {patient: (patient_at[patient], list_at[on]) for patient, on in wanted.items()}
    return Month(
        instance=instance,
        without_rules=without_rules,
        patients=patients,
        lists=lists,
        pair_patient=np.array([p for p, _ in pairs], dtype=np.int64),
        pair_list=np.array([at for _, at in pairs], dtype=np.int64),
        needs=tuple(needs),
        fixed=tuple(sorted(number[pair] for pair in kept.values() if pair in number)),
        impossible=tuple((p, wanted[p]) for p, pair in sorted(kept.items()) if pair not in number),
        appointments=book,
    )


def most_cases(month: Month) -> Indices:
    """The most cases each list can hold by its shortest possible cases; all of them when list time is no rule."""
    found = []
    for list_id, pairs in zip(month.lists, month.by_list, strict=True):
        turnaround = month.instance.settings.turnaround_minutes
        room = month.instance.lists[list_id].minutes + turnaround
        loads = np.cumsum(np.sort(month.touch_minutes[pairs] + turnaround))
        found.append(int((loads <= room).sum()) if month.keeps("T-08") else len(pairs))
    return np.array(found, dtype=np.int64)
