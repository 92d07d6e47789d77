"""From exports to the table `measured_hours`, by itself or in a copy of the instance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from models.estates.instance import EstatesInstance
from models.estates.tables_of_change import MEASURED_HOURS
from models.shared.cells import Cell
from models.shared.faults import Fault, InputFaults
from models.shared.parsing import RawInstance
from nwl_opt.estates.loose_tables import LooseTable, read_loose_table
from nwl_opt.estates.measuring.reading import export_faults, export_of
from nwl_opt.estates.measuring.tables import EXPORTS
from nwl_opt.estates.measuring.week import Measured, measured, windows_of
from nwl_opt.estates.saved_estate import KIND, instance_of
from nwl_opt.files.tables import write_tables
from nwl_opt.files.writing import raw_rows, write_raw_folder
from nwl_opt.opening import Validation, validate_instance
from nwl_opt.problems import find_file, find_instance
from nwl_opt.run_folder import new_folder

_LOCAL = "local"


@dataclass(frozen=True)
class Source:
    """One export: what it is of, its hours, and its rows that count for nothing."""

    definition: str
    file: str
    measured: Measured
    rows_left_out: int


@dataclass(frozen=True)
class Measurement:
    """The hours of all exports, with the instance they belong to."""

    validation: Validation
    instance: EstatesInstance
    sources: tuple[Source, ...]
    notices: tuple[str, ...]


def measure(
    estate: str, exports: Mapping[str, str], opens: dt.time, first: dt.date | None, last: dt.date | None
) -> Measurement:
    """Hours a week by session; `exports` maps a definition (`booked_hours` ...) to the file it is taken from.

    Raises
    ------
    InputFaults
        With every fault of the instance, the exports and the days asked for.
    """
    faults = list(_asked_faults(exports, first, last))
    read = {name: read_loose_table(find_file(exports[name]), EXPORTS[name]) for name in EXPORTS if name in exports}
    faults += [fault for one in read.values() for fault in one.faults]
    validation = _validated(estate, faults)
    instance = instance_of(validation)
    faults += [fault for one in read.values() for fault in export_faults(one.table, instance)]
    if faults:
        raise InputFaults(faults)
    windows = windows_of(instance.slots, opens, instance.settings.session_hours)
    sources = []
    for name, one in read.items():
        export = export_of(one.table)
        hours = measured(export.intervals, windows, first, last)
        sources.append(Source(name, one.table.file, hours, export.left_out))
    return Measurement(validation, instance, tuple(sources), _notices(read.values()))


def _asked_faults(exports: Mapping[str, str], first: dt.date | None, last: dt.date | None) -> Iterable[Fault]:
    if not exports:
        yield Fault("--bookings, --clinical, --sensors", None, None, "none", "at least one export must be given",
                    "Name the file of one of them.")  # fmt: skip
    if first is not None and last is not None and last < first:
        yield Fault("--to", None, None, str(last), f"must not be before --from {first}", "Correct one of the two.")


def _validated(estate: str, faults: list[Fault]) -> Validation:
    """The instance; its faults are told together with those known already.

    Raises
    ------
    InputFaults
        If it is no sound instance of estates.
    """
    try:
        validation = validate_instance(find_instance(estate))
    except InputFaults as error:
        raise InputFaults([*faults, *error.faults]) from None
    if validation.kind != KIND:
        raise InputFaults([*faults, Fault(estate, None, "kind", validation.kind, f"must be {KIND}",
                                          "Give an instance of estates.")])  # fmt: skip
    if validation.faults:
        raise InputFaults([*faults, *validation.faults])
    return validation


def _notices(read: Iterable[LooseTable]) -> tuple[str, ...]:
    return tuple(notice for one in read for notice in one.notices)


def rows_of(measurement: Measurement) -> list[dict[str, Cell]]:
    """The rows of `measured_hours`: what no export covers stays empty."""
    by_definition = {source.definition: source.measured.hours for source in measurement.sources}
    slots = {slot.slot: at for at, slot in enumerate(measurement.instance.slots)}
    keys = {key for hours in by_definition.values() for key in hours}
    return [
        {
            "site_id": site,
            "room_type": kind,
            "slot": slot,
            **{name: by_definition.get(name, {}).get((site, kind, slot)) for name in EXPORTS},
            "provenance": _LOCAL,
        }
        for site, kind, slot in sorted(keys, key=lambda key: (key[0], key[1], slots[key[2]]))
    ]


def merged_rows(measurement: Measurement) -> list[dict[str, Cell]]:
    """The rows for a copy of the instance: what it had, in its order, but for the hours that were measured now."""
    before = {(one.site_id, one.room_type, one.slot): one for one in measurement.instance.measured_hours}
    now = {(str(row["site_id"]), str(row["room_type"]), str(row["slot"])): row for row in rows_of(measurement)}
    marks = _marks(measurement.validation.raw)
    rows: list[dict[str, Cell]] = []
    for key in (*before, *(key for key in now if key not in before)):
        row = dict(now.get(key) or {**dict(zip(_KEYS, key, strict=True)), "provenance": marks.get(key, _LOCAL)})
        for name in EXPORTS:
            if row.get(name) is None:
                row[name] = None if key not in before else getattr(before[key], name)
        rows.append(row)
    return rows


_KEYS = ("site_id", "room_type", "slot")


def _marks(raw: RawInstance) -> dict[tuple[str, str, str], str]:
    """The provenance of the rows the instance has."""
    table = raw.tables.get(MEASURED_HOURS.name)
    if table is None or "provenance" not in table.header:
        return {}
    at = [table.header.index(name) for name in (*_KEYS, "provenance")]
    return {(cells[at[0]], cells[at[1]], cells[at[2]]): cells[at[3]] or _LOCAL for cells in table.rows}


def write_measured(measurement: Measurement, out: Path) -> tuple[Path, ...]:
    """Write `measured_hours.csv` into a new or empty folder.

    Raises
    ------
    InputFaults
        If the folder is in use.
    """
    rows = [{name: cell for name, cell in row.items() if name != "provenance"} for row in rows_of(measurement)]
    return write_tables(new_folder(out), (MEASURED_HOURS,), {MEASURED_HOURS.name: rows})


def write_copy(measurement: Measurement, into: Path) -> tuple[Path, ...]:
    """Write a copy of the instance, as a folder, with what was measured in it.

    Raises
    ------
    InputFaults
        If the folder is in use.
    """
    raw = measurement.validation.raw
    table = raw_rows(MEASURED_HOURS, merged_rows(measurement))
    return write_raw_folder(new_folder(into), replace(raw, tables={**raw.tables, MEASURED_HOURS.name: table}))
