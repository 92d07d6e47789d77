"""impacts.csv held against the plan: who gains and who loses, by place, provider and place's line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from models.reallocation.checker.book import Book, at_row, error, pounds
from models.reallocation.checker.definitions import SHARE_TOLERANCE
from models.reallocation.checker.money import nearest
from models.reallocation.checker.written import Key, key_of, rows_once
from models.reallocation.instance import CellKey
from models.shared.findings import Finding
from models.shared.parsing import Row

_KEYS = ("kind", "who")


def check_impacts(book: Book) -> Iterator[Finding]:
    """Every place, provider and place's line stands once, with what the written pounds come to (R-11)."""
    if not book.is_whole:
        return
    table, who = book.table("impacts"), dict(_who(book))
    yield from rows_once("R-11", table, _KEYS, who)
    yield from _in_step_ties(book)
    for row in table:
        cells = who.get(key_of(row, _KEYS))
        for wrong in _wrong(book, row, cells) if cells is not None else ():
            yield error("R-11", f"{row.text('kind')} {row.text('who')}: {wrong}", at_row(table, row))


def _who(book: Book) -> Iterator[tuple[Key, Sequence[CellKey]]]:
    """Those whose money it is, with the cells they have; money that is not split has a row among the providers."""
    facts = book.facts
    for place in dict.fromkeys(cell.place for cell in facts.cells):
        yield ("place", place), [cell for cell in facts.cells if cell.place == place]
    for provider in dict.fromkeys(cell.provider for cell in facts.cells):
        yield ("provider", provider), [cell for cell in facts.cells if cell.provider == provider]
    for key, own in facts.place_lines.items():
        yield ("place_line", f"{key.place}/{key.line}"), own


def _wrong(book: Book, row: Row, cells: Sequence[CellKey]) -> Iterator[str]:
    facts = book.facts
    years = [book.gbp(cells, t) or 0 for t in range(facts.last + 1)]
    exact = Fraction(years[0] * facts.money[facts.last].spendable, facts.money[0].spendable)
    in_step = row.integer("in_step_gbp")
    if abs(in_step - exact) >= len(cells):
        yield f"in_step_gbp = {pounds(in_step)}; must be within £{len(cells)} of {pounds(nearest(exact))}"
    expected = {
        "opening_gbp": years[0],
        "closing_gbp": years[-1],
        "against_in_step_gbp": years[-1] - in_step,
        "lowest_yearly_change_gbp": min(years[t] - years[t - 1] for t in range(1, facts.last + 1)),
    }
    for column, gbp in expected.items():
        if row.integer(column) != gbp:
            yield f"{column} = {pounds(row.integer(column))}; must be {pounds(gbp)}"
    flag = expected["lowest_yearly_change_gbp"] < 0
    if row.flag("equality_flag") != flag:
        yield f"equality_flag must be {'yes' if flag else 'no'}: cash {'falls' if flag else 'never falls'}"
    shares: Mapping[str, float | None] = {
        "against_in_step_share": (years[-1] - in_step) / years[0],
        "income_share": _of_income(book, row, years),
    }
    for name, share in shares.items():
        found = row.maybe_number_of(name)
        if (found is None) != (share is None) or abs((found or 0.0) - (share or 0.0)) > SHARE_TOLERANCE:
            yield f"{name} = {_words(found)}; must be {_words(share)}"


def _in_step_ties(book: Book) -> Iterator[Finding]:
    """Growth in step is in whole pounds of cells: each place's lines sum to the place, and each kind to all money."""
    table, total = book.table("impacts"), book.facts.money[book.facts.last].spendable
    written = {key_of(row, _KEYS): row.integer("in_step_gbp") for row in table}
    for kind in ("place", "provider", "place_line"):
        found = sum(gbp for (of, _), gbp in written.items() if of == kind)
        if found != total:
            yield error("R-11", f"{kind}: in_step_gbp sums to {pounds(found)}; must be {pounds(total)}", table.file)
    for place in dict.fromkeys(key.place for key in book.facts.place_lines):
        own = [f"{key.place}/{key.line}" for key in book.facts.place_lines if key.place == place]
        lines = sum(written.get(("place_line", who), 0) for who in own)
        if lines != written.get(("place", place), 0):
            message = f"place {place}: in_step_gbp of its lines sums to {pounds(lines)}; must be that of the place"
            yield error("R-11", message, table.file)


def _of_income(book: Book, row: Row, years: Sequence[int]) -> float | None:
    """The change to the last year as a share of a provider's whole income."""
    if row.text("kind") != "provider":
        return None
    income = {provider.provider: provider.income_gbp for provider in book.facts.instance.providers}
    own = income.get(row.text("who"))
    return None if own is None else (years[-1] - years[0]) / own


def _words(share: float | None) -> str:
    return "(empty)" if share is None else f"{share:.6f}"
