"""The forms a limit over bookings takes: rows, lists that may be used, cases that cannot be together."""

from __future__ import annotations

from dataclasses import dataclass

from models.theatres.formulation.month import Indices, Numbers


@dataclass(frozen=True)
class Row:
    """A limit: sum mean x + z sqrt(constant + sum variance x) <= upper, over the pairs named.

    With `z` 0 it is a plain linear row. `proven` says that every plan that keeps the rules keeps the row (only such
    rows may serve a bound); `in_one_list` is the list all its pairs are on, whose fillings already keep it, so that
    the bound by columns need not state it again; `clean_down` says that it counts clean-downs on a list.
    """

    name: str
    rule: str
    pairs: Indices
    mean: Numbers
    upper: float
    variance: Numbers | None = None
    constant_variance: float = 0.0
    z: float = 0.0
    proven: bool = True
    in_one_list: int | None = None
    clean_down: bool = False


@dataclass(frozen=True)
class UsedListsLimit:
    """No more than `upper` of these lists have a patient."""

    name: str
    rule: str
    lists: tuple[int, ...]
    upper: int


@dataclass(frozen=True)
class NotTogether:
    """Cases that cannot be put in order on one day, found in the search: not so many of each group at once.

    A group holds pairs of one list that are alike for the order of the day, and how many of them are too many when
    every other group has its number as well.
    """

    name: str
    rule: str
    groups: tuple[tuple[Indices, int], ...]
    proven: bool
