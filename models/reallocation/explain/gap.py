"""The gap today and in the last year, as a range where need itself is a guess."""

from __future__ import annotations

from models.reallocation.baselines import pro_rata_growth
from models.reallocation.explain.figures import Figures
from models.reallocation.explain.tornado import OF_NEED, Q, Tornado, opening_gaps_gbp
from models.reallocation.instance import Instance
from models.reallocation.words import Number, tell, worth_telling_gbp
from models.shared.problem import Explanation
from solvers.types import StageResult

_SHOWN_SHARE = 0.00005
"""The least share that is not shown as 0.0 %."""


def gap_sentences(figures: Figures, tornado: Tornado | None, stages: tuple[StageResult, ...]) -> list[Explanation]:
    """The gap today, the gap in the last year, and what their ranges are over."""
    return [_today(figures), _final(figures, tornado, stages), *_over_what(tornado)]


def gap_sentences_without_plan(instance: Instance) -> list[Explanation]:
    """The gap today, which no plan changes, and that there is no plan to say more of."""
    numbers: dict[str, Number] = {"final_year": instance.year_names[-1]}
    told = tell("gap-final", "For {final_year} there is no figure: no plan keeps every rule.", numbers, headline=True)
    return [_today(Figures(pro_rata_growth(instance))), told]


def _today(figures: Figures) -> Explanation:
    instance = figures.instance
    numbers: dict[str, Number] = {
        "base_year": instance.base_year,
        "over_gbp": figures.over_gbp(0),
        "under_gbp": figures.under_gbp(0),
        "between_lines_gbp": figures.between_lines_gbp(0),
    }
    alike = abs(figures.over_gbp(0) - figures.under_gbp(0)) < worth_telling_gbp(instance)
    template = "Today ({base_year}) {over_gbp:gbp} stands above need and "
    template += "as much below" if alike else "{under_gbp:gbp} below"
    ends = _ends([figures.gap_gbp(0), *opening_gaps_gbp(instance)])
    if ends is not None:
        numbers |= {"low_gbp": ends[0], "high_gbp": ends[1]}
        template += ": {low_gbp:gbp} to {high_gbp:gbp} as a range"
    if len(instance.places) > 1:
        template += "; {between_lines_gbp:gbp} is between lines"
    return tell("gap-today", f"{template}.", numbers, where="allocations.csv, tornado.csv", headline=True)


def _final(figures: Figures, tornado: Tornado | None, stages: tuple[StageResult, ...]) -> Explanation:
    """What is left; with money unspent what is missing and what stands above apart, for that money closes no gap."""
    instance, last = figures.instance, figures.instance.horizon
    least, unspent = worth_telling_gbp(instance), figures.envelope.get((last, "unallocated"), 0)
    numbers: dict[str, Number] = {
        "final_year": instance.year_names[-1],
        "years": last,
        "gap_gbp": figures.final_gap_gbp,
        "over_gbp": figures.over_gbp(last),
        "under_gbp": figures.under_gbp(last),
    }
    where = "allocations.csv, tornado.csv"
    template, lasts = "In year {years} ({final_year}) ", "; no plan can leave less"
    if figures.final_gap_gbp < least:
        template += f"no gap is left{_final_range(figures, tornado, numbers)}"
        return tell("gap-final", f"{template}.", numbers, where=where, headline=True)
    if unspent >= least:
        numbers["unspent_gbp"] = unspent
        where, lasts = f"{where}, envelope.csv", "; no plan that spends as much can have less"
        template += (
            "{under_gbp:gbp} is missing to need, {over_gbp:gbp} stands above it and {unspent_gbp:gbp} is unspent"
        )
        template += (
            f"{_closed(figures, numbers, of_missing=True)}. The gap, half of missing and above, is {{gap_gbp:gbp}}"
        )
        template += _final_range(figures, tornado, numbers)
    else:
        template += "{gap_gbp:gbp} is left"
        if abs(figures.over_gbp(last) - figures.under_gbp(last)) >= least:
            template += " (half of {over_gbp:gbp} above and {under_gbp:gbp} below need)"
        template += f"{_final_range(figures, tornado, numbers)}{_closed(figures, numbers, of_missing=False)}"
    template += lasts if is_proven_least(instance, stages) else ""
    return tell("gap-final", f"{template}.", numbers, where=where, headline=True)


def _final_range(figures: Figures, tornado: Tornado | None, numbers: dict[str, Number]) -> str:
    """The least and the largest gap over what need is derived from; nothing where there is no range."""
    finals = [] if tornado is None else _final_gaps(tornado)
    ends, words = _ends([figures.final_gap_gbp, *(gap for gap in finals if gap is not None)]), ""
    if ends is not None:
        numbers |= {"low_gbp": ends[0], "high_gbp": ends[1]}
        words = ": {low_gbp:gbp} to {high_gbp:gbp} as a range"
    return f"{words}, and no plan at all at one end" if None in finals else words


def _closed(figures: Figures, numbers: dict[str, Number], *, of_missing: bool) -> str:
    """What part of today's gap is closed, or of what is missing today; nothing where it has grown."""
    last = figures.instance.horizon
    before, after = (figures.under_gbp(t) if of_missing else figures.gap_gbp(t) for t in (0, last))
    if not before or after > before:
        return ""
    closed = 1 - after / before
    numbers["closed_share"] = closed
    if of_missing:
        part = "{closed_share:percent}" if closed >= _SHOWN_SHARE else "none"
        return f"; {part} of what was missing is now there"
    return ". {closed_share:percent} is closed" if closed >= _SHOWN_SHARE else ". None of it is closed"


def is_proven_least(instance: Instance, stages: tuple[StageResult, ...]) -> bool:
    """Whether it is proven that no plan leaves less: no other aim and no soft rule comes before the gap."""
    settings = instance.settings
    first = settings.aim != "least_disruption" and settings.gap_counted_in == "gbp" and not instance.soft_order
    proven = any(stage.name == "final_year_gap" and stage.gap_share == 0.0 for stage in stages)
    return first and proven


def _over_what(tornado: Tornado | None) -> list[Explanation]:
    """What the ranges are over; and that they are single figures where no range of need is known."""
    bars = [bar for bar in (tornado.bars if tornado else ()) if bar.parameter in OF_NEED]
    if not bars:
        why = "their assumptions were not studied here" if tornado is None else "ranges.csv gives none for need"
        return [tell("gap-range", f"What is left is a single figure, not a range: {why}.", {}, headline=True)]
    numbers: dict[str, Number] = {}
    parts = []
    for bar in bars:
        if bar.parameter == Q:
            numbers |= {"q_low_share": float(bar.low.value), "q_high_share": float(bar.high.value)}
            parts.append("community and CHC {q_low_share:rate} to {q_high_share:rate} of all need")
    if any(bar.parameter == "deviation" for bar in bars):
        parts.append("stated deviations within their rounding")
    template = f"Ranges: {'; '.join(parts)}; one at a time."
    wider = [
        end
        for bar in (tornado.bars if tornado else ())
        if bar.parameter not in OF_NEED
        for end in (bar.low, bar.high)
    ]
    gaps = [end.final_gap_gbp for end in wider if end.final_gap_gbp is not None]
    if gaps:
        numbers |= {"other_low_gbp": min(gaps), "other_high_gbp": max(gaps)}
        template += " Other assumptions alone: {other_low_gbp:gbp} to {other_high_gbp:gbp}"
        template += "." if len(gaps) == len(wider) else ", and at some ends no plan."
    return [tell("gap-range", template, numbers, where="tornado.csv", headline=True)]


def _final_gaps(tornado: Tornado) -> list[int | None]:
    return [end.final_gap_gbp for bar in tornado.bars if bar.parameter in OF_NEED for end in (bar.low, bar.high)]


def _ends(gaps: list[int]) -> tuple[int, int] | None:
    """The least and the largest; None where there is nothing to range over."""
    return (min(gaps), max(gaps)) if len(gaps) > 1 else None
