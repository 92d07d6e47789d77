"""The generator: the reference instance comes out of it, and every size of instance it makes is valid."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from pathlib import Path

import pytest

from instances.theatres.catalogue import CURVES, PROCEDURES
from instances.theatres.generate import generate, generate_from
from instances.theatres.parameters import Parameters
from models.shared.calendar import BANK_HOLIDAYS
from models.shared.parsing import RawInstance, parse_instance
from models.theatres.building import build_instance
from models.theatres.instance import Instance
from models.theatres.tables import REGISTER
from models.theatres.validation import validate
from nwl_opt.files import write_instance
from nwl_opt.files.writing import raw_rows
from nwl_opt.problems import data_folder

pytestmark = pytest.mark.unit

COMMAND = "python3 -m tests.unit.theatres.test_generator"


def read_back(parameters: Parameters) -> Instance:
    """A generated instance as it would be read from its files; it must be valid."""
    header, tables = generate_from(parameters)
    raw = {table.name: raw_rows(table, tables.get(table.name, ())) for table in REGISTER.inputs}
    parsed = parse_instance(REGISTER, RawInstance("generated", header, raw))
    assert [*parsed.faults, *validate(parsed)] == []
    assert parsed.provenance_counts["local"] == 0
    return build_instance(parsed)


def write_reference(folder: Path) -> None:
    """Write the reference instance, as it is shipped."""
    header, tables = generate()
    write_instance(folder, REGISTER, header, tables)


def test_the_reference_instance_is_what_the_generator_makes(tmp_path: Path) -> None:
    """To mend: python3 -m tests.unit.theatres.test_generator writes it anew."""
    write_reference(tmp_path)
    shipped = data_folder("theatres") / "nwl"
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted(path.name for path in shipped.iterdir())
    different = [name for name in names if (tmp_path / name).read_bytes() != (shipped / name).read_bytes()]
    assert not different, f"run: {COMMAND}"


@pytest.mark.parametrize(
    "parameters",
    [
        Parameters(patients=0),
        Parameters(lists=0),
        Parameters(lists=1),
        Parameters(seed=2, patients=20, weeks=1, theatres=1),
        Parameters(seed=3, patients=2500, weeks=13),
        Parameters(seed=4, patients=50, weeks=2, theatres=8, planning_date=dt.date(2027, 11, 29)),
    ],
    ids=lambda p: f"{p.patients} patients, {p.weeks} weeks, {p.theatres} theatres, lists {p.lists}",
)
def test_every_size_is_valid(parameters: Parameters) -> None:
    instance = read_back(parameters)
    assert len(instance.patients) == parameters.patients
    assert parameters.lists is None or len(instance.lists) == parameters.lists


def test_impossible_sizes_are_refused() -> None:
    for sizes in (
        {"patients": -1}, {"weeks": 0}, {"weeks": 27}, {"theatres": 0}, {"lists": -1}, {"existing_bookings": -1},
    ):  # fmt: skip
        with pytest.raises(ValueError, match="must be"):
            generate(**sizes)


def test_another_seed_is_another_instance() -> None:
    assert generate(1, patients=5)[1]["patients"] != generate(2, patients=5)[1]["patients"]


def test_more_patients_leave_the_lists_as_they_are() -> None:
    """Each table has its own stream of chance."""
    assert generate(1, patients=5)[1]["lists"] == generate(1, patients=50)[1]["lists"]


def test_the_reference_looks_like_the_centre() -> None:
    """Shares within three standard errors of their parameters; the timetable exactly as described."""
    parameters = Parameters()
    instance = read_back(parameters)
    patients = list(instance.patients.values())
    shares = {
        parameters.long_wait_share: sum(instance.is_long_wait(p.patient_id) for p in patients),
        parameters.p2_share: sum(p.priority == "P2" for p in patients),
        parameters.p3_share: sum(p.priority == "P3" for p in patients),
        parameters.unfit_share: sum(not p.fit for p in patients),
        parameters.transport_share: sum(p.hospital_transport for p in patients),
        parameters.poolable_share: sum(p.surgeon_choice != "named" for p in patients),
        parameters.unavailable_share: sum(bool(p.available_from or p.available_to) for p in patients),
        parameters.case_mix["W40.1"]: sum(p.procedure_code == "W40.1" for p in patients),
    }
    for share, count in shares.items():
        assert abs(count / 600 - share) <= 3 * math.sqrt(share * (1 - share) / 600), (share, count)
    days = Counter((entry.theatre_id, entry.date) for entry in instance.lists.values())
    assert len(days) == 100
    assert Counter(s.trust_id for s in instance.surgeons.values()) == {"RYJ": 12, "R1K": 10, "RQM": 8, "RAS": 6}
    holidays = {entry.date for entry in instance.lists.values()} & BANK_HOLIDAYS
    assert holidays == {dt.date(2027, 5, 3)}
    assert not any(entry.staffed for entry in instance.lists.values() if entry.date in holidays)
    assert all(
        (entry.end - entry.start) in (dt.timedelta(minutes=480), dt.timedelta(minutes=240))
        for entry in instance.lists.values()
    )


def test_the_arithmetic_of_the_catalogue() -> None:
    """Mean stays 2.3 and 2.8 nights; shares of the case mix are one; "other" operations take 70 minutes."""
    assert math.isclose(sum(CURVES["stay_2_3"]), 2.3) and math.isclose(sum(CURVES["stay_2_8"]), 2.8)
    nights = [1 - CURVES["stay_2_3"][0]]
    nights += [before - after for before, after in zip(CURVES["stay_2_3"], CURVES["stay_2_3"][1:6], strict=False)]
    assert [round(share, 2) for share in nights] == [0.08, 0.30, 0.27, 0.16, 0.09, 0.05]
    assert math.isclose(sum(share for *_, share in PROCEDURES), 1.0)
    other = [(minutes, share) for code, _, _, minutes, _, share in PROCEDURES if code in ("W74.2", "W82.2", "W79.1")]
    assert math.isclose(sum(share for _, share in other), 0.13)
    assert math.isclose(sum(minutes * share for minutes, share in other) / 0.13, 70)


def test_firm_bookings_of_the_reference_can_stay() -> None:
    """Each agreed or locked patient has every test done or appointed in time, still valid on the day."""
    instance = read_back(Parameters())
    appointed = {(a.patient_id, a.test_id): a.start.date() for a in instance.existing_appointments}
    assert len(instance.fixed_bookings) >= 5
    for patient_id, list_id in instance.fixed_bookings.items():
        patient, surgery = instance.patients[patient_id], instance.lists[list_id].date
        for need in patient.tests:
            days = [day for day in (need.done_on, appointed.get((patient_id, need.test_id))) if day is not None]
            report = dt.timedelta(days=instance.tests[need.test_id].report_days + 1)
            valid = dt.timedelta(days=instance.valid_days[need.test_id, patient.trust_id])
            assert any(day + report <= surgery <= day + valid for day in days), (patient_id, need)


def test_bookings_before_the_plan_stand_in_every_state() -> None:
    """Those of the first day are what a plan made a week later locks; no surgeon has two, and each can be kept."""
    instance = read_back(Parameters())
    bookings = instance.existing_bookings
    assert {state for _, state in bookings.values()} == {"proposed", "offered", "agreed", "locked"}
    rolled_to = instance.planning_date + dt.timedelta(days=7 + instance.settings.lock_days)
    soon = [state for list_id, state in bookings.values() if instance.lists[list_id].date <= rolled_to]
    assert {"proposed", "agreed"} <= set(soon)
    surgeons = [instance.lists[list_id].surgeon_id for list_id, _ in bookings.values()]
    assert len(set(surgeons)) == len(surgeons)
    told = {p for p, (_, state) in bookings.items() if state != "proposed"}
    assert {a.patient_id for a in instance.existing_appointments} <= told
    assert generate(existing_bookings=0)[1]["existing_bookings"] == []


def test_new_rules_bind_now_and_then() -> None:
    """Few shifts short, few lists too close to a clinic, some lists with training, and more who can come at once."""
    parameters = Parameters()
    instance = read_back(parameters)
    full = {role.role: role.per_list * parameters.theatres for role in instance.roles.values()}
    working = [shift for shift in instance.shifts if shift.available]
    short = {(shift.start, shift.end) for shift in working if shift.available < full[shift.role]}
    assert 2 <= len(short) <= 8 and all(
        0 < full[s.role] - s.available <= 2 for s in working if s.available < full[s.role]
    )
    assert 2 <= sum(_is_too_close(instance, list_id) for list_id in instance.lists) <= 8
    assert 4 <= sum(entry.max_joints is not None for entry in instance.lists.values()) <= 15
    patients = list(instance.patients.values())
    assert abs(sum(p.short_notice for p in patients) / 600 - parameters.short_notice_share) < 0.05
    assert {p.offers_declined for p in patients} == {0, 1, 2}
    due = [p for p in patients if p.due_by is not None]
    assert len(due) == 2 and all(p.due_by == parameters.planning_date + dt.timedelta(days=25) for p in due)


def _is_too_close(instance: Instance, list_id: str) -> bool:
    """Whether the surgeon of a list is elsewhere that day with too little time between."""
    entry = instance.lists[list_id]
    if entry.surgeon_id is None:
        return False
    return any(
        c.start.date() == entry.date
        and entry.end + dt.timedelta(minutes=c.travel_minutes) > c.start
        and c.end + dt.timedelta(minutes=c.travel_minutes) > entry.start
        for c in instance.surgeons[entry.surgeon_id].commitments
    )


if __name__ == "__main__":
    write_reference(data_folder("theatres") / "nwl")
