"""Columns that the workbook adds to tables of an estate, so that its formulas need not look far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from models.shared.register import Column
from nwl_opt.excel.results.estates.frame import NOWHERE, number
from nwl_opt.excel.results.live import Derived
from nwl_opt.excel.results.source import Cells, Source

PLACED, WANTED, CORE20, WEIGHT = "contacts_placed", "contacts_wanted", "core20_share", "period_weight"
_TRAVEL = (
    Column(PLACED, "decimal", "added here: contacts with a room, from the table service_plan", "contacts a year"),
    Column(WANTED, "decimal", "added here: contacts with and without a room", "contacts a year"),
    Column(CORE20, "share", "added here: share of the area's people in the most deprived fifth of England"),
    Column(WEIGHT, "decimal", "added here: how much the period counts"),
)
_ROOMS = (Column("clinical", "flag", "added here: whether the kind of room is clinical"),)
_SERVICES = (Column(WEIGHT, "decimal", "added here: how much the period counts"),)


def derived(source: Source) -> Mapping[str, Derived]:
    """The tables with columns added, by name."""
    weights = {row.text("first_year"): row.number_of("weight") for row in source.inputs("periods")}
    clinical = {row.text("room_type"): row.flag("clinical") for row in source.inputs("room_types")}
    rooms = [
        {**row, "clinical": clinical.get(str(row["room_type"]), False)} for row in source.tables["room_utilisation"]
    ]
    services = [{**row, WEIGHT: weights[str(row["year"])]} for row in source.tables["service_plan"]]
    return {
        "travel": Derived(_TRAVEL, travel_rows(source, weights)),
        "room_utilisation": Derived(_ROOMS, rooms),
        "service_plan": Derived(_SERVICES, services),
    }


def travel_rows(source: Source, weights: Mapping[str, float]) -> Sequence[Cells]:
    """The rows of travel with the contacts they are of."""
    placed: dict[tuple[str, str, str], float] = defaultdict(float)
    wanted: dict[tuple[str, str, str], float] = defaultdict(float)
    for row in source.tables["service_plan"]:
        key = (str(row["area_id"]), str(row["service"]), str(row["year"]))
        wanted[key] += number(row, "contacts")
        if row["site_id"] != NOWHERE:
            placed[key] += number(row, "contacts")
    core20 = {row.text("area_id"): row.maybe_number_of("core20_share") or 0.0 for row in source.inputs("areas")}
    found: list[Cells] = []
    for row in source.tables["travel"]:
        key = (str(row["area_id"]), str(row["service"]), str(row["year"]))
        more = {PLACED: round(placed[key], 3), WANTED: round(wanted[key], 3), CORE20: core20[key[0]],
                WEIGHT: weights[key[2]]}  # fmt: skip
        found.append({**row, **more})
    return found
