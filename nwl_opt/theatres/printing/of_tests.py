"""Test appointments as sheets: one for each site that sees somebody on the day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from models.shared.parsing import Row
from nwl_opt.theatres.printing.day import Day
from nwl_opt.theatres.printing.of_theatres import alerts
from nwl_opt.theatres.printing.sheets import SiteSheet, VisitLine, clock, day_words, short_day

KINDS: Mapping[str, str] = {
    "cdc": "Community diagnostic centre",
    "clinic": "Home trust's clinic",
    "hospital": "Hospital",
}


def site_sheets(day: Day) -> tuple[SiteSheet, ...]:
    """The sites in the order of their ids, appointments in the order of time."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in day.tables["cdc_appointments"]:
        if row.moment("start").date() == day.date:
            found[row.text("site")].append(row)
    return tuple(
        SiteSheet(
            site_id=site_id,
            site=day.instance.sites[site_id].name,
            kind=KINDS[day.instance.sites[site_id].kind],
            day=day_words(day.date),
            visits=tuple(_visit(day, row) for row in sorted(rows, key=_in_order)),
        )
        for site_id, rows in sorted(found.items())
    )


def _in_order(row: Row) -> tuple[object, ...]:
    return row.moment("start"), row.text("test"), row.text("patient_id")


def _visit(day: Day, row: Row) -> VisitLine:
    patient_id = row.text("patient_id")
    patient, surgery = day.instance.patients[patient_id], day.surgery_day(patient_id)
    name, due = day.instance.tests[row.text("test")].name, row.moment("result_due")
    needs = [alert.text for alert in alerts(patient)]
    needs += ["hospital transport"] * patient.hospital_transport
    needs += ["does not walk"] * (not patient.ambulant)
    return VisitLine(
        start=clock(row.moment("start")),
        end=clock(row.moment("end")),
        test=(name, "made before" if row.text("state") == "existing" else f"new, date {day.state(patient_id)}"),
        patient=patient_id,
        who=day.who.get(patient_id, ()),
        needs=tuple(needs),
        result_due=(short_day(due.date()), clock(due)),
        operation=short_day(surgery) if surgery is not None else "no date yet",
    )
