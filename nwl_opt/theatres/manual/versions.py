"""Documents kept version by version: one file a version, never written twice, so that nobody overwrites anybody."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

from nwl_opt.files.atomic import read_json, write_atomically

_VERSION_FILE = re.compile(r"(\d{6})\.json")


class LostUpdate(Exception):
    """Somebody has changed a draft since it was looked at; the message says who, when and what."""


def last_version(folder: Path) -> int:
    """The number of the last version; 0 where there is none."""
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return max((int(m[1]) for name in names if (m := _VERSION_FILE.fullmatch(name))), default=0)


def read_version(folder: Path, version: int) -> Mapping[str, object]:
    """The document of a version.

    Raises
    ------
    OSError, ValueError
        If it cannot be read.
    """
    return read_json(_path(folder, version))


def write_version(folder: Path, version: int, document: Mapping[str, object]) -> None:
    """Write a version that is not there yet, whole or not at all; whoever is second learns it.

    Raises
    ------
    LostUpdate
        If somebody else wrote this version first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    mine = folder / f"{version:06d}.{os.urandom(6).hex()}.part"
    write_atomically(mine, f"{text}\n".encode())
    try:
        os.link(mine, _path(folder, version))
    except FileExistsError:
        raise LostUpdate("Somebody has changed this at the very same moment, so nothing was done.") from None
    finally:
        mine.unlink(missing_ok=True)


def _path(folder: Path, version: int) -> Path:
    return folder / f"{version:06d}.json"
