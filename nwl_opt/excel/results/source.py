"""A run folder read for its workbook: what was asked, what came of it, the tables of its plan and its baselines."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from models.shared.cells import Cell
from models.shared.faults import Fault, InputFaults
from models.shared.parsing import TypedTable
from models.shared.problem import Explanation
from models.shared.register import Register
from models.shared.rules import Rule
from nwl_opt.files.tables import read_output_tables
from nwl_opt.opening import Validation, validate_instance
from nwl_opt.plain import explanations_from_json, mapping_of, number_of, objects_of, stages_from_json
from nwl_opt.run_folder import (
    BASELINES_FOLDER,
    EXPLANATION_FILE,
    INPUTS_FOLDER,
    SavedRun,
    changed_files,
    read_run,
    short_id,
)
from solvers.types import StageResult

Cells = Mapping[str, Cell]


@dataclass(frozen=True)
class Source:
    """One run, ready to be written as a workbook. `tables` are empty where there is no plan.

    `baseline_figures` holds the key figures of each baseline by name; `changed` names files that are not what the
    run saved.
    """

    run: SavedRun
    run_id: str
    validation: Validation
    tables: Mapping[str, Sequence[Cells]]
    explanations: tuple[Explanation, ...]
    changed: tuple[str, ...]

    @property
    def folder(self) -> Path:
        return self.run.folder

    @property
    def document(self) -> Mapping[str, object]:
        """What is on record: of an unfinished run what was asked."""
        return self.run.record if self.run.record is not None else self.run.request

    @property
    def kind(self) -> str:
        return self.run.kind

    @property
    def register(self) -> Register:
        return self.validation.problem.register

    @property
    def rules(self) -> Sequence[Rule]:
        return self.validation.problem.rules

    @property
    def title(self) -> str:
        return str(self.document.get("title", ""))

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan: then, and only then, it was checked."""
        return self.run.record is not None and self.run.record.get("check") is not None

    @property
    def check_passed(self) -> bool:
        return mapping_of(self.document.get("check")).get("passed") is True

    @cached_property
    def stages(self) -> tuple[StageResult, ...]:
        return stages_from_json(self.document.get("stages"))

    @cached_property
    def figures(self) -> Mapping[str, tuple[float | None, str]]:
        """The key figures of the plan: value and unit by name."""
        kpis = mapping_of(self.document.get("kpis"))
        pairs = {name: mapping_of(one) for name, one in kpis.items()}
        return {name: (number_of(one.get("value")), str(one.get("unit", ""))) for name, one in pairs.items()}

    def figure(self, name: str) -> float:
        """The value of a key figure of the plan.

        Raises
        ------
        KeyError
            If the plan has no such figure.
        """
        value = self.figures[name][0]
        if value is None:
            raise KeyError(name)
        return value

    @cached_property
    def baseline_figures(self) -> Mapping[str, Mapping[str, float | None]]:
        found = mapping_of(self.document.get("baseline"))
        return {name: {key: number_of(one) for key, one in mapping_of(of).items()} for name, of in found.items()}

    @cached_property
    def settings(self) -> Mapping[str, object]:
        parsed = self.validation.parsed.settings
        return {} if parsed is None else parsed.model_dump(mode="python")

    def number_setting(self, name: str) -> float:
        """A setting that is a number."""
        value = self.settings[name]
        assert isinstance(value, (int, float)), f"the setting {name} is not a number"
        return float(value)

    def text_setting(self, name: str) -> str:
        """A setting that is a text or a day, as it is written."""
        value = self.settings[name]
        return value.isoformat() if isinstance(value, dt.date) else str(value)

    def inputs(self, table: str) -> TypedTable:
        """A table of the instance the run saw."""
        return self.validation.parsed.table(table)

    def baseline_table(self, baseline: str, table: str) -> Sequence[Cells]:
        """One table of a baseline, empty where it was not saved."""
        folder = self.folder / BASELINES_FOLDER / baseline
        only = Register(self.kind, "", (), self.register.settings, (self.register.output(table),))
        return [row.cells for row in read_output_tables(folder, only).tables[table]] if folder.is_dir() else []

    @property
    def findings(self) -> list[Mapping[str, object]]:
        """What the independent check had to say."""
        return objects_of(mapping_of(self.document.get("check")).get("findings"))

    @property
    def rules_checked(self) -> int:
        checked = mapping_of(self.document.get("check")).get("rules_checked")
        return len(checked) if isinstance(checked, list) else 0


def read_source(folder: Path) -> Source:
    """Read a run folder, finished or not.

    Raises
    ------
    InputFaults
        If it is no run, or its records or its inputs are damaged.
    """
    run = read_run(folder)
    validation = validate_instance(folder / INPUTS_FOLDER)
    if validation.faults:
        raise InputFaults(validation.faults)
    explanations = _explanations(folder / EXPLANATION_FILE)
    changed = () if run.record is None else tuple(changed_files(run)[1])
    return Source(run, short_id(folder), validation, _tables(run, validation.problem.register), explanations, changed)


def _tables(run: SavedRun, register: Register) -> dict[str, Sequence[Cells]]:
    """The output tables of a run; of an unfinished one none, even if some were written."""
    if run.record is None:
        return {}
    reading = read_output_tables(run.folder, register)
    return {name: [row.cells for row in table] for name, table in reading.tables.items()}


def _explanations(path: Path) -> tuple[Explanation, ...]:
    if not path.is_file():
        return ()
    try:
        return explanations_from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise InputFaults([Fault(str(path), None, None, f"damaged ({type(error).__name__})", "must be a JSON list",
                                 "Bring the file back, or solve again.")]) from None  # fmt: skip
