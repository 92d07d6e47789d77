"""The rehearsal and the simulated figures of the checker, held against the definition read word by word."""

from __future__ import annotations

import datetime as dt
import math
from statistics import NormalDist

import numpy as np
import pytest

from models.theatres.checker.beds import nights_of
from models.theatres.checker.evidence import Evidence
from models.theatres.checker.rehearsal import rehearsed
from models.theatres.checker.rehearsed import Rehearsal
from models.theatres.checker.simulated import beyond, census_chances
from tests.model.theatres.damage import case, move
from tests.model.theatres.plans import as_read
from tests.model.theatres.thursday import thursday, thursday_plan
from tests.model.theatres.workshop import correct_plan, workshop

pytestmark = pytest.mark.model

DAYS = 10_000


def word_by_word(evidence: Evidence, list_id: str) -> float:
    """The share of late days of a list, day after day as the definition says it."""
    random = np.random.default_rng(20270)
    late, slow = random.standard_exponential(DAYS), random.standard_normal(DAYS)
    cases, on = evidence.by_list[list_id], evidence.instance.lists[list_id]
    draws = [(random.standard_normal(DAYS), random.standard_normal(DAYS)) for _ in cases]
    touches = sorted((evidence.minutes_and_variance(c.patient_id, list_id) for c in cases), reverse=True)
    gaps = [evidence.gap_after(c.patient_id) for c in cases[:-1]]
    settings, last = evidence.instance.settings, cases[-1]
    busy = sum(minutes for minutes, _ in touches) + sum(gaps)
    idle = (last.end - on.start) / dt.timedelta(minutes=1) - busy
    allowed = (on.end - on.start) / dt.timedelta(minutes=1) + settings.overrun_grace_minutes
    r, found = settings.duration_correlation_share, 0
    for day in range(DAYS):
        end = settings.mean_late_start_minutes * late[day] + idle
        for (minutes, variance), (own, _) in zip(touches, draws, strict=True):
            s2 = math.log(1 + variance / minutes**2)
            z = math.sqrt(r) * slow[day] + math.sqrt(1 - r) * own[day]
            end += minutes * math.exp(math.sqrt(s2) * z - s2 / 2)
        for gap, (_, turnaround) in zip(gaps, draws[: len(gaps)], strict=True):
            end += max(0.0, gap + settings.turnaround_sd_minutes * turnaround[day])
        found += bool(end > allowed)
    return found / DAYS


@pytest.mark.parametrize(("which", "list_id"), [("workshop", "M1"), ("workshop", "M2"), ("thursday", "H")])
def test_the_rehearsal_is_the_definition_word_by_word(which: str, list_id: str) -> None:
    """M2 begins with three hours of waiting for the surgeon; M1 has four cases, H three of different lengths."""
    instance, plan = (workshop(), correct_plan()) if which == "workshop" else (thursday(), thursday_plan())
    evidence = Evidence(instance, as_read(plan))
    share = Rehearsal(evidence).late_share_of(list_id, evidence.by_list[list_id])
    assert 0.05 < share < 0.2
    assert share == word_by_word(evidence, list_id)


def test_only_the_cases_and_waits_of_a_list_count() -> None:
    """Alike in another order; a wait of half an hour before the last case is half an hour more."""
    evidence = Evidence(workshop(), as_read(correct_plan()))
    rehearsal, cases = Rehearsal(evidence), evidence.by_list["M1"]
    touches = [(100, 400.0), (60, 900.0), (80, 100.0)]
    shares = {rehearsal.late_share("M1", order, [15, 15]) for order in (touches, touches[::-1])}
    assert len(shares) == 1
    plan = correct_plan()
    move(plan, "P2", 30)
    later = Evidence(workshop(), as_read(plan))
    waits = rehearsal.late_share("M1", [(100, 400.0)] * 4, [15, 15, 15], 30.0)
    assert Rehearsal(later).late_share_of("M1", later.by_list["M1"]) == waits > rehearsal.late_share_of("M1", cases)


def test_the_simulated_means_are_those_of_formulae() -> None:
    """K1 alone for 60 minutes on a list of 60, lognormal with 6 minutes: over by half of it within 5 %.

    Late starts are 10 minutes on average, but only their part before the end of the list is one.
    """
    evidence = Evidence(thursday(), as_read(thursday_plan()))
    planned, stressed = (rehearsed(evidence, "A", how) for how in ("as_planned", "stressed"))
    over = 6 / math.sqrt(2 * math.pi)  # of a normal one; a lognormal one of this spread is within 5 %
    assert planned["over_minutes"].mean == pytest.approx(over, rel=0.1)
    assert planned["uncapped_utilisation"].mean == pytest.approx(1.0, abs=0.006)
    assert planned["late_start_minutes"].mean == planned["downtime_minutes"].mean == 0.0
    assert stressed["late_start_minutes"].mean == pytest.approx(10 * (1 - math.exp(-6)), abs=0.7)
    # A case is cancelled when it could start more than an hour after its time: exp(-6).
    assert stressed["cancelled_cases"].mean == pytest.approx(math.exp(-6), abs=0.004)


@pytest.mark.parametrize("list_id", ["A", "G", "H"])
@pytest.mark.parametrize("how", ["as_planned", "stressed"])
def test_the_length_of_a_list_is_the_sum_of_its_parts(list_id: str, how: str) -> None:
    evidence = Evidence(thursday(), as_read(thursday_plan()))
    figures, on = rehearsed(evidence, list_id, how), thursday().lists[list_id]
    parts = sum(figures[f"{part}_minutes"].mean for part in ("late_start", "downtime", "early_finish"))
    window = (on.end - on.start) / dt.timedelta(minutes=1)
    assert figures["capped_utilisation"].mean * window + parts == pytest.approx(window)


@pytest.mark.parametrize(("start", "cancelled"), [("17:20", 1.0), ("17:21", 2.0)])
def test_a_cancelled_case_leaves_its_time_to_the_next(start: str, cancelled: float) -> None:
    """J2 planned to wait until 16:05 would end at 17:05, more than an hour after the list: it is not begun.

    J3 follows at 17:20 and, J2 gone, starts much earlier; planned to wait a minute more it would end too late too.
    """
    plan = thursday_plan()
    move(plan, "J2", 110)
    case(plan, "J3").update(start=f"2027-04-15T{start}", end="2027-04-15T17:50")
    evidence = Evidence(thursday(), as_read(plan))
    assert rehearsed(evidence, "H", "as_planned")["cancelled_cases"].mean == cancelled


def test_beds_are_summed_over_all_that_may_happen() -> None:
    """Two patients with a half and a fifth, census 1 or 2 beside: against every combination."""
    census = census_chances(1.3, 0.5)
    normal = NormalDist(1.3, 0.5)
    assert census[0] == pytest.approx(normal.cdf(0.5)) and sum(census) == pytest.approx(1.0)
    assert census_chances(2.0, 0.0) == [0.0, 0.0, 1.0]
    over = mean = 0.0
    for one in (0, 1):
        for other in (0, 1):
            for number, chance in enumerate(census):
                weight = 0.5 * (0.2 if other else 0.8) * chance
                beyond_two = max(0, one + other + number - 2)
                over, mean = over + weight * (beyond_two > 0), mean + weight * beyond_two
    assert beyond([0.5, 0.2], census, 2)[:2] == pytest.approx((over, mean))
    nights = nights_of(Evidence(thursday(), as_read(thursday_plan())))
    assert nights["ward", dt.date(2027, 4, 16)] == [0.5, 0.5, 0.5]
