"""What the reference instance says of withdrawal, ring-fences, relief and ranges.

Growth of the Better Care Fund's minimum is public; all else here is assumed, or synthetic where it is pounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from instances.reallocation.public_data import BOROUGHS, YEARS
from models.shared.cells import Cell

Rows = list[dict[str, Cell]]
CellKey = tuple[str, str, str]


@dataclass(frozen=True)
class Withdrawal:
    """What can be withdrawn of a line in a year, and what a pound withdrawn costs for a year."""

    releasable_share: float
    double_running_share: float
    stranded_share: float


WITHDRAWAL: Mapping[str, Withdrawal] = {
    # Hospitals keep buildings and rotas when activity leaves: some of their fixed cost stays for a year.
    "acute": Withdrawal(0.35, 0.5, 0.05),
    "community": Withdrawal(0.60, 0.5, 0.0),
    "mental_health": Withdrawal(0.90, 0.5, 0.0),
    # A package of continuing care ends with the need for it: nothing runs beside it.
    "chc": Withdrawal(0.10, 0.0, 0.0),
}

TRANSITION_FUND_SHARE = 0.005
"""Enough for double running of a real plan: see the README for what a larger and a smaller fund would do."""

BCF_GROWTH_SHARE = 0.0566
"""Public: yearly growth of the NHS minimum contribution to the Better Care Fund in 2023/24-2024/25."""

BCF_OPENING_SHARES = (0.48, 0.54)
"""Between which shares of a borough's opening spend on community and continuing care its minimum is drawn.

Low enough that it can be kept where community and continuing care are .12 of need, the low end of what is plausible.
"""

BCF_LINES = ("community", "chc")


def ring_fences(random: Random, cells: Mapping[CellKey, int]) -> tuple[Rows, Rows]:
    """A Better Care Fund for each borough: its community and continuing care, at least the minimum."""
    fences: Rows = []
    named: Rows = []
    for place, name in BOROUGHS:
        opening = sum(gbp for cell, gbp in cells.items() if cell[0] == place and cell[1] in BCF_LINES)
        minimum = round(opening * random.uniform(*BCF_OPENING_SHARES), -5)
        fences += [
            {
                "fence": f"bcf_{place}",
                "name": f"Better Care Fund, {name}",
                "year": year,
                "minimum_gbp": round(minimum * (1 + BCF_GROWTH_SHARE) ** t),
                "provenance": "synthetic",
            }
            for t, year in enumerate(YEARS, start=1)
        ]
        named += [{"fence": f"bcf_{place}", "place": place, "line": line} for line in BCF_LINES]
    return fences, named


SPILLOVER: Rows = [
    {"from_line": "community", "to_line": "acute", "theta_share": 0.0, "lag_years": 1, "provenance": "assumption"}
]
"""None is assumed; the row is there so that it is seen, and so that a scenario can set it."""

RANGES: tuple[tuple[str, str | None, float, float], ...] = (
    # Half a point either way: the plan's percentages are rounded.
    ("deviation", "acute", 0.025, 0.035),
    ("deviation", "community", 0.085, 0.095),
    ("deviation", "mental_health", -0.205, -0.195),
    ("deviation", "chc", 0.085, 0.095),
    # Need indices of one allocation round and the next differ by about this.
    ("need", "acute", -0.05, 0.05),
    ("need", "community", -0.05, 0.05),
    ("need", "mental_health", -0.05, 0.05),
    ("need", "chc", -0.05, 0.05),
    ("growth", None, 0.01, 0.044),
    ("cost_uplift", None, 0.0315, 0.0515),
    ("community_chc_need", None, 0.12, 0.25),
    ("chc_cost", None, -0.01, 0.03),
    ("theta", "community", 0.0, 0.5),
    ("reserve", None, 0.0, 0.015),
)


def ranges() -> Rows:
    """How far each assumption may be off."""
    return [
        {"parameter": parameter, "line": line, "low": low, "high": high, "provenance": "assumption"}
        for parameter, line, low, high in RANGES
    ]
