"""The ranking: what each hand-back saves on its own, exactly for the best; its worth to the plan; and pairs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from models.estates.cash import CashBook
from models.estates.formulation.aims import CONTACT_MINUTES_UNIT, CONTACTS_UNIT
from models.estates.formulation.choices import suite_choices
from models.estates.formulation.obstacles import OF_OTHERS, OF_USE
from models.estates.hand_back import Option
from models.estates.loaded import NO_CONTACTS, Answer, Bounds, LoadedEstate
from models.estates.plan import Plan
from models.estates.ranking.candidates import (
    Candidate,
    RefusedSuite,
    candidates,
    refused_suites,
    what_is_short,
)
from models.estates.ranking.confirming import Confirmation, Confirmer
from models.estates.rules import id_and_name
from models.estates.savings import payback_months, saving_of
from models.shared.problem import SolveOptions
from solvers.types import Values

SEVERAL = "several rules together"
"""What keeps a hand-back from being fitted in where leaving out no single rule is enough."""
Tell = Callable[[str], None]


def _silent(text: str) -> None:
    del text


@dataclass(frozen=True)
class Ranked:
    """One hand-back. What is exact is None where only the bound was worked out.

    `exact_gbp` is what it saves at net present value if nothing else changes; `binding` the rule that keeps it from
    being fitted in, empty where it fits. `to_plan_gbp`: for what is in the plan, what the best plan without it costs
    more; for what is not, what the best plan with it costs more (below nothing: the saved plan was not the best).
    """

    candidate: Candidate
    in_plan: bool
    date: dt.date | None = None
    exact_gbp: float | None = None
    is_proved: bool = False
    one_off_gbp: int | None = None
    payback_months: float | None = None
    contacts_moved_per_year: float | None = None
    added_minutes: float | None = None
    to_plan_gbp: float | None = None
    to_plan_proved: bool = False
    binding: str = ""
    options: tuple[Option, ...] = ()

    @property
    def is_exact(self) -> bool:
        return self.exact_gbp is not None


@dataclass(frozen=True)
class Pair:
    """Two hand-backs together, nothing else being changed; None where they do not fit together."""

    first: str
    second: str
    exact_gbp: float | None
    is_proved: bool


class Ranker:
    """One loaded estate, and today's estate in it to be measured against."""

    def __init__(self, plan: Plan, options: SolveOptions) -> None:
        self.plan, self.instance, self._options = plan, plan.instance, options
        self.loaded = LoadedEstate(self.instance, options)
        self.today = self.loaded.best(self._all_as_today(()))
        self._book = CashBook(self.instance)
        self._years = sum(period.weight for period in self.instance.periods)
        self._gentle_today: tuple[float, float] | None = None
        self._freed: dict[str, Ranker] = {}

    def candidates(self) -> tuple[Candidate, ...]:
        return candidates(self.instance, suite_choices(self.instance, self._options.without_rules))

    def refused(self) -> tuple[RefusedSuite, ...]:
        return refused_suites(self.instance)

    def by_bound(self, candidate: Candidate) -> Ranked:
        """A hand-back with its bound only."""
        return Ranked(candidate, all(suite in self.plan.hand_backs for suite in candidate.suites))

    def exact(self, candidate: Candidate) -> Ranked:
        """A hand-back on its own, all days free, exactly."""
        ranked = self.by_bound(candidate)
        answer = self._alone(candidate.suites)
        if answer.values is None or answer.npv_gbp is None or self.today.npv_gbp is None:
            return replace(ranked, binding=self._what_binds(candidate.suites))
        chosen = self.loaded.chosen(answer.values)
        options = tuple(chosen[suite] for suite in candidate.suites)
        one_off, yearly = self._one_off_and_yearly(options)
        moved, added = self._travel(answer.values)
        return replace(
            ranked,
            date=max(option.date for option in options if option.date is not None),
            exact_gbp=self.today.npv_gbp - answer.npv_gbp,
            is_proved=answer.is_proved and self.today.is_proved,
            one_off_gbp=one_off,
            payback_months=payback_months(one_off, yearly),
            contacts_moved_per_year=moved,
            added_minutes=added,
            options=options,
        )

    def beside_plan(self, ranked: Sequence[Ranked]) -> tuple[Ranked, ...]:
        """The same with what each is worth to the best plan, or costs it."""
        best = self.loaded.best()
        return tuple(self._beside(one, best) for one in ranked)

    def pair(self, first: Ranked, second: Ranked) -> Pair:
        """Two hand-backs together: on their own best days if they fit, else on the best days for both."""
        names = (first.candidate.name, second.candidate.name)
        suites = tuple(dict.fromkeys([*first.candidate.suites, *second.candidate.suites]))
        if self.today.npv_gbp is None or self.today.values is None:
            return Pair(*names, None, is_proved=False)
        if first.candidate.site_id != second.candidate.site_id:
            answer = self.loaded.fixed(self._just({o.suite_id: o for o in (*first.options, *second.options)}))
            if self._leaves_no_more(answer) and answer.npv_gbp is not None:
                together = self.today.npv_gbp - answer.npv_gbp
                best = together >= (first.exact_gbp or 0.0) + (second.exact_gbp or 0.0) - 1.0
                if best:  # both on their own best days: no pair of days can be better
                    return Pair(*names, together, first.is_proved and second.is_proved)
        answer = self._alone(suites)
        saved = None if answer.npv_gbp is None else self.today.npv_gbp - answer.npv_gbp
        return Pair(*names, saved, answer.is_proved)

    # -- working --------------------------------------------------------------------------------------------------

    def _alone(self, going: Sequence[str]) -> Answer:
        if self.today.values is None:
            return Answer("infeasible")
        return self.loaded.best_holding(self.today.values, self._all_as_today(going))

    def _what_binds(self, going: Sequence[str]) -> str:
        """The rule that keeps a hand-back from being fitted in: the first without which it fits."""
        short = what_is_short(self.instance, going)
        if short:
            return id_and_name(short)
        for rule in (*OF_USE, *OF_OTHERS):
            if self._without(rule)._alone(going).has_plan:
                return id_and_name(rule)
        return SEVERAL

    def _without(self, rule: str) -> Ranker:
        """The same with a rule left out; kept, for several hand-backs may ask."""
        if rule not in self._freed:
            options = replace(self._options, without_rules=self._options.without_rules | {rule})
            self._freed[rule] = Ranker(self.plan, options)
        return self._freed[rule]

    def _all_as_today(self, going: Sequence[str]) -> Bounds:
        """Some suites go, their building only with its core suite; everything else stays if no order forbids."""
        bounds: dict[int, tuple[float, float]] = {}
        if self.loaded.impossible:
            return bounds
        cores = {site.site_id: site.core_suite for site in self.instance.sites}
        for suite in self.instance.suites:
            goes, closes = suite.suite_id in going, cores[suite.site_id] in going
            allowed = [
                (o, c) for o, c in self.loaded.ways[suite.suite_id]
                if (o.is_hand_back if goes else o.date is None) and (o.core_date is not None) == closes
            ]  # fmt: skip
            ways = {c for _, c in self.loaded.ways[suite.suite_id]}
            if goes or allowed:
                bounds |= dict.fromkeys(sorted(ways - {c for _, c in allowed}), (0.0, 0.0))
        for closings in self.loaded.closings.values():
            if any(day is None for day, _ in closings):
                bounds |= {column: (0.0, 0.0) for day, column in closings if day is not None}
        return bounds

    def _just(self, going: dict[str, Option]) -> list[int]:
        """The columns of today's estate with some suites gone."""
        assert self.today.values is not None, "there is a today to be measured against"
        taken = self.loaded.taken(self.today.values)
        replaced = {c for suite in going for _, c in self.loaded.ways[suite]}
        own = [c for suite, wanted in going.items() for option, c in self.loaded.ways[suite] if option == wanted]
        return sorted([*(taken - replaced), *own])

    def _leaves_no_more(self, answer: Answer) -> bool:
        today = self.today.unmet_contacts
        return (
            answer.unmet_contacts is not None and today is not None and answer.unmet_contacts <= today + NO_CONTACTS
        )

    def _one_off_and_yearly(self, options: Sequence[Option]) -> tuple[int, int]:
        savings = [
            saving_of(self.instance, self._book, self.instance.suite(option.suite_id), option) for option in options
        ]
        return sum(one.one_off_gbp for one in savings), sum(one.saved_gbp_per_year for one in savings)

    def _travel(self, values: Values) -> tuple[float | None, float | None]:
        """Contacts a year that move, and the minutes one way that each of them has more on average."""
        assert self.today.values is not None, "there is a today to be measured against"
        if self._gentle_today is None:
            self._gentle_today = self.loaded.gentlest(self.loaded.taken(self.today.values), self.today.values)
        after = self.loaded.gentlest(self.loaded.taken(values), values)
        if self._gentle_today is None or after is None:
            return None, None
        moved = max(0.0, after[1] - self._gentle_today[1]) * CONTACTS_UNIT
        minutes = max(0.0, after[0] - self._gentle_today[0]) * CONTACT_MINUTES_UNIT
        return moved / self._years, minutes / moved if moved > 1.0 else 0.0

    def _beside(self, one: Ranked, best: Answer) -> Ranked:
        if best.values is None or best.npv_gbp is None:
            return one
        bounds: dict[int, tuple[float, float]] = {}
        for suite in one.candidate.suites:
            for option, column in self.loaded.ways[suite]:
                if option.is_hand_back == one.in_plan:
                    bounds[column] = (0.0, 0.0)
        answer = self.loaded.best_holding(best.values, bounds)
        if answer.npv_gbp is None:
            return one
        proved = answer.is_proved and best.is_proved
        return replace(one, to_plan_gbp=answer.npv_gbp - best.npv_gbp, to_plan_proved=proved)


@dataclass(frozen=True)
class Ranking:
    """All hand-backs: those worked out exactly first, by what they save; then the others by bound."""

    ranked: tuple[Ranked, ...]
    refused: tuple[RefusedSuite, ...]
    pairs: tuple[Pair, ...]
    confirmations: tuple[Confirmation, ...]
    today_npv_gbp: float | None


def rank(
    plan: Plan, options: SolveOptions, *, exact: int, pairs: bool, confirm: int, tell: Tell = _silent
) -> Ranking:
    """Rank every single hand-back, the best `exact` of them exactly; pairs among those; `confirm` from scratch."""
    ranker = Ranker(plan, options)
    found = ranker.candidates()
    tell(f"{len(found)} hand-backs by bound; the best {min(exact, len(found))} exactly")
    first = [ranker.exact(candidate) for candidate in found[:exact]]
    tell("what each is worth to the plan")
    known = sorted(ranker.beside_plan(first), key=_by_saving)
    rest = [ranker.by_bound(candidate) for candidate in found[exact:]]
    fitting = [one for one in known if one.is_exact]
    together = [_pair(ranker, a, b, tell) for a, b in _pairs(fitting)] if pairs else []
    together.sort(key=lambda pair: (pair.exact_gbp is None, -(pair.exact_gbp or 0.0), pair.first, pair.second))
    confirmer = Confirmer(plan.instance, options) if fitting and confirm else None
    confirmed = [_confirmed(confirmer, one, tell) for one in fitting[:confirm]] if confirmer else []
    return Ranking(
        (*known, *rest), ranker.refused(), tuple(together), tuple(confirmed), ranker.today.npv_gbp
    )  # fmt: skip


def _by_saving(one: Ranked) -> tuple[bool, float, str]:
    return (one.exact_gbp is None, -(one.exact_gbp or 0.0), one.candidate.name)


def _pairs(fitting: Sequence[Ranked]) -> list[tuple[Ranked, Ranked]]:
    """Pairs of which neither holds the other."""
    return [
        (a, b)
        for a, b in combinations(fitting, 2)
        if not set(a.candidate.suites) <= set(b.candidate.suites)
        and not set(b.candidate.suites) <= set(a.candidate.suites)
    ]


def _pair(ranker: Ranker, first: Ranked, second: Ranked, tell: Tell) -> Pair:
    tell(f"{first.candidate.name} with {second.candidate.name}")
    return ranker.pair(first, second)


def _confirmed(confirmer: Confirmer, one: Ranked, tell: Tell) -> Confirmation:
    tell(f"{one.candidate.name} again, from scratch")
    alone = confirmer.on_its_own_gbp(one.candidate)
    to_plan = confirmer.to_plan_gbp(one.candidate, one.in_plan)
    return Confirmation(one.candidate.name, one.exact_gbp or 0.0, alone, one.to_plan_gbp, to_plan)
