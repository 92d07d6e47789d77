"""What would let a day be put in order: a machine, a bay, a set, quicker reprocessing, or time to wait (T-10, T-14,
T-32, T-33).

Several of these can be in the way together, so each is tried on the day before it is named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from models.theatres.booking import Book
from models.theatres.entities import Kit, TheatreList
from models.theatres.reasons.edits import Change, edited
from models.theatres.reasons.steps import Step, lasting_longer, later_end
from models.theatres.words import day_text, list_text

DAY_CODES: dict[str, str] = {
    "T-10": "surgeon_busy",
    "T-14": "image_intensifier",
    "T-32": "trays",
    "T-33": "recovery",
}

# As the efforts of `steps`, in minutes of list time.
_MACHINE, _SET, _QUICKER, _BAY = 40, 40, 25, 40
_QUICKER_STEP_MINUTES = 30
_WAITS_TRIED_MINUTES = (15, 30, 45, 60)


def day_step(book: Book, patient_id: str, on: TheatreList, rules: Collection[str]) -> Step | None:
    """The easiest change with which the day has an order again; None when none of those known is enough."""
    of_day = sorted(set(rules) & set(DAY_CODES))
    # Only a rule without which there is an order can be enough by itself.
    alone = book.order_conflict(patient_id, on.list_id).alone
    singles = [step for rule in alone for step in _singles(book, patient_id, on, rule)]
    singles = [step for step in singles if _has_order(book, patient_id, on, [step])]
    if singles:
        return min(singles, key=lambda step: step.effort)
    return _time_to_wait(book, patient_id, on, of_day) or _together(book, patient_id, on, of_day)


def _time_to_wait(book: Book, patient_id: str, on: TheatreList, rules: Sequence[str]) -> Step | None:
    """The list ending later, so that cases can wait for what is short; the longest first, as it may not be enough."""
    code = DAY_CODES[rules[0]] if len(rules) == 1 else "order_of_the_day"
    steps = [
        lasting_longer(book, on, minutes, code, _short_words(rules, on))
        for minutes in _WAITS_TRIED_MINUTES
        if later_end(book, on, minutes) is not None
    ]
    if not steps or not _has_order(book, patient_id, on, steps[-1:]):
        return None
    return next(step for step in steps if step is steps[-1] or _has_order(book, patient_id, on, [step]))


def _has_order(book: Book, patient_id: str, on: TheatreList, steps: Sequence[Step]) -> bool:
    """Whether, with these steps, nothing of the order of the day keeps the patient off the list."""
    edits = [edit for step in steps for edit in step.edits]
    return book.under(edited(book.instance, edits)).has_order(patient_id, on.list_id)


def _together(book: Book, patient_id: str, on: TheatreList, rules: Sequence[str]) -> Step | None:
    """More of several things at once, none of them needlessly."""
    steps = [step for rule in rules for step in _more(book, patient_id, on, rule)]
    if len(steps) < 2 or not _has_order(book, patient_id, on, steps):
        return None
    for step in list(steps):
        without = [one for one in steps if one is not step]
        if without and _has_order(book, patient_id, on, without):
            steps = without
    return Step(
        code="order_of_the_day",
        effort=sum(step.effort for step in steps),
        short=_short_words(rules, on),
        help=" and ".join(step.help for step in steps),
        edits=tuple(edit for step in steps for edit in step.edits),
    )


def _short_words(rules: Sequence[str], on: TheatreList) -> str:
    words = {
        "T-10": "the surgeon",
        "T-14": "image intensifiers",
        "T-32": "sets ready again",
        "T-33": "recovery bays",
    }
    what = " and ".join(words[rule] for rule in rules)
    return f"an order of {day_text(on.date)} with what there is of {what} for {list_text(on)}"


def _singles(book: Book, patient_id: str, on: TheatreList, rule: str) -> Iterator[Step]:
    yield from _more(book, patient_id, on, rule)
    if rule == "T-32":
        for kit in _kit_of_the_day(book, patient_id, on):
            yield from _quicker(book, patient_id, on, kit)


def _more(book: Book, patient_id: str, on: TheatreList, rule: str) -> Iterator[Step]:
    settings, day = book.instance.settings, day_text(on.date)
    if rule == "T-14":
        machines = settings.image_intensifiers
        yield Step(
            code="image_intensifier",
            effort=_MACHINE,
            short=f"an image intensifier on {day} ({machines} in all)",
            help=f"one more image intensifier ({machines + 1} instead of {machines})",
            edits=(Change("settings", (), "image_intensifiers", machines + 1),),
        )
    if rule == "T-33":
        bays = settings.recovery_bays
        yield Step(
            code="recovery",
            effort=_BAY,
            short=f"a recovery bay on {day} ({bays} in all)",
            help=f"one more recovery bay ({bays + 1} instead of {bays})",
            edits=(Change("settings", (), "recovery_bays", bays + 1),),
        )
    if rule == "T-32":
        for kit in _kit_of_the_day(book, patient_id, on):
            yield Step(
                code="trays",
                effort=_SET,
                short=f"a set of {kit.name} ready in time on {day} ({kit.sets} in all)",
                help=f"one more set of {kit.name} ({kit.sets + 1} instead of {kit.sets})",
                edits=(Change("kit", (("kit_id", kit.kit_id),), "sets", kit.sets + 1),),
            )


def _kit_of_the_day(book: Book, patient_id: str, on: TheatreList) -> list[Kit]:
    """The kit the cases of a list need with the patient on it: whatever waits for sets there waits for these."""
    instance = book.instance
    people = (*book.patients_on(on.list_id), patient_id)
    needed = {kit_id for one in people for kit_id in instance.procedure_of(one).kit}
    return [instance.kit[kit_id] for kit_id in sorted(needed)]


def _quicker(book: Book, patient_id: str, on: TheatreList, kit: Kit) -> Iterator[Step]:
    """The least quickening of reprocessing that is enough, in steps of half an hour."""
    steps = [_in_minutes(kit, minutes, on) for minutes in range(0, kit.reprocess_minutes, _QUICKER_STEP_MINUTES)]
    low, high = 0, len(steps) - 1
    if not steps or not _has_order(book, patient_id, on, [steps[0]]):
        return
    while low < high:  # the sooner sets are ready, the more orders there are
        middle = (low + high + 1) // 2
        if _has_order(book, patient_id, on, [steps[middle]]):
            low = middle
        else:
            high = middle - 1
    yield steps[low]


def _in_minutes(kit: Kit, minutes: int, on: TheatreList) -> Step:
    return Step(
        code="trays",
        effort=_QUICKER + (kit.reprocess_minutes - minutes) // 10,
        short=f"a set of {kit.name} ready in time on {day_text(on.date)} ({kit.sets} in all)",
        help=f"{kit.name} ready again {minutes} minutes after a case instead of {kit.reprocess_minutes}",
        edits=(Change("kit", (("kit_id", kit.kit_id),), "reprocess_minutes", minutes),),
    )
