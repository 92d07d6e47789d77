"""The booking book: lists, beds, kit and test appointments, changed one patient at a time under the exact rules."""

from models.theatres.booking.appointments import Visit
from models.theatres.booking.book import Book

__all__ = ["Book", "Visit"]
