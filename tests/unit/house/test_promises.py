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


def test_the_pins_hold_versions_only() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert all(line.startswith("#") or re.fullmatch(r"[A-Za-z0-9._-]+==\S+", line) for line in lines)
    assert "highspy==1.12.0" in lines and "ortools==9.15.6755" in lines
