"""What comes off the money before it is shared out: primary care, breaking even, and running costs on their own."""

from __future__ import annotations

from collections.abc import Iterator

from models.reallocation.checker.book import Book
from models.reallocation.checker.written import envelope_items
from models.shared.findings import Finding


def check_primary_care_first_claim(book: Book) -> Iterator[Finding]:
    """What primary care is short of is closed in equal steps before anything is shared out."""
    yield from envelope_items("R-16", book, {"primary_care": [money.primary_care for money in book.facts.money]})


def check_break_even_first(book: Book) -> Iterator[Finding]:
    """Efficiency pays for breaking even first; what is missing of it comes off the money in scope."""
    yield from envelope_items("R-17", book, {"break_even": [money.break_even for money in book.facts.money]})


def check_running_costs_cut(book: Book) -> Iterator[Finding]:
    """Running costs come down in equal steps to their cut by the year it is due, and stay there."""
    yield from envelope_items("R-18", book, {"running_costs": [money.running_costs for money in book.facts.money]})
