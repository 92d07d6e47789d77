"""The draft of the run in the address, opened once and kept, and who a token in a form stands for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from models.shared.faults import InputFaults
from nwl_opt.app.context import context_of, opaque
from nwl_opt.app.forms import Form
from nwl_opt.app.theatres.opened import Lists, OpenLists, patient_of
from nwl_opt.run_folder import RECORD_FILE
from nwl_opt.theatres.manual.drafts import Draft, read_draft
from nwl_opt.theatres.manual.opened import OpenPlan, open_plan
from nwl_opt.theatres.manual.versions import last_version

DRAFTS_FOLDER = "drafts"


@dataclass(frozen=True)
class OpenDraft:
    """A run, its plan ready to be changed, the folder of its draft and the draft as it stands."""

    lists: OpenLists
    plan: OpenPlan
    folder: Path
    draft: Draft
    damage: str = ""
    """Why the draft cannot be read; it is then shown without changes, and can only be discarded."""

    @property
    def name(self) -> str:
        return self.lists.opened.name

    def token(self, request: Request, patient_id: str) -> str:
        """What stands for a patient in addresses and forms."""
        return opaque(request, self.name, patient_id)


def drafts_folder(request: Request, run_name: str) -> Path:
    """Where the draft of a run is kept: beside the runs, not in the run, which stays as it was saved."""
    return context_of(request).settings.own_folder.absolute() / DRAFTS_FOLDER / run_name


def open_draft(request: Request, lists: Lists) -> OpenDraft:
    """The draft of the run; plan and draft are read anew only when they have changed."""
    context, run = context_of(request), lists.opened
    changed_at = (run.folder / RECORD_FILE).stat().st_mtime_ns
    plan = context.inputs.get(("theatres changing", run.folder, changed_at), lambda: open_plan(run.folder))
    folder = drafts_folder(request, run.name)
    key = ("theatres draft", folder, changed_at, last_version(folder))
    try:
        return OpenDraft(lists, plan, folder, context.inputs.get(key, lambda: read_draft(folder, plan)))
    except InputFaults as error:
        words = " ".join(f"{fault.found}. {fault.mend}" for fault in error.faults)
        return OpenDraft(lists, plan, folder, Draft(last_version(folder), (), plan.start), words)


Opened = Annotated[OpenDraft, Depends(open_draft)]


def version_in(form: Form) -> int:
    """The version of the draft a form was made for; one that cannot be is never the last."""
    text = form.text("version")
    return int(text) if text.isdecimal() and len(text) <= 6 else -1


def patient_in(request: Request, opened: OpenDraft, form: Form, name: str) -> str:
    """The patient a field of a form stands for; empty where it was left empty.

    Raises
    ------
    HTTPException
        If it stands for none of this run.
    """
    token = form.text(name)
    return patient_of(request, opened.lists, token) if token else ""
