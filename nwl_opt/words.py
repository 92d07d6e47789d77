"""Statuses, gaps, numbers and provenance in words, the same in every place that shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.shared.register import PROVENANCES
from solvers.types import StageResult

STATUS_WORDS: Mapping[str, str] = {
    "optimal": "Best plan, proven stage by stage",
    "feasible": "Plan found; a better one may exist",
    "infeasible": "No plan can exist under these rules",
    "no_plan": "No plan found within the limits; none is proven impossible",
    "cancelled": "Stopped on request",
    "unfinished": "Unfinished: still running, or stopped before the end",
}
MADE_BY: Mapping[str, str] = {
    "agree": "Dates held",
    "change": "Changed by hand",
    "estates test-handback": "A hand-back tested",
    "release": "A session given to another surgeon",
    "repair": "Mended after events",
    "roll": "The next week planned",
}
"""How a run was made from another one, by the command that made it."""
_SYNTHETIC = "synthetic"
_PROVEN_SHARE = 1e-6
_NOISE = 1e-4  # smaller than anything a user counts
_NOISE_SHARE, _NOISE_GBP = 1e-6, 100.0


def status_sentence(status: str, has_plan: bool, stages: Sequence[StageResult] = ()) -> str:
    """What came of a solve, as one says it.

    Aims are met in order, so what counts is the first that is not proven: a later one's distance is that within what
    those before it leave.
    """
    words = STATUS_WORDS.get(status, status)
    if status == "cancelled":
        return f"{words}: this is the best plan so far" if has_plan else f"{words}: no plan had been found yet"
    first = next((at for at, one in enumerate(stages) if not _is_proven(one.gap_share)), None)
    if status != "feasible" or first is None:
        return words
    if stages[first].gap_share is None:
        return f"Plan found; {gap_words(None)}"
    proven = f"{first} of {len(stages)} aims proven best; in " if first else "in "
    return f"Plan found: {proven}{name_words(stages[first].name)} {gap_words(stages[first].gap_share)}"


def _is_proven(gap_share: float | None) -> bool:
    return gap_share is not None and gap_share <= _PROVEN_SHARE


def gap_words(gap_share: float | None) -> str:
    """How much better any plan could be."""
    if gap_share is None:
        return "how much better is possible is not known"
    if _is_proven(gap_share):
        return "proven best"
    return f"at most {percent(gap_share)} better exists"


def percent(share: float) -> str:
    """A share as a percentage with two or three digits that matter: 0.034 -> 3.4 %."""
    value = share * 100
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f} %"
    return f"{value:.1f} %" if abs(value) >= 1 else f"{value:.2g} %"


def number_words(value: float | None, unit: str) -> str:
    """A number with its unit: pounds before it, shares as percentages, anything else behind."""
    if value is None:
        return "not known"
    if unit == "gbp":
        pounds = round(value)
        return f"£{pounds:,}" if pounds >= 0 else f"-£{-pounds:,}"
    if unit == "share":
        return percent(value)
    return f"{plain_number(value)} {_counted(unit.replace('_', ' '), value)}".strip()


def plain_number(value: float) -> str:
    """A number with commas between thousands, and decimals only where it has some."""
    if float(value).is_integer() or abs(value) < _NOISE:
        return f"{round(value):,}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:,.3g}"


def difference_words(first: float, other: float, unit: str) -> str:
    """How much more or less the other is; shares differ by points, and what differs by noise is the same: empty."""
    change = other - first
    unit = "" if unit.startswith("of ") else unit
    if abs(change) <= (_NOISE_GBP if unit == "gbp" else _NOISE_SHARE):
        return ""
    points = percent(abs(change)).removesuffix(" %")
    amount = f"{points} point{'s' * (points != '1')}" if unit == "share" else number_words(abs(change), unit)
    return f"{amount} {'more' if change > 0 else 'less'}"


def _counted(unit: str, value: float) -> str:
    """The unit of one thing: `suites` is `suite`."""
    first, blank, rest = unit.partition(" ")
    return f"{first.removesuffix('s')}{blank}{rest}" if value == 1 else unit


def name_words(name: str) -> str:
    """The name of a figure or a table without its underscores."""
    return name.replace("_", " ")


def provenance_sentences(shares: Mapping[str, float]) -> list[str]:
    """Where the numbers of an instance come from, and a plain word on invented ones."""
    if not any(shares.values()):
        return ["The instance holds no numbers."]
    parts = [
        f"{_rounded(shares.get(name, 0.0))} {_PROVENANCE_WORDS[name]}" for name in PROVENANCES if shares.get(name)
    ]
    sentences = [f"Where the numbers come from: {', '.join(parts)}."]
    if shares.get(_SYNTHETIC):
        sentences.append(
            "Synthetic numbers are invented to be plausible: this plan shows what the method does with them. "
            "It is no proposal for a real place, list or patient until they are replaced."
        )
    return sentences


_PROVENANCE_WORDS: Mapping[str, str] = {
    "plan": "from the Joint Forward Plan",
    "public": "from public sources",
    "assumption": "assumptions",
    "synthetic": "synthetic",
    "local": "your own",
}


def _rounded(share: float) -> str:
    return "under 1 %" if 0 < share < 0.01 else "over 99 %" if 0.99 < share < 1 else f"{share:.0%}".replace("%", " %")
