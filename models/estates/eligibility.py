"""Which suites may be handed back at all, and which rules refuse the others, by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from models.estates.formulation.hand_back_rules import HAND_BACK_RULES, OPTION_RULES, allowed
from models.estates.hand_back import Option, SuiteFacts, candidate_dates, suite_facts
from models.estates.instance import EstatesInstance
from models.estates.rules import id_and_name

_NO_RULES_LEFT_OUT: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Eligibility:
    """What may become of a suite.

    `part_refusals` are the rules that refuse it on its own, `whole_refusals` those that refuse it as part of its
    whole building; `blocked_by` names the suites that keep the whole building, where the suite itself does not.
    """

    suite_id: str
    may_go_as_part: bool
    may_go_with_building: bool
    part_refusals: tuple[str, ...]
    whole_refusals: tuple[str, ...]
    blocked_by: tuple[str, ...]

    @property
    def may_go(self) -> bool:
        return self.may_go_as_part or self.may_go_with_building

    @property
    def refusing_rules(self) -> tuple[str, ...]:
        """Ids of the rules that stand in the way of the suite, its own first."""
        own = self.part_refusals or self.whole_refusals
        return own or (("E-20",) if self.blocked_by else ())

    def in_words(self) -> str:
        """The refusing rules by id and name: `E-13 at_least_100_m2; E-17 not_lift_or_chp`."""
        return "; ".join(id_and_name(rule) for rule in self.refusing_rules)


def eligibility(instance: EstatesInstance) -> dict[str, Eligibility]:
    """The eligibility of every suite, by id, with every rule in force."""
    facts = suite_facts(instance)
    found: dict[str, Eligibility] = {}
    for site in instance.sites:
        members = [facts[suite.suite_id] for suite in instance.suites_of(site.site_id)]
        found |= _of_one_site(members, candidate_dates(instance, members))
    return found


def _of_one_site(members: list[SuiteFacts], dates: tuple[dt.date, ...]) -> dict[str, Eligibility]:
    whole = {m.suite.suite_id: _refusals(m, dates, whole=True) for m in members}
    part = {m.suite.suite_id: () if m.is_core else _refusals(m, dates, whole=False) for m in members}
    closable = any(all(_can_be_gone_by(m, dates, day) for m in members) for day in dates)
    never_gone = tuple(
        m.suite.suite_id for m in members if dates and not any(_can_be_gone_by(m, dates, day) for day in dates)
    )
    return {
        m.suite.suite_id: Eligibility(
            suite_id=m.suite.suite_id,
            may_go_as_part=not m.is_core and not part[m.suite.suite_id],
            may_go_with_building=closable and not whole[m.suite.suite_id],
            part_refusals=part[m.suite.suite_id],
            whole_refusals=whole[m.suite.suite_id],
            blocked_by=tuple(s for s in never_gone if s != m.suite.suite_id) if not closable else (),
        )
        for m in members
    }


def _can_be_gone_by(facts: SuiteFacts, dates: tuple[dt.date, ...], core_date: dt.date) -> bool:
    """Whether a suite can be out of the ICB's hands when the core suite goes."""
    ways = [core_date] if facts.is_core else [day for day in dates if day <= core_date]
    return any(allowed(facts, Option(facts.suite.suite_id, day, core_date), _NO_RULES_LEFT_OUT) for day in ways)


def _refusals(facts: SuiteFacts, dates: tuple[dt.date, ...], *, whole: bool) -> tuple[str, ...]:
    """Rules that refuse a suite on every day; where only several together do, all that refuse on some day."""
    options = [Option(facts.suite.suite_id, day, day if whole else None) for day in dates]
    rules = {rule: OPTION_RULES[rule] for rule in HAND_BACK_RULES if rule != "E-25" or _is_kept_by_order(facts)}
    if any(all(allows(facts, option) for allows in rules.values()) for option in options):
        return ()
    always = tuple(rule for rule, allows in rules.items() if not any(allows(facts, o) for o in options))
    return always or tuple(rule for rule, allows in rules.items() if not all(allows(facts, o) for o in options))


def _is_kept_by_order(facts: SuiteFacts) -> bool:
    return facts.suite.instruction == "keep"


def refused(found: Mapping[str, Eligibility]) -> tuple[str, ...]:
    """The suites that may not be handed back at all."""
    return tuple(sorted(suite for suite, item in found.items() if not item.may_go))
