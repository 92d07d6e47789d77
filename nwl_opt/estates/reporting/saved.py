"""What a report is made from: the tables and the instance of a saved run, and those of the estate as it is today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.estates.instance import EstatesInstance
from models.shared.faults import InputFaults
from models.shared.parsing import TypedTable
from nwl_opt.estates.saved_estate import KIND, instance_of
from nwl_opt.files.tables import read_output_tables
from nwl_opt.run_folder import BASELINES_FOLDER
from nwl_opt.usable_run import UsableRun, read_usable_run

TODAY = "todays_estate"
"""The baseline in which nothing changes."""

Tables = Mapping[str, TypedTable]


@dataclass(frozen=True)
class EstateTables:
    """A plan's tables with its instance, whoever read them. `today` is None where no baseline was saved."""

    instance: EstatesInstance
    tables: Tables
    today: Tables | None

    @property
    def last_year(self) -> str:
        """The first year of the last period."""
        return self.instance.periods[-1].first_year


@dataclass(frozen=True)
class SavedTables(EstateTables):
    """The tables of a run whose plan may be used."""

    run: UsableRun


def read_saved_tables(folder: Path) -> SavedTables:
    """The tables of a run.

    Raises
    ------
    InputFaults
        If the folder is no finished run of estates, or is damaged.
    NoPlanToUse
        If the run came to no plan, its check failed, or its files are not what was saved.
    """
    run = read_usable_run(folder, KIND)
    baseline = folder / BASELINES_FOLDER / TODAY
    today = _tables(run, baseline) if baseline.is_dir() else None
    return SavedTables(instance_of(run.validation), _tables(run, folder), today, run)


def _tables(run: UsableRun, folder: Path) -> Tables:
    reading = read_output_tables(folder, run.validation.problem.register)
    if reading.faults:
        raise InputFaults(list(reading.faults))
    return reading.tables
