"""Who is not booked and why: how many for which reason, those who matter most by name, and every one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from models.shared.problem import Explanation
from models.theatres.explain.telling import tell
from models.theatres.instance import Instance
from models.theatres.output_tables import READINESS_CODES
from models.theatres.reasons import Reason
from models.theatres.words import CODE_WORDS

_MOST_NAMED = 3


def not_booked(instance: Instance, why: Mapping[str, Reason]) -> Iterator[Explanation]:
    """How many patients are not booked for which reason; then the sentences of those who matter most."""
    not_ready = Counter(reason.code for reason in why.values() if reason.code in READINESS_CODES)
    ready = Counter(reason.code for reason in why.values() if reason.code not in READINESS_CODES)
    for name, words, counts in (
        ("not_booked_ready", "ready and not booked", ready),
        ("not_booked_not_ready", "not ready", not_ready),
    ):
        if counts:
            most_first = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            parts = ", ".join(f"{CODE_WORDS[code]} {number}" for code, number in most_first)
            sentence = f"Patients {words}: {counts.total()} ({parts})."
            yield tell(name, sentence, dict(most_first), rule="T-24", where="not_booked.csv")
    named = _first_named(instance, why)
    for patient_id in named:
        yield _person(instance, why[patient_id], headline=True)


def everybody_else(instance: Instance, why: Mapping[str, Reason]) -> Iterator[Explanation]:
    """A sentence for each patient not booked who has none on the screen."""
    named = _first_named(instance, why)
    for patient_id, reason in why.items():
        if patient_id not in named:
            yield _person(instance, reason, headline=False)


def _first_named(instance: Instance, why: Mapping[str, Reason]) -> tuple[str, ...]:
    """The ready patients not booked who come first: due, P2, then the longest waits."""
    ready = [p for p, reason in why.items() if reason.code not in READINESS_CODES]
    patients = instance.patients
    first = sorted(
        ready,
        key=lambda p: (patients[p].due_by is None, patients[p].priority != "P2", patients[p].clock_start, p),
    )
    return tuple(first[:_MOST_NAMED])


def _person(instance: Instance, reason: Reason, *, headline: bool) -> Explanation:
    patient = instance.patients[reason.patient_id]
    who = f"{reason.patient_id} ({patient.priority}, {instance.wait_weeks(reason.patient_id)} weeks)"
    return tell(
        f"not_booked_{reason.patient_id}",
        f"{who}: {reason.sentence} What would help: {reason.what_would_help}",
        {"reason_code": reason.code, "rules": ", ".join(reason.rules)},
        rule=reason.rule,
        where=f"not_booked.csv {reason.patient_id}",
        headline=headline,
    )
