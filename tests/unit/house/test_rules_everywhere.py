"""One rule, one id: it stands in the formulation, the checker, the README, the tests - or this test names the gap."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

from models.shared.rules import Rule, rules_table

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
KINDS = ("reallocation", "theatres", "estates")
START, END = "<!-- rules: start -->", "<!-- rules: end -->"


def rules_of(kind: str) -> tuple[Rule, ...]:
    rules: tuple[Rule, ...] = importlib.import_module(f"models.{kind}.rules").RULES
    return rules


def source_of(kind: str, room: str) -> str:
    """The text of a room, be it one file or a folder."""
    folder = ROOT / "models" / kind
    files = [folder / f"{room}.py", *sorted((folder / room).glob("*.py"))]
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file.exists())


def files_by_rule(kind: str) -> dict[str, list[str]]:
    """For each rule, the damage tests that expect to hear of it."""
    files = sorted((ROOT / "tests" / "model" / kind).glob("test_damage*.py"))
    texts = {file.stem: expected_texts(file.read_text(encoding="utf-8")) for file in files}
    return {rule.id: [name for name, found in texts.items() if rule.id in found] for rule in rules_of(kind)}


def expected_texts(source: str) -> set[object]:
    """The literals of a test file but for those it makes its input of: named arguments, and a row's own rule.

    `soft_order={"R-20": 1}` and `{"rule": "R-20"}` name a rule that nobody damages.
    """
    nodes = list(ast.walk(ast.parse(source)))
    given = [word.value for node in nodes if isinstance(node, ast.Call) for word in node.keywords]
    for row in (node for node in nodes if isinstance(node, ast.Dict)):
        given += [to for key, to in zip(row.keys, row.values, strict=True) if literal_of(key) == "rule"]
    left_out = {id(part) for node in given for part in ast.walk(node)}
    return {literal_of(node) for node in nodes if id(node) not in left_out}


def literal_of(node: ast.AST | None) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def test_an_id_that_is_only_input_is_no_damage_test() -> None:
    source = """
case = solved(soft_order={"R-01": 1}, without=frozenset({"R-02"}))
rows.append({"rule": "R-03", "scope": "all"})
assert rules_broken(checked(case)) == {"R-04"}
only(plan, "R-05")
REFUSED = {"R-06": "why", "transition": "R-07"}
"""
    assert {f"R-{number:02d}" for number in range(1, 8)} & expected_texts(source) == {"R-04", "R-05", "R-06", "R-07"}


@pytest.mark.parametrize("kind", KINDS)
def test_ids_and_names_are_unique_and_well_formed(kind: str) -> None:
    rules = rules_of(kind)
    letter = {"reallocation": "R", "theatres": "T", "estates": "E"}[kind]
    assert len({rule.id for rule in rules}) == len({rule.name for rule in rules}) == len(rules)
    assert all(re.fullmatch(rf"{letter}-\d\d", rule.id) for rule in rules)
    assert all(rule.sentence.endswith(".") and rule.formula and rule.owner for rule in rules)


@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_has_its_function_in_the_formulation(kind: str) -> None:
    source = source_of(kind, "formulation") + source_of(kind, "money")  # the money of a year is a definition
    missing = [f"{r.id} {r.name}" for r in rules_of(kind) if not re.search(rf"def {r.name}\(", source)]
    assert not missing, f"no function in models/{kind}/formulation for: {missing}"


@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_function_is_used(kind: str) -> None:
    """A function that only stands in a list of contents would change nothing."""
    files = (ROOT / "models" / kind).rglob("*.py")
    used = {
        name
        for file in files
        if not {"checker", "explain"} & set(file.parts) and file.name not in ("rules.py", "catalogue.py")
        for name in names_used(file.read_text(encoding="utf-8"))
    }
    listed = source_of(kind, "formulation/catalogue")
    by_list = {rule.id for rule in rules_of(kind) if f'"{rule.id}"' in listed and "build_model" in listed}
    unused = [f"{r.id} {r.name}" for r in rules_of(kind) if r.name not in used and r.id not in by_list]
    assert not unused, f"nothing in models/{kind} calls: {unused}"


def names_used(source: str) -> set[str]:
    """The names a file calls or hands on; an import or a comment uses nothing."""
    nodes = list(ast.walk(ast.parse(source)))
    plain = {node.id for node in nodes if isinstance(node, ast.Name)}
    return plain | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def test_the_theatres_contents_agree_with_the_lists_the_month_is_built_from() -> None:
    """`catalogue.RULES` is read by people, `ROW_RULES` and the lists of pair rules by the program."""
    from models.theatres.formulation import catalogue, pairs, rows

    contents = dict(catalogue.RULES)
    of_pairs = (*pairs.PATIENT_RULES, *pairs.LIST_RULES, *pairs.PAIR_RULES)
    used = (*rows.ROW_RULES, *rows.USED_LISTS_RULES, *of_pairs)
    again = {rows.tests_have_places}  # says of many patients at once what T-18 says of each appointment
    assert all(function in again or contents[rule] is function for rule, function in used)
    assert [rule.id for rule in rules_of("theatres")] == list(contents)


@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_has_its_check(kind: str) -> None:
    source = source_of(kind, "checker")
    missing = [f"{r.id} {r.name}" for r in rules_of(kind) if not re.search(rf"def check_{r.name}\(", source)]
    assert not missing, f"no check_<rule> in models/{kind}/checker for: {missing}"


@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_has_a_damage_test(kind: str) -> None:
    missing = [rule for rule, files in files_by_rule(kind).items() if not files]
    assert not missing, f"no tests/model/{kind}/test_damage*.py expects to hear of: {missing}"


@pytest.mark.parametrize("kind", KINDS)
def test_the_readme_holds_the_rules_table(kind: str) -> None:
    """To mend: python3 -m tests.unit.house.test_rules_everywhere writes all three tables."""
    readme = (ROOT / "models" / kind / "README.md").read_text(encoding="utf-8")
    table = readme.split(START)[1].split(END)[0].strip()
    assert table == expected_table(kind), "run: python3 -m tests.unit.house.test_rules_everywhere"


def expected_table(kind: str) -> str:
    tests = {rule: ", ".join(f"`{name}`" for name in files) for rule, files in files_by_rule(kind).items()}
    return rules_table(rules_of(kind), tests).strip()


def write_tables() -> None:
    """Write the rules table of every problem into its README, between the two marks."""
    for kind in KINDS:
        path = ROOT / "models" / kind / "README.md"
        text = path.read_text(encoding="utf-8")
        before, after = text.split(START)[0], text.split(END)[1]
        path.write_text(f"{before}{START}\n{expected_table(kind)}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    write_tables()
