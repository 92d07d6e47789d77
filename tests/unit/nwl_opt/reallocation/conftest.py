"""Solved once, read by many: a reallocation of lines within lines, with providers' like and ranges of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.shared.parsing import TypedTable
from nwl_opt.files.tables import read_output_tables
from nwl_opt.opening import validate_instance
from nwl_opt.problems import load_problem
from nwl_opt.reallocation.shown.book import PlanBook, book_of
from nwl_opt.run_folder import INPUTS_FOLDER
from tests.app_client import solved


@pytest.fixture(scope="session")
def lines_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the shipped instance with lines within lines: it has levers and a tornado."""
    return solved("reallocation/line_level", tmp_path_factory.mktemp("solved") / "20260101T000000Z-reallocation-a1")


@pytest.fixture(scope="session")
def book(lines_run: Path) -> PlanBook:
    return read_book(lines_run)


def read_book(run: Path) -> PlanBook:
    """The book of a run's tables."""
    return book_of(validate_instance(run / INPUTS_FOLDER).parsed, tables_in(run))


def tables_in(folder: Path) -> dict[str, TypedTable]:
    """The typed tables of a folder."""
    return dict(read_output_tables(folder, load_problem("reallocation").register).tables)


@pytest.fixture(scope="session")
def baseline(lines_run: Path) -> dict[str, TypedTable]:
    """The tables of everything growing alike."""
    return tables_in(lines_run / "baselines" / "pro_rata_growth")
