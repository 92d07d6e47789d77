"""The short tables a scheduler reads first, built from the written tables."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from models.shared.cells import Cell
from models.shared.problem import OutputTables, View
from models.theatres.instance import Instance
from models.theatres.words import CODE_WORDS, day_text

Row = Mapping[str, Cell]

_MOST_NIGHTS = 5
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def views(instance: Instance, tables: OutputTables) -> Sequence[View]:
    """The week board, the first day's lists, the first week's test appointments, who is not booked, beds."""
    found = (
        _board(instance, tables),
        _first_day(instance, tables),
        _first_week_of_tests(instance, tables),
        _not_booked(instance, tables),
        _tightest_nights(instance, tables),
    )
    return [view for view in found if view.rows]


def _board(instance: Instance, tables: OutputTables) -> View:
    """Theatres by days: cases and expected finish of every list."""
    cells: dict[tuple[dt.date, str], dict[int, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for row in tables["lists"]:
        day = _date(row, "date")
        cells[_monday(day), str(row["theatre"])][day.weekday()].append((str(row["list_id"]), _board_cell(row)))
    days = range(max([5, *(at + 1 for found in cells.values() for at in found)]))
    rows = []
    for (week, theatre), found in sorted(cells.items()):
        texts = (", ".join(text for _, text in sorted(found.get(at, []))) for at in days)
        rows.append((day_text(week), instance.theatres[theatre].name, *texts))
    return View(
        "The lists: cases and expected finish",
        ("week of", "theatre", *_WEEKDAYS[: len(days)]),
        tuple(rows),
        (False,) * (2 + len(days)),
        "two lists on one day are parted by a comma; closed: no staff, no surgeon, or the surgeon is away",
    )


def _board_cell(row: Row) -> str:
    if not row["usable"] and not row["cases"]:
        return "closed"
    return f"{row['cases']} to {_time(row, 'expected_end')}" if row["cases"] else "empty"


def _first_day(instance: Instance, tables: OutputTables) -> View:
    """The lists of the first day with a case, theatre by theatre in the order of the day."""
    cases = sorted(tables["theatre_lists"], key=lambda row: (_moment(row, "start"), str(row["theatre"])))
    day = min((_date(row, "date") for row in cases), default=None)
    rows = tuple(
        (
            instance.theatres[str(row["theatre"])].name,
            f"{_time(row, 'start')}-{_time(row, 'end')}",
            str(row["patient_id"]),
            str(row["procedure"]),
            str(row["laterality"] or ""),
            str(row["surgeon_id"] or ""),
            _flags(instance, str(row["patient_id"])),
        )
        for row in sorted(cases, key=lambda row: (str(row["theatre"]), _moment(row, "start")))
        if _date(row, "date") == day
    )
    title = f"Lists of {day_text(day)}" if day is not None else "Lists"
    headings = ("theatre", "time", "patient", "operation", "side", "surgeon", "note")
    return View(title, headings, rows, (False,) * len(headings))


def _flags(instance: Instance, patient_id: str) -> str:
    """What the theatre team has to know before the case."""
    patient = instance.patients[patient_id]
    notes = {
        "latex allergy": patient.latex_allergy == "yes",
        "infection: clean down": patient.infection_risk == "yes",
        "diabetic": patient.diabetic == "yes",
        "diabetes unknown": patient.diabetic == "unknown",
        "day case": patient.day_case,
        "image intensifier": instance.procedure_of(patient_id).needs_image_intensifier,
        "transport": patient.hospital_transport,
    }
    return ", ".join(note for note, applies in notes.items() if applies)


def _first_week_of_tests(instance: Instance, tables: OutputTables) -> View:
    """Appointments of the first week with any: how many each site sees for each test on each day."""
    made = tables["cdc_appointments"]
    week = min((_monday(_moment(row, "start").date()) for row in made), default=None)
    counts: Counter[tuple[str, str, int]] = Counter()
    new = 0
    for row in made:
        day = _moment(row, "start").date()
        if _monday(day) == week:
            counts[str(row["site"]), str(row["test"]), day.weekday()] += 1
            new += row["state"] == "new"
    days = range(max([5, *(at + 1 for _, _, at in counts)]))
    rows = tuple(
        (
            instance.sites[site].name,
            instance.tests[test].name,
            *(str(counts[site, test, at] or "") for at in days),
            str(sum(counts[site, test, at] for at in days)),
        )
        for site, test in sorted({(site, test) for site, test, _ in counts})
    )
    title = f"Test appointments in the week of {day_text(week)}" if week is not None else "Test appointments"
    headings = ("site", "test", *_WEEKDAYS[: len(days)], "week")
    note = f"{counts.total()} in all, {new} of them new in this plan; each with its time in cdc_appointments.csv"
    return View(title, headings, rows, (False, False, *[True] * (len(days) + 1)), note)


def _not_booked(instance: Instance, tables: OutputTables) -> View:
    """Patients not booked by reason, with how many are P2 or long waiters."""
    patients: dict[str, list[str]] = defaultdict(list)
    for row in tables["not_booked"]:
        patients[str(row["reason_code"])].append(str(row["patient_id"]))
    rows = tuple(
        (
            CODE_WORDS[code],
            str(len(people)),
            str(sum(instance.patients[p].priority == "P2" for p in people) or ""),
            str(sum(instance.is_long_wait(p) for p in people) or ""),
        )
        for code, people in sorted(patients.items(), key=lambda item: (-len(item[1]), item[0]))
    )
    headings = ("not booked because of", "patients", "P2", f"{instance.settings.long_wait_weeks} weeks or more")
    note = "what would book each of them stands in not_booked.csv"
    return View("Not booked", headings, rows, (False, True, True, True), note)


def _tightest_nights(instance: Instance, tables: OutputTables) -> View:
    """The nights with the fewest beds to spare."""
    nights = sorted(
        tables["beds"],
        key=lambda row: (_number(row, "beds") - _number(row, "p95_occupied"), _date(row, "date"), str(row["ward"])),
    )
    rows = tuple(
        (
            day_text(_date(row, "date")),
            instance.wards[str(row["ward"])],
            f"{_number(row, 'expected_occupied'):.1f}",
            f"{_number(row, 'p95_occupied'):.1f}",
            str(row["beds"]),
        )
        for row in nights[:_MOST_NIGHTS]
    )
    level = f"{instance.settings.bed_quantile_share:.0%} level"
    headings = ("night", "ward", "expected", level, "beds")
    return View("Beds: the tightest nights", headings, rows, (False, False, True, True, True))


def _date(row: Row, column: str) -> dt.date:
    value = row[column]
    assert isinstance(value, dt.date), f"{column} is not a date"
    return value


def _moment(row: Row, column: str) -> dt.datetime:
    value = row[column]
    assert isinstance(value, dt.datetime), f"{column} is not a date and time"
    return value


def _time(row: Row, column: str) -> str:
    return f"{_moment(row, column):%H:%M}"


def _number(row: Row, column: str) -> float:
    value = row[column]
    assert isinstance(value, (int, float)), f"{column} is not a number"
    return float(value)


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())
