"""Days put in the best order by CP-SAT: against trying everything, proved, or with what is in the way named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from models.theatres.booking import Book
from models.theatres.booking.day_orders import OrderConflict
from models.theatres.entities import Kit
from models.theatres.instance import Instance
from models.theatres.method.days import any_order, cases_by_day, no_order_exists, prove_day, wished_order
from models.theatres.plan import Plan
from solvers.stages import Deadline
from solvers.types import Unwatched
from tests.model.theatres.plans import shipped_instance
from tests.unit.theatres.small_world import MONDAY, at, patient, procedure, theatre_list, world
from tests.unit.theatres.tiny_days import PUNCTUAL, best_by_trying_everything, is_possible, tiny_day

pytestmark = pytest.mark.model


@pytest.mark.parametrize("seed", range(300, 360))
def test_the_best_order_is_the_best_of_all(seed: int) -> None:
    """Pairs with a diabetic late, with a day case late, then the sum of starts, as trying everything finds them."""
    instance, cases = tiny_day(seed)
    best = best_by_trying_everything(instance, cases)
    proved = prove_day(instance, cases, threads=1, cpu_seconds=10)
    if best is None:
        assert proved.status == "infeasible" and not proved.bookings
        assert no_order_exists(instance, cases, frozenset())
    else:
        assert proved.status == "optimal"
        assert tuple(stage.value for stage in proved.stages) == best
        assert all(stage.bound == stage.value for stage in proved.stages)
        assert any_order(instance, cases, frozenset()).status == "feasible"


def test_each_rule_named_is_alone_in_the_way() -> None:
    """With plenty of what it shares there is an order, and plenty of anything else helps nothing."""
    told = 0
    for seed in range(400, 430):
        instance, cases = tiny_day(seed)
        plenty = {
            "T-14": _with(instance, image_intensifiers=9),
            "T-32": replace(instance, kit={k: replace(kit, sets=9) for k, kit in instance.kit.items()}),
            "T-33": _with(instance, recovery_bays=9),
        }
        helps = {rule for rule, more in plenty.items() if is_possible(more, cases)}
        if helps and not is_possible(instance, cases):
            proved = prove_day(instance, cases, threads=1, cpu_seconds=10)
            assert helps == set(proved.in_the_way) - {"T-10"}
            told += 1
    assert told > 3


def _with(instance: Instance, **settings: int) -> Instance:
    return replace(instance, settings=instance.settings.model_copy(update=settings))


def knees(patients: int = 16, sets: int = 4) -> tuple[Instance, Mapping[str, Sequence[str]]]:
    """Knees of 100 minutes on five lists of 480 minutes; each set takes 150 minutes until it can be used again."""
    kinds = [procedure("knee", 100, kit=("knee_set",), recovery_minutes=60)]
    people = [patient(f"K{n:02}", procedure_code="knee", surgeon_id=None) for n in range(patients)]
    lists = [theatre_list(f"L{n}", theatre_id=f"T{n}", surgeon_id=f"S{n}") for n in range(1, 6)]
    surgeons = [f"S{n}" for n in range(1, 6)]
    instance = world(people, lists, procedures=kinds, surgeons=surgeons, settings={**PUNCTUAL, "recovery_bays": 6})
    cases = {f"L{n + 1}": [p.patient_id for p in people[n::5]] for n in range(5)}
    return replace(instance, kit={"knee_set": Kit("knee_set", "Knee set", sets, 9, reprocess_minutes=150)}), cases


def test_sixteen_knees_a_day_with_four_sets_have_no_order_and_the_trays_are_named() -> None:
    """A set is held for 250 minutes; the last case starts at 380: two uses a set, eight knees a day, not sixteen."""
    instance, cases = knees()
    proved = prove_day(instance, cases, threads=1)
    assert (proved.status, proved.in_the_way) == ("infeasible", ("T-32",))
    eight, fewer = knees(8)
    assert prove_day(eight, fewer, threads=1).status == "optimal"
    nine, more = knees(9)
    assert prove_day(nine, more, threads=1).in_the_way == ("T-32",)


def test_the_book_refuses_the_ninth_knee_for_the_trays() -> None:
    instance, _ = knees(9)
    waiting = {p: replace(one, surgeon_choice="any") for p, one in instance.patients.items()}
    book = Book(replace(instance, patients=waiting))
    booked = [p for p in waiting if any(book.book(p, list_id) for list_id in instance.lists)]
    assert len(booked) == 8
    with_time = [list_id for list_id in instance.lists if "T-08" not in book.why_not("K08", list_id)]
    assert with_time
    for list_id in with_time:
        assert book.why_not("K08", list_id) == ("T-32",)
        assert book.order_conflict("K08", list_id) == OrderConflict(("T-32",), ("T-32",))


def two_short_lists(**settings: int) -> Instance:
    """Two lists of 100 minutes at the same time, one case each of 100 minutes, with one tray set between them."""
    end = at(MONDAY, "10:10")
    kinds = [
        procedure("both", 100, kit=("set",), needs_image_intensifier=True, recovery_minutes=30),
        procedure("tray", 100, kit=("set",), recovery_minutes=30),
        procedure("plain", 100, recovery_minutes=30),
    ]
    lists = [
        theatre_list("L", end=end),
        theatre_list("M", theatre_id="T2", surgeon_id="S2", end=end),
        theatre_list("N", theatre_id="T3", end=end),
    ]
    people = [
        patient(f"{code[0]}{n}", procedure_code=code, surgeon_choice="any")
        for code in ("both", "tray", "plain")
        for n in (1, 2)
    ]
    instance = world(people, lists, procedures=kinds, settings={**PUNCTUAL, "image_intensifiers": 1, **settings})
    return replace(instance, kit={"set": Kit("set", "Set", 1, 9)})


@pytest.mark.parametrize(
    ("first", "second", "list_id", "settings", "alone", "together"),
    [
        ("t1", "t2", "M", {}, ("T-32",), ("T-32",)),
        ("p1", "p2", "M", {"recovery_bays": 1}, ("T-33",), ("T-33",)),
        ("p1", "p2", "N", {}, ("T-10",), ("T-10",)),
        ("b1", "b2", "M", {}, (), ("T-14", "T-32")),
        ("t1", "t2", "N", {"recovery_bays": 1}, (), ("T-10", "T-32", "T-33")),
    ],
)
def test_the_book_names_the_rules_in_the_way_of_an_order(
    first: str,
    second: str,
    list_id: str,
    settings: Mapping[str, int],
    alone: tuple[str, ...],
    together: tuple[str, ...],
) -> None:
    """One rule alone is named when leaving it out is enough, all that are needed together when none is."""
    book = Book(two_short_lists(**settings))
    assert book.book(first, "L")
    assert not book.fits(second, list_id)
    assert book.order_conflict(second, list_id) == OrderConflict(alone, together)
    assert book.why_not(second, list_id) == (alone or together)
    spared = Book(two_short_lists(**settings), frozenset(together))
    assert spared.book(first, "L") and spared.book(second, list_id)


def test_an_order_found_elsewhere_is_one_the_book_then_knows() -> None:
    instance, cases = knees(8)
    waiting = {p: replace(one, surgeon_choice="any") for p, one in instance.patients.items()}
    instance = replace(instance, patients=waiting)
    found = prove_day(instance, cases, threads=1)
    book = Book(instance)
    book.remember_order(found.bookings)
    assert all(book.book(p, list_id) for list_id, patients in cases.items() for p in patients)
    broken = [replace(b, start=b.start.replace(hour=8, minute=30)) for b in found.bookings]
    other = Book(instance)
    other.remember_order(broken)
    assert all(other.book(p, list_id) for list_id, patients in cases.items() for p in patients)
    assert other.plan().bookings != tuple(broken)


def test_a_book_made_anew_knows_what_the_other_found_but_not_whom_it_refused() -> None:
    instance, _ = knees(9)
    waiting = {p: replace(one, surgeon_choice="any") for p, one in instance.patients.items()}
    book = Book(replace(instance, patients=waiting))
    for patient_id in waiting:
        any(book.book(patient_id, list_id) for list_id in instance.lists)
    plan = book.plan()
    untimed = [replace(b, position=0, start=instance.lists[b.list_id].start) for b in plan.bookings]
    again = Book.of_plan(Plan.of(book.instance, untimed, ()), like=book)
    assert again.plan().decisions() == plan.decisions()
    assert not any(again.fits("K08", list_id) for list_id in instance.lists)
    again.remove("K00")
    assert any(again.fits("K08", list_id) for list_id in instance.lists)
    assert not any(book.fits("K08", list_id) for list_id in instance.lists)


def test_a_list_that_is_too_long_is_told_by_its_own_rule() -> None:
    """5 x 100 + 4 x 15 = 560 minutes in 480."""
    instance = world([patient(name) for name in "ABCDE"], settings=PUNCTUAL)
    proved = prove_day(instance, {"L": "ABCDE"}, threads=1)
    assert proved.status == "infeasible" and "T-08" not in proved.in_the_way
    # Without T-08 the chance of being late still says no, and the other way round: no rule alone is in the way.
    assert proved.in_the_way == ()
    loose = frozenset({"T-09", "T-37"})
    assert prove_day(instance, {"L": "ABCDE"}, loose, threads=1).in_the_way == ("T-08",)
    assert prove_day(instance, {"L": "ABCDE"}, loose | {"T-08"}, threads=1).status == "optimal"


def test_no_time_is_no_proof() -> None:
    """With no CPU seconds the order known is kept, and what is not proved is not called proved."""
    instance, cases = knees(8)
    proved = prove_day(instance, cases, threads=1)
    hurried = prove_day(instance, cases, threads=1, cpu_seconds=0.0, known=proved.bookings)
    assert proved.status == "optimal" and hurried.status == "feasible"
    assert hurried.bookings == proved.bookings
    assert not hurried.stages[2].proved


def test_the_days_of_a_quick_plan_are_proved_best() -> None:
    """The first days of the reference lists, filled by clock start: each proved within a second, none made worse."""
    instance = shipped_instance("nwl")
    book = Book(instance)
    days = sorted({on.date for on in instance.lists.values()})[:8]
    for patient_id in sorted(instance.patients, key=lambda p: (instance.patients[p].clock_start, p)):
        any(book.book(patient_id, on.list_id) for on in book.eligible(patient_id) if on.date in days)
    plan = book.plan()
    statuses = []
    for day, cases in cases_by_day(plan).items():
        known = [b for list_id in cases for b in plan.by_list[list_id]]
        proved = prove_day(instance, cases, cpu_seconds=2.0, threads=1, known=known)
        statuses.append(proved.status)
        assert {b.patient_id for b in proved.bookings} == {p for patients in cases.values() for p in patients}, day
    assert statuses.count("optimal") >= 7, statuses
    wished = wished_order(plan, frozenset(), 1, Unwatched(), Deadline(None))
    assert wished.list_of == plan.list_of
    again = wished_order(wished, frozenset(), 1, Unwatched(), Deadline(None))
    assert Plan.decisions(again) == Plan.decisions(wished)
