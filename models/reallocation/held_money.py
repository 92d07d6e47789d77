"""A rebased instance whose plan years have the money they had: an allocation does not follow what was spent."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from models.reallocation.horizon import build_valid
from models.reallocation.rebase import Drift, Rebased
from models.shared.parsing import RawTable

_DIGITS = 12
_COLUMN, _MARK = "convergence_share", "local"


def convergence_to_hold(rebased: Rebased) -> Fraction:
    """What must come off the first year's growth, so that money in scope is in every plan year what it was.

    (1 + g) (1 - opened / opens), with g the first year's growth after convergence
    """
    opened, opens = (sum(one.opening_gbp.values()) for one in (rebased.before, rebased.after))
    return (1 + rebased.before.years[0].growth_share) * (1 - Fraction(opened, opens))


def with_money_held(rebased: Rebased) -> Rebased:
    """The rebased instance with that taken off as convergence, which the Mental Health Investment Standard ignores.

    What is out of scope grows by as much less, so the whole allocation moves a little; money in scope does not.
    """
    share = rebased.before.years[0].convergence_share + convergence_to_hold(rebased)
    years = _with_first(rebased.raw.tables["years"], f"{float(share):.{_DIGITS}f}")
    raw = replace(rebased.raw, tables={**rebased.raw.tables, "years": years})
    after = build_valid(raw)
    drift = tuple(Drift(one.cell, one.old_opening_gbp, after.opening_gbp[one.cell]) for one in rebased.drift)
    return replace(rebased, raw=raw, after=after, drift=drift)


def _with_first(years: RawTable, share: str) -> RawTable:
    """The table of years with another convergence in its first row, which is the user's own from then on."""
    header = (*years.header, *(name for name in (_COLUMN,) if name not in years.header))
    rows = []
    for at, row in enumerate(years.rows):
        cells = dict(zip(header, (*row, *[""] * (len(header) - len(row))), strict=True))
        if at == 0:
            cells |= {_COLUMN: share} | ({"provenance": _MARK} if "provenance" in cells else {})
        rows.append(tuple(cells[name] for name in header))
    return replace(years, header=header, rows=tuple(rows))
