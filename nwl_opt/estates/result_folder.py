"""A folder of results: an answer as JSON, and tables as CSV files beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nwl_opt.files.atomic import write_atomically, write_json
from nwl_opt.files.tables import csv_bytes
from nwl_opt.plain import plain_object
from nwl_opt.run_folder import is_run_folder, new_folder, refuse_inside, refuse_used_folder

ANSWER_FILE = "answer.json"


@dataclass(frozen=True)
class ResultTable:
    """A table to be written: its columns, and rows of texts."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def refuse_folder(out: Path | None, asked: Path) -> None:
    """Say before any work that results cannot be written there.

    Raises
    ------
    InputFaults
        If the folder holds something already, or lies in the run that is asked.
    """
    if out is not None:
        refuse_used_folder(out)
        if is_run_folder(asked):
            refuse_inside(out, asked)


def write_results(out: Path, answer: Mapping[str, object], tables: Mapping[str, ResultTable]) -> tuple[Path, ...]:
    """Write an answer and its tables into a new or empty folder; returns the files.

    Raises
    ------
    InputFaults
        If the folder cannot be used.
    """
    folder = new_folder(out)
    files = [folder / ANSWER_FILE]
    write_json(files[0], plain_object(answer))
    for name, table in tables.items():
        files.append(folder / f"{name}.csv")
        write_atomically(files[-1], csv_bytes(table.columns, table.rows))
    return tuple(files)


def whole(number: float | None) -> str:
    """A number as a whole one; nothing where it is not known."""
    return "" if number is None else str(round(number))


def plain(number: float | None, decimals: int = 4) -> str:
    """A number with few decimals, without zeros at its end; nothing where it is not known."""
    if number is None:
        return ""
    text = f"{number:.{decimals}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def yes_no(flag: bool) -> str:
    return "yes" if flag else "no"
