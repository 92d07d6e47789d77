"""GP premises of a generated estate: public codes, names and places; invented lists, rooms and reimbursements.

Those that may close are small lists close to a site with much empty space: the single-GP practices whose move into
void space the plan calls "Right Size, Right Place".
"""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from importlib.resources import files

from instances.estates.draw import Draw
from instances.estates.need import (
    CONTACT_RATE,
    REGISTERED,
    SHARE_IN_THESE_SITES,
    VIRTUAL_FIRST,
    WEEKS,
    Point,
    metres,
    weekly_hours_of_a_room,
)
from instances.estates.places import Place
from instances.estates.tenants import CHARGE_GBP_PER_M2, Row

MINUTES_PER_CONTACT = 12
# Lists of a school, a palace and a hospital for pensioners: a few hundred people (invented), not thousands.
_OF_AN_INSTITUTION = ("Westminster School", "The Royal Mews Surgery", "Royal Hospital Chelsea")
_INSTITUTION_WEIGHT = 0.04
_SINGLE_GP_LIST = 3_400
_NEAR_METRES = 1_800
_CLOSABLE_PER_SITE = 2
_SITES_PER_CLOSABLE = 4
_CLOSES_FROM = (dt.date(2027, 4, 1), dt.date(2027, 10, 1), dt.date(2028, 4, 1), dt.date(2029, 4, 1))
# Gross area of premises: what every practice has, and what comes with each consulting room; rent below the NHS's own.
_M2_OF_ANY, _M2_PER_ROOM, _RENT_SHARE = 100, 60, 0.7


def public_practices() -> list[dict[str, str]]:
    """The practices of the reference instance: public codes and places, kept there and nowhere else."""
    text = files("instances.estates").joinpath("nwl", "gp_premises.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def premises_rows(seed: int, places: Sequence[Place], area_ids: Collection[str], end_year: int) -> list[Row]:
    """The practices in these areas; a practice has the same list and rooms whatever the size of the instance."""
    practices = public_practices()
    lists = _list_sizes(seed, practices)
    draw = Draw(seed, "practices")
    rows = [_row(draw, practice, lists[practice["practice_id"]]) for practice in practices]
    rows = [row for row in rows if row["area_id"] in area_ids]
    closable = _closable(rows, places)
    for row in rows:
        day, cost = draw.pick(_CLOSES_FROM), 500 * round(draw.between(20, 50))
        if row["practice_id"] in closable and day < dt.date(end_year, 4, 1):
            row |= {"closes_from": day, "closing_cost_gbp": cost}
    return rows


def _list_sizes(seed: int, practices: Sequence[Mapping[str, str]]) -> dict[str, int]:
    """Lists from about 2,000 to 25,000 people that sum to the published number of registered people."""
    draw = Draw(seed, "lists")
    weights: dict[str, float] = {}
    for practice in practices:
        weight = math.exp(draw.between(-0.9, 0.9) + draw.between(-0.4, 0.4))
        weights[practice["practice_id"]] = _INSTITUTION_WEIGHT if practice["name"] in _OF_AN_INSTITUTION else weight
    total = sum(weights.values())
    sizes = {practice: math.floor(REGISTERED * weight / total) for practice, weight in weights.items()}
    for practice_id in sorted(sizes)[: REGISTERED - sum(sizes.values())]:
        sizes[practice_id] += 1
    return sizes


def _row(draw: Draw, practice: Mapping[str, str], list_size: int) -> Row:
    """Premises with about the rooms their own list needs at 85 %, and one at least."""
    contacts = list_size * CONTACT_RATE * (1 - SHARE_IN_THESE_SITES) * (1 - VIRTUAL_FIRST)
    needed = contacts * MINUTES_PER_CONTACT / 60 / WEEKS / weekly_hours_of_a_room(None)
    rooms = max(1, round(needed * draw.between(0.9, 1.05)))
    area_m2 = _M2_OF_ANY + _M2_PER_ROOM * rooms
    charge = CHARGE_GBP_PER_M2[practice["borough"]] * _RENT_SHARE * draw.between(0.85, 1.15)
    return {
        "practice_id": practice["practice_id"],
        "name": practice["name"],
        "postcode": practice["postcode"],
        "borough": practice["borough"],
        "area_id": practice["area_id"],
        "easting": int(practice["easting"]) if practice["easting"] else None,
        "northing": int(practice["northing"]) if practice["northing"] else None,
        "list_size": list_size,
        "rooms": rooms,
        "reimbursement_gbp": 100 * round(area_m2 * charge / 100),
        "closes_from": None,
        "closing_cost_gbp": 0,
        "instruction": "free",
        "provenance": practice["provenance"],
    }


def _closable(rows: Sequence[Row], places: Sequence[Place]) -> set[str]:
    """Lists of one GP next to a site with empty space, the nearest first, at most two for a site."""
    spare = [Point(p.site_id, p.easting, p.northing) for p in places if p.role in ("void", "whole")]
    near: list[tuple[float, str, str]] = []
    for row in rows:
        east, north, size = row["easting"], row["northing"], row["list_size"]
        assert isinstance(size, int)
        if not (isinstance(east, int) and isinstance(north, int) and spare) or size > _SINGLE_GP_LIST:
            continue
        here = Point(str(row["practice_id"]), east, north)
        site = min(spare, key=lambda one: (metres(here, one), one.name))
        if metres(here, site) <= _NEAR_METRES and row["name"] not in _OF_AN_INSTITUTION:
            near.append((metres(here, site), here.name, site.name))
    taken: Counter[str] = Counter()
    chosen: set[str] = set()
    for _, practice, site_id in sorted(near):
        if taken[site_id] < _CLOSABLE_PER_SITE and len(chosen) < max(1, len(places) // _SITES_PER_CLOSABLE):
            taken[site_id] += 1
            chosen.add(practice)
    return chosen
