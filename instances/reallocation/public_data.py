"""Public figures of North West London, and the assumptions the reference instance is built on.

Contains public sector information licensed under the Open Government Licence v3.0: weighted populations by borough
and component for 2024/25 from the NHS England ICB place-based allocation tool, summed over the practices of NHS North
West London ICB by the borough the practice stands in. Seven practices of the ICB stand outside the eight boroughs and
are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

IN_SCOPE_GBP = 4_200_000_000
"""Assumption: the recurrent spend of 2023/24 on the four lines."""

LEDGER_GBP = 5_300_000_000
"""Joint Forward Plan: the direct allocation, primary care included, specialised services not."""

COMMUNITY_CHC_NEED_SHARE = Fraction(182, 1000)
"""Assumption: need for community and CHC together (q); .12 to .25 is plausible."""

YEARS = ("2024/25", "2025/26", "2026/27")

BOROUGHS: tuple[tuple[str, str], ...] = (
    ("brent", "Brent"),
    ("ealing", "Ealing"),
    ("hammersmith_and_fulham", "Hammersmith and Fulham"),
    ("harrow", "Harrow"),
    ("hillingdon", "Hillingdon"),
    ("hounslow", "Hounslow"),
    ("kensington_and_chelsea", "Kensington and Chelsea"),
    ("westminster", "Westminster"),
)

COMPONENTS = (
    "registered",
    "general_acute",
    "community",
    "mental_health",
    "maternity",
    "health_inequalities",
    "prescribing",
    "core_final",
)

# One row per borough, in the order of COMPONENTS.
WEIGHTED_POPULATIONS: dict[str, tuple[float, ...]] = {
    "brent": (453704.91, 366958.41, 309776.62, 586497.96, 531053.87, 366462.27, 365728.22, 420407.53),
    "ealing": (453118.08, 376950.65, 316255.03, 523732.75, 480344.43, 402456.77, 383937.51, 423315.26),
    "hammersmith_and_fulham": (
        346180.97,
        239102.96,
        177845.99,
        494101.57,
        287167.78,
        311523.79,
        248683.66,
        293839.89,
    ),
    "harrow": (269967.75, 241374.65, 202394.54, 235084.34, 325113.54, 179150.48, 217721.51, 248726.57),
    "hillingdon": (333791.61, 283731.49, 241596.59, 287960.67, 415912.59, 278693.88, 282230.35, 301904.31),
    "hounslow": (332061.68, 259421.46, 214352.79, 322195.59, 365405.12, 279637.6, 277207.16, 291441.52),
    "kensington_and_chelsea": (
        234255.37,
        193712.1,
        170849.72,
        335184.0,
        171800.1,
        180780.79,
        206068.78,
        223094.52,
    ),
    "westminster": (313197.78, 232285.82, 190325.87, 450087.53, 231459.25, 216289.9, 249823.49, 273758.32),
}

NEED_WEIGHTS: tuple[tuple[str, str, float], ...] = (
    ("acute", "general_acute", 0.6255),
    ("acute", "maternity", 0.0337),
    ("community", "community", 1.0),
    ("mental_health", "mental_health", 1.0),
    ("chc", "community", 1.0),
)
"""Acute weights are inferred from public totals, not published; CHC has no component, so community is its proxy."""


@dataclass(frozen=True)
class LineFacts:
    """A line, how far its spend of 2023/24 stands from need (the plan), and its share of the community-CHC group."""

    line: str
    name: str
    deviation_share: Fraction
    q_group_share: Fraction | None


LINES: tuple[LineFacts, ...] = (
    LineFacts("acute", "Acute", Fraction(3, 100), None),
    LineFacts("community", "Community", Fraction(9, 100), Fraction(3, 4)),
    LineFacts("mental_health", "Mental health", Fraction(-20, 100), None),
    LineFacts("chc", "Continuing healthcare", Fraction(9, 100), Fraction(1, 4)),
)


def line_need_shares(q: Fraction) -> dict[str, Fraction]:
    """Need shares: `.03 nA + .09 q = .20 nM` and `nA + q + nM = 1`, so `nM = (.03 + .06 q) / .23`."""
    mental_health = (Fraction(3, 100) + Fraction(6, 100) * q) / Fraction(23, 100)
    return {
        "acute": 1 - q - mental_health,
        "community": q * Fraction(3, 4),
        "mental_health": mental_health,
        "chc": q * Fraction(1, 4),
    }


def opening_shares(q: Fraction) -> dict[str, Fraction]:
    """Shares of the opening spend: need share times one plus deviation. They sum to 1 because the plan's do."""
    need = line_need_shares(q)
    return {facts.line: need[facts.line] * (1 + facts.deviation_share) for facts in LINES}
