"""Need as shares, worked out for the check: lines by two equations in two unknowns, places by weighted people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

from models.reallocation.instance import Instance, Line, PlaceLine
from models.reallocation.settings import NeedBasis

Key = TypeVar("Key")


def line_shares(
    lines: Sequence[Line], basis: NeedBasis, q: Fraction, spend_gbp: Mapping[str, int]
) -> dict[str, Fraction]:
    """Each line's share of all need, by the basis the user chose."""
    if basis == "shares":
        need = {line.line: line.need.need_share or Fraction(0) for line in lines}
    elif basis == "ledger_deviations":
        need = {line.line: spend_gbp[line.line] / (1 + (line.need.deviation_share or Fraction(0))) for line in lines}
    else:
        need = _balancing_shares(lines, q)
    total = sum(need.values(), Fraction(0))
    return {line: amount / total for line, amount in need.items()}


def _balancing_shares(lines: Sequence[Line], q: Fraction) -> dict[str, Fraction]:
    """Total need equals total spend: `sum n = 1` and `sum n d = 0`, with q shared within its group.

    The two lines outside the group, a and b, follow by Cramer's rule from `a + b = r` and `da a + db b = s`.
    """
    group = {line.line: line.need.q_group_share for line in lines}
    deviation = {line.line: line.need.deviation_share or Fraction(0) for line in lines}
    need = {line: q * share for line, share in group.items() if share is not None}
    r = 1 - sum(need.values(), Fraction(0))
    s = -sum((need[line] * deviation[line] for line in need), Fraction(0))
    a, b = (line for line, share in group.items() if share is None)
    determinant = deviation[b] - deviation[a]
    need[a] = (r * deviation[b] - s) / determinant
    need[b] = (s - r * deviation[a]) / determinant
    return need


def place_shares(instance: Instance, opening_gbp: Mapping[PlaceLine, int]) -> dict[PlaceLine, Fraction]:
    """Each place's share of its line's need.

    A place without a need of its own keeps its share of the opening spend; the others share the rest by weighted
    population.
    """
    own_need = {place.place for place in instance.places if place.has_own_need}
    shares: dict[PlaceLine, Fraction] = {}
    for line in dict.fromkeys(key.line for key in opening_gbp):
        held = [key for key in opening_gbp if key.line == line]
        spend = sum(opening_gbp[key] for key in held)
        people = {key: _weighted_people(instance, key) for key in held if key.place in own_need}
        left = Fraction(1)
        for key in held:
            if key not in people:
                shares[key] = Fraction(opening_gbp[key], spend)
                left -= shares[key]
        everybody = sum(people.values(), Fraction(0))
        shares |= {key: left * number / everybody for key, number in people.items()}
    return shares


def _weighted_people(instance: Instance, key: PlaceLine) -> Fraction:
    people = Fraction(0)
    for (line, component), weight in instance.need_weights.items():
        if line == key.line:
            people += weight * instance.weighted_population[key.place, component]
    return people


def weighted_heads(instance: Instance, key: PlaceLine) -> Fraction | None:
    """The people of a place weighted by its need for a line, the weights of the line scaled to sum to 1.

    None where the place has no population of its own, or the line no weights.
    """
    weights = sum((w for (line, _), w in instance.need_weights.items() if line == key.line), Fraction(0))
    if weights == 0 or key.place not in {place.place for place in instance.places if place.has_own_need}:
        return None
    return _weighted_people(instance, key) / weights or None


def share_out(wanted: Mapping[Key, Fraction], total: int) -> dict[Key, int]:
    """Whole pounds that sum to a total: each rounded down, the pounds left over to the largest remainders in turn."""
    pounds = {key: amount.numerator // amount.denominator for key, amount in wanted.items()}
    by_remainder = sorted(wanted, key=lambda key: pounds[key] - wanted[key])
    for key in by_remainder[: total - sum(pounds.values())]:
        pounds[key] += 1
    return pounds
