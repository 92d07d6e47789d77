"""Who stands by, as sheets: one for each list of the day for which somebody does."""

from __future__ import annotations

from collections import defaultdict

from models.shared.parsing import Row
from nwl_opt.theatres.printing.day import Day
from nwl_opt.theatres.printing.of_theatres import side_and_operation
from nwl_opt.theatres.printing.sheets import StandbyLine, StandbySheet, clock, day_words


def standby_sheets(day: Day) -> tuple[StandbySheet, ...]:
    """The lists in the order of theatres and starts."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in day.tables["standby"]:
        found[row.text("list_id")].append(row)
    lists = [on for on in day.instance.lists.values() if on.date == day.date and on.list_id in found]
    return tuple(
        StandbySheet(
            theatre=day.instance.theatres[on.theatre_id].name,
            day=day_words(on.date),
            hours=f"{clock(on.start)} to {clock(on.end)}",
            surgeon=f"Surgeon {on.surgeon_id}",
            lines=tuple(_line(day, row) for row in sorted(found[on.list_id], key=lambda row: row.integer("place"))),
        )
        for on in sorted(lists, key=lambda on: (on.theatre_id, on.start, on.list_id))
    )


def _line(day: Day, row: Row) -> StandbyLine:
    patient_id = row.text("patient_id")
    side, operation = side_and_operation(day.instance, patient_id)
    return StandbyLine(
        place=str(row.integer("place")),
        patient=patient_id,
        who=day.who.get(patient_id, ()),
        side=side,
        operation=operation,
        instead_of=row.text("instead_of"),
        weeks_waited=str(row.integer("weeks_waited")),
    )
