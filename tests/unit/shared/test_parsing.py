"""Every fault at once, each with file, row, column, found, expected and how to mend it."""

from __future__ import annotations

import pytest

from models.shared.parsing import RawInstance, RawTable, parse_instance
from models.shared.register import Column, Register, Settings, Table, setting
from models.shared.rules import Rule, rules_table

pytestmark = pytest.mark.unit


class ToySettings(Settings):
    growth_share: float = setting(
        0.02,
        unit="share a year",
        meaning="growth of the envelope",
        source="test",
        provenance="assumption",
        ge=-1,
        le=1,
    )
    years: int = setting(3, unit="years", meaning="years planned", source="test", provenance="plan", ge=1, le=10)


REGISTER = Register(
    kind="toy",
    title="Toy",
    inputs=(
        Table("places", "the places", (Column("place", "id", "name of the place", key=True),), may_be_empty=False),
        Table(
            "budgets",
            "the budgets",
            (
                Column("place", "id", "where", key=True, refers_to="places.place"),
                Column("budget_gbp", "gbp", "the budget", minimum=0),
                Column("share", "share", "a share", default="0.5"),
                Column("note", "text", "a remark", may_be_empty=True),
            ),
        ),
        Table("extras", "further things", (Column("name", "id", "name", key=True),), optional=True),
    ),
    settings=ToySettings,
    outputs=(),
)


def raw(name: str, header: str, *rows: str) -> RawTable:
    cells = tuple(tuple(row.split("|")) for row in rows)
    return RawTable(name, f"{name}.csv", tuple(header.split("|")), cells, tuple(range(2, 2 + len(rows))))


def instance(*tables: RawTable, **header: object) -> RawInstance:
    return RawInstance("toy", {"kind": "toy", **header}, {t.name: t for t in tables})


PLACES = raw("places", "place", "Brent", "Ealing")


def test_a_sound_instance_is_typed() -> None:
    budgets = raw("budgets", "place|budget_gbp|note|provenance", "Brent|1,200||plan", "Ealing|7|x|synthetic")
    parsed = parse_instance(REGISTER, instance(PLACES, budgets, settings={"years": 2}))
    assert parsed.faults == ()
    first = parsed.table("budgets").rows[0]
    assert (first.text("place"), first.integer("budget_gbp"), first.number_of("share")) == ("Brent", 1200, 0.5)
    assert first.maybe_text("note") is None
    assert isinstance(parsed.settings, ToySettings)
    assert (parsed.settings.years, parsed.settings.growth_share) == (2, 0.02)
    assert parsed.provenance_counts == {"plan": 1, "public": 0, "assumption": 1, "synthetic": 1, "local": 1}
    assert any("1,234" in notice for notice in parsed.notices)


def test_every_fault_is_told_at_once() -> None:
    budgets = raw(
        "budgets",
        "place|budget_gbp|provenance",
        "Brent|-5|plan",
        "Ealing|NaN|plan",
        "Harrow|abc|guess",
        "Brent|7|plan",
        "|7|plan",
        "Ealing|3|plan",
        "Ealing|4|plan",
    )
    parsed = parse_instance(REGISTER, instance(PLACES, budgets, settings={"years": 0, "colour": 1}, size=3))
    told = [str(fault) for fault in sorted(parsed.faults, key=lambda f: f.sort_key())]
    assert [t.split(";")[0] for t in told] == [
        "budgets.csv row 2: budget_gbp = -5",
        "budgets.csv row 3: budget_gbp = NaN",
        "budgets.csv row 4: budget_gbp = abc",
        "budgets.csv row 4: place = Harrow",
        "budgets.csv row 4: provenance = guess",
        "budgets.csv row 5: place = Brent, as in row 2",
        "budgets.csv row 6: place = (empty)",
        "budgets.csv row 7: place = Ealing, as in row 3",
        "budgets.csv row 8: place = Ealing, as in row 3",
        "instance.toml: settings.colour = 1",
        "instance.toml: settings.years = 0",
        "instance.toml: size = 3",
    ]
    assert "must be 0 or more" in told[0]
    assert not parsed.table("budgets").complete


def test_a_duplicate_of_a_faulty_row_is_still_seen() -> None:
    budgets = raw("budgets", "place|budget_gbp", "Brent|-5", "Brent|7")
    parsed = parse_instance(REGISTER, instance(PLACES, budgets))
    assert [(f.row, f.expected) for f in parsed.faults] == [
        (2, "must be 0 or more"),
        (3, "place must be different in every row"),
    ]


def test_missing_files_columns_and_rows() -> None:
    parsed = parse_instance(
        REGISTER, instance(raw("places", "place"), raw("budgets", "place|note|place", "Brent|x|y"))
    )
    told = " ".join(str(fault) for fault in parsed.faults)
    assert "places.csv: no rows" in told
    assert "budgets.csv row 1: no column budget_gbp" in told
    assert "budgets.csv row 1: column place twice" in told
    assert "extras" not in told
    nothing = parse_instance(REGISTER, RawInstance("toy", {}, {}))
    assert sorted(f.file for f in nothing.faults) == ["budgets.csv", "instance.toml", "places.csv"]


def test_a_missing_file_is_one_fault_not_one_for_each_row_that_refers_to_it() -> None:
    budgets = raw("budgets", "place|budget_gbp", "Brent|1", "Ealing|2")
    parsed = parse_instance(REGISTER, instance(budgets))
    assert [(f.file, f.found) for f in parsed.faults] == [("places.csv", "file not found")]


def test_unknown_columns_are_noticed_not_refused() -> None:
    parsed = parse_instance(REGISTER, instance(PLACES, raw("budgets", "place|budget_gbp|colour", "Brent|1|red")))
    assert parsed.faults == ()
    assert parsed.notices == ("budgets.csv: columns not used: colour",)


def test_the_provenance_of_a_column_can_be_said_once() -> None:
    budgets = raw("budgets", "place|budget_gbp|provenance", "Brent|1|synthetic")
    parsed = parse_instance(REGISTER, instance(PLACES, budgets, provenance={"budgets.budget_gbp": "public"}))
    assert parsed.provenance_counts["public"] == 1


def test_the_rules_table_escapes_bars() -> None:
    rule = Rule("R-01", "gap", "The gap is measured.", "|x - n|", True, "finance", definitional=True)
    assert "\\|x - n\\|" in rules_table((rule,), {"R-01": "tests"})
    assert "| definition |" in rules_table((rule,), {"R-01": "tests"})
