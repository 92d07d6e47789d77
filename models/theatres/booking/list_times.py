"""The times of one list as the rules on its end see them: its cases, and the minutes between them."""

from __future__ import annotations

from collections.abc import Sequence

from models.theatres.day_order import gap_minutes, order_class
from models.theatres.instance import Instance


def gaps_between(instance: Instance, without_rules: frozenset[str], patients: Sequence[str]) -> tuple[int, ...]:
    """The minutes after each case of a list but the last, in the order the hard rules give them."""
    people = [instance.patients[p] for p in patients]
    if all(p.infection_risk != "yes" for p in people):
        return (instance.settings.turnaround_minutes,) * (len(people) - 1)
    people.sort(key=lambda p: (order_class(p, without_rules), p.infection_risk == "yes"))
    return tuple(gap_minutes(instance, p) for p in people[:-1])


def cases_and_gaps(
    instance: Instance, without_rules: frozenset[str], list_id: str, patients: Sequence[str]
) -> tuple[list[tuple[int, float]], tuple[int, ...]]:
    """Mean minutes and variance of every case of a list, and the gaps between them."""
    durations = [instance.duration(p, list_id) for p in patients]
    gaps = gaps_between(instance, without_rules, patients)
    return [(d.mean_minutes, d.variance_minutes2) for d in durations], gaps
