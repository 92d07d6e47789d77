"""The short tables a scheduler reads first, built from the written tables."""

from __future__ import annotations

from collections.abc import Sequence

from models.shared.problem import OutputTables, View
from models.theatres.instance import Instance
from models.theatres.views.of_lists import first_week, tightest_nights, weeks
from models.theatres.views.of_people import changes, fairness, not_booked, tests, worklists


def views(instance: Instance, tables: OutputTables) -> Sequence[View]:
    """What changed, the lists week by week and of the first week, beds, tests, who is not booked, work, fairness."""
    found = (
        changes(instance, tables),
        weeks(instance, tables),
        first_week(instance, tables),
        tightest_nights(instance, tables),
        tests(instance, tables),
        not_booked(instance, tables),
        worklists(instance, tables),
        fairness(instance, tables),
    )
    return [view for view in found if view.rows]
