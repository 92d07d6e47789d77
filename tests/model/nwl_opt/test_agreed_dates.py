"""Whatever happens: no agreed date changes that no named change, or the patient's own leaving, explains.

Held on the tables themselves, over random events on a generated month, without the words of the verbs.
"""

from __future__ import annotations

import datetime as dt
import random
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.shared.problem import SolveOptions
from models.theatres.instance import Instance
from models.theatres.method.solve import solve
from models.theatres.plan import Plan
from models.theatres.tables import REGISTER
from nwl_opt.opening import validate_raw
from nwl_opt.run_folder import SavedRun
from nwl_opt.theatres.carry_over import carried_over
from nwl_opt.theatres.draft import Draft
from nwl_opt.theatres.passing_time import pass_time
from nwl_opt.theatres.reading_events import events_of
from nwl_opt.theatres.repairing import take_in
from nwl_opt.theatres.saved_lists import SavedLists, instance_of
from nwl_opt.usable_run import UsableRun
from solvers.types import Unwatched
from tests.model.theatres.generated import generated
from tests.model.theatres.solving import verdict

pytestmark = pytest.mark.model

LITTLE = SolveOptions(effort_share=0.02, studies=False)
EXAMPLES = 15


@cache
def planned() -> SavedLists:
    """Sixty patients over two weeks, every other booking agreed."""
    raw = generated(5, patients=60, weeks=2, lists=14)
    instance = instance_of(validate_raw("theatres", raw))
    plan = plan_of(instance)
    first = saved(Draft(raw, REGISTER), plan)
    agreed = dict.fromkeys(sorted(plan.list_of)[::2], "agreed")
    draft = carried_over(first, agreed)
    return saved(draft, plan_of(instance_of(draft.validated())))


def saved(draft: Draft, plan: Plan) -> SavedLists:
    record: dict[str, object] = {"status": "feasible", "stages": []}
    run = SavedRun(Path("generated"), {"kind": "theatres"}, record)
    return SavedLists(UsableRun(run, record, draft.validated()), plan)


def plan_of(instance: Instance) -> Plan:
    outcome = solve(instance, LITTLE, Unwatched())
    assert outcome.decisions is not None, outcome.reason
    return Plan.from_decisions(instance, outcome.decisions)


def random_events(seed: int, instance: Instance, plan: Plan) -> list[dict[str, object]]:
    """One to three events of any kind that concern what is there."""
    dice = random.Random(seed)
    patient, on = dice.choice(sorted(plan.list_of)), instance.lists[dice.choice(sorted(set(plan.list_of.values())))]
    later = on.date + dt.timedelta(days=dice.randrange(3))
    days = {"first_day": on.date, "last_day": later}
    tested = sorted(
        {(a.patient_id, a.test_id) for a in instance.existing_appointments if a.patient_id in plan.list_of}
    )
    choices: list[dict[str, object]] = [
        {"kind": "patient_cancels", "patient": patient, "wants": dice.choice(["new_date", "off_the_list"])},
        {"kind": "hospital_cancels", "patient": patient},
        {"kind": "offer_declined", "patient": patient},
        {"kind": "theatre_down", "theatre": on.theatre_id, **days},
        {"kind": "surgeon_away", "surgeon": on.surgeon_id, **days},
        {"kind": "staff_short", "role": dice.choice(sorted(instance.roles)), "available": dice.randrange(8), **days},
        {"kind": "list_given_up", "list": on.list_id},
        {"kind": "list_given_up", "list": on.list_id, "to": dice.choice(sorted(instance.surgeons))},
    ]
    if tested:
        who, test = dice.choice(tested)
        choices.append({"kind": "result_late", "patient": who, "test": test, "result_on": later})
    return dice.sample(choices, dice.randint(1, 3))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(seed=st.integers(0, 10_000), days_later=st.sampled_from([0, 2, 9]))
def test_no_agreed_date_changes_unnamed(seed: int, days_later: int) -> None:
    """T-20, over whole repairs: before and after are compared patient by patient; the checker passes the plan."""
    before = planned()
    day = before.instance.planning_date + dt.timedelta(days=days_later)
    values = {"event": random_events(seed, before.instance, before.plan)}
    draft = carried_over(before)
    passed = pass_time(draft, before.plan, day)
    now = instance_of(draft.validated())
    happened = take_in(before, draft, passed, events_of("events.toml", values, day, now), now)
    instance = instance_of(happened.draft.validated())
    outcome = solve(instance, LITTLE, Unwatched())
    assert outcome.decisions is not None, (values, outcome.reason)
    after = Plan.from_decisions(instance, outcome.decisions)
    assert verdict(after, outcome).passed
    for patient_id, state in before.states.items():
        if state != "agreed" or after.list_of.get(patient_id) == before.plan.list_of[patient_id]:
            continue
        left = patient_id not in instance.patients
        assert left or patient_id in instance.named_changes, (seed, patient_id)
    named = set(instance.named_changes) - set(happened.freed)
    assert named <= {hit.patient_id for hit in happened.hits}
