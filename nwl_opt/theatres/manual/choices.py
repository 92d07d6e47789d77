"""Where a patient could go: every list, with what it would break, the best first; and what would make room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from models.theatres.booking import Book
from models.theatres.entities import TheatreList
from models.theatres.reasons import Remedies, least_effort
from models.theatres.reasons.remedies import CODE_OF_RULE
from models.theatres.reasons.steps import count_text
from models.theatres.words import CODE_WORDS
from nwl_opt.theatres.manual.standing import Standing
from nwl_opt.theatres.manual.wanted import Wanted

_OWN_WORDS: Mapping[str, str] = {
    "T-02": "patient not ready",
    "T-03": "no staff or no surgeon",
    "T-04": "not a surgeon for this patient",
    "T-05": "theatre does not suit",
    "T-06": "notice too short",
    "T-07": "patient cannot come that day",
    "T-15": "no time for tests",
    "T-16": "tests would be too old",
    "T-17": "no test site takes the patient in time",
    "T-18": "no test appointment free in time",
    "T-19": "test appointments clash",
    "T-20": "booking that stays elsewhere",
    "T-31": "loan kit not here in time",
    "T-34": "surgeon elsewhere that day",
}


@dataclass(frozen=True)
class Choice:
    """A list a patient could be put on. `rules` are those it would break as things stand; none: the patient fits.

    `possible`: nothing in the patient's own record rules it out. `spare_minutes` are left once the patient is on it.
    """

    on: TheatreList
    rules: tuple[str, ...]
    possible: bool
    spare_minutes: int

    @property
    def fits(self) -> bool:
        return not self.rules

    @property
    def words(self) -> str:
        """What the list would break, or what room is left, in few words."""
        if self.fits:
            return f"fits, {count_text(self.spare_minutes, 'minute')} to spare"
        late = f" ({count_text(-self.spare_minutes, 'minute')} too long)" if "T-08" in self.rules else ""
        return f"{', '.join(dict.fromkeys(rule_words(rule) for rule in self.rules))}{late}"


def rule_words(rule: str) -> str:
    """What is short, or in the way, when a rule keeps a patient off a list."""
    return _OWN_WORDS[rule] if rule in _OWN_WORDS else CODE_WORDS[CODE_OF_RULE[rule]]


def choices(standing: Standing, patient_id: str) -> tuple[Choice, ...]:
    """Every list but the patient's own: those that fit first, then by how little they lack, then the impossible."""
    here = standing.list_of.get(patient_id)
    with _asked(standing, patient_id) as book:
        found = [_choice(book, patient_id, on) for on in standing.base.lists.values() if on.list_id != here]
        effort = {
            one.on.list_id: least_effort(book, patient_id, one.on.list_id, one.rules)
            for one in found
            if one.possible and not one.fits
        }
    far = (99, 0.0)
    return tuple(
        sorted(
            found,
            key=lambda one: (
                not one.fits,
                not one.possible,
                len(one.rules) if not one.possible else 0,
                effort.get(one.on.list_id, far),
                one.on.start,
                one.on.list_id,
            ),
        )
    )


def partners(standing: Standing, patient_id: str) -> tuple[tuple[str, bool], ...]:
    """Whom a booked patient could swap lists with as far as both records go, and whether both then fit.

    Those who fit come first. That a date is promised is left aside: a reason settles it.
    """
    plan, here = standing.plan, standing.list_of[patient_id]
    free = replace(plan.instance, named_changes=dict.fromkeys(plan.list_of, "asked"))
    book = Book.of_plan(replace(plan, instance=free))
    found: list[tuple[str, bool]] = []
    for booking in plan.bookings:
        other, there = booking.patient_id, booking.list_id
        if there == here or book.own_rules(patient_id, there) or book.own_rules(other, here):
            continue
        with book.without([patient_id, other]):
            found.append((other, book.fits(patient_id, there) and book.fits(other, here)))
    return tuple(sorted(found, key=lambda one: not one[1]))


def what_would_help(standing: Standing, wanted: Wanted) -> str:
    """The least that would have to be provided for the patient to fit on the list; empty when it is not known."""
    if wanted.kind not in ("move", "book") or wanted.list_id is None:
        return ""
    if standing.list_of.get(wanted.patient_id) == wanted.list_id:
        return ""
    with _asked(standing, wanted.patient_id) as book:
        if book.own_rules(wanted.patient_id, wanted.list_id):
            return ""
        remedy = Remedies(book).for_list(wanted.patient_id, wanted.list_id)
    return "" if remedy is None or not remedy.steps else f"It would fit with {remedy.help}."


@contextmanager
def _asked(standing: Standing, patient_id: str) -> Iterator[Book]:
    """The booking book without this patient, whose booking may change."""
    plan = standing.plan
    free = replace(plan.instance, named_changes={**plan.instance.named_changes, patient_id: "asked"})
    book = Book.of_plan(replace(plan, instance=free))
    with book.without([patient_id] if patient_id in book.list_of else []):
        yield book


def _choice(book: Book, patient_id: str, on: TheatreList) -> Choice:
    rules = book.why_not(patient_id, on.list_id)
    spare = on.minutes - book.expected_end_minutes(on.list_id, patient_id)
    return Choice(on, rules, not book.own_rules(patient_id, on.list_id), spare)
