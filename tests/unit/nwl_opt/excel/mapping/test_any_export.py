"""Whatever the order, the names and the units of an export's columns: by its mapping it is the same rows."""

from __future__ import annotations

import random
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.shared.register import Table
from nwl_opt.excel.mapping import ColumnRule, LeaveOut, Load, Source, TableMapping, preview
from nwl_opt.excel.mapping.numbers import factor_between, parse_number, plain_text, unit_of, units_for
from nwl_opt.files.reading import read_instance
from nwl_opt.problems import find_instance, load_problem
from tests.extract_files import csv_file, workbook

pytestmark = pytest.mark.unit
TABLES = [("theatres/tiny", "patients"), ("theatres/tiny", "lists"), ("reallocation/tiny", "ledger"),
          ("estates/tiny", "suites")]  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), which=st.sampled_from(TABLES), as_workbook=st.booleans())
def test_any_renaming_and_order_of_columns_gives_the_same_rows(
    seed: int, which: tuple[str, str], as_workbook: bool
) -> None:
    instance, name = which
    kind = instance.partition("/")[0]
    table = load_problem(kind).register.input(name)
    raw = read_instance(find_instance(instance), load_problem(kind).register).tables[name]
    dice = random.Random(seed)
    columns = [column for column in raw.header if column != "provenance"]
    units = {column: dice.choice(units_for(table.column(column)) or ("",)) for column in columns}
    coded = [column for column in columns if table.column(column).allowed]
    codes = {column: _words(sorted(_texts(raw.rows, raw.header, column))) for column in coded}
    order = dice.sample(columns, len(columns))
    headings = {
        column: f"{dice.choice(['Their', 'Col', 'Field'])} {dice.randrange(10**6)} {column[:3]}" for column in order
    }
    rows = [
        [
            _exported(table, column, cells[raw.header.index(column)], units[column], codes.get(column, {}))
            for column in order
        ]
        for cells in raw.rows
    ]
    above = [[f"Title {number}"] for number in range(dice.randrange(3))]
    total = ["Total", *([""] * (len(order) - 1))]
    lines = [*above, [headings[column] for column in order], *rows, [], total]
    mapping = TableMapping(
        kind=kind,
        table=name,
        source=Source(header_row=len(above) + 1),
        columns=tuple(
            ColumnRule(to=c, headings=(headings[c],), unit=units[c]) for c in dice.sample(columns, len(columns))
        ),
        codes={column: {theirs: ours for ours, theirs in own.items()} for column, own in codes.items()},
        leave_out=(LeaveOut(headings[order[0]], "starts_with", ("Total",)),),
    )
    with tempfile.TemporaryDirectory() as folder:
        file = workbook(Path(folder), *lines) if as_workbook else csv_file(Path(folder), *lines)
        loaded = preview(Load(mapping, file))
    assert not loaded.faults
    assert [[_plain(table, c, row.cells[c]) for c in columns] for row in loaded.rows] == [
        [_plain(table, c, cells[raw.header.index(c)]) for c in columns] for cells in raw.rows
    ]
    assert all(one.reconciles for one in loaded.money)


def test_a_mapping_is_the_same_with_its_columns_in_any_order(tmp_path: Path) -> None:
    rules = tuple(ColumnRule(to=to, headings=(heading,)) for to, heading in
                  (("ledger_line", "A"), ("description", "B"), ("gbp", "C")))  # fmt: skip
    file = csv_file(tmp_path, ("C", "A", "B"), ("5", "x", "y"))
    mapping = TableMapping(kind="reallocation", table="ledger", columns=rules)
    backwards = replace(mapping, columns=rules[::-1])
    one, other = preview(Load(mapping, file)), preview(Load(backwards, file))
    assert [row.cells for row in one.rows] == [row.cells for row in other.rows]


def _words(texts: list[str]) -> dict[str, str]:
    """Their word for each of our codes."""
    return {text: f"Word {number}" for number, text in enumerate(texts)}


def _texts(rows: tuple[tuple[str, ...], ...], header: tuple[str, ...], column: str) -> set[str]:
    return {cells[header.index(column)] for cells in rows} - {""}


def _exported(table: Table, column: str, text: str, unit: str, codes: dict[str, str]) -> str:
    """A cell of ours as another system writes it: its own word, or the number in its own unit."""
    number = parse_number(text) if text and unit_of(table.column(column)) else None
    if number is not None:
        return str(number.value / factor_between(unit, table.column(column)))
    return codes.get(text, text)


def _plain(table: Table, column: str, text: str) -> str:
    number = parse_number(text) if table.column(column).is_numeric and text else None
    return text if number is None else plain_text(number.value, 6)
