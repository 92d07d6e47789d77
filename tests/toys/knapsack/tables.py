"""What the knapsack reads and writes, and its rules."""

from __future__ import annotations

from typing import Literal

from models.shared.register import Column, Register, Settings, Table, setting
from models.shared.rules import Rule

Behaviour = Literal["plain", "slow", "deaf", "crash", "bug", "bug_in_explaining", "bad_plan", "no_plan"]


class KnapsackSettings(Settings, frozen=True):
    """What the user may set."""

    limit_kg: int = setting(
        10, unit="kg", meaning="what may be carried", source="the test", provenance="assumption", ge=0
    )
    fragile_at_most: int = setting(
        2, unit="items", meaning="fragile items at most", source="the test", provenance="plan", ge=0
    )
    gain_at_least_gbp: int = setting(
        0, unit="gbp", meaning="gain asked for", source="the test", provenance="assumption", ge=0
    )
    behaviour: Behaviour = setting(
        "plain", unit="", meaning="how the solve shall go", source="the test", provenance="assumption"
    )


INPUTS = (
    Table(
        "items",
        "the things one may carry",
        (
            Column("item_id", "id", "the item", key=True),
            Column("shelf_id", "id", "where it lies", refers_to="shelves.shelf_id"),
            Column("weight_kg", "integer", "what it weighs", unit="kg", minimum=1),
            Column("gain_gbp", "gbp", "what it is worth", unit="gbp", minimum=0),
            Column("value_share", "share", "how much of it counts", default="1"),
            Column("kind", "choice", "sturdy or fragile", allowed=("sturdy", "fragile"), default="sturdy"),
            Column("bought_on", "date", "when it was bought", may_be_empty=True),
            Column("insured", "flag", "whether it is insured", default="no"),
        ),
        may_be_empty=False,
    ),
    Table("shelves", "where things lie", (Column("shelf_id", "id", "the shelf", key=True),)),
    Table("notes", "remarks", (Column("note", "text", "a remark"),), optional=True),
)
OUTPUTS = (
    Table(
        "chosen",
        "the items carried",
        (
            Column("item_id", "id", "the item", key=True),
            Column("weight_kg", "integer", "what it weighs"),
            Column("gain_gbp", "gbp", "what it is worth"),
        ),
    ),
    Table(
        "kilos",
        "a study: what could be gained with another limit",
        (Column("limit_kg", "integer", "the limit", key=True), Column("gain_gbp", "gbp", "the most it allows")),
        optional=True,
    ),
    Table("repairs", "what would make it possible", (Column("rule", "id", "the rule"),), optional=True),
)
REGISTER = Register("knapsack", "Knapsack", INPUTS, KnapsackSettings, OUTPUTS)

RULES = (
    Rule(
        "K-01", "weight_within_limit", "What is carried weighs no more than the limit.", "sum w <= limit", True, "us"
    ),
    Rule("K-02", "each_item_once", "An item is carried once or not at all.", "x in {0,1}", True, "us", True),
    Rule("K-03", "few_fragile_items", "At most so many fragile items are carried.", "sum f <= limit", True, "us"),
    Rule("K-04", "gain_at_least", "The gain is at least what was asked for.", "sum g >= asked", True, "us"),
    Rule("K-05", "old_things_first", "Older things are preferred.", "min sum age", False, "us"),
)
