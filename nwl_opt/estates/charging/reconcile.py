"""From a schedule and an estate to differences and queries, and into files."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from nwl_opt.estates.charging.compare import Comparison, compare, line_rows, site_rows
from nwl_opt.estates.charging.lines import schedule_lines
from nwl_opt.estates.charging.queries import Query, queries, query_rows
from nwl_opt.estates.charging.tables import OUTPUTS, SCHEDULE
from nwl_opt.estates.loose_tables import LooseTable, read_loose_table
from nwl_opt.estates.saved_estate import KIND, instance_of
from nwl_opt.files.tables import write_tables
from nwl_opt.opening import validate_instance
from nwl_opt.problems import find_file, find_instance
from nwl_opt.run_folder import INPUTS_FOLDER, new_folder

_TOTALS = frozenset({"total", "totals", "grand total", "sum", "subtotal"})


@dataclass(frozen=True)
class Reconciled:
    """The differences, the questions they raise, and what was noticed on reading."""

    comparison: Comparison
    queries: tuple[Query, ...]
    notices: tuple[str, ...]


def reconcile(estate: str, schedule: str, last_year: str | None, day: dt.date | None) -> Reconciled:
    """Hold a schedule against an instance or a run, and against last year's schedule.

    Raises
    ------
    InputFaults
        With every fault of the estate and of both schedules.
    """
    given = [schedule] if last_year is None else [schedule, last_year]
    read = [read_loose_table(find_file(name), SCHEDULE) for name in given]
    faults = [fault for one in read for fault in (*one.faults, *_total_rows(one))]
    try:
        path = Path(estate) / INPUTS_FOLDER
        validation = validate_instance(path if path.is_dir() else find_instance(estate))
        faults += validation.faults
        if validation.kind != KIND:
            faults.append(Fault(estate, None, "kind", validation.kind, f"must be {KIND}",
                                "Give an instance or a run of estates."))  # fmt: skip
    except InputFaults as error:
        raise InputFaults([*faults, *error.faults]) from None
    if faults:
        raise InputFaults(faults)
    instance = instance_of(validation)
    lines = [schedule_lines(one.table) for one in read]
    comparison = compare(
        instance, day or instance.settings.decision_date, lines[0], None if last_year is None else lines[1]
    )
    notices = tuple(notice for one in read for notice in one.notices)
    return Reconciled(comparison, tuple(queries(comparison)), notices)


def _total_rows(read: LooseTable) -> list[Fault]:
    return [
        read.table.fault(row, "site_id", "must be a site: totals are made here, and would be counted twice",
                         "Remove the row.")
        for row in read.table
        if row.text("site_id").strip().lower() in _TOTALS
    ]  # fmt: skip


def write_reconciliation(done: Reconciled, out: Path) -> tuple[Path, ...]:
    """Write the three tables, with all questions and not the largest five only.

    Raises
    ------
    InputFaults
        If the folder is in use.
    """
    every = queries(done.comparison, most=None)
    tables = {
        "charges_reconciliation": line_rows(done.comparison),
        "charges_by_site": site_rows(done.comparison),
        "charge_queries": query_rows(every),
    }
    return write_tables(new_folder(out), OUTPUTS, tables)
