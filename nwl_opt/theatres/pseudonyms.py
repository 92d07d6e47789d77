"""From an extract with identities to a clean table with pseudonyms; identities go to a key file and nowhere else.

Pseudonyms are random, so nobody can compute them from an NHS number. The key file may be read by its owner alone and
lies neither with the tables nor in a run. No message says what stands in a cell: a name may stand in any column.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from models.shared.cells import Cell
from models.shared.faults import Fault, InputFaults
from models.shared.parsing import Row, parse_table
from models.shared.register import Table
from models.theatres.identity import is_nhs_number
from models.theatres.patient_tables import PATIENTS
from nwl_opt.files.atomic import write_atomically
from nwl_opt.files.reading import raw_table, read_csv_sheet
from nwl_opt.files.tables import csv_bytes, formatted_rows
from nwl_opt.theatres.key_file import (
    IDENTITY_COLUMNS,
    Identity,
    check_place_of_key,
    is_in_a_run,
    key_or_none,
    write_key,
)

ADULT_YEARS = 18
# Letters and digits that are not mistaken for each other and spell nothing.
_LETTERS, _LENGTH = "23456789BCDFGHJKMNPQRTVWX", 8
_HIDDEN = "(not shown)"
_MADE_HERE = ("patient_id", "adult")
_TAKEN_OVER = tuple(column for column in PATIENTS.columns if column.name not in _MADE_HERE)
IDENTIFIED = Table(
    "patients_with_identities",
    "patients with identities, to be replaced by pseudonyms before anything else",
    (*IDENTITY_COLUMNS, *_TAKEN_OVER),
)
"""What `pseudonymise` reads; in an extract columns the waiting list takes over may be missing."""


@dataclass(frozen=True)
class Pseudonymised:
    """What was written: the clean table, its rows, and how many of the patients the key knew before.

    `left_out` are columns of the extract the clean table does not have, `missing` those it has to be given yet.
    """

    table: Path
    rows: int
    known: int
    added: int
    left_out: tuple[str, ...]
    missing: tuple[str, ...]


def pseudonymise(extract: Path, out: Path, key: Path, on: dt.date) -> Pseudonymised:
    """Write the clean table of an extract, and the key file with the patients new in it.

    Raises
    ------
    InputFaults
        If the extract or the key cannot be used, or something would be written where it must not be; every fault
        is told by its row, without what stands in it.
    """
    table = out / f"{PATIENTS.name}.csv"
    _check_places(extract, out, table, key)
    header, rows = _read_extract(extract)
    known = key_or_none(key) or {}
    register = _Register(known)
    faults = list(_faults_of_rows(extract.name, rows, on))
    faults += register.enter(extract.name, rows)
    if faults:
        raise InputFaults(faults)
    clean = sorted(
        (_clean_row(row, pseudonym, on) for row, pseudonym in zip(rows, register.pseudonyms, strict=True)),
        key=lambda cells: str(cells["patient_id"]),
    )
    columns = tuple(column for column in PATIENTS.columns if column.name in (*header, *_MADE_HERE))
    # The key comes first: a pseudonym nobody can resolve would be worse than one nobody uses.
    write_key(key, register.identities)
    _write(table, replace(PATIENTS, columns=columns), clean)
    known_columns = {column.name for column in (*IDENTITY_COLUMNS, *_TAKEN_OVER)}
    return Pseudonymised(
        table=table,
        rows=len(rows),
        known=len(rows) - register.added,
        added=register.added,
        left_out=tuple(sorted(set(header) - known_columns)),
        missing=tuple(
            c.name for c in _TAKEN_OVER if c.name not in header and c.default is None and not c.may_be_empty
        ),
    )


def _check_places(extract: Path, out: Path, table: Path, key: Path) -> None:
    faults = list(check_place_of_key(key, out))
    if is_in_a_run(out.resolve()):
        faults.append(Fault("--out", None, None, "in a run folder", "must lie elsewhere: a run stays as it was saved",
                            "Choose a new folder."))  # fmt: skip
    if out.resolve() in extract.resolve().parents:
        faults.append(Fault("EXTRACT", None, None, "in the folder of the clean table", "must lie elsewhere: it holds "
                            "identities", "Choose another folder for --out."))  # fmt: skip
    if extract.resolve() == key.resolve():
        faults.append(Fault("--key", None, None, "the extract itself", "must be a file of its own",
                            "Choose another name."))  # fmt: skip
    if table.exists():
        faults.append(Fault(str(table), None, None, "there already", "must not be written over",
                            "Choose a new folder for --out."))  # fmt: skip
    if not extract.is_file():
        faults.append(Fault(str(extract), None, None, "no such file", "must be a CSV file of patients",
                            "Check the name."))  # fmt: skip
    if faults:
        raise InputFaults(faults)


def _read_extract(path: Path) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """The columns of the extract and its rows, as far as the waiting list has a use for them."""
    sheet = read_csv_sheet(path, IDENTIFIED)
    raw = raw_table(IDENTIFIED, sheet)
    faults = list(sheet.faults)
    if raw is None:
        raise InputFaults(faults)
    there = (*IDENTITY_COLUMNS, *(column for column in _TAKEN_OVER if column.name in raw.header))
    typed, cell_faults = parse_table(replace(IDENTIFIED, columns=there), raw, [])
    # The mends of some columns name what to ask for; they hold no value of a cell, but `found` does.
    faults += [fault if fault.row is None else replace(fault, found=_HIDDEN) for fault in cell_faults]
    if faults:
        raise InputFaults(faults)
    return raw.header, typed.rows


def _faults_of_rows(file: str, rows: Sequence[Row], on: dt.date) -> Iterator[Fault]:
    """What is wrong with single identities: numbers that cannot be, births after the day of planning."""
    for row in rows:
        nhs_number, born = row.maybe_text("nhs_number"), row.date("date_of_birth")
        if nhs_number is None and row.maybe_text("hospital_number") is None:
            yield Fault(file, row.number, "nhs_number", "(empty)", "must be given, or hospital_number",
                        "Fill in one of the two.")  # fmt: skip
        if nhs_number is not None and not is_nhs_number(_digits(nhs_number)):
            yield Fault(file, row.number, "nhs_number", _HIDDEN, "must be ten digits of which the last is the check "
                        "digit", "Correct it, or leave it empty and fill in hospital_number.")  # fmt: skip
        if not on - dt.timedelta(days=366 * 125) <= born <= on:
            yield Fault(file, row.number, "date_of_birth", _HIDDEN, f"must be within 125 years before {on}",
                        "Correct the date.")  # fmt: skip


def _digits(text: str) -> str:
    """An NHS number without the blanks it is often written with."""
    return "".join(text.split()).replace("-", "")


class _Register:
    """Pseudonyms of the patients in the key, and random new ones for those who are not."""

    def __init__(self, known: Mapping[str, Identity]) -> None:
        self.identities = dict(known)
        self.pseudonyms: list[str] = []
        self.added = 0
        self._by_number: dict[tuple[str, ...], str] = {}
        for pseudonym, identity in known.items():
            self._remember(pseudonym, identity)

    def enter(self, file: str, rows: Sequence[Row]) -> Iterator[Fault]:
        """Find or make the pseudonym of each row, in their order."""
        first_rows: dict[str, int] = {}
        for row in rows:
            identity = _identity(row)
            found = sorted({self._by_number[n] for n in identity.numbers() if n in self._by_number})
            if len(found) > 1:
                yield Fault(file, row.number, "hospital_number", _HIDDEN, "must be of the NHS number's patient",
                            "By the key file they are two patients: correct the wrong one.")  # fmt: skip
                continue
            pseudonym = found[0] if found else self._new()
            before = self.identities.get(pseudonym)
            if before is not None and before.date_of_birth != identity.date_of_birth:
                yield Fault(file, row.number, "date_of_birth", _HIDDEN, "must be the one this patient has in the key "
                            "file or an earlier row", "Correct the number or the date.")  # fmt: skip
            elif pseudonym in first_rows:
                yield Fault(file, row.number, None, f"the patient of row {first_rows[pseudonym]} again",
                            "must be one row per patient", "Keep the operation that is to come first.")  # fmt: skip
            first_rows.setdefault(pseudonym, row.number)
            self.identities[pseudonym] = identity if before is None else identity.completed_by(before)
            self._remember(pseudonym, self.identities[pseudonym])
            self.pseudonyms.append(pseudonym)

    def _remember(self, pseudonym: str, identity: Identity) -> None:
        self._by_number |= dict.fromkeys(identity.numbers(), pseudonym)

    def _new(self) -> str:
        self.added += 1
        while True:
            pseudonym = "P" + "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
            if pseudonym not in self.identities:
                return pseudonym


def _identity(row: Row) -> Identity:
    number = row.maybe_text("nhs_number")
    return Identity(
        nhs_number=None if number is None else _digits(number),
        name=row.text("name"),
        date_of_birth=row.date("date_of_birth"),
        hospital_number=row.maybe_text("hospital_number"),
        trust_id=row.maybe_text("trust_id") if "trust_id" in row.cells else None,
    )


def _clean_row(row: Row, pseudonym: str, on: dt.date) -> dict[str, Cell]:
    born = row.date("date_of_birth")
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    taken = {column.name: row.cells[column.name] for column in _TAKEN_OVER if column.name in row.cells}
    return {**taken, "patient_id": pseudonym, "adult": years >= ADULT_YEARS}


def _write(path: Path, table: Table, rows: Sequence[Mapping[str, Cell]]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, csv_bytes([column.name for column in table.columns], formatted_rows(table, rows)))
    except OSError as error:
        raise InputFaults([Fault(str(path), None, None, f"cannot be written ({error.strerror})",
                                 "must be in a folder we may write to", "Choose another.")]) from None  # fmt: skip
