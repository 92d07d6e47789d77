"""Counts of patients for eyes that need not know them: nothing from one to four is printed.

A report for a board names no patient. A count of one to four might point at somebody, so it is said to be under five;
where all the others of a group and their sum are printed, the next smallest is withheld as well.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

LEAST_SHOWN = 5
UNDER = f"under {LEAST_SHOWN}"
_ID = re.compile(r"[\w.-]+")


def is_small(count: float) -> bool:
    """Whether a count of patients might point at somebody."""
    return 0 < count < LEAST_SHOWN


def patients_words(count: float) -> str:
    """A count of patients as it may be printed."""
    return UNDER if is_small(count) else f"{count:,.0f}"


def of_words(part: int, whole: int) -> str:
    """So many of so many, neither of them printed where it is small."""
    if is_small(whole):
        return f"all ({UNDER})" if part == whole else f"some (of {UNDER})" if part else f"none (of {UNDER})"
    return f"{patients_words(part)} of {whole:,}"


def within_words(part: int, whole: int) -> tuple[str, str]:
    """A part beside its whole: the part is withheld where what is left of the whole is small."""
    return ("not shown" if is_small(whole - part) else patients_words(part)), patients_words(whole)


def withheld(counts: Mapping[str, int]) -> frozenset[str]:
    """The groups whose count must not be printed when the sum of all is known."""
    small = {name for name, count in counts.items() if is_small(count)}
    if len(small) != 1:
        return frozenset(small)
    others = [name for name in counts if name not in small and counts[name] > 0]
    return frozenset(small | set(sorted(others, key=lambda name: (counts[name], name))[:1]))


def without_patients(text: str, patient_ids: Collection[str]) -> str:
    """A text without those of its sentences that name a patient."""
    sentences = re.split(r"(?<=[.;])\s+(?=[A-Z])", text)
    return " ".join(one for one in sentences if not names_one(one, patient_ids))


def names_one(text: str, patient_ids: Collection[str]) -> bool:
    """Whether a text names a patient of the run."""
    return any(word.strip("._-") in patient_ids for word in _ID.findall(text))


def merged(counts: Mapping[str, int], together: str = "other reasons") -> dict[str, int]:
    """Small groups put together as one, with the next smallest until that is small no more; the sum stays."""
    in_order = sorted((name for name in counts if counts[name] > 0), key=lambda name: (counts[name], name))
    taken: list[str] = []
    for name in in_order:
        if not is_small(counts[name]) and not is_small(sum(counts[one] for one in taken)):
            break
        taken.append(name)
    kept = {name: counts[name] for name in counts if counts[name] > 0 and name not in taken}
    return {**kept, together: sum(counts[name] for name in taken)} if taken else kept
