"""Need as shares: of each line by the zero-sum algebra, of each place by weighted population. Exact fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from models.reallocation.settings import NeedBasis


@dataclass(frozen=True)
class LineNeed:
    """What is known of one line's need."""

    line: str
    deviation_share: Fraction | None
    q_group_share: Fraction | None
    need_share: Fraction | None

    def with_deviation(self, share: Fraction) -> LineNeed:
        """The same line with another deviation."""
        return replace(self, deviation_share=share)


class NeedUnsolvable(ValueError):
    """The lines' need shares do not follow from what was given; the message says why."""


def exact(share: float) -> Fraction:
    """The decimal a share was written as, without the error of binary numbers."""
    return Fraction(repr(share))


def stated_need_shares(lines: Sequence[LineNeed], q: Fraction) -> dict[str, Fraction]:
    """Need shares from stated deviations: total need is total spend, so `sum n = 1` and `sum n d = 0`.

    The lines with a `q_group_share` share q between them; two other lines are left, and two equations.

    Raises
    ------
    NeedUnsolvable
        If there are not two other lines, they deviate alike, or a share comes out outside 0 to 1.
    """
    shares = {line.line: q * line.q_group_share for line in lines if line.q_group_share is not None}
    rest = [line for line in lines if line.q_group_share is None]
    if len(rest) != 2:
        raise NeedUnsolvable(f"two lines must be outside the community and CHC group; there are {len(rest)}")
    deviations = {line.line: line.deviation_share or Fraction(0) for line in lines}
    first, second = rest[0].line, rest[1].line
    if deviations[first] == deviations[second]:
        raise NeedUnsolvable(f"{first} and {second} have the same deviation, so their need cannot be told apart")
    over = sum((shares[line] * deviations[line] for line in shares), Fraction(0))
    left = 1 - sum(shares.values(), Fraction(0))
    shares[first] = (-over - left * deviations[second]) / (deviations[first] - deviations[second])
    shares[second] = left - shares[first]
    for line, share in shares.items():
        if not 0 < share < 1:
            raise NeedUnsolvable(f"the need share of {line} comes out as {float(share):.4f}, outside 0 to 1")
    return {line.line: shares[line.line] for line in lines}


def ledger_need_shares(
    lines: Sequence[LineNeed], opening_gbp: Mapping[str, int]
) -> tuple[dict[str, Fraction], Fraction]:
    """Need shares from opening spend divided by 1 + deviation, and the residual: total need over total spend, less 1.

    The shares are scaled to sum to 1; a residual other than zero says the stated deviations do not balance.
    """
    needs = {line.line: opening_gbp[line.line] / (1 + (line.deviation_share or Fraction(0))) for line in lines}
    total = sum(needs.values(), Fraction(0))
    residual = total / sum(opening_gbp.values()) - 1
    return {line: need / total for line, need in needs.items()}, residual


def line_need_shares(
    lines: Sequence[LineNeed], basis: NeedBasis, q: Fraction, opening_gbp: Mapping[str, int]
) -> tuple[dict[str, Fraction], Fraction]:
    """Each line's share of need by the chosen basis, and the residual of the ledger basis (else 0).

    Raises
    ------
    NeedUnsolvable
        As `stated_need_shares`; or if need is in pounds, which has no shares.
    """
    if basis == "pounds":
        raise NeedUnsolvable("need is given in pounds: it has no shares")
    if basis == "stated_deviations":
        return stated_need_shares(lines, q), Fraction(0)
    if basis == "ledger_deviations":
        return ledger_need_shares(lines, opening_gbp)
    total = sum((line.need_share or Fraction(0) for line in lines), Fraction(0))
    return {line.line: (line.need_share or Fraction(0)) / total for line in lines}, Fraction(0)


def place_need_shares(weighted: Mapping[str, Fraction], fixed: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Each place's share of one line's need.

    `fixed` places (their need is their share of spend) come first; the rest is shared out by weighted population.
    """
    left = 1 - sum(fixed.values(), Fraction(0))
    total = sum(weighted.values(), Fraction(0))
    return dict(fixed) | {place: left * people / total for place, people in weighted.items()}
