"""Files people send: bounded, unpacked with care, kept under names of ours."""

from __future__ import annotations

import re
import secrets
import shutil
import stat
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from fastapi import UploadFile

from models.shared.faults import Fault, InputFaults
from nwl_opt.files.atomic import read_json, write_json
from nwl_opt.files.reading import HEADER_FILE
from nwl_opt.files.refusing import has_too_many_entries

UPLOAD_FILE, EXTRACT_FILE = "upload.json", "extract.json"
UPLOAD_ID = re.compile(r"[0-9a-f]{12}")
_MOST_ENTRIES = 500
_LARGEST_UNPACKED_BYTES = 300_000_000
_LARGEST_RATIO = 400
_BLOCK_BYTES = 1 << 20
_KEPT_SUFFIXES = (".csv", ".toml", ".xlsx")
_LONGEST_NAME = 80
LEAST_FREE_BYTES = 1_000_000_000
_LEFT_BEHIND_SECONDS = 86_400


@dataclass(frozen=True)
class Upload:
    """Something a user sent: `path` is an instance's folder or workbook, or an extract."""

    id: str
    path: Path
    name: str
    owner: str
    kind: str
    sent_at: str


def safe_name(name: str | None) -> str:
    """A file name without a path or anything a file system could mind, its ending kept."""
    last = PurePosixPath((name or "").replace("\\", "/")).name
    cleaned = re.sub(r"[^A-Za-z0-9._ ()-]", "_", last).strip(". ")
    stem, dot, suffix = cleaned.rpartition(".")
    return f"{stem[:_LONGEST_NAME]}{dot}{suffix[:10]}" if stem else (cleaned[:_LONGEST_NAME] or "file")


def save_upload(
    folder: Path, files: Sequence[UploadFile], owner: str, kind: str, sent_at: str, largest_bytes: int
) -> Upload:
    """Keep what was sent in a new folder; a zip archive is unpacked, loose tables become one instance.

    Raises
    ------
    InputFaults
        If nothing was sent, or it is of a type or size we do not take.
    """
    if not files:
        raise InputFaults([Fault("upload", None, None, "no file", "must be a workbook, a zip archive or CSV files",
                                 "Choose a file first.")])  # fmt: skip
    refuse_when_full(folder)
    upload_id = secrets.token_hex(6)
    place = folder / upload_id / "content"
    place.mkdir(parents=True)
    try:
        name, path = _save_content(place, files, largest_bytes)
        return _kept(folder, Upload(upload_id, path, name, owner, kind, sent_at))
    except (InputFaults, OSError):
        shutil.rmtree(folder / upload_id, ignore_errors=True)
        raise


def keep_instance(
    folder: Path, write: Callable[[Path], Path], *, name: str, owner: str, kind: str, sent_at: str
) -> Upload:
    """Keep an instance made here from what a user sent; `write` puts it into the folder it is given.

    Raises
    ------
    InputFaults
        If it cannot be written; nothing is kept then.
    """
    refuse_when_full(folder)
    upload_id = secrets.token_hex(6)
    place = folder / upload_id / "content"
    place.mkdir(parents=True)
    try:
        path = write(place)
        return _kept(folder, Upload(upload_id, path, name, owner, kind, sent_at))
    except (InputFaults, OSError):
        shutil.rmtree(folder / upload_id, ignore_errors=True)
        raise


def discard_upload(folder: Path, upload_id: str) -> None:
    """Forget what was sent, as if it had never been taken."""
    shutil.rmtree(folder / upload_id, ignore_errors=True)


def _kept(folder: Path, upload: Upload) -> Upload:
    """Write down what was sent: only now it is there for others to find."""
    told = {"name": upload.name, "owner": upload.owner, "kind": upload.kind, "sent_at": upload.sent_at,
            "path": upload.path.relative_to(folder / upload.id).as_posix()}  # fmt: skip
    write_json(folder / upload.id / UPLOAD_FILE, told)
    return upload


def refuse_when_full(folder: Path) -> None:
    """Take nothing more when the disk is nearly full: runs that are being made need what is left.

    Raises
    ------
    InputFaults
        If less than `LEAST_FREE_BYTES` are free.
    """
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        raise InputFaults([Fault("upload", None, None, f"a disk with {free / 1e6:,.0f} MB free",
                                 f"needs {LEAST_FREE_BYTES / 1e6:,.0f} MB",
                                 "Ask whoever runs this app to make room.")])  # fmt: skip


def sweep(folder: Path) -> None:
    """Remove what a server that was killed had begun to keep, a day after; nothing that was kept is touched."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        begun = UPLOAD_ID.fullmatch(path.name) and not any(
            (path / name).exists() for name in (UPLOAD_FILE, EXTRACT_FILE)
        )
        if begun and time.time() - path.stat().st_mtime > _LEFT_BEHIND_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def read_upload(folder: Path, upload_id: str) -> Upload | None:
    """What was sent under an id; None where there is nothing."""
    if not UPLOAD_ID.fullmatch(upload_id):
        return None
    try:
        told = read_json(folder / upload_id / UPLOAD_FILE)
    except (OSError, ValueError):
        return None
    texts = {name: str(told.get(name, "")) for name in ("name", "owner", "kind", "sent_at", "path")}
    path = folder / upload_id / texts["path"]
    return Upload(upload_id, path, texts["name"], texts["owner"], texts["kind"], texts["sent_at"])


def all_uploads(folder: Path) -> Iterator[Upload]:
    """Everything that was sent, in no order that means anything."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        upload = read_upload(folder, path.name)
        if upload is not None:
            yield upload


def save_file(file: UploadFile, target: Path, largest_bytes: int) -> Path:
    """Write one file that was sent, up to the largest size.

    Raises
    ------
    InputFaults
        If it is larger.
    """
    taken = 0
    with target.open("wb") as out:
        while block := file.file.read(_BLOCK_BYTES):
            taken += len(block)
            if taken > largest_bytes:
                raise InputFaults([_too_large(safe_name(file.filename), largest_bytes)])
            out.write(block)
    return target


def _save_content(place: Path, files: Sequence[UploadFile], largest_bytes: int) -> tuple[str, Path]:
    if len(files) == 1 and safe_name(files[0].filename).lower().endswith(".zip"):
        name = safe_name(files[0].filename)
        archive = save_file(files[0], place.parent / "sent.zip", largest_bytes)
        unpacked = place / (Path(name).stem or "instance")
        unpacked.mkdir()
        _unpack(archive, unpacked, name)
        return name, _instance_in(unpacked)
    names = [safe_name(file.filename) for file in files]
    if refused := [name for name in names if not name.lower().endswith((*_KEPT_SUFFIXES, ".xlsm", ".xls"))]:
        raise InputFaults([_not_taken(name) for name in refused])
    if len({name.lower() for name in names}) < len(names):
        raise InputFaults([Fault("upload", None, None, "two files of one name", "every file must have its own name",
                                 "Send each file once.")])  # fmt: skip
    saved = [save_file(file, place / name, largest_bytes) for file, name in zip(files, names, strict=True)]
    if len(saved) == 1 and saved[0].suffix.lower() != ".csv":
        return names[0], saved[0]
    return f"{len(names)} files" if len(names) > 1 else names[0], place


def _unpack(archive: Path, target: Path, name: str) -> None:
    """Unpack tables and headers only; paths, links, passwords and bombs are refused before a byte is written.

    Raises
    ------
    InputFaults
        If the archive cannot be used.
    """
    try:
        if has_too_many_entries(archive):
            raise InputFaults([_too_many(name, "thousands of")])
        with zipfile.ZipFile(archive) as packed:
            entries = [entry for entry in packed.infolist() if not entry.is_dir()]
            if faults := list(_faults_of(name, entries, archive.stat().st_size)):
                raise InputFaults(faults)
            for entry in entries:
                path = PurePosixPath(entry.filename)
                if path.suffix.lower() in _KEPT_SUFFIXES and not path.name.startswith((".", "~")):
                    _write_entry(packed, entry, target.joinpath(*path.parts))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise InputFaults([Fault(name, None, None, f"an unreadable archive ({type(error).__name__})",
                                 "must be a zip archive without password", "Pack it again.")]) from None  # fmt: skip
    finally:
        archive.unlink(missing_ok=True)


def _faults_of(name: str, entries: Sequence[zipfile.ZipInfo], packed_bytes: int) -> Iterator[Fault]:
    if len(entries) > _MOST_ENTRIES:
        yield _too_many(name, str(len(entries)))
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > _LARGEST_UNPACKED_BYTES or unpacked > _LARGEST_RATIO * max(packed_bytes, 1):
        yield Fault(name, None, None, f"{unpacked / 1e6:,.0f} MB unpacked",
                    f"must be at most {_LARGEST_UNPACKED_BYTES / 1e6:,.0f} MB, and not packed beyond reason",
                    "Send the files themselves.")  # fmt: skip
    for entry in entries:
        path = PurePosixPath(entry.filename)
        outside = path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ":" in entry.filename
        if outside or len(path.parts) > 4 or stat.S_ISLNK(entry.external_attr >> 16):
            yield Fault(name, None, None, "a path that leads elsewhere", "files must lie in the archive itself",
                        "Pack the instance's own folder.")  # fmt: skip
            return


def _write_entry(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    left = entry.file_size
    with packed.open(entry) as source, target.open("wb") as out:
        while block := source.read(_BLOCK_BYTES):
            left -= len(block)
            if left < 0:
                raise zipfile.BadZipFile("more than the archive says")
            out.write(block)


def _instance_in(folder: Path) -> Path:
    """The folder that holds the header, or the one workbook, wherever in the archive it is; else the whole."""
    headers = sorted(folder.rglob(HEADER_FILE), key=lambda path: (len(path.parts), path))
    if headers:
        return headers[0].parent
    workbooks = sorted(folder.rglob("*.xlsx"))
    return workbooks[0] if len(workbooks) == 1 else folder


def _too_many(name: str, count: str) -> Fault:
    return Fault(name, None, None, f"{count} files", f"must hold at most {_MOST_ENTRIES}", "Pack the instance alone.")


def _too_large(name: str, largest_bytes: int) -> Fault:
    return Fault(name, None, None, "a larger file", f"must be at most {largest_bytes / 1e6:,.0f} MB",
                 "Remove sheets and rows that are not part of the instance.")  # fmt: skip


def _not_taken(name: str) -> Fault:
    return Fault(name, None, None, f"a file of type {Path(name).suffix or '(none)'}",
                 "must be .xlsx, .zip, or .csv and .toml files", "Save it as one of these.")  # fmt: skip
