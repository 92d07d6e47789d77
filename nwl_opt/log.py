"""The log of a run: one JSON object a line, what happened and when, never a cell of anybody's data."""

from __future__ import annotations

import datetime as dt
import json
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOG_FILE = "log.jsonl"


class _JsonLines(logging.Formatter):
    """Time, level, process, event and the named details of a record."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": record.process,
            "event": record.getMessage(),
        }
        details = getattr(record, "details", None)
        if isinstance(details, dict):
            line.update(details)
        return json.dumps(line, ensure_ascii=False, default=str)


class RunLog:
    """Writes events to a run's log."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger

    def event(self, name: str, **details: str | int | float | bool | None) -> None:
        """Something happened; `details` are counts, names of stages and the like."""
        self._logger.info(name, extra={"details": details})

    def bug(self, error: BaseException) -> None:
        """An error of our own: where it happened and of which type. Its message may hold data, so it stays out."""
        frames = [f"{f.filename}:{f.lineno} in {f.name}" for f in traceback.extract_tb(error.__traceback__)]
        self._logger.error("bug", extra={"details": {"type": type(error).__name__, "traceback": frames}})


@contextmanager
def run_log(folder: Path) -> Iterator[RunLog]:
    """The log of a run folder, open while the context lasts."""
    logger = logging.Logger(f"nwl_opt.run.{folder.name}", logging.INFO)  # its own: two runs never share one
    handler = logging.FileHandler(folder / LOG_FILE, encoding="utf-8")
    handler.setFormatter(_JsonLines())
    logger.addHandler(handler)
    try:
        yield RunLog(logger)
    finally:
        logger.removeHandler(handler)
        handler.close()
