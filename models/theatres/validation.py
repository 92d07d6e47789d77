"""Faults that need more than one cell to see; all are collected."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterator

from models.shared.faults import REAL_IDENTIFIERS, Fault
from models.shared.parsing import ParsedInstance, Row
from models.theatres.identity import are_nhs_numbers
from models.theatres.settings import TheatreSettings


def validate(parsed: ParsedInstance) -> list[Fault]:
    """All faults between cells and tables; called also when single cells already had faults."""
    faults = [
        *_identities(parsed),
        *_patients(parsed),
        *_patient_tests(parsed),
        *_lists(parsed),
        *_theatre_overlaps(parsed),
    ]
    faults += [*_curves(parsed), *_surgeon_leave(parsed), *_validity(parsed)]
    faults += [*_sites(parsed), *_sessions(parsed), *_existing_appointments(parsed)]
    faults += [*_shifts(parsed), *_staff_at_every_list(parsed), *_commitments(parsed)]
    faults += [*_results(parsed), *_named_changes(parsed)]
    settings = parsed.settings
    if isinstance(settings, TheatreSettings):
        faults += [*_dates(parsed, settings), *_day_case_curve(parsed, settings)]
        faults += _beds(parsed, settings)
    return faults


def _dates(parsed: ParsedInstance, settings: TheatreSettings) -> Iterator[Fault]:
    planning, first = settings.planning_date, settings.horizon_start
    if first < planning:
        yield Fault("instance.toml", None, "settings.horizon_start", str(first),
                    f"must not be before planning_date {planning}", "Correct one of the two dates.")  # fmt: skip
    last = _last_day(settings)
    lists = parsed.table("lists")
    for row in lists:
        if not first <= row.date("date") <= last:
            yield lists.fault(row, "date", f"must be from {first} to {last}, the horizon",
                              "Correct the date, or horizon_start and horizon_weeks in instance.toml.")  # fmt: skip
    for name, column in (
        ("patients", "clock_start"),
        ("patient_tests", "done_on"),
        ("patient_tests", "requested_on"),
    ):
        table = parsed.table(name)
        for row in table:
            day = row.maybe_date(column)
            if day is not None and day > planning:
                yield table.fault(row, column, f"must not be after planning_date {planning}",
                                  "Correct the date; plans for later belong elsewhere.")  # fmt: skip
    slots = parsed.table("test_slots")
    for row in slots:
        if row.date("date") < planning:
            yield slots.fault(row, "date", f"must not be before planning_date {planning}",
                              "Remove appointments that are over.")  # fmt: skip


def _last_day(settings: TheatreSettings) -> dt.date:
    """The last day of the horizon."""
    return settings.horizon_start + dt.timedelta(days=7 * settings.horizon_weeks - 1)


def _identities(parsed: ParsedInstance) -> Iterator[Fault]:
    """Patients stand here by pseudonym; a column of NHS numbers is told once, and none of it is shown."""
    if are_nhs_numbers(row.text("patient_id") for row in parsed.table("patients")):
        yield Fault("patients.csv", None, "patient_id", REAL_IDENTIFIERS,
                    "must be pseudonyms: most of these are NHS numbers, by their check digit",
                    "Give each patient a pseudonym, and keep the key apart: nwl-opt theatres pseudonymise does "
                    "both.")  # fmt: skip


def _patients(parsed: ParsedInstance) -> Iterator[Fault]:
    table = parsed.table("patients")
    for row in table:
        first, last = row.maybe_date("available_from"), row.maybe_date("available_to")
        if first is not None and last is not None and last < first:
            yield table.fault(row, "available_to", f"must not be before available_from {first}",
                              "Correct one of the two dates.")  # fmt: skip
        due, start = row.maybe_date("due_by"), row.date("clock_start")
        if due is not None and due < start:
            yield table.fault(row, "due_by", f"must not be before clock_start {start}",
                              "Correct the date. One that has passed may stand: it was missed.")  # fmt: skip


def _patient_tests(parsed: ParsedInstance) -> Iterator[Fault]:
    """An appointment already made is for a test the patient needs."""
    needed = {(r.text("patient_id"), r.text("test_id")) for r in parsed.table("patient_tests")}
    table = parsed.table("existing_appointments")
    for row in table:
        patient_id = row.text("patient_id")
        if parsed.table("patient_tests").complete and (patient_id, row.text("test_id")) not in needed:
            yield table.fault(row, "test_id", f"must be a test of patient {patient_id} in patient_tests.csv",
                              "Add the test to patient_tests.csv, or remove the appointment.")  # fmt: skip


def _lists(parsed: ParsedInstance) -> Iterator[Fault]:
    table = parsed.table("lists")
    for row in table:
        if row.time("end") <= row.time("start"):
            yield table.fault(row, "end", f"must be after start {row.time('start'):%H:%M}",
                              "Correct the times; a list ends on the day it starts.")  # fmt: skip


def _theatre_overlaps(parsed: ParsedInstance) -> Iterator[Fault]:
    table = parsed.table("lists")
    by_theatre: dict[tuple[str, dt.date], list[Row]] = defaultdict(list)
    for row in table:
        by_theatre[row.text("theatre_id"), row.date("date")].append(row)
    for rows in by_theatre.values():
        rows.sort(key=lambda row: row.time("start"))
        for before, row in itertools.pairwise(rows):
            if row.time("start") < before.time("end"):
                yield table.fault(row, "start", f"must not be before list {before.text('list_id')} ends at "
                                  f"{before.time('end'):%H:%M}", "A theatre runs one list at a time.")  # fmt: skip


def _curves(parsed: ParsedInstance) -> Iterator[Fault]:
    table = parsed.table("los_curves")
    if not table.complete:
        return
    by_curve: dict[str, list[Row]] = defaultdict(list)
    for row in table:
        by_curve[row.text("curve_id")].append(row)
    for rows in by_curve.values():
        rows.sort(key=lambda row: row.integer("night"))
        for at, row in enumerate(rows):
            if row.integer("night") != at:
                yield table.fault(row, "night", f"must be {at}: nights count from 0 without a gap",
                                  "Add the missing night or remove this one.")  # fmt: skip
                break
            if at and row.number_of("occupied_share") > rows[at - 1].number_of("occupied_share"):
                yield table.fault(row, "occupied_share", "must not be more than the night before",
                                  "Give the share still in a bed, not the share leaving.")  # fmt: skip


def _day_case_curve(parsed: ParsedInstance, settings: TheatreSettings) -> Iterator[Fault]:
    known = {row.text("curve_id") for row in parsed.table("los_curves")}
    day_cases = any(row.flag("day_case") for row in parsed.table("patients"))
    if day_cases and parsed.table("los_curves").complete and settings.day_case_curve_id not in known:
        yield Fault("instance.toml", None, "settings.day_case_curve_id", settings.day_case_curve_id,
                    "must stand in los_curves.csv, column curve_id", "Add the curve or name another.")  # fmt: skip


def _surgeon_leave(parsed: ParsedInstance) -> Iterator[Fault]:
    table = parsed.table("surgeon_leave")
    for row in table:
        if row.date("last_day") < row.date("first_day"):
            yield table.fault(row, "last_day", f"must not be before first_day {row.date('first_day')}",
                              "Correct one of the two dates.")  # fmt: skip


def _shifts(parsed: ParsedInstance) -> Iterator[Fault]:
    table = parsed.table("staff")
    for row in table:
        if row.time("end") <= row.time("start"):
            yield table.fault(row, "end", f"must be after start {row.time('start'):%H:%M}",
                              "Correct the times; a shift over midnight is two rows.")  # fmt: skip


def _staff_at_every_list(parsed: ParsedInstance) -> Iterator[Fault]:
    """A role with shifts has them over the whole of every list: a gap would be read as nobody missing."""
    table, lists = parsed.table("staff"), parsed.table("lists")
    if not table.complete:
        return
    shifts: dict[tuple[str, dt.date], list[tuple[dt.time, dt.time]]] = defaultdict(list)
    for row in table:
        shifts[row.text("role"), row.date("date")].append((row.time("start"), row.time("end")))
    known = {row.text("role") for row in parsed.table("staff_needs")}
    for role in sorted({role for role, _ in shifts} & known):
        bare = [row for row in lists if not _are_covered(row, shifts[role, row.date("date")])]
        if bare:
            more = f" and {len(bare) - 1} more lists" if len(bare) > 1 else ""
            row = min(bare, key=lambda row: (row.date("date"), row.time("start"), row.text("list_id")))
            yield Fault(table.file, None, None, f"role {role}: no shifts over the whole of list "
                        f"{row.text('list_id')}, {row.date('date')} {row.time('start'):%H:%M} to "
                        f"{row.time('end'):%H:%M}{more}",
                        "must have shifts over the whole of every list, for each role with any shift",
                        "Add the shifts, with available 0 where nobody is there.")  # fmt: skip


def _are_covered(on: Row, shifts: list[tuple[dt.time, dt.time]]) -> bool:
    """Whether the shifts, one after the other or overlapping, leave no minute of the list bare."""
    reached = on.time("start")
    for start, end in sorted(shifts):
        if start <= reached < end:
            reached = end
    return reached >= on.time("end")


def _commitments(parsed: ParsedInstance) -> Iterator[Fault]:
    table = parsed.table("surgeon_commitments")
    for row in table:
        if row.time("end") <= row.time("start"):
            yield table.fault(row, "end", f"must be after start {row.time('start'):%H:%M}",
                              "Correct the times; one over midnight is two rows.")  # fmt: skip


def _results(parsed: ParsedInstance) -> Iterator[Fault]:
    """A result belongs to a test done or appointed, and does not come before it."""
    table, made = parsed.table("patient_tests"), parsed.table("existing_appointments")
    appointed = {(r.text("patient_id"), r.text("test_id")): r.moment("start").date() for r in made}
    for row in table:
        result = row.maybe_date("result_on")
        key = (row.text("patient_id"), row.text("test_id"))
        days = [day for day in (row.maybe_date("done_on"), appointed.get(key)) if day is not None]
        if result is None:
            continue
        if not days and made.complete:
            yield table.fault(row, "result_on", "must be empty: the test is neither done nor appointed",
                              "Fill in done_on, or existing_appointments.csv, or remove the date.")  # fmt: skip
        elif days and result < max(days):
            yield table.fault(row, "result_on", f"must not be before the test itself on {max(days)}",
                              "Correct one of the two dates.")  # fmt: skip


def _named_changes(parsed: ParsedInstance) -> Iterator[Fault]:
    table, bookings = parsed.table("named_changes"), parsed.table("existing_bookings")
    booked = {row.text("patient_id") for row in bookings}
    for row in table:
        if bookings.complete and row.text("patient_id") not in booked:
            yield table.fault(row, "patient_id", "must have a row in existing_bookings.csv",
                              "Only a booking can be changed: add it, or remove this row.")  # fmt: skip


def _validity(parsed: ParsedInstance) -> Iterator[Fault]:
    """Every test some patient needs has a validity at the patient's trust."""
    table = parsed.table("test_validity")
    if not table.complete:
        return
    known = {(r.text("test_id"), r.text("trust_id")) for r in table}
    trust = {r.text("patient_id"): r.text("trust_id") for r in parsed.table("patients")}
    wanted = {(r.text("test_id"), trust.get(r.text("patient_id"), "")) for r in parsed.table("patient_tests")}
    for test_id, trust_id in sorted(wanted - known):
        if trust_id:
            yield Fault(table.file, None, None, f"no row for test {test_id}, trust {trust_id}",
                        "must say how long each home trust accepts each test its patients need",
                        f"Add a row {test_id}, {trust_id} with valid_days.")  # fmt: skip


def _sites(parsed: ParsedInstance) -> Iterator[Fault]:
    table = parsed.table("test_sites")
    for row in table:
        if row.text("kind") == "clinic" and row.maybe_text("trust_id") is None:
            yield table.fault(row, "trust_id", "must name the home trust of a clinic",
                              "Fill in the trust, or choose another kind of site.", found="(empty)")  # fmt: skip


def _sessions(parsed: ParsedInstance) -> Iterator[Fault]:
    table = parsed.table("test_slots")
    taken: dict[tuple[str, str, dt.datetime], int] = {}
    for row in table:
        start = dt.datetime.combine(row.date("date"), row.time("start"))
        end = start + dt.timedelta(minutes=row.integer("slots") * row.integer("slot_minutes"))
        if end > dt.datetime.combine(row.date("date") + dt.timedelta(days=1), dt.time()):
            yield table.fault(row, "slots", "the last appointment must end on the same day",
                              "Give fewer or shorter appointments.")  # fmt: skip
            continue
        for at in range(row.integer("slots")):
            moment = start + dt.timedelta(minutes=at * row.integer("slot_minutes"))
            key = (row.text("site_id"), row.text("test_id"), moment)
            if key in taken:
                yield table.fault(row, "start", f"the appointment at {moment:%H:%M} also stands in row {taken[key]}",
                                  "Put patients seen at the same time into places.")  # fmt: skip
                break
            taken[key] = row.number


def _existing_appointments(parsed: ParsedInstance) -> Iterator[Fault]:
    slots, table = parsed.table("test_slots"), parsed.table("existing_appointments")
    if not slots.complete:
        return
    places: dict[tuple[str, str, dt.datetime], int] = {}
    for row in slots:
        start = dt.datetime.combine(row.date("date"), row.time("start"))
        for at in range(row.integer("slots")):
            moment = start + dt.timedelta(minutes=at * row.integer("slot_minutes"))
            places[row.text("site_id"), row.text("test_id"), moment] = row.integer("places")
    for row in table:
        key = (row.text("site_id"), row.text("test_id"), row.moment("start"))
        if key not in places:
            yield table.fault(row, "start", "must be an appointment time in test_slots.csv for this site and test",
                              "Add the time to test_slots.csv, or correct the appointment.")  # fmt: skip
            continue
        places[key] -= 1
        if places[key] == -1:
            yield table.fault(row, "start", "more patients than places at this time",
                              "Move one of them, or add places in test_slots.csv.")  # fmt: skip


def _beds(parsed: ParsedInstance, settings: TheatreSettings) -> list[Fault]:
    """Every ward has a row for each night a patient of these lists can be in it."""
    table, lists = parsed.table("beds"), parsed.table("lists")
    nights = _nights_by_ward(parsed, settings)
    days = [row.date("date") for row in lists if settings.horizon_start <= row.date("date") <= _last_day(settings)]
    if not (table.complete and lists.complete and days):
        return []
    known = {(row.text("ward_id"), row.date("date")) for row in table}
    faults = []
    for ward, longest in sorted(nights.items()):
        last = max(days) + dt.timedelta(days=longest - 1)
        count = (last - min(days)).days + 1
        missing = [d for d in (min(days) + dt.timedelta(days=n) for n in range(count)) if (ward, d) not in known]
        if missing:
            faults.append(
                Fault(table.file, None, None, f"no row for ward {ward} on {missing[0]}"
                      + (f" and {len(missing) - 1} more nights" if len(missing) > 1 else ""),
                      f"must cover every night from {min(days)} to {last}, on which a patient can still be in a bed",
                      "Add the nights, weekends and the days after the last list included.")
            )  # fmt: skip
    return faults


def _nights_by_ward(parsed: ParsedInstance, settings: TheatreSettings) -> dict[str, int]:
    """The most nights after an operation a patient of the waiting list can be on each ward."""
    length: dict[str, int] = defaultdict(int)
    for row in parsed.table("los_curves"):
        if row.number_of("occupied_share") > 0:
            length[row.text("curve_id")] = max(length[row.text("curve_id")], row.integer("night") + 1)
    stays = {r.text("procedure_code"): (r.text("ward_id"), r.text("curve_id")) for r in parsed.table("procedures")}
    nights: dict[str, int] = defaultdict(int)
    for row in parsed.table("patients"):
        ward, curve = stays.get(row.text("procedure_code"), ("", ""))
        chosen = settings.day_case_curve_id if row.flag("day_case") else curve
        if ward:
            nights[ward] = max(nights[ward], length[chosen])
    return {ward: longest for ward, longest in nights.items() if longest > 0}
