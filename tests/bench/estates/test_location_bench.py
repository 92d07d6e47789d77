"""Every published optimum of the outside data that is promised: reproduced, with proof."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.estates.location.bench import measure
from models.estates.location.published import cases_of

pytestmark = pytest.mark.bench


@pytest.mark.parametrize("family", ["OR-Library cap", "Holmberg", "OR-Library cap large", "OR-Library p-median"])
def test_published_optima_are_proved(outside_data: Path, family: str) -> None:
    """Split for the files of OR-Library (single-source capa is reported only), one site a customer for Holmberg."""
    cases = [case for case in cases_of(outside_data / "benchmarks" / "cflp") if case.family == family]
    wanted = [case for case in cases if family in ("Holmberg", "OR-Library p-median") or case.way == "split"]
    assert wanted
    for case in wanted:
        line = measure(case, 300.0, (), with_plain=False)
        assert line.is_proved and line.agrees, (case.name, line.answer.value_gbp, line.answer.bound_gbp)
