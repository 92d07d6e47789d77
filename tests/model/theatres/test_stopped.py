"""A plan of a search that was stopped leaves room, and says so: it passes its check, and no finished plan may."""

from __future__ import annotations

from functools import cache

import pytest

from models.theatres.baselines import p2_then_longest_wait
from models.theatres.checker import check
from models.theatres.measures import stages
from models.theatres.plan import Plan
from models.theatres.reasons import reasons
from models.theatres.tables_of import tables_of
from tests.model.theatres.plans import as_read, shipped_instance, texts

pytestmark = pytest.mark.model


@cache
def _stopped() -> Plan:
    """The tiny month with its last booked patient left out, as an early incumbent leaves people out."""
    whole = p2_then_longest_wait(shipped_instance("tiny"))
    left_out = max(whole.list_of)
    kept = [one for one in whole.bookings if one.patient_id != left_out]
    visits = [one for one in whole.appointments if one.patient_id != left_out]
    return Plan.of(whole.instance, kept, visits)


def test_who_had_room_when_the_search_was_stopped_is_told_so() -> None:
    """A solve of 2,500 patients that was stopped once failed its check for saying that empty lists were full."""
    plan = _stopped()
    found = reasons(plan)
    told = {one.code for one in found.values()}
    assert "room_left" in told
    assert "stopped" in next(one.sentence for one in found.values() if one.code == "room_left")
    tables = as_read(texts(tables_of(plan, found)))
    errors = [one for one in check(plan.instance, tables, None).findings if one.severity == "error"]
    assert [one for one in errors if one.rule == "T-24"] == []


def test_a_finished_plan_may_not_leave_room() -> None:
    plan = _stopped()
    tables = as_read(texts(tables_of(plan, reasons(plan))))
    values = {name: one.value for name, one in stages(plan).items()}
    found = [one for one in check(plan.instance, tables, values).findings if one.rule == "T-24"]
    assert any("leaves no room" in one.message for one in found)
