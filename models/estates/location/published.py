"""The list of published optima that lies beside the files: which file, which family, which capacity, which value."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from models.shared.faults import Fault, InputFaults

LIST_NAME = "optima.csv"
_COLUMNS = ("instance", "file", "family", "capacity", "optimum_split", "optimum_single_source")
Way = Literal["split", "single"]


@dataclass(frozen=True)
class Case:
    """One file to be solved one way; `optimum` is the published one, None where none is known."""

    name: str
    path: Path
    family: str
    capacity: float | None
    way: Way
    optimum: float | None


def cases_of(folder: Path) -> tuple[Case, ...]:
    """All cases of a folder, in the order of its list; a file with two published optima is two cases.

    Raises
    ------
    InputFaults
        If there is no list, or it lacks a column or holds what is no number.
    """
    listed = folder / LIST_NAME
    if not listed.is_file():
        raise InputFaults([Fault(str(folder), None, None, f"no {LIST_NAME}", "must hold the list of optima",
                                 "Name a folder that has one, or one file with --family.")])  # fmt: skip
    with listed.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    missing = [column for column in _COLUMNS if not rows or column not in rows[0]]
    if missing:
        raise InputFaults([Fault(LIST_NAME, 1, None, f"no column {', '.join(missing)}",
                                 f"must have {', '.join(_COLUMNS)}", "Add what is missing.")])  # fmt: skip
    faults: list[Fault] = []
    cases = [case for at, row in enumerate(rows, start=2) for case in _cases(folder, row, at, faults)]
    if faults:
        raise InputFaults(faults)
    return tuple(cases)


def case_of(path: Path, family: str | None) -> tuple[Case, ...]:
    """The cases of one file: those of the list beside it, or with a family named, the file as it stands.

    Raises
    ------
    InputFaults
        If the file is in no list and no family is named.
    """
    if family is None and (path.parent / LIST_NAME).is_file():
        found = tuple(case for case in cases_of(path.parent) if case.path.name == path.name)
        if found:
            return found
    if family is None:
        raise InputFaults([Fault(path.name, None, "--family", "none", f"must be given for a file in no {LIST_NAME}",
                                 "Name the family of the file.")])  # fmt: skip
    way: Way = "split" if family.startswith("OR-Library cap") and "median" not in family else "single"
    return (Case(path.name.removesuffix(".gz").removesuffix(".txt"), path, family, None, way, None),)


def _cases(folder: Path, row: dict[str, str], at: int, faults: list[Fault]) -> list[Case]:
    capacity = _number(row, "capacity", at, faults, besides=("in file", "none"))
    values: list[tuple[Way, float | None]] = [
        ("split", _number(row, "optimum_split", at, faults)),
        ("single", _number(row, "optimum_single_source", at, faults)),
    ]
    family = row["family"].replace("(first group)", "").strip()
    name = row["instance"] if capacity is None or family.endswith("median") else f"{row['instance']}_{capacity:g}"
    known = [Case(name, folder / row["file"], family, capacity, way, value) for way, value in values if value]
    return known or [Case(name, folder / row["file"], family, capacity, "split", None)]


def _number(
    row: dict[str, str], column: str, at: int, faults: list[Fault], besides: tuple[str, ...] = ()
) -> float | None:
    text = row[column].strip()
    if not text or text in besides:
        return None
    try:
        return float(text)
    except ValueError:
        faults.append(Fault(LIST_NAME, at, column, text, "must be a number", "Correct the list."))
        return None
