"""Our public figures against the outside data they were taken from."""

from __future__ import annotations

import csv
import math
from itertools import takewhile
from pathlib import Path

import pytest

from instances.estates.generate import public_areas
from instances.estates.places import INVENTED, NAMED
from instances.estates.practices import public_practices

pytestmark = pytest.mark.unit

# Sites whose place is not in the public files: set at the centroid of the area they lie in, and marked synthetic.
PLACED_BY_US = {"wealdstone", "alperton", "parkview"}
NAME_OF = {"northwood_pinner": "Northwood and Pinner (Cottage Hospital / Health Centre)"}


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "data" / "estates" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_shipped_areas_equal_the_public_rows(outside_data: Path) -> None:
    public = {row["msoa21_code"]: row for row in rows_of(outside_data, "nwl_msoa21.csv")}
    ours = {row["area_id"]: row for row in public_areas()}
    assert set(ours) == set(public) and len(ours) == 237
    for code, row in ours.items():
        source = public[code]
        assert (row["name"], row["borough"]) == (source["msoa21_name"], source["borough"])
        assert [int(row[c]) for c in ("easting", "northing")] == [int(source[c]) for c in ("easting", "northing")]
        assert int(row["population"]) == int(source["pop_all"])
        assert float(row["core20_share"]) == float(source["share_pop_core20"])
    assert sum(int(row["population"]) for row in ours.values()) == 2_111_469


def test_deprivation_quintiles_follow_the_score_where_national_fifths_change(outside_data: Path) -> None:
    """An area's quintile is the national fifth of neighbourhoods (LSOA) its score would fall into."""
    scores: dict[int, list[float]] = {}
    for row in rows_of(outside_data, "nwl_lsoa21.csv"):
        scores.setdefault((int(row["imd2025_decile"]) + 1) // 2, []).append(float(row["imd2025_score"]))
    lowest = {quintile: min(values) for quintile, values in scores.items()}
    highest = {quintile: max(values) for quintile, values in scores.items()}
    public = {row["msoa21_code"]: float(row["imd2025_score_popw"]) for row in rows_of(outside_data, "nwl_msoa21.csv")}
    for row in public_areas():
        quintile, score = int(row["imd_quintile"]), public[row["area_id"]]
        assert quintile == 1 or score < lowest[quintile - 1], row
        assert quintile == 5 or score > highest[quintile + 1], row


def test_people_on_lists_are_the_published_total_in_proportion() -> None:
    rows = public_areas()
    people, listed = (sum(int(row[c]) for row in rows) for c in ("population", "registered_population"))
    assert listed == 2_774_346
    assert all(abs(int(r["registered_population"]) - int(r["population"]) * listed / people) <= 1 for r in rows)


def test_named_sites_stand_where_the_public_rows_say(outside_data: Path) -> None:
    """Same name, borough and postcode, and within 100 metres, by the grid reference of the nearest neighbourhood."""
    public = {row["name"]: row for row in rows_of(outside_data, "nwl_named_sites.csv")}
    grid = rows_of(outside_data, "nwl_lsoa21.csv")
    practices = {row["postcode"]: row for row in rows_of(outside_data, "nwl_gp_practices.csv")}
    for place in NAMED:
        row = public[NAME_OF.get(place.site_id, place.name)]
        assert place.borough == row["borough"], place.site_id
        if row["postcode"]:
            assert place.postcode == row["postcode"], place.site_id
        elif place.postcode:
            assert place.postcode in practices, place.site_id
        if place.site_id in PLACED_BY_US:
            assert place.provenance == "synthetic"
            continue
        assert place.provenance == "public"
        source = row if row["lat"] else practices[place.postcode]
        assert metres_apart(place.easting, place.northing, source, grid) < 100, place.site_id


def test_invented_sites_stand_at_centroids_of_areas_of_their_borough() -> None:
    centroids = {(int(row["easting"]), int(row["northing"])): row["borough"] for row in public_areas()}
    placed = [*INVENTED, *(place for place in NAMED if place.site_id in PLACED_BY_US)]
    assert all(centroids[place.easting, place.northing] == place.borough for place in placed)


def test_shipped_practices_equal_the_public_rows(outside_data: Path) -> None:
    """Code, name and postcode of all 345; the place of 317; borough and area of the 313 that stand in the eight."""
    public = {row["ods_code"]: row for row in rows_of(outside_data, "nwl_gp_practices.csv")}
    ours = {row["practice_id"]: row for row in public_practices()}
    assert set(ours) == set(public) and len(ours) == 345
    for code, row in ours.items():
        source = public[code]
        assert (row["name"], row["postcode"]) == (source["name"], source["postcode"])
        for column in ("easting", "northing"):
            assert row[column] == source[column].removesuffix(".0")
        assert (row["provenance"] == "public") == bool(source["borough"])
        if source["borough"]:
            assert (row["area_id"], row["borough"]) == (source["msoa21_code"], source["borough"])
    assert sum(not row["easting"] for row in ours.values()) == 28
    assert sum(row["provenance"] == "assumption" for row in ours.values()) == 32


def test_practices_without_an_area_are_counted_where_their_like_are(outside_data: Path) -> None:
    """Known on the grid: the nearest area; else that of the practice whose postcode begins most alike.

    GP at Hand has a postcode in Birmingham and is counted in Hammersmith and Fulham.
    """
    areas = public_areas()
    borough = {row["area_id"]: row["borough"] for row in areas}
    placed = [row for row in public_practices() if row["easting"]]
    for row in public_practices():
        assert row["borough"] == borough[row["area_id"]]
        if row["provenance"] == "public":
            continue
        if row["easting"]:
            least = min(apart(area, row) for area in areas)
            assert row["area_id"] in {area["area_id"] for area in areas if apart(area, row) == least}
            continue
        alike = {other["practice_id"]: letters_alike(row["postcode"], other["postcode"]) for other in placed}
        if max(alike.values()) < 2:
            assert (row["practice_id"], row["borough"]) == ("Y06487", "Hammersmith and Fulham")
        else:
            most = {one for one, letters in alike.items() if letters == max(alike.values())}
            assert row["area_id"] in {other["area_id"] for other in placed if other["practice_id"] in most}


def letters_alike(a: str, b: str) -> int:
    """How many letters and figures two postcodes have in common from their beginning."""
    pairs = zip(a.replace(" ", ""), b.replace(" ", ""), strict=False)
    return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))


def apart(a: dict[str, str], b: dict[str, str]) -> float:
    return math.hypot(int(a["easting"]) - int(b["easting"]), int(a["northing"]) - int(b["northing"]))


def metres_apart(easting: int, northing: int, source: dict[str, str], grid: list[dict[str, str]]) -> float:
    """The distance of a grid reference from a latitude and longitude, by the nearest point known in both."""
    lat, lon = float(source["lat"]), float(source["lon"])
    east_metres = 111_320 * math.cos(math.radians(lat))
    near = min(grid, key=lambda row: math.hypot((float(row["lat"]) - lat) * 111_320,
                                                (float(row["lon"]) - lon) * east_metres))  # fmt: skip
    east = int(near["easting"]) + (lon - float(near["lon"])) * east_metres
    north = int(near["northing"]) + (lat - float(near["lat"])) * 111_320
    return math.hypot(east - easting, north - northing)
