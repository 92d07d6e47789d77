"""What may change in a generated estate beside hand-backs: conversions, Open Space, and who pays for the works."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

from instances.estates.buildings import Suite
from instances.estates.draw import Draw
from instances.estates.places import ONEROUS, Place
from instances.estates.tenants import Row
from models.shared.calendar import financial_year
from models.shared.cells import Cell

SUITES_PER_CONVERSION = 14
# Belmont's refit of 1.6 million pounds (public) over its 26 rooms is about 61,000 a room; ours stray by a quarter.
# A room for telephone and video consultations needs no sink, no couch and no ventilation: a third of that.
REFIT_GBP_PER_ROOM, OFFICE_GBP_PER_ROOM = (46_000, 76_000), (15_000, 25_000)
_DIGITISED_BY = (
    dt.date(2026, 7, 1), dt.date(2026, 10, 1), dt.date(2027, 4, 1), dt.date(2028, 4, 1), dt.date(2029, 4, 1),
)  # fmt: skip
_WORKS_MONTHS = (3, 6, 6, 9, 12)
_MADE_OF_RECORDS = ("office", "consulting", "office", "counselling", "office", "treatment")

OPEN_SPACE_WORKS_GBP_PER_M2 = 60
MINIMUM_M2 = 100
_OFFERED_FROM = (dt.date(2026, 7, 1), dt.date(2026, 10, 1), dt.date(2027, 4, 1))
BACKLOG_GBP_PER_M2 = {
    "nhsps_freehold": (250, 900), "nhsps_leasehold": (100, 500), "lift_chp": (0, 60), "pfi": (0, 60),
    "gp": (100, 600),
}  # fmt: skip

FIRST_YEAR = 2026
GRANT_SHARE_OF_PROJECT = 0.33
GRANT_GBP_PER_SITE, ICB_GBP_PER_SITE = 10_000, 5_000
_DEVELOPERS_YEARS = 6


def change_cells(draw: Draw, suite: Suite, vacant_by: Cell) -> Row:
    """What a suite's row says of Open Space, and of backlog."""
    empty_by = vacant_by if isinstance(vacant_by, dt.date) else None
    return {**_open_space(draw, suite, empty_by), "backlog_gbp": _backlog_gbp(draw, suite)}


def _open_space(draw: Draw, suite: Suite, vacant_by: dt.date | None) -> Row:
    """From when a floor can be offered on Open Space: empty space of the ICB's that cannot be handed back."""
    refused = (
        suite.place.tenure in ("lift_chp", "pfi")
        or suite.place.site_id in ONEROUS
        or suite.kind in ("not_surplus", "not_self_contained")
        or suite.area_m2 < MINIMUM_M2
    )
    day, works = draw.pick(_OFFERED_FROM), draw.between(0.7, 1.3)
    if suite.is_core or not refused or vacant_by is None or suite.place.tenure == "gp":
        return {"open_space_from": None, "open_space_works_gbp": 0}
    works_gbp = 100 * round(OPEN_SPACE_WORKS_GBP_PER_M2 * suite.area_m2 * works / 100)
    return {"open_space_from": max(day, vacant_by), "open_space_works_gbp": works_gbp}


def _backlog_gbp(draw: Draw, suite: Suite) -> int:
    """Backlog maintenance of a suite, more in older buildings; LIFT and PFI buildings are kept in repair."""
    return 100 * round(suite.area_m2 * draw.between(*BACKLOG_GBP_PER_M2[suite.place.tenure]) / 100)


def conversion_rows(seed: int, suites: Sequence[Suite], end_year: int) -> list[Row]:
    """Records rooms that can become rooms for patients, one suite in fourteen; half of them on upper floors.

    Those whose records are still there when the plan ends are left out.
    """
    with_records = [suite for suite in suites if suite.rooms["records"] and suite.place.role != "whole"]
    upper = [suite for suite in with_records if not suite.is_core]
    ground = [suite for suite in with_records if suite.is_core]
    count = math.ceil(len(suites) / SUITES_PER_CONVERSION)
    shuffled = Draw(seed, "conversions").shuffled
    chosen = (shuffled(upper)[: (count + 1) // 2] + shuffled(ground))[:count]
    draw = Draw(seed, "works")
    rows: list[Row] = []
    for number, suite in enumerate(sorted(chosen, key=lambda one: one.suite_id)):
        row, digitised_by = _conversion(draw, number, suite), draw.pick(_DIGITISED_BY)
        if digitised_by < dt.date(end_year, 4, 1):
            rows.append({**row, "digitised_by": digitised_by})
    return rows


def _conversion(draw: Draw, number: int, suite: Suite) -> Row:
    rooms = suite.rooms["records"]
    made = _MADE_OF_RECORDS[number % len(_MADE_OF_RECORDS)]
    gbp_per_room = OFFICE_GBP_PER_ROOM if made == "office" else REFIT_GBP_PER_ROOM
    return {
        "conversion_id": f"{suite.suite_id}-{made}",
        "suite_id": suite.suite_id,
        "from_room_type": "records",
        "rooms_from": rooms,
        "to_room_type": made,
        "rooms_to": rooms,
        "works_months": draw.pick(_WORKS_MONTHS),
        "works_gbp": 500 * round(rooms * draw.between(*gbp_per_room) / 500),
        "provenance": "synthetic",
    }


def capital_rows(seed: int, places: Sequence[Place], end_year: int) -> list[Row]:
    """Grants that pay a third of a project, developers' money tied to a borough, and a little of the ICB's own."""
    draw = Draw(seed, "capital")
    rows: list[Row] = []
    for first in range(FIRST_YEAR, end_year):
        year = financial_year(first)
        rows.append(_source("lig", year, "lig", None, GRANT_GBP_PER_SITE * len(places), GRANT_SHARE_OF_PROJECT))
        rows.append(_source("icb_own", year, "icb", None, ICB_GBP_PER_SITE * len(places), 1.0))
    for number, borough in enumerate(sorted({place.borough for place in places})):
        kind = ("s106", "cil")[number % 2]
        name = f"{kind}_{borough.lower().replace(' ', '_')}"
        for first in range(FIRST_YEAR, FIRST_YEAR + _DEVELOPERS_YEARS):
            given, limit = draw.between(0, 1) < 0.5, 1_000 * round(draw.between(20, 140))
            if given and first < end_year:
                rows.append(_source(name, financial_year(first), kind, borough, limit, 1.0))
    return rows


def _source(source_id: str, year: str, kind: str, borough: str | None, limit_gbp: int, share: float) -> Row:
    """A source in a year; the third that a grant pays is from the plan, the limits are invented."""
    return {
        "source_id": source_id,
        "year": year,
        "kind": kind,
        "borough": borough,
        "limit_gbp": limit_gbp,
        "share_of_project": share,
        "provenance": "plan" if kind == "lig" else "assumption",
    }
