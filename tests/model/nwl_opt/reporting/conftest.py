"""Runs of the tiny instances, solved once for all tests of reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.nwl_opt.reporting.report_runs import EVIL, INSTANCES, renamed, solved


@pytest.fixture(scope="session")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny estate, whose first site has a name that is markup."""
    folder = tmp_path_factory.mktemp("estate")
    return solved(renamed(INSTANCES / "estates/tiny", folder / "in", "sites", "name", EVIL), folder / "estate_run")


@pytest.fixture(scope="session")
def budgets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny reallocation, whose first place has a name that is markup."""
    folder = tmp_path_factory.mktemp("budgets")
    return solved(
        renamed(INSTANCES / "reallocation/tiny", folder / "in", "places", "name", EVIL), folder / "budgets_run"
    )


@pytest.fixture(scope="session")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny theatres: fewer than five patients, so hardly a count may be printed."""
    return solved(INSTANCES / "theatres/tiny", tmp_path_factory.mktemp("lists") / "lists_run")


@pytest.fixture(scope="session")
def impossible(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reallocation asked for what cannot be."""
    out = tmp_path_factory.mktemp("impossible") / "impossible_run"
    return solved(INSTANCES / "reallocation/tiny", out, "--set", "closure_required=true", exit_code=3)
