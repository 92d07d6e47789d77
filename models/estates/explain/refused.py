"""Each suite that may not be handed back, with the rules that refuse it."""

from __future__ import annotations

from collections.abc import Iterator

from models.estates.eligibility import Eligibility, eligibility
from models.estates.entities import Suite
from models.estates.hand_back import SuiteFacts, suite_facts
from models.estates.instance import EstatesInstance
from models.estates.rules import BY_ID, id_and_name
from models.estates.words import day_words, tell
from models.shared.problem import Explanation


def refused(instance: EstatesInstance) -> Iterator[Explanation]:
    """One sentence for each suite that may not go, and for each that may go with its whole building only."""
    may = eligibility(instance)
    for suite in instance.suites:
        item = may[suite.suite_id]
        if not item.may_go or (item.part_refusals and not item.may_go_as_part):
            yield _one(instance, suite, item)


def _one(instance: EstatesInstance, suite: Suite, item: Eligibility) -> Explanation:
    rules = item.refusing_rules
    facts = suite_facts(instance)[suite.suite_id]
    sentences = " ".join(f"{id_and_name(rule)}: {BY_ID[rule].sentence}{_detail(rule, facts)}" for rule in rules)
    blocked = "" if not item.blocked_by or item.part_refusals else f" ({', '.join(item.blocked_by)} may not go.)"
    opening = "may not be handed back" if not item.may_go else "may go with the whole building only"
    return tell(
        "estates.refused_suite",
        "{site}, {suite} ({m2} m2): {opening}. {sentences}{blocked}",
        {"m2": suite.area_m2},
        rule=rules[0] if rules else "E-20",
        where=f"site_plan.csv, {suite.suite_id}",
        names={
            "site": instance.site(suite.site_id).name,
            "suite": suite.name,
            "opening": opening,
            "sentences": sentences,
            "blocked": blocked,
        },
    )


def _detail(rule: str, facts: SuiteFacts) -> str:
    """What it is about the suite that the rule refuses, where the sentence does not say it already."""
    suite = facts.suite
    if rule == "E-11":
        staying = sorted(o.occupier for o in facts.occupations if o.payer != "icb" and o.end_date is None)
        if staying:
            return f" ({', '.join(staying)} stays.)"
        return " (No day is given by which it can be vacated.)" if suite.vacant_by is None else ""
    if rule == "E-09":
        return f" (Here the {suite.void_payer} pays.)"
    if rule == "E-18":
        return f" (Notice runs until {day_words(facts.notice_date)}.)"
    return f" (Ordered: {suite.instruction}.)" if rule == "E-25" else ""
