"""What need alone does not see: care shifted out of hospital, and continuing healthcare that does not stay flat."""

from __future__ import annotations

from fractions import Fraction

from models.reallocation.explain.care import volume_share
from models.reallocation.explain.figures import Figures
from models.reallocation.explain.levers import Levers
from models.reallocation.explain.tornado import studied
from models.reallocation.explain.what_if import best_of, with_chc_cost, with_theta
from models.reallocation.instance import Instance, Line
from models.reallocation.words import Number, gbp_words, listed, tell, worth_telling_gbp
from models.shared.problem import Explanation
from solvers.types import Watch

_THETAS = (Fraction(0), Fraction(1, 2), Fraction(1))
_CHC_GROWTH = Fraction(5, 100)


def shift_sentences(
    figures: Figures, levers: Levers, without_rules: frozenset[str], watch: Watch
) -> list[Explanation]:
    """Theta of every community line, shown always; and what holding continuing healthcare flat is worth."""
    found: list[Explanation] = []
    for line in figures.instance.leaf_lines:
        if watch.cancelled():
            break
        if line.role == "community" and any(one.role == "acute" for one in figures.instance.leaf_lines):
            found.append(_theta(figures, line, without_rules))
        if line.role == "chc":
            found += _chc(figures, line, levers, without_rules)
    return found


def theta_of(instance: Instance, line: str) -> Fraction:
    """Pounds of need relieved by a pound of a line above its volume-neutral path, all that it relieves together."""
    return sum((one.theta_share for one in instance.spillovers if one.from_line == line), Fraction(0))


def _theta(figures: Figures, line: Line, without_rules: frozenset[str]) -> Explanation:
    """A headline where relief is assumed, or the plan lets the line buy less though care is to leave hospital."""
    instance, now = figures.instance, theta_of(figures.instance, line.line)
    volume = volume_share(figures, line.line)
    freezes = volume < 0
    numbers: dict[str, Number] = {
        "theta": f"{float(now):g}",
        "volume_share": abs(volume),
        "final_year": instance.year_names[-1],
    }
    parts = []
    for theta in _THETAS:
        if theta != now:
            best = best_of(with_theta(studied(figures), line.line, theta), without_rules)
            name = f"{float(theta):g}"
            numbers[f"theta_{name.replace('.', '_')}"] = name
            if best is not None:
                numbers[f"gap_at_{name.replace('.', '_')}_gbp"] = round(best.final_year_gap_gbp)
            parts.append(f"{'no plan' if best is None else gbp_words(best.final_year_gap_gbp)} at {name}")
    template = "Theta, the acute need a pound of {line} relieves, is set at {theta}; the gap would be {parts}"
    if freezes:
        template += (
            ". Care is to shift out of hospital, but need alone has {line} buy {volume_share:percent} less in "
            "{final_year}"
        )
    told = {"line": line.name, "parts": listed(parts)}
    where = "spillover.csv, allocations.csv: volume_gbp"
    return tell(f"theta-{line.line}", f"{template}.", numbers, rule="R-21", where=where, headline=freezes or now > 0,
                names=told)  # fmt: skip


def _chc(figures: Figures, line: Line, levers: Levers, without_rules: frozenset[str]) -> list[Explanation]:
    instance, last = figures.instance, figures.instance.horizon
    opened, need = figures.of_line("allocation_gbp", line.line, 0), figures.of_line("need_gbp", line.line, last)
    numbers: dict[str, Number] = {"final_year": instance.year_names[-1]}
    told = {"line": line.name}
    keys = [key for key in instance.place_lines if key.line == line.line]
    forecasts = [instance.chc_forecast_of(key) for key in keys]
    if all(forecast is not None for forecast in forecasts):
        cost = round(sum((forecast[last] for forecast in forecasts if forecast is not None), Fraction(0)))
        dropped = next((lever.dropped_gbp for lever in levers.ranked if lever.group.rule == "R-05"), 0)
        numbers |= {"cost_gbp": cost, "more_gbp": cost - opened, "over_gbp": abs(cost - need), "owed_gbp": dropped}
        word = "over" if cost > need else "under"
        template = f"{{line}}: {{cost_gbp:gbp}} forecast in {{final_year}}, {{over_gbp:gbp}} {word} need"
        if dropped >= worth_telling_gbp(instance):
            template += "; {owed_gbp:gbp} of the gap is owed to that"
        return [tell(f"chc-{line.line}", f"{template}.", numbers, rule="R-05", where="chc_forecast.csv, levers.csv",
                     headline=dropped >= worth_telling_gbp(instance), names=told)]  # fmt: skip
    best = best_of(with_chc_cost(instance, _CHC_GROWTH), without_rules)
    numbers |= {"rise_share": float(_CHC_GROWTH), "gap_gbp": round(levers.now.final_year_gap_gbp)}
    template = "{line} has no forecast, so flat cash is assumed for it. "
    if best is None:
        template += "Were its cost to rise by {rise_share:rate} a year, no plan would keep every rule."
    else:
        numbers |= {
            "then_gbp": round(best.final_year_gap_gbp),
            "owed_gbp": round(best.final_year_gap_gbp - levers.now.final_year_gap_gbp),
        }
        template += (
            "Were its cost to rise by {rise_share:rate} a year, the {final_year} gap would be {then_gbp:gbp}, not "
            "{gap_gbp:gbp}: {owed_gbp:gbp} of the closure is owed to that assumption."
        )
    return [tell(f"chc-{line.line}", template, numbers, rule="R-05", where="chc_forecast.csv", headline=True,
                 names=told)]  # fmt: skip
