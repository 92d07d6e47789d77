"""What pages show of a draft: a patient with the lists to go to, a list with who could come, in plain values."""

from __future__ import annotations

from dataclasses import dataclass

from models.theatres.booking import Book
from models.theatres.figures import list_figures
from models.theatres.plan import Booking
from models.theatres.reasons.steps import count_text
from models.theatres.rules import RULES
from models.theatres.words import day_text
from nwl_opt.theatres.manual.choices import Choice, choices, partners
from nwl_opt.theatres.manual.standing import Standing
from nwl_opt.theatres.manual.trying import Tried

MOST_WAITING_SHOWN = 30


@dataclass(frozen=True)
class PatientNow:
    """A patient as a draft has them. `lists` are where their own record lets them go, the best first."""

    patient_id: str
    operation: str
    facts: str
    booking: Booking | None
    state: str
    where: str
    lists: tuple[Choice, ...]
    never: int
    partners: tuple[tuple[str, str], ...]
    """Patients one could swap with, and where they are."""


@dataclass(frozen=True)
class CaseNow:
    """A case of a list in a draft."""

    booking: Booking
    operation: str
    state: str


@dataclass(frozen=True)
class ListNow:
    """A list as a draft has it. `waiting` would fit on it now: who, and why them; `more` are not shown."""

    list_id: str
    title: str
    ends: str
    cases: tuple[CaseNow, ...]
    waiting: tuple[tuple[str, str], ...]
    more: int


@dataclass(frozen=True)
class RuleBroken:
    """A rule a change would break: its sentence, what would happen, and whether a reason can set it aside."""

    rule: str
    sentence: str
    messages: tuple[str, ...]
    never: bool


def list_title(standing: Standing, list_id: str) -> str:
    """A list as pages call it."""
    on, instance = standing.base.lists[list_id], standing.base
    surgeon = on.surgeon_id or "no surgeon"
    hours = f"{on.start:%H:%M} to {on.end:%H:%M}"
    return f"{day_text(on.date)}, {instance.theatres[on.theatre_id].name}, {hours}, {surgeon}"


def patient_now(standing: Standing, patient_id: str) -> PatientNow:
    """A patient, where they are in the draft, and where they could go."""
    instance, patient = standing.base, standing.base.patients[patient_id]
    booking = standing.bookings.get(patient_id)
    found = choices(standing, patient_id)
    possible = tuple(one for one in found if one.possible)
    where = "" if booking is None else f"{list_title(standing, booking.list_id)}, place {booking.position}"
    due = [] if patient.due_by is None else [f"due by {day_text(patient.due_by)}"]
    facts = [patient.priority, f"{instance.wait_weeks(patient_id)} weeks waited", f"ASA {patient.asa_grade}", *due]
    swaps = partners(standing, patient_id) if booking is not None else ()
    return PatientNow(
        patient_id=patient_id,
        operation=instance.procedure_of(patient_id).name,
        facts=", ".join(facts),
        booking=booking,
        state="" if booking is None else standing.state_of(patient_id),
        where=where,
        lists=possible,
        never=len(found) - len(possible),
        partners=tuple((other, _partner_words(standing, other, fits)) for other, fits in swaps),
    )


def list_now(standing: Standing, list_id: str) -> ListNow:
    """A list, who is on it, and who waits and would fit, in the order of the aims."""
    instance, figures = standing.base, list_figures(standing.plan)[list_id]
    book = Book.of_plan(standing.plan)
    fitting = sorted(
        (p for p in standing.base.patients if p not in standing.list_of and book.fits(p, list_id)),
        key=lambda p: (-instance.weight(p), instance.patients[p].clock_start, p),
    )
    spare = figures.spare_minutes
    ends = "nobody on it" if not figures.cases else (
        f"expected to end at {figures.expected_end:%H:%M}, {count_text(abs(spare), 'minute')} "
        f"{'before its end' if spare >= 0 else 'late'}"
    )  # fmt: skip
    return ListNow(
        list_id=list_id,
        title=list_title(standing, list_id),
        ends=ends,
        cases=tuple(
            CaseNow(b, instance.procedure_of(b.patient_id).name, standing.state_of(b.patient_id))
            for b in standing.plan.by_list[list_id]
        ),
        waiting=tuple((p, _waiting_words(standing, p)) for p in fitting[:MOST_WAITING_SHOWN]),
        more=max(0, len(fitting) - MOST_WAITING_SHOWN),
    )


def rules_broken(tried: Tried) -> tuple[RuleBroken, ...]:
    """What a change would break, rule by rule."""
    sentences = {rule.id: rule.sentence for rule in RULES}
    return tuple(
        RuleBroken(
            rule, sentences[rule], tuple(one.message for one in tried.breaks if one.rule == rule), rule in tried.never
        )
        for rule in tried.rules
    )


def _partner_words(standing: Standing, patient_id: str, fits: bool) -> str:
    booking, what = standing.bookings[patient_id], standing.base.procedure_of(patient_id).name
    when = f"{day_text(booking.start.date())} {booking.start:%H:%M}"
    return f"{when}, {what}, {'both fit' if fits else 'breaks a rule'}"


def _waiting_words(standing: Standing, patient_id: str) -> str:
    patient = standing.base.patients[patient_id]
    weeks = standing.base.wait_weeks(patient_id)
    return f"{standing.base.procedure_of(patient_id).name}, {patient.priority}, {weeks} weeks waited"
