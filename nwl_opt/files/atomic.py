"""Files that are there whole or not at all, and what they hash to."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_REPLACE_TRIES = 20


def write_atomically(path: Path, content: bytes, durable: bool = True) -> None:
    """Write a file so that a reader, or a crash, never sees half of it; durable: not even after a power cut.

    Raises
    ------
    OSError
        If the folder cannot be written to.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    with partial.open("wb") as file:
        file.write(content)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    _replace(partial, path)


def write_json(path: Path, value: Mapping[str, object] | Sequence[object], durable: bool = True) -> None:
    """Write a JSON document atomically; numbers that are not finite are refused, so any reader can read it."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    write_atomically(path, f"{text}\n".encode(), durable)


def read_json(path: Path) -> dict[str, object]:
    """Read a JSON document whose top is an object.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is not a JSON object.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except RecursionError:
        raise ValueError(f"{path.name} is nested beyond reason") from None
    if not isinstance(value, dict):
        raise ValueError(f"{path.name} does not hold a JSON object")
    return value


def append_json_line(path: Path, value: Mapping[str, object]) -> None:
    """Add one line to a file of JSON lines; a reader may find the last line cut short and must skip it."""
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n")


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _replace(partial: Path, path: Path) -> None:
    """Rename over the old file; on Windows a reader may hold it for a moment, so try again."""
    for attempt in range(_REPLACE_TRIES):
        try:
            partial.replace(path)
        except PermissionError:
            if attempt == _REPLACE_TRIES - 1:
                raise
            time.sleep(0.05)
        else:
            return
