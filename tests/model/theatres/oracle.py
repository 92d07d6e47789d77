"""Small months to try everything on, with the best values there are and those of a plan."""

from __future__ import annotations

import random
from dataclasses import replace

from models.theatres.instance import Instance
from tests.model.theatres.every_way import best_values
from tests.model.theatres.stage_counts import values_of
from tests.model.theatres.workshop import workshop

__all__ = ["best_values", "small_month", "values_of"]


def small_month(seed: int) -> Instance:
    """The workshop with other durations, priorities, waits, beds, sets and lists; one bed or set more or less."""
    draw = random.Random(seed)
    base = workshop()
    people = sorted(draw.sample(sorted(base.patients), 8))
    procedures = {
        code: replace(
            p,
            duration=replace(
                p.duration,
                mean_minutes=p.duration.mean_minutes + draw.choice((-20, 0, 15, 40)),
                variance_minutes2=p.duration.variance_minutes2 * draw.choice((0.5, 1.0, 2.0)),
            ),
        )
        for code, p in base.procedures.items()
    }
    patients = {
        patient_id: replace(
            p,
            priority=draw.choice(("P2", "P3", "P4", "P4")),
            clock_start=p.clock_start.replace(year=draw.choice((2025, 2026, 2026))),
            infection_risk=draw.choice(("no", "no", "yes")),
            surgeon_choice=draw.choice(("named", "any")),
            available_from=None,
            notice_days=21,
        )
        for patient_id, p in base.patients.items()
        if patient_id in people
    }
    lists = {
        list_id: replace(on, staffed=on.staffed or draw.random() < 0.5, subspecialty_id=None)
        for list_id, on in base.lists.items()
    }
    beds = {
        key: replace(night, beds_open=night.beds_open + draw.choice((-1, 0, 1, 2)))
        for key, night in base.beds.items()
    }
    kit = {kit_id: replace(k, sets=k.sets + draw.choice((-1, 0, 1))) for kit_id, k in base.kit.items()}
    surgeons = {
        s: replace(surgeon, max_lists_per_week=draw.choice((1, 2, 3))) for s, surgeon in base.surgeons.items()
    }
    return replace(
        base,
        procedures=procedures,
        patients=patients,
        lists=lists,
        beds=beds,
        kit=kit,
        surgeons=surgeons,
        existing_bookings={},
        existing_appointments=(),
    )
