"""Which files we do not open as a workbook, and why, in words."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree

from models.shared.faults import Fault, InputFaults
from nwl_opt.files.sheet_extent import LARGEST_EXTENT_CELLS, extent_cells

LARGEST_WORKBOOK_BYTES = 50_000_000
LARGEST_UNPACKED_BYTES = 600_000_000
MOST_ENTRIES = 3000
_LISTS, _LARGEST_LIST_BYTES = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"), 5_000_000  # parsed as a tree
_LISTED_ENTRY = b"PK\x01\x02"  # may stand in packed data by chance, hardly ever
DAMAGED_ARCHIVE = (  # what reading a damaged or encrypted zip archive may raise
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    LookupError,
    ValueError,
    RuntimeError,
    EOFError,
    OSError,
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and what a password wraps an .xlsx in
_PASSWORD = "EncryptedPackage".encode("utf-16-le")
_BLOCK_BYTES = 1 << 20


def refuse_what_we_do_not_open(path: Path) -> None:
    """Look at a file before any of it is read as a workbook.

    Raises
    ------
    InputFaults
        If it is no .xlsx workbook, has a password or macros, or is larger than we open, packed or unpacked.
    """
    if not path.is_file():
        raise InputFaults([Fault(path.name, None, None, "no file", "must be a folder or a file",
                                 "Give an instance folder or a workbook.")])  # fmt: skip
    _refuse_other_endings(path)
    size = path.stat().st_size
    if size > LARGEST_WORKBOOK_BYTES:
        raise InputFaults([_too_large(path, size, LARGEST_WORKBOOK_BYTES)])
    _refuse_other_contents(path)
    if has_too_many_entries(path):
        raise InputFaults([unreadable(path, "thousands of files inside")])
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            too_long = any(archive.getinfo(part).file_size > _LARGEST_LIST_BYTES for part in _LISTS if part in names)
            unpacked = _unpacked_bytes(archive)
            reaches = extent_cells(archive) if unpacked <= LARGEST_UNPACKED_BYTES else 0
    except DAMAGED_ARCHIVE as error:
        raise InputFaults([unreadable(path, str(error))]) from None
    if unpacked > LARGEST_UNPACKED_BYTES:
        raise InputFaults([_too_large(path, unpacked, LARGEST_UNPACKED_BYTES, " when unpacked")])
    if too_long:
        raise InputFaults([unreadable(path, "its list of sheets is beyond reason")])
    if reaches > LARGEST_EXTENT_CELLS:
        raise InputFaults([Fault(path.name, None, None, "a cell far away from the others",
                                 f"sheets must reach over at most {LARGEST_EXTENT_CELLS / 1e6:.0f} million cells",
                                 "Press Ctrl-End on each sheet; delete the rows and columns after the last one used, "
                                 "and save.")])  # fmt: skip
    if "xl/vbaProject.bin" in names:
        raise InputFaults([Fault(path.name, None, None, "macros inside", "must be a workbook without macros",
                                 "Save it as .xlsx from Excel.")])  # fmt: skip


def has_too_many_entries(archive: Path) -> bool:
    """Whether a zip archive lists more files than we open; looked at before its list is read into memory."""
    with archive.open("rb") as file:
        data = file.read()
    return data.count(_LISTED_ENTRY) > MOST_ENTRIES


def unreadable(path: Path, reason: str) -> Fault:
    """The fault of a workbook that is damaged."""
    return Fault(path.name, None, None, f"an unreadable workbook ({reason})", "must be an .xlsx workbook",
                 "Open it in Excel, remove any password, and save it as .xlsx.")  # fmt: skip


def _refuse_other_endings(path: Path) -> None:
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return
    expected, mend = {
        ".xlsm": ("must be a workbook without macros", "Save it as .xlsx."),
        ".xls": ("must be a workbook in today's format", "Open it in Excel and save it as .xlsx."),
        ".xlsb": ("must be a workbook as .xlsx", "Open it in Excel and save it as .xlsx."),
        ".ods": ("must be a workbook as .xlsx", "Open it and save it as .xlsx."),
        ".zip": ("must be a folder or a workbook", "Unpack it and give the folder that holds instance.toml."),
    }.get(suffix, ("must be a folder with instance.toml, or one .xlsx workbook",
                   "Give the folder that holds the file, or save the workbook as .xlsx."))  # fmt: skip
    found = "a workbook with macros" if suffix == ".xlsm" else f"a file of type {suffix or '(none)'}"
    raise InputFaults([Fault(path.name, None, None, found, expected, mend)])


def _refuse_other_contents(path: Path) -> None:
    """A file can be called .xlsx and be something else: its first bytes tell."""
    try:
        with path.open("rb") as file:
            start = file.read(len(_OLD_OFFICE))
            locked = start == _OLD_OFFICE and _PASSWORD in file.read()
    except OSError as error:
        raise InputFaults([unreadable(path, str(error.strerror))]) from None
    if not start:
        raise InputFaults([Fault(path.name, None, None, "an empty file", "must be an .xlsx workbook",
                                 "Save the workbook again; the copy that came here holds nothing.")])  # fmt: skip
    if locked:
        raise InputFaults([Fault(path.name, None, None, "an unreadable workbook (it has a password)",
                                 "must be a workbook without a password",
                                 "In Excel: File, Info, Protect Workbook, Encrypt with Password: clear it, save.",
                                 )])  # fmt: skip
    if start == _OLD_OFFICE:
        raise InputFaults([Fault(path.name, None, None, "an unreadable workbook (an old .xls inside)",
                                 "must be a workbook in today's format",
                                 "Open it in Excel and save it as Excel Workbook (.xlsx).")])  # fmt: skip
    if not start.startswith(b"PK"):
        raise InputFaults([Fault(path.name, None, None, "an unreadable workbook (it is text, or another file)",
                                 "must be an .xlsx workbook",
                                 "A CSV file does not become a workbook by a new name: open it in Excel, "
                                 "save it as .xlsx.")])  # fmt: skip


def _unpacked_bytes(archive: zipfile.ZipFile) -> int:
    """What is really inside, counted and not believed; counting stops where it is too much."""
    unpacked = 0
    for entry in archive.infolist():
        if unpacked + entry.file_size > LARGEST_UNPACKED_BYTES:
            return unpacked + entry.file_size
        with archive.open(entry) as part:
            while block := part.read(_BLOCK_BYTES):
                unpacked += len(block)
                if unpacked > LARGEST_UNPACKED_BYTES:
                    return unpacked
    return unpacked


def _too_large(path: Path, size: int, limit: int, how: str = "") -> Fault:
    return Fault(path.name, None, None, f"{size / 1e6:,.0f} MB{how}", f"must be at most {limit / 1e6:,.0f} MB{how}",
                 "Remove sheets and rows that are not part of the instance.")  # fmt: skip
