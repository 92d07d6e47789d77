"""Rules on how fast service may be withdrawn and what that costs for a year, and the table that tells it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from models.reallocation.checker.book import Book, at_row, error, pounds
from models.reallocation.checker.bounds import Bound, Group, at_most_in_all, broken, least, percent
from models.reallocation.checker.money import nearest
from models.reallocation.checker.written import envelope_items, key_of, rows_once
from models.reallocation.instance import CellKey
from models.reallocation.settings import ALL, NO_LIMIT_GBP
from models.shared.findings import Finding


def release_bounds(book: Book) -> Iterator[Bound]:
    """Every cell of a line that cannot be withdrawn at once against what must stay of last year's volume."""
    share = {line.line: line.releasable_share for line in book.facts.instance.lines}
    for cell in book.facts.cells:
        for t in range(1, book.facts.last + 1) if share[cell.line] < 1 else ():
            before = book.gbp((cell,), t - 1)
            if before is not None:
                why = f"{pounds(before)} the year before, {percent(share[cell.line])} of its volume releasable"
                stays = (1 - share[cell.line]) * book.facts.volume_factor * before
                yield from least(book, Group("R-14", cell.line, tuple(cell), (cell,)), t, stays, why)


def check_releasable_share(book: Book) -> Iterator[Finding]:
    """No provider's service is withdrawn faster in a year than its cost can be released."""
    yield from broken(book, release_bounds(book))


class Withdrawal(NamedTuple):
    """Pounds of service withdrawn in a year, and what that costs once."""

    withdrawn: Fraction
    double_running: Fraction
    stranded: Fraction

    @property
    def cost(self) -> Fraction:
        return self.double_running + self.stranded


def withdrawal(book: Book, cells: Sequence[CellKey], t: int) -> Withdrawal | None:
    """What some cells withdraw: each below last year's volume at this year's cost. None where rows are missing."""
    withdrawn, double, stranded = Fraction(0), Fraction(0), Fraction(0)
    for cell in cells:
        before, now = book.gbp((cell,), t - 1), book.gbp((cell,), t)
        if before is None or now is None:
            return None
        gone = max(Fraction(0), book.facts.volume_factor * before - now)
        shares = book.facts.transition_cost_share[cell.line]
        withdrawn, double, stranded = withdrawn + gone, double + gone * shares[0], stranded + gone * shares[1]
    return Withdrawal(withdrawn, double, stranded)


def fund_bounds(book: Book) -> Iterator[Bound]:
    """Double running and stranded cost against the fund of each year, and against their limit over all years."""
    facts = book.facts
    cells = tuple(cell for cell in facts.cells if sum(facts.transition_cost_share[cell.line]) > 0)
    group, total = Group("R-15", "fund", ("transition",), cells), Fraction(0)
    for t in range(1, facts.last + 1) if cells else ():
        gone = withdrawal(book, cells, t)
        if gone is None:
            return
        total += gone.cost
        why = f"the fund of {pounds(facts.money[t].fund)}"
        yield at_most_in_all(book, group, t, Fraction(facts.money[t].fund), gone.cost, why, "of transition cost")
    limit = facts.settings.transition_cost_limit_gbp
    if cells and limit < NO_LIMIT_GBP:
        group = Group("R-15", "all_years", ("transition, all years",), cells)
        why = "the limit over all years"
        yield at_most_in_all(book, group, facts.last, Fraction(limit), total, why, "of transition cost")


def check_transition_within_fund(book: Book) -> Iterator[Finding]:
    """Double running and the fixed cost that stays behind are paid from the transition fund of the year.

    The written envelope shows the fund and the cost (rounded up), transition.csv the same by line.
    """
    yield from broken(book, fund_bounds(book))
    costs: list[int | None] = [0]
    for t in range(1, book.facts.last + 1):
        gone = withdrawal(book, book.facts.cells, t)
        costs.append(None if gone is None else math.ceil(gone.cost))
    funds = [money.fund for money in book.facts.money]
    yield from envelope_items("R-15", book, {"transition": funds, "transition_cost": costs})
    yield from _profile(book)


def _profile(book: Book) -> Iterator[Finding]:
    """transition.csv: what each line withdraws in each plan year and what that costs, and all lines with the fund."""
    facts, table = book.facts, book.table("transition")
    lines = {line: tuple(cell for cell in facts.cells if cell.line == line) for line in facts.leaves}
    lines[ALL] = facts.cells
    expected = [(line, year) for line in lines for year in facts.years[1:]]
    yield from rows_once("R-15", table, ("line", "year"), expected)
    for row in table:
        line, year = key_of(row, ("line", "year"))
        if (line, year) not in expected:
            continue
        t = facts.years.index(year)
        gone = withdrawal(book, lines[line], t)
        if gone is not None:
            shown = {
                "withdrawn_gbp": nearest(gone.withdrawn),
                "double_running_gbp": nearest(gone.double_running),
                "stranded_gbp": nearest(gone.stranded),
                "fund_gbp": facts.money[t].fund if line == ALL else None,
            }
            for column, gbp in shown.items():
                found = row.maybe_integer(column)
                if found != gbp:
                    message = f"{line}, {year}: {column} = {_words(found)}; must be {_words(gbp)}"
                    yield error("R-15", message, at_row(table, row))


def _words(gbp: int | None) -> str:
    return "(empty)" if gbp is None else pounds(gbp)
