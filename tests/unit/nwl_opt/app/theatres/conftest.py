"""A run of the smallest theatres, solved once; tests look at copies of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app_client import solved
from tests.lists_app import NAME
from tests.small_diary import small_folder


@pytest.fixture(scope="session")
def tiny_lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the smallest theatres."""
    return solved(
        "theatres/tiny", tmp_path_factory.mktemp("solved") / "20260101T000000Z-theatres-00000001", who="ada"
    )


@pytest.fixture(scope="session")
def small_lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the small diary."""
    instance = small_folder(tmp_path_factory.mktemp("instances") / "small_diary")
    return solved(str(instance), tmp_path_factory.mktemp("solved") / NAME, who="ada", effort_share=0.1)
