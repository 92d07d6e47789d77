"""Closed forms, before any solve: what growth, and how many years, closing the gap of each line takes."""

from __future__ import annotations

import math
from fractions import Fraction

from models.reallocation.instance import Instance, Line, PlaceLine
from models.reallocation.words import Number, listed, tell
from models.shared.problem import Explanation

_CLOSED_SHARE = 1e-6


def growth_needed_without_cut(deviation: float, years: int) -> float:
    """The yearly growth of the money at which a line over need by `deviation` reaches need on flat cash."""
    return float((1 + deviation) ** (1 / years) - 1)


def growth_needed_to_reach_need(deviation: float, growth: float, years: int) -> float:
    """The yearly growth a line needs to reach need when the money grows by `growth`."""
    return float((1 + growth) * (1 + deviation) ** (-1 / years) - 1)


def years_needed_under_cap(deviation: float, growth: float, cap: float) -> float | None:
    """Years for a line under need that grows by its cap; None when it never gets there."""
    if cap <= growth:
        return None
    return math.log(1 / (1 + deviation)) / math.log((1 + cap) / (1 + growth))


def need_growth(instance: Instance, line: str) -> float:
    """Compound yearly growth of a line's need: that of the spendable money, unless need is given in pounds."""
    return float((_need(instance, line, instance.horizon) / _need(instance, line, 0)) ** (1 / instance.horizon) - 1)


def deviation_of_line(instance: Instance, line: str) -> float:
    """Opening spend of a line over its need, less 1."""
    return float(instance.opening_by_line[line] / _need(instance, line, 0)) - 1


def _need(instance: Instance, line: str, year: int) -> Fraction:
    return sum((instance.need_gbp(key, year) for key in instance.place_lines if key.line == line), Fraction(0))


def straight_growth_words(instance: Instance, *, over_need: bool) -> tuple[str, dict[str, Number], dict[str, str]]:
    """The closed form beside a search: the yearly growth that takes each line on one side to need, as a whole."""
    years = instance.horizon
    parts, numbers, names = [], dict[str, Number](), dict[str, str]()
    for line in instance.leaf_lines:
        deviation = deviation_of_line(instance, line.line)
        if abs(deviation) >= _CLOSED_SHARE and (deviation > 0) == over_need:
            numbers[f"straight_{line.line}_share"] = growth_needed_to_reach_need(
                deviation, need_growth(instance, line.line), years
            )
            names[f"name_{line.line}"] = line.name
            parts.append(f"{{name_{line.line}}} {{straight_{line.line}_share:fine}}")
    return (f" (closed form, growth a year of lines as a whole: {listed(parts)})" if parts else ""), numbers, names


def precheck_sentences(instance: Instance) -> list[Explanation]:
    """One sentence for every line that does not open at need, and what continuing healthcare is assumed to cost."""
    found = [_line(instance, line) for line in instance.leaf_lines]
    chc = [_chc(instance, line) for line in instance.leaf_lines if line.role == "chc"]
    return [one for one in (*found, *chc) if one is not None]


def _line(instance: Instance, line: Line) -> Explanation | None:
    deviation, growth = deviation_of_line(instance, line.line), need_growth(instance, line.line)
    numbers: dict[str, Number] = {
        "deviation_share": abs(deviation),
        "growth_share": growth,
        "years": instance.horizon,
        "base_year": instance.base_year,
    }
    told = {"line": line.name, "year_word": "year" if instance.horizon == 1 else "years"}
    told["what"] = "its need" if instance.settings.line_need_basis == "pounds" else "the money"
    if abs(deviation) < _CLOSED_SHARE:
        return None
    if deviation > 0:
        numbers["needed_share"] = growth_needed_without_cut(deviation, instance.horizon)
        template = (
            "{line} opens {deviation_share:percent} over need in {base_year}: without a cash cut it reaches need in "
            "{years} {year_word} when {what} grows by {needed_share:fine} a year or more; it grows by "
            "{growth_share:percent}."
        )
        return tell(f"precheck-{line.line}", template, numbers, where="lines.csv", names=told)
    numbers["needed_share"] = growth_needed_to_reach_need(deviation, growth, instance.horizon)
    template = (
        "{line} opens {deviation_share:percent} under need in {base_year}: the straight path to need in {years} "
        "{year_word} grows by {needed_share:fine} a year, with {what} growing by {growth_share:percent}"
    )
    cap = _cap(instance, line.line)
    rule = ""
    if cap is not None:
        rule, numbers["cap_share"] = "R-03", cap
        needed = years_needed_under_cap(deviation, growth, cap)
        if needed is None:
            template += "; at its cap of {cap_share:rate} a year it never does"
        else:
            at_cap = math.ceil(needed - 1e-9)
            numbers["years_at_cap"], told["cap_word"] = at_cap, "year" if at_cap == 1 else "years"
            template += "; at its cap of {cap_share:rate} a year it takes {years_at_cap} {cap_word}"
    return tell(f"precheck-{line.line}", f"{template}.", numbers, rule=rule, where="lines.csv",
                names=told)  # fmt: skip


def _cap(instance: Instance, line: str) -> float | None:
    """The widest cap any place has on this line; None when one has none."""
    caps = [instance.pace_limits(PlaceLine(*key))[1] for key in instance.place_lines if key.line == line]
    return None if any(cap is None for cap in caps) else float(max(cap for cap in caps if cap is not None))


def _chc(instance: Instance, line: Line) -> Explanation:
    """What the forecast of continuing healthcare alone leaves over need, or what having none assumes."""
    keys = [key for key in instance.place_lines if key.line == line.line]
    forecasts = {key: instance.chc_forecast_of(key) for key in keys}
    given = any(forecast is not None for forecast in forecasts.values())
    last, opened = instance.horizon, instance.opening_by_line[line.line]
    uplift = instance.settings.cost_uplift_share
    if given:
        floors = [
            Fraction(instance.opening_of[key]) if costs is None else costs[last] for key, costs in forecasts.items()
        ]
        cost = float(sum(floors, Fraction(0)))
        template = (
            "{line} is forecast to cost at least {cost_gbp:gbp} in {final_year}, {more_gbp:gbp} more than today and "
            "{over_gbp:gbp} {word} its need: no plan can go below that."
        )
    else:
        cost = opened * (1 + uplift) ** last
        template = (
            "{line} has no forecast, so this plan may hold it flat; if its cost rose by {uplift_share:rate} a "
            "year with prices alone, it would come to {cost_gbp:gbp} in {final_year}, {more_gbp:gbp} more than today "
            "and {over_gbp:gbp} {word} its need."
        )
    need = float(sum((instance.need_gbp(key, last) for key in keys), Fraction(0)))
    numbers: dict[str, Number] = {
        "uplift_share": uplift,
        "cost_gbp": round(cost),
        "more_gbp": round(cost - opened),
        "over_gbp": abs(round(cost - need)),
        "final_year": instance.year_names[-1],
    }
    told = {"line": line.name, "word": "over" if cost > need else "under"}
    where, name = "chc_forecast.csv", f"chc-cost-{line.line}"
    return tell(name, template, numbers, rule="R-05", where=where, names=told)
