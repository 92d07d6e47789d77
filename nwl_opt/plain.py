"""Plain JSON values: what goes into request.json, run.json and the files between the processes."""

from __future__ import annotations

import datetime as dt
import math
import numbers
from collections.abc import Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from pathlib import Path

from models.shared.problem import Explanation, Outcome, OutputTables
from solvers.types import SolverUse, StageResult

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def plain(value: object) -> Json:
    """A value as JSON can hold it: tuples as lists, dates as text, dataclasses by field, unknown (NaN) as null.

    Raises
    ------
    TypeError
        If the value has no plain form.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, Path):
        return value.as_posix()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Set):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no plain form")


def plain_object(value: object) -> dict[str, object]:
    """The plain form of something that is an object in JSON.

    Raises
    ------
    TypeError
        If it is not a mapping or a dataclass.
    """
    result = plain(value)
    if not isinstance(result, dict):
        raise TypeError(f"{type(value).__name__} is not an object")
    return dict(result)


def mapping_of(value: object) -> Mapping[str, object]:
    """A JSON object that was read, or an empty one where there is none."""
    return value if isinstance(value, Mapping) else {}


def objects_of(value: object) -> list[Mapping[str, object]]:
    """The objects of a JSON list that was read, or none."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def number_of(value: object) -> float | None:
    """A number that was read, or None."""
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def outcome_from_json(value: Mapping[str, object]) -> Outcome:
    """The outcome a worker wrote; its tables without a plan are on disk, not in it."""
    decisions = value.get("decisions")
    return Outcome(
        status=value["status"],  # type: ignore[arg-type]
        reason=str(value["reason"]),
        decisions=decisions if isinstance(decisions, Mapping) else None,
        stages=stages_from_json(value.get("stages")),
        solvers=tuple(_solver(item) for item in objects_of(value.get("solvers"))),
        repeatable=bool(value["repeatable"]),
        explanations=explanations_from_json(value.get("explanations")),
    )


def stages_from_json(value: object) -> tuple[StageResult, ...]:
    """The stages of a run, in the order they were solved."""
    return tuple(_stage(item) for item in objects_of(value))


def explanations_from_json(value: object) -> tuple[Explanation, ...]:
    """Explanations as a worker or a run folder holds them."""
    return tuple(
        Explanation(
            id=str(item.get("id", "")),
            rule=str(item.get("rule", "")),
            sentence=str(item.get("sentence", "")),
            numbers=mapping_of(item.get("numbers")),  # type: ignore[arg-type]
            where=str(item.get("where", "")),
            headline=bool(item.get("headline", False)),
            section=str(item.get("section", "")),
        )
        for item in objects_of(value)
    )


def studies_from_json(value: object) -> OutputTables:
    """The study tables a worker wrote: rows of texts, numbers and empty cells."""
    return {
        name: [{column: _cell(cell) for column, cell in row.items()} for row in objects_of(rows)]
        for name, rows in mapping_of(value).items()
    }


def _cell(value: object) -> str | int | float | None:
    return value if isinstance(value, (str, int, float)) else None


def _stage(item: Mapping[str, object]) -> StageResult:
    return StageResult(
        name=str(item["name"]),
        unit=str(item["unit"]),
        sense=item["sense"],  # type: ignore[arg-type]
        value=number_of(item["value"]),
        bound=number_of(item["bound"]),
        gap_share=number_of(item["gap_share"]),
        seconds=number_of(item["seconds"]) or 0.0,
        solver=str(item["solver"]),
        status=item["status"],  # type: ignore[arg-type]
    )


def _solver(item: Mapping[str, object]) -> SolverUse:
    return SolverUse(str(item["name"]), str(item["version"]), mapping_of(item["options"]))  # type: ignore[arg-type]
