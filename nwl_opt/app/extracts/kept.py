"""Extracts people send, each with the mapping as it stands: kept until they are loaded, seen by their owner alone."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import HTTPException, Request, UploadFile

from models.shared.faults import Fault, InputFaults
from nwl_opt.app.context import context_of
from nwl_opt.app.people import user_of
from nwl_opt.app.uploads import EXTRACT_FILE, refuse_when_full, safe_name, save_file
from nwl_opt.excel.mapping import Proposal, TableMapping, mapping_text, propose, read_mapping
from nwl_opt.files.atomic import read_json, write_atomically, write_json

_ID = re.compile(r"[0-9a-f]{12}")
_TOLD_FILE, _MAPPING_FILE = EXTRACT_FILE, "mapping.toml"
_SUFFIXES = (".csv", ".txt", ".xlsx", ".xlsm", ".xls")


@dataclass(frozen=True)
class KeptExtract:
    """An export as it was sent, the table it is for, and the instance it is to be loaded into."""

    id: str
    folder: Path
    name: str
    owner: str
    kind: str
    table: str
    input_id: str

    @property
    def path(self) -> Path:
        return self.folder / "content" / self.name

    @property
    def url(self) -> str:
        return f"/extracts/{self.id}"

    def mapping(self) -> TableMapping:
        """The mapping as it was last saved.

        Raises
        ------
        InputFaults
            If it cannot be read any more.
        """
        return read_mapping(self.folder / _MAPPING_FILE)

    def save(self, mapping: TableMapping) -> None:
        """Keep a mapping."""
        write_atomically(self.folder / _MAPPING_FILE, mapping_text(mapping).encode())

    def proposal(self, instance: Path) -> Proposal:
        """What the names and values of the extract say of themselves.

        Raises
        ------
        InputFaults
            If nothing in it fits the table.
        """
        return propose(self.path, self.kind, self.table, instance)


def keep_extract(
    request: Request, file: Sequence[UploadFile], saved: Sequence[UploadFile], kind: str, table: str, input_id: str,
    instance: Path,
) -> KeptExtract:  # fmt: skip
    """Keep one export with a first mapping: one that was saved before, or a proposal.

    Raises
    ------
    InputFaults
        If nothing, or nothing we take, was sent; if it holds what identifies a person; if the mapping is for another
        table. Nothing is kept then.
    """
    if len(file) != 1:
        raise InputFaults([Fault("extract", None, None, f"{len(file)} files", "must be one export",
                                 "Choose one .csv or .xlsx file.")])  # fmt: skip
    name = safe_name(file[0].filename)
    if not name.lower().endswith(_SUFFIXES):
        raise InputFaults([Fault(name, None, None, "a file of another type", "must be .csv or .xlsx",
                                 "Save the export as one of these.")])  # fmt: skip
    refuse_when_full(_folder(request))
    extract_id = secrets.token_hex(6)
    folder = _folder(request) / extract_id
    kept = KeptExtract(extract_id, folder, name, user_of(request).name, kind, table, input_id)
    kept.path.parent.mkdir(parents=True)
    try:
        largest = context_of(request).settings.largest_upload_bytes
        save_file(file[0], kept.path, largest)
        proposal = kept.proposal(instance)
        _refuse_identities(kept, proposal)
        kept.save(_saved_before(kept, saved, largest) if saved else proposal.mapping)
        told = {"name": name, "owner": kept.owner, "kind": kind, "table": table, "input_id": input_id}
        write_json(folder / _TOLD_FILE, told)
    except (InputFaults, OSError):
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return kept


def others_for(request: Request, kept: KeptExtract) -> list[KeptExtract]:
    """This user's other exports for the same instance: they may be loaded together with this one."""
    folder = _folder(request)
    found = [_read(request, path.name) for path in folder.iterdir() if path.name != kept.id]
    same = [one for one in found if one is not None and (one.kind, one.input_id) == (kept.kind, kept.input_id)]
    return sorted(same, key=lambda one: (one.table, one.name, one.id))


def find_extract(request: Request, extract_id: str) -> KeptExtract:
    """An export by its id.

    Raises
    ------
    HTTPException
        If there is none, or it is another's.
    """
    found = _read(request, extract_id)
    if found is None:
        raise HTTPException(404, "There is no such extract, or it is not yours.")
    return found


def remove_extract(kept: KeptExtract) -> None:
    """Forget an export and its mapping."""
    shutil.rmtree(kept.folder, ignore_errors=True)


def _read(request: Request, extract_id: str) -> KeptExtract | None:
    """What was kept under an id, if it is there and this user's own."""
    folder = _folder(request) / extract_id
    if not _ID.fullmatch(extract_id):
        return None
    try:
        told = read_json(folder / _TOLD_FILE)
    except (OSError, ValueError):
        return None
    texts = {name: str(told.get(name, "")) for name in ("name", "owner", "kind", "table", "input_id")}
    return KeptExtract(id=extract_id, folder=folder, **texts) if user_of(request).owns(texts["owner"]) else None


def _saved_before(kept: KeptExtract, saved: Sequence[UploadFile], largest_bytes: int) -> TableMapping:
    mapping = read_mapping(save_file(saved[0], kept.folder / _MAPPING_FILE, largest_bytes))
    if (mapping.kind, mapping.table) != (kept.kind, kept.table):
        raise InputFaults([Fault(safe_name(saved[0].filename), None, "table", f"{mapping.kind}, {mapping.table}",
                                 f"must be {kept.kind}, {kept.table}, the table chosen",
                                 "Choose the table the mapping is for.")])  # fmt: skip
    return mapping


def _refuse_identities(kept: KeptExtract, proposal: Proposal) -> None:
    if proposal.identities:
        raise InputFaults([
            Fault(kept.name, proposal.grid.header_row, heading, "says who a person is", "must not be sent here: "
                  "instances hold pseudonyms", "Delete the column, or use nwl-opt theatres pseudonymise first.")
            for heading in proposal.identities
        ])  # fmt: skip


def _folder(request: Request) -> Path:
    return context_of(request).settings.own_folder / "extracts"
