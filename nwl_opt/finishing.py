"""From the last decisions to a finished run: tables, check, baselines, sentences, and the record."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from models.shared.findings import CheckReport
from models.shared.problem import Case, Decisions, Explanation, Measure, Outcome, OutputTables, PlanStatus, View
from models.shared.register import Register
from nwl_opt.checking import Verdict, check_folder
from nwl_opt.files.atomic import read_json, write_json
from nwl_opt.files.tables import write_tables
from nwl_opt.plain import (
    explanations_from_json,
    mapping_of,
    number_of,
    outcome_from_json,
    plain,
    plain_object,
    studies_from_json,
)
from nwl_opt.run_folder import (
    BASELINES_FOLDER,
    DECISIONS_FILE,
    EXPLANATION_FILE,
    INCUMBENT_FILE,
    OUTCOME_FILE,
    OUTPUT_FILE,
    SCENARIOS_FOLDER,
    SENTENCES_FILE,
    WORK_FOLDER,
    file_entry,
)
from nwl_opt.supervise import WorkerEnd
from solvers.types import SolverUse, StageResult


@dataclass(frozen=True)
class Solved:
    """What a worker left behind, put in order: the plan's decisions if there is a plan, and how it came about."""

    status: PlanStatus
    reason: str
    decisions: Decisions | None
    stages: tuple[StageResult, ...]
    solvers: tuple[SolverUse, ...]
    repeatable: bool
    explanations: tuple[Explanation, ...]
    studies: OutputTables
    outcome_written: bool
    explained: bool
    cpu_seconds: float | None
    explain_cpu_seconds: float | None
    peak_memory_mb: float | None


@dataclass(frozen=True)
class BaselinePlan:
    """What users would do without us: key figures, and what the same check says of it."""

    measures: Mapping[str, Measure]
    report: CheckReport


@dataclass(frozen=True)
class FinishedPlan:
    """A plan as its user reads it, with the verdict on it. Without a plan, `report` is None and the rest empty."""

    report: CheckReport | None = None
    measures: Mapping[str, Measure] = field(default_factory=dict)
    views: tuple[View, ...] = ()
    baselines: Mapping[str, BaselinePlan] = field(default_factory=dict)
    outputs: tuple[Mapping[str, object], ...] = ()


def collect(folder: Path, end: WorkerEnd) -> Solved:
    """Read what the worker left: its outcome, or its last incumbent when it did not live to write one."""
    work = folder / WORK_FOLDER
    document = _read(work / OUTCOME_FILE)
    sentences = _read(work / SENTENCES_FILE)
    incumbent = _read(work / INCUMBENT_FILE) or None
    outcome = outcome_from_json(document) if document else _without_outcome(end, incumbent)
    if end.cancelled and outcome.status in ("optimal", "feasible", "no_plan"):
        done = "; all its stages were finished" if outcome.status == "optimal" else ""
        outcome = replace(outcome, status="cancelled", reason=f"stopped on request{done}", repeatable=False)
    decisions, stages = outcome.decisions, outcome.stages
    if decisions is None and incumbent is not None and outcome.status != "infeasible":
        decisions, stages = incumbent, ()  # the recorded stage values are not this plan's
        if outcome.status == "no_plan":
            outcome = replace(outcome, status="feasible", repeatable=False)
    explanations = (*outcome.explanations, *explanations_from_json(sentences.get("explanations")))
    return Solved(
        status=outcome.status,
        reason=outcome.reason,
        decisions=decisions,
        stages=stages,
        solvers=outcome.solvers,
        repeatable=outcome.repeatable,
        explanations=explanations,
        studies=studies_from_json(sentences.get("studies")),
        outcome_written=bool(document),
        explained=bool(sentences.get("complete", False)),
        cpu_seconds=number_of(document.get("cpu_seconds")),
        explain_cpu_seconds=number_of(sentences.get("cpu_seconds")),
        peak_memory_mb=number_of((sentences or document).get("peak_memory_mb")),
    )


def finish_plan(
    folder: Path, case: Case, register: Register, solved: Solved, with_baselines: bool = True
) -> FinishedPlan:
    """Write the plan's tables, judge them as they stand on disk, and set the baselines beside them.

    A user who stopped the run wants the plan now: then the baselines are left out.
    """
    explanation = folder / EXPLANATION_FILE
    write_json(explanation, [plain(sentence) for sentence in solved.explanations])
    sentences = file_entry(folder, explanation, len(solved.explanations))
    if solved.decisions is None:
        return FinishedPlan(outputs=(*_tables_on_disk(folder, register), sentences))
    tables = {**case.tables(solved.decisions, solved.studies), **solved.studies}
    written = write_tables(folder, register.outputs, tables)
    write_json(folder / DECISIONS_FILE, plain_object(solved.decisions))
    values = {stage.name: stage.value for stage in solved.stages} or None
    verdict = check_folder(case, register, folder, values)
    wanted = with_baselines and solved.status != "cancelled"
    baselines, baseline_files = _baselines(folder, case, register) if wanted else ({}, [])
    outputs: list[Mapping[str, object]] = [*_entries(folder, written, verdict), *baseline_files]
    outputs += [sentences, file_entry(folder, folder / DECISIONS_FILE, 1)]
    return FinishedPlan(
        report=verdict.report,
        measures=case.measures(solved.decisions),
        views=tuple(case.view(tables)),
        baselines=baselines,
        outputs=tuple(outputs),
    )


def stored_form(decisions: Decisions) -> Decisions:
    """Decisions as they come back from disk, so that a saved plan and a fresh one are treated alike."""
    return mapping_of(json.loads(json.dumps(plain_object(decisions))))


def tidy(folder: Path, crashed: bool) -> None:
    """Remove the files that parent and worker shared; what a crashed solver said stays."""
    output = folder / WORK_FOLDER / OUTPUT_FILE
    if crashed and output.is_file():
        output.replace(folder / OUTPUT_FILE)
    shutil.rmtree(folder / WORK_FOLDER, ignore_errors=True)


def _baselines(
    folder: Path, case: Case, register: Register
) -> tuple[dict[str, BaselinePlan], list[Mapping[str, object]]]:
    """Each baseline in its own folder, written and checked as the plan is."""
    plans: dict[str, BaselinePlan] = {}
    files: list[Mapping[str, object]] = []
    for name, decisions in case.baselines().items():
        stored = stored_form(decisions)
        place = folder / BASELINES_FOLDER / name
        place.mkdir(parents=True)
        tables: OutputTables = case.tables(stored)
        written = write_tables(place, register.outputs, tables)
        verdict = check_folder(case, register, place, None)
        plans[name] = BaselinePlan(case.measures(stored), verdict.report)
        files += _entries(folder, written, verdict)
    return plans, files


def _entries(folder: Path, written: Sequence[Path], verdict: Verdict) -> list[Mapping[str, object]]:
    return [file_entry(folder, path, verdict.rows.get(path.name, 0)) for path in written]


def _tables_on_disk(folder: Path, register: Register) -> Sequence[Mapping[str, object]]:
    """Tables and scenarios a worker wrote without a plan (repairs of an infeasible instance)."""
    paths = [folder / f"{table.name}.csv" for table in register.outputs]
    tables = [file_entry(folder, path, _row_count(path)) for path in paths if path.is_file()]
    return [*tables, *(file_entry(folder, path, 1) for path in sorted((folder / SCENARIOS_FOLDER).glob("*.toml")))]


def _row_count(path: Path) -> int:
    with path.open(encoding="utf-8") as file:
        return max(0, sum(1 for _ in file) - 1)


def _without_outcome(end: WorkerEnd, incumbent: Decisions | None) -> Outcome:
    status: PlanStatus = "cancelled" if end.cancelled else "no_plan" if incumbent is None else "feasible"
    reason = "stopped on request before the solve could end by itself" if end.ending == "killed" else end.detail
    return Outcome(status, reason, None, (), (), repeatable=False)


def _read(path: Path) -> Mapping[str, object]:
    return read_json(path) if path.is_file() else {}
