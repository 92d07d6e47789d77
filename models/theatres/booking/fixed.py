"""The bookings that stay: put into a new book before anybody else."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.theatres.booking.book import Book


def keep_fixed(book: Book) -> tuple[str, ...]:
    """Book the agreed and locked bookings where they are; returns the patients whose booking breaks a rule.

    The book asks for an order of the day patient by patient and gives up soon. They all had an order once, so for
    those it refuses one is looked for that holds a whole day, and longer.
    """
    lists = book.instance.lists
    fixed = book.instance.fixed_bookings
    refused: dict[object, dict[str, str]] = defaultdict(dict)
    for patient_id, list_id in sorted(fixed.items()):
        if not book.book(patient_id, list_id):
            refused[lists[list_id].date][patient_id] = list_id
    for together in refused.values():
        if book.settle_order(together):
            for patient_id, list_id in together.items():
                book.book(patient_id, list_id, in_order=True)
    return tuple(sorted(fixed.keys() - book.list_of.keys()))
