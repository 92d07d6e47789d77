"""Regret: what each plan leaves unmet and costs in each future, above the best that could have been done there.

Every future is a model of its own, in which the plan best there is found first; then the decisions of every plan are
fixed in it, and only patients' ways and who pays for works are solved anew. A plan says what is asked for, a future
what comes of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from models.estates.formulation.choices import SuiteChoice, suite_choices
from models.estates.hand_back import Option
from models.estates.instance import EstatesInstance
from models.estates.loaded import NO_CONTACTS, Answer, Bounds, LoadedEstate
from models.estates.plan import Plan
from models.estates.right_size import closes_alike
from models.estates.robustness.futures import Future, delayed, in_future
from models.shared.problem import SolveOptions

NOTHING_CHANGES, SAVED = "nothing_changes", "saved_plan"
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Closing:
    """GP premises and the day they close; None: they stay."""

    practice_id: str
    date: dt.date | None


Decision = Option | Closing


@dataclass(frozen=True)
class RivalPlan:
    """A plan that is compared: what it asks for, and the futures in which it is best."""

    name: str
    decisions: frozenset[Decision]
    best_in: tuple[str, ...]

    @property
    def options(self) -> dict[str, Option]:
        """What it asks for each suite."""
        return {one.suite_id: one for one in self.decisions if isinstance(one, Option)}

    @property
    def hand_backs(self) -> dict[str, Option]:
        """The suites it hands back."""
        return {suite: option for suite, option in sorted(self.options.items()) if option.is_hand_back}


@dataclass(frozen=True)
class Regret:
    """One plan in one future. Numbers are None where the rules cannot hold with the plan there.

    `unmet_above` and `npv_above_gbp` are above the best possible in the future; a plan that leaves more unmet may
    cost less than the best.
    """

    plan: str
    future: str
    unmet_contacts: float | None
    npv_gbp: float | None
    unmet_above: float | None
    npv_above_gbp: float | None

    @property
    def is_possible(self) -> bool:
        return self.npv_gbp is not None

    @property
    def fits(self) -> bool:
        """Whether the plan leaves no more unmet than the best possible."""
        return self.unmet_above is not None and self.unmet_above <= NO_CONTACTS


@dataclass(frozen=True)
class Standing:
    """A plan over all futures. `worst_*`: its maximum regret; of pounds, over the futures in which it fits."""

    plan: str
    impossible_in: tuple[str, ...]
    short_in: tuple[str, ...]
    worst_unmet_above: float
    worst_npv_above_gbp: float
    worst_npv_future: str

    @property
    def order(self) -> tuple[float, ...]:
        """The least comes first: rules that cannot hold, people without a room, then pounds."""
        unmet = self.worst_unmet_above if self.worst_unmet_above > NO_CONTACTS else 0.0
        return (len(self.impossible_in), round(unmet), round(self.worst_npv_above_gbp))


@dataclass(frozen=True)
class BestThere:
    """The best possible in a future; `refused_site` is the building whose hand-backs are refused in it."""

    future: Future
    answer: Answer
    plan: str | None
    refused_site: str | None


@dataclass(frozen=True)
class RegretTable:
    """All plans in all futures; `least` is the plan of least maximum regret."""

    bests: tuple[BestThere, ...]
    plans: tuple[RivalPlan, ...]
    regrets: tuple[Regret, ...]
    standings: tuple[Standing, ...]

    @property
    def least(self) -> Standing:
        return min(self.standings, key=lambda one: (one.order, one.plan))

    def standing(self, plan: str) -> Standing:
        return next(one for one in self.standings if one.plan == plan)

    def of(self, plan: str, future: str) -> Regret:
        return next(one for one in self.regrets if (one.plan, one.future) == (plan, future))


class FutureModel:
    """A future with its model and what the best in it is."""

    def __init__(self, instance: EstatesInstance, future: Future, refused_site: str | None, options: SolveOptions):
        self.future, self.refused_site = future, refused_site
        self.instance = in_future(instance, future)
        self._asked = suite_choices(self.instance)
        choices = self._asked
        if future.late_months is not None:
            choices = tuple(delayed(self.instance, choice, future.late_months) for choice in choices)
        self.loaded = LoadedEstate(self.instance, options, choices=choices)
        self._members = () if refused_site is None else tuple(s.suite_id for s in instance.suites_of(refused_site))
        self.best = self.loaded.best(self._refusals())

    @property
    def decisions(self) -> frozenset[Decision] | None:
        """What the best plan asks for."""
        if self.best.values is None:
            return None
        taken = self.loaded.taken(self.best.values)
        asked = (way for choice in self._asked for way in self._ways_asked(choice))
        closed = self.loaded.closed(self.best.values)
        return frozenset([*(o for o, c in asked if c in taken), *(Closing(p, day) for p, day in closed.items())])

    def evaluate(self, decisions: frozenset[Decision]) -> Answer:
        """What a plan comes to in this future; what it asks of a building that is refused does not happen."""
        if self.loaded.impossible:
            return Answer("infeasible")
        columns = [*self._columns_of_suites(decisions), *self._columns_of_premises(decisions)]
        taken = [column for column in columns if column is not None]
        return self.loaded.fixed(taken) if len(taken) == len(columns) else Answer("infeasible")

    def in_full(self, decisions: frozenset[Decision]) -> frozenset[Decision]:
        """The same decisions, with a word on every premises that may close."""
        told = {one.practice_id for one in decisions if isinstance(one, Closing)}
        silent = () if self.loaded.impossible else [p for p in self.loaded.closings if p not in told]
        return decisions | {Closing(practice, None) for practice in silent}

    def saving_gbp(self, suite: str, decisions: frozenset[Decision]) -> float:
        """What handing back a suite saves a plan, against keeping it; 0 where the plan keeps it."""
        ways = self.loaded.ways[suite]
        kept = next((c for o, c in ways if o.date is None and o.core_date is None), None)
        gone = next((c for o, c in ways if o.is_hand_back and o in decisions), None)
        return 0.0 if kept is None or gone is None else self.loaded.cost_gbp(kept) - self.loaded.cost_gbp(gone)

    def _columns_of_suites(self, decisions: frozenset[Decision]) -> Iterator[int | None]:
        asked = {one.suite_id: one for one in decisions if isinstance(one, Option)}
        refused = any(asked[suite].is_hand_back for suite in self._members)
        for choice in self._asked:
            wanted = asked[choice.suite_id]
            if refused and choice.suite_id in self._members and (wanted.is_hand_back or wanted.core_date is not None):
                wanted = Option(choice.suite_id, None, None)
            ways = self._ways_asked(choice)
            same = [column for option, column in ways if option == wanted]
            like = [column for option, column in ways if self._is_like(option, wanted)]
            yield next(iter([*same, *like]), None)

    def _columns_of_premises(self, decisions: frozenset[Decision]) -> Iterator[int | None]:
        closes = {one.practice_id: one.date for one in decisions if isinstance(one, Closing)}
        periods = self.instance.periods
        for practice, ways in self.loaded.closings.items():
            wanted = closes.get(practice)
            same = [column for day, column in ways if day == wanted]
            like = [column for day, column in ways if closes_alike(day, wanted, periods)]
            yield next(iter([*same, *like]), None)

    def _is_like(self, option: Option, wanted: Option) -> bool:
        """Whether a change of use is the same in every period: of days in between only the cheapest is offered."""
        if (
            wanted.date is None
            or wanted.is_hand_back
            or (option.use, option.conversion) != (wanted.use, wanted.conversion)
        ):
            return False
        return all(option.phase(period) == wanted.phase(period) for period in self.instance.periods)

    def _ways_asked(self, choice: SuiteChoice) -> list[tuple[Option, int]]:
        """What may be asked for a suite, each with its column, whatever comes of it in this future."""
        columns = [column for _, column in self.loaded.ways[choice.suite_id]]
        return list(zip(choice.options, columns, strict=True))

    def _refusals(self) -> Bounds:
        if self.loaded.impossible:
            return {}
        ways = [way for suite in self._members for way in self.loaded.ways[suite]]
        return {column: (0.0, 0.0) for option, column in ways if option.is_hand_back}


def decisions_of(plan: Plan) -> frozenset[Decision]:
    """What a saved plan asks for."""
    options = [plan.option(suite) for suite in plan.instance.suites]
    closings = [Closing(practice, day) for practice, day in plan.closures.items()]
    return frozenset([*options, *closings])


def nothing_changes(instance: EstatesInstance) -> frozenset[Decision]:
    """Today's estate: every suite stays as it is, and all premises."""
    return frozenset(Option(suite.suite_id, None, None) for suite in instance.suites)


def solve_futures(
    instance: EstatesInstance, futures: Sequence[Future], options: SolveOptions, tell: Tell
) -> tuple[FutureModel, ...]:
    """The best in every future; the first is the instance as it stands. `tell` hears of each as it is solved."""
    models: list[FutureModel] = []
    for future in futures:
        refused = None if future.refused_place is None else _refused_site(models[0], future.refused_place)
        models.append(FutureModel(instance, future, refused, options))
        tell(f"{future.title}: best plan {_in_words(models[-1].best)}")
    return tuple(models)


def regret_table(models: Sequence[FutureModel], saved: Plan | None) -> RegretTable:
    """Every plan in every future."""
    plans = _rivals(models, saved)
    answers = {(plan.name, at): model.evaluate(plan.decisions) for at, model in enumerate(models) for plan in plans}
    bests = tuple(_best(model, at, plans, answers) for at, model in enumerate(models))
    regrets = tuple(
        _regret(plan.name, best, answers[plan.name, at]) for plan in plans for at, best in enumerate(bests)
    )
    standings = tuple(_standing(plan.name, [one for one in regrets if one.plan == plan.name]) for plan in plans)
    return RegretTable(bests, plans, regrets, standings)


def _refused_site(as_planned: FutureModel, place: int) -> str | None:
    """The building whose hand-backs save the plan most, or second most, and so on."""
    found: dict[str, float] = {}
    for suite in as_planned.instance.suites if as_planned.decisions is not None else ():
        saving = as_planned.saving_gbp(suite.suite_id, as_planned.decisions or frozenset())
        found[suite.site_id] = found.get(suite.site_id, 0.0) + saving
    dearest = sorted((site for site, saving in found.items() if saving > 0), key=lambda site: (-found[site], site))
    return dearest[place - 1] if place <= len(dearest) else None


def _rivals(models: Sequence[FutureModel], saved: Plan | None) -> tuple[RivalPlan, ...]:
    """The plans best in some future, each once; the saved plan; and today's estate."""
    found: dict[frozenset[Decision], tuple[str, list[str]]] = {}
    if saved is not None:
        found[models[0].in_full(decisions_of(saved))] = (SAVED, [])
    for model in models:
        if model.decisions is not None:
            name = f"best_{model.future.name}"
            found.setdefault(model.decisions, (name, []))[1].append(model.future.name)
    found.setdefault(models[0].in_full(nothing_changes(models[0].instance)), (NOTHING_CHANGES, []))
    return tuple(RivalPlan(name, asked, tuple(best_in)) for asked, (name, best_in) in found.items())


def _best(
    model: FutureModel, at: int, plans: Sequence[RivalPlan], answers: Mapping[tuple[str, int], Answer]
) -> BestThere:
    """The best known there: a plan made for another future may be better than one that is not proved best."""
    own = next((plan.name for plan in plans if plan.decisions == model.decisions), None)
    known = [(answers[plan.name, at], plan.name) for plan in plans]
    best, name = model.best, own
    for answer, plan in known:
        if _is_better(answer, best):
            best, name = replace(answer, status="feasible", npv_bound_gbp=model.best.npv_bound_gbp), plan
    return BestThere(model.future, best, name, model.refused_site)


def _is_better(one: Answer, other: Answer) -> bool:
    if one.npv_gbp is None or one.unmet_contacts is None:
        return False
    if other.npv_gbp is None or other.unmet_contacts is None:
        return True
    if abs(one.unmet_contacts - other.unmet_contacts) > NO_CONTACTS:
        return one.unmet_contacts < other.unmet_contacts
    return one.npv_gbp < other.npv_gbp - max(1.0, 1e-5 * abs(other.npv_gbp))


def _regret(plan: str, best: BestThere, answer: Answer) -> Regret:
    future, least = best.future.name, best.answer
    if (
        answer.npv_gbp is None
        or answer.unmet_contacts is None
        or least.npv_gbp is None
        or least.unmet_contacts is None
    ):
        return Regret(plan, future, None, None, None, None)
    unmet_above = max(0.0, answer.unmet_contacts - least.unmet_contacts)
    return Regret(plan, future, answer.unmet_contacts, answer.npv_gbp, unmet_above, answer.npv_gbp - least.npv_gbp)


def _standing(plan: str, regrets: Sequence[Regret]) -> Standing:
    fitting = list(_fitting(regrets))
    worst = max(fitting, key=lambda item: (item[1], item[0]), default=("", 0.0))
    return Standing(
        plan=plan,
        impossible_in=tuple(one.future for one in regrets if not one.is_possible),
        short_in=tuple(one.future for one in regrets if one.is_possible and not one.fits),
        worst_unmet_above=max((one.unmet_above for one in regrets if one.unmet_above is not None), default=0.0),
        worst_npv_above_gbp=max(worst[1], 0.0),
        worst_npv_future=worst[0],
    )


def _fitting(regrets: Sequence[Regret]) -> Iterator[tuple[str, float]]:
    for one in regrets:
        if one.fits and one.npv_above_gbp is not None:
            yield one.future, one.npv_above_gbp


def _in_words(answer: Answer) -> str:
    if answer.npv_gbp is None or answer.unmet_contacts is None:
        return "none: the rules cannot hold"
    short = f", {answer.unmet_contacts:,.0f} contacts without a room" if answer.unmet_contacts > NO_CONTACTS else ""
    proved = "proved" if answer.is_proved else "not proved"
    return f"costs £{answer.npv_gbp / 1e6:,.2f}m at net present value{short} ({proved})"
