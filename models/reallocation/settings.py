"""The settings of a reallocation, and what its numbers mean everywhere."""

from __future__ import annotations

from typing import Literal

from models.shared.register import Settings, setting

NO_PROVIDER = "-"
"""The provider of a cell whose money is not split by provider."""

UNPLACED = "unplaced"
"""The place of money whose borough is not known (ledger lines with status `unplaced`)."""

ALL = "all"
"""Stands for every line, or every place, in an output row."""

NO_CAP_SHARE = 1.0
"""A growth cap of this or more is no cap."""

ROUNDING_GBP_PER_YEAR = 2
"""Whole pounds move a cell of the first plan year by at most this, of the second by twice this, and so on."""

FREEZE_GBP = 1.0
"""By how much a later aim may worsen an earlier aim counted in pounds."""

FREEZE_SHARE = 1e-6
"""By how much a later aim may worsen an earlier aim counted as a share."""

CLOSED_GBP = 25
"""A gap of a place and line no larger than this counts as closed (whole pounds cannot meet need exactly)."""

NO_LIMIT_GBP = 1_000_000_000_000
"""A limit in pounds of this or more is no limit."""

LEXIMIN_LEVELS = 12
"""How many times at most the worst gap outside those held already is made smallest (`worst_cell_gap`, `_2`, ...)."""

LineRole = Literal["acute", "community", "mental_health", "chc", "other"]
NeedBasis = Literal["stated_deviations", "ledger_deviations", "shares", "pounds"]
AimName = Literal["close_the_gap", "least_disruption", "fastest_closure"]
GapUnit = Literal["gbp", "share_of_need"]
EfficiencyBase = Literal["allocation", "in_scope"]


class ReallocationSettings(Settings, frozen=True):
    """What holds for the whole instance."""

    base_year: str = setting(
        "2023/24", unit="financial year", meaning="year of the opening figures, before the first plan year",
        source="Joint Forward Plan: spend against need is stated for 2023/24", provenance="plan",
    )  # fmt: skip
    growth_share: float = setting(
        0.03, unit="share a year", ge=-0.5, le=0.5, provenance="assumption", source="swept: 1, 2, 3, 4.4 %",
        meaning="growth of the allocation before convergence, where years.csv gives none",
    )  # fmt: skip
    reserve_share: float = setting(
        0.005, unit="share of the in-scope allocation", ge=0.0, le=0.5, provenance="assumption",
        source="customary contingency", meaning="held back from every plan year before need is shared out",
    )  # fmt: skip
    line_need_basis: NeedBasis = setting(
        "stated_deviations", unit="choice", provenance="assumption", source="research on the plan's percentages",
        meaning=(
            "how each line's share of need is known: stated_deviations (from deviation_share and "
            "community_chc_need_share, and the opening lines are restated to agree), ledger_deviations (opening "
            "spend divided by 1 + deviation_share), shares (need_share in lines.csv) or pounds (need_targets.csv)"
        ),
    )  # fmt: skip
    community_chc_need_share: float = setting(
        0.182, unit="share of need", ge=0.0, le=0.9, provenance="assumption",
        source="not published; .12 to .25 is plausible",
        meaning="need for community and CHC together (q), for line_need_basis = stated_deviations",
    )  # fmt: skip
    community_chc_need_low_share: float = setting(
        0.12, unit="share of need", ge=0.0, le=0.9, provenance="assumption", source="other component weights",
        meaning="lower end of the range in which headlines are given",
    )  # fmt: skip
    community_chc_need_high_share: float = setting(
        0.25, unit="share of need", ge=0.0, le=0.9, provenance="assumption", source="other component weights",
        meaning="upper end of the range in which headlines are given",
    )  # fmt: skip
    pace_floor_growth_share: float = setting(
        0.0, unit="share a year", ge=-1.0, le=1.0, provenance="assumption", source="no cash cut",
        meaning="least yearly growth of every place and line, where pace.csv gives none (-0.02 allows a 2 % cut)",
    )  # fmt: skip
    pace_cap_growth_share: float = setting(
        1.0, unit="share a year", ge=-1.0, provenance="assumption", source="none",
        meaning="most yearly growth of every place and line, where pace.csv gives none (1 or more is no cap)",
    )  # fmt: skip
    mh_growth_cap_share: float = setting(
        0.10, unit="share a year", ge=-1.0, provenance="assumption", source="what can be recruited: 8, 10, 12 %",
        meaning="most yearly growth of mental health lines in any place, where pace.csv gives none (1 is no cap)",
    )  # fmt: skip
    turnover_band_share: float = setting(
        0.02, unit="share of a provider's income", ge=0.0, le=1.0, provenance="assumption", source="board practice",
        meaning="largest yearly rise or fall of what a provider gets, where providers.csv gives none",
    )  # fmt: skip
    closure_required: bool = setting(
        False, unit="yes or no", provenance="assumption", source="board choice",
        meaning="whether the gap must be closed in the last year, come what may",
    )  # fmt: skip
    cost_uplift_share: float = setting(
        0.0415, unit="share a year", ge=-0.2, le=0.5, provenance="public",
        source="gross cost uplift factor 2025/26",
        meaning="yearly rise of prices and pay: what keeps volume, less productivity, and the pay of recruits",
    )  # fmt: skip
    mh_cost_per_wte_gbp: int = setting(
        60000, unit="gbp a year", ge=1, provenance="assumption", source="16-17 WTE per extra million",
        meaning="cost of one whole-time equivalent in mental health: growth in staff, a cap on recruits in pounds",
    )  # fmt: skip
    productivity_share: float = setting(
        0.02, unit="share a year", ge=-0.2, le=0.5, provenance="public",
        source="efficiency factor of 2025/26, secondary source",
        meaning="normal yearly productivity: what it saves on the uplift of prices and pay keeps volume, not cash",
    )  # fmt: skip
    aim: AimName = setting(
        "close_the_gap", unit="choice", provenance="assumption", source="board choice",
        meaning=(
            "close_the_gap (least gap in the last year, then fair, then gentle), least_disruption (least peak growth "
            "at the closure that is required, then the gap) or fastest_closure (first the earliest year in which the "
            "gap can be closed)"
        ),
    )  # fmt: skip
    gap_counted_in: GapUnit = setting(
        "gbp", unit="choice", provenance="assumption", source="board choice",
        meaning="whether the aim counts the gap in pounds, or each place's line as a share of its own need",
    )  # fmt: skip
    required_closure_share: float = setting(
        0.0, unit="share of the opening gap", ge=0.0, le=1.0, provenance="assumption", source="board choice",
        meaning="how much of the opening gap must be closed in the last year, by what is missing (0: none)",
    )  # fmt: skip
    peak_growth_limit_share: float = setting(
        1.0, unit="share a year", ge=-1.0, provenance="assumption", source="none",
        meaning="most yearly growth of any place's line, in every year (1 or more is no limit)",
    )  # fmt: skip
    transition_fund_share: float = setting(
        0.0, unit="share of the in-scope allocation", ge=0.0, le=0.5, provenance="assumption", source="board choice",
        meaning="set aside each year for double running and stranded cost, where years.csv gives no fund",
    )  # fmt: skip
    transition_cost_limit_gbp: int = setting(
        NO_LIMIT_GBP, unit="gbp over all years", ge=0, provenance="assumption", source="none",
        meaning="most that double running and stranded cost may come to over all years (a million million: no limit)",
    )  # fmt: skip
    primary_care_gap_gbp: int = setting(
        0, unit="gbp a year", ge=0, provenance="assumption",
        source="Joint Forward Plan: close the funding gap in all areas; the amount is not stated",
        meaning="what primary care is short of: closed in equal steps, before anything else, from money in scope",
    )  # fmt: skip
    break_even_efficiency_share: float = setting(
        0.037, unit="share a year", ge=0.0, le=0.5, provenance="plan",
        source="Joint Forward Plan: 3.7 % over and above normal productivity in each of the next three years",
        meaning="cash-releasing efficiency over normal productivity that breaking even takes, each year again",
    )  # fmt: skip
    delivered_efficiency_share: float = setting(
        0.037, unit="share a year", ge=0.0, le=0.5, provenance="assumption", source="as asked for",
        meaning="the part of it that is delivered: what is missing comes off the money in scope, what is over adds",
    )  # fmt: skip
    efficiency_base: EfficiencyBase = setting(
        "allocation", unit="choice", provenance="assumption", source="not stated in the plan",
        meaning="what the efficiency is a share of: the whole allocation of that year, or the money in scope",
    )  # fmt: skip
    running_cost_cut_share: float = setting(
        0.3, unit="share of base-year running costs", ge=0.0, le=1.0, provenance="plan",
        source="Joint Forward Plan: running costs 30 % lower by 2025/26",
        meaning="by how much running costs (ledger lines mapped as running_costs) come down, in equal steps",
    )  # fmt: skip
    running_cost_cut_by_year: str = setting(
        "2025/26", unit="financial year", provenance="plan", source="Joint Forward Plan",
        meaning="the year by which running costs have come down; they stay there in cash",
    )  # fmt: skip
    running_cost_saving_kept_share: float = setting(
        0.0, unit="share of the saving", ge=0.0, le=1.0, provenance="assumption", source="not stated in the plan",
        meaning="how much of what running costs save stays with the board and adds to the money in scope",
    )  # fmt: skip
    moves_start_month: int = setting(
        4, unit="month of the year", ge=1, le=12, provenance="assumption", source="start of the financial year",
        meaning="month in which a year's moves begin (4: April, so that part-year and full-year are the same)",
    )  # fmt: skip
