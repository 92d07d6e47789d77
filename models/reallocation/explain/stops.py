"""What stops us: every binding rule with what loosening it by one point would buy, found by solving again."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from models.reallocation.explain.what_if import best_of, with_more_growth
from models.reallocation.formulation import limits_of
from models.reallocation.method.loaded import Best, LoadedModel, load
from models.reallocation.method.loosen import LOOSENINGS, Group, change_words, group_named, group_of
from models.reallocation.plan import Plan
from models.reallocation.words import Number, tell, worth_telling_gbp
from models.shared.problem import Explanation
from solvers.types import Watch

_POINT = Fraction(1, 100)
_HEADLINES = 3


@dataclass(frozen=True)
class _Gain:
    """What the gap would be with a point more, and by how much it would fall without the rule at all."""

    group: Group
    best: Best
    dropped_gbp: float


def stop_sentences(plan: Plan, without_rules: frozenset[str], watch: Watch) -> list[Explanation]:
    """The binding rules, first the one whose point buys most; then what more money would do."""
    limits = limits_of(plan.instance, without_rules)
    loaded = load(plan.instance, limits)
    now = loaded.best({})
    if now is None or watch.cancelled():
        return []
    gains = [
        gain for group in _binding(plan, without_rules) if (gain := _gain(loaded, group, now, watch)) is not None
    ]
    gains.sort(key=lambda gain: (round(gain.best.final_year_gap_gbp), -round(gain.dropped_gbp), gain.group))
    found = [_sentence(plan, rank, gain, now) for rank, gain in enumerate(gains, start=1)]
    if not any(sentence.headline for sentence in found):
        found.append(_nothing_stops(plan, now))
    return [*found, *_more_money(plan, without_rules, now)]


def _nothing_stops(plan: Plan, now: Best) -> Explanation:
    instance = plan.instance
    numbers: dict[str, Number] = {"final_year": instance.year_names[-1], "points": 1}
    if now.final_year_gap_gbp < worth_telling_gbp(instance):
        template = "Nothing stops us: the gap is closed in {final_year} under every rule."
    else:
        template = "No rule loosened by {points} point by itself lowers the {final_year} gap."
    return tell("stops", template, numbers, where="rules.csv", headline=True)


def _binding(plan: Plan, without_rules: frozenset[str]) -> list[Group]:
    groups = {
        group_named(str(row["rule"]), str(row["scope"]))
        for row in plan.tables()["rules"]
        if row["status"] == "binding"
    }
    return sorted(group for group in groups if group.rule in LOOSENINGS and group.rule not in without_rules)


def _gain(loaded: LoadedModel, group: Group, now: Best, watch: Watch) -> _Gain | None:
    if watch.cancelled():
        return None
    loosen = LOOSENINGS[group.rule].apply
    rows = [row for row, limit in loaded.limits.items() if group_of(limit) == group]
    best = loaded.best(
        {row: loosen(loaded.instance, loaded.limits[row], LOOSENINGS[group.rule].unit_change) for row in rows}
    )
    without = loaded.best({}, rows)
    if best is None or without is None:
        return None
    return _Gain(group, best, now.final_year_gap_gbp - without.final_year_gap_gbp)


def _sentence(plan: Plan, rank: int, gain: _Gain, now: Best) -> Explanation:
    instance, group = plan.instance, gain.group
    bought = now.final_year_gap_gbp - gain.best.final_year_gap_gbp
    words = change_words(instance, group, LOOSENINGS[group.rule].unit_change)
    numbers: dict[str, Number] = {"points": 1, "final_year": instance.year_names[-1]}
    numbers |= {"bought_gbp": round(abs(bought)), "dropped_gbp": round(abs(gain.dropped_gbp))}
    told = {"words": words}
    where = f"rules.csv: {group.rule}, {group.scope}"
    if abs(bought) < worth_telling_gbp(instance):
        template = "If we {words}, the {final_year} gap stays"
    else:
        template = (
            f"If we {{words}}, the {{final_year}} gap {'falls' if bought > 0 else 'rises'} by {{bought_gbp:gbp}}"
        )
    if abs(gain.dropped_gbp) < worth_telling_gbp(instance):
        template += ", and it would without the rule too" if abs(bought) < worth_telling_gbp(instance) else ""
    else:
        template += f" (without the rule it {'falls' if gain.dropped_gbp > 0 else 'rises'} by {{dropped_gbp:gbp}})"
    template += "."
    headline = rank <= _HEADLINES and bought >= worth_telling_gbp(instance)
    return tell(f"stop-{rank}", template, numbers, rule=group.rule, where=where, headline=headline, names=told)


def _more_money(plan: Plan, without_rules: frozenset[str], now: Best) -> list[Explanation]:
    """One point more growth, all rules as they are: under a fixed cap it can widen the gap, for need grows too."""
    instance = plan.instance
    best = best_of(with_more_growth(instance, _POINT), without_rules)
    numbers: dict[str, Number] = {"points": 1, "final_year": instance.year_names[-1]}
    if best is None:
        template = "With {points} point more growth a year no plan keeps every rule."
        return [tell("more-growth", template, numbers, rule="R-01", where="years.csv")]
    change = best.final_year_gap_gbp - now.final_year_gap_gbp
    numbers["change_gbp"] = abs(round(change))
    if abs(change) < worth_telling_gbp(instance):
        template = "{points} point more growth a year leaves the {final_year} gap as it is."
        return [tell("more-growth", template, numbers, rule="R-01", where="years.csv")]
    if change < 0:
        template = "{points} point more growth a year lowers the {final_year} gap by {change_gbp:gbp}."
    else:
        template = (
            "{points} point more growth a year widens the {final_year} gap by {change_gbp:gbp}: need is a share of "
            "the money and grows with it, while the rules above hold growth where it is."
        )
    return [tell("more-growth", template, numbers, rule="R-01", where="years.csv", headline=change > 0)]
