"""What stops us: the binding rules in the order of what loosening each would buy; and what more growth would do."""

from __future__ import annotations

from fractions import Fraction

from models.reallocation.explain.figures import Figures
from models.reallocation.explain.levers import MONEY, Lever, Levers, Multiplier
from models.reallocation.explain.precheck import growth_needed_to_reach_need
from models.reallocation.explain.what_if import load_studied, with_more_growth
from models.reallocation.instance import Instance
from models.reallocation.method.loaded import LoadedModel
from models.reallocation.method.loosen import LOOSENINGS, change_words, scope_name
from models.reallocation.words import Number, gbp_words, listed, tell, worth_telling_gbp
from models.shared.problem import Explanation

STOPS = "What stops us"
"""The section of all that stands in the way; conflicts too, where there is no plan."""

_POINT = Fraction(1, 100)
_CENTIPOINTS = 10_000
_HEADLINES = 5


def stop_sentences(figures: Figures, levers: Levers, without_rules: frozenset[str]) -> list[Explanation]:
    """One sentence for every lever that buys something, one for all that buy nothing, then more growth."""
    instance, least = figures.instance, worth_telling_gbp(figures.instance)
    useful = [lever for lever in levers.ranked if abs(lever.falls_by_gbp) >= least or abs(lever.dropped_gbp) >= least]
    found = [_sentence(instance, rank, lever) for rank, lever in enumerate(useful, start=1)]
    if not any(sentence.headline for sentence in found):
        found.append(_nothing_stops(figures))
    idle = [lever for lever in levers.ranked if lever not in useful]
    found += [_idle(instance, idle)] if idle else []
    found += [
        _multiplier(instance, rank, lever, lever.multiplier)
        for rank, lever in enumerate(useful, start=1)
        if lever.multiplier is not None
    ]
    return [*found, *_more_growth(figures, levers, without_rules)]


def lever_words(instance: Instance, lever: Lever) -> str:
    """What is loosened, in words: let Community grow less (or fall) by 1 point a year."""
    if lever.group.rule == MONEY:
        return f"get {gbp_words(float(lever.change))} more from {lever.group.scope} on"
    return change_words(instance, lever.group, lever.change)


def _sentence(instance: Instance, rank: int, lever: Lever) -> Explanation:
    least, falls, dropped = worth_telling_gbp(instance), lever.falls_by_gbp, lever.dropped_gbp
    is_share = lever.group.rule != MONEY and LOOSENINGS[lever.group.rule].is_share
    numbers: dict[str, Number] = {
        "rank": rank,
        "change": float(lever.change * 100 if is_share else lever.change),
        "final_year": instance.year_names[-1],
        "falls_gbp": abs(falls),
        "dropped_gbp": abs(dropped),
    }
    words = lever_words(instance, lever)
    template = "{rank}. {words}: "
    if abs(falls) < least:
        template += "the gap stays as it is"
    else:
        template += f"{{falls_gbp:gbp}} {'less' if falls > 0 else 'more'} gap"
    if abs(dropped) >= least:
        word = "" if falls >= least and dropped > 0 else " less" if dropped > 0 else " more"
        template += f" ({{dropped_gbp:gbp}}{word} without the rule)"
    told = {"words": f"{words[0].upper()}{words[1:]}"}
    headline = rank <= _HEADLINES and (falls >= least or dropped >= least)
    where = f"levers.csv: {lever.group.rule}, {lever.group.scope}"
    return tell(f"stop-{rank}", f"{template}.", numbers, rule=lever.group.rule, where=where, headline=headline,
                names=told)  # fmt: skip


def _nothing_stops(figures: Figures) -> Explanation:
    numbers: dict[str, Number] = {"final_year": figures.instance.year_names[-1]}
    if figures.final_gap_gbp < worth_telling_gbp(figures.instance):
        rules = "every hard rule" if figures.rows("rules", status="broken_soft") else "every rule"
        template = f"Nothing stops us: the gap is closed in {{final_year}} under {rules}."
    else:
        template = "No rule loosened a little by itself lowers the {final_year} gap."
    return tell("stops", template, numbers, where="levers.csv", headline=True)


def _idle(instance: Instance, levers: list[Lever]) -> Explanation:
    """Rules that bind, but buy nothing when loosened or left out by themselves."""
    numbers: dict[str, Number] = {"idle": len(levers), "final_year": instance.year_names[-1]}
    names: dict[str, list[str]] = {}
    for lever in levers:
        names.setdefault(lever.group.rule, []).append(scope_name(instance, lever.group))
    parts = [f"{rule} ({', '.join(scopes)})" for rule, scopes in sorted(names.items())]
    template = "{idle} more bind, but buy nothing in {final_year} by themselves: {parts}."
    return tell("stops-idle", template, numbers, where="levers.csv", names={"parts": listed(parts)})


def _multiplier(instance: Instance, rank: int, lever: Lever, multiplier: Multiplier) -> Explanation:
    """The multiplier beside the re-solve, with its range; one of several where the plan sits at an end of it."""
    numbers: dict[str, Number] = {
        "rank": rank,
        "worth": round(multiplier.gbp_per_gbp, 2),
        "final_year": instance.year_names[-1],
    }
    template = "Beside {rank}: a pound of {where} is worth £{worth:pence} of {final_year} gap"
    if multiplier.valid_from_gbp is not None and multiplier.valid_to_gbp is not None:
        numbers |= {"from_gbp": multiplier.valid_from_gbp, "to_gbp": multiplier.valid_to_gbp}
        template += " while it stands between {from_gbp:gbp} and {to_gbp:gbp}"
    if multiplier.is_one_of_several:
        template += "; the plan is degenerate there, so this is one of several multipliers"
    return tell(f"multiplier-{rank}", f"{template}.", numbers, rule=lever.group.rule, where="levers.csv",
                names={"where": multiplier.where_words(instance)})  # fmt: skip


def _more_growth(figures: Figures, levers: Levers, without_rules: frozenset[str]) -> list[Explanation]:
    """One point more growth, all rules as they are: under a fixed cap it can widen the gap, for need grows too."""
    instance, now = figures.instance, levers.now
    richer = with_more_growth(instance, _POINT)
    loaded = load_studied(richer, without_rules)
    best = loaded.best({})
    numbers: dict[str, Number] = {"points": 1, "final_year": instance.year_names[-1]}
    if best is None:
        template = "With {points} point more growth a year no plan keeps every rule."
        return [tell("more-growth", template, numbers, rule=MONEY, where="years.csv")]
    change = best.final_year_gap_gbp - now.final_year_gap_gbp
    numbers["change_gbp"] = abs(round(change))
    if abs(change) < worth_telling_gbp(instance):
        template = "{points} point more growth a year leaves the {final_year} gap as it is."
        return [tell("more-growth", template, numbers, rule=MONEY, where="years.csv")]
    if change < 0:
        template = "{points} point more growth a year lowers the {final_year} gap by {change_gbp:gbp}."
        return [tell("more-growth", template, numbers, rule=MONEY, where="years.csv")]
    before, after = (
        best.final_year_gap_gbp / one.money[-1].spendable_gbp for best, one in ((now, instance), (best, richer))
    )
    numbers |= {"before_share": before, "after_share": after}
    template = (
        "{points} point more growth a year widens the {final_year} gap by {change_gbp:gbp} ({before_share:percent} "
        "of the money becomes {after_share:percent}): "
    )
    template += (
        "it must be spent, and the rules keep it from those short of need."
        if instance.settings.line_need_basis == "pounds"
        else "need is a share of the money and grows with it; rules do not."
    )
    found = [tell("more-growth", template, numbers, rule=MONEY, where="years.csv", headline=True)]
    return [*found, _break_even_cap(figures, loaded, now.final_year_gap_gbp)]


def _break_even_cap(figures: Figures, richer: LoadedModel, now_gbp: float) -> Explanation:
    """By how much the mental health cap must rise for a point more growth to do no harm, by halving."""
    instance = figures.instance
    lines = {line.line for line in instance.leaf_lines if line.role == "mental_health"}
    rows = [row for row, limit in richer.limits.items() if limit.rule == "R-03" and limit.scope in lines]
    loosen, least = LOOSENINGS["R-03"].apply, worth_telling_gbp(instance)

    def is_enough(centipoints: int) -> bool:
        changes = {
            row: loosen(richer.instance, richer.limits[row], Fraction(centipoints, _CENTIPOINTS)) for row in rows
        }
        best = richer.best(changes)
        return best is not None and best.final_year_gap_gbp <= now_gbp + least

    numbers: dict[str, Number] = {"points": 1}
    if not rows or not is_enough(_CENTIPOINTS):
        template = (
            "No mental health cap, however high, makes up for {points} point more growth a year: other rules bind."
        )
        return tell("break-even-cap", template, numbers, rule="R-03", where="pace.csv")
    low, high = 0, _CENTIPOINTS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    numbers["cap_points"] = high / 100
    template = (
        "The mental health cap has to rise by {cap_points:points} points for {points} point more growth to do no harm"
    )
    if instance.settings.line_need_basis != "pounds":
        growth = float(instance.years[-1].growth_share + _POINT)
        numbers["straight_share"] = max(
            growth_needed_to_reach_need(figures.deviation_share(line), growth, instance.horizon) for line in lines
        )
        template += "; the straight path to need would then grow by {straight_share:fine} a year"
    return tell("break-even-cap", f"{template}.", numbers, rule="R-03", where="pace.csv", headline=True)
