"""The two documents of a run: what was asked (`request.json`) and what came of it (`run.json`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.shared.findings import CheckReport
from models.shared.problem import Measure, SolveOptions
from nwl_opt import __version__
from nwl_opt.finishing import FinishedPlan, Solved
from nwl_opt.opening import Validation, provenance_shares
from nwl_opt.plain import plain, plain_object
from nwl_opt.scenario import Scenario
from solvers.types import Progress

SCHEMA = 1


@dataclass(frozen=True)
class Asked:
    """What a user asked for, but for the instance itself."""

    path: Path
    scenario: Scenario | None
    set_by_hand: Mapping[str, object]
    options: SolveOptions
    who: str
    why: str
    parent_run: Mapping[str, object] | None = None


@dataclass(frozen=True)
class Timing:
    """When a run started and what it took; `parent_cpu_seconds` is reading, tables, checks and baselines."""

    started_at: dt.datetime
    seconds: float
    parent_cpu_seconds: float
    worker_cpu_seconds: float | None


def request_document(
    asked: Asked, validation: Validation, sha256: str, inputs: Sequence[Mapping[str, object]], started_at: dt.datetime
) -> dict[str, object]:
    """What was asked, written before the solve starts."""
    return {
        "schema": SCHEMA,
        "tool_version": __version__,
        "kind": validation.kind,
        "title": validation.parsed.title,
        "started_at": started_at.isoformat(timespec="seconds"),
        "instance": {"path": asked.path.as_posix(), "sha256": sha256},
        "inputs": list(inputs),
        "scenario": _scenario(asked.scenario),
        "set": plain(asked.set_by_hand),
        "options": plain(asked.options),
        "who": asked.who or None,
        "why": asked.why or None,
        "parent_run": None if asked.parent_run is None else dict(asked.parent_run),
    }


def run_document(
    request: Mapping[str, object],
    validation: Validation,
    solved: Solved,
    finished: FinishedPlan,
    timing: Timing,
    last_progress: Progress | None,
) -> dict[str, object]:
    """What came of it, written last."""
    settings = validation.parsed.settings
    options = plain_object(request["options"])
    return {
        "schema": SCHEMA,
        "tool_version": __version__,
        "kind": validation.kind,
        "title": validation.parsed.title,
        "status": solved.status,
        "reason": solved.reason,
        "repeatable": solved.repeatable,
        "started_at": request["started_at"],
        "seconds": round(timing.seconds, 2),
        "cpu_seconds": _rounded(solved.cpu_seconds),
        "cpu": {
            "solve": _rounded(solved.cpu_seconds),
            "explain": _rounded(solved.explain_cpu_seconds),
            "worker_total": _rounded(timing.worker_cpu_seconds),
            "parent": _rounded(timing.parent_cpu_seconds),
        },
        "peak_memory_mb": solved.peak_memory_mb,
        "instance": request["instance"],
        "inputs": request["inputs"],
        "scenario": request["scenario"],
        "set": request["set"],
        "settings": settings.model_dump(mode="json") if settings is not None else {},
        "options": options,
        "seed": options["seed"],
        "who": request["who"],
        "why": request["why"],
        "parent_run": request["parent_run"],
        "solvers": plain(solved.solvers),
        "stages": plain(solved.stages),
        "last_progress": plain(last_progress) if not solved.stages else None,
        "check": _check(finished.report),
        "baseline": {name: _values(b.measures) for name, b in finished.baselines.items()},
        "baseline_checks": {name: _check(b.report) for name, b in finished.baselines.items()},
        "kpis": {name: {"value": _number(m.value), "unit": m.unit} for name, m in finished.measures.items()},
        "explained": solved.explained,
        "provenance": provenance_shares(validation.parsed.provenance_counts),
        "notices": list(validation.notices),
        "outputs": list(finished.outputs),
    }


def _scenario(scenario: Scenario | None) -> dict[str, object] | None:
    return None if scenario is None else {"file": scenario.file, "title": scenario.title}


def _check(report: CheckReport | None) -> dict[str, object] | None:
    """None where there is no plan to check: unknown is not passed."""
    if report is None:
        return None
    return {
        "passed": report.passed,
        "rules_checked": list(report.rules_checked),
        "findings": plain(report.findings),
    }


def _values(measures: Mapping[str, Measure]) -> dict[str, object]:
    return {name: _number(measure.value) for name, measure in measures.items()}


def _number(value: float) -> object:
    """A key figure without the noise of binary fractions."""
    number = plain(value)
    return float(f"{number:.12g}") if isinstance(number, float) else number


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
