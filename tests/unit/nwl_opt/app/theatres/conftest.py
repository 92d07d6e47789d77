"""A run of the smallest theatres, solved once; tests look at copies of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app_client import solved


@pytest.fixture(scope="session")
def tiny_lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the smallest theatres."""
    return solved(
        "theatres/tiny", tmp_path_factory.mktemp("solved") / "20260101T000000Z-theatres-00000001", who="ada"
    )
