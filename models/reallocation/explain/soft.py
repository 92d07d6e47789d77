"""Soft rules that the plan misses: which, by how much in all, and where furthest."""

from __future__ import annotations

from models.reallocation.explain.figures import Figures, Row, pounds
from models.reallocation.method.loosen import Group, scope_name
from models.reallocation.words import Number, tell
from models.shared.problem import Explanation


def missed_soft_sentences(figures: Figures) -> list[Explanation]:
    """One headline for every soft rule that is missed, in the order of the rules; nothing when none is."""
    missed = figures.rows("rules", status="broken_soft")
    return [_missed(figures, rule) for rule in dict.fromkeys(str(row["rule"]) for row in missed)]


def _missed(figures: Figures, rule: str) -> Explanation:
    rows = figures.rows("rules", rule=rule)
    furthest = min(rows, key=lambda row: pounds(row, "headroom_gbp"))
    rooms = [limit.headroom_gbp(figures.plan.allocation_gbp) for limit in figures.plan.limits if limit.rule == rule]
    short = [-room for room in rooms if room < 0]
    numbers: dict[str, Number] = {"missed_gbp": sum(short), "furthest_gbp": -pounds(furthest, "headroom_gbp")}
    template = '"{words}" is soft and is missed by {missed_gbp:gbp}'
    if len(short) > 1:
        numbers["limits"] = len(short)
        template += " in all ({limits} limits), furthest{scope} by {furthest_gbp:gbp}"
    elif len(rows) > 1:
        template += "{scope}"
    told = {
        "words": str(furthest["sentence"]).rstrip("."),
        "scope": _scope(figures, furthest) if len(rows) > 1 else "",
    }
    where = f"rules.csv: {rule}"
    return tell(f"soft-missed-{rule}", f"{template}.", numbers, rule=rule, where=where, headline=True, names=told)


def _scope(figures: Figures, row: Row) -> str:
    return f" in {scope_name(figures.instance, Group(str(row['rule']), str(row['scope'])))}"
