"""Dates that were offered to patients, or agreed with them: the same plan, held more firmly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from models.shared.problem import Outcome, SolveOptions
from models.theatres.instance import Instance
from nwl_opt.plain import stages_from_json
from nwl_opt.run_folder import refuse_used_folder
from nwl_opt.solving import Origin, RunResult, SolveRequest, run_validated
from nwl_opt.theatres.carry_over import carried_over, is_firmer
from nwl_opt.theatres.making_runs import Following
from nwl_opt.theatres.saved_lists import SavedLists, instance_of, read_saved_lists
from solvers.types import StageResult

KEPT_STAGE, DUE_STAGE = "bookings_kept", "due_dates_met"


@dataclass(frozen=True)
class Agreed:
    """The run in which bookings are firmer: patient -> state before, and the state they have now."""

    result: RunResult
    state: str
    before: Mapping[str, str]
    list_of: Mapping[str, str]


def agree(
    folder: Path,
    patients: Sequence[str],
    whole_lists: Sequence[str],
    state: str,
    out: Path,
    following: Following,
    who: str = "",
) -> Agreed:
    """Save a run with the same plan in which these bookings have this state.

    Raises
    ------
    InputFaults
        If the run or the folder cannot be used, or a patient or list is not in the plan; all faults are told.
    NoPlanToUse
        If the plan of the run must not be used.
    """
    refuse_used_folder(out)
    saved = read_saved_lists(folder)
    chosen = _chosen(saved, patients, whole_lists, state)
    validation = carried_over(saved, dict.fromkeys(chosen, state)).validated()
    instance = instance_of(validation)
    request = SolveRequest(
        path=folder,
        out=out,
        options=SolveOptions(studies=False),
        who=who,
        why=f"{state}: {', '.join(chosen)}",
        baselines=False,
        origin=Origin(folder, "agree"),
        given=_same_plan(saved, instance),
    )
    result = run_validated(request, None, validation, following.listener, following.asked_to_stop, following.started)
    before = {patient_id: saved.states[patient_id] for patient_id in chosen}
    return Agreed(result, state, before, {p: saved.plan.list_of[p] for p in chosen})


def _chosen(saved: SavedLists, patients: Sequence[str], whole_lists: Sequence[str], state: str) -> tuple[str, ...]:
    faults = [*_faults(saved, patients, whole_lists, state)]
    if faults:
        raise InputFaults(faults)
    on_lists = {b.patient_id for name in whole_lists for b in saved.plan.by_list[name]}
    wanted = {p for p in on_lists if is_firmer(state, saved.states[p])} | set(patients)
    if not wanted:
        expected = f"must have a patient whose booking is not {state} yet"
        raise InputFaults([Fault("--all-on", None, None, ", ".join(whole_lists), expected, "Name other lists.")])
    return tuple(sorted(wanted))


def _faults(saved: SavedLists, patients: Sequence[str], whole_lists: Sequence[str], state: str) -> Iterator[Fault]:
    if not patients and not whole_lists:
        yield Fault("PATIENT", None, None, "nobody", "must name patients, or lists with --all-on",
                    "Name at least one.")  # fmt: skip
    run = saved.run.run.folder.name
    for patient_id in dict.fromkeys(patients):
        if patient_id not in saved.instance.patients:
            yield Fault("PATIENT", None, None, patient_id, f"must be on the waiting list of {run}",
                        "Look it up in theatre_lists.csv.")  # fmt: skip
        elif patient_id not in saved.plan.list_of:
            yield Fault("PATIENT", None, None, patient_id, f"must be booked in {run}",
                        "not_booked.csv says why the patient is not.")  # fmt: skip
        elif is_firmer(saved.states[patient_id], state):
            yield Fault("PATIENT", None, None, f"{patient_id}, {saved.states[patient_id]}",
                        f"must not be firmer than {state} already",
                        "Only a named change undoes what was agreed: nwl-opt theatres repair.")  # fmt: skip
    for list_id in dict.fromkeys(whole_lists):
        if list_id not in saved.instance.lists:
            yield Fault("--all-on", None, None, list_id, f"must be a list of {run}", "Look it up in lists.csv.")
        elif not saved.plan.by_list[list_id]:
            yield Fault("--all-on", None, None, list_id, "must have patients on it", "Name another list.")


def _same_plan(saved: SavedLists, instance: Instance) -> Outcome:
    """The outcome of before: appointments that are made now are no longer part of it; every booking is kept."""
    decisions = saved.plan.decisions()
    made = {(a.patient_id, a.test_id, a.start) for a in instance.existing_appointments}
    left = [a for a in saved.plan.appointments if (a.patient_id, a.test_id, a.start) not in made]
    free = {"tests": [[a.patient_id, a.test_id, a.site_id, f"{a.start:%Y-%m-%dT%H:%M}"] for a in left]}
    record = saved.run.record
    return Outcome(
        status="optimal" if record.get("status") == "optimal" else "feasible",
        reason=str(record.get("reason", "")),
        decisions={**decisions, **free},
        stages=_stages(saved, instance),
        solvers=(),
        repeatable=True,
    )


def _stages(saved: SavedLists, instance: Instance) -> tuple[StageResult, ...]:
    """The values and bounds of before: no booking made firmer lets a plan reach more. All bookings are kept."""
    known = [one for one in stages_from_json(saved.run.record.get("stages")) if one.name != KEPT_STAGE]
    if not instance.movable_bookings:
        return tuple(known)
    points = float(sum(instance.kept_points(p, list_id) for p, list_id in saved.plan.list_of.items()))
    kept = StageResult(KEPT_STAGE, "points", "maximise", points, points, 0.0, 0.0, "no solver", "optimal")
    if instance.settings.aim != "least_change":
        return (*known, kept)
    due = [one for one in known if one.name == DUE_STAGE]
    return (*due, kept, *(one for one in known if one.name != DUE_STAGE))
