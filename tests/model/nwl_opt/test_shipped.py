"""What is shipped for the real problems passes the front door: data, scenarios, generators, templates, rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from nwl_opt.dictionary import dictionary_text
from nwl_opt.files.writing import write_instance
from nwl_opt.generating import generate_instance
from nwl_opt.opening import sha256_of_instance, validate_instance
from nwl_opt.problems import data_folder, load_problem, shipped_instances, shipped_scenarios
from nwl_opt.scenario import read_scenario
from nwl_opt.templates import write_copy, write_template

pytestmark = pytest.mark.model

KINDS = ("reallocation", "theatres", "estates")
SMALL: dict[str, dict[str, int]] = {
    "reallocation": {"places": 3},
    "theatres": {"patients": 30, "weeks": 1},
    "estates": {"sites": 8},
}


@pytest.mark.parametrize("kind", KINDS)
def test_shipped_instances_have_no_faults_and_survive_a_workbook(kind: str, tmp_path: Path) -> None:
    problem = load_problem(kind)
    assert {"tiny", "nwl"} <= set(shipped_instances(kind))
    for name in shipped_instances(kind):
        from_folder = validate_instance(data_folder(kind) / name)
        assert (from_folder.faults, from_folder.notices) == ((), ()), name
        write_copy(tmp_path / f"{name}.xlsx", problem, data_folder(kind) / name)
        from_book = validate_instance(tmp_path / f"{name}.xlsx")
        assert from_book.faults == ()
        assert from_book.parsed.settings == from_folder.parsed.settings
        for table, rows in from_folder.parsed.tables.items():
            assert [row.cells for row in from_book.parsed.tables[table]] == [row.cells for row in rows], table
        write_copy(tmp_path / name, problem, tmp_path / f"{name}.xlsx")
        register = problem.register
        once = sha256_of_instance(from_folder.raw, register)
        assert sha256_of_instance(from_book.raw, register) == once
        assert sha256_of_instance(validate_instance(tmp_path / name).raw, register) == once, "and back again"


@pytest.mark.parametrize("kind", KINDS)
def test_shipped_scenarios_apply_and_name_rules_that_exist(kind: str) -> None:
    rules = {rule.id for rule in load_problem(kind).rules}
    for path in shipped_scenarios(kind):
        scenario = read_scenario(path)
        assert scenario.title and set(scenario.binds) <= rules, path.name
        assert validate_instance(data_folder(kind) / (scenario.instance or "nwl"), scenario).faults == (), path.name


@pytest.mark.parametrize("kind", KINDS)
def test_generators_make_sound_instances_that_own_up(kind: str, tmp_path: Path) -> None:
    """The same seed gives the same bytes; no number passes as the user's own."""
    register = load_problem(kind).register
    for name in ("a", "b"):
        header, tables = generate_instance(kind, 7, SMALL[kind])
        write_instance(tmp_path / name, register, header, tables)
    for path in sorted((tmp_path / "a").iterdir()):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name
    validation = validate_instance(tmp_path / "a")
    assert validation.faults == ()
    assert validation.parsed.provenance_counts["synthetic"] > 0
    assert validation.parsed.provenance_counts["local"] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_templates_open_and_ask_only_for_what_must_be_given(kind: str, tmp_path: Path) -> None:
    problem = load_problem(kind)
    for name in ("mine", "mine.xlsx"):
        write_template(tmp_path / name, problem)
        faults = validate_instance(tmp_path / name).faults
        assert faults, "an empty template is no instance"
        assert all(fault.row is None for fault in faults), faults  # what is missing as a whole, no cell that is wrong


@pytest.mark.parametrize("kind", KINDS)
def test_the_dictionary_names_every_column(kind: str) -> None:
    problem = load_problem(kind)
    text = dictionary_text(problem)
    for table in (*problem.register.inputs, *problem.register.outputs):
        assert f"### {table.name}.csv" in text
        assert all(f"| `{column.name}` |" in text for column in table.columns)
    assert all(f"| `{name}` |" in text for name in problem.register.settings.model_fields)
