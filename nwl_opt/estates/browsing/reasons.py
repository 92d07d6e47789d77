"""The rules that refuse a suite whatever the day, each with what it is about the suite and what would change it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.estates.eligibility import Eligibility
from models.estates.formulation.hand_back_rules import OPTION_RULES
from models.estates.hand_back import Option, SuiteFacts, candidate_dates, suite_facts
from models.estates.instance import EstatesInstance
from models.estates.rules import BY_ID, id_and_name
from models.estates.what_if.refusals import EXPLAINED
from models.estates.words import list_words

CORE_RULE = "E-20"


@dataclass(frozen=True)
class Reason:
    """A rule with its sentence; why it refuses this suite; what would change it."""

    rule: str
    says: str
    why: str
    change: str

    @property
    def title(self) -> str:
        """The rule as users know it: `E-09 ICB pays the void`."""
        return id_and_name(self.rule)


def reasons_of(instance: EstatesInstance, may: Mapping[str, Eligibility]) -> dict[str, tuple[Reason, ...]]:
    """The reasons of every suite by id; none for a suite that may go on its own, or as the core of its building.

    A suite that may go with its building only has the rules that refuse it on its own.
    """
    facts = suite_facts(instance)
    found: dict[str, tuple[Reason, ...]] = {}
    for site in instance.sites:
        members = [facts[suite.suite_id] for suite in instance.suites_of(site.site_id)]
        days = candidate_dates(instance, members)
        for one in members:
            mine = may[one.suite.suite_id]
            rules = () if mine.may_go_as_part else mine.refusing_rules
            found[one.suite.suite_id] = tuple(_reason(instance, rule, one, mine, days) for rule in rules)
    return found


def _reason(
    instance: EstatesInstance, rule: str, facts: SuiteFacts, may: Eligibility, days: Sequence[dt.date]
) -> Reason:
    why, change = _told(instance, rule, facts, may, days)
    return Reason(rule, BY_ID[rule].sentence, why, change)


def _told(
    instance: EstatesInstance, rule: str, facts: SuiteFacts, may: Eligibility, days: Sequence[dt.date]
) -> tuple[str, str]:
    """What it is about the suite, and what would change it, on the last day on which the rule refuses it."""
    if rule == CORE_RULE and not may.part_refusals and not may.whole_refusals:
        names = list_words([instance.suite(suite).name for suite in may.blocked_by])
        return f"it goes with its building only, which {names} {_keeps(may)} open", f"{names} free to go"
    whole = not may.part_refusals
    options = [Option(facts.suite.suite_id, day, day if whole else None) for day in days]
    refused = [option for option in options if not OPTION_RULES[rule](facts, option)]
    return EXPLAINED[rule](facts, refused[-1] if refused else options[-1])


def _keeps(may: Eligibility) -> str:
    return "keeps" if len(may.blocked_by) == 1 else "keep"
