"""Every column a reallocation reads."""

from __future__ import annotations

from models.reallocation.settings import NO_PROVIDER
from models.shared.register import Column, Table

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
        Column(
            "releasable_share", "share", "most of a provider's service that can be withdrawn in a year (empty: all)",
            unit="share of last year's volume", may_be_empty=True,
        ),
        Column(
            "double_running_share", "decimal", "cost of running old beside new for a year, by pound withdrawn",
            unit="gbp per gbp", default="0", minimum=0.0, maximum=5.0,
        ),
        Column(
            "stranded_share", "decimal", "fixed cost that stays for a year, by pound withdrawn", unit="gbp per gbp",
            default="0", minimum=0.0, maximum=5.0,
        ),
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
        Column(
            "transition_fund_gbp", "gbp", "set aside for double running and stranded cost (empty: by the setting)",
            unit="gbp", minimum=0, may_be_empty=True,
        ),
        Column(
            "delivered_efficiency_share", "share", "efficiency delivered that year (empty: as the setting)",
            maximum=0.5, may_be_empty=True,
        ),
        Column(
            "mh_recruitment_cap_wte", "integer", "most whole-time equivalents mental health can add (empty: no cap)",
            unit="wte", minimum=0, may_be_empty=True,
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
            "status", "choice",
            "cell (place, line, provider known), unplaced (place unknown), out_of_scope, or running_costs (out of "
            "scope too, and held to its own cut)",
            allowed=("cell", "unplaced", "out_of_scope", "running_costs"),
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


_PACE_BANDS = Table(
    "pace_bands",
    "pace by distance from need at the opening: straight lines between the rows, so that there is no cliff edge",
    (
        Column("line", "id", "service line without sub-lines (empty: every line)", key=True, may_be_empty=True,
               refers_to="lines.line"),
        Column("distance_share", "decimal", "opening spend over need, less 1; beyond the first and last row as there",
               unit="share of need", key=True, minimum=-1.0, maximum=10.0),
        Column("floor_growth_share", "decimal", "least yearly growth at this distance (empty in the whole line: as "
               "the setting)", unit="share a year", minimum=-1.0, maximum=1.0, may_be_empty=True),
        Column("cap_growth_share", "decimal", "most yearly growth at this distance (empty in the whole line: as the "
               "setting; 1 or more: no cap)", unit="share a year", minimum=-1.0, may_be_empty=True),
    ),
    optional=True,
)  # fmt: skip

_RING_FENCES = Table(
    "ring_fences",
    "money that must be spent on a purpose, as the Better Care Fund's minimum of a borough",
    (
        Column("fence", "id", "ring-fence", key=True),
        Column("name", "text", "name as people say it"),
        Column("year", "financial_year", "plan year", key=True, refers_to="years.year"),
        Column("minimum_gbp", "gbp", "least that must be spent on it", unit="gbp", minimum=0),
    ),
    optional=True,
)  # fmt: skip

_RING_FENCE_CELLS = Table(
    "ring_fence_cells",
    "which cells count to a ring-fence; an empty place, line or provider stands for all",
    (
        Column("fence", "id", "ring-fence", key=True, refers_to="ring_fences.fence"),
        Column("place", "id", "place", key=True, may_be_empty=True, refers_to="places.place"),
        Column("line", "id", "service line without sub-lines", key=True, may_be_empty=True, refers_to="lines.line"),
        Column("provider", "id", "organisation that is paid", key=True, may_be_empty=True,
               refers_to="providers.provider"),
    ),
    optional=True,
)  # fmt: skip

_SPILLOVER = Table(
    "spillover",
    "spending on one line that lowers what another needs in the same place; without rows none is assumed",
    (
        Column("from_line", "id", "line whose spending relieves", key=True, refers_to="lines.line"),
        Column("to_line", "id", "line that is relieved", key=True, refers_to="lines.line"),
        Column("theta_share", "share", "pounds of need relieved by each pound above the volume-neutral path",
               unit="gbp per gbp"),
        Column("lag_years", "integer", "years until it is felt", unit="years", default="1", minimum=0, maximum=10),
    ),
    optional=True,
)  # fmt: skip

_NEED_TARGETS = Table(
    "need_targets",
    "need in pounds, for line_need_basis = pounds: every place and line that holds money, base year and plan years",
    (
        Column("place", "id", "place", key=True, refers_to="places.place"),
        Column("line", "id", "service line without sub-lines", key=True, refers_to="lines.line"),
        Column("year", "financial_year", "base year or plan year", key=True),
        Column("need_gbp", "gbp", "need", unit="gbp", minimum=1),
    ),
    optional=True,
)  # fmt: skip

_SOFT_RULES = Table(
    "soft_rules",
    "rules that may be broken where they must be, and in which order that is made least; all others are hard",
    (
        Column("rule", "choice", "id of the rule", key=True, allowed=("R-02", "R-03", "R-04", "R-05", "R-06", "R-07",
               "R-08", "R-13", "R-14", "R-15", "R-19", "R-20", "R-22")),
        Column("order", "integer", "1 is made least first; rules of one order together", unit="order", minimum=1,
               maximum=9),
    ),
    optional=True,
)  # fmt: skip

_CONCESSIONS = Table(
    "concessions",
    "how far a rule may be missed that no other table or setting loosens, as agreed with its owner",
    (
        Column("rule", "choice", "id of the rule", key=True, allowed=("R-04", "R-06", "R-08")),
        Column("line", "id", "line it is for (R-06, R-08; empty: every line)", key=True, may_be_empty=True,
               refers_to="lines.line"),
        Column("concession_share", "share", "R-04: growth a year; R-06: growth a year, and need at the target; R-08: "
               "need", unit="share"),
    ),
    optional=True,
)  # fmt: skip

_RANGES = Table(
    "ranges",
    "how far an assumption may be off: both ends are solved again for the tornado",
    (
        Column("parameter", "choice", "the assumption", key=True, allowed=(
            "deviation", "need", "growth", "cost_uplift", "community_chc_need", "chc_cost", "theta", "reserve")),
        Column("line", "id", "line it is about (deviation, need, theta: from_line; else empty)", key=True,
               may_be_empty=True, refers_to="lines.line"),
        Column("low", "decimal", "low end: a share; for need a change as a share of it, for chc_cost points a year",
               unit="share",
               minimum=-1.0, maximum=1.0),
        Column("high", "decimal", "high end", unit="share", minimum=-1.0, maximum=1.0),
    ),
    optional=True,
)  # fmt: skip

INPUTS = (
    _PLACES, _LINES, _PROVIDERS, _YEARS, _BASELINE, _NEED, _NEED_WEIGHTS, _PACE, _PACE_BANDS, _CHC_FORECAST,
    _RING_FENCES, _RING_FENCE_CELLS, _SPILLOVER, _NEED_TARGETS, _SOFT_RULES, _CONCESSIONS, _RANGES, _LEDGER, _MAPPING,
)  # fmt: skip
