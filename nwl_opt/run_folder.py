"""A run's folder: where it stands, what lies in it, and how it is read again."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from nwl_opt.files.atomic import read_json, sha256_of
from nwl_opt.plain import mapping_of, objects_of

RUNS_VARIABLE = "NWL_OPT_RUNS"
REQUEST_FILE = "request.json"
RECORD_FILE = "run.json"
PROGRESS_FILE = "progress.jsonl"
EXPLANATION_FILE = "explanation.json"
DECISIONS_FILE = "decisions.json"
SCENARIO_FILE = "scenario.toml"
INPUTS_FOLDER = "inputs"
BASELINES_FOLDER = "baselines"
SCENARIOS_FOLDER = "scenarios"  # what would have to change for a plan to exist
WORK_FOLDER = "work"  # files between parent and worker; gone once the run is finished
CANCEL_FILE = "cancel"
INCUMBENT_FILE = "incumbent.json"
GIVEN_FILE = "given.json"  # an outcome that is known already: then nothing is solved
OUTCOME_FILE = "outcome.json"
SENTENCES_FILE = "sentences.json"
BUG_FILE = "bug.json"
OUTPUT_FILE = "solver_output.txt"  # kept only when a solver crashed
_ID_DIGITS = 8


@dataclass(frozen=True)
class SavedRun:
    """A run folder that was read. `record` is None for an unfinished run."""

    folder: Path
    request: Mapping[str, object]
    record: Mapping[str, object] | None

    @property
    def kind(self) -> str:
        return str((self.record or self.request).get("kind", ""))

    @property
    def status(self) -> str:
        return "unfinished" if self.record is None else str(self.record.get("status", ""))

    @property
    def stage_values(self) -> dict[str, float | None] | None:
        """The value of each stage by name, as the run recorded them; None when it recorded none."""
        stages = objects_of((self.record or {}).get("stages"))
        values = {str(stage["name"]): stage["value"] for stage in stages}
        return {k: float(v) if isinstance(v, (int, float)) else None for k, v in values.items()} or None


def runs_root() -> Path:
    """Where runs are saved by default: `NWL_OPT_RUNS`, else the folder `runs` here."""
    return Path(os.environ.get(RUNS_VARIABLE) or "runs")


def create_run_folder(kind: str, sha256: str, out: Path | None) -> Path:
    """A new folder for one run. Two runs that start at once never get the same one.

    Raises
    ------
    InputFaults
        If the folder asked for holds something already, or cannot be made.
    """
    try:
        folder = _numbered_folder(kind, sha256) if out is None else _asked_folder(out)
        with (folder / REQUEST_FILE).open("x", encoding="utf-8"):
            pass
        for name in (INPUTS_FOLDER, WORK_FOLDER):
            (folder / name).mkdir()
    except FileExistsError:
        raise InputFaults([_not_empty(out or runs_root())]) from None
    except OSError as error:
        raise InputFaults([Fault(str(out or runs_root()), None, None, f"cannot be written ({error.strerror})",
                                 "must be a folder we may write to",
                                 f"Choose another with --out or {RUNS_VARIABLE}.")]) from None  # fmt: skip
    return folder


def refuse_used_folder(out: Path) -> None:
    """Say before any work that a folder holds something already; none is made.

    Raises
    ------
    InputFaults
        If it is not new or empty.
    """
    if _is_used(out):
        raise InputFaults([_not_empty(out)])


def is_run_folder(path: Path) -> bool:
    """Whether a path is a folder that `solve` made, finished or not."""
    return any((path / name).is_file() for name in (REQUEST_FILE, RECORD_FILE))


def refuse_inside(out: Path, run: Path) -> None:
    """Refuse to write into a run: its files are on record, and it is passed on as it is.

    Raises
    ------
    InputFaults
        If the folder to write is in the run's.
    """
    inside, place = run.resolve(), out.resolve()
    if place == inside or inside in place.parents:
        raise InputFaults([Fault(str(out), None, None, "is inside the run folder", "--out must lie outside it",
                                 "Choose another folder.")])  # fmt: skip


def new_folder(out: Path) -> Path:
    """A new or empty folder, for what holds more than one run.

    Raises
    ------
    InputFaults
        If it holds something already, or cannot be made.
    """
    try:
        return _asked_folder(out)
    except FileExistsError:
        raise InputFaults([_not_empty(out)]) from None
    except OSError as error:
        raise InputFaults([Fault(str(out), None, None, f"cannot be written ({error.strerror})",
                                 "must be a folder we may write to",
                                 "Choose another with --out.")]) from None  # fmt: skip


def _numbered_folder(kind: str, sha256: str) -> Path:
    now = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    root = runs_root()
    root.mkdir(parents=True, exist_ok=True)
    for number in range(1, 1000):
        suffix = "" if number == 1 else f"-{number}"
        folder = root / f"{now}-{kind}-{sha256[:8]}{suffix}"
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise FileExistsError(root)


def _asked_folder(out: Path) -> Path:
    if _is_used(out):
        raise FileExistsError(out)
    out.mkdir(parents=True, exist_ok=True)
    return out


def _is_used(out: Path) -> bool:
    return out.exists() and (not out.is_dir() or any(out.iterdir()))


def _not_empty(out: Path) -> Fault:
    return Fault(str(out), None, None, "not empty", "--out must name a new or an empty folder",
                 "Choose another folder; nothing was overwritten.")  # fmt: skip


def read_run(folder: Path) -> SavedRun:
    """Read a run folder, finished or not.

    Raises
    ------
    InputFaults
        If the folder is not there, is not a run, or its records are damaged.
    """
    if not (folder / REQUEST_FILE).is_file() and not (folder / RECORD_FILE).is_file():
        raise InputFaults([Fault(str(folder), None, None, "not a run", "must be a folder made by nwl-opt solve",
                                 "nwl-opt runs lists the runs.")])  # fmt: skip
    request = _document(folder, REQUEST_FILE) or {}
    return SavedRun(folder, request, _document(folder, RECORD_FILE))


def finished(run: SavedRun) -> Mapping[str, object]:
    """The record of a run that is finished.

    Raises
    ------
    InputFaults
        If the run has no record.
    """
    if run.record is None:
        raise InputFaults([Fault(str(run.folder), None, None, "an unfinished run",
                                 f"must hold {RECORD_FILE}, which is written when a run is finished",
                                 "It is still running, or was stopped before the end: solve again.")])  # fmt: skip
    return run.record


def list_runs(root: Path) -> Iterator[SavedRun]:
    """The runs in a folder, the newest last; folders that are no runs are left out, damaged ones are unfinished."""
    if not root.is_dir():
        return
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        if (folder / REQUEST_FILE).is_file():
            try:
                yield read_run(folder)
            except InputFaults:
                yield SavedRun(folder, {}, None)


def short_id(folder: Path) -> str:
    """A short name of a run and of no other, for the names of files made from it: a hash of its record.

    Of an unfinished run it is a hash of what was asked.
    """
    record = folder / RECORD_FILE
    return sha256_of(record if record.is_file() else folder / REQUEST_FILE)[:_ID_DIGITS]


def file_entry(folder: Path, path: Path, rows: int) -> dict[str, object]:
    """A file as the record lists it: name, hash, rows."""
    return {"file": path.relative_to(folder).as_posix(), "sha256": sha256_of(path), "rows": rows}


def changed_files(run: SavedRun) -> tuple[int, list[str]]:
    """How many files the record lists, and those that are no longer what it says.

    Raises
    ------
    InputFaults
        If the run is unfinished.
    """
    record = finished(run)
    entries = [*objects_of(record.get("inputs")), *objects_of(record.get("outputs"))]
    return len(entries), list(_changed(run.folder, entries))


def _changed(folder: Path, entries: Sequence[Mapping[str, object]]) -> Iterator[str]:
    for entry in entries:
        name = str(entry.get("file", ""))
        path = folder / name
        if not path.is_file():
            yield f"{name}: not there any more"
        elif sha256_of(path) != entry.get("sha256"):
            yield f"{name}: changed since the run was saved"


def _document(folder: Path, name: str) -> Mapping[str, object] | None:
    path = folder / name
    if not path.is_file() or path.stat().st_size == 0:
        return None
    try:
        return mapping_of(read_json(path))
    except (OSError, ValueError) as error:
        raise InputFaults([Fault(str(path), None, None, f"damaged ({type(error).__name__})", "must be a JSON record",
                                 "Bring the file back, or solve again.")]) from None  # fmt: skip
