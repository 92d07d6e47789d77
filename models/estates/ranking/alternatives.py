"""The plans next best to the best: each differs in what is handed back, not only in when; each is proved next best.

After each plan a row forbids its set of hand-backs; or its set of all changes: which suites go, are offered or
converted, which premises close. All plans leave as little unmet as the best does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.estates.formulation.aims import CONTACT_MINUTES_UNIT, CONTACTS_UNIT
from models.estates.hand_back import Option
from models.estates.loaded import Answer, Cut, LoadedEstate
from models.estates.plan import Plan
from models.shared.problem import SolveOptions
from solvers.types import Values

STAYS = "stays"
Change = tuple[str, str]
"""A suite, conversion or practice and what becomes of it."""
Tell = Callable[[str], None]


def _silent(text: str) -> None:
    del text


@dataclass(frozen=True)
class AlternativePlan:
    """A plan by its place, what becomes of what, and what differs from the plan of the run.

    `travel_minutes` is the mean of one way; `contacts_moved_per_year` are not seen at their usual site. Proved: no
    plan with another set of changes, those before it aside, costs less.
    """

    place: int
    npv_gbp: float
    npv_bound_gbp: float | None
    is_proved: bool
    changes: frozenset[Change]
    dates: tuple[Option, ...]
    more: tuple[Change, ...]
    less: tuple[Change, ...]
    travel_minutes: float | None
    contacts_moved_per_year: float | None

    @property
    def hands_back_as_the_plan(self) -> bool:
        """Whether it hands back what the plan of the run does; other changes may differ."""
        return not any(what == "hand_back" for _, what in (*self.more, *self.less))


def alternatives(
    plan: Plan,
    options: SolveOptions,
    *,
    within_share: float,
    count: int,
    all_changes: bool = False,
    tell: Tell = _silent,
) -> tuple[AlternativePlan, ...]:
    """The best plan and those next to it, in order, at most so many, costing at most so much more than the best."""
    loaded = LoadedEstate(plan.instance, options)
    found: list[AlternativePlan] = []
    cuts: list[Cut] = []
    best = answer = loaded.best()
    own = changes_of_plan(plan)
    while len(found) < count and answer.values is not None and answer.npv_gbp is not None:
        if best.npv_gbp is not None and answer.npv_gbp > best.npv_gbp + within_share * abs(best.npv_gbp):
            break
        found.append(_alternative(loaded, answer, len(found) + 1, own))
        tell(f"plan {len(found)}: £{answer.npv_gbp / 1e6:,.3f}m at net present value")
        cuts.append(_forbid(loaded, answer.values, all_changes))
        assert best.values is not None, "the best was found first"
        if len(found) < count:
            answer = loaded.best_holding(best.values, cuts=cuts)
    return tuple(found)


def changes_of_plan(plan: Plan) -> frozenset[Change]:
    """What changes in a plan."""
    options = [plan.option(suite) for suite in plan.instance.suites]
    suites = [(one.suite_id, _what(one)) for one in options if one.date is not None]
    return frozenset([*suites, *((practice, "closes") for practice in plan.closures)])


def _alternative(loaded: LoadedEstate, answer: Answer, place: int, own: frozenset[Change]) -> AlternativePlan:
    assert answer.values is not None and answer.npv_gbp is not None, "there is a plan"
    chosen, closed = loaded.chosen(answer.values), loaded.closed(answer.values)
    suites = [(suite, _what(option)) for suite, option in chosen.items() if option.date is not None]
    changes = frozenset([*suites, *((practice, "closes") for practice, day in closed.items() if day is not None)])
    gentle = loaded.gentlest(loaded.taken(answer.values), answer.values)
    contacts, years = loaded.travelling_contacts, sum(period.weight for period in loaded.instance.periods)
    return AlternativePlan(
        place=place,
        npv_gbp=answer.npv_gbp,
        npv_bound_gbp=answer.npv_bound_gbp,
        is_proved=answer.is_proved,
        changes=changes,
        dates=tuple(option for option in chosen.values() if option.date is not None),
        more=tuple(sorted(changes - own)),
        less=tuple(sorted(own - changes)),
        travel_minutes=None if gentle is None or not contacts else gentle[0] * CONTACT_MINUTES_UNIT / contacts,
        contacts_moved_per_year=None if gentle is None or not years else gentle[1] * CONTACTS_UNIT / years,
    )


def _what(option: Option) -> str:
    if option.date is None:
        return STAYS
    return option.conversion.conversion_id if option.conversion is not None else option.use


def _forbid(loaded: LoadedEstate, values: Values, all_changes: bool) -> Cut:
    """The row that forbids a solution's set of changes, on whatever days: one decision must be of another kind."""
    groups: list[list[int]] = []
    for ways in loaded.ways.values():
        taken = next(_kind(option, all_changes) for option, column in ways if values[column] > 0.5)
        groups.append([column for option, column in ways if _kind(option, all_changes) == taken])
    for closings in loaded.closings.values() if all_changes else ():
        closes = next((day is not None for day, column in closings if values[column] > 0.5), False)
        groups.append([column for day, column in closings if (day is not None) == closes])
    return Cut({column: -1.0 for group in groups for column in group}, 1.0 - len(groups))


def _kind(option: Option, all_changes: bool) -> str:
    return _what(option) if all_changes or option.is_hand_back else STAYS
