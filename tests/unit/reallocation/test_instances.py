"""What is shipped: the generator makes it, its totals tie, its provenance is marked, its scenarios apply."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from instances.reallocation.generate import generate
from instances.reallocation.public_data import BOROUGHS, COMMUNITY_CHC_NEED_SHARE, LINES, YEARS, opening_shares
from models.reallocation.money import nearest_pound
from models.reallocation.rules import RULES
from models.reallocation.settings import UNPLACED
from models.reallocation.tables import REGISTER
from models.shared.parsing import parse_instance
from nwl_opt.files import write_instance
from nwl_opt.files.reading import read_header
from nwl_opt.problems import shipped_instances, shipped_scenarios
from nwl_opt.scenario import read_scenario
from tests.model.reallocation.plans import faults_of, folder_of, generated, instance_of, shipped

pytestmark = pytest.mark.unit

INSTANCES = ("each_rule", "line_level", "nwl", "pounds", "tiny")
SCENARIOS = [path.stem for path in shipped_scenarios("reallocation")]


def test_what_is_shipped() -> None:
    assert shipped_instances("reallocation") == INSTANCES


@pytest.mark.parametrize("name", INSTANCES)
def test_shipped_instances_have_no_fault_and_mark_every_figure(name: str) -> None:
    raw = shipped(name)
    parsed = parse_instance(REGISTER, raw)
    assert faults_of(raw) == [] and parsed.notices == ()
    assert parsed.provenance_counts["local"] == 0


def test_seed_7_writes_the_reference_byte_for_byte(tmp_path: Path) -> None:
    """To mend: write the tables of `generate()` into instances/reallocation/nwl with `write_instance`."""
    header, tables = generate(7)
    write_instance(tmp_path / "nwl", REGISTER, header, tables)
    written = sorted((tmp_path / "nwl").glob("*.csv"))
    assert [path.name for path in written] == sorted(path.name for path in folder_of("nwl").glob("*.csv"))
    for path in written:
        assert path.read_bytes() == (folder_of("nwl") / path.name).read_bytes(), path.name
    assert dict(read_header(folder_of("nwl"))) == dict(header)


def test_another_seed_changes_what_is_synthetic_and_nothing_else() -> None:
    (_, first), (_, second) = generate(7), generate(8)
    same = {name for name in first if first[name] == second[name]}
    drawn = {"baseline", "ledger", "ring_fences"}
    assert same == set(first) - drawn
    assert {row["provenance"] for name in drawn for row in second[name]} == {"synthetic"}


def test_the_ledger_of_the_reference_comes_to_the_allocation_and_the_scope() -> None:
    instance = instance_of(shipped("nwl"))
    in_scope = [line for line in instance.ledger if line.cell is not None]
    out = sum(line.gbp for line in instance.ledger if line.cell is None)
    once = sum(line.non_recurrent_gbp for line in in_scope)
    assert 115 <= len(instance.ledger) <= 125
    assert sum(line.gbp for line in instance.ledger) == 5_300_000_000
    assert sum(instance.ledger_gbp.values()) == 4_200_000_000 == 5_300_000_000 - out - once
    assert once > 0 and any(line.cell is not None and line.cell.place == UNPLACED for line in in_scope)


def test_the_reference_opens_as_the_plan_says_with_nothing_restated() -> None:
    instance = instance_of(shipped("nwl"))
    assert instance.opening_gbp == instance.ledger_gbp
    shares = opening_shares(COMMUNITY_CHC_NEED_SHARE)
    assert sum(shares.values()) == 1
    for facts in LINES:
        spend = sum(gbp for cell, gbp in instance.opening_gbp.items() if cell.line == facts.line)
        assert abs(spend - shares[facts.line] * 4_200_000_000) < 1


def test_running_costs_of_the_reference_are_on_the_ledger_and_come_down() -> None:
    """About 20 pounds for each of 2.1m residents."""
    instance = instance_of(shipped("nwl"))
    running = [line for line in instance.ledger if line.is_running_cost]
    assert {line.description for line in running} == {"Running costs: pay", "Running costs: other"}
    assert 30_000_000 < sum(line.gbp for line in running) < 55_000_000
    money = instance.money
    assert [year.running_costs_gbp for year in money[2:]] == [
        nearest_pound(money[0].running_costs_gbp * Fraction(7, 10))
    ] * 2
    assert {year.break_even_gbp for year in money} == {0}


def test_better_care_fund_minimums_of_the_reference_grow_as_published_from_below_spend() -> None:
    instance = instance_of(shipped("nwl"))
    assert len(instance.ring_fences) == len(BOROUGHS)
    for fence in instance.ring_fences:
        opening = sum(instance.opening_gbp[cell] for cell in fence.cells)
        first, second, third = (fence.minimum_gbp[year] for year in YEARS)
        assert first < 0.6 * opening and {cell.line for cell in fence.cells} == {"community", "chc"}
        assert second / first == pytest.approx(1.0566, abs=1e-6) and third / second == pytest.approx(1.0566, abs=1e-6)


def test_line_level_is_the_reference_without_boroughs() -> None:
    by_line = instance_of(shipped("line_level")).opening_gbp
    reference = instance_of(shipped("nwl")).opening_gbp
    for cell, gbp in by_line.items():
        assert gbp == sum(part for other, part in reference.items() if other.line == cell.line)


def test_providers_outside_get_15_to_20_per_cent_of_every_boroughs_acute_money() -> None:
    cells = instance_of(shipped("nwl")).opening_gbp
    for borough, _ in BOROUGHS:
        acute = {cell.provider: gbp for cell, gbp in cells.items() if (cell.place, cell.line) == (borough, "acute")}
        assert 0.15 <= acute["acute_outside"] / sum(acute.values()) <= 0.20, borough


def test_boroughs_stray_from_their_share_of_spend_by_ten_per_cent_at_most() -> None:
    instance = instance_of(shipped("nwl"))
    for facts in LINES:
        keys = [key for key in instance.place_lines if key.line == facts.line and key.place != UNPLACED]
        ratios = [instance.opening_of[key] / instance.need_gbp(key, 0) for key in keys]
        # Each was drawn within 10 % of need and scaled to the line's total, so they lie within 11 : 9 of each other.
        assert max(ratios) / min(ratios) <= Fraction(11, 9)


@pytest.mark.parametrize(
    "sizes",
    [
        {"places": 1, "lines": 1, "years": 1, "providers": 0},
        {"places": 2, "lines": 2, "years": 2, "providers": 1},
        {"places": 5, "lines": 4, "years": 3, "providers": 4},
        {"places": 3, "lines": 6, "years": 10, "providers": 2},
    ],
    ids=str,
)
def test_invented_systems_of_any_size_are_valid(sizes: dict[str, int]) -> None:
    for seed in range(5):
        raw = generated(seed, **sizes)
        assert faults_of(raw) == []
        instance = instance_of(raw)
        assert len({cell.place for cell in instance.cells}) == sizes["places"]
        assert len(instance.leaf_lines) == sizes["lines"] and instance.horizon == sizes["years"]
        assert {provider.provider for provider in instance.providers} == {
            f"t{at + 1}" for at in range(sizes["providers"])
        }


def test_further_rules_at_random_leave_growth_in_step_room() -> None:
    """Every further table and claim turns up in some seed, and the spendable money outgrows base growth a little."""
    met: set[str] = set()
    for seed in range(40):
        raw = generated(seed, places=3, lines=4, years=3, providers=2, more_rules=1)
        assert faults_of(raw) == []
        instance = instance_of(raw)
        met |= set(raw.tables)
        met |= {name for name, value in instance.settings.model_dump().items() if value}
        for t in range(1, 4):
            growth = Fraction(instance.money[t].spendable_gbp, instance.money[t - 1].spendable_gbp) - 1
            assert 0 < growth - instance.years[t - 1].base_growth_share < Fraction(31, 10_000)
    assert met >= {
        "ring_fences", "ring_fence_cells", "spillover", "pace_bands", "soft_rules", "ledger", "primary_care_gap_gbp",
        "running_cost_saving_kept_share", "required_closure_share", "peak_growth_limit_share",
    }  # fmt: skip


def test_further_rules_leave_the_rest_of_a_system_as_it_was() -> None:
    (_, plain), (_, more) = generate(5, places=3), generate(5, places=3, more_rules=1)
    for name in ("places", "baseline", "need", "need_weights", "pace", "providers", "chc_forecast"):
        assert plain[name] == more[name], name


def test_a_system_without_a_place_cannot_be_made() -> None:
    for sizes in ({"places": 0}, {"lines": -1}, {"years": 0}, {"providers": -1}):
        with pytest.raises(ValueError, match="places"):
            generate(1, **sizes)


def test_the_same_seed_and_size_make_the_same_system() -> None:
    assert generate(3, places=4, providers=2) == generate(3, places=4, providers=2)
    assert generate(3, places=4, providers=2) != generate(4, places=4, providers=2)


@pytest.mark.parametrize("level", ["practices", "icbs"])
def test_many_places_with_invented_need_where_the_public_rows_are_not_at_hand(
    level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NWL_OPT_OUTSIDE_DATA", raising=False)
    header, tables = generate(2, **{level: 30}, years=2)
    assert {row["provenance"] for row in tables["need"] + tables["baseline"]} == {"synthetic"}
    assert "invented" in str(header["description"])
    raw = generated(2, **{level: 30}, years=2)
    assert faults_of(raw) == [] and len(instance_of(raw).cells) == 120
    assert generate(2, **{level: 30}, years=2) == (header, tables)


def test_outside_data_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NWL_OPT_OUTSIDE_DATA", str(tmp_path))
    with pytest.raises(ValueError, match=r"nwl_practice_weighted_populations\.csv"):
        generate(1, practices=10)


def test_one_kind_of_place_at_a_time() -> None:
    for sizes in ({"practices": 3, "icbs": 3}, {"practices": 3, "places": 4}, {"icbs": 3, "providers": 1}):
        with pytest.raises(ValueError, match="years only"):
            generate(1, **sizes)


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenarios_apply_without_a_fault(name: str) -> None:
    scenario = read_scenario(folder_of("scenarios") / f"{name}.toml")
    assert scenario.kind == "reallocation" and scenario.instance in INSTANCES
    assert scenario.title and scenario.description
    assert set(scenario.binds) <= {rule.id for rule in RULES}
    assert faults_of(shipped(scenario.instance, name)) == []
