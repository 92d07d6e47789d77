"""The ICB's cash by year: with everything kept as it is, and with the plan."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

from nwl_opt.charts.drawing import Bar, Key, Label, Picture
from nwl_opt.estates.reporting.saved import EstateTables, Tables

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 900.0, 320.0, 70.0, 34.0, 16.0
_BAR_SHARE = 0.38
_MILLION = 1_000_000
_MOST_LINES = 6


def icb_cash(tables: Tables) -> dict[str, int]:
    """Pounds the ICB pays by financial year, income taken off."""
    found: dict[str, int] = defaultdict(int)
    for row in tables["cashflow"]:
        if row.text("ledger") == "icb":
            found[row.text("year")] += row.integer("gbp")
    return dict(sorted(found.items()))


def cash_chart(saved: EstateTables) -> Picture:
    """Two bars a year: everything kept, and the plan."""
    plan = icb_cash(saved.tables)
    today = {} if saved.today is None else icb_cash(saved.today)
    top = _round_top(max([*plan.values(), *today.values(), 1]))
    each = (_WIDTH - _LEFT) / max(len(plan), 1)
    tall = _HEIGHT - _BOTTOM - _TOP
    bars: list[Bar] = []
    labels = _scale(top, tall)
    for at, year in enumerate(plan):
        left = _LEFT + at * each + each * (0.5 - _BAR_SHARE)
        if year in today:
            bars.append(_bar(left, each, today[year], top, tall, "kept", f"{year}, everything kept"))
        bars.append(_bar(left + each * _BAR_SHARE, each, plan[year], top, tall, "plan", f"{year}, the plan"))
        labels.append(Label(_LEFT + (at + 0.5) * each, _HEIGHT - 12, year[2:], "head"))
    return Picture(
        "What the ICB pays, by financial year",
        _in_words(plan, today),
        _WIDTH,
        _HEIGHT,
        bars=tuple(bars),
        labels=tuple(labels),
        legend=(*((Key("kept", "everything kept"),) if today else ()), Key("plan", "the plan")),
    )


def _bar(left: float, each: float, gbp: int, top: float, tall: float, style: str, words: str) -> Bar:
    height = round(max(gbp, 0) / top * tall, 1)
    return Bar(
        round(left, 1), round(_TOP + tall - height, 1), round(each * _BAR_SHARE - 1, 1), height, style,
        f"{words}: £{gbp:,}",
    )  # fmt: skip


def _round_top(gbp: float) -> float:
    """The end of the scale: the next of 1, 2, 2.5, 5 times a power of ten."""
    power = float(10 ** math.floor(math.log10(gbp)))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= gbp)


def _scale(top: float, tall: float) -> list[Label]:
    lines = _MOST_LINES - 1
    return [
        Label(
            _LEFT - 8,
            round(_TOP + tall * (1 - at / lines) + 4, 1),
            f"£{top * at / lines / _MILLION:,.1f}m",
            "scale",
            "end",
        )
        for at in range(_MOST_LINES)
    ]


def _in_words(plan: Mapping[str, int], today: Mapping[str, int]) -> str:
    first, last = min(plan, default=""), max(plan, default="")
    if not plan:
        return "No year is planned."
    words = f"The plan costs £{plan[first]:,} in {first} and £{plan[last]:,} in {last}"
    if not today:
        return f"{words}."
    return f"{words}; with everything kept it would be £{today[first]:,} and £{today[last]:,}."
