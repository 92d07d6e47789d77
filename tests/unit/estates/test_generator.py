"""The generators: the shipped estates come out of them, and say what a professional expects of them."""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from instances.estates.changes import SUITES_PER_CONVERSION
from instances.estates.generate import REFERENCE_SEED, generate
from instances.estates.places import NAMED, PLACES
from instances.estates.rule_by_rule import rule_by_rule
from models.estates.checker import refused_by
from models.estates.entities import CapitalSource
from models.estates.instance import EstatesInstance
from models.estates.tables import REGISTER
from models.shared.parsing import parse_instance
from nwl_opt.files import write_instance
from nwl_opt.problems import data_folder
from tests.model.estates.plans import generated, instance_of, shipped

pytestmark = pytest.mark.unit

COMMAND = "python3 -m tests.unit.estates.test_generator"
BACKLOG_GBP = 16_245_800
GENERAL = ("consulting", "examination", "treatment")


def write_shipped(name: str, folder: Path) -> None:
    """Write an instance as it is shipped."""
    header, tables = generate(REFERENCE_SEED) if name == "nwl" else rule_by_rule()
    write_instance(folder, REGISTER, header, tables)


@pytest.fixture(scope="module")
def nwl() -> EstatesInstance:
    return instance_of(shipped("nwl"))


@pytest.mark.parametrize("name", ["nwl", "each_rule"])
def test_the_shipped_instance_is_what_its_generator_makes(name: str, tmp_path: Path) -> None:
    """To mend: python3 -m tests.unit.estates.test_generator writes both anew."""
    write_shipped(name, tmp_path)
    folder = data_folder("estates") / name
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted(path.name for path in folder.iterdir())
    different = [one for one in names if (tmp_path / one).read_bytes() != (folder / one).read_bytes()]
    assert not different, f"run: {COMMAND}"


def test_the_reference_has_the_sites_suites_and_tenures_it_should(nwl: EstatesInstance) -> None:
    """48 sites, 18 of them real by name, 144 suites; freehold 45, leasehold 30, LIFT 20 %, the rest PFI and GP."""
    tenures = Counter(site.tenure for site in nwl.sites)
    assert (len(nwl.sites), len(NAMED), len(nwl.suites)) == (48, 18, 144)
    assert tenures == {"nhsps_freehold": 21, "nhsps_leasehold": 13, "lift_chp": 10, "pfi": 2, "gp": 2}
    small = sum(suite.area_m2 < nwl.settings.minimum_hand_back_m2 for suite in nwl.suites)
    assert 0.155 <= small / len(nwl.suites) <= 0.175
    invented = [site for site in nwl.sites if site.site_id not in {place.site_id for place in NAMED}]
    assert all("(synthetic site)" in site.name and site.postcode is None for site in invented)


def test_the_reference_has_the_rooms_and_charges_it_should(nwl: EstatesInstance) -> None:
    """About 750 general rooms, 40 m2 gross a room, 350 pounds a square metre; 237 areas with 2,111,469 people."""
    rooms: Counter[str] = Counter()
    for suite in nwl.suites:
        rooms.update(suite.rooms)
    area = sum(suite.area_m2 for suite in nwl.suites)
    assert 735 <= sum(rooms[kind] for kind in GENERAL) <= 765
    assert area / rooms.total() == pytest.approx(40, rel=0.01)
    assert sum(suite.annual_charge_gbp for suite in nwl.suites) / area == pytest.approx(350, rel=0.01)
    assert (len(nwl.areas), sum(one.population for one in nwl.areas)) == (237, 2_111_469)
    registered = shipped("nwl")
    registered.header["settings"]["population_basis"] = "registered"  # type: ignore[index]
    assert sum(one.population for one in instance_of(registered).areas) == 2_774_346


def test_the_general_rooms_are_used_to_45_percent_by_primary_care_today(nwl: EstatesInstance) -> None:
    """7.5 contacts x 40 % x 73 % x 12 minutes: 924,823 hours a year, 395.6 rooms at 85 %; a room has 2,750."""
    settings = nwl.settings
    people = sum(area.population for area in nwl.areas)
    contacts = people * settings.contact_rate * settings.share_in_these_sites * (1 - settings.virtual_share_first)
    primary = [s for s in nwl.services if s.demand_source == "contact_rate" and not s.is_virtual]
    assert {service.minutes_per_contact for service in primary} == {12}
    hours = contacts * 12 / 60
    available = len(nwl.slots) * settings.session_hours * settings.weeks_per_year
    rooms = sum(suite.rooms.get(kind, 0) for suite in nwl.suites for kind in GENERAL)
    assert hours / (available * settings.used_share_ceiling) == pytest.approx(395.6, abs=0.05)
    assert hours / (available * rooms) == pytest.approx(0.45, abs=0.01)


def test_a_third_of_belmont_stands_empty_at_the_published_price(nwl: EstatesInstance) -> None:
    """30 % void at about 110,000 pounds a year (NHS Property Services, November 2022): 314 of 1,047 m2."""
    void = {
        suite.suite_id: suite.area_m2 - sum(one.area_m2 for one in nwl.occupations_of(suite.suite_id))
        for suite in nwl.suites_of("belmont")
    }
    assert void == {"belmont-0": 0, "belmont-1": 0, "belmont-2": 314}
    assert 314 / sum(suite.area_m2 for suite in nwl.suites_of("belmont")) == pytest.approx(0.30, abs=0.001)
    assert nwl.suite("belmont-2").annual_charge_gbp == pytest.approx(110_000, rel=0.001)


def test_all_345_practices_have_lists_that_sum_to_the_registered_people(nwl: EstatesInstance) -> None:
    """Their rooms hold little more than their own lists, and a dozen single-GP practices may close."""
    assert len(nwl.premises) == 345
    assert sum(one.list_size for one in nwl.premises) == 2_774_346
    assert sum(one.easting_m is None for one in nwl.premises) == 28
    hours_a_room = 46.17
    own = [one.list_size * 7.5 * 0.6 * 0.73 * 12 / 60 / 50 for one in nwl.premises]
    spare = [max(0.0, one.rooms * hours_a_room - hours) for one, hours in zip(nwl.premises, own, strict=True)]
    assert sum(spare) < 0.2 * sum(own)
    closable = [one for one in nwl.premises if one.may_close]
    assert len(closable) == 12
    assert all(one.list_size < 3_500 and one.rooms == 1 and one.easting_m is not None for one in closable)


def test_only_void_that_cannot_be_handed_back_is_offered_on_open_space(nwl: EstatesInstance) -> None:
    refused = refused_by(nwl)
    offered = [suite for suite in nwl.suites if suite.open_space_from is not None]
    assert len(offered) >= 20
    for suite in offered:
        assert refused[suite.suite_id], suite.suite_id
        assert suite.void_payer == "icb" and suite.vacant_by is not None
        assert suite.suite_id != nwl.site(suite.site_id).core_suite
    assert sum(suite.backlog_gbp for suite in nwl.suites) == pytest.approx(BACKLOG_GBP, rel=0.01)


def test_works_cost_about_what_the_public_refits_cost_a_room(nwl: EstatesInstance) -> None:
    """Belmont: 1.6 million pounds for 26 rooms of 40 m2 are 61,000 a room; a room for calls costs a third of that."""
    assert len(nwl.conversions) == 11
    assert {one.from_room_type for one in nwl.conversions} == {"records"}
    for one in nwl.conversions:
        low, high = (15_000, 25_000) if one.to_room_type == "office" else (46_000, 76_000)
        assert low <= one.works_gbp / one.rooms_to <= high
        assert 3 <= one.works_months <= 12


def test_a_grant_pays_a_third_and_developers_pay_in_their_borough(nwl: EstatesInstance) -> None:
    by_kind: dict[str, list[CapitalSource]] = {}
    for source in nwl.capital_sources:
        by_kind.setdefault(source.kind, []).append(source)
    assert {source.share_of_project for source in by_kind["lig"]} == {0.33}
    assert [source.year for source in by_kind["lig"]] == list(nwl.financial_years)
    assert all(source.borough is None for source in by_kind["lig"] + by_kind["icb"])
    assert {source.borough for source in by_kind["s106"] + by_kind["cil"]} == {site.borough for site in nwl.sites}


def test_rooms_are_booked_more_than_seen_in_use_and_seen_more_than_used(nwl: EstatesInstance) -> None:
    """45 % used where all three are measured; booked, used and observed hours are never equal."""
    rooms: Counter[tuple[str, str]] = Counter()
    for suite in nwl.suites:
        for kind, count in suite.rooms.items():
            rooms[suite.site_id, kind] += count
    whole = [m for m in nwl.measured_hours if None not in (m.booked_hours, m.used_hours, m.observed_hours)]
    used = sum(m.used_hours or 0.0 for m in whole)
    assert used / sum(5 * rooms[m.site_id, m.room_type] for m in whole) == pytest.approx(0.45, abs=0.03)
    for m in whole:
        assert (m.used_hours or 0.0) <= (m.observed_hours or 0.0) <= (m.booked_hours or 0.0)
    assert 15 <= len({m.site_id for m in nwl.measured_hours}) <= 25
    assert any(m.used_hours is None for m in nwl.measured_hours)
    assert any(m.booked_hours is None for m in nwl.measured_hours)


def test_twenty_other_services_six_of_them_in_rooms_of_their_own_kind(nwl: EstatesInstance) -> None:
    others = [service for service in nwl.services if service.demand_source == "own"]
    assert len(others) == 20
    assert sum(service.room_type in ("minor_op", "dental", "xray") for service in others) == 6
    assert sum(slot.demand_weight for slot in nwl.slots) == pytest.approx(11)


def test_every_reason_for_a_refusal_occurs_at_least_twice(nwl: EstatesInstance) -> None:
    reasons = Counter(rule for found in refused_by(nwl).values() for rule in found)
    expected = ("E-09", "E-10", "E-11", "E-12", "E-13", "E-14", "E-15", "E-16", "E-17", "E-24", "E-25")
    assert set(reasons) == set(expected)
    assert all(count >= 2 for count in reasons.values()), reasons
    alone = Counter(next(iter(found)) for found in refused_by(nwl).values() if len(found) == 1)
    assert {"E-09", "E-12", "E-13", "E-14", "E-15", "E-17", "E-24", "E-25"} <= set(alone)
    assert sum(not found for found in refused_by(nwl).values()) >= 40


def test_each_neighbourhood_of_each_rule_is_held_back_by_that_rule_alone() -> None:
    refused = refused_by(instance_of(shipped("each_rule")))
    expected = {
        "void_payer-1": "E-09", "not_surplus-1": "E-10", "not_self_contained-1": "E-12", "under_100_m2-1": "E-13",
        "gp_premises-1": "E-14", "pfi-1": "E-15", "onerous_lease-1": "E-16", "lift-1": "E-17", "xray-1": "E-24",
        "kept_by_order-1": "E-25",
    }  # fmt: skip
    assert {suite: tuple(refused[suite]) for suite in expected} == {
        suite: (rule,) for suite, rule in expected.items()
    }


@pytest.mark.parametrize(
    ("seed", "sizes"),
    [
        (1, {}),
        (5, {"sites": 1, "areas": 1, "periods": 1}),
        (6, {"sites": 4, "suites_per_site": 1, "areas": 9, "periods": 2}),
        (7, {"sites": 12, "suites_per_site": 5, "periods": 3}),
        (8, {"sites": 40, "suites_per_site": 3, "periods": 4}),
        (9, {"sites": 80, "suites_per_site": 3, "periods": 6}),
    ],
)
def test_other_sizes_are_valid_and_of_the_size_asked(seed: int, sizes: dict[str, int]) -> None:
    raw = generated(seed, **sizes)
    instance = instance_of(raw)
    assert len(instance.sites) == sizes.get("sites", len(PLACES))
    if "suites_per_site" in sizes:
        assert len(instance.suites) == sizes["sites"] * sizes["suites_per_site"]
    assert len(instance.areas) == sizes.get("areas", len(instance.areas))
    assert len(instance.periods) == sizes.get("periods", 4)
    assert parse_instance(REGISTER, raw).provenance_counts["local"] == 0
    areas = {area.area_id for area in instance.areas}
    assert all(one.area_id in areas for one in instance.premises)
    assert len(instance.conversions) <= math.ceil(len(instance.suites) / SUITES_PER_CONVERSION)
    assert {one.site_id for one in instance.measured_hours} <= {one.site_id for one in instance.sites}


@pytest.mark.parametrize("sizes", [{"sites": 0}, {"areas": 0}, {"suites_per_site": -1}, {"periods": 5}])
def test_a_size_that_cannot_be_is_refused(sizes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be"):
        generate(1, **sizes)


def test_another_seed_makes_another_estate_of_the_same_places() -> None:
    first, second = generate(1)[1], generate(2)[1]
    assert first["areas"] == second["areas"]
    assert first["suites"] != second["suites"]


if __name__ == "__main__":
    for shipped_name in ("nwl", "each_rule"):
        target = data_folder("estates") / shipped_name
        with tempfile.TemporaryDirectory() as scratch:
            write_shipped(shipped_name, Path(scratch) / shipped_name)
            for written in sorted((Path(scratch) / shipped_name).iterdir()):
                (target / written.name).write_bytes(written.read_bytes())
