"""Who is in each generated suite, who pays, when it can stand empty, and its lease: what decides its hand-back.

Every kind of suite but `free`, `sessional` and `leaving` is there to be refused, each for one reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from instances.estates.buildings import Suite
from instances.estates.draw import Draw
from instances.estates.places import ONEROUS, Place
from models.shared.cells import Cell

Row = dict[str, Cell]

CHARGE_GBP_PER_M2 = {
    "Brent": 340, "Ealing": 340, "Hammersmith and Fulham": 370, "Harrow": 350, "Hillingdon": 325, "Hounslow": 335,
    "Kensington and Chelsea": 385, "Westminster": 390,
}  # fmt: skip
_QUARTER_DAYS = ((3, 25), (6, 24), (9, 29), (12, 25))
_EMPTY_BY = (dt.date(2026, 4, 1), dt.date(2026, 4, 1), dt.date(2026, 10, 1), dt.date(2027, 4, 1), dt.date(2028, 4, 1))
_LEAVING_BY = (dt.date(2027, 3, 31), dt.date(2027, 9, 30), dt.date(2028, 10, 1), dt.date(2029, 4, 1))
# Kinds of upper floors at sites of NHS Property Services, in the proportions in which they occur.
_UPPER_KINDS = ("free",) * 7 + ("sessional",) * 4 + ("leaving",) * 4 + ("staying",) + (
    "not_surplus", "not_surplus", "not_self_contained", "not_self_contained", "provider_void", "provider_void"
)  # fmt: skip
_OTHER_UPPER_KINDS = ("free", "staying", "leaving", "staying")
_WHOLE_UPPER_KINDS = ("free", "sessional", "leaving")


@dataclass(frozen=True)
class Tenancy:
    """Part of a suite: who is in it, its share of the area, who pays, and when they leave (None: they stay)."""

    occupier: str
    share: float
    payer: str
    end_date: dt.date | None = None


@dataclass(frozen=True)
class Lease:
    start: dt.date | None = None
    break_day: dt.date | None = None
    end: dt.date | None = None


def give_kinds(seed: int, suites: Sequence[Suite]) -> None:
    """Say of each suite what it is for the hand-back; deals the refused kinds evenly over the upper floors."""
    top_floor = {suite.place.site_id: suite.floor for suite in suites}
    dealt = [suite for suite in suites if not suite.kind and _is_dealt(suite, top_floor[suite.place.site_id])]
    for position, suite in enumerate(Draw(seed, "kinds").shuffled(dealt)):
        suite.kind = _UPPER_KINDS[position * 7 % len(_UPPER_KINDS)]
    draw = Draw(seed, "other kinds")
    for suite in suites:
        if not suite.kind:
            suite.kind = _other_kind(draw, suite)


def _is_dealt(suite: Suite, top_floor: int) -> bool:
    """Upper floors of NHS Property Services' usual sites; the top floor of a site with much void is free."""
    place = suite.place
    if place.tenure not in ("nhsps_freehold", "nhsps_leasehold") or place.site_id in ONEROUS:
        return False
    if suite.is_core or suite.is_small or place.site_id == "belmont":
        return False
    return place.role == "usual" or (place.role == "void" and suite.floor < top_floor)


def _other_kind(draw: Draw, suite: Suite) -> str:
    role = suite.place.role
    if suite.is_core:
        return "core_leaving" if role == "whole" else "core"
    if suite.place.site_id == "belmont" and suite.floor == 1:
        return "staying"
    if suite.is_small or role in ("void", "hub"):
        return "free"
    return draw.pick(_WHOLE_UPPER_KINDS if role == "whole" else _OTHER_UPPER_KINDS)


def tenancies(draw: Draw, suite: Suite) -> tuple[Tenancy, ...]:
    """The occupations of a suite by its kind; what is left is void."""
    practice, provider, bookable = "GP practice", "Community provider", "Bookable sessions of the ICB"
    leaving = draw.pick(_LEAVING_BY)
    share = draw.between(0.85, 1.15)
    by_kind = {
        "core": (Tenancy(practice, 0.50 * share, "gp"), Tenancy(provider, 0.25, "provider"),
                 Tenancy(bookable, 0.08, "icb")),
        "core_leaving": (Tenancy(practice, 0.40 * share, "gp", leaving), Tenancy(bookable, 0.25, "icb")),
        "free": (Tenancy(bookable, 0.45 * share, "icb"),),
        "sessional": (Tenancy(bookable, 0.70 * share, "icb"),),
        "leaving": (Tenancy(provider, 0.55 * share, "provider", leaving), Tenancy(bookable, 0.20, "icb")),
        "staying": (Tenancy(practice, 0.65 * share, "gp"), Tenancy(provider, 0.15, "provider"),
                    Tenancy(bookable, 0.05, "icb")),
        "not_surplus": (Tenancy(bookable, 0.50 * share, "icb"),),
        "not_self_contained": (Tenancy(bookable, 0.20 * share, "icb"),),
        "provider_void": (Tenancy(bookable, 0.60 * share, "icb"),),
        "fixed": (Tenancy(bookable, 0.60 * share, "icb"),),
    }  # fmt: skip
    if suite.place.site_id == "belmont":
        return () if suite.kind == "free" else (Tenancy(practice, 0.70, "gp"), Tenancy(provider, 0.30, "provider"))
    return by_kind[suite.kind]


def occupation_rows(seed: int, suites: Sequence[Suite]) -> list[Row]:
    draw = Draw(seed, "occupations")
    return [row for suite in suites for row in _occupations(draw, suite)]


def _occupations(draw: Draw, suite: Suite) -> Iterator[Row]:
    left = suite.area_m2
    found = tenancies(draw, suite)
    for number, tenancy in enumerate(found, start=1):
        last_of_full = number == len(found) and sum(t.share for t in found) >= 1
        area = left if last_of_full else min(left, round(tenancy.share * suite.area_m2))
        left -= area
        if area:
            yield {
                "occupation_id": f"{suite.suite_id}-{number}",
                "suite_id": suite.suite_id,
                "occupier": f"{tenancy.occupier} (synthetic)",
                "area_m2": area,
                "payer": tenancy.payer,
                "end_date": tenancy.end_date,
                "provenance": "synthetic",
            }


def leases(seed: int, places: Sequence[Place]) -> dict[str, Lease]:
    """Head leases: leaseholds end on a quarter day, two of them soon; LIFT and PFI leases run into the 2030s."""
    draw = Draw(seed, "leases")
    found: dict[str, Lease] = {}
    leaseholds = 0
    for place in places:
        month, day = draw.pick(_QUARTER_DAYS)
        age = draw.pick((10, 12, 15, 18))
        if place.tenure == "nhsps_leasehold":
            leaseholds += 1
            end = dt.date(draw.pick((2030, 2032, 2035, 2037, 2039, 2044)), month, day)
            if leaseholds in (2, 7):
                end = dt.date(2027, 6, 24)
            has_break = end.year > 2034 and draw.between(0, 1) < 0.6
            break_day = dt.date(end.year - 6, month, day) if has_break else None
            found[place.site_id] = Lease(dt.date(2026 - age, month, day), break_day, end)
        elif place.tenure in ("lift_chp", "pfi"):
            start = draw.pick((2006, 2007, 2008, 2009, 2010))
            found[place.site_id] = Lease(dt.date(start, 4, 1), None, dt.date(start + 25, 3, 31))
        else:
            found[place.site_id] = Lease()
    return found


def suite_rows(seed: int, suites: Sequence[Suite], lease_of: dict[str, Lease]) -> list[Row]:
    """The suites, without what may be done with them beside a hand-back."""
    draw = Draw(seed, "suites")
    return [_suite_row(draw, suite, lease_of[suite.place.site_id]) for suite in suites]


def _suite_row(draw: Draw, suite: Suite, lease: Lease) -> Row:
    stays = suite.kind in ("core", "staying")
    floor_name = ("Ground floor", "First floor", "Second floor", "Third floor")
    return {
        "suite_id": suite.suite_id,
        "site_id": suite.place.site_id,
        "name": floor_name[suite.floor] if suite.floor < len(floor_name) else f"Floor {suite.floor}",
        "floor": suite.floor,
        "area_m2": suite.area_m2,
        "self_contained": not suite.is_core and suite.kind != "not_self_contained",
        **_charges(draw, suite),
        "lease_start": lease.start,
        "lease_break": lease.break_day,
        "lease_end": lease.end,
        "notice_months": draw.pick((3, 6, 6, 6, 12)),
        "void_payer": "provider" if suite.kind == "provider_void" else "icb",
        "surplus_declared": suite.kind not in ("core", "staying", "not_surplus"),
        "vacant_by": None if stays else draw.pick(_EMPTY_BY),
        "instruction": "keep" if suite.place.role == "hub" else "free",
        "instruction_date": None,
        "provenance": "synthetic",
    }


def _charges(draw: Draw, suite: Suite) -> dict[str, Cell]:
    """The yearly charge by square metre and borough, split into rent, rates, facilities and service charge."""
    total = CHARGE_GBP_PER_M2[suite.place.borough] * suite.area_m2
    rates = round(total * draw.between(0.14, 0.18))
    facilities = round(total * draw.between(0.20, 0.24))
    service = round(total * draw.between(0.14, 0.18))
    return {
        "rent_gbp": total - rates - facilities - service,
        "rates_gbp": rates,
        "facilities_gbp": facilities,
        "service_charge_gbp": service,
    }
