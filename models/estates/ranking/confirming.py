"""A hand-back worked out again from scratch: complete optimisations of new models, nothing kept from the ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.estates.formulation.aims import CONTACTS_UNIT, GBP_UNIT
from models.estates.formulation.catalogue import build_model
from models.estates.formulation.choices import SuiteChoice, suite_choices
from models.estates.formulation.network import build_network
from models.estates.instance import EstatesInstance
from models.estates.loaded import NO_CONTACTS
from models.estates.method.stages import Stager
from models.estates.ranking.candidates import Candidate
from models.shared.problem import SolveOptions
from solvers.stages import Deadline
from solvers.types import Unwatched


@dataclass(frozen=True)
class Confirmation:
    """What a hand-back saves on its own, and what it is worth to the plan (or costs it), each worked out twice.

    None: there is no plan that leaves as little unmet.
    """

    name: str
    ranked_gbp: float
    confirmed_gbp: float | None
    ranked_to_plan_gbp: float | None
    confirmed_to_plan_gbp: float | None


@dataclass(frozen=True)
class _Solved:
    """The least unmet demand of some choices, and the least cost at that."""

    unmet_contacts: float
    cost_gbp: float


class Confirmer:
    """Works out hand-backs by the stages of unmet demand and cost as a plan is solved, each in a model of its own."""

    def __init__(self, instance: EstatesInstance, options: SolveOptions) -> None:
        self._instance, self._options = instance, options
        self._today = self._ordered(())
        self._best = self._solved(instance, self._choices(instance))

    def on_its_own_gbp(self, candidate: Candidate) -> float | None:
        """What it saves if nothing else changes."""
        return _less(self._today, self._ordered(candidate.suites))

    def to_plan_gbp(self, candidate: Candidate, in_plan: bool) -> float | None:
        """What the best plan costs more without it where it is in the plan, else with it; all else is open."""
        choices = tuple(
            _only(choice, gone=not in_plan) if choice.suite_id in candidate.suites else choice
            for choice in self._choices(self._instance)
        )
        return _less(self._solved(self._instance, choices), self._best)

    def _ordered(self, going: Sequence[str]) -> _Solved | None:
        """The best with some hand-backs ordered and every other change forbidden."""
        suites = tuple(
            replace(suite, instruction="hand_back", instruction_date=None, open_space_from=None)
            if suite.suite_id in going
            else replace(
                suite, instruction="keep" if suite.instruction == "free" else suite.instruction, open_space_from=None
            )
            for suite in self._instance.suites
        )
        premises = tuple(
            replace(one, instruction="keep" if one.instruction == "free" else one.instruction)
            for one in self._instance.premises
        )
        ordered = replace(self._instance, suites=suites, conversions=(), premises=premises)
        return self._solved(ordered, self._choices(ordered))

    def _choices(self, instance: EstatesInstance) -> tuple[SuiteChoice, ...]:
        return suite_choices(instance, self._options.without_rules)

    def _solved(self, instance: EstatesInstance, choices: tuple[SuiteChoice, ...]) -> _Solved | None:
        if not all(choice.options for choice in choices):
            return None
        without = self._options.without_rules
        model = build_model(build_network(instance, without), choices, without, with_links=False)
        stager = Stager(model, self._options, Deadline(None), Unwatched())
        least = stager.least_unmet()
        cheapest = None if least.value is None else stager.cheapest()
        if least.value is None or cheapest is None or cheapest.result.value is None:
            return None
        return _Solved(least.value * CONTACTS_UNIT, cheapest.result.value * GBP_UNIT)


def _only(choice: SuiteChoice, *, gone: bool) -> SuiteChoice:
    """The choices of a suite that hand it back, or those that do not."""
    left = [at for at, option in enumerate(choice.options) if option.is_hand_back == gone]
    return replace(
        choice,
        options=tuple(choice.options[at] for at in left),
        costs_gbp=tuple(choice.costs_gbp[at] for at in left),
        projects=tuple(choice.projects[at] for at in left),
    )


def _less(one: _Solved | None, other: _Solved | None) -> float | None:
    """How much more one costs than the other, if both leave as little unmet."""
    if one is None or other is None or abs(one.unmet_contacts - other.unmet_contacts) > NO_CONTACTS:
        return None
    return one.cost_gbp - other.cost_gbp
