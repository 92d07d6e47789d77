"""What would lift the best that can be reached: which rule keeps how much space, and what would change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.estates.rules import BY_ID, id_and_name
from nwl_opt.estates.browsing.suites import SuiteView


@dataclass(frozen=True)
class Lever:
    """A rule with the suites it stands against.

    `alone` are those that no other rule refuses: the pounds are what the ICB pays for them a year at the end of the
    plan, the most that can end if the rule no longer stands in the way.
    """

    rule: str
    says: str
    owner: str
    suites: tuple[SuiteView, ...]
    alone: tuple[SuiteView, ...]
    change: str

    @property
    def title(self) -> str:
        """The rule as users know it: `E-09 ICB pays the void`."""
        return id_and_name(self.rule)

    @property
    def area_m2(self) -> int:
        return sum(one.suite.area_m2 for one in self.suites)

    @property
    def gbp_per_year(self) -> int:
        return sum(last_charge_gbp(one) for one in self.suites)

    @property
    def alone_gbp_per_year(self) -> int:
        return sum(last_charge_gbp(one) for one in self.alone)


def last_charge_gbp(one: SuiteView) -> int:
    """What the ICB pays for a suite in the first year of the last period."""
    return one.years[-1].icb_charge_gbp if one.years else 0


def eligibility_levers(suites: Sequence[SuiteView]) -> tuple[Lever, ...]:
    """The rules that refuse suites the plan still pays for, those that free most on their own first."""
    by_rule: dict[str, list[SuiteView]] = {}
    for one in suites:
        if not one.may.may_go:
            for reason in one.reasons:
                by_rule.setdefault(reason.rule, []).append(one)
    found = [_lever(rule, refused) for rule, refused in by_rule.items()]
    return tuple(sorted(found, key=lambda lever: (-lever.alone_gbp_per_year, -lever.gbp_per_year, lever.rule)))


def need_levers(suites: Sequence[SuiteView]) -> tuple[Lever, ...]:
    """The rules for the sake of which suites that may go are kept, by what the run says of each."""
    by_rule: dict[str, list[SuiteView]] = {}
    for one in suites:
        rules = [told.rule for told in one.sentences if told.id == "estates.kept" and told.rule in BY_ID]
        if one.decision == "kept" and rules:
            by_rule.setdefault(rules[0], []).append(one)
    found = [_need(rule, kept) for rule, kept in by_rule.items()]
    return tuple(sorted(found, key=lambda lever: (-lever.gbp_per_year, lever.rule)))


def _lever(rule: str, refused: Sequence[SuiteView]) -> Lever:
    known = BY_ID[rule]
    alone = tuple(one for one in refused if len(one.reasons) == 1)
    changes = sorted({reason.change for one in refused for reason in one.reasons if reason.rule == rule})
    change = changes[0] if len(changes) == 1 else _CHANGES.get(rule, changes[0])
    return Lever(rule, known.sentence, known.owner, tuple(refused), alone, change)


def _need(rule: str, kept: Sequence[SuiteView]) -> Lever:
    known = BY_ID[rule]
    return Lever(rule, known.sentence, known.owner, tuple(kept), tuple(kept), _CHANGES.get(rule, ""))


_CHANGES = {
    "E-06": "rooms of the kind within reach: a higher target, more sessions, a conversion, or more contacts virtual",
    "E-09": "the ICB taking over the void; it saves nothing by this",
    "E-11": "a day by which it is vacated, or occupiers who leave or move to another suite",
    "E-12": "works that make the suites self-contained, or the whole building going",
    "E-13": "the whole building going with them",
    "E-14": "an agreement with the owner, or a Right Size move of the practice",
    "E-15": "nothing until the contracts end: fill the space, or offer it to others",
    "E-16": "the end of the lease, or a settlement with the landlord",
    "E-17": "nothing saves this void: fill it, let it, or offer it on Open Space",
    "E-18": "shorter notice, quicker acceptance, or a plan that reaches further",
    "E-19": "the floor above going first",
    "E-20": "the suites that hold their building open becoming free to go",
    "E-23": "more minutes allowed, or rooms of the kind within reach",
    "E-26": "a lower vacating payment, lower costs of moving, or more of the charge ending with the hand-back",
}
"""What changes a rule for many suites at once, where it is not the same for all."""
