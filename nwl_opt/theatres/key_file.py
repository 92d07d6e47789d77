"""The key file: who stands behind each pseudonym. Its owner alone may read it; it lies beside no table and no run."""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from models.shared.cells import Cell
from models.shared.faults import Fault, InputFaults
from models.shared.parsing import parse_table
from models.shared.register import Column, Table
from nwl_opt.files.reading import HEADER_FILE, raw_table, read_csv_sheet
from nwl_opt.files.tables import csv_bytes, formatted_rows
from nwl_opt.run_folder import RECORD_FILE, REQUEST_FILE

IDENTITY_COLUMNS = (
    Column("nhs_number", "id", "NHS number; empty: not known, then hospital_number", may_be_empty=True),
    Column("name", "text", "name as it is printed"),
    Column("date_of_birth", "date", "date of birth"),
    Column("hospital_number", "id", "number at the home trust; empty: not known", may_be_empty=True),
)
_KEY = Table(
    "key",
    "who stands behind each pseudonym",
    (
        Column("patient_id", "id", "pseudonym", key=True),
        *IDENTITY_COLUMNS,
        Column("trust_id", "id", "home trust, whose number it is", may_be_empty=True),
    ),
)
_OWNER_ONLY = 0o600


@dataclass(frozen=True)
class Identity:
    """Who a patient is. Its text is hidden, so that it never lands in a log."""

    nhs_number: str | None
    name: str
    date_of_birth: dt.date
    hospital_number: str | None
    trust_id: str | None

    def __repr__(self) -> str:
        return "Identity(not shown)"

    def numbers(self) -> tuple[tuple[str, ...], ...]:
        """The numbers a patient is known by: the NHS number, and that of the home trust."""
        nhs = (("nhs", self.nhs_number),) if self.nhs_number is not None else ()
        own = (("trust", self.trust_id or "", self.hospital_number),) if self.hospital_number is not None else ()
        return (*nhs, *own)

    def completed_by(self, before: Identity) -> Identity:
        """This identity, with numbers known before where it has none."""
        return replace(
            self,
            nhs_number=self.nhs_number or before.nhs_number,
            hospital_number=self.hospital_number or before.hospital_number,
            trust_id=self.trust_id or before.trust_id,
        )


def read_key(path: Path) -> dict[str, Identity]:
    """Pseudonym -> identity, in the order of pseudonyms.

    Raises
    ------
    InputFaults
        If there is no key file, others may read it, or it is not one.
    """
    known = key_or_none(path)
    if known is None:
        raise InputFaults([Fault(str(path), None, None, "no such file", "must be a key file",
                                 "Give the file that theatres pseudonymise wrote.")])  # fmt: skip
    return known


def key_or_none(path: Path) -> dict[str, Identity] | None:
    """The key file as `read_key` gives it; None when there is none yet.

    Raises
    ------
    InputFaults
        If others may read it, or it is not a key file.
    """
    if not path.exists():
        return None
    if others_may_read(path):
        raise InputFaults([Fault(str(path), None, None, "others than its owner may read it",
                                 "must be readable by its owner alone", f"chmod 600 {path}")])  # fmt: skip
    sheet = read_csv_sheet(path, _KEY)
    raw = raw_table(_KEY, sheet)
    faults = list(sheet.faults)
    if raw is None:
        raise InputFaults(faults)
    typed, cell_faults = parse_table(_KEY, raw, [])
    faults += [fault if fault.row is None else replace(fault, found="(not shown)") for fault in cell_faults]
    if faults:
        raise InputFaults(faults)
    found = {
        row.text("patient_id"): Identity(
            nhs_number=row.maybe_text("nhs_number"),
            name=row.text("name"),
            date_of_birth=row.date("date_of_birth"),
            hospital_number=row.maybe_text("hospital_number"),
            trust_id=row.maybe_text("trust_id"),
        )
        for row in typed
    }
    return dict(sorted(found.items()))


def write_key(path: Path, identities: Mapping[str, Identity]) -> None:
    """Write the key file, whole or not at all, readable by its owner alone from its first byte on.

    Raises
    ------
    InputFaults
        If it cannot be written.
    """
    rows: list[dict[str, Cell]] = [
        {
            "patient_id": pseudonym,
            "nhs_number": who.nhs_number,
            "name": who.name,
            "date_of_birth": who.date_of_birth,
            "hospital_number": who.hospital_number,
            "trust_id": who.trust_id,
        }
        for pseudonym, who in sorted(identities.items())
    ]
    content = csv_bytes([column.name for column in _KEY.columns], formatted_rows(_KEY, rows))
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise InputFaults([Fault(str(path), None, None, f"cannot be written ({error.strerror})",
                                 "must be in a folder we may write to", "Choose another.")]) from None  # fmt: skip
    finally:
        partial.unlink(missing_ok=True)  # half a key still holds identities


def check_place_of_key(key: Path, out: Path) -> Iterator[Fault]:
    """Faults of a key file that would lie with the clean tables, in an instance or in a run."""
    above = key.resolve().parents
    if out.resolve() in above:
        yield Fault("--key", None, None, "in the folder of the clean table", "must lie elsewhere",
                    "Choose a folder others do not see.")  # fmt: skip
    elif is_in_a_run(key.resolve()):
        yield Fault("--key", None, None, "in a run folder", "must lie elsewhere: runs are passed on",
                    "Choose a folder others do not see.")  # fmt: skip
    elif any((folder / HEADER_FILE).exists() for folder in above):
        yield Fault("--key", None, None, "in an instance", "must lie elsewhere: instances are passed on",
                    "Choose a folder others do not see.")  # fmt: skip


def is_in_a_run(path: Path) -> bool:
    """Whether a path, with all links followed, is a run folder or lies in one."""
    return any((folder / name).exists() for folder in (path, *path.parents) for name in (REQUEST_FILE, RECORD_FILE))


def others_may_read(path: Path) -> bool:
    """Whether group or others may read the file; where the system keeps no such marks, False."""
    return os.name == "posix" and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
