"""Written tables come back as they were and are the same bytes each time; records are whole or not there."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.shared.cells import Cell
from models.shared.register import Column, Register, Table
from nwl_opt.checking import format_finding
from nwl_opt.files import read_output_tables, write_json, write_tables
from nwl_opt.files.toml_text import toml_text
from nwl_opt.plain import plain
from nwl_opt.words import gap_words, number_words, percent, provenance_sentences, status_sentence
from solvers.types import StageResult
from tests.toys.knapsack.tables import KnapsackSettings

pytestmark = pytest.mark.unit

TABLE = Table(
    "booked",
    "what is booked",
    (
        Column("id", "id", "which", key=True),
        Column("start", "datetime", "from when"),
        Column("day", "date", "which day", may_be_empty=True),
        Column("at", "time", "which time", may_be_empty=True),
        Column("cost_gbp", "gbp", "cost"),
        Column("used_share", "share", "how full", decimals=4),
        Column("agreed", "flag", "agreed"),
        Column("remark", "text", "remark", may_be_empty=True),
    ),
)
REGISTER = Register("toy", "Toy", (), KnapsackSettings, (TABLE, Table("extra", "more", TABLE.columns, optional=True)))
ROW: dict[str, Cell] = {
    "id": "007",
    "start": dt.datetime(2026, 11, 23, 8, 30),
    "day": dt.date(2026, 11, 23),
    "at": dt.time(9, 5),
    "cost_gbp": -1234567,
    "used_share": 0.12345678,
    "agreed": True,
    "remark": 'he said "so", and\nleft',
}


def test_written_tables_come_back(tmp_path: Path) -> None:
    write_tables(tmp_path, REGISTER.outputs, {"booked": [ROW]})
    reading = read_output_tables(tmp_path, REGISTER)
    assert reading.faults == ()
    assert reading.files == ("booked.csv",)
    (row,) = reading.tables["booked"].rows
    assert row.cells == {**ROW, "used_share": 0.1235}


def test_the_same_rows_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_tables(tmp_path / name, REGISTER.outputs, {"booked": [ROW, {**ROW, "id": "8"}]})
    first = (tmp_path / "a" / "booked.csv").read_bytes()
    assert first == (tmp_path / "b" / "booked.csv").read_bytes()
    assert b"\r" not in first and first.endswith(b"\n")


def test_a_table_or_column_the_register_does_not_know_is_our_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="no output other"):
        write_tables(tmp_path, REGISTER.outputs, {"other": []})
    with pytest.raises(KeyError, match="no column colour"):
        write_tables(tmp_path, REGISTER.outputs, {"booked": [{**ROW, "colour": "red"}]})


def test_a_damaged_table_is_a_fault_and_a_finding(tmp_path: Path) -> None:
    (path,) = write_tables(tmp_path, REGISTER.outputs, {"booked": [ROW]})
    path.write_text(path.read_text(encoding="utf-8").replace("-1234567", "plenty"), encoding="utf-8")
    (fault,) = read_output_tables(tmp_path, REGISTER).faults
    finding = format_finding(fault)
    assert (finding.rule, finding.severity, finding.where) == ("FORMAT", "error", "booked.csv row 2")
    path.unlink()
    (fault,) = read_output_tables(tmp_path, REGISTER).faults
    assert fault.found == "file not found"


def test_plain_values() -> None:
    stage = StageResult("gain", "gbp", "maximise", float("nan"), float("inf"), None, 0.5, "by hand", "feasible")
    value = {"n": np.int64(3), "x": np.float64(0.5), "when": dt.date(2026, 1, 2), "ids": {"b", "a"}, "stage": stage}
    assert json.loads(json.dumps(plain(value), allow_nan=False)) == {
        "n": 3,
        "x": 0.5,
        "when": "2026-01-02",
        "ids": ["a", "b"],
        "stage": {"name": "gain", "unit": "gbp", "sense": "maximise", "value": None, "bound": None,
                  "gap_share": None, "seconds": 0.5, "solver": "by hand", "status": "feasible"},
    }  # fmt: skip
    with pytest.raises(TypeError, match="object has no plain form"):
        plain(object())


def test_a_record_is_whole_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    write_json(path, {"status": "optimal"})
    with pytest.raises(ValueError):
        write_json(path, {"value": float("nan")})
    assert json.loads(path.read_text(encoding="utf-8")) == {"status": "optimal"}
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]


def test_toml_is_read_back_as_it_was_written() -> None:
    import tomllib

    value = {
        "title": 'A "quoted"\ttitle\nof two lines £',
        "settings": {
            "share": 0.02,
            "whole": 3,
            "on": True,
            "day": dt.date(2026, 1, 2),
            "list": [1, 2],
            "odd key": "x",
        },
        "provenance": {"items.gain_gbp": "plan"},
    }
    assert tomllib.loads(toml_text(value)) == value


def test_words() -> None:
    assert gap_words(None) == "how much better is possible is not known"
    assert gap_words(1e-9) == "proven best"
    assert gap_words(0.0341) == "at most 3.4 % better exists"
    assert percent(0.0004) == "0.04 %"
    assert number_words(5_300_000_000, "gbp") == "£5,300,000,000"
    assert number_words(-2.4, "gbp") == "-£2"
    assert number_words(None, "cases") == "not known"
    assert number_words(12, "cases") == "12 cases"
    assert number_words(1, "contacts_over_the_plan") == "1 contact over the plan"
    assert number_words(9_958_945.7, "contacts") == "9,958,946 contacts"
    assert number_words(-0.3, "gbp") == "£0"
    assert "no plan had been found" in status_sentence("cancelled", False)


def test_the_distance_that_counts_is_that_of_the_first_aim_not_proven() -> None:
    """A last aim with a weak bound once made a plan look 82 % from the best."""
    stages = [
        StageResult(name, "", "maximise", 1.0, 1.0, gap, 0.0, "none", "feasible")
        for name, gap in (("p2_booked", 0.0), ("weighted_wait", 0.012), ("bookings_kept", 0.82))
    ]
    told = status_sentence("feasible", True, stages)
    assert told == "Plan found: 1 of 3 aims proven best; in weighted wait at most 1.2 % better exists"
    assert status_sentence("feasible", True, stages[1:]).startswith("Plan found: in weighted wait at most 1.2 %")
    unknown = [replace(stages[0], gap_share=None), *stages[1:]]
    assert status_sentence("feasible", True, unknown) == "Plan found; how much better is possible is not known"
    assert status_sentence("optimal", True, stages[:1]) == "Best plan, proven stage by stage"


def test_invented_numbers_are_called_invented() -> None:
    shares = {"plan": 0.2, "public": 0.004, "assumption": 0.0, "synthetic": 0.796, "local": 0.0}
    first, second = provenance_sentences(shares)
    assert "20 % from the Joint Forward Plan, under 1 % from public sources, 80 % synthetic" in first
    assert "invented" in second
    assert len(provenance_sentences({**shares, "synthetic": 0.0})) == 1
