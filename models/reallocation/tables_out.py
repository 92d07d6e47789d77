"""Every column a reallocation writes."""

from __future__ import annotations

from models.shared.register import Column, Table

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
        Column("gap_gbp", "gbp", "allocation and relief less need", unit="gbp"),
        Column("gap_share", "decimal", "gap as a share of need", unit="share", may_be_empty=True),
        Column("change_gbp", "gbp", "allocation less that of the year before", unit="gbp", may_be_empty=True),
        Column("growth_share", "decimal", "change as a share of the year before", unit="share", may_be_empty=True),
        Column("relief_gbp", "gbp", "need met upstream (spill-over), part of the gap: allocation + relief - need",
               unit="gbp"),
        Column("real_gbp", "gbp", "allocation at prices and pay of the base year", unit="gbp"),
        Column("volume_gbp", "gbp", "what it buys, at base-year cost and normal productivity", unit="gbp"),
        Column("per_weighted_head_gbp", "decimal", "allocation by head, weighted by need for this line (empty: "
               "the place has no population of its own)", unit="gbp a head", may_be_empty=True, decimals=2),
    ),
)  # fmt: skip

_ENVELOPE = Table(
    "envelope",
    "the money of each year: allocation = out_of_scope + break_even + reserve + transition + spendable; primary_care "
    "and running_costs are part of out_of_scope, transition_cost of transition, unallocated of spendable",
    (
        Column("year", "financial_year", "base year or plan year", key=True),
        Column(
            "item", "choice", "what the money is", key=True,
            allowed=(
                "allocation", "out_of_scope", "primary_care", "running_costs", "break_even", "reserve", "transition",
                "transition_cost", "spendable", "unallocated",
            ),
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
        Column(
            "status", "choice", "slack, binding, or broken where the rule is soft",
            allowed=("slack", "binding", "broken_soft"),
        ),
        Column("owner", "text", "who may change the rule"),
        Column("hard_or_soft", "choice", "definitions are never relaxed", allowed=("definition", "hard", "soft")),
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

_CONFLICTS = Table(
    "conflicts",
    "where no plan exists: rules that cannot hold together, while without any one of them the others can",
    (
        Column("conflict", "integer", "number of the conflict, the shortest first", key=True),
        Column("rule", "id", "id of the rule", key=True),
        Column("scope", "text", "what it is held against", key=True),
        Column("words", "text", "the rule in its scope, in words"),
    ),
)

_REPAIRS = Table(
    "repairs",
    "where no plan exists: least changes of rules that mend it, each tried; joint ones that keep the wish come first",
    (
        Column("repair", "integer", "number of the repair", key=True),
        Column(
            "kind", "choice",
            "joint (together they allow a plan, at the least cost found), alone (this rule in this scope does, all "
            "else kept), whole_rule (this rule by the same change in every scope), ends_conflict (this rule ends a "
            "conflict, others stay)",
            allowed=("joint", "alone", "whole_rule", "ends_conflict"),
        ),
        Column("conflict", "integer", "number of the conflict it ends (ends_conflict)", may_be_empty=True),
        Column("rule", "id", "id of the rule", key=True),
        Column("scope", "text", "what it is held against", key=True),
        Column("cheapest_change", "decimal", "least change (empty: no change of it is enough)", may_be_empty=True),
        Column("unit", "text", "unit of the change"),
        Column("mends", "flag", "whether a plan exists with this repair and nothing else changed"),
        Column(
            "scenario", "text", "file in the run folder that applies it (empty: it does not mend)", may_be_empty=True
        ),
        Column("sentence", "text", "the change in words"),
    ),
)  # fmt: skip

_MOVES = Table(
    "moves",
    "every change against the year before, paired with where its money comes from; pounds of a full year",
    (
        Column("move", "integer", "number of the move", key=True),
        Column("year", "financial_year", "plan year"),
        Column(
            "kind", "choice",
            "new_money (the cell's share of the year's growth), growth_forgone (growth of a cell given to another), "
            "cash_withdrawn (cash one cell had, given to another), unspent (growth or cash nobody gets), transition "
            "(double running and stranded cost of a withdrawal, once only)",
            allowed=("new_money", "growth_forgone", "cash_withdrawn", "unspent", "transition"),
        ),
        Column("from_place", "id", "place that gives (empty: new money, or the transition fund)", may_be_empty=True),
        Column("from_line", "id", "line that gives", may_be_empty=True),
        Column("from_provider", "id", "provider that gives", may_be_empty=True),
        Column("to_place", "id", "place that gets (empty: nobody)", may_be_empty=True),
        Column("to_line", "id", "line that gets", may_be_empty=True),
        Column("to_provider", "id", "provider that gets", may_be_empty=True),
        Column("start", "date", "first day of the month in which it begins"),
        Column("part_year_gbp", "gbp", "what it comes to in that year", unit="gbp"),
        Column("full_year_gbp", "gbp", "what it comes to in a full year", unit="gbp"),
        Column("recurrent", "flag", "whether it goes on in later years"),
    ),
)  # fmt: skip

_IMPACTS = Table(
    "impacts",
    "who gains and who loses, by place, provider, and place's line, against growth in step with the money",
    (
        Column("kind", "choice", "whose money", key=True, allowed=("place", "provider", "place_line")),
        Column("who", "text", "the place, the provider, or place and line joined by a slash", key=True),
        Column("opening_gbp", "gbp", "base year", unit="gbp"),
        Column("closing_gbp", "gbp", "last plan year", unit="gbp"),
        Column("in_step_gbp", "gbp", "last plan year, had it grown in step with the spendable money", unit="gbp"),
        Column("against_in_step_gbp", "gbp", "closing less in step: above zero gains, below zero loses", unit="gbp"),
        Column("against_in_step_share", "decimal", "that as a share of the opening", unit="share"),
        Column("lowest_yearly_change_gbp", "gbp", "the worst change of a year on the year before", unit="gbp"),
        Column("income_share", "decimal", "change to the last year as a share of a provider's whole income",
               unit="share", may_be_empty=True),
        Column("equality_flag", "flag", "cash falls in some year: needs an equality and quality assessment"),
    ),
)  # fmt: skip

_TRANSITION = Table(
    "transition",
    "what withdrawing service costs for a year, by line and year; line `all` has the fund",
    (
        Column("line", "id", "service line, or all", key=True),
        Column("year", "financial_year", "plan year", key=True),
        Column("withdrawn_gbp", "gbp", "service withdrawn: below last year's volume at this year's cost", unit="gbp"),
        Column("double_running_gbp", "gbp", "cost of running old beside new", unit="gbp"),
        Column("stranded_gbp", "gbp", "fixed cost that stays", unit="gbp"),
        Column("fund_gbp", "gbp", "the fund of the year (line all)", unit="gbp", may_be_empty=True),
    ),
)  # fmt: skip

_LEVERS = Table(
    "levers",
    "what loosening each binding rule would buy, found by solving again; multipliers beside it",
    (
        Column("rank", "integer", "1 buys most", key=True),
        Column("rule", "id", "id of the rule"),
        Column("scope", "text", "what it is held against"),
        Column("change", "decimal", "how much it was loosened", unit="see unit"),
        Column("unit", "text", "unit of the change"),
        Column("gap_falls_by_gbp", "gbp", "fall of the last year's gap", unit="gbp"),
        Column("without_rule_falls_by_gbp", "gbp", "fall of it without the rule at all", unit="gbp"),
        Column("multiplier_gbp_per_gbp", "decimal", "largest multiplier of its limits in the gap stage: one of "
               "several where the plan is degenerate", unit="gbp per gbp", may_be_empty=True),
        Column("valid_from_gbp", "decimal", "the multiplier holds while that limit is at least this", unit="gbp",
               may_be_empty=True, decimals=0),
        Column("valid_to_gbp", "decimal", "and at most this", unit="gbp", may_be_empty=True, decimals=0),
        Column("multiplier_where", "text", "the limit it is of", may_be_empty=True),
    ),
)  # fmt: skip

_TORNADO = Table(
    "tornado",
    "the gap when one assumption is at either end of its range, all else as it is; widest first",
    (
        Column("parameter", "text", "the assumption", key=True),
        Column("line", "id", "line it is about, or all", key=True),
        Column("end", "choice", "which end of the range", key=True, allowed=("low", "high")),
        Column("value", "decimal", "value at this end", unit="share"),
        Column("opening_gap_gbp", "gbp", "gap in the base year", unit="gbp"),
        Column("final_gap_gbp", "gbp", "gap in the last year (empty: no plan)", unit="gbp", may_be_empty=True),
        Column("change_gbp", "gbp", "against the plan (empty: no plan)", unit="gbp", may_be_empty=True),
    ),
)  # fmt: skip

_WORST_CELLS = Table(
    "worst_cells",
    "the places' lines furthest from need in the last year, level by level: what nobody's plan could lower further",
    (
        Column("level", "integer", "1 is the worst", key=True),
        Column("place", "id", "place", key=True),
        Column("line", "id", "service line", key=True),
        Column("gap_share", "decimal", "gap over need in the last year, below zero when short", unit="share"),
    ),
)  # fmt: skip

OUTPUTS = (
    _ALLOCATIONS, _ENVELOPE, _RULES, _BRIDGE, _MOVES, _IMPACTS, _TRANSITION, _WORST_CELLS, _LEVERS, _TORNADO,
    _CONFLICTS, _REPAIRS,
)  # fmt: skip
