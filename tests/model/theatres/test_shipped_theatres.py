"""The shipped instances: tiny as its description works it out, and one in which each rule decides something."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from models.shared.problem import SolveOptions
from models.theatres.instance import Instance
from models.theatres.method.solve import solve
from models.theatres.plan import Plan
from models.theatres.reasons import reasons
from models.theatres.rules import RULES
from models.theatres.tables_of import tables_of
from nwl_opt.problems import shipped_scenarios
from nwl_opt.scenario import read_scenario
from solvers.types import Unwatched
from tests.model.theatres.plans import Written, checked, rules_speaking, shipped_instance, texts

pytestmark = pytest.mark.model

# Small instances are solved long before the shipped effort is used up.
LITTLE_EFFORT = 0.1


def solved(instance: Instance, *without_rules: str) -> tuple[Plan, dict[str, float | None]]:
    """The plan of an instance, and the value of each stage."""
    options = SolveOptions(without_rules=frozenset(without_rules), effort_share=LITTLE_EFFORT)
    outcome = solve(instance, options, Unwatched())
    assert outcome.decisions is not None, outcome.reason
    return Plan.from_decisions(instance, outcome.decisions), {stage.name: stage.value for stage in outcome.stages}


def written(plan: Plan) -> Written:
    return texts(tables_of(plan, reasons(plan)))


def test_tiny_by_hand() -> None:
    """The arithmetic stands in the description of the instance.

    P1 on Monday (its assessment expires on Tuesday), first as urgent; P3 on Tuesday (its MRI reports too late for
    Monday), P2 and P6 one on each; P4 waits for a bed or a place (130 points, P6 has 110, but a third hip and P6 need
    one list: 290 > 240); P5 is not ready. Weighted wait 203 + 160 + 140 + 110 = 613; minutes 3 x 100 + 60 = 360.
    """
    instance = shipped_instance("tiny")
    plan, stages = solved(instance)
    assert stages == {
        "p2_booked": 1.0,
        "long_waits_booked": 1.0,
        "long_waits_at_end_booked": 1.0,
        "weighted_wait": 613.0,
        "touch_minutes": 360.0,
    }
    assert set(plan.list_of) == {"P1", "P2", "P3", "P6"}
    assert plan.list_of["P1"] == "M" and plan.list_of["P3"] == "T"
    assert {plan.list_of["P2"], plan.list_of["P6"]} == {"M", "T"}
    assert [b.position for b in plan.bookings if b.patient_id == "P2"] == [2 if plan.list_of["P2"] == "M" else 1]
    assert [b.position for b in plan.bookings if b.patient_id == "P3"] == [2]
    report = checked(instance, written(plan), stages)
    assert report.passed and not report.findings


def test_tiny_without_the_rule_on_beds() -> None:
    """With a bed more P4 comes instead of P6: 203 + 160 + 140 + 130 = 633, and the checker misses the bed."""
    instance = shipped_instance("tiny")
    plan, stages = solved(instance, "T-12")
    assert stages["weighted_wait"] == 633.0 and set(plan.list_of) == {"P1", "P2", "P3", "P4"}
    assert "ward ward: 3.0 patients expected, 4.16 at 95%; 4 beds are open" in " ".join(
        finding.message for finding in checked(instance, written(plan)).findings if finding.rule == "T-12"
    )


def test_tiny_without_the_rule_on_validity() -> None:
    """P1 comes on Tuesday only, when its assessment has expired: with the rule it takes a slot, and P6 has none."""
    tiny = shipped_instance("tiny")
    urgent = replace(tiny.patients["P1"], available_from=tiny.lists["T"].date)
    instance = replace(tiny, patients={**tiny.patients, "P1": urgent})
    kept, _ = solved(instance)
    assert kept.list_of["P1"] == "T" and set(kept.list_of) == {"P1", "P2", "P3"}
    assert not rules_speaking(checked(instance, written(kept)))
    plan, stages = solved(instance, "T-16")
    assert plan.list_of["P1"] == "T" and stages["weighted_wait"] == 613.0
    assert rules_speaking(checked(instance, written(plan))) == {"T-16"}


@pytest.mark.parametrize("rule", [rule.id for rule in RULES if rule.hard and not rule.definitional])
def test_every_hard_rule_binds_rule_by_rule(rule: str) -> None:
    """Without the rule more is booked, the checker finds the rule broken, and no other."""
    instance = shipped_instance("each_rule")
    plan, freed = solved(instance, rule)
    assert in_order(freed) > in_order(with_every_rule())
    assert rules_speaking(checked(instance, written(plan))) == {rule}
    named = rule.replace("-", "")
    moved = {patient for patient in instance.patients if patient.startswith(named)}
    assert moved & set(plan.list_of)


@cache
def with_every_rule() -> dict[str, float | None]:
    return solved(shipped_instance("each_rule"))[1]


def in_order(stages: dict[str, float | None]) -> list[float]:
    """Stage values, to be compared in the order of the stages."""
    return [value if value is not None else 0.0 for value in stages.values()]


def test_every_rule_has_a_scenario_that_shows_it() -> None:
    shown = {rule for path in shipped_scenarios("theatres") for rule in read_scenario(path).binds}
    assert shown >= {rule.id for rule in RULES if not rule.definitional}


def without_wish(instance: Instance, rule: str) -> tuple[Instance, tuple[str, ...]]:
    """The instance, and the rules left out: an aim is not left out but not asked for."""
    if rule == "T-36":
        return replace(instance, settings=instance.settings.model_copy(update={"least_trust_share": 0.0})), ()
    if rule == "T-38":
        nobody_due = {p: replace(patient, due_by=None) for p, patient in instance.patients.items()}
        return replace(instance, patients=nobody_due), ()
    if rule == "T-40":
        return replace(instance, settings=instance.settings.model_copy(update={"aim": "best_lists"})), ()
    return instance, (rule,)


def test_every_wish_is_met_wish_by_wish() -> None:
    instance = shipped_instance("each_rule", "wish_by_wish")
    plan, stages = solved(instance)
    report = checked(instance, written(plan), stages)
    assert report.passed and not report.findings


@pytest.mark.parametrize("rule", [rule.id for rule in RULES if not rule.hard])
def test_every_soft_rule_binds_wish_by_wish(rule: str) -> None:
    """Without the wish the plan does worse by it, says the checker, which notes nothing else."""
    instance = shipped_instance("each_rule", "wish_by_wish")
    freed, left_out = without_wish(instance, rule)
    plan, _ = solved(freed, *left_out)
    report = checked(instance, written(Plan.of(instance, plan.bookings, plan.appointments)))
    assert report.passed and rules_speaking(report) == {rule}


def test_the_reference_covers_what_a_scheduler_knows() -> None:
    """Reasons for not being ready, every value of a flag, three validities, leave and firm bookings all occur."""
    instance = shipped_instance("nwl")
    patients = list(instance.patients.values())
    assert {p.surgeon_choice for p in patients} == {"named", "trust", "any"}
    assert {p.priority for p in patients} == {"P2", "P3", "P4", "P6"}
    for flag in ("latex_allergy", "infection_risk", "diabetic"):
        assert {getattr(p, flag) for p in patients} == {"yes", "no", "unknown"}
    for flag in ("adult", "fit", "consented", "validated", "ambulant", "hospital_transport", "day_case"):
        assert {getattr(p, flag) for p in patients} == {True, False}, flag
    assert any(p.laterality is None for p in patients) and any(p.surgeon_id is None for p in patients)
    assert {instance.valid_days["poa", trust] for trust in instance.trusts} == {28, 42, 126}
    assert any(surgeon.leave for surgeon in instance.surgeons.values())
    assert any(not entry.staffed for entry in instance.lists.values())
    assert {state for _, state in instance.existing_bookings.values()} == {"proposed", "offered", "agreed", "locked"}
