"""Whether a run still speaks of the inputs as they are now."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path

from fastapi import Request

from models.shared.faults import InputFaults
from nwl_opt.app.context import context_of
from nwl_opt.app.inputs import newest_change, sent_inputs, uploads_folder
from nwl_opt.app.runs import OpenRun
from nwl_opt.app.uploads import read_upload
from nwl_opt.opening import sha256_of_instance, validate_instance
from nwl_opt.plain import mapping_of
from nwl_opt.run_folder import SCENARIO_FILE, changed_files
from nwl_opt.scenario import read_scenario


def what_changed(request: Request, opened: OpenRun) -> list[str]:
    """What is no longer as it was when the run was made, in sentences; empty where nothing is."""
    if not opened.is_finished:
        return []
    said = [
        f"{file} of this run is not what was saved, so what stands here of it was never checked: "
        "bring the file back, or solve again."
        for file in files_not_as_saved(request, opened)
    ]
    source = _source(opened)
    if source is not None and _differs(request, opened, source):
        said.append("The inputs have changed since this run: solve again to see what follows from them.")
    said += _newer_sent(request, opened, source)
    return said


def files_not_as_saved(request: Request, opened: OpenRun) -> list[str]:
    """The files of a run that are gone, or not what was saved; its check speaks of none of them."""
    if not opened.is_finished:
        return []
    key = ("files", opened.folder, _marks(opened.folder))
    return context_of(request).small.get(
        key, lambda: [file.partition(":")[0] for file in changed_files(opened.saved)[1]]
    )


def _marks(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What differs as soon as a file comes, goes or is written: names, sizes and times, for a copy keeps its time."""
    found: list[tuple[str, int, int]] = []
    for path in sorted(folder.rglob("*")):
        with suppress(FileNotFoundError):  # it went while we looked: then it is no mark
            state = path.stat()
            found.append((path.relative_to(folder).as_posix(), state.st_size, state.st_mtime_ns))
    return tuple(found)


def _source(opened: OpenRun) -> Path | None:
    """What the run was made from, where that is still an instance."""
    text = mapping_of(opened.record.get("instance")).get("path")
    path = Path(str(text)) if text else None
    if path is None or not path.exists() or opened.record.get("parent_run"):
        return None
    return path


def _differs(request: Request, opened: OpenRun, source: Path) -> bool:
    """Whether the instance now says something else; only looked at if a file of it is newer than the run."""
    newest = newest_change(source)
    started = dt.datetime.fromisoformat(str(opened.record["started_at"])).timestamp()
    if newest / 1e9 <= started:
        return False
    key = ("differs", opened.folder, source, newest)
    return context_of(request).small.get(key, lambda: _hash_differs(opened, source))


def _hash_differs(opened: OpenRun, source: Path) -> bool:
    path = opened.folder / SCENARIO_FILE
    try:
        scenario = read_scenario(path) if path.exists() else None
        now = validate_instance(source, scenario, mapping_of(opened.record.get("set")))
    except InputFaults:
        return True
    before = mapping_of(opened.record.get("instance")).get("sha256")
    return sha256_of_instance(now.raw, now.problem.register) != before


def _newer_sent(request: Request, opened: OpenRun, source: Path | None) -> list[str]:
    """A file of the same name that was sent after this one."""
    if source is None:
        return []
    folder = uploads_folder(context_of(request)).absolute()
    if folder not in source.absolute().parents:
        return []
    own = read_upload(folder, source.absolute().relative_to(folder).parts[0])
    if own is None:
        return []
    newest = next((one for one in sent_inputs(request, opened.kind) if one.title == own.name), None)
    if newest is None or newest.id.endswith(own.id):
        return []
    return [f"A newer {own.name} was sent after this run was made: the inputs have changed since this run."]
