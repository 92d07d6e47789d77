"""The runs a user may see, opened for a page; what takes long is read once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from fastapi import HTTPException, Request

from models.shared.faults import InputFaults
from models.shared.parsing import TypedTable
from models.shared.problem import Explanation, View
from nwl_opt.app.context import AppContext, context_of
from nwl_opt.app.people import user_of
from nwl_opt.files.lazy_tables import LazyTables
from nwl_opt.opening import Validation, validate_instance
from nwl_opt.plain import explanations_from_json, mapping_of, number_of, stages_from_json
from nwl_opt.problems import load_problem
from nwl_opt.rechecking import saved_sentences
from nwl_opt.run_folder import (
    BASELINES_FOLDER,
    DECISIONS_FILE,
    INPUTS_FOLDER,
    RECORD_FILE,
    SavedRun,
    read_run,
)
from nwl_opt.words import provenance_sentences, status_sentence
from solvers.types import StageResult

_OF_EVERY_RUN = {"title": str, "started_at": str, "instance": Mapping}
_OF_FINISHED = {"status": str, "stages": list, "kpis": Mapping, "inputs": list, "outputs": list, "settings": Mapping}
_HOLDS = {"instance": "sha256", "scenario": "title", "parent_run": "command", "check": "passed"}
"""What pages take from records. One that has lost any of it is damaged, and must not break lists of other runs."""
RUN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class OpenRun:
    """One saved run, as pages ask for it. Tables and inputs are read when they are first asked for, then kept."""

    saved: SavedRun

    @property
    def folder(self) -> Path:
        return self.saved.folder

    @property
    def name(self) -> str:
        return self.saved.folder.name

    @property
    def kind(self) -> str:
        return self.saved.kind

    @property
    def status(self) -> str:
        return self.saved.status

    @property
    def request(self) -> Mapping[str, object]:
        return self.saved.request

    @property
    def record(self) -> Mapping[str, object]:
        """What `run.json` says; empty for an unfinished run."""
        return self.saved.record or {}

    @property
    def title(self) -> str:
        return str((self.saved.record or self.saved.request).get("title", self.name))

    @property
    def is_finished(self) -> bool:
        return self.saved.record is not None

    @property
    def has_plan(self) -> bool:
        """Whether it came to a plan, checked or not."""
        return (self.folder / DECISIONS_FILE).is_file()

    @property
    def check_passed(self) -> bool | None:
        """The verdict of the independent check; None where nothing was checked."""
        passed = mapping_of(self.record.get("check")).get("passed")
        return passed if isinstance(passed, bool) else None

    @property
    def stages(self) -> tuple[StageResult, ...]:
        return stages_from_json(self.record.get("stages"))

    @property
    def status_words(self) -> str:
        return status_sentence(self.status, self.has_plan, self.stages)

    @property
    def provenance(self) -> list[str]:
        """Where the numbers come from, in sentences every page of the run shows."""
        shares = {k: number_of(v) or 0.0 for k, v in mapping_of(self.record.get("provenance")).items()}
        return provenance_sentences(shares)

    @cached_property
    def sentences(self) -> tuple[Explanation, ...]:
        return explanations_from_json(saved_sentences(self.saved)) if self.is_finished else ()

    @cached_property
    def tables(self) -> Mapping[str, TypedTable]:
        """The plan's tables by name, typed, each read when it is asked for; one that was not written is empty."""
        return self._tables_in(self.folder)

    @cached_property
    def validation(self) -> Validation:
        """The instance the run was solved with."""
        return validate_instance(self.folder / INPUTS_FOLDER)

    @cached_property
    def views(self) -> tuple[View, ...]:
        """The short tables of the problem; none without a plan."""
        if not self.has_plan:
            return ()
        cells = {name: [row.cells for row in table] for name, table in self.tables.items()}
        return tuple(self.validation.open().view(cells))

    @cached_property
    def baseline_names(self) -> tuple[str, ...]:
        folder = self.folder / BASELINES_FOLDER
        return tuple(sorted(path.name for path in folder.iterdir())) if folder.is_dir() else ()

    def baseline(self, name: str) -> Mapping[str, TypedTable]:
        """The tables of a baseline of this run.

        Raises
        ------
        KeyError
            If the run has no such baseline.
        """
        if name not in self.baseline_names:
            raise KeyError(name)
        return self._tables_in(self.folder / BASELINES_FOLDER / name)

    def _tables_in(self, folder: Path) -> Mapping[str, TypedTable]:
        return LazyTables(folder, load_problem(self.kind).register)


def find_run(request: Request, name: str) -> OpenRun:
    """A run by its folder's name.

    Raises
    ------
    HTTPException
        If there is none, or it is another's: both are told alike.
    """
    context, user = context_of(request), user_of(request)
    folder = context.settings.runs_root / name
    if not RUN_NAME.fullmatch(name) or not folder.is_dir():
        raise HTTPException(404, "There is no such run, or it is not yours.")
    try:
        opened = opened_run(context, folder)
    except InputFaults:
        raise HTTPException(404, "There is no such run, or its records are damaged.") from None
    if not user.owns(owner_of(opened.saved)):
        raise HTTPException(404, "There is no such run, or it is not yours.")
    if not _is_whole(opened.saved):
        raise HTTPException(404, "The records of this run are damaged: nothing in it can be trusted.")
    return opened


def opened_run(context: AppContext, folder: Path) -> OpenRun:
    """A run read now, or as it was read before if it has not changed since."""
    record = folder / RECORD_FILE
    changed_at = record.stat().st_mtime_ns if record.is_file() else None
    if changed_at is None:
        return OpenRun(read_run(folder))
    return context.runs.get((folder, changed_at), lambda: OpenRun(read_run(folder)))


def owner_of(run: SavedRun) -> object:
    """Whose run it is: whoever asked for it."""
    return run.request.get("who") or (run.record or {}).get("who")


def open_run(kind: str) -> Callable[[Request, str], OpenRun]:
    """What a page of a kind depends on: the run in its address, of that kind, finished or not."""

    def dependency(request: Request, run: str) -> OpenRun:
        opened = find_run(request, run)
        if opened.kind != kind:
            raise HTTPException(404, f"This run is of kind {opened.kind or 'unknown'}, not {kind}.")
        return opened

    return dependency


class SeeOverview(Exception):
    """A page that needs a plan was asked of a run without one: its overview says what came of it."""

    def __init__(self, run: str) -> None:
        super().__init__(run)
        self.url = f"/runs/{run}"


def open_plan(kind: str) -> Callable[[Request, str], OpenRun]:
    """As `open_run`, for pages that need a plan."""
    any_run = open_run(kind)

    def dependency(request: Request, run: str) -> OpenRun:
        opened = any_run(request, run)
        if not opened.has_plan or not opened.is_finished:
            raise SeeOverview(opened.name)
        return opened

    return dependency


def runs_of(request: Request, kind: str = "") -> list[SavedRun]:
    """The runs a user may see, the newest first."""
    context, user = context_of(request), user_of(request)
    root = context.settings.runs_root
    found = [run for run in _all_runs(context, root) if user.owns(owner_of(run)) and kind in ("", run.kind)]
    return sorted(found, key=started_at, reverse=True)


def started_at(run: SavedRun) -> str:
    """When a run began, as its record says it."""
    return str((run.record or run.request).get("started_at", ""))


def _all_runs(context: AppContext, root: Path) -> list[SavedRun]:
    """Finished runs are remembered: a history of hundreds is not read anew for every page."""
    if not root.is_dir():
        return []
    found: list[SavedRun | None] = []
    for folder in sorted(path for path in root.iterdir() if path.is_dir() and RUN_NAME.fullmatch(path.name)):
        record = folder / RECORD_FILE
        if record.is_file():
            found.append(context.small.get((folder, record.stat().st_mtime_ns), partial(_readable, folder)))
        else:
            found.append(_readable(folder))
    return [run for run in found if run is not None]


def _readable(folder: Path) -> SavedRun | None:
    """The run of a folder; None where it is none, or its records are damaged."""
    try:
        run = read_run(folder)
    except InputFaults:
        return None
    return run if run.kind and _is_whole(run) else None


def _is_whole(run: SavedRun) -> bool:
    """Whether the records hold what every page needs."""
    kept = run.request if run.record is None else run.record
    needed = _OF_EVERY_RUN if run.record is None else {**_OF_EVERY_RUN, **_OF_FINISHED}
    return (
        all(isinstance(kept.get(key), kind) for key, kind in needed.items())
        and all(kept.get(key) is None or name in mapping_of(kept[key]) for key, name in _HOLDS.items())
        and {"scenario", "who", "why", "parent_run", *(("check",) if run.record is not None else ())} <= set(kept)
        and isinstance(mapping_of(kept["instance"])["sha256"], str)
    )
