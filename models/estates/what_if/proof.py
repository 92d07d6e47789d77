"""What the complete plan with an order fixed proves, beside the first answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.estates.ledger import npv_cost_gbp
from models.estates.plan import Plan
from models.estates.what_if.answer import UNMET_TOLERANCE_CONTACTS, Answer, unmet_contacts
from models.estates.what_if.telling import full_name, side_words
from models.estates.words import day_words, list_words, tell
from models.shared.problem import Explanation
from solvers.types import StageResult

_CONFIRMED_GBP = 1_000
"""Pounds at present value by which a first answer may miss the proved one and still be called confirmed."""


@dataclass(frozen=True)
class Proof:
    """The best plan with the order, if any; bounds are what no plan with it can be below.

    `why_none` are the sentences of a conflict where the rules allow no plan.
    """

    answer: Answer
    plan: Plan | None
    status: str
    unmet_contacts: float | None
    unmet_bound_contacts: float | None
    npv_cost_gbp: float | None
    npv_bound_gbp: float | None
    why_none: tuple[Explanation, ...]

    @property
    def leaves_more_unmet(self) -> bool:
        """Whether its plan leaves more people without a room than the saved plan."""
        return (self.unmet_contacts or 0.0) > self._allowed

    @property
    def is_impossible(self) -> bool:
        """Whether it is proved that no plan with the order gives everybody a room whom the saved plan gives one."""
        return self.status == "infeasible" or (self.unmet_bound_contacts or 0.0) > self._allowed

    @property
    def confirms(self) -> bool:
        """Whether the first answer stands: the same verdict, and the same cost to within a thousand pounds."""
        if self.answer.after is None:
            return self.plan is None or self.leaves_more_unmet
        if self.plan is None or self.npv_cost_gbp is None or self.leaves_more_unmet:
            return False
        return abs(npv_cost_gbp(self.answer.after) - self.npv_cost_gbp) <= _CONFIRMED_GBP

    @property
    def _allowed(self) -> float:
        return unmet_contacts(self.answer.saved) + UNMET_TOLERANCE_CONTACTS


def proof_of(
    answer: Answer,
    plan: Plan | None,
    stages: Sequence[StageResult],
    status: str,
    explanations: Sequence[Explanation],
) -> Proof:
    """The proof that a complete solve gives."""
    by_name = {stage.name: stage for stage in stages}
    unmet, cost = by_name.get("unmet_demand"), by_name.get("npv_cost")
    return Proof(
        answer=answer,
        plan=plan,
        status=status,
        unmet_contacts=None if unmet is None else unmet.value,
        unmet_bound_contacts=None if unmet is None else unmet.bound,
        npv_cost_gbp=None if plan is None else npv_cost_gbp(plan),
        npv_bound_gbp=None if cost is None else cost.bound,
        why_none=tuple(explanations),
    )


def proof_words(proof: Proof) -> Iterator[Explanation]:
    """What is proved, in words."""
    if proof.plan is None:
        yield _no_plan(proof)
        yield from (one for one in proof.why_none if one.headline)
    elif proof.leaves_more_unmet:
        yield _unmet(proof)
    else:
        yield _best(proof)
        yield _beside_first(proof)


def _no_plan(proof: Proof) -> Explanation:
    said = (
        "Proved: no plan follows all rules with it."
        if proof.status == "infeasible"
        else "Not proved: no plan with it was found within the limits, and none is proven impossible."
    )
    return tell("estates.test.no_plan", said, {"plans": 0}, headline=True)


def _unmet(proof: Proof) -> Explanation:
    how = "Proved: whatever else is changed," if proof.is_impossible else "Not proved, but in the best plan found"
    more = (proof.unmet_contacts or 0.0) - unmet_contacts(proof.answer.saved)
    return tell(
        "estates.test.unmet",
        f"{how} {{more:count}} contacts more would have no room over the plan.",
        {"more": more, "bound": proof.unmet_bound_contacts or 0.0},
        rule="E-01",
        headline=True,
    )


def _best(proof: Proof) -> Explanation:
    assert proof.npv_cost_gbp is not None, "a plan has a cost"
    saved = npv_cost_gbp(proof.answer.saved)
    gap = None if proof.npv_bound_gbp is None else max(0.0, proof.npv_cost_gbp - proof.npv_bound_gbp)
    distance = "how far it is from the best is not known" if gap is None else "at most {gap:gbp} better exists"
    if gap == 0:
        distance = "proven best"
    change = proof.npv_cost_gbp - saved
    return tell(
        "estates.test.proved",
        ("Not proved: the best plan found" if gap is None else "Proved: the best plan")
        + " with it costs the ICB {cost:gbp} at present value ("
        + distance
        + "), {change:gbp} "
        f"{side_words(change)} than the saved plan.",
        {"cost": proof.npv_cost_gbp, "change": abs(change), **({} if gap is None else {"gap": gap})},
        rule="E-29",
        headline=True,
    )


def _beside_first(proof: Proof) -> Explanation:
    assert proof.plan is not None, "asked only of a plan"
    answer, first = proof.answer, proof.answer.after
    if first is None:
        changed = _otherwise(answer, answer.saved, proof.plan)
        return tell("estates.test.replaced", "The first answer was no, with all else kept: it can be done if this is "
                    "changed too: {changed}.", {"suites": len(changed)}, headline=True,
                    names={"changed": list_words(changed, most=8) or "patients' ways only"})  # fmt: skip
    if proof.confirms:
        return tell("estates.test.confirmed", "The first answer is confirmed.", {"suites": 0}, headline=True)
    changed = _otherwise(answer, first, proof.plan)
    gap = npv_cost_gbp(first) - (proof.npv_cost_gbp or 0.0)
    return tell(
        "estates.test.replaced",
        "The first answer is replaced by one {gap:gbp} " + ("cheaper" if gap >= 0 else "dearer") + ", in which "
        "{changed} is dealt with otherwise.",
        {"gap": abs(gap), "suites": len(changed)},
        headline=True,
        names={"changed": list_words(changed, most=8) or "no suite"},
    )


def _otherwise(answer: Answer, one: Plan, other: Plan) -> list[str]:
    """Suites that two plans deal with otherwise, but for those of the order, with the day in the second."""
    found: list[str] = []
    for suite in one.instance.suites:
        if suite.suite_id in answer.order.dates or one.option(suite) == other.option(suite):
            continue
        date = other.option(suite).date
        when = "kept as it is" if date is None else f"{other.option(suite).use.replace('_', ' ')} {day_words(date)}"
        found.append(f"{full_name(answer, suite.suite_id)} ({when})")
    return found
