"""The search for the times of a day against trying everything, and the order rules that contradict each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.theatres.booking import Book
from models.theatres.day_order import (
    DayList,
    Placing,
    capacities,
    day_list,
    keeps_the_rules,
    order_class,
    placing,
    placings,
    times_of_day,
)
from models.theatres.day_shared import Answer
from models.theatres.instance import Instance
from tests.unit.theatres.small_world import MONDAY, at, patient, procedure, theatre_list, world
from tests.unit.theatres.tiny_days import PUNCTUAL, Placed, is_possible, keeps_every_rule, tiny_day

pytestmark = pytest.mark.unit


def _answer(
    instance: Instance, cases: Mapping[str, Sequence[str]], nodes: int = 4_000
) -> tuple[list[DayList], Answer]:
    """The lists of a day and what the search says; nobody can be on a list that is too long."""
    day = [day_list(instance, list_id, patients) for list_id, patients in sorted(cases.items())]
    ready = [one for one in day if one is not None]
    return ready, times_of_day(instance, ready, nodes) if len(ready) == len(day) else Answer(None)


def _placed(instance: Instance, day: Sequence[DayList], answer: Answer) -> list[Placed]:
    assert answer.starts is not None
    return [
        Placed(instance.patients[case.patient_id], one.on.list_id, start, start + case.minutes)
        for one, starts in zip(day, answer.starts, strict=True)
        for case, start in zip(one.cases, starts, strict=True)
    ]


@pytest.mark.parametrize("seed", range(150))
def test_the_search_agrees_with_trying_every_start(seed: int) -> None:
    """Up to six cases that share surgeons, machines, trays and recovery bays (T-10, T-14, T-32, T-33)."""
    instance, cases = tiny_day(seed)
    day, answer = _answer(instance, cases)
    assert answer.proven
    assert (answer.starts is not None) == is_possible(instance, cases)
    if answer.starts is not None:
        assert keeps_every_rule(instance, _placed(instance, day, answer))


@given(seed=st.integers(1_000, 10_000), nodes=st.integers(0, 30))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_search_cut_short_never_says_more_than_a_long_one(seed: int, nodes: int) -> None:
    instance, cases = tiny_day(seed)
    day, short = _answer(instance, cases, nodes)
    _, long = _answer(instance, cases)
    if short.starts is not None:
        assert keeps_every_rule(instance, _placed(instance, day, short))
    assert not short.proven or (short.starts is None) == (long.starts is None)


@given(seed=st.integers(1_000, 10_000))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_rules_are_asked_as_the_oracle_asks_them(seed: int) -> None:
    """What `keeps_the_rules` says of the preferred order without idle time is what the oracle says of it."""
    instance, cases = tiny_day(seed)
    day, answer = _answer(instance, cases)
    if len(day) < len(cases):
        assert answer.starts is None
        return
    starts = tuple(one.line.starts_without_idle_time() for one in day)
    placed = _placed(instance, day, Answer(starts))
    assert keeps_the_rules(instance, day, {p.patient.patient_id: p.start for p in placed}) == keeps_every_rule(
        instance, placed
    )
    assert {resource[0] for resource in capacities(instance, day)} <= {"T-10", "T-14", "T-32", "T-33"}


def test_a_case_may_wait_for_the_bay_of_one_that_starts_later() -> None:
    """One bay. The short case must start at 09:00 and is in it from 09:30 to 10:30.

    The long one, 105 minutes from 08:30, would come at 10:15: it waits until 08:45, and still starts first.
    """
    kinds = [procedure("long", 105, recovery_minutes=60), procedure("short", 30, recovery_minutes=60)]
    lists = [
        theatre_list("L1", theatre_id="T1", surgeon_id="S1", end=at(MONDAY, "10:30")),
        theatre_list("L2", theatre_id="T2", surgeon_id="S2", start=at(MONDAY, "09:00"), end=at(MONDAY, "09:30")),
    ]
    people = [patient("A", procedure_code="long"), patient("B", procedure_code="short")]
    instance = world(people, lists, procedures=kinds, settings={**PUNCTUAL, "recovery_bays": 1})
    cases = {"L1": "A", "L2": "B"}
    day, answer = _answer(instance, cases)
    assert [(p.start, p.end) for p in _placed(instance, day, answer)] == [(525, 630), (540, 570)]
    assert is_possible(instance, cases)


def test_the_book_can_always_order_again_what_it_held() -> None:
    """Bookings come and go; every day stays in order, and nobody it takes breaks a rule."""
    ordered = 0
    for seed in range(40):
        instance, cases = tiny_day(seed)
        book = Book(instance)
        wanted = [(patient_id, list_id) for list_id, patients in sorted(cases.items()) for patient_id in patients]
        for patient_id, list_id in wanted:
            book.book(patient_id, list_id)
        for gone, _ in [*wanted[::2], *wanted]:
            if gone in book.list_of:
                book.remove(gone)
            plan = book.plan()
            ordered += len(plan.bookings)
            assert keeps_every_rule(
                instance,
                [
                    Placed(instance.patients[b.patient_id], b.list_id, _minute(b.start), _minute(b.end))
                    for b in plan.bookings
                ],
            )
    assert ordered > 100


def _minute(moment: object) -> int:
    text = f"{moment:%H:%M}"
    return int(text[:2]) * 60 + int(text[3:])


# --- order rules that contradict each other ------------------------------------------------------------------------

LONG = theatre_list(end=at(MONDAY, "18:30"))


def _in_order(instance: Instance, *patients: str) -> list[str]:
    day, answer = _answer(instance, {"L": patients})
    return [p.patient.patient_id for p in sorted(_placed(instance, day, answer), key=lambda p: p.start)]


def test_an_infected_p2_patient_comes_first_and_clean_down_follows() -> None:
    """T-39 before T-23. 100 + clean-down 45 + 100 = 245 minutes; the other way round 100 + 15 + 100 = 215."""
    instance = world([patient("A"), patient("U", priority="P2", infection_risk="yes")], [LONG])
    assert _in_order(instance, "A", "U") == ["U", "A"]
    book = Book(instance)
    assert book.book("A", "L") and book.book("U", "L")
    assert book.expected_end_minutes("L") == 245
    first, second = book.plan().by_list["L"]
    assert (first.patient_id, f"{second.start:%H:%M}") == ("U", "10:55")


def test_latex_comes_before_infection_and_urgency_before_both() -> None:
    """P2 first: latex and infected, neither, infected; then all others by latex and infection."""
    waiting = [
        patient("A"),
        patient("I", infection_risk="yes"),
        patient("L", latex_allergy="yes"),
        patient("M", latex_allergy="yes", infection_risk="yes"),
        patient("U", priority="P2", infection_risk="yes"),
        patient("V", priority="P2", latex_allergy="yes", infection_risk="yes"),
        patient("W", priority="P2"),
    ]
    instance = world(waiting, [theatre_list(start=at(MONDAY, "06:00"), end=at(MONDAY, "23:30"))])
    assert _in_order(instance, *"AILMUVW") == ["V", "W", "U", "L", "M", "A", "I"]
    classes = [order_class(instance.patients[p]) for p in "VWULMAI"]
    assert classes == [1, 2, 3, 4, 5, 6, 7]
    because = placings(instance, ["V", "W", "U", "L", "M", "A", "I"])
    assert [one.rule for one in because] == ["T-22", "T-23", "T-39", "T-23", "T-22", "T-23"]
    # V has latex allergy and an infection: latex decides. U is P2: neither L's allergy nor U's infection count.
    # M has latex allergy and an infection, A neither: latex decides.
    overruled = [one.overruled for one in because]
    assert overruled == [("T-23",), (), ("T-22", "T-23"), (), ("T-23",), ()]


def test_a_wish_the_day_does_not_allow_is_told_as_one() -> None:
    one, diabetic, day_case = patient("A"), patient("B", diabetic="unknown"), patient("C", day_case=True)
    assert placing(diabetic, one) == Placing("T-26")
    assert placing(one, diabetic) == Placing("T-26", despite=True)
    assert placing(one, day_case) == Placing("T-27", despite=True)
    assert placing(one, patient("D")) == Placing(None)
    assert placing(diabetic, one, frozenset({"T-26"})) == Placing(None)
    # Wishes are for equals by the hard rules: none is overruled by them.
    assert placing(patient("E", priority="P2"), diabetic) == Placing("T-39")


@pytest.mark.parametrize("left_out", ["T-39", "T-22", "T-23"])
def test_without_a_rule_the_next_one_decides(left_out: str) -> None:
    urgent = patient("U", priority="P2", infection_risk="yes")
    latex = patient("L", latex_allergy="yes")
    expected = {"T-39": (latex, urgent, "T-22"), "T-22": (urgent, latex, "T-39"), "T-23": (urgent, latex, "T-39")}
    first, second, rule = expected[left_out]
    without = frozenset({left_out})
    assert order_class(first, without) < order_class(second, without)
    assert placing(first, second, without).rule == rule
