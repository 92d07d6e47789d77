"""Patients whom only others keep off the lists: what is short where the least would help, and what would help."""

from __future__ import annotations

from collections.abc import Sequence

from models.theatres.entities import TheatreList
from models.theatres.reasons.alternatives import Help, another_surgeon, place_of_another
from models.theatres.reasons.reason import Reason, upper_first
from models.theatres.reasons.remedies import CODE_OF_RULE, Remedies, Remedy, higher_limit
from models.theatres.words import CODE_WORDS, list_text

LISTS_TRIED = 4
# A remedy of more minutes than this is unlikely to be granted: other ways are named first.
_FAR = 45


def others_come_first(remedies: Remedies, patient_id: str, lists: Sequence[TheatreList]) -> Reason:
    """Somebody else has what the patient needs on every list; say what is short where the least would help."""
    book = remedies.book
    broken = {on.list_id: book.why_not(patient_id, on.list_id) for on in lists}
    rules = tuple(sorted({rule for found in broken.values() for rule in found}))
    free = next((on for on in lists if not broken[on.list_id]), None)
    if free is not None:
        there = Help(f"Booking on {list_text(free)}: there is room.", free.list_id, ())
        by_hand = book.instance.settings.aim == "by_hand"
        why = "left when the plan was changed by hand" if by_hand else "for the search was stopped before it"
        return Reason(patient_id, "room_left", f"There is room, {why}.", rules, (there,))
    remedy = remedies.nearest(patient_id, list(broken.items()), LISTS_TRIED)
    full = f"The {len(lists)} lists that suit are full" if len(lists) > 1 else "The one list that suits is full"
    pool = another_surgeon(book, patient_id)
    if remedy is not None and remedy.effort[0] == 1:
        code, step = remedy.steps[0].code, remedy.steps[0]
        sentence = f"{full}; the nearest lacks {step.short}."
        far = step.effort > _FAR
    else:
        code, sentence, far = _without_a_single_help(list(broken.values()), full)
    place = place_of_another(book, patient_id, lists) if far and not pool else ()
    helps = _helps_of(remedies, patient_id, remedy)
    found = [*pool, *place, *helps] if far else [*helps, *pool]
    return Reason(patient_id, code, sentence, rules, tuple(found[:2]))


def _without_a_single_help(broken: Sequence[Sequence[str]], full: str) -> tuple[str, str, bool]:
    """Code and sentence when nothing by itself was found to help, and that other ways come first."""
    least = min(broken, key=lambda rules: (len(rules), rules))
    if len(least) == 1:
        code = CODE_OF_RULE[least[0]]
        return code, f"{full}; the nearest lacks only {CODE_WORDS[code]}, and no change known would mend that.", True
    each = "each" if len(broken) > 1 else "it"
    return "lower_priority", f"{full}, and on {each} more than one thing is short.", True


def _helps_of(remedies: Remedies, patient_id: str, remedy: Remedy | None) -> list[Help]:
    """A remedy in words; where a rehearsed late end is all that is in the way, a higher limit on it as well."""
    if remedy is None:
        return []
    helps = [Help(f"{upper_first(remedy.help)}.", remedy.list_id, remedy.edits)]
    if {step.code for step in remedy.steps} == {"overrun_rehearsed"}:
        limit = higher_limit(remedies.book, patient_id, remedy.list_id)
        if limit is not None and limit.edits != remedy.edits:
            helps.append(Help(f"{upper_first(limit.help)}.", limit.list_id, limit.edits))
    return helps
