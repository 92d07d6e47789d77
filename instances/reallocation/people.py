"""Weighted populations of practices and of the 42 systems: the public rows where they are at hand, else invented.

The public rows are columns of the NHS England ICB place-based allocation tool, 2024/25, summed by practice and by
system (contains public sector information licensed under the Open Government Licence v3.0). They are read from a
folder of outside data and not shipped.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal

OUTSIDE_DATA = "NWL_OPT_OUTSIDE_DATA"
"""The environment variable that names the folder of outside data."""

YEAR_OF_ROWS = "2024/25"
NEED_COMPONENTS = ("general_acute", "community", "mental_health", "maternity")
INVENTED_SPREAD_SHARE = 0.35
"""How far an invented place's need strays from its list."""

Level = Literal["practices", "icbs"]


@dataclass(frozen=True)
class LevelFacts:
    """One kind of place below or above a borough: where its rows stand, and what is invented without them."""

    file: str
    id_column: str
    name_column: str
    invented_name: str
    invented_people: tuple[float, float]


LEVELS: Mapping[Level, LevelFacts] = {
    "practices": LevelFacts(
        "nwl_practice_weighted_populations.csv", "Practice_Code", "Practice_Code", "Practice", (1_500, 18_000)
    ),
    "icbs": LevelFacts(
        "icb_weighted_populations_all42.csv", "ICS22", "ICS22name", "System", (500_000.0, 3_200_000.0)
    ),
}


@dataclass(frozen=True)
class PlacePeople:
    """A place and its weighted population by component of need."""

    place: str
    name: str
    weighted_population: Mapping[str, float]


@dataclass(frozen=True)
class People:
    """The places of one level, and whether their weighted populations are public or invented."""

    places: tuple[PlacePeople, ...]
    provenance: Literal["public", "synthetic"]


def people_of(level: Level, count: int, random: Random) -> People:
    """The first `count` places by their code: public rows where the folder of outside data is named, else invented.

    Raises
    ------
    ValueError
        If there are fewer places than asked for, or the folder named does not have the rows.
    """
    folder = os.environ.get(OUTSIDE_DATA)
    if not folder:
        return People(_invented(LEVELS[level], count, random), "synthetic")
    places = public_people(level, Path(folder) / "data" / "reallocation")
    if count > len(places):
        raise ValueError(f"{count} {level}: there are {len(places)}")
    return People(places[:count], "public")


def public_people(level: Level, folder: Path) -> tuple[PlacePeople, ...]:
    """Every place of a level in the public rows of the folder, by its code.

    Raises
    ------
    ValueError
        If the file is not there.
    """
    facts = LEVELS[level]
    try:
        with (folder / facts.file).open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["year"] == YEAR_OF_ROWS]
    except OSError as error:
        raise ValueError(f"{facts.file} of {OUTSIDE_DATA} cannot be read ({error.strerror})") from None
    return tuple(
        PlacePeople(
            row[facts.id_column],
            row[facts.name_column],
            {component: round(float(row[f"wp_{component}"]), 2) for component in NEED_COMPONENTS},
        )
        for row in sorted(rows, key=lambda row: row[facts.id_column])
    )


def _invented(facts: LevelFacts, count: int, random: Random) -> tuple[PlacePeople, ...]:
    places = []
    for at in range(1, count + 1):
        listed = random.uniform(*facts.invented_people)
        weighted = {
            component: round(listed * random.uniform(1 - INVENTED_SPREAD_SHARE, 1 + INVENTED_SPREAD_SHARE), 2)
            for component in NEED_COMPONENTS
        }
        places.append(PlacePeople(f"p{at:03d}", f"{facts.invented_name} {at}", weighted))
    return tuple(places)
