"""T-37: the rehearsed days against an independent telling of the same days, and what follows from them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.theatres.booking import Book
from models.theatres.rehearsal import DAYS, Rehearsal, rehearsal_of
from models.theatres.settings import TheatreSettings
from tests.unit.theatres.small_world import MONDAY, PLANNING, patient, procedure, world

pytestmark = pytest.mark.unit

Cases = list[tuple[int, float]]
USUAL = {"rehearsed_overrun_limit_share": 0.1}
SURE = {"duration_correlation_share": 0.0, "mean_late_start_minutes": 0.0, "turnaround_sd_minutes": 0.0}


def rehearsal(limit: float = 0.1, correlation: float = 0.2, late: float = 10.0, spread: float = 8.0) -> Rehearsal:
    return Rehearsal(correlation, late, spread, limit)


def told_day_by_day(cases: Cases, gaps: Sequence[int], r: float, late: float, spread: float) -> list[float]:
    """The end of the list on every day, in plain Python from the draws the definition names."""
    stream = np.random.Generator(np.random.PCG64(20270))
    late_starts = stream.standard_exponential(10_000).tolist()
    slow = stream.standard_normal(10_000).tolist()
    own, between = [], []
    for _ in cases:
        own.append(stream.standard_normal(10_000).tolist())
        between.append(stream.standard_normal(10_000).tolist())
    ends = []
    for day in range(10_000):
        clock = late * late_starts[day]
        for rank, (mean, variance) in enumerate(sorted(cases, key=lambda case: (-case[0], -case[1]))):
            s = math.sqrt(math.log(1 + variance / mean**2))
            z = math.sqrt(r) * slow[day] + math.sqrt(1 - r) * own[rank][day]
            clock += mean * math.exp(s * z - s * s / 2)
        clock += sum(max(0.0, gap + spread * between[n][day]) for n, gap in enumerate(gaps))
        ends.append(clock)
    return ends


MIXED: Cases = [(95, 361.0), (120, 900.0), (95, 400.0), (60, 144.0)]


@pytest.mark.parametrize(
    ("cases", "gaps"), [(MIXED, (15, 45, 15)), ([(150, 1764.0)], ()), ([(90, 0.0)] * 9, (15,) * 8)]
)
@pytest.mark.parametrize(("r", "late", "spread"), [(0.2, 10.0, 8.0), (0.0, 0.0, 0.0), (1.0, 25.0, 20.0)])
def test_the_days_are_those_of_the_definition(
    cases: Cases, gaps: tuple[int, ...], r: float, late: float, spread: float
) -> None:
    """End of every day, the share of late ones, and the minute by which all but a tenth of days end."""
    told = told_day_by_day(cases, gaps, r, late, spread)
    made = rehearsal(0.1, r, late, spread)
    assert np.allclose(made.end_minutes(cases, gaps), told, rtol=1e-12)
    latest = sorted(told)[9_400] + 1e-6
    assert made.late_share(cases, gaps, latest) == sum(end > latest for end in told) / DAYS
    assert math.isclose(made.latest_end_minutes(cases, gaps), sorted(told)[8_999], rel_tol=1e-12)


def test_the_order_of_cases_does_not_matter_and_that_of_gaps_does() -> None:
    made = rehearsal()
    assert made.latest_end_minutes(MIXED, (15, 45, 15)) == made.latest_end_minutes(MIXED[::-1], (15, 45, 15))
    assert made.latest_end_minutes(MIXED, (15, 45, 15)) != made.latest_end_minutes(MIXED, (45, 15, 15))


@given(share=st.floats(0.001, 1.0), minutes=st.integers(300, 600))
@settings(max_examples=60, deadline=None)
def test_the_latest_end_says_exactly_whether_the_share_of_late_days_is_allowed(share: float, minutes: int) -> None:
    """The rule of the definition, and its short form: the end on all days but those allowed."""
    made = rehearsal(share)
    allowed = made.late_share(MIXED, (15, 15, 15), minutes) <= share
    assert allowed == (made.latest_end_minutes(MIXED, (15, 15, 15)) <= minutes)


lengths = st.integers(20, 240)
case = st.tuples(lengths, st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.45])).map(lambda c: (c[0], (c[0] * c[1]) ** 2))


@given(cases=st.lists(case, min_size=2, max_size=7), data=st.data())
@settings(max_examples=80, deadline=None)
def test_taking_a_case_off_never_raises_the_chance(cases: Cases, data: st.DataObject) -> None:
    """Though the cases after it then take other draws."""
    made, left = rehearsal(), list(cases)
    left.pop(data.draw(st.integers(0, len(cases) - 1)))
    before, after = (15,) * (len(cases) - 1), (15,) * (len(cases) - 2)
    assert made.latest_end_minutes(left, after) <= made.latest_end_minutes(cases, before)
    latest = data.draw(st.integers(60, 700))
    assert made.late_share(left, after, latest) <= made.late_share(cases, before, latest)


def test_settings_that_are_the_same_share_what_was_found() -> None:
    one = TheatreSettings(planning_date=PLANNING, horizon_start=MONDAY)
    other = one.model_copy(update={"notice_days": 3})
    assert rehearsal_of(one) is rehearsal_of(other)
    assert rehearsal_of(one) is not rehearsal_of(one.model_copy(update={"rehearsed_overrun_limit_share": 0.2}))


def test_without_chance_the_rehearsal_is_the_clock() -> None:
    # Nothing varies: 4 x 105 + 3 x 15 = 465, and each further minute of grace short of that is too few.
    made = rehearsal(0.1, 0.0, 0.0, 0.0)
    assert made.latest_end_minutes([(105, 0.0)] * 4, (15, 15, 15)) == 465
    assert made.late_share([(105, 0.0)] * 4, (15, 15, 15), 464.5) == 1.0


@pytest.mark.parametrize(("minutes", "fits"), [(105, True), (116, True), (117, False)])
def test_the_book_rehearses_a_list_that_keeps_time_and_chance(minutes: int, fits: bool) -> None:
    # Surely 4 x 116 + 45 = 509 <= 510 minutes with the grace; T-08 and T-09 are left out: T-37 alone says no.
    kinds = [procedure(minutes=minutes)]
    instance = world([patient(name) for name in "ABCD"], procedures=kinds, settings={**USUAL, **SURE})
    book = Book(instance, frozenset({"T-08", "T-09"}))
    assert [book.book(name, "L") for name in "ABCD"] == [True, True, True, fits]
    assert book.why_not("D", "L") == (("T-01",) if fits else ("T-37",))


def test_the_book_asks_the_rehearsal_only_where_time_and_chance_hold() -> None:
    waiting = [patient(name) for name in "ABCDE"]
    book = Book(world(waiting, procedures=[procedure(minutes=90, sd=10)], settings=USUAL))
    assert [book.book(name, "L") for name in "ABCD"] == [True] * 4
    assert book.why_not("E", "L") == ("T-08", "T-09")
    spare = book.rehearsed_spare_minutes("L")
    share = rehearsal().late_share([(90, 100.0)] * 4, (15, 15, 15), 510 - spare)
    assert 0.0999 <= share <= 0.1


def test_a_clean_down_is_rehearsed_where_it_comes() -> None:
    # Latex and infection comes first, so its 45 minutes lie between: 30 more than a turnaround.
    plain = [patient(name) for name in "ABC"]
    careful = [patient("A", latex_allergy="yes", infection_risk="yes"), *plain[1:]]
    ends = []
    for waiting in (plain, careful):
        book = Book(world(waiting, procedures=[procedure(minutes=100, sd=20)], settings=USUAL))
        assert all(book.book(name, "L") for name in "ABC")
        ends.append(book.rehearsed_spare_minutes("L"))
    assert ends[0] - ends[1] == pytest.approx(30, abs=1.5)


def test_under_other_assumptions_the_same_book_answers_otherwise() -> None:
    """`under` a looser limit the case that only the rehearsal refused fits."""
    kinds = [procedure(minutes=105, sd=21)]
    waiting = [patient(name) for name in "ABCD"]
    usual = {**USUAL, "overrun_probability_limit_share": 0.2}
    book = Book(world(waiting, procedures=kinds, settings=usual))
    assert all(book.book(name, "L") for name in "ABC")
    assert book.why_not("D", "L") == ("T-37",)
    looser = world(waiting, procedures=kinds, settings={**usual, "rehearsed_overrun_limit_share": 0.3})
    assert book.under(looser).fits("D", "L")
