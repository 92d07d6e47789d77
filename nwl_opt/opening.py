"""From a path, a scenario and settings to a valid instance, or to all that is wrong with it."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from models.shared.parsing import ParsedInstance, RawInstance, RawTable, parse_instance
from models.shared.problem import Case, Problem
from models.shared.register import Register
from nwl_opt.files.layout import with_cells
from nwl_opt.files.reading import HEADER_FILE, Reading, read_any
from nwl_opt.files.tables import csv_bytes
from nwl_opt.files.text import tidy
from nwl_opt.files.toml_text import toml_text
from nwl_opt.problems import HOMES, kinds, load_problem
from nwl_opt.scenario import Scenario, apply_scenario, with_settings


@dataclass(frozen=True)
class Validation:
    """What a look at an instance came to: everything wrong with it, and what was noticed."""

    problem: Problem
    raw: RawInstance
    parsed: ParsedInstance
    faults: tuple[Fault, ...]
    notices: tuple[str, ...]

    @property
    def kind(self) -> str:
        return self.problem.kind

    @property
    def problem_module(self) -> str:
        return HOMES[self.problem.kind].problem_module

    @property
    def rows(self) -> Mapping[str, int]:
        """The number of rows of each table that is there."""
        return {name: len(table.rows) for name, table in sorted(self.raw.tables.items())}

    def open(self) -> Case:
        """The case, ready for work.

        Raises
        ------
        InputFaults
            If the instance has faults.
        """
        if self.faults:
            raise InputFaults(self.faults)
        return self.problem.open(self.parsed)


def validate_instance(
    path: Path, scenario: Scenario | None = None, settings: Mapping[str, object] | None = None
) -> Validation:
    """Read an instance, apply the scenario and the settings, and collect every fault.

    Raises
    ------
    InputFaults
        If there is nothing to look at: no instance at the path, an unknown kind, a scenario that does not fit.
    """
    reading = read_any(path, kinds(), lambda kind: load_problem(kind).register)
    problem = load_problem(reading.kind)
    raw = reading.raw
    if scenario is not None:
        raw = _with_scenario(problem, reading, scenario)
    raw = with_settings(raw, settings or {}, provenance="local")
    return _judge(problem, replace(reading, raw=raw))


def validate_raw(kind: str, raw: RawInstance) -> Validation:
    """Collect every fault of an instance that is in memory."""
    return _judge(load_problem(kind), Reading(kind, raw, (), is_workbook=False))


def sha256_of_instance(raw: RawInstance, register: Register) -> str:
    """A hash of what an instance says, the same for a folder and for the workbook of the same content.

    Numbers count by their value: 0.030 in a file and 0.03 in a sheet are one number. A column without a value, a
    table without a row and a text that is empty say nothing, so a template's empty ones change nothing.
    """
    digest = hashlib.sha256(toml_text(_canonical_header(raw.header)).encode())
    for table in register.inputs:
        if table.name in raw.tables and raw.tables[table.name].rows:
            header, rows = _columns_with_values(raw.tables[table.name])
            numeric = {column.name for column in table.columns if column.is_numeric}
            numbered = [at for at, name in enumerate(header) if name in numeric]
            digest.update(f"\n{table.name}\n".encode())
            digest.update(csv_bytes(header, [_canonical_cells(cells, numbered) for cells in rows]))
    return digest.hexdigest()


def _columns_with_values(table: RawTable) -> tuple[list[str], list[list[str]]]:
    kept = [at for at in range(len(table.header)) if any(at < len(cells) and cells[at] for cells in table.rows)]
    return [table.header[at] for at in kept], [[cells[at] for at in kept] for cells in table.rows]


def _canonical_header(header: Mapping[str, object], top: bool = True) -> dict[str, object]:
    """Whole numbers without a fraction, whichever way they were written; keys in one order."""
    result: dict[str, object] = {}
    for key, value in sorted(header.items()):
        if isinstance(value, Mapping):
            if value:
                result[key] = _canonical_header(value, top=False)
        elif top and not isinstance(value, dt.date):
            if str(value).strip():
                result[key] = tidy(str(value))
        elif isinstance(value, float) and value.is_integer():
            result[key] = int(value)
        elif isinstance(value, dt.date):
            result[key] = value.isoformat()
        else:
            result[key] = tidy(value) if isinstance(value, str) else value
    return result


def _canonical_cells(cells: Sequence[str], numbered: Sequence[int]) -> list[str]:
    result = list(cells)
    for at in numbered:
        try:
            result[at] = repr(float(result[at].replace(",", "")) + 0.0)  # no minus before nothing
        except ValueError:
            continue  # an empty cell, or a text the validation has told of
    return result


def provenance_shares(counts: Mapping[str, int]) -> dict[str, float]:
    """Counts of numeric cells as shares of all of them."""
    total = sum(counts.values())
    return {name: round(count / total, 6) if total else 0.0 for name, count in counts.items()}


def _with_scenario(problem: Problem, reading: Reading, scenario: Scenario) -> RawInstance:
    """The faults of the instance are told together with those of the scenario."""
    try:
        return apply_scenario(problem.register, reading.raw, scenario)
    except InputFaults as error:
        own = _judge(problem, reading).faults
        raise InputFaults([*error.faults, *own]) from None


def _judge(problem: Problem, reading: Reading) -> Validation:
    parsed = parse_instance(problem.register, reading.raw)
    book = Path(reading.raw.origin).name if reading.is_workbook else ""
    faults = [*reading.faults, *_not_told_before(_named(parsed.faults, problem, book), reading.faults)]
    notices = list(parsed.notices)
    try:
        faults.extend(_not_told_before(_named(problem.validate(parsed), problem, book), reading.faults))
    except Exception:  # the user's faults come first: a cross-check may stumble over half an instance
        if not faults:
            raise
        notices.append("some cross-checks can only run when the faults above are mended")
    placed = with_cells(faults, reading.layouts) if reading.is_workbook else faults
    ordered = tuple(dict.fromkeys(sorted(placed, key=Fault.sort_key)))
    return Validation(problem, reading.raw, parsed, ordered, tuple(notices))


def _not_told_before(faults: Sequence[Fault], told: Sequence[Fault]) -> list[Fault]:
    """A row that could not be split into cells, or a file that could not be read, is one fault and not ten."""
    rows = {(fault.file, fault.row) for fault in told}
    files = {fault.file for fault in told if fault.row is None}
    return [f for f in faults if (f.file, f.row) not in rows and f.file not in files]


def _named(faults: Sequence[Fault], problem: Problem, book: str) -> list[Fault]:
    """The faults in the words of what the user gave: sheets where it was a workbook, else files."""
    return [_in_workbook(fault, problem, book) for fault in faults] if book else list(faults)


def _in_workbook(fault: Fault, problem: Problem, book: str) -> Fault:
    """The same fault in the words of a workbook: sheets, not files."""
    sheets = {f"{table.name}.csv": f"{book}, sheet {table.name}" for table in problem.register.inputs}
    sheets[HEADER_FILE] = f"{book}, sheet instance"
    names = "|".join(re.escape(name) for name in sheets)

    def renamed(text: str) -> str:
        return re.sub(rf"\b({names})", lambda m: f"sheet {m[1].removesuffix('.csv').removesuffix('.toml')}", text)

    return replace(
        fault,
        file=sheets.get(fault.file, fault.file),
        expected=renamed(fault.expected),
        mend=renamed(fault.mend),
    )
