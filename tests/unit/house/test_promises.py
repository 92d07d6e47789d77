"""What the front page and the pins promise."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]


def test_the_readme_opens_with_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first = "python3 -m pip install -c constraints.txt . && nwl-opt demo"
    second = 'python3 -m pip install -c constraints.txt -e ".[test]" && python3 -m pytest'
    assert first in readme and second in readme
    assert readme.index(first) < readme.index(second) < readme.index("\n## ")


def test_every_dependency_is_pinned_to_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    pins = {
        re.split("==", line)[0].lower()
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.+]*", line)
    }
    names = {re.split(r"[<>=]", requirement)[0].lower() for requirement in wanted}
    assert names <= pins, f"not pinned: {sorted(names - pins)}"


# What a problem's data are made of, and its face, which asks the checker: the only rooms a checker may share.
OPEN_TO_CHECKERS = {
    "building", "checker", "entities", "input_tables", "instance", "output_tables", "patient_tables", "problem",
    "rules", "settings", "tables", "tables_in", "tables_of_change", "tables_out", "validation",
    "validation_of_change", "words",
    "money", "need",  # reallocation: a year's money and need shares are part of the instance
    "identity",  # theatres: validation refuses tables that name persons
}  # fmt: skip


@pytest.mark.parametrize("kind", ["reallocation", "theatres", "estates"])
def test_every_room_is_closed_to_the_checkers_or_one_of_data(kind: str) -> None:
    """A new room that nobody enters in the import contract would be open to them unasked."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    closed = next(set(one["forbidden_modules"]) for one in contracts if one["name"].startswith("A checker"))
    unknown = {room for room in rooms_of(kind) - OPEN_TO_CHECKERS if f"models.{kind}.{room}" not in closed}
    assert not unknown, f"not in the contract 'A checker shares no code' of pyproject.toml: {sorted(unknown)}"


@pytest.mark.parametrize("kind", ["reallocation", "theatres", "estates"])
def test_every_room_stands_in_the_architecture(kind: str) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    missing = {room for room in rooms_of(kind) if f"`{room}.py`" not in page and f"`{room}/`" not in page}
    assert not missing, f"docs/architecture.md does not say what is in: {sorted(missing)}"


def rooms_of(kind: str) -> set[str]:
    """The files and folders of a problem."""
    files = [file for file in (ROOT / "models" / kind).iterdir() if file.stem != "__init__"]
    return {file.stem for file in files if file.suffix == ".py" or (file / "__init__.py").exists()}


def test_the_pins_hold_versions_only() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert all(line.startswith("#") or re.fullmatch(r"[A-Za-z0-9._-]+==\S+", line) for line in lines)
    assert "highspy==1.12.0" in lines and "ortools==9.15.6755" in lines
