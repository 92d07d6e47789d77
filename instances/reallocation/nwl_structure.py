"""Who provides what in the reference instance, and what the ledger calls it.

Organisation codes, names and which trust serves which borough are public facts. Every pound, share and income here is
invented or assumed: no borough-by-line-by-provider spend is published.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ProviderFacts:
    """A provider: its code, its assumed income, and its own band where the general one would not fit."""

    provider: str
    name: str
    income_gbp: int
    max_fall_share: float | None = None
    max_rise_share: float | None = None


NO_BAND = 1.0
"""Groups of organisations have no turnover of their own to protect."""

PROVIDERS: tuple[ProviderFacts, ...] = (
    ProviderFacts("RYJ", "Imperial College Healthcare NHS Trust", 1_640_000_000),
    ProviderFacts("R1K", "London North West University Healthcare NHS Trust", 1_010_000_000),
    ProviderFacts("RQM", "Chelsea and Westminster Hospital NHS Foundation Trust", 920_000_000),
    ProviderFacts("RAS", "The Hillingdon Hospitals NHS Foundation Trust", 380_000_000),
    ProviderFacts("acute_outside", "Acute providers outside NW London", 9_000_000_000, NO_BAND, NO_BAND),
    ProviderFacts("RRU", "London Ambulance Service NHS Trust", 740_000_000),
    ProviderFacts("acute_independent", "Independent sector hospitals", 400_000_000, NO_BAND, NO_BAND),
    # The two mental health trusts are meant to grow faster than a general band would let them.
    ProviderFacts("RV3", "Central and North West London NHS Foundation Trust", 640_000_000, None, 0.06),
    ProviderFacts("RKL", "West London NHS Trust", 420_000_000, None, 0.06),
    ProviderFacts("mh_placements", "Mental health placements outside NW London", 90_000_000),
    ProviderFacts("RYX", "Central London Community Healthcare NHS Trust", 460_000_000),
    ProviderFacts("RY9", "Hounslow and Richmond Community Healthcare NHS Trust", 110_000_000),
    ProviderFacts("community_other", "Hospices, charities and GP federations", 260_000_000, NO_BAND, NO_BAND),
    ProviderFacts("chc_care_homes", "Care homes with nursing", 600_000_000, NO_BAND, NO_BAND),
    ProviderFacts("chc_home_care", "Home care agencies", 300_000_000, NO_BAND, NO_BAND),
)

# Shares of a borough's spend by provider, before the seeded jitter; a line's shares need not sum to 1.
ACUTE_SPLIT: dict[str, dict[str, float]] = {
    "brent": {"R1K": 0.60, "RYJ": 0.22, "acute_outside": 0.18},
    "ealing": {"R1K": 0.43, "RYJ": 0.23, "RQM": 0.12, "RAS": 0.06, "acute_outside": 0.16},
    "hammersmith_and_fulham": {"RYJ": 0.58, "RQM": 0.25, "acute_outside": 0.17},
    "harrow": {"R1K": 0.72, "RYJ": 0.09, "acute_outside": 0.19},
    "hillingdon": {"RAS": 0.62, "R1K": 0.12, "RYJ": 0.10, "acute_outside": 0.16},
    "hounslow": {"RQM": 0.61, "RYJ": 0.15, "R1K": 0.07, "acute_outside": 0.17},
    "kensington_and_chelsea": {"RQM": 0.42, "RYJ": 0.40, "acute_outside": 0.18},
    "westminster": {"RYJ": 0.63, "RQM": 0.185, "acute_outside": 0.185},
}
COMMUNITY_SPLIT: dict[str, dict[str, float]] = {
    "brent": {"RYX": 0.85, "community_other": 0.15},
    "ealing": {"RKL": 0.86, "community_other": 0.14},
    "hammersmith_and_fulham": {"RYX": 0.84, "community_other": 0.16},
    "harrow": {"RYX": 0.83, "community_other": 0.17},
    "hillingdon": {"RV3": 0.85, "community_other": 0.15},
    "hounslow": {"RY9": 0.82, "community_other": 0.18},
    "kensington_and_chelsea": {"RYX": 0.87, "community_other": 0.13},
    "westminster": {"RYX": 0.86, "community_other": 0.14},
}
MENTAL_HEALTH_SPLIT: dict[str, dict[str, float]] = {
    "brent": {"RV3": 0.91, "mh_placements": 0.09},
    "ealing": {"RKL": 0.92, "mh_placements": 0.08},
    "hammersmith_and_fulham": {"RKL": 0.93, "mh_placements": 0.07},
    "harrow": {"RV3": 0.92, "mh_placements": 0.08},
    "hillingdon": {"RV3": 0.93, "mh_placements": 0.07},
    "hounslow": {"RKL": 0.92, "mh_placements": 0.08},
    "kensington_and_chelsea": {"RV3": 0.91, "mh_placements": 0.09},
    "westminster": {"RV3": 0.90, "mh_placements": 0.10},
}
CHC_SPLIT: dict[str, dict[str, float]] = {
    borough: {"chc_care_homes": 0.68, "chc_home_care": 0.32} for borough in sorted(ACUTE_SPLIT)
}
SPLITS: dict[str, dict[str, dict[str, float]]] = {
    "acute": ACUTE_SPLIT,
    "community": COMMUNITY_SPLIT,
    "mental_health": MENTAL_HEALTH_SPLIT,
    "chc": CHC_SPLIT,
}

# What the ledger does not place in a borough: share of the line, by provider.
UNPLACED_SPLIT: dict[str, dict[str, float]] = {
    "acute": {"RRU": 0.02, "acute_independent": 0.012},
    "community": {"community_other": 0.02},
    "mental_health": {"mh_placements": 0.03},
}
UNPLACED_WORDS: dict[tuple[str, str], str] = {
    ("acute", "RRU"): "Emergency ambulances, NW London share",
    ("acute", "acute_independent"): "Elective care by patient choice",
    ("community", "community_other"): "Wheelchairs and community equipment",
    ("mental_health", "mh_placements"): "Learning disability and autism placements",
}
NOT_MHIS: frozenset[tuple[str, str]] = frozenset({("mental_health", "mh_placements")})
"""Unplaced cells of mental health outside the standard's definition: learning disability is not counted."""

TWO_LEDGER_LINES: dict[str, tuple[str, str]] = {
    "acute": ("Urgent and emergency care, fixed payment", "Planned care, paid by activity"),
    "mental_health": ("Inpatient and crisis care", "Community mental health teams"),
}
"""Cells of at least `TWO_LINES_FROM_SHARE` of a borough's line stand on two ledger lines."""

TWO_LINES_FROM_SHARE = 0.55

ONE_LEDGER_LINE: dict[str, str] = {
    "acute": "Acute contract",
    "community": "Community services",
    "mental_health": "Mental health placements",
    "chc": "Continuing healthcare",
}

NON_RECURRENT_EVERY = 13
"""Every 13th ledger line in scope carries money that was once only."""

# Outside the four lines, in rough millions; scaled to what is left of the allocation.
OUT_OF_SCOPE: tuple[tuple[str, float], ...] = (
    ("Primary medical services, Brent", 76),
    ("Primary medical services, Ealing", 75),
    ("Primary medical services, Hammersmith and Fulham", 54),
    ("Primary medical services, Harrow", 43),
    ("Primary medical services, Hillingdon", 54),
    ("Primary medical services, Hounslow", 54),
    ("Primary medical services, Kensington and Chelsea", 42),
    ("Primary medical services, Westminster", 55),
    ("Out-of-hours and NHS 111", 31),
    ("General dental services", 118),
    ("Community dental services", 9),
    ("Secondary dental care", 27),
    ("Ophthalmic services", 26),
    ("Pharmacy services", 58),
    ("Prescribing", 262),
    ("Home oxygen", 4),
    ("Better Care Fund, social care share", 58),
    ("Reablement and discharge, with councils", 21),
    ("Primary care transformation", 14),
    ("Primary care information systems", 11),
    ("Premises: void and subsidy", 9),
    ("Safeguarding and quality", 6),
    ("Research and innovation", 3),
    ("Running costs: pay", 32),
    ("Running costs: other", 13),
)
RUNNING_COSTS: frozenset[str] = frozenset({"Running costs: pay", "Running costs: other"})
"""Ledger lines held to the cut of running costs; about 20 pounds a resident, as running cost allowances were."""
