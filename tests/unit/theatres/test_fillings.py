"""Fillings of a list and the rows beside them: they allow what the booking book takes, and the fillings no more."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from dataclasses import replace

import numpy as np
import pytest

from models.theatres.booking import Book
from models.theatres.entities import Patient, Role, Shift, TheatreList
from models.theatres.formulation.fillings import Fillings, fillings_of
from models.theatres.formulation.limits import Row
from models.theatres.formulation.list_rows import not_so_long
from models.theatres.formulation.month import Month, build_month
from models.theatres.formulation.rows import month_rows, used_lists_limits
from models.theatres.formulation.stack import Stack
from models.theatres.instance import Instance
from tests.unit.theatres.small_world import MONDAY, at, patient, procedure, theatre_list, world

pytestmark = pytest.mark.unit

# A hip (105 minutes, spread 21), a knee (92, 18) and an arthroscopy (60, 18), which is no joint.
KINDS = (
    procedure("hip", 105, 21.0, kit=("hips",)),
    procedure("knee", 92, 18.0, kit=("knees",), recovery_minutes=90),
    procedure("scope", 60, 18.0, is_joint=False, needs_image_intensifier=True),
)
USUAL = {"rehearsed_overrun_limit_share": 0.1, "recovery_bays": 2, "image_intensifiers": 1}


def busy(patients: list[Patient], lists: list[TheatreList], **settings: float) -> Instance:
    """Trays that take two hours to come back, one set each."""
    made = world(
        patients,
        lists,
        procedures=KINDS,
        kit={"hips": (2, 2), "knees": (2, 2)},
        settings={**USUAL, "transport_places_per_day": 3, **settings},
    )
    return replace(made, kit={name: replace(kit, reprocess_minutes=120) for name, kit in made.kit.items()})


def mixed(*codes: str) -> list[Patient]:
    return [patient(f"P{n}", procedure_code=code) for n, code in enumerate(codes)]


def one_list(patients: list[Patient], on: TheatreList) -> Instance:
    """Kit and machines enough, so that only what the list itself holds counts."""
    made = world(patients, [on], procedures=KINDS, kit={"hips": (99, 99), "knees": (99, 99)}, settings=USUAL)
    return replace(made, settings=made.settings.model_copy(update={"image_intensifiers": 9, "recovery_bays": 99}))


def counts_of(filling: Fillings, pairs: set[int]) -> tuple[int, ...]:
    return tuple(len(pairs.intersection(found.tolist())) for found in filling.classes)


def allowed(filling: Fillings) -> set[tuple[int, ...]]:
    return {tuple(row) for row in filling.counts.tolist()}


@pytest.mark.parametrize("joints", [None, 2])
@pytest.mark.parametrize("end", ["16:30", "15:10", "12:30"])
def test_a_filling_is_what_the_book_takes_and_nothing_else(joints: int | None, end: str) -> None:
    """T-08, T-09, T-30 and T-37 over all subsets of eight patients."""
    waiting = mixed("hip", "hip", "hip", "knee", "knee", "knee", "scope", "scope")
    on = theatre_list(max_joints=joints, end=at(MONDAY, end))
    month = build_month(one_list(waiting, on))
    (filling,) = fillings_of(month)
    assert filling.exact
    for size in range(len(waiting) + 1):
        for chosen in itertools.combinations(range(len(waiting)), size):
            book = Book(month.instance)
            taken = all(book.book(f"P{n}", "L") for n in chosen)
            pairs = {month.pair_of[f"P{n}", "L"] for n in chosen}
            assert taken == (counts_of(filling, pairs) in allowed(filling)), chosen


def test_the_rehearsal_takes_fillings_away_that_time_and_chance_allow() -> None:
    month = build_month(one_list(mixed(*["hip"] * 4, *["knee"] * 4, *["scope"] * 4), theatre_list()))
    (with_it,) = fillings_of(month)
    (without,) = fillings_of(build_month(month.instance, frozenset({"T-37"})))
    assert with_it.rehearsed_out == len(without.counts) - len(with_it.counts) > 0
    assert allowed(with_it) < allowed(without)
    assert without.rehearsed_out == 0


def test_the_largest_fillings_are_those_nobody_can_be_added_to() -> None:
    month = build_month(one_list(mixed(*["hip"] * 4, *["knee"] * 4, *["scope"] * 6), theatre_list()))
    (filling,) = fillings_of(month)
    largest = {tuple(row) for row in filling.largest.tolist()}
    bigger = {
        row for row in allowed(filling) if any(other != row and np.all(np.array(other) >= row) for other in largest)
    }
    assert largest == allowed(filling) - bigger
    assert 1 < len(largest) < len(filling.counts)


@pytest.mark.parametrize("infected", [False, True])
def test_the_row_of_the_rehearsal_loses_nothing_the_rule_allows(infected: bool) -> None:
    """T-37: every filling keeps the row, and nearly all that only the rehearsal rules out break it."""
    waiting = mixed(*["hip"] * 4, *["knee"] * 4, *["scope"] * 4)
    if infected:
        waiting[0] = replace(waiting[0], infection_risk="yes")
    month = build_month(one_list(waiting, theatre_list()))
    (filling,) = fillings_of(month)
    (without,) = fillings_of(build_month(month.instance, frozenset({"T-37"})))
    (row,) = (row for row in month_rows(month) if row.rule == "T-37" and not row.clean_down)
    kept = {counts for counts in allowed(without) if keeps(month, row, filling, counts)}
    assert kept >= allowed(filling)
    assert len(kept - allowed(filling)) <= 0.1 * len(allowed(without) - allowed(filling))
    assert not row.proven


def keeps(month: Month, row: Row, filling: Fillings, counts: tuple[int, ...]) -> bool:
    pairs = [int(p) for found, n in zip(filling.classes, counts, strict=True) for p in found[:n]]
    stack = Stack(month, [row])
    return not len(stack.broken(pairs))


def test_cases_refused_for_a_clean_down_come_back_with_all_like_them() -> None:
    """T-37: two hips and a knee, the first with latex allergy and infection, and so a clean-down in between."""
    careful = {"latex_allergy": "yes", "infection_risk": "yes"}
    first = [patient(name, procedure_code="hip", **careful) for name in ("A", "Z")]
    waiting = [*first, patient("B"), patient("C"), patient("D", procedure_code="knee")]
    month = build_month(one_list(waiting, theatre_list(end=at(MONDAY, "14:45"))))
    book = Book(month.instance, frozenset({"T-08", "T-09"}))
    assert book.book("A", "L") and book.book("B", "L")
    assert book.why_not("D", "L") == ("T-37",)
    cut = not_so_long(month, [month.pair_of[p, "L"] for p in ("A", "B", "D")])
    people = {frozenset(month.patient(int(p)).patient_id for p in pairs): n for pairs, n in cut.groups}
    assert people == {frozenset("AZ"): 1, frozenset("BC"): 1, frozenset("D"): 1}
    assert cut.rule == "T-37"


@pytest.mark.parametrize("seed", range(6))
def test_rows_that_are_proven_hold_for_whatever_the_book_takes(seed: int) -> None:
    """Beds, kit, trays, machines, bays, transport, joints and staff: books filled at random break no such row.

    Nor one of the rehearsal, proven or not, clean-downs or not.
    """
    draw = random.Random(seed)
    month = build_month(random_week(draw))
    rows = [row for row in month_rows(month) if row.proven or row.rule == "T-37"]
    assert {"T-13", "T-14", "T-32", "T-33", "T-35"} <= {row.rule for row in rows}
    stack, limits = Stack(month, rows), used_lists_limits(month)
    for _ in range(3):
        book = Book(month.instance)
        pairs = list(month.pair_of)
        draw.shuffle(pairs)
        for patient_id, list_id in pairs:
            book.book(patient_id, list_id)
        chosen = sorted(month.pair_of[item] for item in book.list_of.items())
        assert not len(stack.broken(chosen))
        used = {int(month.pair_list[pair]) for pair in chosen}
        assert all(len(used.intersection(limit.lists)) <= limit.upper for limit in limits)
        filled = {filling.list_at: filling for filling in fillings_of(month)}
        for on in used:
            here = {pair for pair in chosen if month.pair_list[pair] == on}
            assert counts_of(filled[on], here) in allowed(filled[on])


def random_week(draw: random.Random) -> Instance:
    """Two days of two theatres, the second list of a day half as long; staff for three half days."""
    lists, shifts = [], []
    for day in (MONDAY, MONDAY + dt.timedelta(days=1)):
        whole = theatre_list(f"A{day.day}", day, max_joints=draw.choice([None, 2]))
        half = theatre_list(f"B{day.day}", day, theatre_id="T2", surgeon_id="S2", end=at(day, "13:00"))
        lists += [whole, half]
        shifts.append(Shift("scrub", at(day, "08:00"), at(day, "17:00"), draw.choice([2, 4])))
    patients = [
        patient(
            f"P{n:02d}",
            procedure_code=draw.choice(["hip", "knee", "scope"]),
            surgeon_choice="any",
            hospital_transport=draw.random() < 0.5,
            infection_risk=draw.choice(["no", "no", "no", "yes"]),
            latex_allergy=draw.choice(["no", "no", "no", "yes"]),
        )
        for n in range(24)
    ]
    made = busy(patients, lists, transport_places_per_day=2)
    return replace(made, roles={"scrub": Role("scrub", "Scrub", 2)}, shifts=tuple(shifts))


def test_limits_on_used_lists_keep_the_tightest_of_each_set() -> None:
    """T-29: six people are enough for three lists of two, five for two; of two roles the scarcer counts."""
    lists = [theatre_list(f"L{n}", theatre_id=f"T{n}") for n in (1, 2, 3)]
    whole_day = (at(MONDAY, "08:00"), at(MONDAY, "18:00"))
    shifts = (Shift("odp", *whole_day, 1), Shift("scrub", *whole_day, 5))
    roles = {"odp": Role("odp", "ODP", 1), "scrub": Role("scrub", "Scrub", 2)}
    instance = replace(world([patient("A")], lists), roles=roles, shifts=shifts)
    month = build_month(instance)
    (limit,) = used_lists_limits(month)
    assert (limit.rule, limit.lists, limit.upper) == ("T-29", (0, 1, 2), 1)
    (limit,) = used_lists_limits(build_month(replace(instance, shifts=shifts[1:])))
    assert limit.upper == 2
    assert not used_lists_limits(build_month(replace(instance, shifts=(Shift("scrub", *whole_day, 6),))))
    assert not used_lists_limits(build_month(instance, frozenset({"T-29"})))


def test_a_list_with_too_many_fillings_is_not_rehearsed_and_says_so() -> None:
    """Two dozen different durations: classes are merged, which only allows more."""
    kinds = [procedure(f"kind{n}", 30 + n, 4.0) for n in range(24)]
    waiting = [patient(f"P{n:02d}", procedure_code=f"kind{n}") for n in range(24)]
    month = build_month(world(waiting, procedures=kinds, settings=USUAL))
    (filling,) = fillings_of(month)
    assert not filling.exact and filling.rehearsed_out is None
    assert [row.rule for row in month_rows(month) if row.in_one_list is not None] == ["T-08", "T-09", "T-37"]
