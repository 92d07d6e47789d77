"""A small estate with every use in it, and a plan of it made by hand.

Three periods (2026/27, 2027/28, and 2028/29 with 2029/30), two sessions a week of five hours, ceiling 80 %: a room
takes 8 hours a week, 2,000 contacts of twelve minutes a year.

- Alder keeps its ground floor; the floor above is handed back on 1 October 2026.
- Birch turns two rooms of records into consulting rooms from January 2027; until July 2027 nobody is seen there.
- Cedar offers its upper floor on Open Space from April 2027. Minor operations need its recovery room beside them.
- Dogwood is handed back as a whole in April 2027.
- Elder is a LIFT building with the X-ray room and the office for video calls.
- The practice at Fir Lane closes in October 2027; the one at Gorse Road and Cedar take its list.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from models.estates.checker.uses import Uses, Works
from models.estates.entities import (
    CapitalSource,
    Conversion,
    MeasuredHours,
    Occupation,
    Period,
    Premises,
    RoomType,
    Site,
    Slot,
)
from models.estates.instance import EstatesInstance
from tests.estates_small import area, estate, service, site, suite
from tests.model.estates.scribe import Dispersal, HandMade, Shares

D = dt.date
YEARS = ("2026/27", "2027/28", "2028/29")
NEW_YEAR = D(2027, 1, 1)
APRIL = D(2027, 4, 1)

ROOM_TYPES = (
    RoomType("consulting", "Consulting room", clinical=True, fixed=False, open_space_gbp_per_session=30.0),
    RoomType("minor_op", "Minor operations", clinical=True, fixed=False, open_space_gbp_per_session=55.5),
    RoomType("office", "Office", clinical=False, fixed=False),
    RoomType("records", "Records", clinical=False, fixed=False),
    RoomType("recovery", "Recovery room", clinical=True, fixed=False),
    RoomType("xray", "X-ray room", clinical=True, fixed=True),
)
MINUTES = {
    "a": {"alder": 10, "birch": 12, "cedar": 18, "dogwood": 30, "elder": 16},
    "b": {"alder": 20, "birch": 8, "cedar": 14, "dogwood": 16, "elder": 15},
    "c": {"alder": 30, "birch": 22, "cedar": 9, "dogwood": 6, "elder": 17},
}
CONVERSION = Conversion("birch_records", "birch-0", "records", 2, "consulting", 2, D(2026, 12, 1), 6, 90_000)


def practice(practice_id: str, **changes: object) -> Premises:
    values: dict[str, object] = {
        "practice_id": practice_id, "name": f"Practice {practice_id}", "borough": "Brent", "area_id": "a",
        "easting_m": 500_000.0, "northing_m": 180_000.0, "list_size": 400, "rooms": 2, "reimbursement_gbp": 40_003,
        "closes_from": None, "closing_cost_gbp": 0, "instruction": "free",
    }  # fmt: skip
    return Premises(**(values | changes))  # type: ignore[arg-type]


def _sites() -> list[Site]:
    return [
        site("alder"),
        site("birch", easting_m=502_000.0),
        site("cedar", easting_m=500_500.0, borough="Ealing"),
        site("dogwood", borough="Ealing", tenure="nhsps_leasehold"),
        site("elder", borough="Ealing", tenure="lift_chp"),
    ]


def all_uses_instance(**settings: object) -> EstatesInstance:
    """The estate; settings may be changed."""
    base = estate(
        _sites(),
        [
            suite("alder-0", rooms={"consulting": 2}),
            suite("alder-1", rooms={"consulting": 2}, rent_gbp=13_001),
            suite("birch-0", rooms={"consulting": 1, "records": 3}),
            suite("cedar-0", rooms={"consulting": 1, "minor_op": 1, "recovery": 1}),
            suite("cedar-1", rooms={"consulting": 2}, open_space_from=D(2027, 1, 1), open_space_works_gbp=30_000),
            suite("dogwood-0", rooms={"consulting": 1}, lease_end=D(2034, 4, 1)),
            suite("elder-0", rooms={"consulting": 1, "office": 1, "xray": 1}),
        ],
        [area("a", 1500), area("b", 1000, quintile=2), area("c", 1200, quintile=1)],
        services=[
            service("gp", per_1000=600.0),
            service("nurse", per_1000=200.0, minutes_per_contact=18),
            service("minor", per_1000=40.0, room_type="minor_op", minutes_per_contact=30),
            service("video", per_1000=100.0, room_type="office", mode="virtual"),
            service("xrays", per_1000=50.0, room_type="xray"),
        ],
        occupations=[
            Occupation("o1", "alder-1", "Community team", 120, "icb", None),
            Occupation("o2", "cedar-1", "Trust", 50, "provider", D(2026, 9, 15)),
            Occupation("o3", "elder-0", "Practice", 90, "gp", None),
        ],
        periods=[Period("2026/27", 1, 1.0), Period("2027/28", 1, 1.0), Period("2028/29", 2, 2.0)],
        travel={(a, s): minutes for a, row in MINUTES.items() for s, minutes in row.items()},
        slots=(Slot("mon_am", "mon", "am", 1.2), Slot("mon_pm", "mon", "pm", 0.8)),
        **{
            "discount_rate_share": 0.035, "acceptance_months": 0, "moves_gbp_per_m2": 45, "added_minutes_limit": 15,
            "core20_added_minutes_limit": 9, "minimum_open_sites_per_borough": 2, "share_in_these_sites": 0.4,
            "minimum_clinical_hours_per_session": 0.2, "travel_limit_minutes": 40, "population_added": 300,
            "services_per_session": 3,
            **settings,
        },
    )  # fmt: skip
    core20 = {"a": 0.1, "b": None, "c": 0.6}
    return replace(
        base,
        room_types=ROOM_TYPES,
        areas=tuple(replace(one, core20_share=core20[one.area_id]) for one in base.areas),
        conversions=(CONVERSION,),
        premises=(
            practice("fir", easting_m=501_000.0, closes_from=D(2027, 4, 1), closing_cost_gbp=9_000),
            practice("gorse", easting_m=501_500.0, list_size=300, closes_from=D(2028, 4, 1)),
            practice("heath", easting_m=None, northing_m=None, list_size=900, rooms=1),
        ),
        capital_sources=(
            CapitalSource("grant", "lig", None, "2026/27", 100_000, 0.33),
            CapitalSource("levy", "s106", "Brent", "2026/27", 20_000, 1.0),
            CapitalSource("levy", "s106", "Brent", "2027/28", 90_000, 1.0),
            CapitalSource("own", "icb", None, "2026/27", 80_000, 1.0),
            CapitalSource("own", "icb", None, "2027/28", 80_000, 1.0),
        ),
        needs_beside={"minor_op": ("recovery",)},
        service_costs_gbp={("a", "alder"): 0.35, ("b", "cedar"): 1.1, ("c", "dogwood"): 0.05},
        measured_hours=(
            MeasuredHours("alder", "consulting", "mon_am", 12.5, 9.0, 7.25),
            MeasuredHours("alder", "consulting", "mon_pm", 10.0, None, 6.0),
        ),
    )


ALL_USES = Uses(
    hand_backs={"alder-1": D(2026, 10, 1), "dogwood-0": APRIL},
    offers={"cedar-1": APRIL},
    conversions={"birch-0": Works(CONVERSION, NEW_YEAR)},
    closures={"fir": D(2027, 10, 1)},
)
DISPERSAL: Dispersal = {
    ("fir", "2027/28"): {"gorse": 0.75, "cedar": 0.25},
    ("fir", "2028/29"): {"gorse": 0.75, "birch": 0.125, "cedar": 0.125},
}


def all_uses_shares() -> Shares:
    """Where people go: to Birch only after its works, to Dogwood only before it is handed back."""
    consulting = {
        "a": [{"alder": 1.0}, {"alder": 1.0}, {"alder": 0.75, "birch": 0.25}],
        "b": [{"cedar": 0.6, "dogwood": 0.4}, {"alder": 0.25, "elder": 0.7}, {"birch": 1.0}],
        "c": [{"cedar": 1.0}, {"cedar": 1.0}, {"cedar": 1.0}],
    }
    shares: dict[tuple[str, str, str], dict[str, float]] = {}
    for at, year in enumerate(YEARS):
        for area_id, by_period in consulting.items():
            shares[area_id, "consulting", year] = by_period[at]
            shares[area_id, "minor_op", year] = {"cedar": 1.0}
            shares[area_id, "xray", year] = {"elder": 1.0}
        shares["-", "office", year] = {"elder": 1.0}
    return shares


def all_uses_plan(**settings: object) -> HandMade:
    return HandMade(all_uses_instance(**settings), ALL_USES, all_uses_shares(), DISPERSAL)
