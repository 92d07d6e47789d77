"""Changes drawn at random on months drawn at random: the checker accepts what is accepted, and names what is not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from models.shared.findings import CheckReport
from models.theatres.baselines import baselines
from models.theatres.instance import Instance
from models.theatres.plan import Plan
from models.theatres.reasons import reasons
from models.theatres.tables_of import tables_of
from nwl_opt.theatres.manual.choices import choices
from nwl_opt.theatres.manual.recorded import Recorded, folded, record_of, recorded_from_json
from nwl_opt.theatres.manual.standing import Standing
from nwl_opt.theatres.manual.trying import try_change
from nwl_opt.theatres.manual.wanted import Kind, Wanted
from tests.model.theatres.plans import checked, texts
from tests.model.theatres.random_months import random_month

pytestmark = pytest.mark.model

CHANGES = 5
few_examples = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
)


def planned(draw: Random) -> Standing | None:
    """A baseline of a month as a plan that was carried over; None where the month's firm bookings break a rule."""
    instance = random_month(draw)
    plan = baselines(instance)["longest_wait_first"]
    if not set(instance.fixed_bookings) <= set(plan.list_of):
        return None
    before = {p: (at, plan.state_of(p)) for p, at in sorted(plan.list_of.items())}
    carried = replace(instance, existing_bookings=before, named_changes={})
    standing = Standing.of_plan(Plan.of(carried, plan.bookings, plan.appointments))
    return None if standing.broken else standing


def states_possible(standing: Standing, patient_id: str) -> tuple[Kind, ...]:
    """What can be done about a date where it is."""
    of_state: dict[str, tuple[Kind, ...]] = {
        "proposed": ("offer", "agree", "lock"),
        "offered": ("agree", "lock", "decline"),
        "agreed": ("lock", "decline"),
        "locked": ("unlock", "decline"),
    }
    return of_state[standing.state_of(patient_id)]


def drawn(draw: Random, standing: Standing) -> Wanted:
    """A change of any kind that can be asked of the plan."""
    booked = sorted(standing.list_of)
    waiting = sorted(set(standing.base.patients) - set(booked))
    lists = sorted(standing.base.lists)
    kinds = [*(["move", "move", "take_off"] if booked else []), *(["book", "book"] if waiting else [])]
    different = [(p, q) for p in booked for q in booked if standing.list_of[p] < standing.list_of[q]]
    states = [(kind, p) for p in booked for kind in states_possible(standing, p)]
    kind = draw.choice([*kinds, *(["swap"] if different else []), *(["state"] if states else [])])
    if kind == "state":
        chosen, patient_id = draw.choice(states)
        return Wanted(chosen, patient_id)
    if kind == "swap":
        one, other = draw.choice(different)
        return Wanted("swap", one, other=other)
    if kind == "take_off":
        return Wanted("take_off", draw.choice(booked))
    if kind == "book":
        return Wanted("book", draw.choice(waiting), draw.choice(lists))
    patient_id = draw.choice(booked)
    others = [at for at in lists if at != standing.list_of[patient_id]]
    if not others or draw.random() < 0.2:
        return Wanted("move", patient_id, standing.list_of[patient_id], position=1)
    return Wanted("move", patient_id, draw.choice(others))


def judged(plan: Plan, instance: Instance) -> CheckReport:
    """What the checker says of all tables of a plan as they would be written."""
    asked = replace(plan, instance=instance)
    return checked(instance, texts(tables_of(asked, reasons(asked))))


def rules_broken(report: CheckReport) -> set[str]:
    return {one.rule for one in report.findings if one.severity == "error"}


@given(st.randoms(use_true_random=False))
@few_examples
def test_accepted_is_right_and_refused_is_named(draw: Random) -> None:
    standing = planned(draw)
    if standing is None:
        return
    start, records = standing, list[Recorded]()
    for _ in range(CHANGES):
        reason = draw.choice(["", "they asked"])
        tried = try_change(standing, drawn(draw, standing), reason)
        if tried.allowed:
            assert judged(tried.after.plan, tried.after.instance).passed, (tried.wanted, tried.reason)
            records.append(record_of(tried, len(records) + 1, "anna", dt.datetime(2027, 1, 1, tzinfo=dt.UTC)))
            standing = tried.after
        else:
            forced = rules_broken(judged(tried.after.plan, tried.before.instance))
            assert set(tried.rules) <= forced, (tried.wanted, tried.rules, forced)
    read = [recorded_from_json(one.as_json()) for one in records]
    assert folded(start, read) == standing


@given(st.randoms(use_true_random=False))
@few_examples
def test_a_list_said_to_fit_fits(draw: Random) -> None:
    """The quick answer beside every list agrees with the full one, for whoever waits: the booking book is exact."""
    standing = planned(draw)
    waiting = [] if standing is None else sorted(set(standing.base.patients) - set(standing.list_of))
    for patient_id in waiting[:3]:
        assert standing is not None
        for one in choices(standing, patient_id):
            tried = try_change(standing, Wanted("book", patient_id, one.on.list_id))
            assert tried.allowed == one.fits, (patient_id, one, tried.breaks)
