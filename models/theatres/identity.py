"""What names a person where a pseudonym should stand."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

_ENOUGH = 0.8  # of the numbers in a column; by chance one in eleven ten-digit numbers passes the check


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits are an NHS number, by the public rule of the NHS Data Dictionary.

    The first nine are weighted 10 to 2; 11 less the remainder of their sum by 11 is the last (11 counts as 0). Ten
    equal digits stand for a number that is not known.
    """
    if len(digits) != 10 or not (digits.isascii() and digits.isdigit()) or len(set(digits)) == 1:
        return False
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return (0 if check == 11 else check) == int(digits[9])


def are_nhs_numbers(texts: Iterable[str]) -> bool:
    """Whether most of the filled cells hold NHS numbers, by their check digit."""
    numbers = ["".join(text.split()).replace("-", "") for text in texts if text]
    found = sum(is_nhs_number(number) for number in numbers)
    return bool(numbers) and Decimal(found) >= Decimal(str(_ENOUGH)) * len(numbers)
