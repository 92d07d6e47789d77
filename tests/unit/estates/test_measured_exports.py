"""Exports of booking systems, clinical systems and sensors as hours a week by session."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from models.estates.entities import Slot
from models.shared.faults import InputFaults
from nwl_opt.estates.measuring.measure import Measurement, measure, merged_rows, rows_of, write_copy, write_measured
from nwl_opt.estates.measuring.reading import Interval
from nwl_opt.estates.measuring.tables import EXPORTS
from nwl_opt.estates.measuring.week import Measured, measured, windows_of
from nwl_opt.files.tables import csv_bytes
from nwl_opt.opening import validate_instance

pytestmark = pytest.mark.unit

EIGHT = dt.time(8)
MONDAY = dt.date(2026, 1, 12)
SLOTS = (Slot("mon_am", "mon", "am", 1.0), Slot("mon_pm", "mon", "pm", 1.0), Slot("sat_am", "sat", "am", 1.0))


def at(start: str, end: str, *, room: str | None = "1", day: dt.date = MONDAY) -> Interval:
    first, last = (60 * int(time[:2]) + int(time[3:]) for time in (start, end))
    return Interval("s", "consulting", room, day, first, last)


def week(*intervals: Interval, first: dt.date | None = None, last: dt.date | None = None) -> Measured:
    return measured(
        sorted(intervals, key=lambda one: (one.room or "", one)), windows_of(SLOTS, EIGHT, 5.0), first, last
    )


def test_the_sessions_of_a_day_follow_one_another() -> None:
    windows = windows_of(SLOTS, dt.time(8, 30), 4.0)
    assert [(w.slot, w.start_minute, w.end_minute) for w in windows] == [
        ("mon_am", 510, 750),
        ("mon_pm", 750, 990),
        ("sat_am", 510, 750),
    ]


def test_overlaps_in_one_room_count_once_and_in_two_rooms_twice() -> None:
    """Room 1 from 9 to 12 (9-11, 10-12 and 10-10:30 in it), room 2 from 9 to 11: 5 hours, 2.5 of them twice."""
    found = week(at("09:00", "11:00"), at("10:00", "10:30"), at("10:00", "12:00"), at("09:00", "11:00", room="2"))
    assert found.hours["s", "consulting", "mon_am"] == 5.0
    assert found.minutes_overlapping == 90


def test_rows_without_a_room_are_not_merged_and_are_counted() -> None:
    found = week(at("09:00", "11:00", room=None), at("09:00", "11:00", room=None))
    assert found.hours["s", "consulting", "mon_am"] == 4.0
    assert (found.rows_without_a_room, found.minutes_overlapping) == (2, 0)


def test_an_interval_is_split_between_sessions_and_what_is_outside_is_left_out() -> None:
    """7:00 to 19:00 with sessions 8-13 and 13-18: an hour before and an hour after."""
    found = week(at("07:00", "19:00"))
    assert found.hours["s", "consulting", "mon_am"] == 5.0
    assert found.hours["s", "consulting", "mon_pm"] == 5.0
    assert found.minutes_outside == 120


def test_hours_are_averaged_over_the_days_of_the_weekday() -> None:
    """6 hours on one of two Mondays are 3 a week; one Saturday without a row is 0 hours, not nothing."""
    found = week(at("08:00", "13:00"), at("13:00", "14:00"), last=MONDAY + dt.timedelta(days=7))
    assert found.days["mon"] == 2
    assert found.hours == {
        ("s", "consulting", "mon_am"): 2.5,
        ("s", "consulting", "mon_pm"): 0.5,
        ("s", "consulting", "sat_am"): 0.0,
    }


def test_a_weekday_that_is_not_covered_is_not_measured() -> None:
    assert ("s", "consulting", "sat_am") not in week(at("08:00", "09:00")).hours


def test_other_days_are_left_out_and_counted() -> None:
    found = week(at("08:00", "09:00"), at("08:00", "09:00", day=MONDAY + dt.timedelta(days=7)), last=MONDAY)
    assert found.hours["s", "consulting", "mon_am"] == 1.0
    assert found.rows_of_other_days == 1


FOLDER = "estates/exports"
SHIPPED = {
    "booked_hours": f"{FOLDER}/bookings.csv",
    "used_hours": f"{FOLDER}/contacts.csv",
    "observed_hours": f"{FOLDER}/sensors.csv",
}


def shipped(**changes: str) -> Measurement:
    return measure("estates/nwl", {**SHIPPED, **changes}, EIGHT, None, None)


def test_the_shipped_exports_are_measured_apart() -> None:
    """Room hours: used in the week never above observed, observed never above booked, in these exports."""
    done = shipped()
    assert [source.definition for source in done.sources] == list(EXPORTS)
    totals = {source.definition: sum(source.measured.hours.values()) for source in done.sources}
    assert totals["used_hours"] < totals["observed_hours"] < totals["booked_hours"]
    alone = measure("estates/nwl", {"used_hours": SHIPPED["used_hours"]}, EIGHT, None, None)
    assert alone.sources[0].measured == next(one.measured for one in done.sources if one.definition == "used_hours")
    for row in rows_of(alone):
        assert row["booked_hours"] is None
        assert row["observed_hours"] is None
    assert [source.rows_left_out > 0 for source in done.sources] == [True, False, True]


def test_a_copy_of_the_instance_keeps_all_else(tmp_path: Path) -> None:
    done = measure("estates/nwl", {"used_hours": SHIPPED["used_hours"]}, EIGHT, None, None)
    write_copy(done, tmp_path / "copy")
    copied = validate_instance(tmp_path / "copy")
    assert copied.faults == ()
    before = {(one.site_id, one.room_type, one.slot): one for one in done.instance.measured_hours}
    now = {(source["site_id"], source["room_type"], source["slot"]): source for source in merged_rows(done)}
    assert set(before) <= set(now)
    for key, one in before.items():
        assert now[key]["booked_hours"] == one.booked_hours
        assert now[key]["observed_hours"] == one.observed_hours
    measured_now = done.sources[0].measured.hours
    assert {key: now[key]["used_hours"] for key in measured_now} == measured_now
    others = {name for name in done.validation.raw.tables if name != "measured_hours"}
    for name in others:
        assert copied.raw.tables[name].rows == done.validation.raw.tables[name].rows


def test_the_table_is_written_once(tmp_path: Path) -> None:
    done = shipped()
    assert [path.name for path in write_measured(done, tmp_path / "out")] == ["measured_hours.csv"]
    with pytest.raises(InputFaults):
        write_measured(done, tmp_path / "out")


def export(path: Path, name: str, rows: Sequence[Mapping[str, str]]) -> str:
    header = [column.name for column in EXPORTS[name].columns]
    path.write_bytes(csv_bytes(header, [[row.get(column, "") for column in header] for row in rows]))
    return str(path)


GOOD = {"site_id": "meadows", "room_type": "consulting", "room": "C1", "date": "2026-01-12", "start": "09:00"}


@pytest.mark.parametrize(
    ("name", "row", "column"),
    [
        ("booked_hours", {"end": "08:00"}, "end"),
        ("booked_hours", {"end": ""}, "end"),
        ("booked_hours", {"end": "10:00", "status": "maybe"}, "status"),
        ("booked_hours", {"end": "10:00", "date": "12/13/2026"}, "date"),
        ("used_hours", {}, "end"),
        ("used_hours", {"end": "10:00", "minutes": "60"}, "end"),
        ("used_hours", {"start": "23:30", "minutes": "60"}, "minutes"),
        ("used_hours", {"minutes": "-5"}, "minutes"),
        ("observed_hours", {"end": "10:00", "people": "-1"}, "people"),
        ("observed_hours", {"end": "10:00", "site_id": "nowhere"}, "site_id"),
        ("observed_hours", {"end": "10:00", "room_type": "xray"}, "room_type"),
        ("observed_hours", {"end": "10:00", "start": "25:00"}, "start"),
    ],
)
def test_a_bad_row_is_told_with_its_column(tmp_path: Path, name: str, row: Mapping[str, str], column: str) -> None:
    file = export(tmp_path / "export.csv", name, [GOOD | row])
    with pytest.raises(InputFaults) as caught:
        measure("estates/nwl", {name: file}, EIGHT, None, None)
    assert [(fault.file, fault.row, fault.column) for fault in caught.value.faults] == [("export.csv", 2, column)]


def test_faults_of_all_exports_are_told_at_once(tmp_path: Path) -> None:
    bad = {name: export(tmp_path / f"{name}.csv", name, [GOOD | {"date": "soon"}, GOOD]) for name in EXPORTS}
    with pytest.raises(InputFaults) as caught:
        measure("estates/nwl", bad, EIGHT, dt.date(2026, 2, 1), dt.date(2026, 1, 1))
    assert {fault.file for fault in caught.value.faults} == {"--to", *(f"{name}.csv" for name in EXPORTS)}


def test_no_export_and_no_instance_are_faults() -> None:
    with pytest.raises(InputFaults) as caught:
        measure("estates/nwl", {}, EIGHT, None, None)
    assert caught.value.faults[0].found == "none"
    with pytest.raises(InputFaults) as caught:
        measure("reallocation/tiny", {"used_hours": "nowhere.csv"}, EIGHT, None, None)
    assert {fault.found for fault in caught.value.faults} == {"no such file", "reallocation"}
