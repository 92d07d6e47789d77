"""What a report is made from: the tables and the instance of a saved run, and those of the estate as it is today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.estates.instance import EstatesInstance
from models.estates.problem import EstatesCase
from models.shared.faults import Fault, InputFaults
from models.shared.parsing import TypedTable
from nwl_opt.files.tables import read_output_tables
from nwl_opt.usable_run import UsableRun, read_usable_run

KIND = "estates"
TODAY = "todays_estate"
"""The baseline in which nothing changes."""

Tables = Mapping[str, TypedTable]


@dataclass(frozen=True)
class SavedEstate:
    """A run whose plan may be used. `today` is None where no baseline was saved."""

    run: UsableRun
    instance: EstatesInstance
    tables: Tables
    today: Tables | None

    @property
    def last_year(self) -> str:
        """The first year of the last period."""
        return self.instance.periods[-1].first_year


def read_saved_estate(folder: Path) -> SavedEstate:
    """The tables of a run.

    Raises
    ------
    InputFaults
        If the folder is no finished run of estates, or is damaged.
    NoPlanToUse
        If the run came to no plan, its check failed, or its files are not what was saved.
    """
    run = read_usable_run(folder, KIND)
    case = run.validation.open()
    assert isinstance(case, EstatesCase), f"an instance of kind {KIND} opened as {type(case).__name__}"
    baseline = folder / "baselines" / TODAY
    return SavedEstate(
        run, case.instance, _tables(run, folder), _tables(run, baseline) if baseline.is_dir() else None
    )


def refuse_inside(out: Path, folder: Path) -> None:
    """Refuse to write into a run, whose files are on record.

    Raises
    ------
    InputFaults
        If the folder to write is in the run's.
    """
    inside, place = folder.resolve(), out.resolve()
    if place == inside or inside in place.parents:
        raise InputFaults([Fault(str(out), None, None, "is inside the run folder", "--out must lie outside it",
                                 "Choose another folder.")])  # fmt: skip


def day_of(text: str) -> str:
    """A day of a table as people write it; empty stays empty."""
    if not text:
        return ""
    day = dt.date.fromisoformat(text)
    return f"{day.day} {day:%B} {day.year}"


def _tables(run: UsableRun, folder: Path) -> Tables:
    reading = read_output_tables(folder, run.validation.problem.register)
    if reading.faults:
        raise InputFaults(list(reading.faults))
    return reading.tables
