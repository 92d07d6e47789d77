"""Theatre lists as sheets, one for each list of the day, empty and closed ones too; and as pages, one a theatre."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from models.shared.parsing import Row
from models.theatres.entities import Patient, Procedure, TheatreList
from models.theatres.instance import Instance
from nwl_opt.theatres.printing.day import Day
from nwl_opt.theatres.printing.fitting import letters_share
from nwl_opt.theatres.printing.sheets import NEVER_LATE, Alert, CaseLine, TheatrePage, TheatreSheet, clock, day_words
from nwl_opt.theatres.printing.waiting import waits_for

SIDES: Mapping[str | None, str] = {
    "left": "LEFT",
    "right": "RIGHT",
    "both": "BOTH SIDES",
    "none": "no side",
    None: "SIDE NOT WRITTEN DOWN",
}


def theatre_sheets(day: Day) -> tuple[TheatreSheet, ...]:
    """The lists of the day by theatre and start."""
    lists = [on for on in day.instance.lists.values() if on.date == day.date]
    return tuple(_sheet(day, on) for on in sorted(lists, key=lambda on: (on.theatre_id, on.start, on.list_id)))


def theatre_pages(day: Day) -> tuple[TheatrePage, ...]:
    """The theatres of the day, each with all its lists: a page each, however many cases there are."""
    found: dict[str, list[TheatreSheet]] = {}
    for sheet in theatre_sheets(day):
        found.setdefault(sheet.theatre, []).append(sheet)
    return tuple(
        TheatrePage(theatre, sheets[0].day, letters_share(sheets), tuple(sheets)) for theatre, sheets in found.items()
    )


def side_and_operation(instance: Instance, patient_id: str) -> tuple[str, str]:
    """The side in full words, and the operation."""
    return SIDES[instance.patients[patient_id].laterality], instance.procedure_of(patient_id).name


def _sheet(day: Day, on: TheatreList) -> TheatreSheet:
    rows = day.cases(on.list_id)
    figures = day.figures(on.list_id)
    surgeon = f"Surgeon {on.surgeon_id}" if on.surgeon_id is not None else "No surgeon"
    trust = day.instance.trusts[day.instance.surgeons[on.surgeon_id].trust_id] if on.surgeon_id is not None else ""
    return TheatreSheet(
        theatre=day.instance.theatres[on.theatre_id].name,
        day=day_words(on.date),
        hours=f"{clock(on.start)} to {clock(on.end)}",
        surgeon=f"{surgeon}, {trust}" if trust else surgeon,
        list_id=on.list_id,
        facts=tuple(_facts(day, on, figures)) if rows else (),
        cases=tuple(_cases(day, on, rows)),
        nobody=_nobody(figures) if not rows else "",
    )


def _nobody(figures: Row) -> str:
    if figures.flag("usable"):
        return "No patients are booked on this list."
    return "This list is closed: no staff, no surgeon, or the surgeon is away."


def _facts(day: Day, on: TheatreList, figures: Row) -> Iterator[str]:
    """What the team wants to know of the whole list."""
    end = figures.moment("expected_end")
    spare = int((on.end - end).total_seconds()) // 60
    yield f"Expected finish {clock(end)}, {spare} minutes before the end of the list."
    grace = day.instance.settings.overrun_grace_minutes
    planned, stressed = figures.number_of("overrun_probability"), day.stressed_chance(on.list_id)
    yield (
        f"Chance of ending more than {grace} minutes late: {_percent(planned)} as planned, {_percent(stressed)} with "
        f"late starts and slow days."
    )
    team = [f"{role.name.lower()} {role.per_list}" for role in day.instance.roles.values() if role.per_list]
    if team:
        yield f"Team: {', '.join(team)}."


def _percent(share: float) -> str:
    if share < 0.0005:
        return NEVER_LATE
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"


def _cases(day: Day, on: TheatreList, rows: tuple[Row, ...]) -> Iterator[CaseLine]:
    instance, ready = day.instance, on.start
    for row in rows:
        patient_id, start, end = row.text("patient_id"), row.moment("start"), row.moment("end")
        patient, procedure = instance.patients[patient_id], instance.procedure_of(patient_id)
        side, operation = side_and_operation(instance, patient_id)
        gap = row.integer("turnaround_minutes")
        yield CaseLine(
            order=str(row.integer("position")),
            start=clock(start),
            end=clock(end),
            patient=patient_id,
            who=day.who.get(patient_id, ()),
            side=side,
            operation=operation,
            code=procedure.procedure_code,
            asa=str(patient.asa_grade),
            alerts=tuple(alerts(patient)),
            kit=tuple(_kit(instance, procedure)),
            stay=tuple(_stay(instance, patient_id)),
            notes=(*_waits(day, row, ready), *_notes(patient, row, last=row is rows[-1])),
        )
        ready = end + dt.timedelta(minutes=gap)


def alerts(patient: Patient) -> Iterator[Alert]:
    """Latex, infection and diabetes, known or unknown; nothing where all three are known not to be."""
    flags = {
        "LATEX ALLERGY": ("latex allergy", patient.latex_allergy),
        "INFECTION RISK": ("infection status", patient.infection_risk),
        "DIABETES": ("diabetes", patient.diabetic),
    }
    for known, (name, flag) in flags.items():
        if flag == "yes":
            yield Alert(known, strong=True)
        elif flag == "unknown":
            yield Alert(f"{name} UNKNOWN", strong=False)


def _kit(instance: Instance, procedure: Procedure) -> Iterator[str]:
    if procedure.needs_image_intensifier:
        yield "IMAGE INTENSIFIER"
    if procedure.needs_laminar_flow:
        yield "laminar flow"
    for kit_id in procedure.kit:
        kit = instance.kit[kit_id]
        yield f"{kit.name} (loan)" if kit.loan_days else kit.name


def _stay(instance: Instance, patient_id: str) -> Iterator[str]:
    patient = instance.patients[patient_id]
    yield instance.wards[instance.procedure_of(patient_id).ward_id]
    yield "day case" if patient.day_case else f"about {sum(instance.stay(patient_id)):.1f} nights"
    if patient.hospital_transport:
        yield "hospital transport"


def _waits(day: Day, row: Row, ready: dt.datetime) -> Iterator[str]:
    """Why a case starts later than its theatre is ready."""
    start = row.moment("start")
    if start > ready:
        what = waits_for(day, row.text("patient_id"), row.text("list_id"), ready, start)
        yield f"not before {clock(start)}" + (f": waits for {what}" if what else "")


def _notes(patient: Patient, row: Row, *, last: bool) -> Iterator[str]:
    if patient.priority == "P2":
        yield "P2, urgent"
    if patient.infection_risk == "yes":
        gap = row.integer("turnaround_minutes")
        yield "CLEAN-DOWN after this case" if last else f"CLEAN-DOWN, {gap} minutes, before the next case"
    yield f"date {row.text('state')}"
