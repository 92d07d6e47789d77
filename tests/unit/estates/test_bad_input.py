"""What needs more than one cell to see is found at the door, all at once, with the row."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable
from importlib import resources

import pytest

from models.estates.tables import REGISTER
from models.estates.validation import validate
from models.shared.faults import Fault
from models.shared.parsing import RawInstance, RawTable, parse_instance

pytestmark = pytest.mark.unit

Tables = dict[str, list[dict[str, str]]]


def _shipped() -> tuple[Tables, dict[str, object]]:
    """The tiny instance as text."""
    folder = resources.files("instances") / "estates" / "tiny"
    tables = {
        entry.name.removesuffix(".csv"): list(csv.DictReader(entry.read_text(encoding="utf-8").splitlines()))
        for entry in sorted(folder.iterdir(), key=lambda one: one.name)
        if entry.name.endswith(".csv")
    }
    return tables, tomllib.loads((folder / "instance.toml").read_text(encoding="utf-8"))


def _faults(tables: Tables, header: dict[str, object]) -> list[Fault]:
    raw = {
        name: RawTable(
            name,
            f"{name}.csv",
            tuple(rows[0]),
            tuple(tuple(row.values()) for row in rows),
            tuple(range(2, len(rows) + 2)),
        )
        for name, rows in tables.items()
        if rows
    }
    parsed = parse_instance(REGISTER, RawInstance("test", header, raw))
    return [*parsed.faults, *validate(parsed)]


def _settings(header: dict[str, object], **changes: object) -> None:
    own = header.setdefault("settings", {})
    assert isinstance(own, dict)
    own.update(changes)


def _lease_over(tables: Tables, header: dict[str, object]) -> None:
    tables["suites"][0]["lease_end"] = "2025-03-31"


def _too_much_occupied(tables: Tables, header: dict[str, object]) -> None:
    tables["occupations"][0]["area_m2"] = "100000"


def _foreign_core(tables: Tables, header: dict[str, object]) -> None:
    tables["sites"][0]["core_suite"] = next(
        row["suite_id"] for row in tables["suites"] if row["site_id"] != tables["sites"][0]["site_id"]
    )


def _negative_people(tables: Tables, header: dict[str, object]) -> None:
    tables["areas"][0]["population"] = "-5"


def _profile_off(tables: Tables, header: dict[str, object]) -> None:
    tables["weekly_profile"][0]["demand_weight"] = "9"


def _gap_in_periods(tables: Tables, header: dict[str, object]) -> None:
    tables["periods"][1]["first_year"] = "2035/36"


def _no_payment_rule(tables: Tables, header: dict[str, object]) -> None:
    for row in tables["vacating_payments"]:
        row["valid_from"] = "2040-04-01"


def _date_without_order(tables: Tables, header: dict[str, object]) -> None:
    tables["suites"][0] |= {"instruction": "free", "instruction_date": "2027-04-01"}


def _leasehold_without_end(tables: Tables, header: dict[str, object]) -> None:
    tables["sites"][0]["tenure"] = "nhsps_leasehold"


def _registered_missing(tables: Tables, header: dict[str, object]) -> None:
    _settings(header, population_basis="registered")
    for row in tables["areas"]:
        row["registered_population"] = ""


def _decision_too_early(tables: Tables, header: dict[str, object]) -> None:
    _settings(header, decision_date="2020-04-01")


def _decision_after_the_plan(tables: Tables, header: dict[str, object]) -> None:
    _settings(header, decision_date="2099-04-01")


def _path_backwards(tables: Tables, header: dict[str, object]) -> None:
    _settings(header, path_last_year="2020/21")


def _break_after_end(tables: Tables, header: dict[str, object]) -> None:
    tables["suites"][0] |= {"lease_break": "2031-04-01", "lease_end": "2030-04-01"}


def _shares_off(tables: Tables, header: dict[str, object]) -> None:
    tables["services"][0] |= {"demand_source": "contact_rate", "contact_share": "0.4"}


@pytest.mark.parametrize(
    ("damage", "file", "column"),
    [
        (_lease_over, "suites.csv", "lease_end"),
        (_too_much_occupied, "occupations.csv", "area_m2"),
        (_foreign_core, "sites.csv", "core_suite"),
        (_negative_people, "areas.csv", "population"),
        (_profile_off, "weekly_profile.csv", None),
        (_gap_in_periods, "periods.csv", "first_year"),
        (_no_payment_rule, "vacating_payments.csv", None),
        (_date_without_order, "suites.csv", "instruction_date"),
        (_leasehold_without_end, "suites.csv", "lease_end"),
        (_registered_missing, "areas.csv", "registered_population"),
        (_decision_too_early, "instance.toml", "settings.decision_date"),
        (_decision_after_the_plan, "instance.toml", "settings.decision_date"),
        (_path_backwards, "instance.toml", "settings.path_last_year"),
        (_break_after_end, "suites.csv", "lease_break"),
        (_shares_off, "services.csv", "contact_share"),
    ],
)
def test_each_contradiction_is_a_fault_with_its_place(
    damage: Callable[[Tables, dict[str, object]], None], file: str, column: str | None
) -> None:
    tables, header = _shipped()
    assert _faults(tables, header) == []
    damage(tables, header)
    found = _faults(tables, header)
    assert (file, column) in {(fault.file, fault.column) for fault in found}
    assert all(fault.mend for fault in found)


def test_all_faults_are_named_at_once() -> None:
    tables, header = _shipped()
    for damage in (_lease_over, _too_much_occupied, _negative_people, _profile_off):
        damage(tables, header)
    assert {fault.file for fault in _faults(tables, header)} >= {
        "suites.csv",
        "occupations.csv",
        "areas.csv",
        "weekly_profile.csv",
    }
