"""Our public figures against the outside data they were taken from."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from instances.reallocation.public_data import BOROUGHS, COMPONENTS
from tests.model.reallocation.plans import faults_of, generated, instance_of, shipped

pytestmark = pytest.mark.unit

COLUMN_OF = {
    "registered": "registered_pop",
    **{name: f"wp_{name}" for name in COMPONENTS if name != "registered"},
}


def rows_of(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with (folder / "data" / "reallocation" / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def test_shipped_weighted_populations_equal_the_public_rows(outside_data: Path) -> None:
    public = {
        row["LTLA21"]: row
        for row in rows_of(outside_data, "nwl_borough_weighted_populations.csv")
        if row["year"] == "2024/25"
    }
    ours = instance_of(shipped("nwl")).weighted_population
    for place, name in BOROUGHS:
        for component in COMPONENTS:
            assert float(ours[place, component]) == float(public[name][COLUMN_OF[component]]), (place, component)


@pytest.mark.parametrize(("year", "england", "low", "high"), [("2023/24", 61_903_547, 0.0404, 0.0405),
                                                             ("2024/25", 62_154_630, 0.0404, 0.0405)])  # fmt: skip
def test_nw_london_among_the_42_systems(outside_data: Path, year: str, england: int, low: float, high: float) -> None:
    """6th lowest core need index, 5th largest weighted population, 4.04-4.05 % of England: from the rows."""
    systems = [row for row in rows_of(outside_data, "icb_weighted_populations_all42.csv") if row["year"] == year]
    core = {row["ICS22"]: float(row["wp_core_final"]) for row in systems}
    index = {row["ICS22"]: core[row["ICS22"]] / float(row["registered_pop"]) for row in systems}
    assert len(core) == 42
    assert round(sum(core.values())) == england
    assert sorted(index, key=lambda icb: index[icb]).index("QRV") + 1 == 6
    assert sorted(core, key=lambda icb: -core[icb]).index("QRV") + 1 == 5
    assert low <= round(core["QRV"] / sum(core.values()), 4) <= high


def test_our_boroughs_are_nw_london_but_for_seven_practices_elsewhere(outside_data: Path) -> None:
    systems = rows_of(outside_data, "icb_weighted_populations_all42.csv")
    qrv = next(row for row in systems if row["year"] == "2024/25" and row["ICS22"] == "QRV")
    ours = instance_of(shipped("nwl")).weighted_population
    for component in COMPONENTS:
        total = float(sum(ours[place, component] for place, _ in BOROUGHS))
        assert 0.98 <= total / float(qrv[COLUMN_OF[component]]) < 1, component


def test_england_by_system_is_valid_and_needs_what_the_rows_say(outside_data: Path) -> None:
    """42 systems x 4 lines x 3 years; mental health need of a system is its share of England's weighted people."""
    raw = generated(1, icbs=42, years=3)
    assert faults_of(raw) == []
    instance = instance_of(raw)
    assert (len(instance.places), len(instance.cells), instance.horizon) == (42, 168, 3)
    systems = [row for row in rows_of(outside_data, "icb_weighted_populations_all42.csv") if row["year"] == "2024/25"]
    people = {row["ICS22"]: float(row["wp_mental_health"]) for row in systems}
    of_line = {key.place: share for key, share in instance.need_share.items() if key.line == "mental_health"}
    for place in instance.places:
        share = float(of_line[place.place] / sum(of_line.values()))
        assert share == pytest.approx(people[place.place] / sum(people.values()), rel=1e-7), place.name


def test_nw_london_by_practice_is_valid_and_adds_up_to_the_system(outside_data: Path) -> None:
    raw = generated(1, practices=354, years=5)
    assert faults_of(raw) == []
    instance = instance_of(raw)
    assert (len(instance.places), len(instance.cells), instance.horizon) == (354, 1416, 5)
    assert sum(instance.opening_gbp.values()) == 4_200_000_000
    systems = rows_of(outside_data, "icb_weighted_populations_all42.csv")
    qrv = next(row for row in systems if row["year"] == "2024/25" and row["ICS22"] == "QRV")
    for component in ("general_acute", "community", "mental_health", "maternity"):
        total = float(sum(n for (_, of), n in instance.weighted_population.items() if of == component))
        assert total == pytest.approx(float(qrv[f"wp_{component}"]), abs=2), component


def test_more_systems_than_there_are_cannot_be_made(outside_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NWL_OPT_OUTSIDE_DATA", str(outside_data))
    with pytest.raises(ValueError, match="there are 42"):
        generated(1, icbs=43)
