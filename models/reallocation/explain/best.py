"""The best that can be reached, and what would lift it: without each rule, in later years, with more growth."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from models.reallocation.explain.gap import is_proven_least
from models.reallocation.explain.precheck import straight_growth_words
from models.reallocation.explain.what_if import best_of, with_more_growth, with_more_years
from models.reallocation.instance import Instance
from models.reallocation.method.loaded import Best, LoadedModel
from models.reallocation.method.loosen import LOOSENINGS
from models.reallocation.rules import RULES
from models.reallocation.settings import CLOSED_GBP
from models.reallocation.words import Number, listed, tell, worth_telling_gbp
from models.shared.problem import Explanation
from solvers.types import StageResult, Watch

_MOST_YEARS = 10
_MOST_POINTS = 6
_CENTIPOINTS = 10_000
_RULE_NAMES = {rule.id: rule.name.replace("_", " ").replace("chc", "CHC") for rule in RULES}


def best_sentences(
    loaded: LoadedModel, stages: tuple[StageResult, ...], without_rules: frozenset[str], watch: Watch
) -> list[Explanation]:
    """The page, as far as the watch lets it be worked out; with or without a plan."""
    instance, now = loaded.instance, loaded.best({})
    found = [_as_they_are(instance, now, stages)]
    steps: tuple[Callable[[], list[Explanation]], ...] = (
        lambda: _without_each(loaded, now),
        lambda: [_without_any(loaded)],
        lambda: _first_year(instance, now, without_rules, watch),
        lambda: _by_one_rule(loaded, now, "R-03", "cap"),
        lambda: _by_one_rule(loaded, now, "R-02", "cut"),
        lambda: _by_growth(instance, now, without_rules, watch),
    )
    for step in steps:
        if watch.cancelled():
            break
        found += step()
    return found


def is_closed(instance: Instance, best: Best | None) -> bool:
    """Whether what is left of the gap is what whole pounds leave."""
    return best is not None and best.final_year_gap_gbp <= _closed_gbp(instance)


def _closed_gbp(instance: Instance) -> float:
    return CLOSED_GBP * len(instance.place_lines)


def _forecast_over_need_gbp(instance: Instance, year: int) -> float:
    """By how much the forecast cost of continuing healthcare stands over its need, over all places."""
    forecasts = {key: instance.chc_forecast_of(key) for key in instance.place_lines}
    over = [costs[year] - instance.need_gbp(key, year) for key, costs in forecasts.items() if costs is not None]
    return float(sum(gbp for gbp in over if gbp > 0))


def _as_they_are(instance: Instance, now: Best | None, stages: tuple[StageResult, ...]) -> Explanation:
    numbers: dict[str, Number] = {"final_year": instance.year_names[-1]}
    if now is None:
        return tell("best-rules", "With the rules as they are there is no plan.", numbers, where="repairs.csv")
    numbers["gap_gbp"] = round(now.final_year_gap_gbp)
    template = "With the rules as they are the least gap in {final_year} is {gap_gbp:gbp}"
    if instance.settings.aim == "least_disruption":
        template += ", peak growth no higher than this plan's"
    bound = next((stage.bound for stage in stages if stage.name == "final_year_gap"), None)
    if bound is not None and is_proven_least(instance, stages):
        numbers["bound_gbp"] = round(bound)
        template += "; proven, no plan leaves less than {bound_gbp:gbp}"
    return tell("best-rules", f"{template}.", numbers, where="run.json: stages")


def _without_each(loaded: LoadedModel, now: Best | None) -> list[Explanation]:
    """Every rule that may be left out, by itself; those that change nothing in one sentence."""
    instance, least = loaded.instance, worth_telling_gbp(loaded.instance)
    found: list[Explanation] = []
    idle: list[str] = []
    for rule in sorted({limit.rule for limit in loaded.limits.values()} & set(LOOSENINGS)):
        best = loaded.best({}, [row for row, limit in loaded.limits.items() if limit.rule == rule])
        alike = (best is None) == (now is None)
        if alike and (best is None or now is None or abs(best.final_year_gap_gbp - now.final_year_gap_gbp) < least):
            idle.append(rule)
            continue
        numbers: dict[str, Number] = {"final_year": instance.year_names[-1]}
        template = "Without {rule} ({name}) alone there is no plan."
        if best is not None:
            numbers["gap_gbp"] = round(best.final_year_gap_gbp)
            template = "Without {rule} ({name}) alone the {final_year} gap is {gap_gbp:gbp}."
        told = {"rule": rule, "name": _RULE_NAMES[rule]}
        found.append(tell(f"best-without-{rule}", template, numbers, rule=rule, headline=now is None, names=told))
    if idle:
        what = "there is still no plan" if now is None else "the gap stays as it is"
        template = f"Without any one of {{rules}} alone {what}."
        found.append(tell("best-idle", template, {}, names={"rules": listed(idle)}))
    soft = [row for row, limit in loaded.limits.items() if limit.rule in instance.soft_order]
    return [*found, *_without_soft(loaded, soft)]


def _without_soft(loaded: LoadedModel, rows: list[int]) -> list[Explanation]:
    best = loaded.best({}, rows) if rows else None
    if best is None:
        return []
    numbers: dict[str, Number] = {
        "final_year": loaded.instance.year_names[-1],
        "gap_gbp": round(best.final_year_gap_gbp),
    }
    return [tell("best-no-soft", "With all soft rules off the {final_year} gap is {gap_gbp:gbp}.", numbers)]


def _without_any(loaded: LoadedModel) -> Explanation:
    """The least gap any plan could reach with this money: every rule off but the money and what is defined."""
    rows = [row for row, limit in loaded.limits.items() if limit.rule in LOOSENINGS]
    best = loaded.best({}, rows)
    numbers: dict[str, Number] = {"final_year": loaded.instance.year_names[-1]}
    if best is None:
        return tell("best-any", "Not even with every rule off is there a plan: the money does not reach.", numbers)
    numbers["gap_gbp"] = round(best.final_year_gap_gbp)
    return tell("best-any", "With no rule but the money, any plan's least gap in {final_year} is {gap_gbp:gbp}.",
                numbers)  # fmt: skip


def _first_year(
    instance: Instance, now: Best | None, without_rules: frozenset[str], watch: Watch
) -> list[Explanation]:
    """The first year in which need could be met, all rules kept and the last year's terms going on.

    A year in which the forecast of continuing healthcare alone stands over its need is not solved: none can.
    """
    if is_closed(instance, now) or instance.settings.line_need_basis == "pounds":
        return []  # need in pounds is not known for later years
    least: tuple[float, str] | None = None
    gentle = instance.settings.aim == "least_disruption" and now is not None
    told = {"terms": "the last year's terms" + (" and this plan's peak growth" if gentle else "")}
    longest = with_more_years(instance, max(_MOST_YEARS, instance.horizon))
    for years in range(instance.horizon + 1, _MOST_YEARS + 1):
        if watch.cancelled():
            return []
        if "R-05" not in without_rules and _forecast_over_need_gbp(longest, years) > _closed_gbp(instance):
            continue
        longer = with_more_years(instance, years)
        best = best_of(longer, without_rules)
        if is_closed(longer, best):
            numbers: dict[str, Number] = {"year": longer.year_names[-1], "years": years}
            template = "With {terms} going on, need could be met first in {year}, year {years}."
            return [tell("best-year", template, numbers, headline=now is not None, names=told)]
        if best is not None and (least is None or best.final_year_gap_gbp < least[0]):
            least = (best.final_year_gap_gbp, longer.year_names[-1])
    numbers = {"years": _MOST_YEARS}
    template = "With {terms} going on, need is not met within {years} years"
    over = _forecast_over_need_gbp(longest, longest.horizon)
    if least is None and over > _closed_gbp(instance):
        numbers |= {"over_gbp": round(over), "last_year": longest.year_names[-1]}
        template += ": forecast continuing healthcare alone is {over_gbp:gbp} over need in {last_year}"
    if least is not None:
        if now is not None:
            least = min(least, (now.final_year_gap_gbp, instance.year_names[-1]))
        numbers |= {"gap_gbp": round(least[0]), "year": least[1]}
        template += "; the gap is least in {year}, {gap_gbp:gbp}"
    return [tell("best-year", f"{template}.", numbers, headline=now is not None, names=told)]


def _by_one_rule(loaded: LoadedModel, now: Best | None, rule: str, what: str) -> list[Explanation]:
    """The least loosening of one rule for all lines at which the gap closes, by halving."""
    instance = loaded.instance
    rows = [row for row, limit in loaded.limits.items() if limit.rule == rule]
    if is_closed(instance, now) or not rows:
        return []
    loosen = LOOSENINGS[rule].apply

    def closes(centipoints: int) -> bool:
        change = Fraction(centipoints, _CENTIPOINTS)
        return is_closed(instance, loaded.best({row: loosen(instance, loaded.limits[row], change) for row in rows}))

    numbers: dict[str, Number] = {"final_year": instance.year_names[-1]}
    beside, shares, names = straight_growth_words(instance, over_need=what == "cut")
    name = {"cap": "A higher cap", "cut": "A lower floor"}[what]
    numbers |= shares
    if not closes(_CENTIPOINTS):
        template = f"{name} by itself, for all lines, does not close the gap by {{final_year}}{beside}."
        return [tell(f"best-{what}", template, numbers, rule=rule, names=names)]
    low, high = 0, _CENTIPOINTS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if closes(middle) else (middle, high)
    numbers["points"] = high / 100
    template = (
        f"{name} by itself closes the gap by {{final_year}} at {{points:points}} points more for all lines{beside}."
    )
    return [tell(f"best-{what}", template, numbers, rule=rule, names=names)]


def _by_growth(
    instance: Instance, now: Best | None, without_rules: frozenset[str], watch: Watch
) -> list[Explanation]:
    """What more growth alone would do, point by point."""
    if is_closed(instance, now):
        return []
    reached: list[tuple[float, int]] = [] if now is None else [(now.final_year_gap_gbp, 0)]
    for points in range(1, _MOST_POINTS + 1):
        if watch.cancelled():
            return []
        best = best_of(with_more_growth(instance, Fraction(points, 100)), without_rules)
        reached += [] if best is None else [(best.final_year_gap_gbp, points)]
        if is_closed(instance, best):
            break
    numbers: dict[str, Number] = {"final_year": instance.year_names[-1], "most": _MOST_POINTS}
    if not reached:
        template = "More growth, up to {most} points a year, does not by itself make a plan possible."
        return [tell("best-growth", template, numbers, where="years.csv")]
    gap, points = min(reached)
    numbers |= {"gap_gbp": round(gap), "points": points}
    told = {"more": "1 point" if points == 1 else f"{points} points"}
    if points == 0:
        template = "More growth, up to {most} points a year, does not by itself lower the {final_year} gap."
    else:
        template = "More growth by itself does most at {more} more a year: then the gap is {gap_gbp:gbp}."
    return [tell("best-growth", template, numbers, where="years.csv", names=told)]
