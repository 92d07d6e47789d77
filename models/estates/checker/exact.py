"""Exact numbers from the decimals of settings and tables."""

from __future__ import annotations

from fractions import Fraction


def exact(number: float) -> Fraction:
    """The decimal as it was written: 0.8 is four fifths, not its nearest binary number."""
    return Fraction(repr(number))
