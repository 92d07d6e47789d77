"""What stops the plan: every lever with what it buys, and the scenario that pulls it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from models.reallocation.explain.what_if import with_more_money
from models.reallocation.instance import Instance
from models.reallocation.method.loosen import LOOSENINGS, Group, change_words
from models.reallocation.method.repair_scenario import repair_scenario
from models.reallocation.method.repaired import repaired
from models.reallocation.words import gbp_words
from nwl_opt.charts import Axis, Picture, Series, bar_chart
from nwl_opt.reallocation.shown.book import PlanBook
from nwl_opt.reallocation.shown.sheet import Heading, Sheet
from nwl_opt.words import number_words

MONEY = "R-01"


@dataclass(frozen=True)
class Lever:
    """A rule loosened a little: in words, and by how many pounds the gap of the last year falls."""

    rank: int
    rule: str
    scope: str
    change: Fraction
    words: str
    gap_falls_by_gbp: int
    without_rule_falls_by_gbp: int

    @property
    def buys(self) -> bool:
        """Whether it lowers the gap by itself."""
        return self.gap_falls_by_gbp > 0

    @property
    def falls_words(self) -> str:
        """By how much the gap falls, or that it does not: with more money what is needed grows too."""
        if self.gap_falls_by_gbp < 0:
            return f"the gap grows by {number_words(-self.gap_falls_by_gbp, 'gbp')}"
        return number_words(self.gap_falls_by_gbp, "gbp") if self.buys else "nothing by itself"


def levers_of(book: PlanBook) -> tuple[Lever, ...]:
    """The levers in the order of what they buy; empty where none were studied."""
    return tuple(
        Lever(
            row.integer("rank"),
            row.text("rule"),
            row.text("scope"),
            change := Fraction(str(row.number_of("change"))).limit_denominator(1_000_000),
            _words(book.instance, row.text("rule"), row.text("scope"), change),
            row.integer("gap_falls_by_gbp"),
            row.integer("without_rule_falls_by_gbp"),
        )
        for row in book.tables["levers"]
    )


def lever_scenario(instance: Instance, lever: Lever) -> Mapping[str, object]:
    """The scenario that loosens one rule as its lever says, ready to be written."""
    description = f"{lever.words}, all else as in the run it comes from."
    if lever.rule != MONEY:
        after = repaired(instance, {Group(lever.rule, lever.scope): lever.change})
        return repair_scenario(instance, after, lever.words, description)
    after = with_more_money(instance, int(lever.change))
    first = after.years[0]
    value = float(first.convergence_share)
    change = {"table": "years", "where": {"year": first.year}, "column": "convergence_share", "value": value}
    return {"title": lever.words, "description": description, "kind": "reallocation", "change": [change]}


def levers_sheet(levers: tuple[Lever, ...]) -> Sheet:
    """Levers as they are read."""
    headings = (
        Heading("Rank", "rank"), Heading("What would change"), Heading("Rule"), Heading("Gap falls by", "gbp"),
        Heading("Without the rule at all", "gbp"),
    )  # fmt: skip
    rows = tuple(
        (one.rank, one.words, one.rule, one.gap_falls_by_gbp,
         "cannot be left out" if one.rule == MONEY else one.without_rule_falls_by_gbp)
        for one in levers
    )  # fmt: skip
    note = "Each found by solving again with this one change; those that fall by nothing bind, but buy nothing alone."
    return Sheet("What a little more room would buy", headings, rows, note)


def levers_picture(levers: tuple[Lever, ...]) -> Picture:
    """What each lever that buys anything buys."""
    buying = [one for one in levers if one.buys]
    words = "How far the gap of the last year falls with one change at a time; each was solved again."
    series = [Series("", tuple(float(one.gap_falls_by_gbp) for one in buying))]
    return bar_chart("What a little more room would buy", words, [one.words for one in buying], series,
                     Axis("The gap falls by", "gbp"), on_side=True)  # fmt: skip


def binding_sheet(book: PlanBook) -> Sheet:
    """The rules that bind, and where."""
    rows = tuple(
        (row.text("rule"), row.text("sentence"), book.name(row.text("scope")), row.integer("members_binding"),
         row.integer("members"), row.text("owner"))
        for row in book.tables["rules"]
        if row.text("status") in ("binding", "broken_soft") and row.text("rule") != MONEY
    )  # fmt: skip
    headings = (Heading("Rule"), Heading("What it says"), Heading("For"), Heading("Limits that bind", "count"),
                Heading("Limits in all", "count"), Heading("Who may change it"))  # fmt: skip
    return Sheet("Rules that bind", headings, rows)


def _words(instance: Instance, rule: str, scope: str, change: Fraction) -> str:
    if rule == MONEY:
        words = f"get {gbp_words(float(change))} more a year from {scope} on"
    elif rule in LOOSENINGS:
        words = change_words(instance, Group(rule, scope), change)
    else:
        words = f"loosen {rule} ({scope})"
    return f"{words[0].upper()}{words[1:]}"
