"""A reason, with the changes that would book the patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.theatres.reasons.alternatives import Help
from models.theatres.reasons.day_steps import DAY_CODES
from models.theatres.reasons.edits import Edit
from models.theatres.reasons.remedies import CODE_OF_RULE

_NOTHING = "No single change was found that would book this patient on these lists."


@dataclass(frozen=True)
class Reason:
    """Why one patient is not booked; `rules` are those that stand in the way, `helps` what would book them."""

    patient_id: str
    code: str
    sentence: str
    rules: tuple[str, ...]
    helps: tuple[Help, ...] = ()
    otherwise: str = _NOTHING

    @property
    def rule(self) -> str:
        """The rule the code names, of all that stand in the way; T-24 where it names none."""
        of_day = DAY_CODES.keys() if self.code == "order_of_the_day" else ()
        named = [rule for rule in self.rules if CODE_OF_RULE.get(rule) == self.code or rule in of_day]
        if named:
            return named[0]
        return "T-24" if self.code in ("lower_priority", "room_left") or not self.rules else self.rules[0]

    @property
    def what_would_help(self) -> str:
        return " Or: ".join(help.sentence for help in self.helps) if self.helps else self.otherwise


def and_then(first: str, edits: tuple[Edit, ...], then: Sequence[Help]) -> tuple[Help, ...]:
    """What helps once something else has been settled."""
    return tuple(
        Help(f"{first}, and then: {lower_first(more.sentence)}", more.list_id, (*edits, *more.edits), more.instead_of)
        for more in then
    )


def upper_first(text: str) -> str:
    """A text as it begins a sentence."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """A sentence as it goes on after a colon."""
    return text[:1].lower() + text[1:]
