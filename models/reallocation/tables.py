"""What can be read and written for a reallocation: every input and output column, and the settings."""

from __future__ import annotations

from typing import Literal

from models.shared.register import Column, Register, Settings, Table, setting

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

LineRole = Literal["acute", "community", "mental_health", "chc", "other"]
NeedBasis = Literal["stated_deviations", "ledger_deviations", "shares"]


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
            "spend divided by 1 + deviation_share) or shares (need_share in lines.csv)"
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
        source="gross cost uplift factor 2025/26", meaning="yearly rise of prices and pay, to say what cash buys",
    )  # fmt: skip
    mh_cost_per_wte_gbp: int = setting(
        60000, unit="gbp a year", ge=1, provenance="assumption", source="16-17 WTE per extra million",
        meaning="cost of one whole-time equivalent in mental health, to say what growth means in staff",
    )  # fmt: skip


_PLACES = Table(
    "places",
    "places the money is for: boroughs, and `unplaced` where the borough is not known",
    (
        Column("place", "id", "place the money is for", key=True),
        Column("name", "text", "name of the place as people say it"),
        Column(
            "need_basis", "choice", default="weighted_population", allowed=("weighted_population", "share_of_spend"),
            meaning="how its share of a line's need is known: from need.csv, or as its share of the opening spend",
        ),
    ),
    may_be_empty=False,
)  # fmt: skip

_LINES = Table(
    "lines",
    "service lines; a line may have sub-lines, and money stands on lines without sub-lines",
    (
        Column("line", "id", "service line", key=True),
        Column("name", "text", "name of the line as people say it"),
        Column("parent", "id", "line this is a part of", may_be_empty=True, refers_to="lines.line"),
        Column(
            "role", "choice", "which rules know the line",
            allowed=("acute", "community", "mental_health", "chc", "other"),
        ),
        Column(
            "deviation_share", "decimal", "opening spend above (+) or below (-) need, as a share of need",
            unit="share of need", minimum=-0.99, maximum=10.0, may_be_empty=True,
            source="Joint Forward Plan: acute +3, community +9, CHC +9, mental health -20 %",
        ),
        Column(
            "q_group_share", "share", "share of this line in the need for community and CHC together (empty: none)",
            may_be_empty=True, source="CHC a quarter: assumption",
        ),
        Column("need_share", "share", "share of all need, for line_need_basis = shares", may_be_empty=True),
    ),
    may_be_empty=False,
)  # fmt: skip

_PROVIDERS = Table(
    "providers",
    "organisations that are paid; may be empty when money is not split by provider",
    (
        Column("provider", "id", "organisation that is paid", key=True),
        Column("name", "text", "name of the organisation"),
        Column("income_gbp", "gbp", "its whole income in the base year, from everybody", unit="gbp", minimum=1),
        Column(
            "max_fall_share", "share", "largest yearly fall of what we pay it (empty: setting turnover_band_share)",
            unit="share of its income", may_be_empty=True,
        ),
        Column(
            "max_rise_share", "share", "largest yearly rise of what we pay it (empty: setting turnover_band_share)",
            unit="share of its income", may_be_empty=True,
        ),
    ),
    optional=True,
)  # fmt: skip

_YEARS = Table(
    "years",
    "plan years in order, the first one after the base year",
    (
        Column("year", "financial_year", "plan year", key=True),
        Column(
            "growth_share", "decimal", "growth of the allocation before convergence (empty: setting growth_share)",
            unit="share", minimum=-0.5, maximum=0.5, may_be_empty=True,
        ),
        Column(
            "convergence_share", "decimal", "what convergence takes off that growth", unit="share", default="0",
            minimum=-0.5, maximum=0.5,
        ),
    ),
    may_be_empty=False,
)  # fmt: skip

_BASELINE = Table(
    "baseline",
    "recurrent opening budget of the base year by place, line and provider",
    (
        Column("place", "id", "place the money is for", key=True, refers_to="places.place"),
        Column("line", "id", "service line without sub-lines", key=True, refers_to="lines.line"),
        Column(
            "provider", "id", "organisation that is paid (`-`: not split)", key=True, default=NO_PROVIDER,
            refers_to="providers.provider",
        ),
        Column(
            "recurrent_gbp", "gbp", "recurrent opening budget", unit="gbp", minimum=1,
            mend="Give the yearly recurrent budget in pounds, 1 or more; leave the row out where there is none.",
        ),
        Column(
            "counts_to_mhis", "flag", "whether the cell counts to the Mental Health Investment Standard", default="no"
        ),
    ),
    may_be_empty=False,
)  # fmt: skip

_NEED = Table(
    "need",
    "weighted populations by place and component of need",
    (
        Column("place", "id", "place", key=True, refers_to="places.place"),
        Column("component", "id", "component of need, as general_acute or community", key=True),
        Column(
            "weighted_population", "decimal", "population weighted by this component of need", unit="people",
            minimum=0.0, source="NHS England place-based allocation tool, 2024/25", decimals=2,
        ),
    ),
    may_be_empty=False,
)  # fmt: skip

_NEED_WEIGHTS = Table(
    "need_weights",
    "which components of need make up the need for a line",
    (
        Column("line", "id", "service line without sub-lines", key=True, refers_to="lines.line"),
        Column("component", "id", "component of need", key=True, refers_to="need.component"),
        Column("weight", "decimal", "weight of the component in this line's need", unit="weight", minimum=0.0),
    ),
    may_be_empty=False,
)  # fmt: skip

_PACE = Table(
    "pace",
    "floors and caps on yearly growth where they differ from the settings; a row on a parent line binds its sum",
    (
        Column("line", "id", "service line, or a line with sub-lines", key=True, refers_to="lines.line"),
        Column("place", "id", "place (empty: every place)", key=True, may_be_empty=True, refers_to="places.place"),
        Column(
            "floor_growth_share", "decimal", "least yearly growth (empty: as the setting)", unit="share a year",
            minimum=-1.0, maximum=1.0, may_be_empty=True,
        ),
        Column(
            "cap_growth_share", "decimal", "most yearly growth (empty: as the setting; 1 or more: no cap)",
            unit="share a year", minimum=-1.0, may_be_empty=True,
        ),
    ),
    optional=True,
)  # fmt: skip

_CHC_FORECAST = Table(
    "chc_forecast",
    "forecast cost of continuing healthcare; without rows CHC may stay flat",
    (
        Column("year", "financial_year", "plan year", key=True, refers_to="years.year"),
        Column(
            "place", "id", "place (empty: every place without a row of its own)", key=True, may_be_empty=True,
            refers_to="places.place",
        ),
        Column(
            "volume_growth_share", "decimal", "growth of eligible packages on the year before", unit="share",
            minimum=-0.5, maximum=1.0,
        ),
        Column(
            "price_growth_share", "decimal", "growth of the price of a package on the year before", unit="share",
            minimum=-0.5, maximum=1.0,
        ),
        Column(
            "value_for_money_share", "share", "share of that year's cost saved on price, never on eligibility",
            default="0", maximum=0.5,
        ),
    ),
    optional=True,
)  # fmt: skip

_LEDGER = Table(
    "ledger",
    "the whole allocation of the base year, line by line of the ledger; without rows the baseline is the whole",
    (
        Column("ledger_line", "id", "number of the ledger line", key=True),
        Column("description", "text", "what the ledger calls it"),
        Column("gbp", "gbp", "spend of the base year", unit="gbp"),
        Column("non_recurrent_gbp", "gbp", "how much of it was once only", unit="gbp", default="0"),
    ),
    optional=True,
)  # fmt: skip

_MAPPING = Table(
    "mapping",
    "sends every ledger line to one cell of the baseline, to out-of-scope or to unplaced",
    (
        Column(
            "ledger_line", "id", "number of the ledger line", key=True, refers_to="ledger.ledger_line",
            mend="Add the line to ledger.csv, or remove its mapping.",
        ),
        Column(
            "status", "choice", "cell (place, line, provider known), unplaced (place unknown) or out_of_scope",
            allowed=("cell", "unplaced", "out_of_scope"),
        ),
        Column("place", "id", "place, for status cell", may_be_empty=True, refers_to="places.place"),
        Column("line", "id", "service line, for status cell and unplaced", may_be_empty=True, refers_to="lines.line"),
        Column(
            "provider", "id", "organisation that is paid (`-`: not split)", default=NO_PROVIDER,
            refers_to="providers.provider",
        ),
    ),
    optional=True,
)  # fmt: skip

_ALLOCATIONS = Table(
    "allocations",
    "the plan: what each place, line and provider gets in each year, against need",
    (
        Column("place", "id", "place the money is for", key=True),
        Column("line", "id", "service line", key=True),
        Column("provider", "id", "organisation that is paid (`-`: not split)", key=True),
        Column("year", "financial_year", "base year or plan year", key=True),
        Column("allocation_gbp", "gbp", "recurrent allocation", unit="gbp"),
        Column(
            "need_gbp", "gbp", "need of the place and line, shared out to its providers by allocation", unit="gbp"
        ),
        Column("gap_gbp", "gbp", "allocation less need", unit="gbp"),
        Column("gap_share", "decimal", "gap as a share of need", unit="share", may_be_empty=True),
        Column("change_gbp", "gbp", "allocation less that of the year before", unit="gbp", may_be_empty=True),
        Column("growth_share", "decimal", "change as a share of the year before", unit="share", may_be_empty=True),
    ),
)  # fmt: skip

_ENVELOPE = Table(
    "envelope",
    "the money of each year: allocation = out_of_scope + reserve + transition + spendable; unallocated is part of it",
    (
        Column("year", "financial_year", "base year or plan year", key=True),
        Column(
            "item", "choice", "what the money is", key=True,
            allowed=("allocation", "out_of_scope", "reserve", "transition", "spendable", "unallocated"),
        ),
        Column("gbp", "gbp", "pounds of that year", unit="gbp"),
    ),
)  # fmt: skip

_RULES = Table(
    "rules",
    "every rule by scope: how much room the plan leaves",
    (
        Column("rule", "id", "id of the rule", key=True),
        Column("sentence", "text", "the rule in words"),
        Column("scope", "text", "what it was held against: a line, a year or a provider", key=True),
        Column("status", "choice", "slack or binding", allowed=("slack", "binding", "broken_soft")),
        Column("headroom_gbp", "gbp", "the least room in this scope", unit="gbp", may_be_empty=True),
        Column("members", "integer", "how many limits the scope holds", unit="limits"),
        Column("members_binding", "integer", "how many of them bind", unit="limits"),
    ),
)  # fmt: skip

_BRIDGE = Table(
    "bridge",
    "from the whole allocation to the plan; line `all` holds what stands above the lines, and the sums",
    (
        Column("line", "id", "service line, or all", key=True),
        Column("year", "financial_year", "base year or plan year", key=True),
        Column(
            "item", "choice", key=True,
            allowed=(
                "ledger", "out_of_scope", "non_recurrent", "mapped", "restated", "opening", "growth", "reallocation",
                "closing",
            ),
            meaning=(
                "base year: ledger + out_of_scope + non_recurrent = mapped, mapped + restated = closing; plan years: "
                "opening + growth (in step with the spendable money) + reallocation = closing"
            ),
        ),
        Column("gbp", "gbp", "pounds, deductions below zero", unit="gbp"),
    ),
)  # fmt: skip

_REPAIRS = Table(
    "repairs",
    "where no plan exists: rules that cannot hold together, and the least change of each",
    (
        Column("conflict", "integer", "number of the conflict", key=True),
        Column("rule", "id", "id of the rule", key=True),
        Column("scope", "text", "what it is held against", key=True),
        Column(
            "cheapest_change", "decimal", "least change of this rule in this scope (empty: no change of it helps)",
            may_be_empty=True,
        ),
        Column("unit", "text", "unit of the change"),
        Column(
            "alone_or_joint", "choice", "alone: then a plan exists; joint: it ends this conflict, another one stays",
            allowed=("alone", "joint"),
        ),
        Column("sentence", "text", "the change in words"),
    ),
)  # fmt: skip

REGISTER = Register(
    kind="reallocation",
    title="Reallocation of budgets towards need",
    inputs=(
        _PLACES, _LINES, _PROVIDERS, _YEARS, _BASELINE, _NEED, _NEED_WEIGHTS, _PACE, _CHC_FORECAST, _LEDGER, _MAPPING,
    ),
    settings=ReallocationSettings,
    outputs=(_ALLOCATIONS, _ENVELOPE, _RULES, _BRIDGE, _REPAIRS),
)  # fmt: skip
