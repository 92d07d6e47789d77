"""The process of one job: runs a command of ours, listens for a cancel, and says how it ended.

Started as `python -m nwl_opt.app.jobs.process FOLDER`, apart from the server, so that it goes on without it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from pathlib import Path

from nwl_opt.app.jobs.lock import hold
from nwl_opt.app.jobs.record import (
    CANCEL_FILE,
    DONE_FILE,
    ERRORS_FILE,
    LOCK_FILE,
    OUTPUT_FILE,
    STARTED_FILE,
    read_job,
)
from nwl_opt.cli import main
from nwl_opt.files.atomic import write_json

_LOOK_EVERY_SECONDS = 0.2


def run_job(folder: Path) -> int:
    """Run the job of a folder, and write how it ended.

    Does nothing where another process has it, or where it was stopped while this one was starting: its user has been
    told that it never began.
    """
    job = read_job(folder)
    lock = hold(folder / LOCK_FILE)
    if job is None or lock is None or (folder / STARTED_FILE).exists() or (folder / CANCEL_FILE).exists():
        return 1
    started = time.monotonic()
    write_json(folder / STARTED_FILE, {"pid": os.getpid()})
    ended = threading.Event()
    threading.Thread(target=_listen, args=(folder / CANCEL_FILE, ended), daemon=True).start()
    with (
        (folder / OUTPUT_FILE).open("w", encoding="utf-8") as out,
        (folder / ERRORS_FILE).open("w", encoding="utf-8") as errors,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(errors),
    ):
        code = main(job.argv)
    ended.set()
    write_json(folder / DONE_FILE, {"exit_code": code, "seconds": round(time.monotonic() - started, 2)})
    lock.close()
    return code


def _listen(cancel: Path, ended: threading.Event) -> None:
    """Turn the cancel file into what Ctrl-C is in a terminal: the first asks politely."""
    while not ended.wait(_LOOK_EVERY_SECONDS):
        if cancel.exists():
            signal.raise_signal(signal.SIGINT)
            return


if __name__ == "__main__":
    sys.exit(run_job(Path(sys.argv[1])))
