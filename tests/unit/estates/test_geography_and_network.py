"""Travel, reach, and the cells the model places."""

from __future__ import annotations

import pytest

from models.estates.demand import NOWHERE, Commodity
from models.estates.formulation.network import build_network
from models.estates.geography import UsualSite, computed_minutes, sites_with_rooms, travel_minutes, usual_sites
from models.estates.instance import EstatesInstance
from tests.estates_small import area, estate, service, settings, site, suite

pytestmark = pytest.mark.unit

_NONE: frozenset[str] = frozenset()


def _three_sites(**changes: object) -> EstatesInstance:
    """Sites at 10, 20 and 40 minutes of area a; the last has no consulting room."""
    return estate(
        [site("A"), site("B"), site("C")],
        [suite("A-0"), suite("B-0"), suite("C-0", rooms={"office": 1})],
        [area("a", 1000)],
        travel={("a", "A"): 10, ("a", "B"): 20, ("a", "C"): 40},
        **changes,
    )


@pytest.mark.parametrize(("mode", "minutes"), [("walk", 33), ("public_transport", 19), ("car", 14)])
def test_minutes_from_the_grid(mode: str, minutes: int) -> None:
    """2 km x 1.3 = 2.6 km: 32.5 minutes at 4.8 km/h, 11.1 + 8 at 14 km/h, 8.7 + 5 at 18 km/h; halves go up."""
    here, there = area("a", 1), site("A", easting_m=502_000.0)
    assert computed_minutes(here, there, settings(travel_mode=mode)) == minutes


def test_listed_times_go_before_computed_ones() -> None:
    instance = estate([site("A")], [suite("A-0")], [area("a", 1)], travel={("a", "A"): 25})
    assert travel_minutes(instance) == {("a", "A"): 25}


@pytest.mark.parametrize(
    ("changes", "without", "sites"),
    [
        ({"added_minutes_limit": 10}, _NONE, ("A", "B")),
        ({"added_minutes_limit": 9}, _NONE, ("A",)),
        ({"added_minutes_limit": 9}, frozenset({"E-23"}), ("A", "B")),
        ({"added_minutes_limit": 60, "travel_limit_minutes": 15}, _NONE, ("A",)),
        ({"added_minutes_limit": 60, "travel_limit_minutes": 15}, frozenset({"E-22"}), ("A", "B")),
        ({"added_minutes_limit": 60, "travel_limit_minutes": 5}, _NONE, ()),
        ({"added_minutes_limit": 60}, frozenset({"E-04"}), ("A", "B", "C")),
    ],
)
def test_reach_follows_the_travel_rules(
    changes: dict[str, object], without: frozenset[str], sites: tuple[str, ...]
) -> None:
    (cell,) = build_network(_three_sites(**changes), without).cells
    assert cell.sites == sites


def test_the_usual_site_is_the_nearest_with_the_room() -> None:
    instance = _three_sites()
    usual = usual_sites(instance, travel_minutes(instance), sites_with_rooms(instance))
    assert usual == {("a", "consulting"): UsualSite("A", 10), ("a", "office"): UsualSite("C", 40)}


def test_cells_sum_the_services_of_a_room_type() -> None:
    """1,000 contacts of 12 and 500 of 30 minutes: 450 hours a year, 9 a week, 1,500 contacts."""
    services = [service(), service("long", per_1000=500.0, minutes_per_contact=30)]
    network = build_network(_three_sites(services=services, added_minutes_limit=20))
    (cell,) = network.cells
    assert cell.commodity == Commodity("consulting", "face_to_face")
    assert cell.hours == pytest.approx((9.0, 9.0))
    assert cell.contacts_per_hour(0) == pytest.approx(1500 / 9)


def test_virtual_demand_has_no_area_and_may_use_any_site_with_the_room() -> None:
    network = build_network(_three_sites(services=[service("video", mode="virtual", room_type="office")]))
    (cell,) = network.cells
    assert (cell.area_id, cell.sites) == (NOWHERE, ("C",))


def test_a_small_site_may_carry_a_lower_ceiling() -> None:
    """Two even sessions of 5 hours: 8 hours at 80 %, 6 where the site's own cap is 60 %, 10 without E-06."""
    sites = [site("A"), site("B", utilisation_cap_share=0.6)]
    instance = estate(sites, [suite("A-0"), suite("B-0")], [area("a", 1000)])
    assert build_network(instance).weekly_hours_per_room == pytest.approx({"A": 8.0, "B": 6.0})
    assert build_network(instance, frozenset({"E-06"})).weekly_hours_per_room == pytest.approx({"A": 10.0, "B": 10.0})
