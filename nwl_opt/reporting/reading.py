"""A saved run in whatever state it is, read once for its report."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.shared.faults import InputFaults
from models.shared.findings import Finding
from models.shared.parsing import TypedTable
from models.shared.problem import Case, Explanation, View
from nwl_opt.files.tables import read_output_tables
from nwl_opt.opening import Validation, validate_instance
from nwl_opt.plain import explanations_from_json, mapping_of, number_of, objects_of, stages_from_json
from nwl_opt.rechecking import saved_sentences
from nwl_opt.reporting.content import Standing
from nwl_opt.reporting.standing import CheckVerdict, standing_of
from nwl_opt.run_folder import (
    BASELINES_FOLDER,
    DECISIONS_FILE,
    INPUTS_FOLDER,
    PROGRESS_FILE,
    SavedRun,
    changed_files,
    read_run,
)
from solvers.types import StageResult

Tables = Mapping[str, TypedTable]
_PATIENTS = "patients"
_NOT_REPORTED = frozenset({"timetable"})
"""A row for each room and session of the week: tens of thousands, for the page of a site."""


@dataclass(frozen=True)
class ReadRun:
    """A run with all a report may say of it. `record` is empty where the run is unfinished.

    `tables` are those of the plan, or what a run without a plan says of its conflict; of a plan that must not be
    used there are none.
    """

    run: SavedRun
    record: Mapping[str, object]
    validation: Validation
    case: Case
    standing: Standing
    check: CheckVerdict | None
    stages: tuple[StageResult, ...]
    sentences: tuple[Explanation, ...]
    tables: Tables

    @property
    def kind(self) -> str:
        return self.validation.kind

    @property
    def told(self) -> Mapping[str, object]:
        """The record, or what was asked where there is none yet."""
        return self.record or self.run.request

    @property
    def name(self) -> str:
        """The name of the run's folder."""
        return self.run.folder.resolve().name

    @property
    def solved_at(self) -> dt.datetime | None:
        """When the solve was started, by the record."""
        text = self.told.get("started_at")
        return dt.datetime.fromisoformat(text) if isinstance(text, str) else None

    @property
    def figures(self) -> Mapping[str, tuple[float, str]]:
        """Key figures of the plan: value and unit by name."""
        found = {name: mapping_of(one) for name, one in mapping_of(self.record.get("kpis")).items()}
        values = {name: number_of(one.get("value")) for name, one in found.items()}
        return {n: (value, str(found[n].get("unit", ""))) for n, value in values.items() if value is not None}

    @property
    def baseline_figures(self) -> Mapping[str, Mapping[str, float]]:
        """Key figures of each baseline by its name."""
        return {
            name: {n: value for n, one in mapping_of(own).items() if (value := number_of(one)) is not None}
            for name, own in mapping_of(self.record.get("baseline")).items()
        }

    @property
    def provenance(self) -> Mapping[str, float]:
        """The share of the input figures by the mark of their source."""
        shares = mapping_of(self.record.get("provenance"))
        if shares:
            return {name: number_of(share) or 0.0 for name, share in shares.items()}
        counts = self.validation.parsed.provenance_counts
        total = sum(counts.values()) or 1
        return {name: count / total for name, count in counts.items()}

    @property
    def patient_ids(self) -> frozenset[str]:
        """The pseudonyms of all patients of the run; none where it is not about patients."""
        return patients_of(self.validation)

    @property
    def discreet(self) -> bool:
        """Whether it is about patients, whom a report never names and never counts small."""
        return any(table.name == _PATIENTS for table in self.validation.problem.register.inputs)

    def views(self) -> Sequence[View]:
        """The short tables of the problem, from the tables as they stand on disk."""
        return self.case.view({name: [row.cells for row in table] for name, table in self.tables.items()})

    def stage(self, name: str) -> StageResult | None:
        """An aim of the run by its name."""
        return next((stage for stage in self.stages if stage.name == name), None)

    def tables_of_baseline(self, name: str, only: Collection[str]) -> Tables | None:
        """Some tables of what one would do without the plan; None where it was not saved.

        Raises
        ------
        InputFaults
            If a table cannot be read.
        """
        folder = self.run.folder / BASELINES_FOLDER / name
        return _plan_tables(folder, self.validation, only) if folder.is_dir() else None


def patients_of(validation: Validation) -> frozenset[str]:
    """The pseudonyms of all patients of an instance; none where it is not about patients."""
    patients = validation.parsed.tables.get(_PATIENTS)
    return frozenset(row.text("patient_id") for row in patients) if patients is not None else frozenset()


def read_for_report(folder: Path) -> ReadRun:
    """Read a run folder, finished or not, with a plan or without.

    Raises
    ------
    InputFaults
        If it is no run, or its inputs, its sentences or the tables of a plan to be shown cannot be read.
    """
    run = read_run(folder)
    record = run.record or {}
    validation = validate_instance(folder / INPUTS_FOLDER)
    check = _check(record)
    has_plan = (folder / DECISIONS_FILE).is_file()
    changed = changed_files(run)[1] if run.record is not None else []
    standing = standing_of(run, check, has_plan, changed, _last_progress(folder), patients_of(validation))
    return ReadRun(
        run=run,
        record=record,
        validation=validation,
        case=validation.open(),
        standing=standing,
        check=check,
        stages=stages_from_json(record.get("stages")),
        sentences=explanations_from_json(saved_sentences(run)) if record else (),
        tables=_plan_tables(folder, validation)
        if standing.usable
        else _tables_without_plan(folder, validation, has_plan),
    )


def _check(record: Mapping[str, object]) -> CheckVerdict | None:
    found = record.get("check")
    if found is None:
        return None
    check = mapping_of(found)
    rules = check.get("rules_checked")
    findings = tuple(
        Finding(str(one.get("rule")), one.get("severity"), str(one.get("message")), str(one.get("where")))  # type: ignore[arg-type]
        for one in objects_of(check.get("findings"))
    )
    return CheckVerdict(check.get("passed") is True, tuple(rules) if isinstance(rules, list) else (), findings)


def _plan_tables(folder: Path, validation: Validation, only: Collection[str] | None = None) -> Tables:
    register = validation.problem.register
    names = {table.name for table in register.outputs} - _NOT_REPORTED if only is None else only
    reading = read_output_tables(folder, register, names)
    if reading.faults:
        raise InputFaults(list(reading.faults))
    return reading.tables


def _tables_without_plan(folder: Path, validation: Validation, has_plan: bool) -> Tables:
    """What a run without a plan has written on its conflict; of a plan that must not be used nothing is shown."""
    return {} if has_plan else read_output_tables(folder, validation.problem.register).tables


def _last_progress(folder: Path) -> Mapping[str, object]:
    """The last whole line of the progress; a run that is being written to may hold half a one."""
    path = folder / PROGRESS_FILE
    for line in reversed(path.read_text(encoding="utf-8").splitlines() if path.is_file() else []):
        try:
            return mapping_of(json.loads(line))
        except ValueError:
            continue
    return {}
