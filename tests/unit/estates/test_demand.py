"""Demand: the published room figures, from the functions the formulation uses."""

from __future__ import annotations

import pytest

from models.estates.demand import (
    NOWHERE,
    contact_rate_contacts,
    path_share,
    planning_demand,
    population_growth,
    rooms_needed,
    virtual_share,
)
from models.estates.entities import Period
from tests.estates_small import area, estate, service, settings, site, suite

pytestmark = pytest.mark.unit

NOW, ADDED, REGISTERED = 2_111_469, 100_000, 2_774_346


@pytest.mark.parametrize(
    ("people", "face_to_face", "minutes", "rooms"),
    [
        (NOW, 0.73, 12, 989.116),
        (NOW, 0.73, 10, 824.263),
        (NOW, 0.73, 15, 1236.395),
        (NOW + ADDED, 0.55, 12, 780.518),
        (REGISTERED, 0.73, 12, 1299.640),
    ],
)
def test_rooms_needed_are_the_published_figures(people: int, face_to_face: float, minutes: int, rooms: float) -> None:
    """989.116 rooms on residents now, 780.518 in 2040, 1,300 on lists (12 minutes, 55 h, 50 weeks, 85 %)."""
    contacts = contact_rate_contacts(people, settings(share_in_these_sites=1.0), face_to_face)
    needed = rooms_needed(contacts, minutes, opening_hours_per_week=55, weeks_per_year=50, used_share=0.85)
    assert needed == pytest.approx(rooms, abs=5e-4)


def test_virtual_share_and_population_follow_the_path() -> None:
    """27 % in 2026/27, 45 % in 2040/41, half way 36 %; the 100,000 people come with it, pro rata to areas."""
    own = settings(population_added=ADDED)
    assert [
        round(virtual_share(own, year), 6) for year in ("2020/21", "2026/27", "2033/34", "2040/41", "2050/51")
    ] == [
        0.27,
        0.27,
        0.36,
        0.45,
        0.45,
    ]
    assert path_share(own, "2033/34") == 0.5
    instance = estate([site("A")], [suite("A-0")], [area("a", 300), area("b", 100)], population_added=40)
    assert population_growth(instance, "2040/41") == pytest.approx(1.1)
    assert population_growth(instance, "2033/34") == pytest.approx(1.05)


def test_a_period_is_planned_for_its_busiest_year() -> None:
    """2 % growth a year over three years: the third year, 1000 x 1.02^2; virtual demand is summed over the areas."""
    instance = estate(
        [site("A")],
        [suite("A-0")],
        [area("a", 1000), area("b", 500)],
        services=[service(growth_share_per_year=0.02), service("video", mode="virtual", room_type="office")],
        periods=[Period("2026/27", 3, 1.0)],
    )
    found = {(item.area_id, item.service): item.contacts for item in planning_demand(instance)}
    assert found == {("a", "gp"): 1040.4, ("b", "gp"): 520.2, (NOWHERE, "video"): 1500.0}
