"""moves.csv held against the plan: every change has its source, and no pound moves to and fro."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from models.reallocation.checker.book import Book, at_row, error, pounds
from models.reallocation.checker.money import nearest
from models.reallocation.checker.on_withdrawal import withdrawal
from models.reallocation.checker.written import Key
from models.reallocation.instance import CellKey
from models.shared.findings import Finding
from models.shared.parsing import Row

GIVEN_KINDS = ("growth_forgone", "cash_withdrawn", "unspent")
"""Money a cell gives; the last of them to nobody."""

_FILE = "moves.csv"

HOMES: tuple[Callable[[CellKey], Key], ...] = (
    lambda cell: (cell.place, cell.line),
    lambda cell: (cell.place,),
    lambda cell: (cell.line,),
)
"""What givers and receivers may have in common, the nearest first."""


def check_moves(book: Book) -> Iterator[Finding]:
    """Moves add up to every change, from known sources, once each and no more of them than are needed (R-12)."""
    if not book.is_whole:
        return
    yield from _rows(book)
    for t in range(1, book.facts.last + 1):
        year = MovesOfYear(book, t)
        yield from year.growth_as_shared()
        yield from year.changes_add_up()
        yield from year.sources()
        yield from year.no_more_than_needed()
        yield from year.nearest_first()
        yield from year.transition_adds_up()


def _cell(row: Row, end: str) -> CellKey | None:
    """The cell at one end of a move; None where that end is empty."""
    parts = [row.maybe_text(f"{end}_{part}") for part in CellKey._fields]
    return CellKey(*(part or "" for part in parts)) if any(parts) else None


def _rows(book: Book) -> Iterator[Finding]:
    """Each row for itself: number, year, ends, dates, part of the year, and whether it recurs."""
    table, facts = book.table("moves"), book.facts
    for at, row in enumerate(sorted(table, key=lambda one: one.integer("move")), start=1):
        wrong = (
            [] if row.integer("move") == at else [f"move = {row.integer('move')}; must be {at}, one after another"]
        )
        if row.text("year") not in facts.years[1:]:
            wrong.append(f"year = {row.text('year')}; must be a plan year")
        else:
            wrong.extend(_wrong_dates(book, row))
        wrong.extend(_wrong_ends(book, row))
        if row.flag("recurrent") == (row.text("kind") == "transition"):
            wrong.append("recurrent: only transition is once only")
        for words in wrong:
            yield error("R-12", f"move {row.integer('move')}: {words}", at_row(table, row))


def _wrong_dates(book: Book, row: Row) -> Iterator[str]:
    month = book.facts.settings.moves_start_month
    calendar_year = int(row.text("year")[:4]) + (month < 4)
    start = dt.date(calendar_year, month, 1)
    if row.date("start") != start:
        yield f"start = {row.date('start')}; must be {start}"
    months_left = (3 - month) % 12 + 1
    full, part = row.integer("full_year_gbp"), row.integer("part_year_gbp")
    expected = nearest(Fraction(full * months_left, 12))
    if part != expected:
        yield f"part_year_gbp = {pounds(part)}; must be {pounds(expected)}, {months_left} months of the full year"


def _wrong_ends(book: Book, row: Row) -> Iterator[str]:
    """Which ends a kind has; a move is of a pound or more (new money may be taken away)."""
    kind, ends = row.text("kind"), {end: _cell(row, end) for end in ("from", "to")}
    has = {
        "from": kind in GIVEN_KINDS,
        "to": kind != "unspent",
    }
    for end, cell in ends.items():
        if has[end] != (cell is not None):
            yield f"{kind} {'must have' if has[end] else 'has no'} {end} end"
        elif cell is not None and cell not in book.facts.opening:
            yield f"{end} {', '.join(cell)}: no cell of this plan"
    full = row.integer("full_year_gbp")
    if full == 0 or (full < 0 and kind != "new_money"):
        yield f"full_year_gbp = {pounds(full)}; must be £1 or more"


@dataclass(frozen=True)
class MovesOfYear:
    """The moves of one plan year, beside the changes they explain."""

    book: Book
    t: int

    @property
    def year(self) -> str:
        return self.book.facts.years[self.t]

    @cached_property
    def rows(self) -> tuple[tuple[str, CellKey | None, CellKey | None, int], ...]:
        """Kind, from, to and pounds of each move."""
        return tuple(
            (row.text("kind"), _cell(row, "from"), _cell(row, "to"), row.integer("full_year_gbp"))
            for row in self.book.table("moves")
            if row.text("year") == self.year
        )

    def _pounds(self, cell: CellKey, t: int) -> int:
        gbp = self.book.gbp((cell,), t)
        assert gbp is not None, "moves are checked only when no row of the plan is missing"
        return gbp

    def _sums(self, kinds: Iterable[str], end: int) -> Mapping[CellKey, int]:
        """Pounds of some kinds by the cell at one end (1: from, 2: to)."""
        sums: defaultdict[CellKey, int] = defaultdict(int)
        wanted = set(kinds)
        for row in self.rows:
            cell = row[end]
            if row[0] in wanted and isinstance(cell, CellKey):
                sums[cell] += row[3]
        return sums

    def _error(self, message: str) -> Finding:
        return error("R-12", f"{self.year}, {message}", _FILE)

    @cached_property
    def growth(self) -> Mapping[CellKey, int]:
        """What each cell is written to have of the year's new money."""
        return self._sums(("new_money",), 2)

    def growth_as_shared(self) -> Iterator[Finding]:
        """New money is shared out in proportion to the year before: each line's as on the bridge, once a cell."""
        facts, t = self.book.facts, self.t
        before = sum(self._pounds(cell, t - 1) for cell in facts.cells)
        more = facts.money[t].spendable - before
        seen = [to for kind, _, to, _ in self.rows if kind == "new_money"]
        for cell in (cell for cell, times in Counter(seen).items() if cell is not None and times > 1):
            yield self._error(f"{', '.join(cell)}: new money stands more than once")
        bridge = {
            row.text("line"): row.integer("gbp")
            for row in self.book.table("bridge")
            if row.text("year") == self.year and row.text("item") == "growth"
        }
        for line in facts.leaves:
            cells = [cell for cell in facts.cells if cell.line == line]
            shared = sum(self.growth.get(cell, 0) for cell in cells)
            if line in bridge and shared != bridge[line]:
                message = f"new money of {line} sums to {pounds(shared)}; must be {pounds(bridge[line])}"
                yield self._error(f"{message}, the growth on the bridge")
            own = sum(self._pounds(cell, t - 1) for cell in cells)
            for cell in cells if own and line in bridge else ():
                exact = Fraction(bridge[line] * self._pounds(cell, t - 1), own)
                if abs(self.growth.get(cell, 0) - exact) >= 1:
                    found = f"{', '.join(cell)}: new money {pounds(self.growth.get(cell, 0))}"
                    yield self._error(f"{found}; must be within £1 of {pounds(nearest(exact))}, of {pounds(more)}")

    def changes_add_up(self) -> Iterator[Finding]:
        """What comes into a cell less what goes out of it is its change."""
        kinds = ("new_money", *GIVEN_KINDS)
        gets, gives = self._sums(kinds, 2), self._sums(kinds, 1)
        for cell in self.book.facts.cells:
            net = gets.get(cell, 0) - gives.get(cell, 0)
            change = self._pounds(cell, self.t) - self._pounds(cell, self.t - 1)
            if net != change:
                yield self._error(f"{', '.join(cell)}: moves come to {pounds(net)}; changed by {pounds(change)}")

    def sources(self) -> Iterator[Finding]:
        """A cell gives first of its growth, and cash it had only beyond that; none both gives and gets."""
        forgone, cash = self._sums(("growth_forgone",), 1), self._sums(("cash_withdrawn",), 1)
        gives, gets = self._sums(GIVEN_KINDS, 1), self._sums(GIVEN_KINDS, 2)
        for cell in self.book.facts.cells:
            name, own = ", ".join(cell), max(0, self.growth.get(cell, 0))
            beyond = max(0, gives.get(cell, 0) - own)
            if forgone.get(cell, 0) > own:
                yield self._error(f"{name}: gives {pounds(forgone[cell])} of growth; has only {pounds(own)}")
            if cash.get(cell, 0) > beyond:
                yield self._error(f"{name}: {pounds(cash[cell])} is cash withdrawn; only {pounds(beyond)} can be")
            if cell in gives and cell in gets:
                yield self._error(f"{name}: both gives and gets")
        # What is spent beyond all money is R-01's to tell, not a move.
        spent = sum(self._pounds(cell, self.t) for cell in self.book.facts.cells)
        left = self.book.facts.money[self.t].spendable - spent
        unspent = sum(gbp for kind, _, _, gbp in self.rows if kind == "unspent")
        if unspent != left and left >= 0:
            yield self._error(f"{pounds(unspent)} goes to nobody; must be {pounds(left)}, what is unallocated")

    def _pairs(self) -> dict[tuple[CellKey, CellKey | None], int]:
        """Pounds from giver to receiver (None: nobody), whatever they are to the giver."""
        pairs: defaultdict[tuple[CellKey, CellKey | None], int] = defaultdict(int)
        for kind, giver, receiver, gbp in self.rows:
            if kind in GIVEN_KINDS and giver is not None:
                pairs[giver, receiver] += gbp
        return pairs

    def no_more_than_needed(self) -> Iterator[Finding]:
        """At most givers + receivers - 1 transfers, each standing once."""
        pairs = self._pairs()
        givers, receivers = {giver for giver, _ in pairs}, {receiver for _, receiver in pairs}
        if len(pairs) > len(givers) + len(receivers) - 1 and pairs:
            most = len(givers) + len(receivers) - 1
            yield self._error(f"{len(pairs)} transfers; {most} are enough")
        seen = [(kind, giver, receiver) for kind, giver, receiver, _ in self.rows if kind in GIVEN_KINDS]
        for kind, giver, receiver in (one for one, times in Counter(seen).items() if times > 1):
            ends = f"{', '.join(giver or ())} to {', '.join(receiver or ()) or 'nobody'}"
            yield self._error(f"{kind} from {ends} stands more than once")

    def nearest_first(self) -> Iterator[Finding]:
        """As much as can be is moved within a place's line, of what is left within a place, then within a line."""
        pairs = {(a, b): gbp for (a, b), gbp in self._pairs().items() if b is not None}
        gives, gets = self._sums(GIVEN_KINDS, 1), self._sums(GIVEN_KINDS, 2)
        for home in HOMES:
            within = {(a, b): gbp for (a, b), gbp in pairs.items() if home(a) == home(b)}
            given, wanted = _by_home(gives.items(), home), _by_home(gets.items(), home)
            found = _by_home(((giver, gbp) for (giver, _), gbp in within.items()), home)
            for where in sorted(given):
                most = min(given[where], wanted.get(where, 0))
                if found.get(where, 0) != most:
                    message = f"{pounds(found.get(where, 0))} moves within {', '.join(where)}; must be"
                    yield self._error(f"{message} {pounds(most)}, as much as can be")
            pairs = {pair: gbp for pair, gbp in pairs.items() if pair not in within}
            gives = _less(gives, ((giver, gbp) for (giver, _), gbp in within.items()))
            gets = _less(gets, ((receiver, gbp) for (_, receiver), gbp in within.items() if receiver is not None))

    def transition_adds_up(self) -> Iterator[Finding]:
        """Cells that withdraw get what that costs, and each line's sums to transition.csv, nearest pounds both."""
        facts, paid = self.book.facts, self._sums(("transition",), 2)
        for line in facts.leaves:
            cells = [cell for cell in facts.cells if cell.line == line]
            gone = withdrawal(self.book, cells, self.t)
            found = sum(paid.get(cell, 0) for cell in cells)
            if gone is not None and found != nearest(gone.double_running) + nearest(gone.stranded):
                message = f"transition of {line} is {pounds(found)}; must be"
                yield self._error(f"{message} {pounds(nearest(gone.double_running) + nearest(gone.stranded))}")
            for cell in cells:
                own = withdrawal(self.book, (cell,), self.t)
                if own is not None and abs(paid.get(cell, 0) - own.cost) >= 2:
                    message = f"{', '.join(cell)}: transition {pounds(paid.get(cell, 0))}; must be within £2 of"
                    yield self._error(f"{message} {pounds(nearest(own.cost))}")


def _by_home(amounts: Iterable[tuple[CellKey, int]], home: Callable[[CellKey], Key]) -> dict[Key, int]:
    sums: defaultdict[Key, int] = defaultdict(int)
    for cell, gbp in amounts:
        sums[home(cell)] += gbp
    return sums


def _less(amounts: Mapping[CellKey, int], taken: Iterable[tuple[CellKey, int]]) -> Mapping[CellKey, int]:
    left = defaultdict(int, amounts)
    for cell, gbp in taken:
        left[cell] -= gbp
    return left
