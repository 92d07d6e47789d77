"""What is charged and what the register says should be: lines of whole pence by site, suite and payer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from models.estates.entities import Suite
from models.estates.instance import EstatesInstance
from models.shared.parsing import Row
from models.shared.rounding import round_to_total
from nwl_opt.estates.charging.tables import ITEMS

ICB = "icb"
PENCE = 100
Key = tuple[str, str, str]
"""Site, suite and payer."""


@dataclass(frozen=True)
class ChargeLine:
    """One line: pence by item, in the order of `ITEMS`, and the area they are for."""

    site_id: str
    suite_id: str
    payer: str
    item_pence: tuple[int, ...]
    area_m2: float

    @property
    def key(self) -> Key:
        return (self.site_id, self.suite_id, self.payer)

    @property
    def pence(self) -> int:
        return sum(self.item_pence)


def schedule_lines(rows: Iterable[Row]) -> dict[Key, ChargeLine]:
    """The lines of a schedule that was read without faults."""
    lines = [
        ChargeLine(
            row.text("site_id"),
            row.text("suite_id"),
            row.text("payer"),
            tuple(round(row.number_of(f"{item}_gbp") * PENCE) for item in ITEMS),
            row.number_of("area_m2"),
        )
        for row in rows
    ]
    return {line.key: line for line in sorted(lines, key=lambda line: line.key)}


def register_lines(instance: EstatesInstance, day: dt.date) -> dict[Key, ChargeLine]:
    """What each payer owes for each suite: its part of the charge by the area that is its on a day.

    Void counts with whoever pays for it. The pence of a suite's payers sum to its charge exactly.
    """
    lines: dict[Key, ChargeLine] = {}
    for suite in sorted(instance.suites, key=lambda suite: (suite.site_id, suite.suite_id)):
        areas = paid_areas_m2(instance, suite, day)
        charges = (suite.rent_gbp, suite.rates_gbp, suite.facilities_gbp, suite.service_charge_gbp)
        parts = [_shared(gbp * PENCE, list(areas.values())) for gbp in charges]
        for at, (payer, area) in enumerate(areas.items()):
            line = ChargeLine(suite.site_id, suite.suite_id, payer, tuple(part[at] for part in parts), float(area))
            lines[line.key] = line
    return lines


def paid_areas_m2(instance: EstatesInstance, suite: Suite, day: dt.date) -> dict[str, int]:
    """Area by who pays for it on a day, void included; nobody with nothing."""
    areas: dict[str, int] = {}
    occupied = 0
    for occupation in instance.occupations_of(suite.suite_id):
        if occupation.end_date is None or occupation.end_date > day:
            areas[occupation.payer] = areas.get(occupation.payer, 0) + occupation.area_m2
            occupied += occupation.area_m2
    areas[suite.void_payer] = areas.get(suite.void_payer, 0) + suite.area_m2 - occupied
    return {payer: area for payer, area in sorted(areas.items()) if area > 0}


def _shared(pence: int, areas: list[int]) -> list[int]:
    exact = [pence * area / sum(areas) for area in areas]
    return round_to_total(exact, pence, [0] * len(areas), [pence] * len(areas))
