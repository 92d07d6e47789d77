"""Scenarios and single settings: applied before validation, and told when they meet nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.shared.faults import InputFaults
from nwl_opt.opening import Validation, validate_instance
from nwl_opt.scenario import parse_assignments, read_scenario

pytestmark = pytest.mark.unit


def applied(tiny: Path, text: str) -> Validation:
    """The tiny instance with a scenario in it."""
    path = tiny.parent / "what_if.toml"
    path.write_text(text, encoding="utf-8")
    return validate_instance(tiny, read_scenario(path))


def faults_of(tiny: Path, text: str) -> list[str]:
    with pytest.raises(InputFaults) as caught:
        applied(tiny, text)
    return [str(fault) for fault in caught.value.faults]


def column(validation: Validation, name: str) -> list[object]:
    assert validation.faults == ()
    return [row.cells[name] for row in validation.parsed.table("items")]


def test_change_by_value_factor_and_addition(tiny: Path) -> None:
    validation = applied(
        tiny,
        """
        title = "Dearer, heavier, later"
        [settings]
        limit_kg = 12
        [[change]]
        table = "items"
        where = { shelf_id = "S1" }
        column = "gain_gbp"
        factor = 1.05
        [[change]]
        table = "items"
        where = { item_id = ["C", "D"] }
        column = "weight_kg"
        add = 2
        [[change]]
        table = "items"
        where = { weight_kg = 6.0, kind = "fragile" }
        column = "bought_on"
        value = 2026-01-02
        [[change]]
        table = "items"
        where = { item_id = "A" }
        column = "bought_on"
        add = 30
        """,
    )
    assert column(validation, "gain_gbp") == [32, 25, 20, 2]  # 31.5 and 25.2 to whole pounds, halves to even
    assert column(validation, "weight_kg") == [6, 5, 6, 3]
    assert [str(day) for day in column(validation, "bought_on")] == ["2026-02-01", "None", "2026-01-02", "None"]
    assert validation.parsed.settings is not None
    assert validation.parsed.settings.model_dump()["limit_kg"] == 12


def test_add_and_remove_rows(tiny: Path) -> None:
    validation = applied(
        tiny,
        """
        [[change]]
        table = "items"
        column = "value_share"
        value = 0.5
        [[add]]
        table = "items"
        row = { item_id = "E", shelf_id = "S1", weight_kg = 2, gain_gbp = 9, value_share = 0.25 }
        [[add]]
        table = "notes"
        row = { note = "a table that was not there" }
        [[remove]]
        table = "items"
        where = { kind = "fragile" }
        """,
    )
    assert column(validation, "item_id") == ["D", "E"]
    assert column(validation, "value_share") == [0.5, 0.25]
    assert validation.rows["notes"] == 1


def test_what_a_scenario_changes_is_an_assumption(tiny: Path) -> None:
    before = validate_instance(tiny).parsed.provenance_counts
    after = applied(
        tiny,
        '[settings]\nlimit_kg = 11\n[[change]]\ntable = "items"\ncolumn = "gain_gbp"\nfactor = 2',
    ).parsed.provenance_counts
    # rows B (public) and C (plan) become assumptions, two numbers each; so does the limit (local before)
    assert after["assumption"] == before["assumption"] + 5
    assert after["plan"] == before["plan"] - 2
    assert after["public"] == before["public"] - 2
    assert after["synthetic"] == before["synthetic"]
    by_hand = validate_instance(tiny, None, {"gain_at_least_gbp": 3}).parsed.provenance_counts
    assert by_hand["local"] == before["local"] + 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[change]]\ntable="items"\nwhere={item_id="Z"}\ncolumn="gain_gbp"\nvalue=1', "no row of items with"),
        ('[[change]]\ntable="things"\ncolumn="gain_gbp"\nvalue=1', "must be one of the tables items"),
        ('[[change]]\ntable="items"\ncolumn="gain"\nvalue=1', "must be columns of items"),
        ('[[change]]\ntable="items"\nwhere={shelf="S1"}\ncolumn="gain_gbp"\nvalue=1', "must be columns of items"),
        ('[[change]]\ntable="items"\ncolumn="kind"\nfactor=2', "must be a number where factor is used"),
        ('[[change]]\ntable="items"\nwhere={item_id="B"}\ncolumn="bought_on"\nadd=2', "must not be empty"),
        ('[[change]]\ntable="items"\ncolumn="gain_gbp"\nfactor="two"', "factor must be a number"),
        ('[[change]]\ntable="items"\ncolumn="gain_gbp"\nfactor=2\nadd=3', "one of value, factor or add"),
        ('[[change]]\ntable="items"\ncolumn="gain_gbp"', "one of value, factor or add"),
        ('[[change]]\ntable="items"\nwhere="A"\ncolumn="gain_gbp"\nvalue=1', "must be {column = value}"),
        ('[[remove]]\ntable="items"\nwhere={item_id="Z"}', "no row of items with"),
        ('[[add]]\ntable="items"\nrow={colour="red"}', "must be columns of items"),
        ('[[add]]\ntable="items"', "must have table and row"),
        ('[change]\ntable="items"', "must be written as [[change]]"),
        ('colour="red"', "must be one of add, binds"),
        ('kind="theatres"', "must be knapsack, as the instance is"),
        ("settings=3", "must be a section [settings]"),
        ("[[change]", "not TOML"),
    ],
)  # fmt: skip
def test_faults_of_scenarios(tiny: Path, text: str, words: str) -> None:
    faults = faults_of(tiny, text)
    assert all(fault.startswith("what_if.toml: ") and words in fault for fault in faults)


def test_an_unknown_setting_or_a_bad_value_is_a_fault_of_the_instance(tiny: Path) -> None:
    (fault,) = applied(tiny, "[settings]\nlimit_pounds = 3").faults
    assert fault.column == "settings.limit_pounds"
    (fault,) = applied(tiny, '[[change]]\ntable="items"\nwhere={item_id="A"}\ncolumn="weight_kg"\nvalue=-1').faults
    assert (fault.file, fault.row, fault.column) == ("items.csv", 2, "weight_kg")


def test_faults_of_instance_and_scenario_are_told_together(tiny: Path) -> None:
    (tiny / "shelves.csv").unlink()
    told = " ".join(faults_of(tiny, '[[remove]]\ntable="items"\nwhere={item_id="Z"}'))
    assert "item_id = Z" in told and "shelves.csv: file not found" in told


def test_settings_from_the_command_line() -> None:
    assert parse_assignments(["settings.limit_kg=3", "share = 0.02", "behaviour=slow", "on=true", "l=[1, 2]"]) == {
        "limit_kg": 3,
        "share": 0.02,
        "behaviour": "slow",
        "on": True,
        "l": [1, 2],
    }
    with pytest.raises(InputFaults) as caught:
        parse_assignments(["limit_kg", "=3"])
    assert len(caught.value.faults) == 2
