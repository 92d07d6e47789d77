"""What would make room for a patient on one list: the least change for each rule that keeps them off it.

A change is only offered after it was tried: with it, and all other bookings as they are, the patient fits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from models.theatres.booking import Book
from models.theatres.booking.book import Alike
from models.theatres.entities import TheatreList
from models.theatres.reasons.day_steps import DAY_CODES, day_step
from models.theatres.reasons.edits import Addition, Change, Edit, edited
from models.theatres.reasons.steps import (
    LEAST_EFFORT,
    Step,
    commitments_moved,
    later_limit,
    longer_list,
    more_beds,
    more_kit,
    more_staff,
    one_more_joint,
    one_more_journey,
    one_more_list_a_week,
)
from models.theatres.reasons.test_steps import more_appointments

# Rule -> reason code, for rules on what others have taken.
CODE_OF_RULE: dict[str, str] = {
    "T-08": "list_time",
    "T-09": "overrun_chance",
    "T-11": "surgeon_lists",
    "T-12": "beds",
    "T-13": "kit",
    "T-18": "test_slots",
    "T-19": "test_slots",
    "T-29": "staff",
    "T-30": "joints",
    "T-35": "transport",
    "T-37": "overrun_rehearsed",
    **DAY_CODES,
}

_ROUNDS = 4
_TIME, _TESTS, _DAY = "T-08", "T-18", "T-14"
_TIME_RULES = ("T-08", "T-09", "T-37")


@dataclass(frozen=True)
class Remedy:
    """A tried change: with `edits`, and the rest of the plan as it is, the patient fits on the list."""

    list_id: str
    steps: tuple[Step, ...]

    @property
    def edits(self) -> tuple[Edit, ...]:
        return tuple(edit for step in self.steps for edit in step.edits)

    @property
    def effort(self) -> tuple[int, int]:
        """Fewer things first, then less of them."""
        return len({step.code for step in self.steps}), sum(step.effort for step in self.steps)

    @property
    def help(self) -> str:
        return " and ".join(step.help for step in self.steps)


@dataclass
class Remedies:
    """Remedies under one book, found once for patients who are alike in what they take."""

    book: Book
    _known: dict[tuple[str, Alike], Remedy | None] = field(default_factory=dict, repr=False)

    def for_list(self, patient_id: str, list_id: str) -> Remedy | None:
        """The least that would put a patient on a list their own data allow; None when no change we know would."""
        if {"T-18", "T-19"} & set(self.book.why_not(patient_id, list_id)):
            return _remedy(self.book, patient_id, list_id)
        key = (list_id, self.book.alike(patient_id))
        if key not in self._known:
            self._known[key] = _remedy(self.book, patient_id, list_id)
        return self._known[key]

    def nearest(self, patient_id: str, broken: Sequence[tuple[str, Sequence[str]]], tries: int) -> Remedy | None:
        """The remedy with the fewest things and the least of them, of the lists where the least seems short.

        `broken` holds lists, each with the rules that keep the patient off it.
        """
        near = sorted((least_effort(self.book, patient_id, list_id, rules), list_id) for list_id, rules in broken)
        best: Remedy | None = None
        for least, list_id in near[:tries]:
            if best is not None and best.effort <= least:
                break
            found = self.for_list(patient_id, list_id)
            if found is not None and (best is None or found.effort < best.effort):
                best = found
        return best

    def of_others(self, book: Book) -> Remedies:
        """The remedies of a book in which only patients who are not booked differ: what is known holds for it."""
        return Remedies(book, self._known)


def higher_limit(book: Book, patient_id: str, list_id: str) -> Remedy | None:
    """A higher limit on the rehearsed chance of a late end, when that alone is what a list lacks (T-37)."""
    if book.why_not(patient_id, list_id) != ("T-37",):
        return None
    steps = tuple(later_limit(book, patient_id, book.instance.lists[list_id]))
    remedy = Remedy(list_id, steps)
    fits = bool(steps) and book.under(edited(book.instance, remedy.edits)).fits(patient_id, list_id)
    return remedy if fits else None


def least_effort(book: Book, patient_id: str, list_id: str, rules: Collection[str]) -> tuple[int, float]:
    """No remedy for a list that breaks these rules for a patient has fewer things, or the same with less effort."""
    things = {_resource(rule) for rule in rules}
    effort = float(sum(LEAST_EFFORT.get(thing, 0) for thing in things))
    if {"T-08", "T-09"} & set(rules):
        effort += max(0.0, -book.spare_minutes(list_id, patient_id))
    return len(things), effort


def _remedy(book: Book, patient_id: str, list_id: str) -> Remedy | None:
    steps: list[Step] = []
    tried = book
    for _ in range(_ROUNDS):
        rules = tried.why_not(patient_id, list_id)
        if not rules:
            return Remedy(list_id, tuple(steps))
        more = list(_steps(tried, patient_id, tried.instance.lists[list_id], rules))
        if len({step.code for step in more}) < len({_resource(rule) for rule in rules}):
            return None
        if {_cell(edit) for step in steps for edit in step.edits} & {_cell(e) for step in more for e in step.edits}:
            return None  # more of the same after it seemed enough: another list is easier
        steps += more
        edits = [edit for step in more for edit in step.edits]
        visits = dict(visit for step in more for visit in step.visits)
        tried = tried.under(edited(tried.instance, edits), patient_id, visits)
    return None


def _cell(edit: Edit) -> tuple[object, ...]:
    """What an edit is of: a cell, or a row."""
    if isinstance(edit, Change):
        return edit.table, edit.where, edit.column
    return edit.table, edit.row if isinstance(edit, Addition) else edit.where


def _resource(rule: str) -> str:
    """The rule by which what is short is counted.

    Rules on the time of a list are mended by the same minutes, those on test places by the same appointment, and
    those on the order of a day together.
    """
    if rule in _TIME_RULES:
        return _TIME
    if rule in DAY_CODES:
        return _DAY
    return _TESTS if rule == "T-19" else rule


def _steps(book: Book, patient_id: str, on: TheatreList, rules: Sequence[str]) -> Iterator[Step]:
    for_time = next((rule for rule in _TIME_RULES if rule in rules), None)
    if for_time is not None:
        longer = tuple(longer_list(book, patient_id, on, for_time))
        yield from longer or (later_limit(book, patient_id, on) if for_time == "T-37" else ())
    if "T-11" in rules:
        yield from one_more_list_a_week(book, on)
    if "T-12" in rules:
        yield from more_beds(book, patient_id, on)
    if "T-13" in rules:
        yield from more_kit(book, patient_id, on)
    if "T-29" in rules:
        yield from more_staff(book, on)
    if "T-30" in rules:
        yield from one_more_joint(on)
    if "T-34" in rules:
        yield from commitments_moved(book, on)
    if "T-35" in rules:
        yield from one_more_journey(book, on)
    if set(DAY_CODES) & set(rules):
        step = day_step(book, patient_id, on, rules)
        yield from () if step is None else (step,)
    if {"T-18", "T-19"} & set(rules):
        yield from more_appointments(book, patient_id, on)
