"""Limits over the bookings of one list, one function per rule: its time, its chances of running late, its joints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from models.theatres.day_order import gap_minutes, order_class
from models.theatres.formulation.fillings import Fillings, can_grow, fillings_of, rehearsed_ends
from models.theatres.formulation.limits import NotTogether, Row
from models.theatres.formulation.month import Indices, Month, Numbers

# Rows are made of whole thousandths later; the fillings at their limit must not be lost by that.
_ROUNDING_MINUTES = 0.05


def list_time(month: Month) -> Iterator[Row]:
    """The last case is expected to end within the list.

    sum (touch + turnaround) x <= minutes of l + turnaround, and with one clean-down less than infected cases (T-08).
    """
    for load in _loads(month):
        on = month.instance.lists[month.lists[load.list_at]]
        name = f"T_08_list_time[{on.list_id}{load.suffix}]"
        yield replace(_list_row(name, "T-08", load), upper=on.minutes + load.given_back)


def overrun_chance(month: Month) -> Iterator[Row]:
    """The chance that a list ends more than the grace after its end stays within the limit.

    sum (touch + turnaround) x + z sqrt(sum variance x) <= minutes of l + grace + turnaround (T-09).
    """
    settings = month.instance.settings
    z = NormalDist().inv_cdf(1 - settings.overrun_probability_limit_share)
    for load in _loads(month):
        on = month.instance.lists[month.lists[load.list_at]]
        latest = on.minutes + settings.overrun_grace_minutes + load.given_back
        row = _list_row(f"T_09_overrun_chance[{on.list_id}{load.suffix}]", "T-09", load)
        yield replace(row, upper=latest, variance=month.touch_variance[load.pairs], z=z)


def overrun_rehearsed(month: Month) -> Iterator[Row]:
    """Rehearsed with late starts, uneven turnaround and slow days, each list keeps the chance of a late end.

    sum (touch + turnaround) x + z sqrt(late start variance + sum v x) <= U, v the variance a case adds when all vary
    together (T-37). U is the most any filling takes that the exact rule allows: no such filling is lost, and the few
    others come back from the book as `not_when_longer`. Not proven; the bound knows the fillings themselves.
    """
    settings = month.instance.settings
    late_start = settings.mean_late_start_minutes**2
    z = NormalDist().inv_cdf(min(0.999_9, max(0.5, 1 - settings.rehearsed_overrun_limit_share)))
    known = {f.list_at: f for f in fillings_of(month) if f.rehearsed_out != 0}
    for load in _loads(month):
        if load.list_at not in known:
            continue
        fillings, spread = known[load.list_at], np.sqrt(month.touch_variance[load.pairs])
        name = f"T_37_overrun_rehearsed[{month.lists[load.list_at]}{load.suffix}]"
        yield replace(
            _list_row(name, "T-37", load),
            upper=_rehearsed_limit(month, fillings, z, clean_down=bool(load.suffix)) + load.given_back,
            variance=_rehearsed_variance(month, fillings, spread),
            constant_variance=late_start,
            z=z,
            proven=False,
        )


def _rehearsed_variance(month: Month, fillings: Fillings, spread: Numbers) -> Numbers:
    """What cases of such spreads add to the variance of the end of a list: their own, slow days, the gap after.

    On slow days all cases are slow: the square of the sum of all spreads. It is made linear: each spread times the
    largest sum the list can have.
    """
    settings = month.instance.settings
    alike = settings.duration_correlation_share
    largest = float((fillings.counts @ _spreads(fillings)).max())
    return np.asarray((1 - alike) * spread**2 + alike * largest * spread + settings.turnaround_sd_minutes**2)


def _spreads(fillings: Fillings) -> Numbers:
    return np.sqrt(np.array([kind.variance_minutes2 for kind in fillings.kinds], dtype=np.float64))


def _rehearsed_limit(month: Month, fillings: Fillings, z: float, *, clean_down: bool) -> float:
    """The most a filling that the exact rule allows takes, less its last turnaround; a guess when that is unknown.

    With clean-downs, which no filling knows, it is the end of the list as far as the row is wrong about any filling.
    """
    settings, on = month.instance.settings, month.instance.lists[month.lists[fillings.list_at]]
    late = float(on.minutes + settings.overrun_grace_minutes)
    if fillings.rehearsed_out is None:
        return late - settings.mean_late_start_minutes
    turnaround = min(settings.turnaround_minutes, settings.clean_down_minutes)
    minutes = np.array([kind.mean_minutes + turnaround for kind in fillings.kinds], dtype=np.float64)
    variance = fillings.counts @ _rehearsed_variance(month, fillings, _spreads(fillings))
    loads = fillings.counts @ minutes - turnaround + z * np.sqrt(settings.mean_late_start_minutes**2 + variance)
    most = float(loads.max())
    if clean_down:
        most = max(
            [most, *(late + load - end for load, end in zip(loads, rehearsed_ends(month, fillings), strict=True))]
        )
    return most + _ROUNDING_MINUTES


def not_so_long(month: Month, pairs: Sequence[int]) -> NotTogether:
    """Cases of one list that only the rehearsal (T-37) refuses: not all of them, nor of others like them.

    Proven when no further case would keep the list's time or overrun chance, so that it shuts out these cases alone.
    """
    at = int(month.pair_list[pairs[0]])
    numbers = Counter(_rehearsed_kind(month, pair) for pair in pairs)
    alike: dict[tuple[int, float, int, int], list[int]] = {kind: [] for kind in numbers}
    for pair in month.by_list[at]:
        if (kind := _rehearsed_kind(month, int(pair))) in alike:
            alike[kind].append(int(pair))
    groups = tuple((np.array(alike[kind], dtype=np.int64), number) for kind, number in sorted(numbers.items()))
    patients = "+".join(month.patients[month.pair_patient[pair]] for pair in sorted(pairs))
    name = f"T_37_not_so_long[{month.lists[at]},{patients}]"
    return NotTogether(name, "T-37", groups, not can_grow(month, at, pairs))


def _rehearsed_kind(month: Month, pair: int) -> tuple[int, float, int, int]:
    """What the rehearsal sees of a case: its minutes, where it comes on the list, and the gap after it."""
    patient = month.patient(pair)
    place = order_class(patient, month.without_rules)
    return (
        int(month.touch_minutes[pair]),
        float(month.touch_variance[pair]),
        place,
        gap_minutes(month.instance, patient),
    )


def joints_per_list(month: Month) -> Iterator[Row]:
    """A list takes no more joint replacements than agreed for it.

    sum of x over joints on l <= max joints of l (T-30).
    """
    for at, pairs in enumerate(month.by_list):
        on = month.instance.lists[month.lists[at]]
        kinds = [month.instance.procedures[month.patient(int(pair)).procedure_code] for pair in pairs]
        joints = pairs[np.array([kind.is_joint for kind in kinds], dtype=bool)]
        if on.max_joints is not None and len(joints) > on.max_joints:
            name = f"T_30_joints_per_list[{on.list_id}]"
            yield Row(name, "T-30", joints, np.ones(len(joints)), float(on.max_joints), in_one_list=at)


@dataclass(frozen=True)
class _Load:
    """Minutes each pair takes of its list, turnaround included, and what the last case gives back of that."""

    list_at: int
    pairs: Indices
    minutes: Numbers
    given_back: float
    suffix: str = ""
    proven: bool = True


def _loads(month: Month) -> Iterator[_Load]:
    """The time of each list in up to three forms, which all hold.

    Infected cases end a list, each but the last with a clean-down after it. One who is P2 or has latex allergy comes
    before others, so a clean-down follows, unless nobody is on the list who comes later: that form may ask a little
    more than the rule. It is `proven` only when everybody else comes later than the one such patient, who alone would
    fit with the clean-down anyway.
    """
    s = month.instance.settings
    extra = float(max(s.clean_down_minutes - s.turnaround_minutes, 0))
    for at, pairs in enumerate(month.by_list):
        if not len(pairs):
            continue
        people = [month.patient(int(pair)) for pair in pairs]
        infected = np.array([p.infection_risk == "yes" for p in people])
        place = np.array([order_class(p, month.without_rules) for p in people])
        first = infected & (place < max(place[~infected], default=-1))
        turnaround = float(s.turnaround_minutes)
        least = np.where(infected, min(turnaround, s.clean_down_minutes), turnaround).astype(np.float64)
        plain = month.touch_minutes[pairs] + least
        yield _Load(at, pairs, plain, turnaround)
        if infected.sum() > 1 and extra > 0:
            yield _Load(at, pairs, np.asarray(plain + extra * infected), turnaround + extra, ",clean-down")
        if first.any() and extra > 0:
            both = np.asarray(plain + extra * first)
            alone = month.touch_minutes[pairs] + extra + 3 * np.sqrt(month.touch_variance[pairs])
            fits = alone[first].max() <= month.instance.lists[month.lists[at]].minutes
            exact = first.sum() == 1 and (place[~first] > place[first].max()).all() and fits
            yield _Load(at, pairs, both, turnaround, ",infected before others", bool(exact))


def _list_row(name: str, rule: str, load: _Load) -> Row:
    return Row(
        name=name,
        rule=rule,
        pairs=load.pairs,
        mean=load.minutes,
        upper=0.0,
        proven=load.proven,
        in_one_list=load.list_at,
        clean_down=bool(load.suffix),
    )
