"""The tables of a solved estate, read once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.shared.problem import Explanation
from nwl_opt.estates.reporting.saved import TODAY, EstateTables
from nwl_opt.estates.saved_estate import instance_of
from nwl_opt.files.lazy_tables import LazyTables
from nwl_opt.opening import validate_instance
from nwl_opt.plain import explanations_from_json
from nwl_opt.run_folder import BASELINES_FOLDER, EXPLANATION_FILE, INPUTS_FOLDER


@pytest.fixture(scope="session")
def estate(estate_run: Path) -> EstateTables:
    """The plan, its instance, and the estate as it is."""
    validation = validate_instance(estate_run / INPUTS_FOLDER)
    register = validation.problem.register
    return EstateTables(
        instance_of(validation),
        LazyTables(estate_run, register),
        LazyTables(estate_run / BASELINES_FOLDER / TODAY, register),
    )


@pytest.fixture(scope="session")
def told(estate_run: Path) -> tuple[Explanation, ...]:
    """What the run says."""
    return explanations_from_json(json.loads((estate_run / EXPLANATION_FILE).read_text(encoding="utf-8")))
