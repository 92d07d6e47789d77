"""Order and times of a day: hard order, gaps, shared image intensifiers and surgeons."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Mapping, Sequence

import pytest

from models.theatres.day_order import bookings_of, day_list, order_class, pairs_in_wrong_order, times_of_day
from models.theatres.instance import Instance
from models.theatres.plan import Booking
from tests.unit.theatres.small_world import MONDAY, at, patient, procedure, theatre_list, world

pytestmark = pytest.mark.unit


def order_day(instance: Instance, cases: Mapping[str, Sequence[str]]) -> dict[str, tuple[Booking, ...]] | None:
    """Positions and times of all cases of one day, list by list, or None when no order keeps every rule."""
    lists = [day_list(instance, list_id, cases[list_id]) for list_id in sorted(cases)]
    ready = [one for one in lists if one is not None]
    starts = times_of_day(instance, ready).starts if len(ready) == len(lists) else None
    if starts is None:
        return None
    return {one.on.list_id: bookings_of(one, mine) for one, mine in zip(ready, starts, strict=True)}


def _order(instance: Instance, *patients: str) -> list[tuple[str, str, str]]:
    ordered = order_day(instance, {"L": patients})
    assert ordered is not None
    return [(b.patient_id, f"{b.start:%H:%M}", f"{b.end:%H:%M}") for b in ordered["L"]]


def test_cases_follow_each_other_with_turnaround_between() -> None:
    # 08:30 + 100 = 10:10, + 15 = 10:25, + 100 = 12:05.
    instance = world([patient("A"), patient("B")])
    assert _order(instance, "B", "A") == [("A", "08:30", "10:10"), ("B", "10:25", "12:05")]


def test_latex_comes_first_and_infected_last() -> None:
    instance = world([patient("A", infection_risk="yes"), patient("B"), patient("C", latex_allergy="yes")])
    assert [p for p, _, _ in _order(instance, "A", "B", "C")] == ["C", "B", "A"]


def test_clean_down_follows_an_infected_patient_with_latex_allergy() -> None:
    """The tie rule: latex decides, so the infected patient is first and the clean-down of 45 minutes follows."""
    instance = world([patient("A", infection_risk="yes", latex_allergy="yes"), patient("B")])
    assert _order(instance, "A", "B") == [("A", "08:30", "10:10"), ("B", "10:55", "12:35")]


def test_order_classes() -> None:
    """T-39: P2 first; of equal urgency latex (T-22), latex and infection, neither, infection (T-23)."""
    kinds = {("yes", "no"): 0, ("yes", "yes"): 1, ("no", "no"): 2, ("no", "yes"): 3}
    for (latex, infected), expected in kinds.items():
        flags = {"latex_allergy": latex, "infection_risk": infected}
        assert order_class(patient("A", priority="P2", **flags)) == expected
        assert order_class(patient("A", **flags)) == 4 + expected
        assert order_class(patient("A", priority="P2", **flags), frozenset({"T-39"})) == 4 + expected


def test_diabetics_then_day_cases_come_early_within_a_class() -> None:
    waiting = [
        patient("A"),
        patient("B", day_case=True),
        patient("C", diabetic="unknown"),
        patient("D", day_case=True),
    ]
    instance = world(waiting, [theatre_list(end=at(MONDAY, "18:30"))])
    assert [p for p, _, _ in _order(instance, "A", "B", "C", "D")] == ["C", "B", "D", "A"]


def test_pairs_in_the_wrong_order_are_counted_within_a_class_only() -> None:
    # A before C: a diabetic later than somebody without (1). A before B: a day case later than an inpatient (1).
    # L before A and B is no wrong pair: latex is another class.
    waiting = [
        patient("A"),
        patient("B", day_case=True),
        patient("C", diabetic="yes"),
        patient("L", latex_allergy="yes"),
    ]
    instance = world(waiting)
    assert pairs_in_wrong_order(instance, ["L", "A", "C", "B"]) == (1, 1)
    assert pairs_in_wrong_order(instance, ["L", "C", "B", "A"]) == (0, 0)


def test_no_order_when_the_last_case_ends_after_the_list() -> None:
    # 4 x 100 + 3 x 15 = 445 <= 480; 5 x 100 + 4 x 15 = 560 > 480.
    instance = world([patient(name) for name in "ABCDE"])
    assert order_day(instance, {"L": "ABCD"}) is not None
    assert order_day(instance, {"L": "ABCDE"}) is None


def test_an_image_intensifier_is_shared_by_changing_the_order() -> None:
    """Two theatres, one machine: each has one case that needs it, so one theatre does that case second."""
    kinds = [procedure(), procedure("foot", 60, needs_image_intensifier=True)]
    waiting = [patient("A"), patient("B"), patient("C", procedure_code="foot"), patient("D", procedure_code="foot")]
    lists = [theatre_list("L"), theatre_list("M", theatre_id="T2", surgeon_id="S2")]
    instance = world(waiting, lists, procedures=kinds, settings={"image_intensifiers": 1})
    ordered = order_day(instance, {"L": "AC", "M": "BD"})
    assert ordered is not None
    spans = {b.patient_id: (b.start, b.end) for cases in ordered.values() for b in cases}
    assert spans["C"][1] <= spans["D"][0] or spans["D"][1] <= spans["C"][0]
    assert order_day(world(waiting, lists, procedures=kinds, settings={"image_intensifiers": 0}), {"L": "C"}) is None


def test_a_surgeon_with_two_lists_at_once_is_in_one_place() -> None:
    # Both lists 08:30-12:30 (240 minutes). 100 + 100 one after the other fit; with a third case 15 + 100 more do not.
    end = at(MONDAY, "12:30")
    lists = [theatre_list("L", end=end), theatre_list("M", theatre_id="T2", end=end)]
    instance = world([patient(name) for name in "ABC"], lists)
    ordered = order_day(instance, {"L": "A", "M": "B"})
    assert ordered is not None
    first, second = sorted((ordered["L"][0], ordered["M"][0]), key=lambda b: b.start)
    assert first.end <= second.start
    assert order_day(instance, {"L": "AC", "M": "B"}) is None


def _feasible_by_trying_everything(instance: Instance, cases: Mapping[str, Sequence[str]], step: int) -> bool:
    """Whether any starts on a grid of minutes keep turnaround, list ends, machines and surgeons."""
    orders = [list(itertools.permutations(patients)) for patients in cases.values()]
    for chosen in itertools.product(*orders):
        if _place(instance, dict(zip(cases, chosen, strict=True)), step, []):
            return True
    return False


def _place(instance: Instance, left: dict[str, tuple[str, ...]], step: int, done: list[Booking]) -> bool:
    list_id = next((at for at, patients in left.items() if patients), None)
    if list_id is None:
        return True
    on, patient_id = instance.lists[list_id], left[list_id][0]
    minutes = dt.timedelta(minutes=instance.duration(patient_id, list_id).mean_minutes)
    before = [b.end + dt.timedelta(minutes=15) for b in done if b.list_id == list_id]
    start = max([on.start, *before])
    while start + minutes <= on.end:
        case = Booking(list_id, len(before) + 1, patient_id, start, start + minutes)
        rest = {**left, list_id: left[list_id][1:]}
        if _clear(instance, case, done) and _place(instance, rest, step, [*done, case]):
            return True
        start += dt.timedelta(minutes=step)
    return False


def _clear(instance: Instance, case: Booking, done: Sequence[Booking]) -> bool:
    machine = [b for b in (case, *done) if instance.procedure_of(b.patient_id).needs_image_intensifier]
    if any(sum(b.start <= m.start < b.end for b in machine) > instance.settings.image_intensifiers for m in machine):
        return False
    own = [b for b in done if instance.lists[b.list_id].surgeon_id == instance.lists[case.list_id].surgeon_id]
    return all(b.end <= case.start or case.end <= b.start for b in own)


@pytest.mark.parametrize("seed", range(30))
def test_the_search_agrees_with_trying_everything(seed: int) -> None:
    """Brute force on days of three short lists, all lengths multiples of the grid's 15 minutes."""
    draw = random.Random(seed)
    kinds = [
        procedure(f"{minutes}{'x' * machine}", minutes, needs_image_intensifier=machine)
        for minutes in (30, 45, 60)
        for machine in (False, True)
    ]
    waiting = [patient(f"P{n}", procedure_code=draw.choice(kinds).procedure_code) for n in range(6)]
    lists = [
        theatre_list(f"L{n}", theatre_id=f"T{n}", end=at(MONDAY, draw.choice(["10:15", "10:30", "10:45"])),
                     surgeon_id=draw.choice(["S1", "S2", "S3"]))
        for n in (1, 2, 3)
    ]  # fmt: skip
    instance = world(
        waiting, lists, procedures=kinds, surgeons=("S1", "S2", "S3"), settings={"image_intensifiers": 1}
    )
    cases = {f"L{n}": (f"P{2 * n - 2}", f"P{2 * n - 1}") for n in (1, 2, 3)}
    ordered = order_day(instance, cases)
    assert (ordered is not None) == _feasible_by_trying_everything(instance, cases, 15)
    if ordered is not None:
        done: list[Booking] = []
        for booking in sorted(b for bookings in ordered.values() for b in bookings):
            assert _clear(instance, booking, done)
            done.append(booking)
