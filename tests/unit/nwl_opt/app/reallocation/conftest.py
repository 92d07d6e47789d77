"""A run that has no plan, solved once."""

from __future__ import annotations

from pathlib import Path

import pytest

from nwl_opt.problems import find_instance
from nwl_opt.run_folder import read_run
from nwl_opt.solving import SilentListener, SolveRequest, solve_and_save

IMPOSSIBLE = {"closure_required": True, "growth_share": 0.0, "mh_growth_cap_share": 0.01}


@pytest.fixture(scope="session")
def no_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest reallocation, asked to close its gap without money and without growth."""
    out = tmp_path_factory.mktemp("solved") / "20260103T000000Z-reallocation-00000003"
    request = SolveRequest(find_instance("reallocation/tiny"), set_by_hand=IMPOSSIBLE, out=out, who="ada")
    solve_and_save(request, SilentListener(), lambda: False)
    assert read_run(out).status == "infeasible"
    return out
