"""Instances a solve can start from: shipped ones, those a user sent, and the inputs of a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fastapi import HTTPException, Request

from nwl_opt.app.context import AppContext, context_of
from nwl_opt.app.people import user_of
from nwl_opt.app.runs import find_run
from nwl_opt.app.uploads import all_uploads, read_upload
from nwl_opt.files.reading import read_header
from nwl_opt.opening import Validation, validate_instance
from nwl_opt.problems import REFERENCE, data_folder, kinds, shipped_instances
from nwl_opt.run_folder import INPUTS_FOLDER

SHIPPED, SENT, OF_RUN = "shipped", "sent", "run"
_REFERENCE_TITLE = "North West London reference"


@dataclass(frozen=True)
class Input:
    """An instance by its id: `shipped.KIND.NAME`, `sent.ID` or `run.NAME`. `kind` is what it was sent as."""

    id: str
    path: Path
    title: str
    kind: str

    @property
    def argument(self) -> str:
        """What a command is given to open it."""
        source, _, rest = self.id.partition(".")
        return rest.replace(".", "/", 1) if source == SHIPPED else str(self.path)

    @property
    def is_workbook(self) -> bool:
        return self.path.suffix.lower() == ".xlsx"


def uploads_folder(context: AppContext) -> Path:
    """Where what users send is kept."""
    return context.settings.own_folder / "uploads"


def shipped_inputs(kind: str) -> list[Input]:
    """The instances shipped for a kind, the reference first."""
    names = sorted(shipped_instances(kind), key=lambda name: (name != REFERENCE, name))
    return [_shipped(kind, name) for name in names]


def sent_inputs(request: Request, kind: str) -> list[Input]:
    """What this user has sent for a kind, the newest first."""
    user = user_of(request)
    sent = [
        one for one in all_uploads(uploads_folder(context_of(request))) if one.kind == kind and user.owns(one.owner)
    ]
    return [
        Input(f"{SENT}.{one.id}", one.path, one.name, kind)
        for one in sorted(sent, key=lambda one: one.sent_at, reverse=True)
    ]


def find_input(request: Request, input_id: str) -> Input:
    """The instance of an id.

    Raises
    ------
    HTTPException
        If there is none, or it is another's.
    """
    source, _, rest = input_id.partition(".")
    if source == SHIPPED:
        kind, _, name = rest.partition(".")
        if kind in kinds() and name in shipped_instances(kind):
            return _shipped(kind, name)
    elif source == OF_RUN:
        opened = find_run(request, rest)
        return Input(input_id, opened.folder / INPUTS_FOLDER, f"Inputs of {opened.title}", opened.kind)
    elif source == SENT:
        upload = read_upload(uploads_folder(context_of(request)), rest)
        if upload is not None and user_of(request).owns(upload.owner):
            return Input(input_id, upload.path, upload.name, upload.kind)
    raise HTTPException(404, "There is no such instance, or it is not yours.")


def validated(request: Request, found: Input) -> Validation:
    """An instance looked at now, or as it was looked at before if no file of it has changed since.

    Raises
    ------
    InputFaults
        If there is nothing to look at.
    """
    key = (found.path, newest_change(found.path))
    return context_of(request).inputs.get(key, lambda: validate_instance(found.path))


def newest_change(path: Path) -> int:
    """When anything of an instance was last written, in nanoseconds; 0 where nothing is there."""
    files = [path] if path.is_file() else [one for one in path.glob("*") if one.is_file()]
    return max((one.stat().st_mtime_ns for one in files), default=0)


def _shipped(kind: str, name: str) -> Input:
    path = data_folder(kind) / name
    title = _REFERENCE_TITLE if name == REFERENCE else str(read_header(path).get("title", name))
    return Input(f"{SHIPPED}.{kind}.{name}", path, title, kind)
