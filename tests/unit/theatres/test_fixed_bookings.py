"""Bookings that stay are put back together: a short search that gives up is no reason to call them impossible."""

from __future__ import annotations

import pytest

from models.theatres import day_search
from models.theatres.booking import Book, day_orders
from tests.unit.theatres.small_world import patient, procedure, theatre_list, world

pytestmark = pytest.mark.unit


def test_a_day_that_a_short_search_gives_up_is_searched_as_long_as_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """One machine for two lists of two cases: who needs it goes first on one list and last on the other.

    Without a step to turn round the book refuses the last patient; a search of the whole day finds the order.
    """
    lists = [theatre_list(f"L{n}", theatre_id=f"T{n}", surgeon_id=f"S{n}") for n in (1, 2)]
    kinds = [procedure(), procedure(procedure_code="nail", needs_image_intensifier=True)]
    people = [patient(f"A{n}", procedure_code="nail", surgeon_choice="any") for n in (1, 2)]
    people += [patient(f"B{n}", surgeon_choice="any") for n in (1, 2)]
    bookings = {f"{name}{n}": (f"L{n}", "agreed") for n in (1, 2) for name in "AB"}
    instance = world(people, lists, procedures=kinds, bookings=bookings, settings={"image_intensifiers": 1})
    assert Book(instance).unplaceable == ()
    monkeypatch.setattr(day_search, "_QUICK_NODES_PER_CASE", 0)
    monkeypatch.setattr(day_orders, "BOOK_NODES", 0)
    assert Book(instance).unplaceable == ()
    assert Book(instance).plan().list_of == {patient_id: at for patient_id, (at, _) in bookings.items()}
    monkeypatch.setattr(day_orders, "PLAN_NODES", 0)
    assert Book(instance).unplaceable != ()
