"""The knapsack stands in for the real problems: small, fast, and made to go wrong in named ways."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from nwl_opt.problems import HOMES, Home
from tests.app_client import solved
from tests.toys import knapsack

HOME = Home("tests.toys.knapsack.problem", "tests.toys.knapsack.data")


@pytest.fixture(autouse=True)
def knapsack_is_a_kind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every test here knows the kind `knapsack` and saves its runs in a folder of its own."""
    monkeypatch.setitem(HOMES, "knapsack", HOME)
    monkeypatch.setenv("NWL_OPT_RUNS", str(tmp_path / "runs"))


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A copy of the knapsack's tiny instance, to be damaged."""
    folder = tmp_path / "tiny"
    shutil.copytree(Path(knapsack.__file__).parent / "data" / "tiny", folder)
    return folder


@pytest.fixture(scope="session")
def estate_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the estate in which each rule binds somewhere, solved once; tests look at copies of it."""
    return solved(
        "estates/each_rule", tmp_path_factory.mktemp("solved") / "20260101T000000Z-estates-00000001", who="ada"
    )
