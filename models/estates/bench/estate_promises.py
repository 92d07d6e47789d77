"""What is promised of the reference estate: all stages, timetables, and the answer to one hand-back."""

from __future__ import annotations

from functools import partial

from models.estates.bench.solved import wrong_with
from models.estates.building import build_instance
from models.estates.formulation.choices import suite_choices
from models.estates.instance import EstatesInstance
from models.estates.method import solve_estates
from models.estates.plan import Plan
from models.estates.timetable.best import timetables_of_plan
from models.estates.what_if.asking import WhatIf
from models.estates.what_if.fresh import answer_afresh
from models.estates.what_if.orders import Order
from models.shared.measuring import timed
from models.shared.problem import Outcome, SolveOptions, View
from models.shared.promises import Instances, Measured
from solvers.types import Unwatched

_TIMETABLES_CPU_SECONDS, _ANSWER_CPU_SECONDS, _PROOF_CPU_SECONDS = 120.0, 5.0, 60.0
_SUITES_TESTED = 3


def reference(instances: Instances) -> Measured:
    """All six stages of the reference estate, timetables included."""
    instance = build_instance(instances.shipped("nwl"))
    solved = timed(lambda: solve_estates(instance, SolveOptions(), Unwatched()))
    outcome, plan = solved.result, _plan(instance, solved.result)
    gaps = [float("inf") if stage.gap_share is None else stage.gap_share for stage in outcome.stages]
    return Measured(
        "The reference estate: all six stages proved to 0.01 %, timetables included",
        f"{outcome.status}, gap at most {max(gaps):.4%} in {solved.cpu_seconds:.0f} CPU-s",
        max(gaps) <= 1e-4,
        wrong_with(plan, outcome),
        (_stages_view(outcome),),
    )


def timetables(instances: Instances) -> Measured:
    """The timetable of every kind of room, site and period of the reference plan."""
    instance = build_instance(instances.shipped("nwl"))
    plan = _plan(instance, solve_estates(instance, SolveOptions(), Unwatched()))
    found = timed(lambda: timetables_of_plan(plan))
    answers = list(found.result.values())
    with_one = sum(answer.timetable is not None for answer in answers)
    cut = sum(answer.timetable is None and answer.most_hours is not None for answer in answers)
    days = sum(answer.timetable.clinician_days for answer in answers if answer.timetable is not None)
    least_days = sum(answer.clinician_days_bound for answer in answers if answer.timetable is not None)
    return Measured(
        "Timetables of every site of the reference estate: all found, or cut, in "
        f"{_TIMETABLES_CPU_SECONDS:.0f} CPU-s",
        f"{with_one} of {len(answers)} weeks found, {cut} cut, in {found.cpu_seconds:.0f} CPU-s; {days:,} "
        f"clinician-days, proven {least_days:,} or more",
        with_one + cut == len(answers) and found.cpu_seconds <= _TIMETABLES_CPU_SECONDS,
    )


def test_handback(instances: Instances) -> Measured:
    """The first answer, each from a process of its own, on suites the plan keeps and suites it hands back."""
    plan = _reference_plan(instances)
    orders = [*_orders(plan), *(Order(suite, day) for suite, day in sorted(plan.hand_backs.items())[:_SUITES_TESTED])]
    answers = [(order, answer_afresh(plan, order)) for order in orders]
    most = max(answer.cpu_seconds for _, answer in answers)
    rows = tuple((o.suite_id, str(o.date), one.verdict, f"{one.cpu_seconds:.1f}") for o, one in answers)
    title = "The first answer, from the start of the process (without reading the run's files)"
    return Measured(
        f"test-handback on the reference plan: first answer under {_ANSWER_CPU_SECONDS:.0f} CPU-s",
        f"at most {most:.1f} CPU-s, of {len(rows)} suites",
        most < _ANSWER_CPU_SECONDS,
        "",
        (View(title, ("suite", "from", "first answer", "CPU-s"), rows, (False, False, False, True)),),
    )


def test_handback_proof(instances: Instances) -> Measured:
    """The proof, timetables included, for suites that the plan keeps and the rules would let go."""
    plan = _reference_plan(instances)
    rows, most, wrong = [], 0.0, ""
    for order in _orders(plan):
        proved = timed(partial(WhatIf(plan.instance, plan).prove, [order], SolveOptions(studies=False)))
        most = max(most, proved.cpu_seconds)
        found, outcome = proved.result.plan, proved.result.outcome
        wrong = wrong or ("" if found is None else wrong_with(found, outcome))
        rows.append((order.suite_id, str(order.date), outcome.status, f"{proved.cpu_seconds:.0f}"))
    title = "Suites the plan keeps, the whole plan made anew with each handed back"
    return Measured(
        f"test-handback on the reference plan: proof under {_PROOF_CPU_SECONDS:.0f} CPU-s",
        f"at most {most:.0f} CPU-s, of {len(rows)} suites",
        most < _PROOF_CPU_SECONDS,
        wrong,
        (View(title, ("suite", "from", "proof", "CPU-s"), tuple(rows), (False, False, False, True)),),
    )


def _reference_plan(instances: Instances) -> Plan:
    instance = build_instance(instances.shipped("nwl"))
    return _plan(instance, solve_estates(instance, SolveOptions(), Unwatched()))


def _orders(plan: Plan) -> list[Order]:
    """The first suites, by id, that the plan keeps though a hand-back of a part is allowed; each on its first day."""
    found: list[Order] = []
    for choice in suite_choices(plan.instance):
        days = [o.date for o in choice.options if o.date is not None and o.is_hand_back and o.core_date is None]
        if days and plan.date(choice.suite_id) is None:
            found.append(Order(choice.suite_id, min(days)))
    return found[:_SUITES_TESTED]


def _plan(instance: EstatesInstance, outcome: Outcome) -> Plan:
    assert outcome.decisions is not None, f"no plan: {outcome.reason}"
    return Plan.from_decisions(instance, outcome.decisions)


def _stages_view(outcome: Outcome) -> View:
    rows = tuple(
        (
            stage.name,
            stage.unit,
            "" if stage.value is None else f"{stage.value:,.3f}",
            "" if stage.bound is None else f"{stage.bound:,.3f}",
            "" if stage.gap_share is None else f"{stage.gap_share:.4%}",
            stage.status,
        )
        for stage in outcome.stages
    )
    headings = ("stage", "unit", "value", "bound", "gap", "status")
    return View("The reference estate, stage by stage", headings, rows, (False, False, True, True, True, False))
