"""How sentences are put together: their numbers on record, shares and gaps in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.shared.problem import Explanation
from models.theatres.reasons import Reason
from solvers.types import StageResult

Number = float | int | str


def tell(
    name: str,
    sentence: str,
    numbers: Mapping[str, Number],
    *,
    rule: str,
    where: str,
    headline: bool = True,
) -> Explanation:
    """A sentence with its numbers, rounded as they may be read again."""
    rounded = {key: round(value, 4) if isinstance(value, float) else value for key, value in numbers.items()}
    return Explanation(name, rule, sentence, rounded, where, headline)


def gap_words(stage: StageResult | None, things: str) -> tuple[str, dict[str, Number]]:
    """How far a stage is from the best possible, as the end of a clause."""
    if stage is None or stage.value is None:
        return "", {}
    if stage.bound is None:
        return ", and no limit on what is possible was proved", {}
    more = max(0.0, stage.bound - stage.value)
    numbers: dict[str, Number] = {"at_most": stage.bound, "at_most_more": more}
    if more < 0.5:
        return ", and it is proved that no plan books more", numbers
    percent_more = round(100 * more / stage.value, 1) if stage.value else 100.0
    numbers["at_most_more_percent"] = percent_more
    return f", and no plan books over {more:,.0f} further {things} ({percent_more} %)", numbers


def count(why: Mapping[str, Reason], *codes: str) -> int:
    """How many patients have one of these reason codes."""
    return sum(reason.code in codes for reason in why.values())


def people_words(people: int, what: str) -> str:
    """For whom something is short, as the end of a clause; nothing for nobody."""
    if not people:
        return ""
    return f"; {people} patient{'s' if people > 1 else ''} would be booked, each taken alone, with {what}"


def percent(share: float) -> str:
    """A share in per cent."""
    return f"{100 * share:.1f} %"


def whole(share: float) -> str:
    """A share in whole per cent, or as exactly as it was set."""
    return f"{100 * share:g} %"


def listed(parts: Sequence[str]) -> str:
    """Parts in a row: a, b and c."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
