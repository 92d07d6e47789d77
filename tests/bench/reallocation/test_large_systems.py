"""Systems whose bands on providers tie all places together go through all stages, larger and larger; checked."""

from __future__ import annotations

import pytest

from tests.model.reallocation.plans import checked, generated, instance_of, solved_instance

pytestmark = pytest.mark.bench


@pytest.mark.parametrize("places", [40, 200])
def test_places_tied_by_eight_providers_over_five_years(places: int) -> None:
    case = solved_instance(instance_of(generated(1, places=places, lines=4, years=5, providers=8)))
    assert case.outcome.status == "optimal", case.outcome.reason
    report = checked(case, case.written(), case.stage_values)
    assert report.passed, report.findings


def test_practice_level_is_proven_and_accepted() -> None:
    case = solved_instance(instance_of(generated(1, practices=354, years=5)))
    assert case.outcome.status == "optimal", case.outcome.reason
    report = checked(case, case.written(), case.stage_values)
    assert report.passed, report.findings
