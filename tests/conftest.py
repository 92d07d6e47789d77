"""Rules for every test: exactly one rung of the ladder, and outside data only through one variable."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

LADDER = frozenset({"unit", "model", "browser", "bench"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a test that is on no rung of the ladder, or on two."""
    wrong = [item.nodeid for item in items if len({marker.name for marker in item.iter_markers()} & LADDER) != 1]
    if wrong:
        raise pytest.UsageError(
            "each test needs exactly one of the markers unit, model, browser, bench:\n" + "\n".join(wrong)
        )


@pytest.fixture(scope="session")
def outside_data() -> Path:
    """The folder of outside data; the test is skipped, saying so, where it is not set."""
    folder = os.environ.get("NWL_OPT_OUTSIDE_DATA")
    if not folder:
        pytest.skip("NWL_OPT_OUTSIDE_DATA is not set: outside data not compared")
    return Path(folder)
