"""An instance with some rules loosened: each in the table or setting where its user would loosen it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from models.reallocation.entities import PaceRow
from models.reallocation.instance import Instance
from models.reallocation.method.loosen import LOOSENINGS, Group
from models.reallocation.need import exact
from models.reallocation.settings import NO_LIMIT_GBP

_FINEST = 1_000_000
"""Shares are written with six decimals at most, rounded outward."""
_LEAST_FLOOR_SHARE = Fraction(-1)
_MOST_VALUE_FOR_MONEY_SHARE = Fraction(1, 2)


def repaired(instance: Instance, changes: Mapping[Group, Fraction]) -> Instance:
    """The instance with each rule changed by so much in its scope, as far as its table allows."""
    for group, change in changes.items():
        instance = REPAIRS[group.rule](instance, group.scope, change)
    return instance


def widest_change(instance: Instance, group: Group) -> Fraction:
    """The most a change of this group can be and still mean something."""
    counted = LOOSENINGS[group.rule].counted
    spendable_gbp = min(money.spendable_gbp for money in instance.money)
    if counted == "gbp":
        return Fraction(max(spendable_gbp, 0))
    if counted == "wte":
        return Fraction(max(spendable_gbp, 0) // instance.settings.mh_cost_per_wte_gbp + 1)
    return Fraction(1)


def _floor(instance: Instance, scope: str, change: Fraction) -> Instance:
    return _with_pace(instance, scope, change, of_floor=True)


def _cap(instance: Instance, scope: str, change: Fraction) -> Instance:
    return _with_pace(instance, scope, change, of_floor=False)


def _with_pace(instance: Instance, line: str, change: Fraction, *, of_floor: bool) -> Instance:
    """Every place's floor or cap on a line changed: in the row for every place where it is the same for all of them.

    On a line with sub-lines only the rows that are there hold, and each of them is changed.
    """
    if line not in {leaf.line for leaf in instance.leaf_lines}:
        rows = tuple(_loosened_row(row, change, of_floor) if row.line == line else row for row in instance.pace)
        return replace(instance, pace=rows)
    limits = {key.place: instance.pace_limits(key) for key in instance.place_lines if key.line == line}
    ends: dict[str | None, Fraction] = {
        place: _end(floor if of_floor else cap, change, of_floor)
        for place, (floor, cap) in limits.items()
        if of_floor or cap is not None
    }
    own_rows = any(row.line == line and row.place is not None for row in instance.pace)
    if not own_rows and len(ends) == len(limits) and len(set(ends.values())) == 1:
        ends = {None: next(iter(ends.values()))}
    for place, end in ends.items():
        instance = _with_pace_row(instance, line, place, end, of_floor)
    return instance


def _loosened_row(row: PaceRow, change: Fraction, of_floor: bool) -> PaceRow:
    if of_floor and row.floor_growth_share is not None:
        return replace(row, floor_growth_share=_end(row.floor_growth_share, change, of_floor))
    if not of_floor and row.cap_growth_share is not None:
        return replace(row, cap_growth_share=_end(row.cap_growth_share, change, of_floor))
    return row


def _end(now: Fraction | None, change: Fraction, of_floor: bool) -> Fraction:
    assert now is not None
    if of_floor:
        return max(_LEAST_FLOOR_SHARE, -_written_up(change - now))
    return _written_up(now + change)


def _with_pace_row(instance: Instance, line: str, place: str | None, end: Fraction, of_floor: bool) -> Instance:
    rows = list(instance.pace)
    at = next((at for at, row in enumerate(rows) if row.line == line and row.place == place), None)
    if at is None:
        rows.append(PaceRow(line, place, None, None))
        at = len(rows) - 1
    rows[at] = replace(rows[at], floor_growth_share=end) if of_floor else replace(rows[at], cap_growth_share=end)
    return replace(instance, pace=tuple(rows))


def _conceded(rule: str, *, by_line: bool) -> Callable[[Instance, str, Fraction], Instance]:
    def concede(instance: Instance, scope: str, change: Fraction) -> Instance:
        line = scope if by_line else None
        share = min(Fraction(1), _written_up(instance.concession(rule, line) + change))
        return replace(instance, concessions={**instance.concessions, (rule, line): share})

    return concede


def _chc_cost(instance: Instance, _: str, change: Fraction) -> Instance:
    """Value for money saves so much of what is left of the cost."""
    rows = tuple(
        replace(
            row,
            value_for_money_share=min(
                _MOST_VALUE_FOR_MONEY_SHARE, _written_up(1 - (1 - row.value_for_money_share) * (1 - change))
            ),
        )
        for row in instance.chc_forecast
    )
    return replace(instance, chc_forecast=rows)


def _band(instance: Instance, scope: str, change: Fraction) -> Instance:
    usual = exact(instance.settings.turnover_band_share)

    def wider(band: Fraction | None) -> Fraction:
        return min(Fraction(1), _written_up((usual if band is None else band) + change))

    providers = tuple(
        replace(one, max_fall_share=wider(one.max_fall_share), max_rise_share=wider(one.max_rise_share))
        if one.provider == scope
        else one
        for one in instance.providers
    )
    return replace(instance, providers=providers)


def _fence(instance: Instance, scope: str, change: Fraction) -> Instance:
    def lower(minimum_gbp: Mapping[str, int]) -> dict[str, int]:
        return {year: max(0, math.floor(gbp - change)) for year, gbp in minimum_gbp.items()}

    fences = tuple(
        replace(fence, minimum_gbp=lower(fence.minimum_gbp)) if fence.fence == scope else fence
        for fence in instance.ring_fences
    )
    return replace(instance, ring_fences=fences)


def _release(instance: Instance, scope: str, change: Fraction) -> Instance:
    lines = tuple(
        replace(line, releasable_share=min(Fraction(1), _written_up(line.releasable_share + change)))
        if line.line == scope
        else line
        for line in instance.lines
    )
    return replace(instance, lines=lines)


def _transition(instance: Instance, scope: str, change: Fraction) -> Instance:
    """More in every year's fund, which comes off what is shared out; or more over all years."""
    more = math.ceil(change)
    if scope == "all_years":
        limit_gbp = min(NO_LIMIT_GBP, instance.settings.transition_cost_limit_gbp + more)
        return _with_settings(instance, {"transition_cost_limit_gbp": limit_gbp})
    funds = [money.transition_fund_gbp + more for money in instance.money[1:]]
    years = tuple(replace(year, transition_fund_gbp=gbp) for year, gbp in zip(instance.years, funds, strict=True))
    return replace(instance, years=years)


def _recruits(instance: Instance, _: str, change: Fraction) -> Instance:
    years = tuple(
        year
        if year.mh_recruitment_cap_wte is None
        else replace(year, mh_recruitment_cap_wte=year.mh_recruitment_cap_wte + math.ceil(change))
        for year in instance.years
    )
    return replace(instance, years=years)


def _closure(instance: Instance, _: str, change: Fraction) -> Instance:
    share = max(Fraction(0), -_written_up(change - exact(instance.settings.required_closure_share)))
    return _with_settings(instance, {"required_closure_share": float(share)})


def _peak(instance: Instance, _: str, change: Fraction) -> Instance:
    share = _written_up(exact(instance.settings.peak_growth_limit_share) + change)
    return _with_settings(instance, {"peak_growth_limit_share": float(share)})


def _with_settings(instance: Instance, values: Mapping[str, float]) -> Instance:
    return replace(instance, settings=instance.settings.model_copy(update=dict(values)))


def _written_up(share: Fraction) -> Fraction:
    """The share as it is written, never less."""
    return Fraction(math.ceil(share * _FINEST), _FINEST)


REPAIRS: Mapping[str, Callable[[Instance, str, Fraction], Instance]] = {
    "R-02": _floor,
    "R-03": _cap,
    "R-04": _conceded("R-04", by_line=False),
    "R-05": _chc_cost,
    "R-06": _conceded("R-06", by_line=True),
    "R-07": _band,
    "R-08": _conceded("R-08", by_line=True),
    "R-13": _fence,
    "R-14": _release,
    "R-15": _transition,
    "R-19": _recruits,
    "R-20": _closure,
    "R-22": _peak,
}
