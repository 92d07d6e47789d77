"""The short tables an estates lead reads first, built from the written tables."""

from __future__ import annotations

from collections.abc import Sequence

from models.estates.instance import EstatesInstance
from models.estates.views.cash import cash, works
from models.estates.views.changes import hand_backs, other_changes, refused
from models.estates.views.fullness import by_room_type, by_site, measured_today
from models.estates.views.travel import travel
from models.shared.problem import OutputTables, View


def views(instance: EstatesInstance, tables: OutputTables) -> Sequence[View]:
    """What changes, how full rooms are, cash and works, travel by deprivation, refusals."""
    found = [
        hand_backs(instance, tables),
        other_changes(instance, tables),
        by_room_type(instance, tables),
        by_site(instance, tables),
        measured_today(instance, tables),
        cash(tables),
        works(instance, tables),
        travel(instance, tables),
        refused(instance),
    ]
    return [view for view in found if view is not None]
