"""Runs that many tests look at: solved once, and never changed (copies are)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app_client import solved


@pytest.fixture(scope="session")
def tiny_budgets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the smallest reallocation."""
    return solved("reallocation/tiny", tmp_path_factory.mktemp("solved") / "20260101T000000Z-reallocation-00000001",
                  who="ada", why="a first look")  # fmt: skip


@pytest.fixture(scope="session")
def tiny_budgets_of_grace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, asked by another."""
    return solved("reallocation/tiny", tmp_path_factory.mktemp("solved") / "20260102T000000Z-reallocation-00000002",
                  who="grace")  # fmt: skip
