"""A hand-back tested against a saved plan: the first answer, then the proof as a run of its own."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from models.estates.plan import Plan
from models.estates.what_if.answer import Answer, Verdict
from models.estates.what_if.asking import WhatIf
from models.estates.what_if.details import Details
from models.estates.what_if.orders import Order, orders_for_site
from models.estates.what_if.proof import Proof, proof_of
from models.estates.what_if.telling import named
from models.estates.words import day_words
from models.shared.faults import Fault, InputFaults
from models.shared.problem import SolveOptions
from nwl_opt.estates.following import Following
from nwl_opt.estates.saved_estate import SavedEstate, instance_of, read_saved_estate
from nwl_opt.files.atomic import write_atomically
from nwl_opt.files.toml_text import toml_text
from nwl_opt.opening import validate_instance
from nwl_opt.run_folder import INPUTS_FOLDER
from nwl_opt.scenario import read_scenario
from nwl_opt.solving import (
    EXIT_INFEASIBLE,
    EXIT_OK,
    Origin,
    RunResult,
    SolveRequest,
    run_validated,
)

COMMAND = "estates test-handback"
SCENARIO_FILE = "handback.toml"
RUN_FOLDER = "run"


@dataclass(frozen=True)
class First:
    """The first answer, and the run it was asked of."""

    saved: SavedEstate
    details: Details

    @property
    def answer(self) -> Answer:
        return self.details.answer

    @property
    def exit_code(self) -> int:
        return EXIT_INFEASIBLE if self.answer.verdict == "no" else EXIT_OK


@dataclass(frozen=True)
class ProvedRun:
    """The whole plan made anew with the hand-back fixed: its run, what it says, and the figures of its plan.

    `details` are those of the first answer where the proof found no plan that is as good.
    """

    result: RunResult
    proof: Proof
    details: Details


def first_answer(run: Path, suites: Sequence[str], site: str | None, day: dt.date) -> First:
    """The first answer: all else stays as the saved plan has it.

    Raises
    ------
    InputFaults
        If the run cannot be used, or a name is not known.
    NoPlanToUse
        If the plan of the run must not be used.
    """
    saved = read_saved_estate(run)
    orders = orders_of(saved, suites, site, day)
    what_if = WhatIf(saved.instance, saved.plan)
    return First(saved, Details(what_if, what_if.repair(orders)))


def is_proved_already(first: First) -> bool:
    """Whether the saved plan is proved best and does what is asked: then no plan that does it is better."""
    does = all(first.saved.plan.hand_backs.get(suite) == day for suite, day in first.answer.order.dates.items())
    return first.answer.verdict == "yes" and does and first.saved.run.run.status == "optimal"


def may_be_proved(answer: Answer) -> bool:
    """Whether making the whole plan anew can add anything: what a rule about the suite refuses, no plan allows.

    A rule that allows a later day refuses nothing for good; that all else was held to the plan may have said no.
    """
    allowed_later = all(refusal.from_day is not None for refusal in answer.refusals)
    return answer.verdict != "no" or allowed_later or bool(answer.shortages or answer.rules)


@dataclass(frozen=True)
class ProofRun:
    """The run a proof is to make: its folder, OUT/run where none is named, and who asks for it."""

    folder: Path | None = None
    who: str = ""


def prove(
    first: First, out: Path, options: SolveOptions, following: Following, as_run: ProofRun = ProofRun()
) -> ProvedRun:
    """Make the whole plan anew with the hand-back ordered, as a run of its own.

    The order is a scenario file in OUT, so that the run can be made again by `nwl-opt solve`.

    Raises
    ------
    InputFaults
        If the instance has faults with the order in it, or the folder cannot be used.
    """
    scenario_path = out / SCENARIO_FILE
    write_atomically(scenario_path, toml_text(_scenario(first)).encode())
    folder = first.saved.run.run.folder
    scenario = read_scenario(scenario_path)
    validation = validate_instance(folder / INPUTS_FOLDER, scenario)
    request = SolveRequest(
        path=folder / INPUTS_FOLDER,
        scenario_path=scenario_path,
        out=as_run.folder or out / RUN_FOLDER,
        options=options,
        who=as_run.who,
        why=f"{COMMAND} {named(first.answer)}",
        baselines=False,
        origin=Origin(folder, COMMAND),
    )
    result = run_validated(
        request, scenario, validation, following.listener, following.asked_to_stop, following.started
    )
    decisions = result.solved.decisions
    plan = None if decisions is None else Plan.from_decisions(instance_of(validation), decisions)
    proof = proof_of(first.answer, plan, result.solved.stages, result.solved.status, result.solved.explanations)
    return ProvedRun(result, proof, final_details(first.details, proof))


def final_details(first: Details, proof: Proof) -> Details:
    """The figures of the plan that is proved, where there is one.

    Where it does what was asked, the rooms that were missing with all else kept are missing no more.
    """
    answer = first.answer
    if proof.plan is None or proof.leaves_more_unmet:
        return first
    verdict: Verdict = "yes" if answer.order.day == answer.asked.day else "later"
    final = replace(answer, verdict=verdict, after=proof.plan, stays=())
    if verdict == "yes":
        final = replace(final, shortages=(), rules=())
    return Details(first.what_if, final)


def _scenario(first: First) -> dict[str, object]:
    answer = first.answer
    day = answer.order.day
    changes: list[dict[str, object]] = []
    for suite, date in answer.order.dates.items():
        for column, value in (("instruction", "hand_back"), ("instruction_date", date)):
            changes.append({"table": "suites", "where": {"suite_id": suite}, "column": column, "value": value})
    return {
        "title": f"{named(answer)} handed back on {day_words(day)}",
        "description": "Tested against a saved plan: all else is free.",
        "kind": "estates",
        "change": changes,
    }


def orders_of(saved: SavedEstate, suites: Sequence[str], site: str | None, day: dt.date) -> tuple[Order, ...]:
    """What was asked for, in the names of the instance.

    Raises
    ------
    InputFaults
        If a suite or the site is not known, or none was named; all faults are told.
    """
    instance = saved.instance
    known_suites = [suite.suite_id for suite in instance.suites]
    known_sites = [one.site_id for one in instance.sites]
    faults = [_unknown("--suite", name, known_suites) for name in suites if name not in known_suites]
    if site is not None and site not in known_sites:
        faults.append(_unknown("--site", site, known_sites))
    if not suites and site is None:
        faults.append(Fault("--suite", None, None, "nothing", "must name a suite, or --site a building",
                            f"Suites are in {saved.run.run.folder / 'site_plan.csv'}."))  # fmt: skip
    decision, end = instance.settings.decision_date, instance.periods[-1].end_day
    if not decision <= day < end:
        faults.append(Fault("--from", None, None, day.isoformat(), f"must lie from {decision} (the decision date) to "
                            f"before {end} (the end of the plan)", "Choose another day."))  # fmt: skip
    if faults:
        raise InputFaults(faults)
    named_suites = [Order(name, day) for name in dict.fromkeys(suites)]
    whole = [] if site is None else orders_for_site(instance, site, day)
    return tuple(sorted({*named_suites, *whole}))


def _unknown(option: str, name: str, known: Iterable[str]) -> Fault:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.4) or [one for one in names if name in one][:3]
    hint = f"Did you mean {' or '.join(near)}?" if near else "site_plan.csv of the run lists them."
    what = "a suite" if option == "--suite" else "a site"
    return Fault(option, None, None, name, f"must be {what} of this run", hint)
